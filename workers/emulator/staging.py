"""Sets an act on the clock: from the moment it ends, back to the moment of the request."""
from datetime import datetime, timedelta

from workers.emulator.draw import Draw
from workers.emulator.plan import Act, Attempt, Cast, Marks, minutes, seconds

SHORT = {"quota": (15, 70), "build": (480, 760), "node": (3900, 4900), "canceled": (100, 260), "wedged": (9000, 14000)}
LAST_PART = {"pull": (190, 400), "download": (200, 330), "start": (120, 240), "crash": (150, 300),
             "probe": (260, 380), None: (45, 100)}
DELETE, DELETION = Act("deletion"), minutes(1.2)


def ending_at(cast: Cast, act: Act, end: datetime, kind: str = "create", after: datetime | None = None) -> Attempt:
    """An attempt that reaches its end at a given moment, and did not begin before `after`."""
    draw = cast.draw.sub("stage", act.story, kind, end.isoformat())
    lengths = _lengths(act, draw, kind)
    total = sum(lengths)
    if after is not None and end - seconds(total) < after:
        lengths = [length * (end - after).total_seconds() / total for length in lengths]
    return _attempt(cast, act, end - seconds(sum(lengths)), lengths, kind, draw)


def starting_at(cast: Cast, act: Act, start: datetime, kind: str = "create", wait: timedelta = timedelta(0)) -> Attempt:
    """An attempt that begins at a given moment; `wait` is added to the time until it has a node."""
    draw = cast.draw.sub("stage", act.story, kind, start.isoformat())
    first, *rest = _lengths(act, draw, kind)
    return _attempt(cast, act, start, [first + wait.total_seconds(), *rest], kind, draw)


def deletion(cast: Cast, start: datetime, length: timedelta = DELETION) -> Attempt:
    operation = cast.draw.sub("delete", start.isoformat()).guid()
    return Attempt("delete", operation, start, start + length, cast, DELETE)


def _lengths(act: Act, draw: Draw, kind: str) -> list[float]:
    if act.stop in SHORT:
        return [draw.between(*SHORT[act.stop])]
    setup = draw.between(180, 330) if kind == "create" else draw.between(150, 240)
    pull = draw.between(60, 115)
    if act.stop == "pull":
        return [setup, draw.between(*LAST_PART["pull"])]
    return [setup, pull, draw.between(4, 25), draw.between(*LAST_PART[act.stop])]


def _attempt(cast: Cast, act: Act, start: datetime, lengths: list[float], kind: str, draw: Draw) -> Attempt:
    end = start + seconds(sum(lengths))
    marks = None
    if len(lengths) > 1:
        setup = start + seconds(lengths[0])
        pulled = setup + seconds(lengths[1])
        downloaded = pulled + seconds(lengths[2]) if len(lengths) > 2 else end
        marks = Marks(setup, pulled, downloaded, downloaded + seconds(0.2))
    return Attempt(kind, draw.guid(), start, end, cast, act, marks)
