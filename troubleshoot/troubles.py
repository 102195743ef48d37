"""What went wrong at an endpoint, as its tables say now: for each subject, what its attempts came to, oldest first."""
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db.models import Case, OuterRef, Q, Subquery, When
from django.db.models.fields.json import KT

from troubleshoot import stakes
from troubleshoot.diagnosis.facts import REFUSED
from troubleshoot.models import Attempt, Change, Deployment, Endpoint, Incident

RECENT = timedelta(days=7)  # what ended longer ago is not written, and comes back as something new
PATIENCE = timedelta(minutes=2)  # how long a failure may wait for the verdict on it
MOST = 300
CANCELLED = "The operation was cancelled before it was ready"
NOT_KNOWN = "Cause not known"
READY = "Ready again"
_READ = (
    "number", "state", "kind", "first_provisioning", "started", "ended", "failed_at", "recorded_at", "endpoint_id",
    "deployment_id", "revision", "judged", "verdict__title", "verdict__cause", "verdict__certainty",
)


@dataclass(frozen=True, slots=True)
class Trouble:
    """One thing that is wrong: whose, for which cause, and how much it matters."""

    subject: str
    cause: str
    title: str
    rank: int
    at: datetime  # since when, by Azure's time where it tells one
    first_seen: bool = False
    certainty: str = ""
    silent: bool = False
    deployment: Deployment | None = None
    attempt: Attempt | None = None
    family: str = ""
    past: bool = False  # what failed was deleted since, and its name made again

    @property
    def number(self) -> int | None:
        """The number of the attempt that failed; silent trouble is no failure of one."""
        return self.attempt.number if self.attempt and not self.silent else None


@dataclass(frozen=True, slots=True)
class End:
    """What ends every trouble of a subject."""

    at: datetime
    how: str
    number: int | None = None  # of the attempt that became ready
    onward: int | None = None  # the incident as which the trouble goes on; None where it is over


@dataclass(frozen=True, slots=True)
class Course:
    """What the attempts of one subject came to, in their order; `again` is when time alone turns something.

    `waits`: a failure is not told yet, since its verdict may still come.
    """

    subject: str
    rows: tuple[Attempt, ...]
    steps: tuple[Trouble | End, ...]
    again: datetime | None = None
    waits: bool = False


def attempts(end: Endpoint, deployments: Mapping[int, Deployment], incidents: Sequence[Incident], now: datetime
             ) -> list[list[Attempt]]:
    """Of each subject the newest attempt, those of its incidents, and what is recent, by number; one query.

    Where there are too many, the recent ones are left out first.
    """
    own = Attempt.objects.filter(endpoint=OuterRef("endpoint"), deployment=None).order_by("-number").values("id")[:1]
    wanted = {one.latest_id for one in deployments.values()} | {one.last_id for one in incidents}
    first = Q(id__in=wanted - {None}) | Q(id=Subquery(own))
    rows = Attempt.objects.filter(endpoint=end).filter(Q(recorded_at__gte=now - RECENT) | first)
    found = rows.annotate(modified=KT("spec__modified_at"), made=KT("spec__created_at")).select_related(
        "verdict").only(*_READ).order_by(Case(When(first, then=0), default=1), "-id")
    below: dict[int | None, list[Attempt]] = {}
    for row in sorted(found[:MOST], key=lambda row: row.number):
        row.endpoint, row.deployment = end, deployments.get(row.deployment_id or 0)
        below.setdefault(row.deployment_id, []).append(row)
    return list(below.values())


def course(rows: Sequence[Attempt], incidents: Sequence[Incident], now: datetime) -> Course:
    """The course of one subject from the newest attempt that its incidents know; what is recent where none does."""
    newest = rows[-1]
    key, over = subject(newest), _over(newest, now)
    last = max((row.number for row in rows if is_settled(row)), default=0)
    known = max((one.last_number or 0 for one in incidents if one.subject == key), default=0)
    steps: list[Trouble | End] = []
    again, waits = stakes.since(newest) + stakes.KEPT if newest.state == REFUSED and not over else None, False
    for row in rows:
        if not is_settled(row) or not _matters(row, known, last, over, now):
            continue
        if row.state == "Succeeded" and not known and not steps:
            continue  # there is nothing that it could end
        if row.state != "Succeeded" and not _is_judged(row, now):
            again, waits = _seen(row) + PATIENCE, True
            break
        steps.append(End(ended(row), READY, row.number) if row.state == "Succeeded"
                     else replace(trouble(row), past=_is_past(row, newest)))
    return Course(key, tuple(rows), tuple((*steps, over) if over else steps), again, waits)


def _matters(row: Attempt, known: int, last: int, over: End | None, now: datetime) -> bool:
    """True for what incidents do not know yet, and for what may have turned since: the newest that ended."""
    if row.number == last and not over:
        return True
    return row.number > known if known else (over.at if over else stakes.since(row)) >= now - RECENT


def came_back(rows: Sequence[Attempt], one: Incident) -> Attempt | None:
    """The failure with which an open incident came back after its subject had been well, or wrong for another cause.

    None where there was no such thing between, or it is told already: it may have been seen after the failure.
    """
    until = [row for row in rows if is_settled(row) and row.number <= (one.last_number or 0)]
    own = [row.state in stakes.BAD and trouble(row).cause == one.cause for row in until]
    if not any(own) or all(own[own.index(True):]):
        return None
    other = max(at for at, same in enumerate(own) if not same)
    if other + 1 == len(until) or not any(own[:other]):
        return None
    over = max(at for at in range(other) if own[at]) + 1
    back = stakes.since(until[other + 1])
    told = one.regressed_at is not None and one.regressed_at >= back
    return None if told or back - ended(until[over]) > RECENT else until[other + 1]


def _is_past(row: Attempt, newest: Attempt) -> bool:
    """True where Azure tells that the newest attempt is of another resource of the same name."""
    made, again = row.__dict__["made"], newest.__dict__["made"]
    return made is not None and again is not None and made != again


def subject(row: Attempt) -> str:
    """The key of what an attempt belongs to."""
    return row.deployment.key if row.deployment else row.endpoint.key


def trouble(row: Attempt) -> Trouble:
    """What a failed attempt tells."""
    verdict = getattr(row, "verdict", None)
    known = verdict if verdict and verdict.cause and verdict.title else None
    unknown = CANCELLED if row.state == "Canceled" else NOT_KNOWN
    return Trouble(
        subject(row), known.cause if known else "", known.title if known else unknown, stakes.rank_of(row),
        stakes.since(row), first_seen=stakes.told(row) is None, certainty=known.certainty if known else "",
        deployment=row.deployment, attempt=row)


def is_settled(row: Attempt) -> bool:
    """True where it is ready, or went wrong."""
    return row.state == "Succeeded" or row.state in stakes.BAD


def ended(row: Attempt) -> datetime:
    """When it came to its end.

    When that was seen where it became ready after a reported failure, or Azure told no time of it (yet): one query.
    """
    if row.state != "Succeeded" or (row.ended and row.failed_at is None):
        return stakes.since(row)
    turned = Change.objects.filter(endpoint=row.endpoint_id, deployment=row.deployment_id, field="state",
                                   after="Succeeded", at__gte=row.failed_at or row.recorded_at).order_by("at").first()
    return turned.at if turned else max(stakes.since(row), row.failed_at or stakes.since(row))


def _seen(row: Attempt) -> datetime:
    """When we knew that it failed."""
    return max(row.recorded_at, row.failed_at or row.recorded_at)


def _is_judged(row: Attempt, now: datetime) -> bool:
    return row.judged == row.revision or now - _seen(row) >= PATIENCE


def _over(row: Attempt, now: datetime) -> End | None:
    """What ends the troubles of a subject for good: it is gone, or was refused and nothing followed."""
    if at := stakes.gone_at(row):
        space = row.endpoint.workspace.gone_at
        return End(at, "Workspace no longer listed by Azure" if space else "Deleted from Azure")
    if row.state == REFUSED and (expires := stakes.since(row) + stakes.KEPT) <= now:
        return End(expires, "Refused at submit, and nothing followed for 24 hours")
    return None
