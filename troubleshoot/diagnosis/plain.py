"""Facts to plain JSON values and back."""
import dataclasses
import types
import typing
from datetime import datetime
from functools import cache
from typing import Any, TypeVar

T = TypeVar("T")


def dump(value: Any) -> Any:
    """A fact as JSON values: dataclasses as objects without their defaults, moments as ISO text."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {
            field.name: dump(getattr(value, field.name))
            for field in dataclasses.fields(value)
            if getattr(value, field.name) != field.default
        }
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, (tuple, list)):
        return [dump(item) for item in value]
    return value


def load(kind: type[T], value: Any) -> T:
    """The fact of a kind from what `dump` gave; keys that the kind does not know are left out."""
    return typing.cast(T, _load(kind, value))


def load_all(kind: type[T], values: Any) -> tuple[T, ...]:
    """The facts of a kind from a list of dumps."""
    return tuple(load(kind, value) for value in values or ())


@cache
def _hints(kind: type) -> dict[str, Any]:
    return typing.get_type_hints(kind)


@cache
def _parts(kind: Any) -> tuple[Any, tuple[Any, ...]]:
    """Origin and arguments of a hint; asked anew they cost more than all else of a page's events."""
    return typing.get_origin(kind), typing.get_args(kind)


def _load(kind: Any, value: Any) -> Any:
    if value is None:
        return None
    origin, inside = _parts(kind)
    if origin in (typing.Union, types.UnionType):
        return _load(next(one for one in inside if one is not type(None)), value)
    if origin is tuple:
        if len(inside) == 2 and inside[1] is Ellipsis:
            return tuple(_load(inside[0], item) for item in value)
        return tuple(_load(one, item) for one, item in zip(inside, value, strict=True))
    if dataclasses.is_dataclass(kind):
        hints = _hints(kind)  # type: ignore[arg-type]
        return kind(**{name: _load(hints[name], item) for name, item in value.items() if name in hints})  # type: ignore[operator]
    if kind is datetime:
        return datetime.fromisoformat(value)
    return value
