"""The triage page: what is hurt in one sentence, the ranked list, and one incident with what to do now."""
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import QuerySet

from troubleshoot import ranks
from troubleshoot.boards import incidents, inhand, said, selected, waves, whole
from troubleshoot.boards.incidents import STATES, Asked, Row, Stand, Tally
from troubleshoot.boards.selected import Detail
from troubleshoot.boards.spaces import Spaces
from troubleshoot.boards.waves import Strip, Wave
from troubleshoot.boards.whole import Whole
from troubleshoot.boards.words import Moment
from troubleshoot.models import Person, SavedView, Workspace


@dataclass(frozen=True, slots=True)
class Group:
    """Incidents of one rank under their heading, with how many there are in all."""

    name: str
    rank: int
    count: int
    entries: tuple[Wave | Row, ...]


@dataclass(frozen=True, slots=True)
class State:
    """One of the lists, with how many of it the other filters leave."""

    words: str
    count: int
    link: str
    current: bool


@dataclass(frozen=True, slots=True)
class View:
    """A filter that the one who looks gave a name."""

    id: int
    name: str
    query: str
    current: bool


@dataclass(frozen=True, slots=True)
class Board:
    """All that the triage page shows."""

    title: str
    sub: tuple[str, ...]
    healthy: str
    unpolled: int  # endpoints of which nothing is known now
    unpolled_for: Moment | None
    groups: tuple[Group, ...]
    states: tuple[State, ...]
    asked: Asked
    query: str  # of this list, for the links of its rows
    stand: Stand  # of all that this person may see
    shown: int  # incidents of the list
    hidden: int  # of its state, by the filters
    plain: str  # query of its state without a filter
    over: str  # query of those that are resolved
    ranked: str  # the rank and the cause that are asked for, in words
    caused: str
    ranks: tuple[tuple[int, str], ...]
    lengths: tuple[tuple[str, str], ...]  # of a snooze: (value of the form, words)
    pages: int
    earlier: str  # address of the page before, and of the next; empty where there is none
    next: str
    left: int  # entries of the next page
    lately: bool  # more ended in the last day than the list shows
    views: tuple[View, ...]
    detail: Detail | None
    strip: Strip | None
    missed: bool  # a selection was asked for that is not there
    spaces: Spaces


def board(visible: QuerySet[Workspace], spaces: Spaces, person: Person, asked: Asked, now: datetime,
          number: int = 0, attempt: int = 0) -> Board:
    """The page for what a person may see; eleven queries at most, whatever the size of the fleet."""
    counted = incidents.tallies(visible, asked, person.id)
    all_ = whole.read(visible, spaces, person, asked, now)
    fits = incidents.fitting(counted, asked)
    cut = incidents.ended(all_.resolved, asked) if asked.state == "resolved" else incidents.cut(fits, asked)
    asked = replace(asked, page=cut.page, wrong=asked.wrong or asked.page > cut.page)
    rows = waves.rows(visible, cut, asked, person.id, now)
    chosen = selected.find(visible, number, rows[0].id if rows else 0)
    causes = {one.cause for one in cut.waves[:waves.OPEN]} | ({chosen.cause} if chosen else set())
    strips = waves.strips(visible, causes, all_.first_look, now)
    over = tuple(row for row in rows if row.rank == ranks.RESOLVED)
    entries = waves.shown(cut, [row for row in rows if row.rank != ranks.RESOLVED], asked, strips, now)
    hidden = _total(counted, all_, asked.state) - cut.total
    return Board(
        title=whole.title(all_, counted), sub=whole.sub(all_, counted), healthy=whole.healthy(all_, spaces),
        unpolled=whole.unpolled(all_, spaces), unpolled_for=spaces.worst.polled if spaces.worst else None,
        groups=_groups(entries, over, fits, all_, asked), states=_states(counted, all_, asked), asked=asked,
        query=asked.link(), stand=incidents.standing(counted),
        shown=cut.total, hidden=hidden, plain=Asked(asked.state).link(), over=asked.link(state="resolved", page=1),
        ranked="" if asked.rank is None else ranks.GROUPS[asked.rank], caused=_caused(asked),
        ranks=tuple(enumerate(ranks.GROUPS[:ranks.RESOLVED])), lengths=inhand.lengths(now), pages=cut.pages,
        earlier=f"?{asked.link(page=cut.page - 1)}" if cut.page > 1 else "",
        next=f"?{asked.link(page=cut.page + 1)}" if cut.page < cut.pages else "",
        left=min(incidents.PAGE, cut.entries - cut.page * incidents.PAGE),
        lately=asked.state == "open" and all_.resolved > len(over) and cut.page == cut.pages,
        views=_views(person, asked), detail=selected.detail(chosen, person, spaces, now, attempt) if chosen else None,
        strip=strips.get(chosen.cause) if chosen else None, missed=bool(number) and getattr(chosen, "id", 0) != number,
        spaces=spaces)


def _total(counted: Iterable[Tally], all_: Whole, state: str) -> int:
    """How many incidents a state holds, whatever else is asked for."""
    if state == "resolved":
        return all_.ended
    return sum({"mine": one.owned, "snoozed": one.asleep}.get(state, one.all - one.asleep) for one in counted)


def _groups(entries: Sequence[Wave | Row], over: tuple[Row, ...], fits: Sequence[Tally], all_: Whole, asked: Asked
            ) -> tuple[Group, ...]:
    """The page under the headings of its ranks; the counts are of the whole list."""
    found = []
    for rank, name in enumerate(ranks.GROUPS[:ranks.RESOLVED]):
        count = sum(one.fits[asked.state] for one in fits if one.rank == rank) if asked.state != "resolved" else 0
        own = tuple(one for one in entries if one.rank == rank)
        if own:
            found.append(Group(name, rank, count, own))
    if over:
        found.append(Group(ranks.GROUPS[ranks.RESOLVED], ranks.RESOLVED, all_.resolved, over))
    return tuple(found)


def _states(counted: Sequence[Tally], all_: Whole, asked: Asked) -> tuple[State, ...]:
    """The lists with their counts under the other filters."""
    fits = incidents.fitting(counted, asked)
    counts = {name: sum(one.fits[name] for one in fits) for name in ("open", "mine", "snoozed")}
    counts["resolved"] = all_.resolved
    return tuple(State(words, counts[name], f"?{asked.link(state=name, page=1)}", asked.state == name)
                 for name, words in STATES.items())


def _caused(asked: Asked) -> str:
    """The cause that is asked for, in words."""
    return "with a cause that is not known" if asked.cause == incidents.UNKNOWN else said.kind_of(asked.cause)


def _views(person: Person, asked: Asked) -> tuple[View, ...]:
    """The saved views of a person, by name; one query."""
    own, query = SavedView.objects.filter(person=person, page="triage"), asked.link(page=1)
    return tuple(View(number, name, kept, kept == query) for number, name, kept in own.order_by(
        "name").values_list("id", "name", "query"))
