"""What a line of a console can prove: harmless, wrapped, printed by the script, or survived."""

import itertools
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence, Set
from functools import cached_property

import re2

from troubleshoot.diagnosis import loglines
from troubleshoot.diagnosis.scan import last_lines_with, lines_with, occurrences
from troubleshoot.diagnosis.sheet import Sheet, line_end, line_start
from troubleshoot.diagnosis.tracebacks import HEADER, Chain, are_heads_alone, chains

# Known to mean no harm (CATALOGUE 2, and what the server and its base images print at every start).
_HARMLESS = (
    "Error while fetching model IDs",
    "Found extra keys in the config file",
    "EdgeHubConnectionString and IOTEDGE",
    "is normal. Not restarting",
    "no version information available",
    "DEPRECATION",
    "Failure while loading azureml_run_type_providers",
    "Failed to load entrypoint ",
    "compatibility patch for Flask 1 has failed",
    "SPARK_HOME not set",
    "appinsights key filename",
)
_HARMLESS_AT_START = "Extra keys = "
_PRINT, _PRINT_BEFORE = ".print - ", 70  # the logger of the script's own print(), and where it must stand
_READY = re2.compile(
    r"(?m)Worker with pid \d+ ready for serving traffic|Users's init has completed successfully"
    r"|azmlinfsrv - (?:POST|GET) /\S* 20\d |gunicorn\.access - .*\" 20\d |\| root \| INFO \| 200[\t\f\r ]*$"
    r"|^(?:\S+ )?\S+ - \S+ \[\d\d/\w{3}/\d{4}:[^\]\n]+\] \"(?:GET|POST) \S+ HTTP/1\.\d\" 20\d "
    r"|INFO: +\S+:\d+ - \"(?:GET|POST) \S+ HTTP/1\.1\" 200|Application startup complete\."
    r"|Started (?:HTTPService|GRPCInferenceService) at "
)
_PROGRESS = (
    "Invoking user's init function",
    "Found user script at ",
    "Users's init has completed",
    "ready for serving traffic",
)
_START = re2.compile(
    r"(?m)Booting worker with pid|Azure ML Inferencing HTTP server v\d|Starting gunicorn \d"
    r"|gunicorn/run|^Container logs:|Started server process \["
)
_DEATH = re2.compile(
    r"Worker failed to boot|exited with code [1-9]|Exit code [2-9]\d* is not normal"
    r"|User's init function failed"
    r"|Failed to import user script|gunicorn/finish [2-9]|Application startup failed\. Exiting"
)


class Ranges(Set[int]):
    """Indices of lines, kept as ranges in order."""

    __slots__ = ("_ends", "_starts")

    def __init__(self, ranges: Iterable[tuple[int, int]]) -> None:
        self._starts: list[int] = []
        self._ends: list[int] = []
        for start, end in sorted(ranges):
            if self._ends and start <= self._ends[-1]:
                self._ends[-1] = max(end, self._ends[-1])
            elif end > start:
                self._starts.append(start)
                self._ends.append(end)

    @classmethod
    def _from_iterable(cls, lines: Iterable[int]) -> "Ranges":  # type: ignore[override]
        return cls((line, line + 1) for line in lines)

    def __contains__(self, line: object) -> bool:
        at = bisect_right(self._starts, line) - 1 if isinstance(line, int) else -1
        return at >= 0 and isinstance(line, int) and line < self._ends[at]

    def behind(self, line: int) -> int:
        """The first line from one on that is not among them."""
        at = bisect_right(self._starts, line) - 1
        return max(line, self._ends[at]) if at >= 0 else line

    def __iter__(self) -> Iterator[int]:
        pairs = zip(self._starts, self._ends, strict=True)
        return itertools.chain.from_iterable(range(start, end) for start, end in pairs)

    def __len__(self) -> int:
        return sum(self._ends) - sum(self._starts)


class Printed(Set[int]):
    """Indices of the lines that the script's own print() wrote, looked at when asked for."""

    __slots__ = ("_any", "_sheet")

    def __init__(self, sheet: Sheet) -> None:
        self._sheet, self._any = sheet, _PRINT in sheet.text

    @classmethod
    def _from_iterable(cls, lines: Iterable[int]) -> Ranges:  # type: ignore[override]
        return Ranges((line, line + 1) for line in lines)

    def __contains__(self, line: object) -> bool:
        return self._any and isinstance(line, int) and self.holds(self._sheet.start(line))

    def __iter__(self) -> Iterator[int]:
        return (line for line in range(len(self._sheet)) if line in self) if self._any else iter(())

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def holds(self, start: int) -> bool:
        """True where the line that begins at an offset is one."""
        text = self._sheet.text
        end = min(start + _PRINT_BEFORE + len(_PRINT), line_end(text, start)) if self._any else start
        return text.find(_PRINT, start, end) >= 0


class Errors:
    """Indices of the lines that speak of an error by their own level or shape, first one first."""

    __slots__ = ("_reading",)

    def __init__(self, reading: "Reading") -> None:
        self._reading = reading

    def __iter__(self) -> Iterator[int]:
        return self.after(-1)

    def after(self, line: int) -> Iterator[int]:
        """Those below a line."""
        reading, sheet = self._reading, self._reading.sheet
        if line + 1 < len(sheet):
            for start in loglines.error_lines(sheet.text, sheet.start(line + 1)):
                at = sheet.at(start)
                if at not in reading.harmless and not reading.printed.holds(start):
                    yield at


class Reading:
    """Indices of lines by what they can prove, each worked out when it is first asked for."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.printed = Printed(sheet)
        self.errors = Errors(self)

    @cached_property
    def harmless_parts(self) -> list[tuple[int, int]]:
        """The harmless parts of the text, in order; one may hold another."""
        return sorted([*self._lines_together(), *((chain.begin, chain.stop) for chain in self._mild)])

    def _lines_together(self) -> Iterator[tuple[int, int]]:
        text, start, end = self.sheet.text, -1, -2
        for at in sorted(self._harmless_lines):
            if at != end + 1:
                if start >= 0:
                    yield start, end
                start = at
            end = line_end(text, at)
        if start >= 0:
            yield start, end

    @cached_property
    def harmless(self) -> Ranges:
        """Lines known to mean no harm."""
        at = self.sheet.at
        return Ranges((at(start), at(end) + 1) for start, end in self.harmless_parts)

    @cached_property
    def wrapped(self) -> Ranges:
        """Lines of the later blocks of a chained traceback; all of them where tracebacks are cut to their heads."""
        if self._cut_up:
            return Ranges([(0, len(self.sheet))])
        return Ranges((chain.raised[0] + 1, chain.end) for chain in self.chains if chain.raised)

    @cached_property
    def running(self) -> Ranges:
        """Lines of tracebacks raised while a request was answered."""
        return Ranges((chain.start, chain.end) for chain in self.chains if chain.running)

    @cached_property
    def survived(self) -> Ranges:
        """Lines after which the same start of the container made progress: what they say did not end it."""
        text, at = self.sheet.text, self.sheet.at
        progress = sorted({line_start(text, one) for one in occurrences(text, _PROGRESS)})
        progress = [at(one) for one in progress if not self.printed.holds(one)]
        starts = [at(one) for one in lines_with(_START, text) if not self.printed.holds(one)] if progress else []
        return Ranges(_survived(progress, starts))

    @cached_property
    def served(self) -> range:
        """Lines of a start that was ready, below which nothing ends: what they say hurt a request at most."""
        if self.last_ready < 0:
            return range(0)
        ended = self.died[-1] if self.died else -1
        return range(max(self.last_ready, ended) + 1, self._started_again)

    @cached_property
    def _started_again(self) -> int:
        """The first line of a start below the last ready line, or the end."""
        sheet = self.sheet
        for start in lines_with(_START, sheet.text, sheet.start(self.last_ready)):
            if not self.printed.holds(start):
                return sheet.at(start)
        return len(sheet)

    @cached_property
    def died(self) -> tuple[int, ...]:
        """Lines that say that a worker or the server ended."""
        sheet = self.sheet
        return tuple(sheet.at(one) for one in lines_with(_DEATH, sheet.text) if not self.printed.holds(one))

    @cached_property
    def last_ready(self) -> int:
        """The last line that shows the server ready, or -1."""
        for start in last_lines_with(_READY, self.sheet.text):
            if not self.printed.holds(start):
                return self.sheet.at(start)
        return -1

    @cached_property
    def chains(self) -> tuple[Chain, ...]:
        """Tracebacks, without the harmless ones."""
        mild = self._mild
        return tuple(chain for chain in self._every if chain not in mild) if mild else self._every

    @cached_property
    def _every(self) -> tuple[Chain, ...]:
        return () if self._cut_up else chains(self.sheet)

    @cached_property
    def _cut_up(self) -> bool:
        return are_heads_alone(self.sheet.text)

    @cached_property
    def _harmless_lines(self) -> set[int]:
        """Where the lines begin whose own words are known to mean no harm."""
        text = self.sheet.text
        starts = (at for at in occurrences(text, (_HARMLESS_AT_START,)) if not at or text[at - 1] == "\n")
        return {line_start(text, at) for at in occurrences(text, _HARMLESS)}.union(starts)

    @cached_property
    def _mild(self) -> set[Chain]:
        return {chain for chain in self._every if _is_mild(self.sheet.text, chain.begin, self._harmless_lines)}


def read(sheet: Sheet) -> Reading:
    """Reads a console; the cost is linear in its length."""
    return Reading(sheet)


def _is_mild(text: str, start: int, harmless: Set[int]) -> bool:
    """True for a traceback, by its first line, that belongs to a harmless line or to a mere warning."""
    if text.startswith(HEADER, start) or not loglines.logger(text[start : line_end(text, start)]):
        if not start:
            return False
        start = line_start(text, start - 1)
    head = text[start : line_end(text, start)]
    may_warn = "W" in head or "level" in head  # a warning says so in capitals, or in JSON
    return start in harmless or (may_warn and loglines.severity(head) == "warning")


def _survived(progress: Sequence[int], starts: Sequence[int]) -> Iterator[tuple[int, int]]:
    done = 0
    for at in progress:
        before = bisect_right(starts, at) - 1
        yield max(done, starts[before] if before >= 0 else 0), at
        done = at
