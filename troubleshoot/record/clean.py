"""Text on its way in: no secret, no control and no foreign half character gets past here."""
import dataclasses
from collections.abc import Iterable, Iterator
from typing import Any, TypeVar

from troubleshoot.diagnosis import redact
from troubleshoot.diagnosis.facts import DeploymentFacts, EndpointFacts, Place, WorkspaceFacts

_ONE_LINE = str.maketrans("\n\t", "␊␉")
T = TypeVar("T")
Placed = TypeVar("Placed", WorkspaceFacts, EndpointFacts, DeploymentFacts)


def fact(value: T) -> T:
    """The same fact with every text in it redacted, at any depth."""
    return _clean(value)


def name(value: str) -> str:
    """A name as it is kept: in one line, without hidden characters."""
    return redact.text(value)[0].translate(_ONE_LINE)


def once(values: Iterable[Placed]) -> Iterator[Placed]:
    """The facts of a list, clean, the first of each place: ARM may tell an id twice, in another case."""
    seen: set[str] = set()
    for value in values:
        value = fact(value)
        if value.place.key() not in seen:
            seen.add(value.place.key())
            yield value


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return redact.text(value)[0] if value else value
    if isinstance(value, Place):  # a name is one line, and stands in an address
        return Place(*map(name, dataclasses.astuple(value)))
    if isinstance(value, tuple):
        return tuple(_clean(item) for item in value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return dataclasses.replace(value, **{
            field.name: _clean(getattr(value, field.name)) for field in dataclasses.fields(value)})
    return value
