"""Takes off what CI systems, terminals and notebooks put before each line of what a program printed."""

from collections.abc import Iterator, Sequence

import re2

LEAST = 3  # lines in a row that begin alike; one line's own time is never taken for a CI system's
# GitHub Actions and Azure DevOps (seven digits; `gh run view --log`: two columns before), GitLab, Jenkins, compose.
_STAMP = re2.compile(
    r"^(?:[^\t\n]{1,120}\t[^\t\n]{1,120}\t)?\S{0,8}?\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7,9}Z(?: |$)"
    r"|^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z \d\d[OE][ +]"
    r"|^\[\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z\] ?"
    r"|^[\w.-]{1,60}-\d+ +\|(?: |$)"
)
_COMMAND = re2.compile(
    r"^##\[(?:error|warning|debug|section|group|endgroup|notice)\]|^::(?:error|warning|notice|debug)[^:]*::"
)
_QUOTE = "> "
MAX_QUOTED = 3  # a quotation of a quotation


def unwrapped(lines: Sequence[str]) -> list[str]:
    """The lines as the program printed them: without CI times, `##[error]`, a common indentation or quote marks."""
    found = list(lines)
    for first, last in _runs(lines):
        for at in range(first, last):
            found[at] = _without(lines[at])
    found = [_COMMAND.sub("", line) if line.startswith(("##[", "::")) else line for line in found]
    for _ in range(MAX_QUOTED):
        if not any(found) or not all(line.startswith(_QUOTE) for line in found if line.strip()):
            break
        found = [line.removeprefix(_QUOTE) for line in found]
    return found


def dedented(lines: Sequence[str]) -> list[str]:
    """The lines without the blanks that all of them begin with."""
    shared: str | None = None
    for line in lines:
        if line.strip():
            lead = line[: len(line) - len(line.lstrip(" \t"))]
            shared = lead if shared is None else _shared(shared, lead)
            if not shared:
                return list(lines)
    return [line.removeprefix(shared) if shared and line.startswith(shared) else line for line in lines]


def _shared(one: str, other: str) -> str:
    length = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    return one[:length]


def _runs(lines: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Runs of at least LEAST lines that begin with a stamp; blank lines inside are of the run."""
    first, count = 0, 0
    for at, line in enumerate((*lines, "end")):
        if at < len(lines) and _STAMP.match(line):
            first, count = (first, count + 1) if count else (at, 1)
        elif count and line.strip():
            if count >= LEAST:
                yield first, at
            count = 0


def _without(line: str) -> str:
    found = _STAMP.match(line)
    return line[found.end() :] if found else line
