"""What a log line says of itself: its time, its level and its logger.

Patterns are anchored and without nested repeats, so that the standard `re` is safe on hostile text.
"""
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta, timezone

import re2

from troubleshoot.diagnosis.scan import last_lines_with, lines_with, occurrences
from troubleshoot.diagnosis.sheet import line_end, line_start

_TIME = re.compile(r"\s*\[?(\d{4})([-/]?)(\d\d)\2(\d\d)[ T-](\d\d):(\d\d):(\d\d)(?:[.,](\d{1,9}))?"
                   r"(?: ?(Z|[+-]\d\d:?\d\d)(?!\d))?")
_ACCESS_TIME = re.compile(r"[^\[\n]{0,99}\[(\d\d)/([A-Z][a-z]{2})/(\d{4}):(\d\d):(\d\d):(\d\d) ([+-]\d{4})\]")
_MONTHS = {name: number for number, name in enumerate(
    ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"), 1)}

LETTER = re.compile(r"(?:\s*\d{4}-\d\d-\d\d \d\d:\d\d:\d\d[.,]\d+ )?([DIWEC]) \[?\d+\]? ([\w.-]+) - ")
_WORDS = r"(TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|CRITICAL|FATAL)"
_LEVELS = tuple(re.compile(pattern) for pattern in (
    r"\s*[\d/:., T+Z-]{8,40}\| (?P<logger>[\w.-]+) \| " + _WORDS + r" \| ",  # <time> | root | INFO |
    r"\s*[\d/:., T+Z-]{8,40} - (?:(?P<logger>[\w.-]+) - )?" + _WORDS + r" - ",
    _WORDS + r":(?P<logger>[\w.-]+):",  # INFO:root:…
    r"\[[\d:, +-]{19,40}\] \[\d+\] \[" + _WORDS + r"\] ",  # gunicorn by itself
    r"(?:\([^)]{1,60}\) )?" + _WORDS + r"[: ]\s*\d\d-\d\d \d\d:",  # vLLM
    r"(?:\([^)]{1,60}\) )?" + _WORDS + r":? ",
    r"(?P<logger>\w+) \| " + _WORDS + r" \| "))
_JSON_LEVEL = re.compile(r'\s*\{.{0,200}?"level": ?"\[?(\w+)\]?"')
_JSON_LOGGER = re.compile(r'\s*\{.{0,400}?"logger": ?"([^"]*)"')
_TRITON = re.compile(r"([IWEF])\d{4} \d\d:\d\d:\d\d\.\d+ ")
# What a line must begin with to have a level or a time; one look in place of ten.
_BEGINS = re.compile(r"\s*\[?[\d/:., T+Z-]{8}|[DIWEC] \[?\d|[IWEF]\d{4} |\s*\{|\w+ \| |[^\[\n]{0,99}\[\d\d/"
                     r"|(?:\([^)]{1,60}\) )?(?:TRACE|DEBUG|INFO|NOTICE|WARN|ERROR|CRITICAL|FATAL)|\[[\d:, +-]{19}")
_WEIGHT = {"W": "warning", "WARN": "warning", "WARNING": "warning", "E": "error", "C": "error", "F": "error",
           "ERROR": "error", "CRITICAL": "error", "FATAL": "error"}
_PLAIN_ERROR = re.compile(
    r"\s*(?:Traceback \(most recent call last\)"
    r"|(?:[A-Za-z_]\w*\.)*[A-Z]\w*(?:Error|Exception|Interrupt|SystemExit)\s*(?::|$)"
    r"|(?:[Ff]atal|panic|[Ee]rror|ERROR|FATAL)\s?:|Fatal Python error|Segmentation fault|Killed$"
    r"|WORKER TIMEOUT|worker timed out"
    r"|Reason: Worker failed to boot|Worker \(pid:\d+\) (?:was sent SIGKILL|exited with code [1-9])"
    r"|Worker with pid \d+ was terminated|Encountered Exception|User's init function failed"
    r"|=+Configuration Error=+|HTTP status code: [45]\d\d)")
_RUNIT_ERROR = re.compile(r".{0,60}[-|] (?:Exit code \d+ is not normal|gunicorn/finish [1-9])")
_HARMLESS = ("Error while fetching model IDs", "Found extra keys in the config file",
             "EdgeHubConnectionString and IOTEDGE_IOTHUBHOSTNAME are not set", "is normal. Not restarting",
             "no version information available", "DEPRECATION")

_TIMED = re.compile(r"\n(?:([^\S\n]*\[?\d{4}[-/]?\d\d[-/]?\d\d[ T-]\d\d:\d\d:\d\d)"
                    r"(?:[.,]\d{1,9})?( ?(?:Z|[+-]\d\d:?\d\d)(?!\d))?"
                    r"|[^\[\n]{0,99}\[\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d [+-]\d{4}\])")
_HAS_TIME = re2.compile(r"\d\d:\d\d:\d\d")
# What a line must have to be an error, or to have a level or a time; which of them does, the patterns above say.
_BLANKS = r"[\t\x0b\f\r \x1c-\x1f\x{80}-\x{10FFFF}]*"
_WIDE = r"[\w\x{80}-\x{10FFFF}]*"
_MAYBE_ERROR = re2.compile(
    r"(?m)^(?:" + _BLANKS + r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d[.,]\d+ )?[EC] \[?\d|^[EF]\d{4} "
    r"|^" + _BLANKS + r"\{.*\"level\": ?\"\[?(?i:E|C|F|ERROR|CRITICAL|FATAL)\b"
    r"|\b(?:ERROR|CRITICAL|FATAL)\b|[-|] (?:Exit code|gunicorn/finish)"
    r"|^" + _BLANKS + r"(?:Traceback \(most recent|(?:[A-Za-z_]" + _WIDE + r"\.)*[A-Z]" + _WIDE
    + r"(?:Error|Exception|Interrupt|SystemExit)" + _BLANKS + r"(?::|$)"
    r"|(?:[Ff]atal|panic|[Ee]rror)" + _BLANKS + r":|Fatal Python|Segmentation|Killed$|WORKER TIMEOUT|worker timed out"
    r"|Reason: Worker failed|Worker |Encountered Exception|User's init|=+Configuration Error=|HTTP status code: [45])")
_MAYBE_HEADED = re2.compile(
    r"(?m)^" + _BLANKS + r"\[?[\d/:., T+Z-]{8}|^[DIWEC] \[?\d|^[IWEF]\d{4} |^" + _BLANKS + r"\{.*\"level\""
    r"|^(?:\([^)\n]*\) )?(?:TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|CRITICAL|FATAL)[: ]"
    r"|^" + _WIDE + r" \| [A-Z]+ \| |^[^\[\n]*\[\d\d/[A-Z][a-z][a-z]/")


def moment(line: str) -> datetime | None:
    """The time at the start of a line, or in the brackets of an access line, in UTC; None where not whole.

    Without a zone the time is UTC, as the server and Azure write it. Formats without a year give None.
    """
    found = _TIME.match(line)
    if found:
        year, _, month, day, hour, minute, second, fraction, zone = found.groups()
    else:
        found = _ACCESS_TIME.match(line)
        if not found or found[2] not in _MONTHS:
            return None
        day, name, year, hour, minute, second, zone = found.groups()
        month, fraction = str(_MONTHS[name]), ""
    try:
        local = datetime(int(year), int(month), int(day), int(hour), int(minute), int(second),
                         int((fraction or "0").ljust(6, "0")[:6]), tzinfo=_zone(zone))
        return local.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _zone(text: str | None) -> timezone:
    """The zone of `Z`, `+0100` or `+01:00`; none written is UTC."""
    if not text or text == "Z":
        return UTC
    away = timedelta(hours=int(text[1:3]), minutes=int(text[-2:]))
    return timezone(-away if text[0] == "-" else away)


def _levelled(line: str) -> tuple[str, str] | None:
    """Level (letter or word) and logger of a line that has a level; None for any other."""
    if found := LETTER.match(line):
        return found[1], found[2]
    if not _BEGINS.match(line):
        return None
    if found := _TRITON.match(line):
        return found[1], ""
    if line.lstrip().startswith("{") and (found := _JSON_LEVEL.match(line)):
        name = _JSON_LOGGER.match(line)
        return found[1].upper(), name[1] if name else ""
    for pattern in _LEVELS:
        if found := pattern.match(line):
            level = next(group for group in found.groups() if group and group in _ALL_LEVELS)
            return level, found.groupdict().get("logger") or ""
    return None


_ALL_LEVELS = {"TRACE", "DEBUG", "INFO", "NOTICE", "WARN", "WARNING", "ERROR", "CRITICAL", "FATAL"}


def severity(line: str) -> str:
    """"error", "warning" or "": by the line's own level where it has one, else by the shape of its text.

    A logger called gunicorn.error says nothing; lines that CATALOGUE 2 calls harmless are "".
    """
    if any(words in line for words in _HARMLESS):
        return ""
    levelled = _levelled(line)
    if levelled:
        return _WEIGHT.get(levelled[0], "")
    return "error" if _PLAIN_ERROR.match(line) or _RUNIT_ERROR.match(line) else ""


def severities(lines: Iterable[str]) -> list[str]:
    """The severity of each line, where a harmless line makes the traceback below it harmless as well."""
    found, harmless = [], False
    for line in lines:
        if _levelled(line) or moment(line):
            harmless = any(words in line for words in _HARMLESS)
        found.append("" if harmless else severity(line))
    return found


def logger(line: str) -> str:
    """The name of the logger that wrote the line (`azmlinfsrv.print`, `root`), or ""."""
    levelled = _levelled(line)
    return levelled[1] if levelled else ""


def older(text: str, since: datetime) -> list[tuple[int, int]]:
    """The parts of a text that were written before a moment, by the last time at or above each line."""
    found: list[tuple[int, int]] = []
    if not _HAS_TIME.search(text):
        return found
    began = -1
    known: dict[tuple[str, str], bool | None] = {}
    for mark in _TIMED.finditer("\n" + text):  # a line begins at the offset of the line feed before it, less one
        key = mark[1] or mark[0][1:], mark[2] or ""
        if key not in known:
            known[key] = _surely_before("".join(key), since)
        old = known[key]
        if old is None:
            when = moment(text[mark.start() : mark.end() + 200])
            if when is None:
                continue
            old = when < since
        if old and began < 0:
            began = mark.start()
        elif not old and began >= 0:
            found.append((began, mark.start() - 1))
            began = -1
    return [*found, (began, len(text))] if began >= 0 else found


def _surely_before(second: str, since: datetime) -> bool | None:
    """Whether a whole second lies before a moment; None where its fraction decides, or it is no time."""
    when = moment(second)
    if when is None or when <= since < when + timedelta(seconds=1):
        return None
    return when < since


def error_lines(text: str, start: int = 0) -> Iterator[int]:
    """Offsets of the lines that speak of an error, from the line at `start` on; `severities` for a long text."""
    zones: Iterator[tuple[int, int]] | None = None
    zone: tuple[int, int] | None = (-1, -1)
    for at in lines_with(_MAYBE_ERROR, text, start):
        zones = zones or _harmless_zones(text, _head_above(text, start))
        while zone and zone[1] <= at:
            zone = next(zones, None)
        if not (zone and zone[0] <= at) and severity(text[at : line_end(text, at)]) == "error":
            yield at


def _head_above(text: str, start: int) -> int:
    """Where the last line at or above one begins that has a level or a time of its own."""
    heads = last_lines_with(_MAYBE_HEADED, text, line_end(text, start)) if start else iter(())
    return next((at for at in heads if _headed(text[at : line_end(text, at)])), 0)


def _harmless_zones(text: str, begin: int) -> Iterator[tuple[int, int]]:
    """From each harmless line with a level or a time of its own to the next line that has one."""
    end = 0
    for at in occurrences(text, _HARMLESS, begin):
        start, behind = line_start(text, at), line_end(text, at)
        if start >= end and _BEGINS.match(text, start) and _headed(text[start:behind]):
            end = _next_head(text, behind + 1)
            yield start, end


def _next_head(text: str, at: int) -> int:
    """Where the next line begins that has a level or a time of its own: mostly one of the first."""
    for _ in range(4):
        end = line_end(text, at)
        if at > len(text) or _headed(text[at:end]):
            return at
        at = end + 1
    later = lines_with(_MAYBE_HEADED, text, at)
    return next((one for one in later if _headed(text[one : line_end(text, one)])), len(text) + 1)


def _headed(line: str) -> bool:
    return bool(_BEGINS.match(line) and (_levelled(line) or moment(line)))
