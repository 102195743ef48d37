"""The door out: reads the tables into a Case."""
from troubleshoot import clock, logstore
from troubleshoot.diagnosis import plain
from troubleshoot.diagnosis.facts import (
    AssetFacts,
    Case,
    DeploymentFacts,
    EndpointFacts,
    Event,
    Log,
    OperationFacts,
    Place,
    SizeFacts,
    UsageFacts,
    Verdict,
    WorkspaceFacts,
)
from troubleshoot.diagnosis.recorded import Gap, Restart
from troubleshoot.models import Attempt, QuotaRow, Region
from troubleshoot.models import Log as LogRow

NEWEST_LINES = 20_000  # of each log that a verdict is made from
SERVING_LINES = 500  # where nothing failed, the newest are enough to show that it serves


def open_case(attempt_id: int, lines: int = NEWEST_LINES) -> Case | None:
    """Everything known of one attempt, with the newest lines of each log; seven queries and one a log chunk."""
    row = Attempt.objects.select_related("deployment", "endpoint__workspace", "verdict").filter(id=attempt_id).first()
    if row is None:
        return None
    lines = min(lines, window(row.state))
    spec = plain.load(DeploymentFacts, row.spec) if row.deployment and row.spec else None
    region = Region.objects.filter(
        subscription=row.endpoint.workspace.subscription.lower(), name=_region_name(row)).first()
    return Case(
        place=_place(row), subject="deployment" if row.deployment else "endpoint", number=row.number, kind=row.kind,
        state=row.state, started=row.started, ended=row.ended, failed_at=row.failed_at,
        as_of=clock.now(), operation=plain.load(OperationFacts, row.operation),
        first_provisioning=row.first_provisioning,
        ever_ready=_ever_ready(row), weight=row.deployment.weight if row.deployment else None,
        ready_siblings=_ready_siblings(row), workspace=plain.load(WorkspaceFacts, row.endpoint.workspace.facts),
        endpoint=plain.load(EndpointFacts, row.endpoint.facts) if row.endpoint.facts else None, deployment=spec,
        status=tuple((name, value) for name, value in row.status), events=plain.load_all(Event, row.events),
        logs=tuple(_log(log, lines, _starts(row)) for log in row.logs.all()),
        assets=plain.load_all(AssetFacts, row.assets),
        size=_size(region, spec), usages=_usages(region), gone=_gone(row))


def window(state: str) -> int:
    """How many of the newest lines of each log a verdict on an attempt in this state is made from."""
    return SERVING_LINES if state == "Succeeded" else NEWEST_LINES


def _place(row: Attempt) -> Place:
    space = row.endpoint.workspace
    return Place(space.subscription, space.group, space.name, row.endpoint.name,
                 row.deployment.name if row.deployment else "")


def _region_name(row: Attempt) -> str:
    return row.endpoint.workspace.location.lower()


def _ever_ready(row: Attempt) -> bool | None:
    """True when an attempt was seen ready since the resource was made; False when this one made it and failed."""
    if row.deployment is None:
        return None
    if row.deployment.ready_once or row.state == "Succeeded":
        return True
    return False if row.first_provisioning else None


def _ready_siblings(row: Attempt) -> tuple[str, ...]:
    if row.deployment is None:
        return ()
    others = row.endpoint.deployments.filter(gone_at=None, state="Succeeded").exclude(id=row.deployment.id)
    return tuple(others.values_list("name", flat=True))


def _starts(row: Attempt) -> tuple[Restart, ...]:
    """The starts of the container that the verdict before told: also those in lines that are not read again."""
    return plain.load(Verdict, row.verdict.data).restarts if hasattr(row, "verdict") else ()


def _log(log: LogRow, lines: int, starts: tuple[Restart, ...]) -> Log:
    kept = logstore.last(log, lines)
    return Log(log.container, tuple(kept), first=log.lines - len(kept) + 1, gaps=plain.load_all(Gap, log.gaps),
               last_class=log.last_class, said=log.said, read_at=log.read_at,
               starts=tuple(one for one in starts if one.container == log.container))


def _size(region: Region | None, spec: DeploymentFacts | None) -> SizeFacts | None:
    if region is None or spec is None:
        return None
    wanted = spec.instance_type.lower()
    return next((plain.load(SizeFacts, one) for one in region.sizes if one["name"].lower() == wanted), None)


def _usages(region: Region | None) -> tuple[UsageFacts, ...]:
    if region is None:
        return ()
    return plain.load_all(UsageFacts, QuotaRow.objects.filter(region=region).values_list("data", flat=True))


def _gone(row: Attempt) -> bool:
    return (row.deployment or row.endpoint).gone_at is not None
