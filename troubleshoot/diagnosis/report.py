"""The outcome of pasted texts as lines of plain text, for a terminal, a CI log or a ticket."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from textwrap import wrap

from troubleshoot.diagnosis.facts import CERTAIN, LIKELY, RULED_OUT, Evidence, Finding, Step
from troubleshoot.diagnosis.outcome import HEALTHY, Outcome, support

WIDTH = 100
MOST = 6  # removed secrets that are named
PLAIN, HEADING, BAD, GOOD, PROOF, COMMAND = "plain", "heading", "bad", "good", "proof", "command"


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the report, and what it is, so that a terminal may colour it."""

    text: str
    role: str = PLAIN


def lines(outcome: Outcome) -> Iterator[Line]:
    """The whole report: the claim, what is fine, the stages, evidence, fix, what else was weighed, what is absent."""
    best = outcome.verdict.best
    yield from _cause(best) if best else _healthy() if outcome.word == HEALTHY else _unknown()
    yield Line("")
    yield from _reading(outcome)
    if any(one.state in ("passed", "stopped", "running") for one in outcome.rail[1:]):
        yield Line("Stages: " + ", ".join(f"{one.name} {one.note or one.state}" for one in outcome.rail))
    if best:
        yield from _proofs(outcome, "Evidence", best.evidence)
        yield from _steps(best)
        yield from _missing(best)
    elif outcome.word == HEALTHY:
        yield from _proofs(outcome, "What shows it", outcome.verdict.healthy)
    else:
        yield from _looked(outcome)
        yield from _proofs(outcome, "First error lines", outcome.verdict.first_errors)
    yield from _weighed(outcome, [one for one in outcome.verdict.findings if one is not best])
    if outcome.absent:
        yield from _text(f"Not in the text: {', '.join(outcome.absent)}.", gap=True)
    if not best and outcome.word != HEALTHY:
        yield from _heading("Text for support")
        yield from (Line(f"  {line}") for line in support(outcome).split("\n"))


def _cause(best: Finding) -> Iterator[Line]:
    yield Line(best.title, BAD)
    code = " · ".join(dict.fromkeys(filter(None, (best.code, best.old_code))))
    certainty = "Certain" if best.certainty == CERTAIN else "Likely"
    yield Line(" · ".join(filter(None, (certainty, best.cause, best.kind, code))))
    for text in (best.happened, best.fine):
        yield from _text(text, gap=True)


def _healthy() -> Iterator[Line]:
    yield Line("Nothing wrong: this text shows no failure", GOOD)
    yield from _text("A failure that stands in another text is not seen here.", gap=True)


def _unknown() -> Iterator[Line]:
    yield Line("Cause not known: nothing in this text proves why it failed", HEADING)


def _reading(outcome: Outcome) -> Iterator[Line]:
    """What the text was taken for, and what was removed from it."""
    read = outcome.paste
    when = " to ".join(dict.fromkeys(f"{at:%Y-%m-%d %H:%M:%S}" for at in (read.began, read.ended) if at))
    count = f"{read.lines:,} line{'' if read.lines == 1 else 's'}"
    yield from _text(f"Read as: {read.read_as}. {count}{f', {when} UTC' if when else ''}.")
    if read.status:
        yield Line(f"HTTP status: {read.status} {read.reason}".rstrip())
    if read.left_out:
        yield Line(f"Left out: lines {read.left_out[0]:,} to {read.left_out[1]:,}, because the text is too long.")
    if read.removed:
        told = [f"{one.what} in {_where(outcome, one.line)}" for one in read.removed[:MOST]]
        more = f" and {len(read.removed) - MOST:,} more" if len(read.removed) > MOST else ""
        yield from _text(f"Removed before reading: {', '.join(told)}{more}.")


def _where(outcome: Outcome, line: int) -> str:
    name, number = outcome.where(line)
    return f"{name} line {number:,}" if len(outcome.sources) > 1 else f"line {number:,}"


def _proofs(outcome: Outcome, title: str, proofs: Sequence[Evidence]) -> Iterator[Line]:
    if proofs:
        yield from _heading(title)
    for number, proof in enumerate(proofs, 1):
        yield Line(f"  {number}  {_quoted(outcome, proof)}", PROOF)
        yield from (Line(f"     {proof.note}") for _ in (1,) if proof.note)


def _quoted(outcome: Outcome, proof: Evidence) -> str:
    where = _where(outcome, proof.line) if proof.line else proof.source
    return f"{where}: {' '.join(proof.text.split())}"


def _steps(best: Finding) -> Iterator[Line]:
    about = ", ".join(filter(None, (best.who, f"retry: {best.retry}" if best.retry else "")))
    if best.steps:
        yield from _heading(f"Fix ({about})" if about else "Fix")
    for number, step in enumerate(best.steps, 1):
        yield from _text(f"{number}. {step.title}", indent=2)
        yield from _step(step)


def _step(step: Step) -> Iterator[Line]:
    yield from _text(step.text, indent=5)
    if step.file:
        yield Line(f"     In {step.file}:")
    yield from (Line(f"     {line}".rstrip(), COMMAND) for line in step.command.splitlines())


def _missing(best: Finding) -> Iterator[Line]:
    for text in best.missing:
        yield from _text(f"Missing: {text}", gap=True)
    if best.next_test:
        yield from _text(f"To be sure: {best.next_test}", gap=True)


def _looked(outcome: Outcome) -> Iterator[Line]:
    if outcome.verdict.looked_at:
        yield from _heading("Looked at")
    for source, said in outcome.verdict.looked_at:
        yield from _text(f"{source}: {said}", indent=2)


def _weighed(outcome: Outcome, others: Iterable[Finding]) -> Iterator[Line]:
    """The other findings, each with what speaks for and against it and what is missing."""
    rank = {CERTAIN: 0, LIKELY: 1, RULED_OUT: 2}
    for at, one in enumerate(sorted(others, key=lambda one: rank.get(one.certainty, 3))):
        if not at:
            yield from _heading("Also weighed")
        yield from _text(f"{one.certainty.capitalize()}: {one.title} ({one.cause})", indent=2)
        for word, said in (("for", one.evidence), ("against", one.against)):
            yield from (line for proof in said for line in _text(f"{word}: {_quoted(outcome, proof)}", indent=5))
        yield from (line for text in one.missing for line in _text(f"missing: {text}", indent=5))
        yield from _text(f"to tell: {one.next_test}" if one.next_test else "", indent=5)


def _heading(text: str) -> Iterator[Line]:
    yield Line("")
    yield Line(text, HEADING)


def _text(text: str, indent: int = 0, gap: bool = False) -> Iterator[Line]:
    """A sentence on lines that a terminal can show; nothing for no text."""
    if text and gap:
        yield Line("")
    pad = " " * indent
    found = wrap(text, WIDTH - indent, break_long_words=False, break_on_hyphens=False)
    yield from (Line(pad + line) for line in found)
