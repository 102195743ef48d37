"""Hostile inputs, numbered as in the list they come from, each with what a reader must see of it."""
from dataclasses import dataclass

ESC, BELL, ZALGO = "\x1b", "\x07", "\u0301"
BIDI = "\u202egnp.exe \u2066i\u2069 \u200bz\u200dj \U000e0041t"
MARKUP = "``` {code} @channel <!here> <@U123> [x](javascript:alert(1))"


@dataclass(frozen=True)
class Line:
    """One line as a container prints it, and as it must stand on the page."""

    number: int
    said: str
    shown: str = ""  # empty: as it was said

    @property
    def seen(self):
        return self.shown or self.said


LINES = (
    Line(1, "<script>alert(1)</script>"),
    Line(2, '"><img src=x onerror=alert(1)>'),
    Line(3, "</script><!--<script>"),
    Line(4, "{{7*7}} {% load x %} {% csrf_token %}"),
    Line(5, "see javascript:alert(1) and https://evil.example/x"),
    Line(6, '<a href="javascript:alert(1)">label</a><b>b</b><br>'),
    Line(7, "</title></code></li></ol></main><script>document.title=1</script>"),
    Line(8, f"{ESC}[31mred{ESC}[0m and {ESC}[1;38;5;208mbold{ESC}[0m", "red and bold"),
    Line(9, f"{ESC}]8;;http://evil.example{BELL}click{ESC}]8;;{BELL} {ESC}]0;title{BELL}there{ESC}[2J", "click there"),
    Line(9, f"before {ESC}]0;never ended", "before "),
    Line(10, "ok\rFAILED", "FAILED"),
    Line(10, " 10%|#   | 1/9\r 50%|##  | 5/9\r100%|####| 9/9", "100%|####| 9/9"),
    Line(11, "abc\x08\x08\x08xyz", "abc␈␈␈xyz"),
    Line(12, "a\x00b nul", "a␀b nul"),
    Line(13, "half \ud800 done", "half \ufffd done"),
    Line(14, "mid\ufeffdle CafÃ© \ufffd\ufffd", "mid⟨U+FEFF⟩dle CafÃ© \ufffd\ufffd"),
    Line(15, BIDI, "⟨U+202E⟩gnp.exe ⟨U+2066⟩i⟨U+2069⟩ ⟨U+200B⟩z⟨U+200D⟩j ⟨U+E0041⟩t"),
    Line(16, "e" + ZALGO * 1000 + " storm", "e" + ZALGO * 4 + " storm"),
    Line(17, "long " + "w " * 9000, "bytes cut"),
    Line(20, "one\u2028two\u0085three\x0bfour\x0cfive", "one⟨U+2028⟩two⟨U+0085⟩three␋four␌five"),
    Line(21, "x\x0a2026 INFO admin login ok".replace("\n", " "), "x 2026 INFO admin login ok"),
    Line(22, '=HYPERLINK("http://evil.example","x") +cmd|\' /C calc\'!A0 @SUM(1) -2+3'),
    Line(23, MARKUP),
    Line(24, "[REDACTED:sas_sig] forged"),
    Line(25, "ERR_1100: Not enough quota available"),
    Line(26, "ERR_1100 ERR_5000 both"),
    Line(29, "a" * 4000 + "!"),
    Line(30, "eyJ" * 20_000, "bytes cut"),
    Line(30, "-----BEGIN" * 2_000, "bytes cut"),
    Line(30, "a_" * 20_000, "bytes cut"),
    Line(30, "://:" * 5_000, "bytes cut"),
)
# Text of one line for where a sentence of Azure's is shown: an error, an event, a name
SENTENCES = tuple(line for line in LINES if line.number in (1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13, 15, 16, 20, 23))
ELEMENTS = ("<script>alert", "<script>document", "<img src=x", "<b>b</b>", 'href="javascript:', "<!here>")
HIDDEN = {*range(9), 11, 12, *range(14, 32), *range(0x7F, 0xA0), *range(0x200B, 0x2010), *range(0x2028, 0x202F),
          *range(0x2060, 0x2070), 0xFEFF, *range(0xFFF9, 0xFFFC), *range(0xE0000, 0xE0080)}

NAMES = {62: ("../../etc", "a%2fb", "n" * 300, "\u202ertl", "CON", "<script>alert(1)</script>", "{{7*7}}", "..",
              '"><img src=x onerror=alert(1)>', "x\n2026 INFO admin login ok", "half\ud800", "nul\x00", "=SUM(1)",
              "\U0001f4a9" * 300)}

# route of the emulator, fault, its arguments, and what must stand on some page ("" where nothing is to be told)
PAYLOADS = (
    (14, "computes.list", "invalid_utf8", {}, ""),
    (63, "deployments.list", "unknown_state", {"value": "Dancing"}, "Dancing"),
    (64, "endpoints.list", "properties_null", {}, ""),
    (64, "deployments.list", "null_items", {}, ""),
    (65, "deployments.list", "extra_fields", {}, ""),
    (66, "endpoints.list", "body_text", {"text": '{"value": "<script>alert(1)</script>"}'},
     "where a list was expected"),
    (66, "deployments.list", "wrong_types", {}, ""),
    (68, "deployments.list", "case_changed", {}, ""),
    (69, "usages", "usages_weird", {}, ""),
    (69, "usages", "body_text", {"text": '{body}, "value": [{"id": "x", "limit": 1e400, "currentValue": NaN, '
                                 '"name": {"value": "standardDSv2Family"}}, {"limit": 9223372036854775808, '
                                 '"currentValue": 3.7, "name": {"value": "standardDSv3Family"}}]}'}, ""),
    (70, "deployments.list", "bad_date", {"value": "0001-01-01T00:00:00Z"}, ""),
    (70, "deployments.list", "bad_date", {"value": "9999-12-31T23:59:59.9999999+14:00"}, ""),
    (70, "deployments.list", "bad_date", {"value": 1732320000}, ""),
    (70, "operation_status", "bad_date", {"value": "yesterday"}, ""),
    (71, "endpoints.list", "body_text", {"text": '{body}, "n": ' + "9" * 5000 + "}"}, ""),
    (72, "endpoints.list", "body_text", {"text": '{body}, "n": ' + "[" * 200_000 + "]" * 200_000 + "}"}, ""),
    (73, "endpoints.list", "body_text", {"text": '{body}, "value": []}'}, ""),
)
FRAMES = "Traceback (most recent call last):\n" + (
    '  File "/var/azureml-app/onlinescoring/score.py", line 9, in deeper\n    return deeper(n + 1)\n') * 1000 + (
    "RecursionError: maximum recursion depth exceeded")  # 28
SPLIT = ("Traceback (most recent call last):\n  File \"/var/azureml-app/onlinescoring/score.py\", line 9, in <module>\n"
         "    import lightgbm as lgb", "ModuleNotFoundError: No module named 'lightgbm'")  # 27
HTML = "<html><body><h1>502</h1><script>alert(1)</script>" + "<p>filler</p>" * 8000 + "</body></html>"


def console(lines=LINES):
    """The lines as the answer to a request for logs, with an event that is as hostile."""
    event = "Kind: Pod, Name: <script>alert(1)</script>, Type: Warning, Time: 2026-11-25T10:00:00Z, Message: "
    said = "\n".join(line.said for line in lines)
    return f"Container events:\n{event}</li><img src=x onerror=alert(1)> {BIDI}\nContainer logs:\n{said}\n"
