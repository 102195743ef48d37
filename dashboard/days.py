"""The attempts of a week as a figure: a bar for each day, what became ready below, what failed on top."""
from collections.abc import Sequence
from typing import Any

from troubleshoot.boards.week import Board, Day

_TICKS = 4  # of the axis, about


def figure(page: Board) -> dict[str, Any] | None:
    """The figure, with its finding in words; None where nothing was tried."""
    if not page.attempts:
        return None
    rows = [_bars(page.days, "ready", "$s0", "$ink"), _bars(page.days, "failed", "$bad-solid", "$on-solid")]
    if page.totals[2]:
        rows.append(_bars(page.days, "rest", "$surface-3", "$ink-2"))
    highest = max(one.all for one in page.days)
    step = max(1, -(-highest // _TICKS))
    layout = {
        "barmode": "stack", "bargap": 0.34, "margin": {"l": 32, "r": 4, "t": 8, "b": 24},
        "yaxis": {"dtick": step, "range": [0, (highest // step + 1) * step]},
        "xaxis": {"type": "category", "showgrid": False}, "annotations": []}
    return {"data": rows, "layout": layout, "said": _said(page)}


def _bars(days: Sequence[Day], what: str, colour: str, ink: str) -> dict[str, Any]:
    """The bars of one outcome; a day without one has no text."""
    counts = [getattr(one, what) for one in days]
    word = "no outcome yet" if what == "rest" else what
    return {
        "type": "bar", "x": [one.name for one in days], "y": counts, "text": [one or "" for one in counts],
        "name": word, "marker": {"color": colour}, "textposition": "inside", "textangle": 0,
        "textfont": {"size": 11, "color": ink}, "hovertemplate": f"%{{x}}: %{{y}} {word}<extra></extra>"}


def _said(page: Board) -> str:
    """`Attempts a day, 16 to 22 Nov 2026. 22 became ready, 9 failed, most on Wed 18: 3.`"""
    ready, failed, rest = page.totals
    worst = max(page.days, key=lambda one: one.failed)
    most = f", most on {worst.name}: {worst.failed}" if failed else ""
    left = f"; {rest} without an outcome yet" if rest else ""
    return f"Attempts a day, {page.week.days}. {ready} became ready, {failed} failed{most}{left}."
