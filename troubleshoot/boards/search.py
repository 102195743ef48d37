"""Search over all that is kept: deployments and endpoints, causes, stored log lines, and the ids that Azure printed."""
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlencode

from django.db.models import Count, F, Min, Q, QuerySet, TextField
from django.db.models.fields.json import KT
from django.db.models.functions import Cast

from troubleshoot import stakes
from troubleshoot.boards import causes, hits
from troubleshoot.boards.card import tone
from troubleshoot.boards.hits import Lines, Pieces, pieces
from troubleshoot.boards.query import KINDS, Query
from troubleshoot.boards.spaces import Spaces
from troubleshoot.boards.words import Moment, moment
from troubleshoot.diagnosis import handbook
from troubleshoot.models import Attempt, Log, Verdict, Workspace

MOST = 200  # attempts that are read for the list of deployments
SHOWN, MORE = 8, 50  # rows of each kind beside others, and alone
LINES, MORE_LINES = 3, 12  # lines of one attempt, likewise
SAID = {"Succeeded": "ready", "Failed": "failed", "Canceled": "cancelled", stakes.REFUSED: "refused"}
_FIELDS = ("endpoint__name", "endpoint__owner", "endpoint__team", "endpoint__workspace__slug", "deployment__name",
           "deployment__owner", "verdict__title", "verdict__kind", "verdict__cause", "caller", "environment", "model")
_ID = re.compile(r"[0-9a-f]{8}[0-9a-f-]{0,60}")
_TRACE = re.compile(r"[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}")
LONG_ID = 16  # characters from which what Azure wrote into an error is taken for an id


@dataclass(frozen=True, slots=True)
class Place:
    """A deployment or endpoint that was found, with its newest attempt that fits."""

    workspace: str
    endpoint: str
    deployment: str
    number: int
    exact: bool  # the attempt was asked for, not only the place
    tone: str
    state: str
    at: Moment | None
    pieces: Pieces


@dataclass(frozen=True, slots=True)
class CauseHit:
    """A cause of the handbook, with how many attempts it explained here in 90 days."""

    slug: str
    title: Pieces
    look: Pieces
    count: int


@dataclass(frozen=True, slots=True)
class Kind:
    """One button of the row of kinds."""

    key: str
    words: str
    count: str
    link: str
    current: bool


@dataclass(frozen=True, slots=True)
class Reach:
    """How far back log text goes in what the reader may see, and whether retention took some out."""

    oldest: Moment | None
    removed: int  # logs that lost lines


@dataclass(frozen=True, slots=True)
class Page:
    """All that the search page shows."""

    asked: Query
    kind: str
    workspace: str
    title: str
    notes: tuple[str, ...]
    spaces: tuple[str, ...]
    kinds: tuple[Kind, ...]
    places: tuple[Place, ...]
    places_count: str
    causes: tuple[CauseHit, ...]
    causes_count: int
    lines: Lines
    lines_count: str
    ids: tuple[Place, ...]
    reach: Reach
    ways: tuple[tuple[str, str, str], ...]  # operator, what it does, query that adds it
    nothing: bool


def page(visible: QuerySet[Workspace], spaces: Spaces, asked: Query, kind: str, ids: Sequence[Attempt],
         now: datetime) -> Page:
    """The answer to a search; seven queries at most, one where nothing was asked. `ids` come from `named`."""
    key = kind if kind in KINDS else ""
    rows = _attempts(visible, asked) if asked else []
    places = tuple(_place(row, asked, now) for row in _newest(rows))
    found = _causes(visible, asked, now)
    alone = key == "lines"
    lines = hits.look(visible, asked, now, MORE_LINES if alone else LINES)
    seen = tuple(_place(row, asked, now, True) for row in ids)
    told = {"deployments": _or_more(len(places), len(rows) == MOST), "causes": str(len(found)),
            "lines": _or_more(lines.count, not lines.whole), "ids": str(len(seen))}
    every = len(places) + len(found) + lines.count + len(seen)
    told[""] = _or_more(every, not lines.whole or len(rows) == MOST)
    return Page(
        asked=asked, kind=key, workspace=_known(asked.workspace, spaces), title=_title(asked, told, every, places),
        notes=(*asked.notes, *_strange(kind, asked, spaces)),
        spaces=tuple(one.slug for one in spaces.all), kinds=tuple(_kinds(asked, told, key)),
        places=places[:MORE if key else SHOWN], places_count=told["deployments"],
        causes=found[:MORE if key else SHOWN], causes_count=len(found),
        lines=lines if alone else replace(lines, groups=lines.groups[:SHOWN]), lines_count=told["lines"], ids=seen,
        reach=_reach(visible, now), ways=tuple(_ways(asked, places, lines, spaces)),
        nothing=bool(asked) and not every)


def named(visible: QuerySet[Workspace], asked: Query) -> list[Attempt]:
    """The visible attempts behind an id that Azure printed, whole or its first 8 characters; one query, or none.

    Operation ids, the correlation id of a refusal, and the ids inside Azure's error, with and without dashes.
    """
    if len(asked.items) != 1 or asked.narrow or asked.endpoint:
        return []
    wanted = asked.items[0].text.lower().strip("{}[]()'\",;.")
    forms = _forms(wanted)
    found = Q(operation_id__in=[*forms, *(f"activity:{one}" for one in forms)])
    like = [one for one in forms if _ID.fullmatch(one)]
    for one in like:
        found |= (Q(operation_id__startswith=one) | Q(operation_id__startswith=f"activity:{one}")
                  | Q(said__icontains=one))
    rows = Attempt.objects.annotate(said=Cast("operation", TextField())).filter(
        found, hits.scope(visible, asked)).select_related("deployment", "endpoint__workspace", "verdict")
    return [row for row in rows.order_by("-id")[:20] if _is_id(row, forms, like)]


def _forms(wanted: str) -> list[str]:
    """The ways in which one id is written: as given, without dashes, with dashes; the trace id of a traceparent."""
    if trace := _TRACE.fullmatch(wanted):
        wanted = trace[1]
    bare = wanted.replace("-", "")
    forms = [wanted]
    if re.fullmatch(r"[0-9a-f]{32}", bare):
        forms += [bare, "-".join((bare[:8], bare[8:12], bare[12:16], bare[16:20], bare[20:]))]
    return list(dict.fromkeys(forms))


def _is_id(row: Attempt, forms: Sequence[str], like: Sequence[str]) -> bool:
    """Whether an id of the attempt begins so; a number inside Azure's sentences is none."""
    own = row.operation_id.removeprefix("activity:")
    if own in forms or any(own.startswith(one) for one in like):
        return True
    told = re.findall(r"[0-9a-f][0-9a-f-]*", str(row.operation).lower()) if like else []
    return any(len(word) >= LONG_ID and word.startswith(one) for word in told for one in like)


def _attempts(visible: QuerySet[Workspace], asked: Query) -> list[Attempt]:
    """The attempts that fit, newest first: the newest of each deployment, or any where the query narrows; one query."""
    rows = Attempt.objects.annotate(environment=KT("spec__environment"), model=KT("spec__model")).filter(
        hits.scope(visible, asked))
    if not asked.narrow:
        rows = rows.filter(Q(deployment__latest=F("id")) | Q(deployment=None))
    if asked.since:
        rows = rows.filter(Q(ended=None) | Q(ended__gte=asked.since))
    if asked.until:
        rows = rows.filter(Q(started__lt=asked.until) | Q(started=None, recorded_at__lt=asked.until))
    for item in asked.items:
        holds = Q()
        for name in _FIELDS:
            holds |= Q(**{f"{name}__icontains": item.text})
        rows = rows.filter(holds)
    return list(rows.select_related("deployment", "endpoint__workspace", "verdict").order_by("-id")[:MOST])


def _newest(rows: Iterable[Attempt]) -> list[Attempt]:
    """The first attempt of each deployment, and of each endpoint of its own."""
    found: dict[tuple[int, int | None], Attempt] = {}
    for row in rows:
        found.setdefault((row.endpoint_id, row.deployment_id), row)
    return list(found.values())


def _place(row: Attempt, asked: Query, now: datetime, exact: bool = False) -> Place:
    gone = stakes.is_gone(row)
    return Place(
        row.endpoint.workspace.slug, row.endpoint.name, row.deployment.name if row.deployment else "", row.number,
        exact or asked.narrow, "" if gone else tone(row), "deleted" if gone else SAID.get(row.state, row.state.lower()),
        moment(row.ended or row.started or row.recorded_at, now), _because(row, asked))


def _because(row: Attempt, asked: Query) -> Pieces:
    """The cause, or the part of the attempt that holds a word which its name does not."""
    verdict = getattr(row, "verdict", None)
    said = [verdict.title if verdict else "", *(f"{name} {value}" for name, value in (
        ("environment", row.spec.get("environment", "")), ("model", row.spec.get("model", "")),
        ("owner", row.endpoint.owner), ("team", row.endpoint.team), ("asked for by", row.caller)) if value)]
    wanted = [one.text.casefold() for one in asked.items]
    found = next((text for text in said if any(one in text.casefold() for one in wanted)), said[0])
    return pieces(found, asked) if found else ()


def _causes(visible: QuerySet[Workspace], asked: Query, now: datetime) -> tuple[CauseHit, ...]:
    """The causes that hold the words, or that the query names, those seen here first; one query, or none."""
    every = handbook.entries()
    found = [every[slug] for slug in asked.causes if slug]
    if not found and asked.items:
        found = list(handbook.find(asked.words))
    if not found:
        return ()
    counts = dict(Verdict.objects.filter(
        cause__in=[one.slug for one in found], attempt__state__in=stakes.BAD,
        attempt__endpoint__workspace__in=visible.order_by().values("id")).annotate(
        at=causes.when("attempt__")).filter(at__gte=now - causes.WINDOW).order_by().values("cause").annotate(
        n=Count("id")).values_list("cause", "n"))
    rows = (CauseHit(one.slug, pieces(one.title, asked), pieces(one.look_for.replace("`", ""), asked),
                     counts.get(one.slug, 0)) for one in found)
    return tuple(sorted(rows, key=lambda one: -one.count))


def _reach(visible: QuerySet[Workspace], now: datetime) -> Reach:
    """One query."""
    found = Log.objects.filter(attempt__endpoint__workspace__in=visible.order_by().values("id")).aggregate(
        oldest=Min("chunks__at"), removed=Count("id", filter=~Q(removed=[]), distinct=True))
    return Reach(moment(found["oldest"], now), found["removed"])


def _or_more(count: int, more: bool) -> str:
    return f"{count:,} or more" if more else f"{count:,}"


def _title(asked: Query, told: dict[str, str], every: int, places: Sequence[Place]) -> str:
    """`lightgbm: 2 deployments, 2 causes, 56 log lines`; only what was found."""
    if not asked:
        return "Search all that is kept"
    name = asked.text if len(asked.text) <= 60 else f"{asked.text[:60]}…"
    parts = [f"{told[key]} {one if told[key] == '1' else f'{one}s'}" for key, one in (
        ("deployments", _noun(places)), ("causes", "cause"), ("lines", "log line"), ("ids", "id")) if told[key] != "0"]
    return f"{name or asked.workspace}: {', '.join(parts) if every else 'nothing found'}"


def _noun(places: Sequence[Place]) -> str:
    """What the places are, for one of them; both kinds together are told as what they are."""
    ends = sum(not one.deployment for one in places)
    return "deployment" if not ends else "endpoint" if ends == len(places) else "endpoints and deployment"


def _kinds(asked: Query, told: dict[str, str], current: str) -> Iterable[Kind]:
    for key, words in KINDS.items():
        yield Kind(key, words, told[key], link(asked.text, key, asked.workspace), key == current)


def link(text: str, kind: str = "", workspace: str = "") -> str:
    """The query of the page that asks for this."""
    ws = "" if "ws:" in text.lower() else workspace
    return urlencode({key: value for key, value in (("q", text), ("kind", kind), ("ws", ws)) if value})


def _known(workspace: str, spaces: Spaces) -> str:
    return next((one.slug for one in spaces.all if workspace.lower() in (one.slug.lower(), one.name.lower())), "")


def _strange(kind: str, asked: Query, spaces: Spaces) -> Iterable[str]:
    if kind not in KINDS:
        yield f"There is no kind called {kind[:40]}; all kinds are shown."
    if asked.workspace and not _known(asked.workspace, spaces):
        yield f"No workspace that is watched now and that you may see is called {asked.workspace[:60]}."


def _ways(asked: Query, places: Sequence[Place], lines: Lines, spaces: Spaces) -> Iterable[tuple[str, str, str]]:
    """The operators with real names where there are some, and the query that each would make of this one."""
    first = places[0] if places else lines.groups[0] if lines.groups else None
    space = first.workspace if first else spaces.all[0].slug if spaces.all else ""
    told = [(f"ep:{_quoted(first.endpoint)}" if first else "ep:name", "one endpoint"),
            (f"ws:{space}", "one workspace"), ('stage:"image pull"', "attempts whose cause lies there"),
            ('cause:"missing package"', "a cause by name or kind; cause:unknown where none is known"),
            ('"No module named"', "exact words of a log line"), ("since:7d", "or since:24h, since:2026-11-01"),
            ("until:2026-11-20", "to the end of that day")]
    for words, does in told:
        full = words != "ep:name" and words[0] != '"'
        yield words, does, link(f"{asked.text} {words}".strip()) if full and words not in asked.text else ""


def _quoted(name: str) -> str:
    return f'"{name}"' if re.search(r"\s", name) else name
