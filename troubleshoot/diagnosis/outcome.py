"""What is held of pasted texts: the verdict, where each quotation stands, and all of it as JSON values."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import accumulate
from typing import Any

from troubleshoot.diagnosis import engine, paste
from troubleshoot.diagnosis.facts import RULED_OUT, STAGES, Case, Evidence, Finding, Place, Stage, Verdict
from troubleshoot.diagnosis.paste import Paste

VERSION = 1  # of the JSON object; a field may join it, none changes its meaning
HEALTHY, CAUSE, NOT_KNOWN, UNREADABLE = "nothing wrong", "cause", "not known", "unreadable"
EXIT = {HEALTHY: 0, CAUSE: 10, NOT_KNOWN: 11, UNREADABLE: 12}


@dataclass(frozen=True, slots=True)
class Source:
    """One text that was read: what it is called (a file's name), and its reading."""

    name: str
    read: Paste


@dataclass(frozen=True, slots=True)
class Outcome:
    """The verdict on one or several texts of one failure."""

    sources: tuple[Source, ...]
    paste: Paste  # all of them together
    case: Case
    verdict: Verdict
    rail: tuple[Stage, ...]

    @property
    def word(self) -> str:
        """Nothing wrong, cause, or not known."""
        if self.verdict.best:
            return CAUSE
        return HEALTHY if self.verdict.healthy else NOT_KNOWN

    @property
    def absent(self) -> tuple[str, ...]:
        """What neither the texts nor the reader told."""
        place = self.case.place
        known = {"endpoint": place.endpoint, "deployment": place.deployment, "workspace": place.workspace,
                 "resource group": place.group}  # fmt: skip
        return tuple(one for one in self.paste.absent if not known.get(one))

    def where(self, line: int) -> tuple[str, int]:
        """The text that a line stands in, and its number there."""
        starts = list(accumulate((one.read.lines for one in self.sources), initial=0))[:-1]
        at = max(0, bisect_right(starts, line - 1) - 1)
        return self.sources[at].name, line - starts[at]


def of(sources: Sequence[Source], place: Place = paste.NOWHERE) -> Outcome:
    """The outcome of texts that belong to one failure; at least one is needed."""
    together = paste.together([one.read for one in sources])
    case = paste.case(together, place)
    verdict = engine.diagnose(case)
    rail = tuple(_told(stage) for stage in paste.rail(together, verdict))
    return Outcome(tuple(sources), together, case, verdict, rail)


def _told(stage: Stage) -> Stage:
    """The stage as it is, or with a note that the text does not tell it."""
    note = "not in the text" if stage.state == "no data" else ""
    return Stage(stage.name, stage.state, stage.started, stage.ended, note)


def support(outcome: Outcome) -> str:
    """The text for a support request: where, when, under which ids, what was said; it holds no key."""
    return "\n".join(f"{name:<20} {value}".rstrip() for name, value in _support(outcome))


def _support(outcome: Outcome) -> Iterator[tuple[str, str]]:
    read, place = outcome.paste, outcome.case.place
    best = outcome.verdict.best
    yield "Failure", best.title if best else "managed online endpoint, cause not known"
    yield "Subscription", place.subscription or "not known"
    yield "Region", dict(read.names).get("region", "not known")
    yield "Workspace", " / ".join(filter(None, (place.group, place.workspace))) or "not known"
    yield "Endpoint", place.endpoint or "not known"
    yield "Deployment", place.deployment or "not known"
    yield "First time told", moment(read.began) or "not known"
    yield "Last time told", moment(read.ended) or "not known"
    if read.status:
        yield "HTTP status", f"{read.status} {read.reason}".strip()
    yield from ((sort.capitalize(), value) for sort, value in read.ids)
    for said in outcome.verdict.first_errors:
        yield "First error line", " ".join(said.text.split())
    out = [finding.title for finding in outcome.verdict.findings if finding.certainty == RULED_OUT]
    yield "Ruled out", "; ".join(dict.fromkeys(out)) or "nothing"


def moment(at: datetime | None) -> str:
    """A moment as Azure writes it, in UTC; empty where there is none."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if at else ""


def as_json(outcome: Outcome) -> dict[str, Any]:
    """The outcome as JSON values, in the shape that docs/diagnose.md describes."""
    read, verdict = outcome.paste, outcome.verdict
    best = verdict.best
    place = outcome.case.place
    return {
        "version": VERSION,
        "files": [one.name for one in outcome.sources],
        "outcome": outcome.word,
        "status": EXIT[outcome.word],
        "cause": _finding(outcome, best) if best else None,
        "others": [_finding(outcome, one) for one in verdict.findings if one is not best],
        "healthy": [_evidence(outcome, one) for one in verdict.healthy],
        "first_errors": [_evidence(outcome, one) for one in verdict.first_errors],
        "stages": [{"name": one.name, "state": one.state, "note": one.note} for one in outcome.rail],
        "looked_at": [{"source": source, "said": said} for source, said in verdict.looked_at],
        "read_as": read.read_as,
        "lines": read.lines,
        "left_out": list(read.left_out) if read.left_out else None,
        "removed": [_at(outcome, one.line) | {"what": one.what} for one in read.removed],
        "names": {"subscription": place.subscription, "group": place.group, "workspace": place.workspace,
                  "endpoint": place.endpoint, "deployment": place.deployment,
                  "region": dict(read.names).get("region", "")},
        "ids": [{"sort": sort, "value": value} for sort, value in read.ids],
        "began": moment(read.began) or None,
        "ended": moment(read.ended) or None,
        "http_status": read.status,
        "absent": list(outcome.absent),
        "support": support(outcome),
        "rules": engine.fingerprint(),
    }  # fmt: skip


def unreadable(name: str, why: str) -> dict[str, Any]:
    """What stands for a file that could not be read."""
    return {"version": VERSION, "files": [name], "outcome": UNREADABLE, "status": EXIT[UNREADABLE], "error": why}


def _finding(outcome: Outcome, one: Finding) -> dict[str, Any]:
    return {
        "cause": one.cause, "title": one.title, "kind": one.kind, "certainty": one.certainty, "label": one.label,
        "code": one.code, "old_code": one.old_code, "stage": STAGES.get(one.stage, ""), "who": one.who,
        "retry": one.retry, "urgent": one.urgent, "happened": one.happened, "fine": one.fine,
        "for": [_evidence(outcome, proof) for proof in one.evidence],
        "against": [_evidence(outcome, proof) for proof in one.against],
        "missing": list(one.missing),
        "steps": [{"title": step.title, "text": step.text, "command": step.command, "form": step.form,
                   "file": step.file} for step in one.steps],
        "next_test": one.next_test,
    }  # fmt: skip


def _evidence(outcome: Outcome, one: Evidence) -> dict[str, Any]:
    return {"source": one.source, **_at(outcome, one.line), "text": one.text, "note": one.note}


def _at(outcome: Outcome, line: int | None) -> dict[str, Any]:
    name, number = outcome.where(line) if line else ("", None)
    return {"file": name, "line": number}
