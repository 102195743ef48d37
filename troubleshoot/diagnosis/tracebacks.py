"""Python tracebacks in a console: chained blocks, and what they raised."""

from collections.abc import Sequence
from dataclasses import dataclass

import re2

HEADER = "Traceback (most recent call last)"
_LINKS = (
    "The above exception was the direct cause of the following exception",
    "During handling of the above exception, another exception occurred",
)
_RAISED = re2.compile(r"^(?:[A-Za-z_]\w*\.)*[A-Z]\w*(?::|$)|^[a-z_]\w*(?:\.\w+)+:\s")
_SURELY_RAISED = re2.compile(r"^(?:[A-Za-z_]\w*\.)*[A-Z]\w*(?:Error|Exception|Interrupt|Exit)(?::|$)")
_RUNNING = re2.compile(r"invoke_run|in handle_score|Encountered Exception: Traceback")
_STARTING = re2.compile(
    r"(?m)invoke_init|, in init$|load_script|Encountered Exception Traceback"
    r"|User's init function failed"
)
_IN_INIT = re2.compile(r"(?m)invoke_init|, in init$|User's init function failed")
_LONGEST = 400  # lines of one block; what is longer is no traceback


@dataclass(frozen=True, slots=True)
class Chain:
    """One traceback with those it caused. `raised` are the exception lines; the first is the cause."""

    start: int
    end: int  # the index after its last line
    raised: tuple[int, ...]
    running: bool  # raised while a request was answered
    starting: bool  # raised by init() or by the import of the script
    in_init: bool  # raised by init() itself


def chains(lines: Sequence[str]) -> tuple[Chain, ...]:
    """All chains, in order; linear in the number of lines."""
    found, at = [], 0
    while at < len(lines):
        linked = any(link in lines[at] for link in _LINKS)
        if linked or HEADER in lines[at]:
            chain = _chain(lines, at, linked)
            found.append(chain)
            at = max(chain.end, at + 1)
        else:
            at += 1
    return tuple(found)


def is_raised(line: str) -> bool:
    """True for a line that can only be the end of a traceback, such as `ValueError: …`."""
    return bool(_SURELY_RAISED.search(line.strip()))


def _chain(lines: Sequence[str], start: int, linked: bool) -> Chain:
    raised: list[int] = []
    first = start
    if linked:  # its first block lost its head: the line above the link is what was raised
        first = _above(lines, start)
        raised.append(first)
    at = start
    while at < len(lines):
        if HEADER in lines[at]:
            at = _block(lines, at)
            if at < len(lines):
                raised.append(at)
            at += 1
        below = _below(lines, at)
        if below < len(lines) and (
            any(link in lines[below] for link in _LINKS) or HEADER in lines[below] and not raised
        ):
            at = below if HEADER in lines[below] else _below(lines, below + 1)
            if at >= len(lines) or HEADER not in lines[at]:
                break
            continue
        break
    end = min(at, len(lines))
    text = "\n".join(lines[max(0, first - 1) : end])
    return Chain(
        first,
        end,
        tuple(dict.fromkeys(raised)),
        bool(_RUNNING.search(text)),
        bool(_STARTING.search(text)),
        bool(_IN_INIT.search(text)),
    )


def _block(lines: Sequence[str], header: int) -> int:
    """The index of the exception line of a block, or len(lines) where it was cut off."""
    at = header + 1
    while at < len(lines) and at - header < _LONGEST:
        line = lines[at]
        frame = line.startswith((" ", "\t")) or line.lstrip().startswith("File ")
        if not frame and (
            _RAISED.search(line) or not line.strip() or not lines[at - 1].lstrip().startswith("File ")
        ):
            return at if line.strip() else len(lines)
        at += 1
    return len(lines)


def _above(lines: Sequence[str], at: int) -> int:
    above = at - 1
    while above > 0 and not lines[above].strip():
        above -= 1
    return max(0, above)


def _below(lines: Sequence[str], at: int) -> int:
    while at < len(lines) and not lines[at].strip():
        at += 1
    return at
