"""From whatever a person pastes to a case: secrets removed first, the kinds of text told apart, names and ids found."""

import itertools
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import re2

from troubleshoot.diagnosis import azdebug, kinds, logs, mentions, redact, stages
from troubleshoot.diagnosis.facts import Case, Place, Stage, Text, Verdict
from troubleshoot.diagnosis.unwrap import dedented, unwrapped

MAX_CHARS = 8_000_000  # of one paste; more is cut in the middle, and the lines left out are named
MAX_LINES = 200_000
NOWHERE = Place("", "", "")


@dataclass(frozen=True, slots=True)
class Removed:
    """A secret that was taken out: its line, and what it was ("signature", "connection string", …)."""

    line: int
    what: str


@dataclass(frozen=True, slots=True)
class Paste:
    """A pasted text as it is read. Line numbers everywhere are those of the text as it was pasted."""

    text: str  # without its secrets, and cut where it was too long; this is what the box shows again
    parts: tuple[Text, ...]  # one or several kinds of text, in order
    read_as: str  # in words, such as "log of a managed online deployment, inference-server"
    lines: int  # of the whole paste
    left_out: tuple[int, int] | None = None  # first and last line that was cut out of the middle
    removed: tuple[Removed, ...] = ()
    names: tuple[tuple[str, str], ...] = ()  # subscription, group, workspace, endpoint, deployment, region: as found
    ids: tuple[tuple[str, str], ...] = ()  # operation id, request id, correlation id, client request id
    began: datetime | None = None  # earliest and latest time that a line tells
    ended: datetime | None = None
    status: int | None = None  # of a scoring answer
    reason: str = ""  # its reason phrase
    absent: tuple[str, ...] = ()  # not in the text: "endpoint", "Azure's own error", "storage-initializer log"
    forms: tuple[str, ...] = ()  # of each part, as kinds.Stretch has it


_WHAT = {
    "pem": "private key", "sas_sig": "signature", "signed_url": "signature", "function_code": "function key",
    "storage_key": "account key", "access_key": "key", "azure_key": "key", "app_insights": "instrumentation key",
    "authorization": "authorization header", "bearer": "token", "jwt": "token", "aad_secret": "client secret",
    "named_secret": "secret", "named_token": "token", "acr_password": "registry password", "option": "secret option",
    "url_password": "password in an address", "url_user": "token in an address", "hf_token": "token",
    "git_token": "token", "api_token": "token", "aws_key": "key", "cookie": "cookie",
}  # fmt: skip
_MARKER = re2.compile(r"\[REDACTED:([a-z_]+)(?::[0-9a-f]{4})?\]")
_READ_AS = {
    "inference_log": "log of a managed online deployment, inference-server",
    "storage_log": "log of a managed online deployment, storage-initializer",
    "build_log": "log of an image build",
    "operation_error": "error of a deployment operation",
    "scoring": "answer to a scoring call",
}
_STATUS = tuple(
    re2.compile(text)
    for text in (
        r"(?m)^\s*(?:< )?HTTP/\d(?:\.\d)? (?P<status>[2-5]\d\d)(?: (?P<reason>[^\r\n]{1,100}))?",
        r"HTTPError: (?:HTTP Error )?(?P<status>[2-5]\d\d):? (?:(?:Client|Server) Error: )?(?P<reason>[^\n:]{0,80})",
        r"<Response \[(?P<status>[2-5]\d\d)\](?P<reason>)",
        r"(?i)(?:status[_ -]?code|http status|status)['\"]?\s{0,2}[:=]?\s{0,2}(?P<status>[2-5]\d\d)\b(?P<reason>)",
        r"(?i)\bHTTP (?P<status>[45]\d\d)\b(?P<reason>)|\b(?P<status2>[45]\d\d) error\b",
    )
)
_FAILED = re2.compile(r"(?i)\"(?:status|provisioning_?state)\" ?: ?\"Failed\"")
_ERROR_SAID = re2.compile(r"aka\.ms/oe-tsg")


def read(text: str, kind: str = "") -> Paste:
    """Reads a paste; any text is taken, none is refused. A `kind` that the reader gives is that of all of it."""
    lines = _split(text)
    head, tail = _fitting(lines)
    gone = (head + 1, tail) if head < tail else None
    clean, removed = _without_secrets(lines[:head], 1)
    more, further = _without_secrets(lines[tail:], tail + 1)
    clean, more = _shortened(clean), _shortened(more)
    blocks = [(1, clean), (tail + 1, more)] if gone else [(1, clean + more)]
    stretches = [(first, *one) for first, block in blocks for one in _parts(block, kind) if block]
    parts = tuple(replace(part, first=first + part.first - 1) for first, part, _ in stretches)
    whole = "\n".join((*clean, *([_left_out(*gone)] if gone else []), *more))
    began, ended = mentions.times((*clean, *more))
    status, reason = _status(parts)
    found = Paste(
        text=whole,
        parts=parts,
        read_as=_read_as(parts, tuple(form for _, _, form in stretches)),
        lines=len(lines),
        left_out=gone,
        removed=removed + further,
        names=mentions.names(whole),
        ids=mentions.ids(whole),
        began=began,
        ended=ended,
        status=status,
        reason=reason,
        forms=tuple(form for _, _, form in stretches),
    )
    return replace(found, absent=tuple(_absent(found)))


def together(pastes: Sequence[Paste]) -> Paste:
    """Several texts of one failure as one: the lines of each are counted on from those before it."""
    if len(pastes) == 1:
        return pastes[0]
    starts = list(itertools.accumulate((one.lines for one in pastes), initial=0))
    counted = list(zip(starts, pastes, strict=False))
    whole = "\n".join(one.text for one in pastes)
    found = Paste(
        text=whole,
        parts=tuple(replace(part, first=at + part.first) for at, one in counted for part in one.parts),
        read_as="; ".join(dict.fromkeys(one.read_as for one in pastes)),
        lines=starts[-1],
        left_out=next(((at + one.left_out[0], at + one.left_out[1]) for at, one in counted if one.left_out), None),
        removed=tuple(replace(secret, line=at + secret.line) for at, one in counted for secret in one.removed),
        names=mentions.names(whole),
        ids=mentions.ids(whole),
        began=min((one.began for one in pastes if one.began), default=None),
        ended=max((one.ended for one in pastes if one.ended), default=None),
        status=next((one.status for one in reversed(pastes) if one.status), None),
        reason=next((one.reason for one in reversed(pastes) if one.status), ""),
        forms=tuple(form for one in pastes for form in one.forms),
    )
    return replace(found, absent=tuple(_absent(found)))


def case(paste: Paste, place: Place = NOWHERE) -> Case:
    """The paste as a case; names given by the reader go before those found in the text."""
    named = dict(paste.names)
    return Case(
        place=Place(
            place.subscription or named.get("subscription", ""),
            place.group or named.get("group", ""),
            place.workspace or named.get("workspace", ""),
            place.endpoint or named.get("endpoint", ""),
            place.deployment or named.get("deployment", ""),
        ),
        state="Failed" if any(_is_failed(part) for part in paste.parts) else "",
        http_status=paste.status,
        texts=tuple(_told(part, form) for part, form in zip(paste.parts, paste.forms, strict=True)),
    )


def rail(paste: Paste, verdict: Verdict) -> tuple[Stage, ...]:
    """The stage rail read from the text: the status block and events of its last log, and where the cause stopped it.

    An answer to a call has no stages: then nothing comes back.
    """
    if paste.parts and all(part.kind == "scoring" for part in paste.parts):
        return ()
    read = [logs.parse(part.text) for part in paste.parts if part.kind in ("inference_log", "storage_log")]
    told = next((one for one in reversed(read) if one.status or one.events), None)
    best = verdict.best
    seen = Case(status=told.status, events=told.events) if told else Case()
    return stages.rail(seen, best.stage if best and best.stage else None)


def _split(text: str) -> list[str]:
    """The lines of a paste: as `redact.split`, and a text with no line feed at all ends its lines by CR."""
    text = text.removeprefix("\ufeff")
    if text.count("\0") * 3 > len(text):  # UTF-16 that was read as if it were bytes
        text = text.replace("\0", "")
    return redact.split(text if "\n" in text else text.replace("\r", "\n"))


def _fitting(lines: Sequence[str]) -> tuple[int, int]:
    """How many lines of the head are kept, and the index where the tail begins: equal where all fit."""
    if len(lines) <= MAX_LINES and sum(len(line) + 1 for line in lines) <= MAX_CHARS:
        return len(lines), len(lines)
    head = _room_for(lines[: MAX_LINES // 2])
    return head, len(lines) - _room_for(lines[max(head, len(lines) - MAX_LINES // 2) :][::-1])


def _room_for(lines: Sequence[str]) -> int:
    """How many of the first lines fit into half a paste; one always does."""
    sums = itertools.accumulate(len(line) + 1 for line in lines)
    return max(min(1, len(lines)), sum(1 for _ in itertools.takewhile(lambda size: size <= MAX_CHARS // 2, sums)))


def _left_out(first: int, last: int) -> str:
    return f"… lines {first:,} to {last:,} left out"


def _without_secrets(lines: Sequence[str], first: int) -> tuple[list[str], tuple[Removed, ...]]:
    """The lines with their secrets taken out, and where each one stood."""
    clean, found = redact.whole(lines)
    return clean, tuple(_removed(lines, clean, first)) if found else ()


def _removed(lines: Sequence[str], clean: Sequence[str], first: int) -> Iterator[Removed]:
    for number, (before, after) in enumerate(zip(lines, clean, strict=True), first):
        if "[REDACTED:" in after:
            new = Counter(_MARKER.findall(after)) - Counter(_MARKER.findall(redact.visible(before)))
            yield from (Removed(number, _WHAT.get(rule, rule.replace("_", " "))) for rule in new.elements())


def _shortened(lines: list[str]) -> list[str]:
    """The lines, with the middle of one that is beyond all bounds cut out."""
    return [_middle_cut(line) if len(line) > MAX_CHARS // 2 else line for line in lines]


def _middle_cut(line: str) -> str:
    keep = MAX_CHARS // 4
    return f"{line[:keep]} … {len(line) - 2 * keep:,} characters left out … {line[-keep:]}"


def _parts(lines: Sequence[str], kind: str) -> Iterator[tuple[Text, str]]:
    """The parts of a block with their forms; `first` counts from 1 in the block."""
    bare = unwrapped(lines)
    for one in [kinds.Stretch(0, len(bare), kind, "")] if kind else kinds.stretches(bare):
        yield Text(one.kind, "\n".join(dedented(bare[one.first : one.last])), one.first + 1), one.form


def _told(part: Text, form: str) -> Text:
    """The part as the causes see it: of a debug output only what tells of the failure."""
    return replace(part, text="\n".join(azdebug.telling(part.text.split("\n")))) if form == kinds.DEBUG else part


def _is_failed(part: Text) -> bool:
    return part.kind == "operation_error" and _FAILED.search(part.text) is not None


def _status(parts: Sequence[Text]) -> tuple[int | None, str]:
    """Status and reason of the last answer to a scoring call."""
    for part in reversed([part for part in parts if part.kind == "scoring"]):
        for pattern in _STATUS:
            found = list(pattern.finditer(part.text))
            if found:
                said = found[-1].groupdict()
                return int(said["status"] or said["status2"]), (said["reason"] or "").strip()
    return None, ""


def _read_as(parts: Sequence[Text], forms: Sequence[str]) -> str:
    """What the parts are, in words, each once."""
    return "; ".join(dict.fromkeys(_words(part, form) for part, form in zip(parts, forms, strict=True))) or "empty text"


def _words(part: Text, form: str) -> str:
    if form == kinds.DEBUG:
        return "output of az with --debug"
    if form == kinds.UNMARKED:
        return "text with no mark of a program"
    if part.kind == "operation_error" and form in ("json", kinds.HTTP):
        return "error in JSON" if form == "json" else "answer of Azure Resource Manager"
    if part.kind == "inference_log" and form in ("", kinds.CONSOLE) and not kinds.is_server_log(part.text):
        return "traceback" if "Traceback (most recent call last)" in part.text else "log of a program"
    return _READ_AS[part.kind]


def _absent(paste: Paste) -> Iterator[str]:
    """What would make the answer surer or the commands complete, and is not in the text."""
    named = dict(paste.names)
    here = {part.kind for part, form in zip(paste.parts, paste.forms, strict=True) if form != kinds.UNMARKED}
    words = {"group": "resource group"}
    yield from (words.get(name, name) for name in ("endpoint", "deployment", "workspace", "group") if name not in named)
    if here == {"scoring"}:
        yield from (() if any(sort == "request id" for sort, _ in paste.ids) else ("request id",))
        yield "inference-server log"
        return
    if "operation_error" not in here and not _ERROR_SAID.search(paste.text):
        yield "Azure's own error"
    yield from (
        f"{name} log"
        for kind, name in (("inference_log", "inference-server"), ("storage_log", "storage-initializer"))
        if kind not in here
    )
