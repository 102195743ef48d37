"""Asks one SDK operation, or all pages of one, and keeps the raw JSON: one odd item must not hide the good ones."""
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from time import monotonic
from typing import Any, Generic, TypeVar
from urllib.parse import urljoin, urlsplit

from azure.core.pipeline import PipelineResponse

from workers.azure.errors import Gone, Malformed, Unreachable, clean, trouble
from workers.azure.pipeline import DECODED, origin
from workers.azure.transport import within

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Listing(Generic[Item]):
    """What a list gave: the items that could be read, and a sentence for each that could not."""

    items: tuple[Item, ...] = ()
    troubles: tuple[str, ...] = ()


def one(operation: Callable[..., Any], *args: Any, seconds: float, **kwargs: Any) -> dict[str, Any]:
    """The raw JSON object of one answer. Errors: ours only (errors.trouble)."""
    kept: list[Any] = []

    def keep(response: PipelineResponse[Any, Any]) -> None:
        if response.http_response.status_code < 300:
            kept.append(response.context.get(DECODED))
            response.context[DECODED] = {}  # the SDK's models refuse a whole body for one odd date (azure/WIRE 3.7)

    try:
        with within(seconds):
            operation(*args, raw_response_hook=keep, **kwargs)
    except Exception as error:  # builtin errors come out of the SDK too (trust/TRUST 7.7)
        raise trouble(error) from error
    if not kept or not isinstance(kept[-1], dict):
        shown = _kind(kept[-1] if kept else None)
        raise Malformed(f"Azure's answer is {shown} where an object was expected", status=200)
    return kept[-1]


class _Pages:
    """Takes each page from the SDK as it comes, and decides whether the SDK may ask for the next."""

    def __init__(self, arm_endpoint: str, subscription: str, limit: int, seconds: float) -> None:
        self.items: list[Any] = []
        self.links: set[str] = set()
        self._arm, self._under, self._limit = arm_endpoint, f"/subscriptions/{subscription}/".lower(), limit
        self._ends, self._seconds = monotonic() + seconds, seconds

    def __call__(self, response: PipelineResponse[Any, Any]) -> None:
        if response.http_response.status_code != 200:
            return
        page = response.context.get(DECODED)
        if not isinstance(page, dict) or not isinstance(page.get("value"), list):
            shown = page.get("value") if isinstance(page, dict) else page
            raise Malformed(f"a page of Azure's list holds {_kind(shown)} where a list was expected", status=200)
        self.items += page["value"]
        response.context[DECODED] = {"value": [], "nextLink": self._next(page.get("nextLink"))}

    def _next(self, link: Any) -> str | None:
        if link is None or link == "":
            return None
        if not isinstance(link, str):
            raise Malformed("the link to the next page is no text", status=200)
        whole = urljoin(self._arm, link)
        if origin(whole) != origin(self._arm) or not urlsplit(whole).path.lower().startswith(self._under):
            raise Malformed("the link to the next page points elsewhere; it was not followed", status=200)
        if whole in self.links:
            raise Malformed("the list's pages go in a circle", status=200)
        self.links.add(whole)
        if len(self.links) >= self._limit:
            raise Malformed(f"the list has more than {self._limit} pages", status=200)
        if monotonic() > self._ends:
            raise Unreachable(f"the list was not whole within {self._seconds:.0f} s")
        return link


def every(operation: Callable[..., Iterable[Any]], *args: Any, arm: str, subscription: str, pages: int,
          seconds: float, read: Callable[[dict[str, Any]], Item | None], **kwargs: Any) -> Listing[Item]:
    """All items of all pages, each read by `read`, which answers None for what it leaves out.

    Errors: ours only; a list of which one page failed is no list, since what is missing would look deleted. A 404
    on a later page is Malformed: the first one has shown that the place is there.
    """
    kept = _Pages(arm, subscription, pages, seconds)
    try:
        with within(seconds):
            for _ in operation(*args, raw_response_hook=kept, **kwargs):
                pass
    except Exception as error:  # builtin errors come out of the SDK too (trust/TRUST 7.7)
        found = trouble(error)
        if isinstance(found, Gone) and kept.links:
            found = Malformed(f"a later page of the list is not there: {found.message}", status=200)
        raise found from error
    return each(kept.items, read)


def each(raw: list[Any], read: Callable[[dict[str, Any]], Item | None]) -> Listing[Item]:
    """The items of one list, read one by one."""
    items: list[Item] = []
    troubles: list[str] = []
    for number, value in enumerate(raw, 1):
        try:
            found = read(value) if isinstance(value, dict) else _refuse(value)
        except Exception as error:  # an odd item costs itself alone
            troubles.append(f"item {number} of the list ({_name(value)}) is malformed: {clean(error)[:300]}")
            continue
        if found is not None:
            items.append(found)
    return Listing(tuple(items), tuple(troubles))


def _refuse(value: Any) -> Any:
    raise Malformed(f"it is {_kind(value)} where an object was expected")


def _name(value: Any) -> str:
    found = (value.get("name") or value.get("id")) if isinstance(value, dict) else None
    return clean(found)[:120] if isinstance(found, str) and found else "no name"


def _kind(value: Any) -> str:
    names = {dict: "an object", list: "a list", str: "a text", bool: "true or false", type(None): "nothing"}
    return names.get(type(value), "a number")
