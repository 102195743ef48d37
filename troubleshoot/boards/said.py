"""What people said the cause of an attempt is, and the causes that they can choose from."""
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from troubleshoot import people
from troubleshoot.boards.words import Moment, moment
from troubleshoot.diagnosis import shelf
from troubleshoot.diagnosis.facts import STAGES
from troubleshoot.models import Attempt, Correction

BEFORE = "Before the first stage"


@dataclass(frozen=True, slots=True)
class Choice:
    """One cause of the handbook as a form offers it."""

    slug: str
    words: str


@dataclass(frozen=True, slots=True)
class Said:
    """What one person said to one attempt."""

    who: str
    at: Moment | None
    told: str  # kind of the cause that was told then; empty: not known
    cause: str  # slug; empty: none of the handbook
    kind: str
    note: str
    mine: bool
    endpoint: str
    deployment: str
    number: int


@dataclass(frozen=True, slots=True)
class Opinions:
    """What was said of this attempt, and of others that failed with the same lines."""

    here: tuple[Said, ...]
    alike: tuple[Said, ...]
    choices: tuple[tuple[str, tuple[Choice, ...]], ...]

    @property
    def mine(self) -> Said | None:
        """What the reader said of this attempt."""
        return next((one for one in self.here if one.mine), None)


def board(row: Attempt, rows: Iterable[Correction], person: int | None, now: datetime) -> Opinions:
    """The opinions for a page; no query but that of `rows`."""
    found = [(one.attempt_id == row.id, _said(one, person, now)) for one in rows]
    return Opinions(tuple(one for here, one in found if here), tuple(one for here, one in found if not here),
                    choices())


@cache
def choices() -> tuple[tuple[str, tuple[Choice, ...]], ...]:
    """The causes of the handbook by stage, in the order of the stages."""
    groups: dict[str, list[Choice]] = {name: [] for name in (BEFORE, *STAGES.values())}
    for rule in shelf.rules():
        about = " ".join(rule.about.split("\n\n")[0].split()).rstrip(".")
        groups[STAGES.get(rule.cause.stage, BEFORE)].append(Choice(rule.slug, f"{rule.cause.kind}: {about}"))
    return tuple((name, tuple(sorted(found, key=lambda one: one.words))) for name, found in groups.items() if found)


def kind_of(slug: str) -> str:
    """The kind of a cause by its slug; a cause that is no longer in the handbook keeps its slug."""
    return next((rule.cause.kind for rule in shelf.rules() if rule.slug == slug), slug)


def _said(one: Correction, person: int | None, now: datetime) -> Said:
    who = people.name(one.person) if one.person else "Somebody whose account is gone"
    own = one.attempt.deployment
    return Said(who, moment(one.at, now), kind_of(one.told) if one.told else "", one.cause,
                kind_of(one.cause) if one.cause else "", one.note, person is not None and one.person_id == person,
                one.attempt.endpoint.name, own.name if own else "", one.attempt.number)
