"""Lines of a pasted text for a page: those that prove something with their context, and those with secrets."""
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from troubleshoot.boards import lines
from troubleshoot.boards.lines import Excerpt, Line
from troubleshoot.boards.unmarked import fenced
from troubleshoot.boards.words import plural
from troubleshoot.diagnosis.facts import Evidence
from troubleshoot.diagnosis.paste import Paste
from troubleshoot.logstore import AROUND

YOURS = "Your text"
WIDE = 400  # characters that are shown of one line
MOST = 6  # removed lines that are shown, and named
_MARKER = re.compile(r"\[REDACTED:([a-z_]+)(?::[0-9a-f]{4})?\]")


@dataclass(frozen=True, slots=True)
class Removed:
    """A line that held secrets, in pieces: (what it says, what was removed behind that)."""

    number: int
    pieces: tuple[tuple[str, str], ...]


def excerpts(paste: Paste, evidence: Sequence[Evidence], proof: bool = True) -> tuple[Excerpt, ...]:
    """The quoted lines under their numbers in the paste; quotations that have none come after them, by source."""
    marked = [replace(one, source=YOURS) if one.line else one for one in evidence]
    groups = list(enumerate(lines.alike(marked), 1))
    found = []
    if any(same[0].source == YOURS for _, same in groups):
        found.append(_yours(paste, groups, proof))
    for source in dict.fromkeys(one.source for one in marked if one.source != YOURS):
        rows = [lines.line(None, _cut(one.text, ""), "error" if proof else "", number if proof else 0)
                for number, same in groups for one in same[:1] if one.source == source]
        found.append(Excerpt(source, "", "", None, tuple(rows)))
    return tuple(found)


def _yours(paste: Paste, groups: Sequence[tuple[int, list[Evidence]]], proof: bool) -> Excerpt:
    """The excerpt of the pasted text: each quotation once, with rows for what lies between and where it returns."""
    cited = {same[0].line or 0: (number, same[0]) for number, same in groups if same[0].source == YOURS}
    wanted = {n for at in cited for n in range(max(1, at - AROUND), at + AROUND + 1)}
    kept = {n: _cut(text, cited[n][1].text if n in cited else "") for n, text in _texts(paste, wanted).items()}
    marks = {(YOURS, n): number for n, (number, _) in cited.items()} if proof else {}
    rows: list[Line] = []
    done = 0
    for first, last in _runs(sorted(kept)):
        if done:
            rows.append(lines.gap(f"Lines {done + 1:,} to {first - 1:,} are left out here."))
        rows += lines.shown(kept, (first, last), YOURS, marks)
        done = last
    again = sorted({one.line for _, same in groups for one in same[1:] if one.line} - cited.keys())
    if again:
        told = ", ".join(f"{n:,}" for n in again[:6])
        rows.append(lines.gap(f"The same again in line{'s' if len(again) > 1 else ''} {told}."))
    where = _between(sorted(cited))
    return Excerpt(YOURS, f"{where} of {paste.lines:,}", "", min(cited), tuple(rows))


def _runs(order: Sequence[int]) -> list[tuple[int, int]]:
    """The unbroken runs in ascending numbers, as first and last."""
    found: list[tuple[int, int]] = []
    for n in order:
        if found and found[-1][1] == n - 1:
            found[-1] = (found[-1][0], n)
        else:
            found.append((n, n))
    return found


def _between(order: Sequence[int]) -> str:
    first, last = order[0], order[-1]
    return f"line {first:,}" if first == last else f"lines {first:,} to {last:,}"


def _texts(paste: Paste, wanted: set[int]) -> dict[int, str]:
    """The lines with these numbers, without their secrets."""
    return {n: text for part in paste.parts for n, text in enumerate(part.text.split("\n"), part.first)
            if n in wanted} if wanted else {}


def _cut(text: str, quote: str) -> str:
    """At most WIDE characters of a line, those around its quotation; what is left out is said."""
    text = text.rstrip("\r")
    if len(text) <= WIDE:
        return text
    at = text.find(quote[:WIDE]) if quote else 0
    first = max(0, min(at - 40, len(text) - WIDE)) if at > 0 else 0
    left = len(text) - WIDE
    return f"{'… ' if first else ''}{text[first:first + WIDE]} … {plural(left, 'character')} not shown"


def removed(paste: Paste) -> tuple[Removed, ...]:
    """The first lines that held secrets, with what was removed at its place."""
    said: dict[int, list[str]] = {}
    for one in paste.removed:
        said.setdefault(one.line, []).append(one.what)
    wanted = sorted(said)[:MOST]
    texts = _texts(paste, set(wanted))
    return tuple(Removed(n, _pieces(texts[n], said[n])) for n in wanted if n in texts)


def _pieces(text: str, said: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """A line cut at its markers, each named as the reading named it; bounded before and behind each."""
    parts = _MARKER.split(text)
    found = []
    for at in range(0, len(parts), 2):
        nth = at // 2
        rule = parts[at + 1].replace("_", " ") if at + 1 < len(parts) else ""
        what = said[nth] if rule and nth < len(said) else rule
        found.append((_middle(parts[at]), f"{what} removed" if what else ""))
    return tuple(found[:MOST])


def _middle(text: str) -> str:
    return text if len(text) <= WIDE // 2 else f"{text[:60]} … {text[-100:]}"


def secrets(paste: Paste) -> str:
    """`2 secrets were removed before reading: signature in line 41, key in line 44.`; empty where there were none."""
    count = len(paste.removed)
    if not count:
        return ""
    told = [f"{one.what} in line {one.line:,}" for one in paste.removed[:MOST]]
    more = f", and {count - MOST:,} more" if count > MOST else ""
    verb = "was" if count == 1 else "were"
    return f"{plural(count, 'secret')} {verb} removed before reading: {', '.join(told)}{more}."


def flat(evidence: Iterable[Evidence]) -> list[str]:
    """Quotations as lines of plain text between two fences, each with where it stands.

    A fence is longer than any in them: where the text is pasted, a quotation is neither markup nor a mention.
    """
    return fenced(f"  {f'line {one.line}' if one.line else one.source}: {' '.join(one.text.split())[:WIDE]}"
                  for one in evidence)
