"""Figures as plain dicts: colours are token names (`$bad-solid`) that the browser resolves."""
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from dashboard.plotted import at as _at
from dashboard.plotted import plain as _plain
from troubleshoot.boards.attempt import Page
from troubleshoot.boards.story import LANES, Entry
from troubleshoot.boards.words import exact
from troubleshoot.diagnosis.facts import REFUSED, Stage

_COLOUR = {"passed": ("$ok-solid", "$ink-2"), "stopped": ("$bad-solid", "$bad"), "running": ("$run-solid", "$run")}
_MARKS = {
    LANES["operation"]: ("line-ns-open", "$idle-solid"), LANES["restart"]: ("circle", "$idle-solid"),
    LANES["event"]: ("circle", "$idle-solid"), LANES["evidence"]: ("diamond", "$mark-line"),
    LANES["log"]: ("circle-open", "$s0"), LANES["change"]: ("square", "$s0"), LANES["people"]: ("square", "$s0"),
    LANES["blind"]: ("square-open", "$warn-solid")}
_SHORT = {"Model and code": "Model", "Container start": "Start", "Provisioning": "Provis.", "Operation": "Operat.",
          "Container events": "Events", "Image pull": "Pull", "In progress": "Running"}
_ENDS = {"Failed": ("Azure gave up", "bad"), "Canceled": ("cancelled", "warn"), REFUSED: ("refused", "bad")}
INSIDE = 0.3  # of the axis: a bar that is longer carries its text inside, where no paper is too narrow for it
LONG = 3  # marks later than so many times the length of the attempt are in the list only

Bar = tuple[Stage, datetime, datetime]


def stages(page: Page, now: datetime) -> dict[str, Any] | None:
    """The timeline of an attempt: a bar for each stage with times, and a lane for each kind of mark below.

    It holds what the list holds, but for entries without a time and for what came long after; None where no moment
    is known.
    """
    timed = [one for one in page.entries if one.moment]
    end = page.ended or (now if page.running else max((one.moment for one in timed if one.moment), default=None))
    if page.began is None or end is None:
        return None
    bars = [(one, *span) for one in page.stages if (span := _span(one, end))]
    began, edge = _range(page, timed, end)
    lanes = list(_lanes(page, [one for one in timed if one.moment and one.moment <= edge], bars))
    if not (bars or any(lane != LANES["operation"] for lane, _ in lanes)):
        return None
    data = [_bar(*bar, _is_long(bar, (began, edge))) for bar in bars]
    for lane, mine in lanes:
        data += _marks(lane, mine)
    names = [one.name for one in page.stages if any(one.name == bar[0].name for bar in bars)
             or any(one.name == lane for lane, _ in lanes)]
    names += [lane for lane in _MARKS if any(lane == one for one, _ in lanes)]
    later = sum(1 for one in timed if one.moment and one.moment > edge)
    layout = _layout(names, page, end, (began, edge), later)
    layout["annotations"] += [_inside(*bar) for bar in bars if _is_long(bar, (began, edge))]
    return {"data": data, "layout": layout, "said": _said(page, bars, lanes)}


def _range(page: Page, timed: Sequence[Entry], end: datetime) -> tuple[datetime, datetime]:
    """Where the axis begins and ends: with the attempt, and with room behind the last mark that is near it."""
    began = min(page.began or end, end)
    last = began + LONG * max(end - began, timedelta(minutes=1))
    shown = max(end, max((one.moment for one in timed if one.moment and one.moment <= last), default=end))
    room = max((shown - began) * 0.16, timedelta(seconds=10))
    return began - room / 8, shown + room


def _lanes(page: Page, timed: Sequence[Entry], bars: Sequence[Bar]) -> Iterator[tuple[str, list[Entry]]]:
    """The lanes that hold something; a stage that has no bar is a mark in its own row."""
    drawn = {one.name for one, _, _ in bars}
    for stage in page.stages:
        if stage.name not in drawn and (mine := [one for one in timed if one.stage == stage.name]):
            yield stage.name, mine
    for lane in _MARKS:
        if mine := [one for one in timed if one.lane == lane]:
            yield lane, mine


def _span(stage: Stage, end: datetime | None) -> tuple[datetime, datetime] | None:
    """Where the bar of a stage lies; a stage without a start has none."""
    last = stage.ended or (end if stage.state in ("running", "stopped") else None)
    if stage.started is None or last is None or last < stage.started or stage.state not in _COLOUR:
        return None
    return stage.started, last


def _is_long(bar: Bar, axis: tuple[datetime, datetime]) -> bool:
    return bar[2] - bar[1] > INSIDE * (axis[1] - axis[0])


def _took(stage: Stage, start: datetime, end: datetime) -> str:
    took = exact((end - start).total_seconds())
    return {"stopped": f"stopped after {took}", "running": f"{took} so far"}.get(stage.state, took)


def _inside(stage: Stage, start: datetime, end: datetime) -> dict[str, Any]:
    return {"x": _at(end), "y": stage.name, "xanchor": "right", "yanchor": "middle", "xshift": -6, "showarrow": False,
            "text": _took(stage, start, end), "font": {"size": 11, "color": "$on-solid"}, "name": "wide"}


def _bar(stage: Stage, start: datetime, end: datetime, long: bool) -> dict[str, Any]:
    """A stage from its start to its end, with how long it took behind it unless that stands inside."""
    fill, ink = _COLOUR[stage.state]
    text = _took(stage, start, end)
    return {
        "type": "bar", "orientation": "h", "y": [stage.name], "x": [(end - start).total_seconds() * 1000],
        "base": [_at(start)], "marker": {"color": fill, "line": {"width": 0}}, "width": 0.52,
        "text": ["" if long else text], "textposition": "outside", "cliponaxis": False,
        "textfont": {"size": 11, "color": ink},
        "hovertemplate": f"{stage.name}<br>{start:%H:%M:%S} to {end:%H:%M:%S} UTC<br>{text}<extra></extra>",
    }


def _marks(lane: str, mine: Sequence[Entry]) -> Iterator[dict[str, Any]]:
    """What lasted as bars, what happened at one moment as marks."""
    if lasting := [one for one in mine if one.until and one.moment and one.until > one.moment]:
        yield _stretches(lane, lasting)
    symbol, colour = _MARKS.get(lane, ("circle", "$idle-solid"))
    if points := [one for one in mine if one not in lasting and one.moment]:
        colours = [{"warn": "$warn-solid", "bad": "$bad-solid", "ok": "$ok-solid"}.get(one.tone, colour)
                   for one in points]
        yield {
            "type": "scatter", "mode": "markers", "x": [_at(one.moment) for one in points if one.moment],
            "y": [lane] * len(points),
            "marker": {"symbol": symbol, "size": 10 if symbol == "diamond" else 8, "color": colours,
                       "line": {"width": 2 if symbol == "line-ns-open" else 1, "color": colours}},
            "hovertext": [_plain(one.text) for one in points],
            "hovertemplate": "%{hovertext}<br>%{x|%H:%M:%S} UTC<extra></extra>", "name": lane,
        }


def _stretches(lane: str, lasting: Sequence[Entry]) -> dict[str, Any]:
    unseen = lane == LANES["blind"]
    return {
        "type": "bar", "orientation": "h", "y": [lane] * len(lasting),
        "x": [(one.until - one.moment).total_seconds() * 1000 for one in lasting if one.until and one.moment],
        "base": [_at(one.moment) for one in lasting if one.moment], "width": 0.3,
        "marker": {"color": "$warn-solid" if unseen else "$idle-solid", "line": {"width": 0}}, "opacity": 0.55,
        "hovertext": [_plain(one.text) for one in lasting], "hovertemplate": "%{hovertext}<extra></extra>",
        "name": lane,
    }


def _layout(names: Sequence[str], page: Page, end: datetime, axis: tuple[datetime, datetime],
            later: int) -> dict[str, Any]:
    shapes, notes = _ends(page, end)
    if later:
        notes.append(_note(axis[1], f"{later} later, in the list", "$ink-3"))
    days = axis[0].date() != axis[1].date()
    return {
        "height": 62 + 30 * len(names), "margin": {"l": 128, "r": 16, "t": 26, "b": 44 if days else 30},
        "barmode": "overlay",
        "xaxis": {"type": "date", "tickformat": "%H:%M\n%-d %b" if days else "%H:%M", "nticks": 8,
                  "range": [_at(axis[0]), _at(axis[1])]},
        "yaxis": {"type": "category", "categoryarray": list(names), "categoryorder": "array", "autorange": "reversed",
                  "showgrid": False, "tickfont": {"size": 12, "color": "$ink-2"}},
        "shapes": shapes, "annotations": notes,
        "meta": {"ml": 62, "short": [_SHORT.get(name, name) for name in names], "dropText": True, "drop": True},
    }


def _ends(page: Page, end: datetime) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Dotted where Azure reported a failure or the attempt ended badly, solid where it is now."""
    if page.gave_up:
        return [_line(page.gave_up, "$bad-solid", "dot")], [_note(page.gave_up, "Azure reported a failure", "$bad")]
    if page.ended and page.state in _ENDS:
        text, colour = _ENDS[page.state]
        return [_line(page.ended, f"${colour}-solid", "dot")], [_note(page.ended, text, f"${colour}")]
    if page.running:
        return [_line(end, "$run-solid", "solid")], [_note(end, "now", "$run")]
    return [], []


def _line(at: datetime, colour: str, dash: str) -> dict[str, Any]:
    return {"type": "line", "x0": _at(at), "x1": _at(at), "yref": "paper", "y0": 0, "y1": 1,
            "line": {"color": colour, "width": 1.5, "dash": dash}}


def _note(at: datetime, text: str, colour: str) -> dict[str, Any]:
    return {"x": _at(at), "yref": "paper", "y": 1, "yanchor": "bottom", "xanchor": "right", "text": text,
            "showarrow": False, "font": {"size": 11, "color": colour}}


def _said(page: Page, bars: Sequence[Bar], lanes: Sequence[tuple[str, list[Entry]]]) -> str:
    """The finding of the chart in words."""
    said = [f"Timeline of attempt {page.where.number}."]
    said += [f"{one.name} {one.state}, {start:%H:%M:%S} to {last:%H:%M:%S} UTC." for one, start, last in bars]
    said += [f"{lane}: {len(mine)}." for lane, mine in lanes]
    return " ".join([*said, "The same facts are in the list that follows."])
