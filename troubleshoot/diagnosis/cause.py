"""What a cause and a sign are; a wrong one is refused when its file is imported."""

import string
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import re2

from troubleshoot.diagnosis import names
from troubleshoot.diagnosis.facts import STAGES, Case, Evidence, Step

# Places where a sign can stand. The values are the names that evidence carries.
OPERATION = "operation error"
CODE = "error code"
INFERENCE = "inference-server"
STORAGE = "storage-initializer"
EVENTS = "container events"
STATUS = "instance status"
BUILD = "build log"
SCORING = "scoring answer"
PLACES = (OPERATION, CODE, INFERENCE, STORAGE, EVENTS, STATUS, BUILD, SCORING)

PROOF, HINT, AGAINST = "proof", "hint", "against"
SOURCES = ("seen", "run", "doc", "derived")
OWNERS = ("data scientist", "workspace owner", "subscription administrator", "cluster administrator", "Microsoft")
RETRIES = ("yes", "wait", "after the fix", "no")
# now: callers are hurt; if serving: only where it has traffic or replaces what has; plan: when convenient; no: never
URGENCIES = ("now", "if serving", "plan", "no")
LABELS = (
    "ERR_1100",
    "ERR_1200",
    "ERR_1300",
    "ERR_2100",
    "ERR_2200",
    "ERR_5000",
    "IMAGE_BUILD",
    "BAD_REQUEST",
    "AUTHZ",
    "NETWORK",
    "CANCELLED",
)
MAX_TITLE = 90
MAX_LOOK_FOR = 90

Look = Callable[[Case], Iterator[Evidence]]
More = Callable[[Case, Mapping[str, str]], dict[str, str]]
Fix = Callable[[Case], Iterator[Step]]


class CauseError(ValueError):
    """A cause or sign that cannot be right; the loader adds the file's name."""


@dataclass(frozen=True, slots=True)
class Sign:
    """A place to look, and the words that give a cause away; or a function that looks for itself."""

    where: tuple[str, ...] = ()
    pattern: str = ""
    strength: str = PROOF
    source: str = "seen"
    unless: tuple[str, ...] = ()  # patterns that speak against it when the same passage holds them
    needs: tuple[str, ...] = ()  # patterns that the same passage must hold as well
    look: Look | None = None

    def __post_init__(self) -> None:
        for text in (self.pattern, *self.unless, *self.needs):
            _compiles(text)
        _refuse(not self.pattern and not self.look, "a sign has neither a pattern nor a function")
        _refuse(bool(set(self.where) - set(PLACES)), f"unknown place in {self.where}")
        _refuse(bool(self.pattern) and not self.where, f"no place to look for {self.pattern!r}")
        _refuse(self.strength not in (PROOF, HINT, AGAINST), f"unknown strength {self.strength!r}")
        _refuse(self.source not in SOURCES, f"unknown source {self.source!r}")

    @property
    def proves(self) -> bool:
        """True when it alone can mean only its cause; what was only derived never can."""
        return self.strength == PROOF and self.source != "derived"

    @property
    def speaks_against(self) -> bool:
        """True when what it finds makes its cause less sure, or rules it out where nothing proves it."""
        return self.strength == AGAINST

    @property
    def captures(self) -> tuple[str, ...]:
        """The names that the pattern captures."""
        return tuple(re2.compile(self.pattern).groupindex) if self.pattern else ()


@dataclass(frozen=True, slots=True)
class Cause:
    """One reason for a failure. Texts are templates over what signs capture and what the case names."""

    title: str
    kind: str
    stage: str
    label: str
    signs: tuple[Sign, ...]
    happened: str
    fine: str
    steps: tuple[Step | Fix, ...]
    who: str
    retry: str
    urgent: str
    look_for: str  # the words that a reader sees first, with <names> where the case puts its own
    source: str  # where it is described, or how it was found
    code: str = ""
    old_code: str = ""
    next_test: str = ""
    words: tuple[tuple[str, str], ...] = ()  # what a sentence says for a name that no sign captured
    more: More | None = None  # works out further names from the captured ones
    gives: tuple[str, ...] = ()  # the names that `more` works out
    rivals: tuple[tuple[str, str], ...] = ()  # (slug, what tells the two apart)
    outranks: tuple[str, ...] = ()
    is_symptom: bool = False  # the trace of another cause: never certain, ranked below what explains it
    is_general: bool = False  # a whole group: never certain, ranked last
    while_serving: bool = False  # a later ready line does not speak against it

    def __post_init__(self) -> None:
        _refuse(not self.title.strip(), "it has no title")
        _refuse(len(self.title) > MAX_TITLE, f"its title is longer than {MAX_TITLE} characters")
        _refuse(self.stage not in ("", *STAGES), f"unknown stage {self.stage!r}")
        _refuse(
            self.label not in LABELS and not self.label.startswith("SCORING_"),
            f"unknown label {self.label!r}",
        )
        _refuse(self.who not in OWNERS, f"nobody is called {self.who!r}")
        _refuse(self.retry not in RETRIES, f"unknown retry {self.retry!r}")
        _refuse(self.urgent not in URGENCIES, f"unknown urgency {self.urgent!r}")
        _refuse(not 0 < len(self.look_for) <= MAX_LOOK_FOR, "what to look for is empty or too long")
        _refuse(not self.source, "it has no source")
        _refuse(all(sign.speaks_against for sign in self.signs), "it has no sign")
        _refuse(not (self.kind and self.happened and self.fine and self.steps), "a text of it is empty")
        unknown = self.fields - self.known
        _refuse(bool(unknown), f"no sign captures {', '.join(sorted(unknown))}")

    @property
    def fields(self) -> set[str]:
        """All names that its templates use; steps made by a function are checked when they are filled."""
        texts = [self.title, self.happened, self.fine, self.next_test]
        for step in self.steps:
            if isinstance(step, Step):
                texts += [step.title, step.text, step.command, step.file]
        return {name for text in texts for _, name, _, _ in string.Formatter().parse(text) if name}

    @property
    def known(self) -> set[str]:
        """All names that its templates may use."""
        captured = {name for sign in self.signs for name in sign.captures}
        return captured | set(self.gives) | set(names.WORDS)


def operation(pattern: str, **how: object) -> Sign:
    """Words of the operation's own error, or of the refusal of a request."""
    return _sign((OPERATION,), pattern, how)


def code(pattern: str, **how: object) -> Sign:
    """An error code, or the link anchor that names one; a hint at most."""
    return _sign((CODE,), rf"(?i)\b(?:{pattern})\b", how | {"strength": HINT})


def console(pattern: str, **how: object) -> Sign:
    """Words on the console of the inference server's container."""
    return _sign((INFERENCE,), pattern, how)


def storage(pattern: str, **how: object) -> Sign:
    """Words on the console of the storage initializer."""
    return _sign((STORAGE,), pattern, how)


def events(pattern: str, **how: object) -> Sign:
    """A container event: `Name: …, Message: …`."""
    return _sign((EVENTS,), pattern, how)


def build(pattern: str, **how: object) -> Sign:
    """Words of an image build log."""
    return _sign((BUILD,), pattern, how)


def scoring(pattern: str, **how: object) -> Sign:
    """Words of an answer to a scoring call, its status line included."""
    return _sign((SCORING,), pattern, how)


def looks(look: Look, **how: object) -> Sign:
    """A function that looks for evidence in the whole case."""
    return Sign(look=look, **how)  # type: ignore[arg-type]


def _sign(where: tuple[str, ...], pattern: str, how: dict[str, object]) -> Sign:
    also = how.pop("also", ())
    return Sign(where=(*where, *also), pattern=pattern, **how)  # type: ignore[arg-type, misc]


def _compiles(pattern: str) -> None:
    try:
        re2.compile(pattern)
    except re2.error as error:
        raise CauseError(f"RE2 does not take {pattern!r}: {error}") from error


def _refuse(wrong: bool, why: str) -> None:
    if wrong:
        raise CauseError(why)
