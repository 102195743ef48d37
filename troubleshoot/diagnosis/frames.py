"""Tells the frames of Python tracebacks in a log apart: which are the user's own, and which are a library's."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from troubleshoot.diagnosis.loglines import severities
from troubleshoot.diagnosis.tracebacks import HEADER

_FILE = re.compile(r'(\s{0,200})File "([^"\n]{1,400})", line \d')
_LIBRARY = re.compile(r"(?:site|dist)-packages[/\\]|[/\\]lib(?:64)?[/\\]python\d|<frozen |[/\\]Lib[/\\]")
_PACKAGES = (re.compile(r".*(?:site|dist)-packages[/\\]([\w-]{1,60})"), re.compile(r"<frozen ([\w-]{1,60})"),
             re.compile(r".*[/\\](?:python\d[\d.]*|Lib)[/\\]([\w-]{1,60})"))
_OWN = ("/var/azureml-app/", "/azureml-app/")  # where managed endpoints put the code of a deployment
_LINKS = ("The above exception was the direct cause of", "During handling of the above exception")
_SCRIPT = re.compile(r"(?:^|[/\\])score\.py$")
_LONGEST = 400  # lines of one frame with its code; what is longer is no frame


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame: the index of its `File` line, the one after its last line of code, and the library it lies in."""

    start: int
    end: int
    package: str  # empty where the code is the user's own


@dataclass(frozen=True, slots=True)
class Trace:
    """One traceback: from the line that links it to the one above, or its header, to the line it raises."""

    start: int
    head: int
    frames: tuple[Frame, ...]
    end: int  # the index after the raised line, or after the last frame where the log ends there

    @property
    def is_linked(self) -> bool:
        """True where Python says that it came out of the traceback above."""
        return self.start < self.head


def traces(lines: Sequence[str]) -> list[Trace]:
    """All tracebacks, in order; linear in the lines."""
    return list(_traces(lines))


def package(path: str) -> str:
    """The library that a file of a traceback lies in; empty for the user's own files."""
    if path.startswith(_OWN) or _SCRIPT.search(path) or not _LIBRARY.search(path):
        return ""
    return next((found[1] for pattern in _PACKAGES if (found := pattern.match(path))), "Python")


def levels(lines: Sequence[str]) -> list[str]:
    """The severity of each line, where all lines of a traceback have that of its header."""
    found = severities(lines)
    for one in traces(lines):
        if found[one.head] == "error":
            found[one.start:one.end] = ["error"] * (one.end - one.start)
    return found


def _traces(lines: Sequence[str]) -> Iterator[Trace]:
    done = 0
    for at, line in enumerate(lines):
        if at < done or HEADER not in line:
            continue
        frames, end = _frames(lines, at + 1)
        raised = end < len(lines) and bool(frames) and bool(lines[end].strip())
        found = Trace(_link(lines, at, done), at, frames, end + 1 if raised else end)
        done = found.end
        yield found


def _frames(lines: Sequence[str], at: int) -> tuple[tuple[Frame, ...], int]:
    """The frames from an index on, and the index of the line below the last."""
    found: list[Frame] = []
    while at < len(lines) and (mark := _FILE.match(lines[at])):
        end = at + 1
        while end < min(len(lines), at + _LONGEST) and _is_code(lines[end], len(mark[1])):
            end += 1
        found.append(Frame(at, end, package(mark[2])))
        at = end
    return tuple(found), at


def _is_code(line: str, indent: int) -> bool:
    """True for a line below a `File` line: deeper than it, or Python's note that frames repeat."""
    text = line.lstrip()
    return (bool(text) and len(line) - len(text) > indent) or text.startswith("[Previous line repeated")


def _link(lines: Sequence[str], head: int, least: int) -> int:
    """Where the words begin that link a traceback to the one above; its own header where there are none."""
    at = head - 1
    while at >= least and not lines[at].strip():
        at -= 1
    return at if at >= least and lines[at].strip().startswith(_LINKS) else head
