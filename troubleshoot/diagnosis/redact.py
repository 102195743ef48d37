"""Takes control characters, keys, tokens and signatures out of text before any of it is stored.

The order matters: controls first (a secret may be split by them), then the rules on the text and on its
decoded forms, then the cut. Shapes after shared/trust/TRUST.md section 4, numbers 8 to 17 and 31 to 61.
Over 300 lines because the table of rules is one.
"""
import hashlib
import hmac
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import re2

LINE_BYTES = 8192  # what is kept of one line
WINDOW = 65_536  # characters of one line that are looked at; the kept part lies well inside
OVERLAP = 8_192  # what two windows on one line share: the longest secret with its name
DECODE_TWICE = 2  # %2526sig is a signature too; a third turn was never seen
PEM_LINES = 400  # the longest private key (16,384 bit) has about 200 lines


@dataclass(frozen=True, slots=True)
class Rule:
    """One shape of a secret. The group that matched is the secret; keywords (lower case) are asked first."""

    id: str
    keywords: tuple[str, ...]
    pattern: str  # re2 syntax
    least: int = 1  # characters; shorter is no secret
    digit: bool = False  # a secret of this shape holds a digit, a word does not


VALUE = r"""([^\s;"'&<>,)}\]\\]+)"""
GIVEN = r"""(?:["']?\s{0,3}[:=]|["']\s?,)\s{0,3}[\[(]?b?["']?"""  # from name to value: =, JSON, dict, tuple

_PASSWORD = ("password", "passwd", "pwd", "passphrase")
_NAMED = r"(?i)(?:password|passwd|pwd|passphrase)"

RULES = (
    Rule("pem", ("private key",), r"-----BEGIN [A-Z0-9 ]*PRIVATE KEY[A-Z ]*-----(.+?)(?:-----END|$)"),
    Rule("sas_sig", ("sig=",), r"(?i)(?:[?&;]|^)sig=([^&\s\"'<>;,)\]}\\|]+)"),
    Rule("sas_sig", ("sig",), r"(?i)\bsig" + GIVEN + r"([A-Za-z0-9+/%_=-]+)", least=16),
    Rule("signed_url", ("x-amz-", "x-goog-"),
         r"(?i)\bx-(?:amz|goog)-(?:signature|security-token|credential)=([^&\s\"'<>]+)"),
    Rule("function_code", ("code=",), r"(?i)[?&]code=([A-Za-z0-9+/%_=-]+)", least=30),
    Rule("storage_key", ("key",), r"(?i)(?:account|shared_?access|storage|event_?hub|service_?bus|cosmos)"
         r"(?:_?account)?[_-]?key" + GIVEN + VALUE),
    Rule("access_key", ("key",),
         r"(?i)(?:primary|secondary|access|master|subscription|functions|api|admin|secret"
         r"|signing|encryption|endpoint)[_-]?(?:access[_-]?)?key[12]?" + GIVEN + VALUE, least=12, digit=True),
    Rule("azure_key", ("==",), r"(?:^|[^A-Za-z0-9+/-])((?:[A-Za-z0-9+/]{86}==)+)"),
    Rule("azure_key", ("jqqj99",), r"\b([A-Za-z0-9]{40,60}JQQJ99[A-Za-z0-9]{20,30})"),
    Rule("azure_key", ("+asb", "+aeh", "aiot"),
         r"([A-Za-z0-9+/]{33}(?:\+ASb|\+AEh|AIoT)[A-Za-z0-9+/]{5,6}=)"),
    Rule("app_insights", ("key",),
         r"(?i)(?:instrumentation_?key|insights[_ ]key)" + GIVEN + r"([0-9a-f-]{8,36})"),
    Rule("authorization", ("authorization",), r"(?i)authorization" + GIVEN +
         r"(?:bearer|basic|sharedkey(?:lite)?|token|digest|negotiate)\s+([^\s\"',}\])\\]+)"),
    Rule("authorization", ("authorization",),
         r"(?i)authorization" + GIVEN + r"([^\s\"',}\])\\]+)", least=16, digit=True),
    Rule("bearer", ("bearer",), r"(?i)\bbearer\s+([A-Za-z0-9._~+/=-]+)", least=16, digit=True),
    Rule("jwt", ("eyj",), r"\b(eyJ[A-Za-z0-9_-]{10,}(?:\.[A-Za-z0-9_-]*){0,4})"),
    Rule("aad_secret", ("q~",), r"(?:^|[^A-Za-z0-9_~.-])([A-Za-z0-9_~.-]{3}[0-9]Q~[A-Za-z0-9_~.-]{28,40})"),
    Rule("named_secret", ("secret", "identity_header", "identity-header"),
         r"(?i)(?:(?:client|app|aad|msi|webhook|oauth|shared|sp|principal)[_-]?secret|identity[_-]header"
         r"|secret[_-]?access[_-]?key|secretText)(?:[_-]?value)?" + GIVEN + VALUE, least=4),
    Rule("named_secret", ("secret",),
         r"(?i)secret(?:[\"']?\s{0,3}=|[\"']:)\s{0,3}[\"']?" + VALUE, least=12, digit=True),
    Rule("named_token", ("token", "pat"),
         r"(?i)(?:access|refresh|id|auth|sas|security|session|api|hf|hub|github|gh|bot|registration|bearer"
         r"|aad|wandb|pypi)[_-]?(?:token|pat)" + GIVEN + VALUE, least=8, digit=True),
    Rule("named_token", ("token", "_pat", "api_key"),
         r"\b[A-Z][A-Z0-9_]*(?:_TOKEN|_PAT|API_KEY)" + GIVEN + VALUE, least=8, digit=True),
    Rule("acr_password", ("+acr",), r"([A-Za-z0-9+/]{30,}\+ACR[A-Za-z0-9+/=]{4,8})"),
    Rule("password", _PASSWORD, _NAMED + r"""["']?\s{0,3}[:=,]\s{0,3}(?:b?"((?:[^"\\]|\\.)+)"|"""
         r"""b?'((?:[^'\\]|\\.)+)'|\{([^}]+)\})"""),
    Rule("password", _PASSWORD, r"(?i);\s?(?:password|pwd)\s?=\s?([^;\"'\n]{1,128});"),
    Rule("password", _PASSWORD, _NAMED + r"\s{0,3}=\s{0,3}[\"']?([^\s;\"'&,)}\]\\]+)"),
    Rule("password", _PASSWORD,  # after a colon only at the end: "password: authentication failed" is prose
         _NAMED + r"[\"']?:\s{0,3}[\"']?([^\s;\"'&,)}\]\\]+)[\"']?\s*(?:$|[;,})])"),
    Rule("option", ("--",), r"(?i)--(?:password|client-secret|account-key|sas-token|token|api-key|secret"
         r"|hf-token)[ =]+[\"']?([^\s\"'-][^\s\"']*)", least=4),
    Rule("option", ("login",),
         r"\b(?:docker|az|helm|podman)\b.{0,80}?\blogin\b.{0,200}?\s-p[ =]?[\"']?([^\s\"']+)"),
    Rule("url_password", ("://",), r"(?i)\b[a-z][a-z0-9+.-]*://[^\s/:@\"'<>]*:([^\s/\"'<>]+)@"),
    Rule("url_password", ("redis", "amqp", "mongodb", "postgres", "mysql"),  # keys with a slash in them
         r"(?i)\b(?:rediss?|amqps?|mongodb|postgres(?:ql)?|mysql)(?:\+\w+)?://[^\s/:@\"'<>]*:([^\s\"'<>@]+)@"),
    Rule("url_user", ("://",), r"(?i)\bhttps?://([^\s/:@\"'<>]+)(?::[^\s/@\"'<>]*)?@", least=16, digit=True),
    Rule("hf_token", ("hf_",), r"\b(hf_[A-Za-z0-9]{16,})"),
    Rule("git_token", ("gh", "glpat-"),
         r"\b(gh[pousr]_[A-Za-z0-9]{16,}|github_pat_[A-Za-z0-9_]{20,}|glpat-[\w-]{16,})"),
    Rule("api_token", ("sk-",), r"\b(sk-(?:[A-Za-z0-9_]+-)*[A-Za-z0-9_]{16,}[A-Za-z0-9_-]*)", digit=True),
    Rule("api_token", ("aiza", "nvapi-", "pypi-", "npm_", "xox"),
         r"\b(AIza[\w-]{30,}|nvapi-[\w-]{20,}|pypi-[\w-]{20,}|npm_[A-Za-z0-9]{30,}|xox[a-z]-[A-Za-z0-9-]{10,})"),
    Rule("aws_key", ("akia", "asia"), r"\b((?:AKIA|ASIA)[A-Z0-9]{12,20})\b"),
    Rule("webhook", ("hooks.slack.com", "webhook"),
         r"(?i)(?:hooks\.slack\.com/(?:services|workflows|triggers)|webhook\.office\.com/webhookb2|"
         r"outlook\.office(?:365)?\.com/webhook|discord(?:app)?\.com/api/webhooks)/([^\s\"'<>\\]+)"),
    Rule("cookie", ("cookie",), r"(?i)\bcookie[\"']?\s{0,3}[:,]\s{0,3}[\"']?([\w.-]+=[^\"'\s]+)"),
)
_COMPILED = tuple((rule, re2.compile(rule.pattern)) for rule in RULES)
KEYWORDS = tuple(sorted({word for rule in RULES for word in rule.keywords}))

_ANSI = re.compile(
    "(?:\x1b\\[|\x9b)[0-?]*[ -/]*[@-~]?"  # CSI, cut ones too
    "|(?:\x1b[\\]PX^_]|\x9d)(?:[^\x07\x1b\x9c\n]{0,2048}(?:\x07|\x1b\\\\|\x9c|$))?"  # OSC; broken off: its sign only
    "|\x1b[ -/]*[0-~]")
_ZALGO = re.compile("([\u0300-\u036f\u0483-\u0489\u0610-\u061a\u064b-\u065f\u0e31\u0e34-\u0e3a\u0e47-\u0e4e"
                    "\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]{4})"
                    "[\u0300-\u036f\u0483-\u0489\u0610-\u061a\u064b-\u065f\u0e31\u0e34-\u0e3a\u0e47-\u0e4e"
                    "\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]+")
_HIDDEN = (0xAD, 0x61C, 0x180E, *range(0x80, 0xA0), *range(0x200B, 0x2010), *range(0x2028, 0x202F),
           *range(0x2060, 0x2070), 0xFEFF, *range(0xFFF9, 0xFFFC), *range(0xE0000, 0xE0080))
_VISIBLE: dict[int, str] = {code: f"⟨U+{code:04X}⟩" for code in _HIDDEN}
_VISIBLE |= {code: chr(0x2400 + code) for code in range(32) if chr(code) not in "\t\n"}
_VISIBLE |= {0x7F: "␡", **dict.fromkeys(range(0xD800, 0xE000), "\ufffd")}

_ESCAPE = re.compile(r"%[0-9A-Fa-f]{2}|&(?:amp|quot|apos|lt|gt|#39|#x27|#38|#34);|\\u[0-9A-Fa-f]{4}"
                     r"|\\[\"'/\\nrt]|⟨U\+[0-9A-F]{4,6}⟩|[␀-␈␋-␡]")
_ENTITIES = {"&amp;": "&", "&#38;": "&", "&quot;": '"', "&#34;": '"', "&apos;": "'", "&#39;": "'",
             "&#x27;": "'", "&lt;": "<", "&gt;": ">", "\\n": "\n", "\\r": "\n", "\\t": "\t"}
_MARKER = re.compile(r"\[REDACTED:[a-z_]+(?::[0-9a-f]{4})?\]")
_MASKED = re.compile(r"(?i)(?:none|null|true|false|redacted|\*+|x{3,}|\.{3,}|…)$|\$[{(]|<|\{\{|%[(s]")
_REST = re.compile(r"[^\s\"'<>&;,]*")
_CUT = re.compile(r" ?… (\d+) bytes cut$")
_PEM_EDGE = re2.compile(r"-----(BEGIN|END) [A-Z0-9 ]*PRIVATE KEY")
_PEM_BODY = re.compile(r"""^["'\s]*([A-Za-z0-9+/]{2,}={0,2})(?:\\n|\\r)*["',+\s]*$""")

Span = tuple[int, int, str]


def split(value: str) -> list[str]:
    r"""The lines of a text: \n and \r\n end a line, nothing else does; a last empty line is left out."""
    pieces = value.replace("\r\n", "\n").split("\n")
    return pieces[:-1] if pieces[-1] == "" else pieces


def text(value: str, key: bytes = b"") -> tuple[str, Counter[str]]:
    """A message (of any number of lines) without secrets, and how many of each rule were taken out now."""
    pieces = value.replace("\r\n", "\n").split("\n")
    clean, found = _through([visible(piece) for piece in pieces], key)
    return "\n".join(clean), found


def lines(values: Iterable[str], key: bytes = b"") -> tuple[list[str], Counter[str]]:
    """Log lines without secrets, one for each; of a line redrawn by CR the last drawing is kept."""
    return _through([visible(_last_drawn(value)) for value in values], key)


def whole(values: Iterable[str], key: bytes = b"") -> tuple[list[str], Counter[str]]:
    """Lines of any length without secrets, one for each, as `lines` does it but with no line cut."""
    return _through([visible(_last_drawn(value)) for value in values], key, uncut=True)


def visible(line: str) -> str:
    """The line with terminal sequences removed and every other control or hidden character made visible."""
    if line.isprintable():
        return line if line.isascii() else _ZALGO.sub(r"\1", line)
    return _ZALGO.sub(r"\1", _ANSI.sub("", line.removeprefix("\ufeff")).translate(_VISIBLE))


def _last_drawn(line: str) -> str:
    """What a terminal would show of a line that redraws itself, as progress bars do; line feeds are shown."""
    if "\r" in line:
        line = next((part for part in reversed(line.split("\r")) if part), "")
    return line.replace("\n", "␊") if "\n" in line else line


def _through(values: list[str], key: bytes, uncut: bool = False) -> tuple[list[str], Counter[str]]:
    """Each line through the rules, with the state that a private key over several lines needs."""
    done: list[str] = []
    found: Counter[str] = Counter()
    inside = 0  # lines that the open private key may still have
    for value in values:
        edge = "PRIVATE KEY" in value and _PEM_EDGE.search(value) is not None
        body = None if edge or not inside else _pem_body(value)
        inside = inside - 1 if body is not None else 0
        if edge:
            inside = _pem_edge(value, done, found)
        clean = _line(value, key, found, uncut) if body is None else body
        done.append(clean if uncut else cut(clean))
    return done, found


def _pem_edge(value: str, done: list[str], found: Counter[str]) -> int:
    """How many lines of a key may follow this edge; an END without its BEGIN blanks what stands before."""
    first, last = value.find("-----BEGIN"), value.rfind("-----END")
    if last >= 0 and (first < 0 or last < first):
        for at in range(len(done) - 1, max(-1, len(done) - 1 - PEM_LINES), -1):
            body = _pem_body(done[at])
            if body is None:
                break
            found["pem"] += body != done[at]
            done[at] = body
    if value.rfind("-----BEGIN") <= last:
        return 0
    found["pem"] += 1
    return PEM_LINES


_STAMP = re.compile(r"\S{0,40}\d{4}-\d\d-\d\dT[\d:.]{5,20}Z[ \t]+")  # what a CI log puts before each line


def _pem_body(value: str) -> str | None:
    """The line with the key's text taken out, or None where it cannot be a line inside a private key."""
    stamp = _STAMP.match(value)
    start = max((value.rfind(sign) + len(sign) for sign in (" - ", "| ") if sign in value),
                default=stamp.end() if stamp else 0)
    tail = value[start:]
    if tail.strip().startswith(("[REDACTED:pem]", "Proc-Type:", "DEK-Info:")) or not tail.strip():
        return value
    body = _PEM_BODY.match(tail)
    return value[:start] + tail[:body.start(1)] + "[REDACTED:pem]" + tail[body.end(1):] if body else None


def _line(line: str, key: bytes, found: Counter[str], uncut: bool) -> str:
    """One line without secrets; one beyond the window, unless uncut, loses its end and a token cut through."""
    if len(line) > WINDOW and not uncut:
        line = _cut_to(line, WINDOW)
    spans = _spans(line) if len(line) <= WINDOW else _wide_spans(line)
    if not spans:
        return line
    pieces: list[str] = []
    here = 0
    for start, end, rule in _outside_markers(line, spans):
        found[rule] += 1
        tag = ":" + hmac.new(key, line[start:end].encode(), hashlib.sha256).hexdigest()[:4] if key else ""
        pieces += (line[here:start], f"[REDACTED:{rule}{tag}]")
        here = end
    return "".join((*pieces, line[here:]))


def _spans(line: str) -> list[Span]:
    """Where secrets stand in the line: found in it as it is and in what it means when decoded."""
    spans = _matches(line, None)
    if _ESCAPE.search(line):
        view, at = line, list(range(len(line) + 1))
        for _ in range(DECODE_TWICE):
            view, at = _decoded(view, at)
            spans += _matches(view, at)
    return sorted(spans, key=lambda span: span[:2])  # equal ones stay in the order of the table


def _wide_spans(line: str) -> list[Span]:
    """The spans of a line beyond the window, window by window; a secret that a window cuts goes on to its end."""
    spans: list[Span] = []
    for first in range(0, len(line) - OVERLAP, WINDOW - OVERLAP):
        last = min(first + WINDOW, len(line))
        for start, end, rule in _spans(line[first:last]):
            further = _REST.match(line, first + end) if first + end == last else None
            spans.append((first + start, further.end() if further else first + end, rule))
    return sorted(spans, key=lambda span: span[:2])


def _matches(view: str, at: Sequence[int] | None) -> list[Span]:
    """Secrets in one view of a line; `at` gives the place of each of its characters in the line itself."""
    low = view.lower()
    if not any(word in low for word in KEYWORDS):
        return []
    spans: list[Span] = []
    for rule, pattern in _COMPILED:
        if any(word in low for word in rule.keywords):
            for start, end in _secrets(rule, pattern, view):
                spans.append((start, end, rule.id) if at is None else (at[start], at[end], rule.id))
    return spans


def _secrets(rule: Rule, pattern: Any, view: str) -> Iterator[tuple[int, int]]:
    """Start and end of what a rule takes for a secret, words that only stand for one left out."""
    for match in pattern.finditer(view):
        value = match.group(match.lastindex)
        if len(value) < rule.least or _MASKED.match(value):
            continue
        if not rule.digit or any(char.isdigit() for char in value):
            yield match.span(match.lastindex)


def _decoded(view: str, at: list[int]) -> tuple[str, list[int]]:
    """The view with one layer of URL, HTML and JSON escapes taken off, and the place of each character."""
    pieces: list[str] = []
    places: list[int] = []
    here = 0
    for match in _ESCAPE.finditer(view):
        meaning = _meaning(match.group())
        pieces += (view[here:match.start()], meaning)
        places += at[here:match.start()]
        places += at[match.start():match.start() + len(meaning)]
        here = match.end()
    return "".join((*pieces, view[here:])), places + at[here:]


def _meaning(escape: str) -> str:
    """The one character that an escape stands for; marks that `visible` put in stand for nothing."""
    if escape.startswith("%"):
        return chr(int(escape[1:], 16))
    if escape.startswith("\\u"):
        return chr(int(escape[2:], 16))
    if escape in _ENTITIES:
        return _ENTITIES[escape]
    return escape[1] if escape.startswith("\\") else ""


def _outside_markers(line: str, spans: list[Span]) -> Iterator[Span]:
    """The spans, joined where they meet and without what an earlier run took out."""
    marks = [mark.span() for mark in _MARKER.finditer(line)] if "[REDACTED:" in line else []
    for start, end, rule in _joined(spans):
        for mark_start, mark_end in marks:
            if mark_end <= start or mark_start >= end:
                continue
            if start < mark_start:
                yield start, mark_start, rule
            start = mark_end
        if start < end:
            yield start, end, rule


def _joined(spans: list[Span]) -> Iterator[Span]:
    """Overlapping or touching spans as one, under the rule of the first."""
    current = spans[0]
    for start, end, rule in spans[1:]:
        if start <= current[1]:
            current = (current[0], max(end, current[1]), current[2])
        else:
            yield current
            current = (start, end, rule)
    yield current


def _cut_to(line: str, length: int) -> str:
    """The first characters of a line without the token that the cut went through (at most 4,096)."""
    end = max(line.rfind(" ", length - 4096, length), length - 4096)
    return f"{line[:end]} … {len(line[end:].encode())} bytes cut"


def cut(line: str) -> str:
    """The line in at most LINE_BYTES of UTF-8, saying how many bytes are gone; no marker is cut through."""
    if len(line) * 4 <= LINE_BYTES or len(raw := line.encode()) <= LINE_BYTES:
        return line
    kept = raw[:LINE_BYTES - 32].decode(errors="ignore")
    opened = kept.rfind("[REDACTED:")
    if opened >= 0 and "]" not in kept[opened:]:
        kept = kept[:opened]
    earlier = _CUT.search(line)
    gone = len(raw) - len(kept.encode()) + (int(earlier[1]) - len(earlier[0].encode()) if earlier else 0)
    return f"{kept}… {gone} bytes cut"
