"""What failed in a week: the failed attempts by the incident that holds them, and the same as a file."""
import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median

from troubleshoot.boards.week_causes import UNKNOWN
from troubleshoot.boards.week_rows import Held, Spell, Tried, holders
from troubleshoot.boards.weeks import Week
from troubleshoot.boards.words import plural, span
from troubleshoot.diagnosis.facts import STAGES
from troubleshoot.inhand import name
from troubleshoot.models import Incident

SHOWN = 60  # rows of the page; the file has all
_HEAD = ("Incident", "Endpoint", "Deployment", "Newest attempt", "Cause", "Stage", "Failed attempts",
         "Took each, seconds", "Failed at", "Resolved after, seconds", "How", "Who had it")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet would run


@dataclass(frozen=True, slots=True)
class Failed:
    """The failed attempts of one subject with one cause."""

    incident: int | None  # None: they failed before incidents were kept here
    endpoint: str
    deployment: str
    number: int  # of the newest
    cause: str
    stage: str
    attempts: int
    took: float | None  # the median, in seconds
    failed_at: datetime | None
    seconds: float | None  # from Failed to resolved, or until now; None where no incident tells
    open: bool
    how: str
    who: str

    @property
    def where(self) -> str:
        """`churn-scorer / green`."""
        return f"{self.endpoint} / {self.deployment}" if self.deployment else self.endpoint

    @property
    def each(self) -> str:
        """How long an attempt took, in words."""
        return span(self.took) if self.took is not None else "not told"

    @property
    def resolved(self) -> str:
        """`5 h 10 min: Deleted from Azure`; empty where no incident tells."""
        if self.seconds is None:
            return ""
        after = span(self.seconds)
        return f"open for {after}" if self.open else ": ".join(filter(None, (after, self.how)))


def of(failed: Sequence[Tried], held: Sequence[Held], week: Week, now: datetime) -> tuple[Failed, ...]:
    """One row for each incident, or for each subject and cause where none is kept; slowest first. No query."""
    holds = holders(failed, held)
    groups: dict[tuple, tuple[Held | None, list[Tried]]] = {}
    for one in failed:
        found = holds.get(one.id)
        key = (found.row.id,) if found else (one.endpoint_id, one.deployment_id, one.cause)
        groups.setdefault(key, (found, []))[1].append(one)
    rows = [_row(found, mine, week, now) for found, mine in groups.values()]
    return tuple(sorted(rows, key=lambda one: (-(one.seconds or -1.0), -(one.took or 0.0), one.where, one.number)))


def _row(held: Held | None, mine: Sequence[Tried], week: Week, now: datetime) -> Failed:
    last = mine[-1]
    took = [one.took for one in mine if one.took is not None]
    row, spell = (held.row, _spell(held, week)) if held else (None, None)
    until = (spell.ended or now) if spell else None
    return Failed(
        incident=row.id if row else None, endpoint=last.endpoint, deployment=last.deployment, number=last.number,
        cause=last.title if last.told and last.title else UNKNOWN, stage=STAGES.get(last.stage, "not told"),
        attempts=len(mine), took=median(took) if took else None, failed_at=spell.began if spell else last.ended,
        seconds=max(0.0, (until - spell.began).total_seconds()) if spell and until else None,
        open=bool(spell and spell.ended is None), how=row.how if row else "",
        who=_who(row) if row else "")


def _who(row: Incident) -> str:
    """Who has it, or had it at its end."""
    if row.owner:
        return name(row.owner)
    return "nobody at the end" if row.first_taken_at else "nobody"


def _spell(held: Held, week: Week) -> Spell:
    """The stretch of an incident that the failures of a week belong to."""
    return next((one for one in reversed(held.spells) if one.began < week.end), held.spells[-1])


def sentence(failed: Sequence[Failed]) -> str:
    """`6 incidents hold the 9 failed attempts`, and how many no incident holds."""
    inside = [one for one in failed if one.incident]
    count, rest = sum(one.attempts for one in inside), sum(one.attempts for one in failed if not one.incident)
    said = [f"{plural(len(inside), 'incident holds', 'incidents hold')} {plural(count, 'failed attempt')}" if inside
            else "", f"{plural(rest, 'failed attempt is', 'failed attempts are')} held by none" if rest else ""]
    return "; ".join(filter(None, said))


def sheet(failed: Sequence[Failed]) -> str:
    """The table as a file for a spreadsheet; what would be run as a formula there is text."""
    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\r\n")
    rows.writerow(_HEAD)
    for one in failed:
        rows.writerow(_cell(value) for value in _values(one))
    return out.getvalue()


def _values(one: Failed) -> Iterator[object]:
    yield from (one.incident or "", one.endpoint, one.deployment, one.number, one.cause, one.stage, one.attempts)
    yield round(one.took) if one.took is not None else ""
    yield one.failed_at.isoformat(timespec="seconds") if one.failed_at else ""
    yield round(one.seconds) if one.seconds is not None and not one.open else ""
    yield from ("open" if one.open else one.how, one.who)


def _cell(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value
