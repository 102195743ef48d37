"""Figures as plain dicts: colours are token names (`$bad-solid`) that the browser resolves."""
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from troubleshoot.boards.attempt import Page
from troubleshoot.boards.story import Entry
from troubleshoot.boards.words import exact
from troubleshoot.diagnosis.facts import REFUSED, Stage

_COLOUR = {"passed": ("$ok-solid", "$ink-2"), "stopped": ("$bad-solid", "$bad"), "running": ("$run-solid", "$run")}
_MARKS = {"Container events": ("circle", "$idle-solid"), "Evidence": ("diamond", "$mark-line"),
          "Changes": ("square", "$s0"), "Logs": ("circle-open", "$s0")}
_SHORT = {"Model and code": "Model", "Container start": "Start", "Provisioning": "Provis.",
          "Container events": "Events", "Image pull": "Pull", "In progress": "Running"}
_ENDS = {"Failed": ("Azure gave up", "bad"), "Canceled": ("cancelled", "warn"), REFUSED: ("refused", "bad")}
MOST_MARKS = 200


def stages(page: Page, now: datetime) -> dict[str, Any] | None:
    """The timeline of an attempt: a bar for each stage with times, and a lane for each kind of mark below."""
    end = page.ended or (now if page.running else _last(page.entries))
    bars = [(one, *span) for one in page.stages if (span := _span(one, end))]
    lanes = [lane for lane in _MARKS if any(one.lane == lane for one in page.entries)]
    if not bars and not lanes or page.began is None or end is None:
        return None
    data = [_bar(*bar) for bar in bars] + [_marks(page.entries, lane) for lane in lanes]
    names = [one.name for one, _, _ in bars] + lanes
    return {"data": data, "layout": _layout(names, page, now, end), "said": _said(page, bars, end)}


def _last(entries: Sequence[Entry]) -> datetime | None:
    return max((one.moment for one in entries), default=None)


def _span(stage: Stage, end: datetime | None) -> tuple[datetime, datetime] | None:
    """Where the bar of a stage lies; a stage without a start has none."""
    last = stage.ended or (end if stage.state in ("running", "stopped") else None)
    if stage.started is None or last is None or last < stage.started or stage.state not in _COLOUR:
        return None
    return stage.started, last


def _bar(stage: Stage, start: datetime, end: datetime) -> dict[str, Any]:
    fill, ink = _COLOUR[stage.state]
    took = exact((end - start).total_seconds())
    text = {"stopped": f"stopped after {took}", "running": f"{took} so far"}.get(stage.state, took)
    return {
        "type": "bar", "orientation": "h", "y": [stage.name], "x": [(end - start).total_seconds() * 1000],
        "base": [_at(start)], "marker": {"color": fill, "line": {"width": 0}}, "width": 0.52, "text": [text],
        "textposition": "outside", "cliponaxis": False, "textfont": {"size": 11, "color": ink},
        "hovertemplate": f"{stage.name}<br>{start:%H:%M:%S} to {end:%H:%M:%S} UTC<br>{text}<extra></extra>",
    }


def _marks(entries: Sequence[Entry], lane: str) -> dict[str, Any]:
    symbol, colour = _MARKS[lane]
    mine = [one for one in entries if one.lane == lane][:MOST_MARKS]
    colours = [{"warn": "$warn-solid", "bad": "$bad-solid"}.get(one.tone, colour) for one in mine]
    return {
        "type": "scatter", "mode": "markers", "x": [_at(one.moment) for one in mine], "y": [lane] * len(mine),
        "marker": {"symbol": symbol, "size": 10 if symbol == "diamond" else 8, "color": colours},
        "text": [_plain(one.text) for one in mine], "hovertemplate": "%{text}<br>%{x|%H:%M:%S} UTC<extra></extra>",
        "name": lane,
    }


def _layout(names: Sequence[str], page: Page, now: datetime, end: datetime) -> dict[str, Any]:
    began = min(page.began or end, end)
    room = max((end - began) * 0.16, timedelta(seconds=10))
    shapes, notes = [], []
    if page.ended and page.state in _ENDS:
        text, colour = _ENDS[page.state]
        shapes.append(_line(page.ended, f"${colour}-solid", "dot"))
        notes.append(_note(page.ended, text, f"${colour}"))
    elif page.running:
        shapes.append(_line(end, "$run-solid", "solid"))
        notes.append(_note(end, "now", "$run"))
    return {
        "height": 62 + 30 * len(names), "margin": {"l": 128, "r": 16, "t": 26, "b": 30}, "barmode": "overlay",
        "xaxis": {"type": "date", "tickformat": "%H:%M", "nticks": 8,
                  "range": [_at(began - room / 8), _at(max(end, began) + room)]},
        "yaxis": {"type": "category", "categoryarray": list(names), "categoryorder": "array", "autorange": "reversed",
                  "showgrid": False, "tickfont": {"size": 12, "color": "$ink-2"}},
        "shapes": shapes, "annotations": notes,
        "meta": {"ml": 62, "short": [_SHORT.get(name, name) for name in names], "dropText": True},
    }


def _line(at: datetime, colour: str, dash: str) -> dict[str, Any]:
    return {"type": "line", "x0": _at(at), "x1": _at(at), "yref": "paper", "y0": 0, "y1": 1,
            "line": {"color": colour, "width": 1.5, "dash": dash}}


def _note(at: datetime, text: str, colour: str) -> dict[str, Any]:
    return {"x": _at(at), "yref": "paper", "y": 1, "yanchor": "bottom", "xanchor": "right", "text": text,
            "showarrow": False, "font": {"size": 11, "color": colour}}


def _said(page: Page, bars: Sequence[tuple[Stage, datetime, datetime]], end: datetime) -> str:
    """The finding of the chart in words."""
    said = [f"Timeline of attempt {page.where.number}."]
    said += [f"{one.name} {one.state}, {start:%H:%M:%S} to {last:%H:%M:%S} UTC." for one, start, last in bars]
    return " ".join([*said, "The same facts are in the list that follows."])


def _at(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")


def _plain(text: str) -> str:
    """Text without what plotly would read as markup or as a template."""
    cut = text[:120].replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return cut.replace("%{", "% {")
