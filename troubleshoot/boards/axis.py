"""The axis of the verdict clock: to scale up to what is near, with a drawn cut before each moment far behind it."""
from collections.abc import Sequence
from dataclasses import dataclass, replace

FULL, FAR_WIDTH = 98.0, 17.0  # percent: the whole axis, and what a moment behind a cut takes of it
FAR = 1.6  # times the last near moment: what lies behind is cut off
PHONE = 311  # pixels of the axis on the narrowest phone: labels that would touch there are set apart
LETTER, PAD = 6.6, 14
ROW, BAR = 34, 10
ABOVE = ("now", "earliest", "latest")


@dataclass(frozen=True, slots=True)
class Mark:
    """One moment on the axis: `x` as a percentage, its label on a row above or below the bar."""

    key: str
    name: str
    clock: str
    x: str
    end: bool  # the label stands to the left of its line
    labelled: bool  # false where there is no room; the table beneath names every moment
    top: int  # of its line, in pixels
    bottom: int
    text: int  # base of the name; the clock stands 15 pixels below


@dataclass(frozen=True, slots=True)
class Axis:
    """The axis as it is drawn; all figures are ready for the drawing."""

    marks: tuple[Mark, ...]
    cuts: tuple[str, ...]
    elapsed: str
    window: tuple[str, str]  # from where, and how wide: when a failure can be reported
    width: str
    bar: int
    height: int


def draw(points: Sequence[tuple[str, str, str, float]]) -> Axis:
    """The axis of (key, name, clock, seconds since the start); `now`, `earliest` and `latest` must be among them."""
    at, cuts = _places({key: seconds for key, _, _, seconds in points})
    above = [one for one in points if one[0] in ABOVE]
    below = [one for one in points if one[0] not in ABOVE]
    top, bottom = _rows(above, at), _rows(below, at)
    bar = ROW * (1 + max(top.values(), default=0)) + 2
    rows = {**{key: _above(row, bar) for key, row in top.items()},
            **{key: _below(row, bar) for key, row in bottom.items()}}
    marks = tuple(_mark(one, at[one[0]], rows.get(one[0]), bar) for one in points)
    return Axis(marks, tuple(_percent(cut) for cut in cuts), _percent(at["now"]),
                (_percent(at["earliest"]), _percent(max(0.0, at["latest"] - at["earliest"]))), _percent(FULL), bar,
                bar + BAR + ROW * (1 + max(bottom.values(), default=0)))


def _places(seconds: dict[str, float]) -> tuple[dict[str, float], list[float]]:
    """Percent of each moment, and where the axis is cut."""
    near = max(seconds["now"], seconds["earliest"], seconds.get("usual", 0.0), 1.0)
    far: list[str] = []
    for key in sorted(seconds, key=lambda one: seconds[one]):
        if seconds[key] > near * FAR or far:
            far.append(key)
        else:
            near = max(near, seconds[key])
    width = FULL - FAR_WIDTH * len(far)
    at = {key: width * value / (near * 1.06) for key, value in seconds.items() if key not in far}
    at |= {key: width + FAR_WIDTH * (place + 1) - 2 for place, key in enumerate(far)}
    return at, [at[key] - FAR_WIDTH * 0.62 for key in far]


def _rows(points: Sequence[tuple[str, str, str, float]], at: dict[str, float]) -> dict[str, int]:
    """The row of each label on one side of the bar, nearest first; without the labels that find no room."""
    found: dict[str, int] = {}
    taken = [0.0, 0.0, 0.0]
    for key, name, _, _ in sorted(points, key=lambda one: at[one[0]]):
        wide = (LETTER * max(len(name), 5) + PAD) * 100 / PHONE
        left = at[key] - wide if _ends(at[key], wide) else at[key]
        for row, until in enumerate(taken):
            if left >= until:
                found[key], taken[row] = row, left + wide
                break
    return found


def _ends(x: float, wide: float = 26.0) -> bool:
    """True where a label stands to the left of its line, since it would run off the axis."""
    return x + wide > 102


def _above(row: int, bar: int) -> tuple[int, int, int]:
    top = bar - ROW * (row + 1)
    return top, bar + BAR, top + 11


def _below(row: int, bar: int) -> tuple[int, int, int]:
    bottom = bar + BAR + ROW * (row + 1)
    return bar, bottom, bottom - 18


def _mark(point: tuple[str, str, str, float], x: float, row: tuple[int, int, int] | None, bar: int) -> Mark:
    key, name, clock, _ = point
    wide = (LETTER * max(len(name), 5) + PAD) * 100 / PHONE
    bare = Mark(key, name, clock, _percent(x), _ends(x, wide), False, bar - 6, bar + BAR + 6, 0)
    return bare if row is None else replace(bare, labelled=True, top=row[0], bottom=row[1], text=row[2])


def _percent(value: float) -> str:
    return f"{value:.2f}%"
