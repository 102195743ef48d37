"""The answer to a pasted text as plain text for a ticket."""
from collections.abc import Iterator

from troubleshoot.boards import pasted
from troubleshoot.boards.explain import Answer


def text(answer: Answer) -> str:
    """Claim, quotations, fix, names and ids, one below the other; without a secret, and with what is missing."""
    return "\n".join(_lines(answer)) + "\n"


def _lines(answer: Answer) -> Iterator[str]:
    yield f"{answer.card.label}: {answer.card.sentence}"
    if answer.certainty:
        yield f"Certainty: {answer.certainty}{f'; code {answer.codes}' if answer.codes else ''}"
    if answer.card.text:
        yield answer.card.text
    yield ""
    yield f"Read as: {answer.read_as}, {answer.extent}"
    yield from filter(None, (answer.left_out, answer.secrets))
    if answer.quoted:
        yield f"\n{answer.quoted_as}:"
        yield from pasted.flat(answer.quoted)
    if answer.steps:
        yield f"\n{'Fix' if answer.certainty else 'Do this next'}:"
        for number, one in enumerate(answer.steps, 1):
            yield f"{number}. {one.step.title}{f'. {one.step.text}' if one.step.text else ''}"
            yield from (f"   {line}" for line in one.step.command.splitlines())
    if answer.next_test:
        yield f"To be sure: {answer.next_test}"
    yield from _known(answer)


def _known(answer: Answer) -> Iterator[str]:
    """Names and ids as the text holds them, and what it does not hold."""
    place = answer.place
    told = [(word, getattr(place, word)) for word in ("subscription", "group", "workspace", "endpoint", "deployment")]
    rows = [f"  {name}: {value}" for name, value in (*told, *answer.ids) if value]
    if rows:
        yield "\nNames and ids:"
        yield from rows
    if answer.looked_at:
        yield "\nLooked at:"
        yield from (f"  {source}: {' '.join(said.split())}" for source, said in answer.looked_at)
    if answer.support:
        yield f"\nFor Microsoft support:\n{answer.support}"
    if answer.absent:
        yield f"\nNot in the text: {', '.join(answer.absent)}"
