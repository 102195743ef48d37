"""The record of an endpoint as a figure: traffic on top, a lane for each deployment, and one for each kind of event."""
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from dashboard.plotted import at as axis_at
from dashboard.plotted import plain
from troubleshoot.boards.account import Page
from troubleshoot.boards.happened import BLIND, ENDPOINT, INCIDENT, LOGS, PEOPLE, PROOF, STARTS, TRAFFIC, Event

TOP = 3  # rows of height that the traffic split takes
SERIES = ("s1", "s3", "s2", "s4", "s5")  # neutral colours; deployments take them in the order of their names
MOST_LANES = 8  # of deployments; the others share one
MOST_MARKS = 6  # vertical marks of one kind
OTHERS = "Others"
_SYMBOLS = {STARTS: "circle", PROOF: "diamond", LOGS: "circle-open", PEOPLE: "square", BLIND: "line-ns-open",
            INCIDENT: "diamond-open"}
_TONES = {"bad": "$bad-solid", "warn": "$warn-solid", "ok": "$ok-solid", "run": "$run-solid", "mark": "$mark-line"}
_SHORT = {STARTS: "Starts", PROOF: "Evid.", LOGS: "Logs", PEOPLE: "People", BLIND: "Blind", ENDPOINT: "Endp.",
          INCIDENT: "Incid."}


def figure(page: Page, now: datetime) -> dict[str, Any] | None:
    """The figure of a record page; its marks are the events of its list, each once. None where there is none."""
    events = [row.event for row in page.rows]
    if not events and not page.spans:
        return None
    end = now if page.open else page.until
    begin = page.asked.since or min(
        [page.since, *(one.moment for one in events), *(start for _, _, start, _, _ in page.spans)])
    lanes = _lanes(page, events)
    data = [*_traffic(page, begin, end), *_bars(page, lanes, end), *_stretches(events, begin, end)]
    data += [marks for lane in (TRAFFIC, *lanes) if (marks := _marks(events, lane, page))]
    return {"data": data, "layout": _layout(page, events, lanes, begin, end),
            "said": _said(page, lanes), "rows": len(lanes) + TOP}


def _lanes(page: Page, events: Sequence[Event]) -> list[str]:
    """Lanes that hold something, deployments first in the order of their names, from above."""
    held = [*(one[0] for one in page.spans), *(one[0] for one in page.ready)]
    used = {_lane(lane, page) for lane in (*(one.lane for one in events), *held)}
    order = [*page.names[:MOST_LANES], OTHERS, ENDPOINT, STARTS, PROOF, LOGS, INCIDENT, PEOPLE, BLIND]
    return [lane for lane in order if lane in used]


def _lane(lane: str, page: Page) -> str:
    return OTHERS if lane in page.names[MOST_LANES:] else lane


def _colour(lane: str, page: Page) -> str:
    """The neutral colour of a deployment; grey for the endpoint and what shares a lane."""
    return f"${SERIES[page.names.index(lane) % len(SERIES)]}" if lane in page.names[:MOST_LANES] else "$s0"


def _bars(page: Page, lanes: Sequence[str], end: datetime) -> list[dict[str, Any]]:
    """A bar for each attempt from its beginning to its end, or to now; behind them, where it was ready."""
    found = [_bar(_lane(lane, page), start, until, "$surface-3", "Ready", "$ink-2", f"{lane} was ready")
             for lane, start, until in page.ready if until > start and _lane(lane, page) in lanes]
    for lane, number, start, over, state in page.spans:
        until = over or (end if page.open and state not in ("Succeeded", "Failed", "Canceled", "Refused") else None)
        if until is None or until <= start or _lane(lane, page) not in lanes:
            continue
        found.append(_bar(_lane(lane, page), start, until, _colour(lane, page), f"{number}", "$on-solid",
                          f"{lane}, attempt {number}: {state}"))
    return found


def _bar(lane: str, start: datetime, until: datetime, colour: str, text: str, ink: str, hover: str) -> dict[str, Any]:
    return {
        "type": "bar", "orientation": "h", "y": [lane], "base": [axis_at(start)], "width": 0.5,
        "x": [(until - start).total_seconds() * 1000], "marker": {"color": colour}, "text": [text],
        "textposition": "inside", "insidetextanchor": "middle", "textangle": 0, "cliponaxis": False,
        "textfont": {"size": 11, "color": ink}, "hovertemplate": plain(hover) + "<extra></extra>"}


def _stretches(events: Sequence[Event], begin: datetime, end: datetime) -> list[dict[str, Any]]:
    """Thin bars behind the marks of what lasted: withheld logs, blind stretches."""
    return [{
        "type": "bar", "orientation": "h", "y": [one.lane], "base": [axis_at(max(one.moment, begin))], "width": 0.3,
        "x": [(min(one.until, end) - max(one.moment, begin)).total_seconds() * 1000], "marker": {"color": "$surface-3"},
        "hovertemplate": plain(one.text) + "<extra></extra>",
    } for one in events if one.until and one.until > one.moment and min(one.until, end) > max(one.moment, begin)]


def _marks(events: Sequence[Event], lane: str, page: Page) -> dict[str, Any] | None:
    """The events of one lane as marks; those of the traffic lie on its upper edge."""
    mine = [one for one in events if _lane(one.lane, page) == lane]
    if not mine:
        return None
    found = {
        "type": "scatter", "mode": "markers", "x": [axis_at(one.moment) for one in mine], "name": lane,
        "y": [100 if lane == TRAFFIC else lane] * len(mine), "cliponaxis": False,
        "marker": {"symbol": "triangle-down" if lane == TRAFFIC else _SYMBOLS.get(lane, "circle"),
                   "size": 10 if lane == PROOF else 8, "line": {"width": 1, "color": "$surface"},
                   "color": [_TONES.get(one.tone, "$ink-3") for one in mine]},
        "text": [plain(one.text) for one in mine], "hovertemplate": "%{text}<br>%{x|%H:%M:%S} UTC<extra></extra>",
    }
    return found | ({"yaxis": "y2"} if lane == TRAFFIC else {})


def _traffic(page: Page, begin: datetime, end: datetime) -> list[dict[str, Any]]:
    """The split as stacked steps, a colour for each deployment that ever had a share."""
    turns = [(max(at, begin), dict(shares)) for at, shares in page.shares]
    names = sorted({name for _, shares in turns for name, share in shares.items() if share})
    moments = [axis_at(at) for at, _ in turns] + [axis_at(end)]
    return [{
        "type": "scatter", "mode": "lines", "line": {"shape": "hv", "width": 0}, "x": moments,
        "y": [shares.get(name, 0) for _, shares in turns] + [turns[-1][1].get(name, 0)], "stackgroup": "traffic",
        "fillcolor": f"{_colour(name, page)}-soft", "yaxis": "y2", "name": plain(name),
        "hovertemplate": plain(name) + " %{y} %<extra></extra>"} for name in names]


def _layout(page: Page, events: Sequence[Event], lanes: Sequence[str], begin: datetime,
            end: datetime) -> dict[str, Any]:
    room = max((end - begin) * 0.03, timedelta(seconds=10))
    rows, height = len(lanes) + TOP, 62 + 30 * (len(lanes) + TOP)
    shapes, notes = _lines(events, begin, end)
    shapes.append(_line(page.ended or end, "$ink" if page.open else "$ink-3", "solid"))
    notes.append(_note(page.ended or end, "end" if page.gone or page.asked.until else "now", 0.0, "right"))
    notes += [*_splits(page, begin, end), {
        "xref": "paper", "x": 0, "y": 100, "yref": "y2", "text": TRAFFIC, "xanchor": "right", "xshift": -48,
        "yshift": -6, "showarrow": False, "font": {"size": 12, "color": "$ink-2"}, "name": "wide"}]
    names = [lane if len(lane) <= 17 else f"{lane[:16]}…" for lane in lanes]
    return {
        "height": height, "margin": {"l": 128, "r": 16, "t": 26, "b": 30}, "barmode": "overlay",
        "xaxis": {"type": "date", "tickformat": _ticks(end - begin), "nticks": 8, "anchor": "y",
                  "range": [axis_at(begin - room), axis_at(end + room)]},
        "yaxis": {"type": "category", "categoryarray": list(lanes), "categoryorder": "array",
                  "tickvals": list(lanes), "ticktext": names, "showgrid": False, "domain": [0, 1 - (TOP - 0.3) / rows],
                  "range": [len(lanes) - 0.4, -0.6], "tickfont": {"size": 12, "color": "$ink-2"}},
        "yaxis2": {"domain": [1 - (TOP - 0.8) / rows, 1], "range": [0, 104], "tickvals": [0, 50, 100],
                   "ticktext": ["0", "50", "100 %"], "tickfont": {"size": 11, "color": "$ink-3"},
                   "gridcolor": "$line", "fixedrange": True, "zeroline": False},
        "shapes": shapes, "annotations": notes,
        "meta": {"ml": 66, "short": [_SHORT.get(lane, lane if len(lane) <= 8 else f"{lane[:7]}…") for lane in lanes],
                 "dropText": True, "drop": True},
    }


def _splits(page: Page, begin: datetime, end: datetime) -> list[dict[str, Any]]:
    """The split in words inside each stretch that is wide enough for them; that there never was one is said once."""
    turns = [(max(at, begin), shares) for at, shares in page.shares]
    said = [(at, until, ", ".join(f"{name} {share} %" for name, share in shares if share))
            for (at, shares), until in zip(turns, [*(at for at, _ in turns[1:]), end], strict=True)]
    if not any(words for _, _, words in said):
        said = [(begin, end, "the split of then is not known" if page.asked.until else "no traffic was set")]
    return [{"x": axis_at(at + (until - at) / 2), "y": 50, "yref": "y2", "text": plain(words), "name": "wide",
             "showarrow": False, "font": {"size": 11, "color": "$ink"}}
            for at, until, words in said if words and until - at > (end - begin) / 6]


def _ticks(length: timedelta) -> str:
    if length < timedelta(hours=20):
        return "%H:%M"
    return "%-d %b %H:%M" if length < timedelta(days=4) else "%-d %b"


def _lines(events: Sequence[Event], begin: datetime,
           end: datetime) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Marks across all lanes: changes of traffic, the first evidence, and the start of failing."""
    marked = [next((one for one in events if one.mark == word), None) for word in ("first evidence", "failed")]
    found = [one for one in marked if one] + [one for one in events if one.mark == "traffic"][-MOST_MARKS:]
    shapes = [_line(one.moment, "$mark-line" if one.mark == "first evidence" else "$ink-3", "dot") for one in found]
    return shapes, [_note(at, text, 1.0, "right" if at > begin + (end - begin) * 0.88 else "left")
                    for at, text in _apart(found, (end - begin) / 7)]


def _apart(found: Sequence[Event], least: timedelta) -> list[tuple[datetime, str]]:
    """The words of the marks: those of marks that are close together in one, so that they do not collide."""
    order = sorted(found, key=lambda one: one.moment)
    kept: list[tuple[datetime, list[str]]] = []
    for one in order:
        if kept and one.moment - kept[-1][0] < least:
            kept[-1][1].append(one.mark)
        else:
            kept.append((one.moment, [one.mark]))
    return [(at, ", ".join(dict.fromkeys(words)).removeprefix("first ")) for at, words in kept]


def _line(at: datetime, colour: str, dash: str) -> dict[str, Any]:
    return {"type": "line", "x0": axis_at(at), "x1": axis_at(at), "yref": "paper", "y0": 0, "y1": 1,
            "line": {"color": colour, "width": 1.2, "dash": dash}}


def _note(at: datetime, text: str, high: float, side: str) -> dict[str, Any]:
    return {"x": axis_at(at), "yref": "paper", "y": high, "yanchor": "bottom", "xanchor": side, "text": text,
            "showarrow": False, "xshift": -4 if side == "right" else 0, "font": {"size": 11, "color": "$ink-2"},
            "name": "wide" if high else "edge"}


def _said(page: Page, lanes: Sequence[str]) -> str:
    """The finding of the chart in words."""
    said = [page.title + "."]
    for lane, number, start, over, state in page.spans:
        until = f" to {over.astimezone(UTC):%H:%M:%S}" if over else ""
        said.append(f"{lane}, attempt {number}: {state}, {start.astimezone(UTC):%H:%M:%S}{until} UTC.")
    return " ".join([*said, f"Lanes: traffic, {', '.join(lanes)}.", "The list that follows has every event."])
