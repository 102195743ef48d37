"""How long the stages of earlier attempts took, and the whole; nothing is usual that rests on fewer than five."""
import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from statistics import median
from typing import Any

from django.db.models import F, QuerySet
from django.db.models.fields.json import KT, KeyTransform

from troubleshoot import stakes
from troubleshoot.boards.card import Stop
from troubleshoot.boards.story import Entry
from troubleshoot.boards.words import span
from troubleshoot.diagnosis import plain
from troubleshoot.diagnosis.deadline import ENOUGH, Before
from troubleshoot.diagnosis.facts import STAGES, Stage
from troubleshoot.models import Attempt, Deployment

MOST, NEIGHBOURS = 40, 60
TIMES, MORE = 3, 60  # a stage is slow that took three times as long as usual, and a minute longer
_ENDED = ("Succeeded", "Failed")
_KINDS = {"create": "creations", "update": "updates"}


@dataclass(frozen=True, slots=True)
class Took:
    """How long something took in earlier attempts, in seconds."""

    median: float
    least: float
    most: float
    count: int


@dataclass(frozen=True, slots=True)
class Usual:
    """What is usual for an attempt: only what rests on enough attempts is in `stages` and `ready`."""

    whose: str = "earlier attempts of this deployment"
    stages: Mapping[str, Took] = field(default_factory=dict)
    ready: Took | None = None
    before: Before = Before()
    looked: int = 0  # earlier attempts that were compared, whichever of them it rests on
    same_environment: int = 0  # of them that started a container of the same environment
    same_model: int = 0  # of them that became ready with the same model


@dataclass(frozen=True, slots=True)
class _Earlier:
    """An earlier attempt as far as its times go."""

    ready: bool  # false also for a late success: what ended is the report of its failure
    seconds: float
    stages: tuple[Stage, ...]
    started: datetime
    environment: str
    model: str
    size: str

    @property
    def container(self) -> float | None:
        """Seconds until its container was started, where that is told."""
        named = {one.name: one.started for one in self.stages}
        at = named.get(STAGES["container_start"]) or named.get(STAGES["probes"])
        return (at - self.started).total_seconds() if at and at >= self.started else None


def attempts(row: Attempt, stages: Iterable[Stage]) -> list[Mapping[str, Any]]:
    """The newest 60 attempts of the same deployment or endpoint, newest first; one query.

    They bring their times and stages along where the attempt runs, or a stage of it may have been slow.
    """
    rows = Attempt.objects.filter(endpoint=row.endpoint, deployment=row.deployment).order_by("-number")
    wide = row.deployment_id is not None and (row.state not in stakes.SETTLED or worth(stages))
    return [*_timed(rows)] if wide else [*rows.values("number", "state", "failed_at")[:NEIGHBOURS]]


def of(row: Attempt, neighbours: Iterable[Mapping[str, Any]], widely: bool) -> Usual:
    """What is usual for this attempt, from those that ended before it began; at most one query, none unless `widely`.

    Its own deployment counts where five of its attempts became ready; else, if asked for, all of the workspace with
    the same size and environment, itself included. Creations are compared with creations, updates with updates.
    """
    spec, kind = row.spec or {}, _KINDS.get(row.kind, "attempts")
    own = [_earlier(one) for one in neighbours if _counts(one, row)][:MOST]
    if sum(1 for one in own if one.ready) >= ENOUGH or not widely:
        return _usual(f"earlier {kind} of this deployment", own, own, spec)
    found = [*own, *(_earlier(one) for one in _alike(row, spec))]
    alike = [one for one in found if _same(one.environment, spec.get("environment"))
             and _same(one.size, spec.get("instance_type"))]
    if not alike:
        return _usual(f"earlier {kind} of this deployment", own, own, spec)
    return _usual(f"earlier {kind} of this size and environment in this workspace", alike, found, spec)


def _usual(whose: str, alike: Sequence[_Earlier], found: Sequence[_Earlier], spec: Mapping[str, Any]) -> Usual:
    image = [one for one in found if _same(one.environment, spec.get("environment"))]
    return Usual(
        whose=whose, stages=_stages(alike), ready=_took([one.seconds for one in alike if one.ready]),
        before=Before(tuple(one.container for one in alike if one.container is not None),
                      tuple(one.seconds for one in alike if one.ready),
                      tuple(one.seconds for one in alike if not one.ready), whose), looked=len(found),
        same_environment=sum(1 for one in image if one.container is not None or one.ready),
        same_model=sum(1 for one in found if one.ready and _same(one.model, spec.get("model"))))


def _alike(row: Attempt, spec: Mapping[str, Any]) -> Iterable[Mapping[str, Any]]:
    """The newest attempts of other deployments of the workspace with the same size and environment."""
    size, environment = spec.get("instance_type"), spec.get("environment")
    if not size or not environment:
        return ()
    near = Deployment.objects.filter(endpoint__workspace=row.endpoint.workspace_id, instance_type__iexact=size)
    rows = Attempt.objects.filter(
        deployment__in=near.order_by().values("id"), kind=row.kind, state__in=_ENDED,
        spec__instance_type__iexact=size, spec__environment__iexact=environment,
        ended__lt=row.started or row.recorded_at, ended__gt=F("started")).exclude(deployment=row.deployment)
    return _timed(rows.order_by("-ended"), MOST)


def _timed(rows: QuerySet[Attempt], most: int = NEIGHBOURS) -> Iterable[Mapping[str, Any]]:
    return rows.values(
        "number", "state", "kind", "started", "ended", "failed_at", told=KeyTransform("stages", "verdict__data"),
        environment=KT("spec__environment"), model=KT("spec__model"), size=KT("spec__instance_type"))[:most]


def _counts(one: Mapping[str, Any], row: Attempt) -> bool:
    """True for one of the same kind that ended, and whose times are known, before the attempt began."""
    if one["number"] >= row.number or one.get("kind") != row.kind or one["state"] not in _ENDED:
        return False
    started, ended = one["started"], one["ended"]
    return bool(started and ended and started < ended < (row.started or row.recorded_at))


def _earlier(one: Mapping[str, Any]) -> _Earlier:
    return _Earlier(
        ready=one["state"] == "Succeeded" and one["failed_at"] is None,
        seconds=(one["ended"] - one["started"]).total_seconds(), stages=plain.load_all(Stage, one["told"]),
        started=one["started"], environment=one["environment"] or "", model=one["model"] or "", size=one["size"] or "")


def _same(one: str, other: str | None) -> bool:
    """ARM names ignore case; two that are not told are not the same."""
    return bool(other) and one.lower() == str(other).lower()


def _stages(rows: Iterable[_Earlier]) -> dict[str, Took]:
    """Each stage that was passed often enough, by its name."""
    taken: dict[str, list[float]] = {}
    for row in rows:
        for stage in row.stages:
            if stage.state == "passed" and stage.seconds is not None and stage.seconds >= 0:
                taken.setdefault(stage.name, []).append(stage.seconds)
    return {name: took for name, seconds in taken.items() if (took := _took(seconds))}


def _took(seconds: Sequence[float]) -> Took | None:
    if len(seconds) < ENOUGH:
        return None
    return Took(median(seconds), min(seconds), max(seconds), len(seconds))


def slow(seconds: float | None, usual: Took | None) -> bool:
    """True where it took at least three times as long as usual, and a minute more."""
    if seconds is None or usual is None:
        return False
    return seconds >= TIMES * usual.median and seconds >= usual.median + MORE


def worth(stages: Iterable[Stage]) -> bool:
    """False where no stage can be slow, so that what is usual need not be asked for."""
    return any(stage.seconds is not None and stage.seconds >= MORE for stage in stages)


def on_rail(stops: Iterable[Stop], stages: Iterable[Stage], usual: Usual) -> tuple[Stop, ...]:
    """The rail with the usual time at each stage that was slow, and at one that runs."""
    return tuple(_told(stop, stage, usual) for stop, stage in zip(stops, stages, strict=True))


def on_list(entries: Iterable[Entry], stops: Iterable[Stop]) -> tuple[Entry, ...]:
    """The timeline with the usual time beside the end of each stage that was slow."""
    said = {stop.name: stop.usually for stop in stops if stop.usually}
    return tuple(dataclasses.replace(one, small=said[one.stage]) if one.stage in said and " after " in one.text else one
                 for one in entries)


def _told(stop: Stop, stage: Stage, usual: Usual) -> Stop:
    took = usual.stages.get(stage.name)
    if took and slow(stage.seconds, took):
        said = f"usually {span(took.median)}"
        return dataclasses.replace(stop, note=f"{stop.note}, {said}", usually=said)
    if stage.state != "running":
        return stop
    took = took or (usual.ready if stage.name not in STAGES.values() else None)
    if took is None:
        return stop
    so_far, _, rest = stop.note.partition("; ")
    return dataclasses.replace(stop, note="; ".join(filter(None, (f"{so_far}, usually {span(took.median)}", rest))))
