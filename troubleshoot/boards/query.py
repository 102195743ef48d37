"""What a search asks for: words, phrases and operators, read from one line of text that people type."""
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from troubleshoot.diagnosis import handbook
from troubleshoot.diagnosis.facts import STAGES

LONGEST = 400  # characters of a query
MOST = 12  # words and phrases of a query
SHORTEST = 2  # characters from which the last word may go on
KINDS = {"": "All", "deployments": "Deployments", "causes": "Causes", "lines": "Log lines", "ids": "Ids"}
OPERATORS = ("ws", "ep", "stage", "cause", "since", "until")
UNKNOWN = ("not known", "unknown")  # what `cause:` calls an attempt that no cause explains
_TOKEN = re.compile(r'(?:(?P<name>[A-Za-z]{1,12}):)?"(?P<phrase>[^"]*)(?:"|$)|(?P<plain>\S+)')
_NAMED = re.compile(r"([A-Za-z]{1,12}):(?!/)(.*)", re.S)
_AGO = re.compile(r"(\d{1,5})([hdw])", re.I)
_HOURS = {"h": 1, "d": 24, "w": 168}
_QUOTES = str.maketrans("\u201c\u201d\u201e", '"""')


@dataclass(frozen=True, slots=True)
class Item:
    """Characters that a line holds; `open` lets its last word go on."""

    text: str
    open: bool = False

    @property
    def pattern(self) -> str:
        """The item in case-folded text, from the start of a word to the end of one; no part of it is the reader's."""
        text = self.text.casefold()
        same = re.escape(text)
        start = rf"(?<![^\W_]{same})" if _is_word(text[0]) else ""  # behind it: a literal in front is found faster
        end = r"(?![^\W_])" if _is_word(text[-1]) and not self.open else ""
        return f"{same}{start}{end}"


@dataclass(frozen=True, slots=True)
class Query:
    """A search that can be answered; `notes` say what of the text could not be taken as it stands."""

    text: str = ""
    items: tuple[Item, ...] = ()
    workspace: str = ""
    endpoint: str = ""
    stage: str = ""
    cause: str = ""  # as it was typed …
    causes: tuple[str, ...] = ()  # … and the slugs that it means; one empty slug for what is not known
    since: datetime | None = None
    until: datetime | None = None
    notes: tuple[str, ...] = field(default=())

    @property
    def narrow(self) -> bool:
        """True where an operator asks for certain attempts, not only for words or a place."""
        return bool(self.stage or self.causes or self.since or self.until)

    @property
    def words(self) -> str:
        """The words and phrases alone."""
        return " ".join(one.text for one in self.items)

    def __bool__(self) -> bool:
        return bool(self.items or self.workspace or self.endpoint or self.narrow)


def read(text: str, now: datetime, workspace: str = "") -> Query:
    """The query that a text asks for; no text makes it fail, and none is carried out as a pattern."""
    text = "".join(" " if one.isspace() else one for one in text).strip()
    if not text.isprintable():
        return Query(notes=("The query holds control characters or invisible ones, which cannot be searched for. "
                            "Nothing was looked up.",))
    notes = []
    if len(text) > LONGEST:
        notes.append(f"A query holds {LONGEST} characters at most; the rest was left out. A whole message goes to "
                     "Explain.")
        text = text[:LONGEST]
    found = Query(text, workspace=workspace)
    items: list[Item] = []
    for name, value, phrase in _tokens(text.translate(_QUOTES)):
        if name.lower() in OPERATORS:
            found, said = _apply(found, name.lower(), value, now)
            notes += [said] if said else []
            continue
        if name:
            notes.append(f"There is no {name}: to narrow by; it was looked for as text.")
        items.append(Item(f"{name}:{value}" if name else value, not phrase))
    if len(items) > MOST:
        notes.append(f"A query holds {MOST} words at most; the rest was left out. A whole message goes to Explain.")
    if found.since and found.until and found.since >= found.until:
        notes.append("The time asked for ends before it begins: nothing can lie in it.")
    return replace(found, items=_last_open(items[:MOST]), notes=tuple(notes))


def _tokens(text: str) -> Iterator[tuple[str, str, bool]]:
    """(operator or nothing, value, whether it was quoted) of each part of a text."""
    for match in _TOKEN.finditer(text):
        phrase, plain = match["phrase"], match["plain"]
        if phrase is not None:
            if phrase.strip():
                yield match["name"] or "", phrase.strip(), True
            continue
        named = _NAMED.fullmatch(plain)
        if named and (named[2] or named[1].lower() in OPERATORS):
            yield named[1], named[2], False
        else:
            yield "", plain, False


def _last_open(items: list[Item]) -> tuple[Item, ...]:
    """Only the last word may go on, and only where it is no phrase and not too short."""
    closed = [Item(one.text) for one in items]
    if items and items[-1].open and len(items[-1].text) >= SHORTEST and _is_word(items[-1].text[-1]):
        closed[-1] = items[-1]
    return tuple(closed)


def _is_word(one: str) -> bool:
    return one.isalnum()


def _apply(found: Query, name: str, value: str, now: datetime) -> tuple[Query, str]:
    """The query with one operator more, or a sentence that says why it was left out."""
    if not value.strip():
        return found, f"{name}: needs a value behind it; it was left out."
    told = f"{name}:{value[:60]}"
    if name in ("ws", "ep"):
        return (replace(found, workspace=value) if name == "ws" else replace(found, endpoint=value)), ""
    if name == "stage":
        key = _stage(value)
        names = ", ".join(one.lower() for one in STAGES.values())
        return replace(found, stage=key), "" if key else f"{told} names no stage; it was left out. Stages: {names}."
    if name == "cause":
        slugs = _causes(value)
        return (replace(found, cause=value, causes=slugs), "") if slugs else (
            found, f"{told} names no cause of the handbook; it was left out.")
    at = _moment(value, now, name == "until")
    if at is None:
        return found, f"{told} is no time; it was left out. Write {name}:7d, {name}:24h or {name}:2026-11-01."
    return (replace(found, since=at) if name == "since" else replace(found, until=at)), ""


def _stage(value: str) -> str:
    """The stage that a text names, or begins to name; empty for none and for several."""
    asked = _plain(value)
    found = [key for key, name in STAGES.items() if asked and _plain(name).startswith(asked)]
    return found[0] if len(found) == 1 else ""


def _causes(value: str) -> tuple[str, ...]:
    """The causes whose slug, kind or title holds a text."""
    asked = _plain(value)
    if asked in UNKNOWN:
        return ("",)
    every = handbook.entries()
    if asked.replace(" ", "-") in every:
        return (asked.replace(" ", "-"),)
    return tuple(slug for slug, one in every.items()
                 if asked and any(asked in _plain(text) for text in (slug, one.kind, one.title)))


def _plain(text: str) -> str:
    return " ".join(re.findall(r"[^\W_]+", text.casefold()))


def _moment(value: str, now: datetime, end: bool) -> datetime | None:
    """A moment from `7d`, `24h`, `2w`, a date or a date with a time, in UTC; the end of a day where it closes."""
    try:
        if ago := _AGO.fullmatch(value):
            return now - timedelta(hours=int(ago[1]) * _HOURS[ago[2].lower()])
        at = datetime.fromisoformat(value)
        at = at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
        return at + timedelta(days=1) if end and len(value) <= 10 else at
    except (ValueError, OverflowError):
        return None
