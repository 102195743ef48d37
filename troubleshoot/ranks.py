"""How much an incident matters, by the production traffic at stake; lists, rules of notices and the fleet agree."""

AFFECTED, NOT_KNOWN, NOT_AFFECTED, SLOW, RESOLVED = range(5)  # the order of every list; RESOLVED is never stored
GROUPS = ("Production traffic affected", "Production traffic not known", "No traffic affected", "Slower than usual",
          "Resolved in the last 24 hours")
TRAFFIC = ("Affected", "Not known", "Not affected", "Not known", "Resolved")  # a long operation tells nothing of it
TONES = ("bad", "warn", "bad", "run", "ok")
GLYPHS = ("hurt", "warn", "bad", "run", "ok")
