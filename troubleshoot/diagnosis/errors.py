"""From an operation error of any form to a tree of errors, and to its innermost plain messages."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

import re2

from troubleshoot.diagnosis.facts import ErrorNode

MAX_DEPTH = 64
MAX_NODES = 400
MAX_TEXT = 200_000
MAX_MESSAGES = 50

_PREFIX = re2.compile(
    r"^\s*(?:\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d)?\s+)?"
    r"(?:\((?P<bracket>[A-Za-z]\w{2,60})\)\s*)?"
    r"(?:(?P<word>[A-Z][A-Za-z]{5,60}):\s+)?"
)
_ANCHOR = re2.compile(r"aka\.ms/oe-tsg#error-(?P<code>[a-z]{4,60})")
_GUIDE = re2.compile(r"(?i)\s*please see troubleshooting guide\W.*$")
_FIELDS = re2.compile(r"(?m)^\s*Code:\s*(?P<code>\w+)\s*$")
_OUTER = re2.compile(r"^\s*(?:[\w.]*HttpResponseError|[\w.]*OperationFailed|ERROR|ResourceNotFoundError):\s*")
_HALF = re.compile("[\ud800-\udfff]")
_NO_CODE = ("", "none", "null", "n/a")


class _Budget:
    """Counts the nodes that may still be made, so that no answer can grow a tree without end."""

    def __init__(self) -> None:
        self.left = MAX_NODES

    def take(self) -> bool:
        """True while there is room for one more node."""
        self.left -= 1
        return self.left >= 0


def from_json(value: Any) -> ErrorNode:
    """The tree of an ARM error, whatever shape it came in; what is no error gives an empty node."""
    if isinstance(value, str):
        return from_text(value)
    return _node(value, 0, _Budget())


def from_text(text: str) -> ErrorNode:
    """The tree of an error that was printed: JSON, `(Code) message`, `Code:` lines, or a bare sentence."""
    whole = _loads(text.strip())
    if isinstance(whole, Mapping):
        return from_json(whole)
    return _leaf(_word(_field(text)), text, "", 0, _Budget())


def messages(node: ErrorNode) -> tuple[str, ...]:
    """The innermost plain messages, outermost branch first: no code, no time, no link to the guide."""
    found: dict[str, None] = {}
    for inner in node.walk():
        if any(child.message for child in inner.details):
            continue
        said = plain(inner.message)
        if said:
            found.setdefault(said)
    return tuple(found)[:MAX_MESSAGES]


def codes(node: ErrorNode) -> tuple[str, ...]:
    """The codes of all errors in the tree, then those that only a link to the guide names."""
    found: dict[str, None] = {}
    for inner in node.walk():
        if inner.code.lower() not in _NO_CODE:
            found.setdefault(inner.code)
    for inner in node.walk():
        for anchor in _ANCHOR.finditer(readable(inner.message[:MAX_TEXT])):
            if anchor["code"] not in {code.lower() for code in found}:
                found.setdefault(anchor["code"])
    return tuple(found)


def plain(message: str) -> str:
    """A message without the time and code before it and the link to the guide after it."""
    first = _OUTER.sub("", readable(message[:MAX_TEXT]), count=1)
    prefix = _PREFIX.match(first)
    said = first[prefix.end() :] if prefix and (prefix["bracket"] or prefix["word"]) else first
    return _GUIDE.sub("", said.strip()).strip()


def readable(text: str) -> str:
    """The text without halves of characters, which no pattern takes; of the same length."""
    return text if text.isascii() else _HALF.sub("\ufffd", text)


def code_before(message: str) -> str:
    """The code that stands before a message as `Code: …` or `(Code) …`; empty where there is none."""
    prefix = _PREFIX.match(_OUTER.sub("", readable(message[:1000]), count=1))
    if not prefix:
        return ""
    return _word(prefix["bracket"]) or _word(prefix["word"])


def _node(value: Any, depth: int, budget: _Budget) -> ErrorNode:
    if depth > MAX_DEPTH or not budget.take():
        return ErrorNode()
    if not isinstance(value, Mapping):
        return ErrorNode(message=_text(value))
    inner = value.get("error")
    if isinstance(inner, Mapping) and "message" not in value:
        return _node(inner, depth + 1, budget)
    code, message = _word(_text(value.get("code"))), _text(value.get("message"))
    leaf = _leaf(code, message, _text(value.get("target")), depth, budget)
    details = leaf.details + tuple(_inside(value, depth, budget))
    return ErrorNode(leaf.code, message, leaf.target, details, tuple(_info(value)))


def _leaf(code: str, message: str, target: str, depth: int, budget: _Budget) -> ErrorNode:
    """A node of one message, with the errors whose JSON stands inside that message."""
    children = tuple(_embedded(message, depth, budget))
    return ErrorNode(code or code_before(message), message, target, children)


def _inside(value: Mapping[str, Any], depth: int, budget: _Budget) -> Iterator[ErrorNode]:
    for key in ("details", "innerError", "innererror", "error"):
        found = value.get(key)
        for item in found if isinstance(found, list) else [found]:
            if item and budget.left > 0:
                yield _node(item, depth + 1, budget)
    errors = value.get("errors")
    if isinstance(errors, Mapping):
        yield from _by_field(errors, depth, budget)


def _by_field(errors: Mapping[str, Any], depth: int, budget: _Budget) -> Iterator[ErrorNode]:
    """The validation errors of `{"errors": {"VmSize": ["…"], "": ["…"]}}`, one node a message."""
    for name, said in errors.items():
        for item in said if isinstance(said, list) else [said]:
            if item and budget.take():
                yield _leaf("", _text(item), str(name), depth + 1, budget)


def _embedded(message: str, depth: int, budget: _Budget) -> Iterator[ErrorNode]:
    """The errors in a JSON text that a message carries, one level of escaping at a time."""
    if depth >= MAX_DEPTH or budget.left <= 0:
        return
    for text in (message, message.replace('\\"', '"')):
        start = text.find("{")
        found = _loads(text[start:]) if 0 <= start < MAX_TEXT else None
        if isinstance(found, Mapping):
            if "message" in found or "code" in found:
                yield _node(found, depth + 1, budget)
            else:
                yield from _inside(found, depth + 1, budget)
            return


def _info(value: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    extra = value.get("additionalInfo")
    for item in extra[:50] if isinstance(extra, list) else []:
        if isinstance(item, Mapping):
            yield _text(item.get("type")), _text(item.get("info"))[:2000]


def _loads(text: str) -> Any:
    """The JSON value at the start of a text, or None where there is none that can be read."""
    if not text.startswith("{"):
        return None
    try:
        return json.JSONDecoder(strict=False).raw_decode(text[:MAX_TEXT])[0]
    except (ValueError, RecursionError):
        return None


def _field(text: str) -> str:
    found = _FIELDS.search(readable(text[:MAX_TEXT]))
    return found["code"] if found else ""


def _word(code: str | None) -> str:
    return "" if (code or "").lower() in _NO_CODE else str(code)


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value[:MAX_TEXT]
    try:
        return json.dumps(value, ensure_ascii=False)[:MAX_TEXT]
    except (TypeError, ValueError, RecursionError):
        return ""
