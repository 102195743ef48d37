"""A week as plain text, for a mail or a ticket; the same figures as its page."""
from collections.abc import Iterator

from troubleshoot.boards.unmarked import inert
from troubleshoot.boards.week import Board
from troubleshoot.boards.week_failed import SHOWN, Failed


def text(board: Board, address: str) -> str:
    """Facts, causes, times and what failed, one below the other; what others wrote is neither markup nor mention."""
    return "\n".join(_lines(board, address)) + "\n"


def _lines(board: Board, address: str) -> Iterator[str]:
    yield f"{board.week.title}, {board.week.days}, {inert(board.name)}: {inert(board.title)}"
    yield address
    yield ""
    yield from (f"{one.name}: {one.value} ({one.small})" for one in board.facts)
    if board.causes:
        yield f"\nCauses which return, failed attempts in {', '.join(one.short for one in board.weeks)}:"
        for one in board.causes:
            counts = ", ".join("not polled" if count is None else str(count) for count in one.counts)
            since = one.since if one.is_new else f"since {one.since}"
            yield f"- {inert(one.title)}: {counts}; {since}; {inert(one.where)}"
    yield "\nAttempts a day (ready, failed, no outcome yet):"
    yield from (f"- {one.name}: {one.ready}, {one.failed}, {one.rest}" for one in board.days)
    yield "\nHow long it took (median, slowest, week before, of):"
    yield from (f"- {one.name}: {', '.join(cell or 'none' for cell in (one.median, one.slowest, one.before))}, {one.of}"
                for one in board.took)
    if board.failed:
        yield "\nWhat failed, slowest first:"
        yield from (f"- {_failed(one)}" for one in board.failed[:SHOWN])
    yield ""
    yield from board.gaps


def _failed(one: Failed) -> str:
    said = (f"incident {one.incident}" if one.incident else "", one.where, one.cause,
            f"{one.attempts} failed, {one.each} each", one.resolved)
    return inert(", ".join(filter(None, said)))
