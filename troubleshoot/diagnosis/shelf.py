"""Finds the causes in their folders, and tells which of their signs a passage can hold."""

import hashlib
import importlib
import importlib.resources
import pkgutil
from dataclasses import dataclass
from functools import cache
from types import ModuleType

from troubleshoot import diagnosis
from troubleshoot.diagnosis import causes
from troubleshoot.diagnosis.cause import Cause, CauseError, Sign
from troubleshoot.diagnosis.passages import Passage
from troubleshoot.diagnosis.patterns import Patterns, Scan


@dataclass(frozen=True, slots=True)
class Rule:
    """One cause and its slug: the module's name with hyphens."""

    slug: str
    shelf: str
    about: str
    cause: Cause


@cache
def rules() -> tuple[Rule, ...]:
    """All causes, sorted by slug; a wrong one raises CauseError with the name of its file."""
    found = [_rule(module) for module in _modules(causes)]
    slugs = {rule.slug for rule in found}
    for rule in found:
        unknown = set(rule.cause.outranks) - slugs
        if unknown:
            raise CauseError(f"{rule.shelf}/{rule.slug}: it outranks what does not exist: {sorted(unknown)}")
        strange = {slug for slug, _ in rule.cause.rivals} - slugs
        if strange:
            raise CauseError(f"{rule.shelf}/{rule.slug}: a rival of it does not exist: {sorted(strange)}")
    if len(slugs) < len(found):
        raise CauseError("two causes have the same file name on different shelves")
    return tuple(sorted(found, key=lambda rule: rule.slug))


@cache
def fingerprint() -> str:
    """A short hash of the rules: it changes whenever the source of a cause, or of what weighs them, does."""
    digest = hashlib.sha256()
    room = importlib.resources.files(diagnosis)
    for name in sorted(_modules(diagnosis)):
        digest.update(room.joinpath(*name.split(".")[2:-1], name.rpartition(".")[2] + ".py").read_bytes())
    return digest.hexdigest()[:16]


def scan(passage: Passage) -> Scan:
    """The patterns of the signs of the passage's place, and of what they need or exclude, tried on its text."""
    return Scan(patterns(passage.place), passage.text)


@cache
def looking() -> tuple[tuple[Rule, Sign], ...]:
    """The signs that are functions."""
    return tuple((rule, sign) for rule in rules() for sign in rule.cause.signs if sign.look)


@cache
def signs(place: str) -> tuple[tuple[Rule, Sign], ...]:
    """The signs that are patterns for a place."""
    return tuple(
        (rule, sign) for rule in rules() for sign in rule.cause.signs if sign.pattern and place in sign.where
    )


@cache
def patterns(place: str) -> Patterns:
    """The patterns of these signs, for one scan."""
    return Patterns(text for _, sign in signs(place) for text in (sign.pattern, *sign.needs, *sign.unless))


def _modules(package: ModuleType) -> list[str]:
    return [
        module.name
        for module in pkgutil.walk_packages(package.__path__, package.__name__ + ".")
        if not module.ispkg
    ]


def _rule(name: str) -> Rule:
    shelf, _, module = name.removeprefix(causes.__name__ + ".").partition(".")
    try:
        loaded = importlib.import_module(name)
        cause = loaded.cause
    except (CauseError, AttributeError, TypeError) as error:
        raise CauseError(f"causes/{shelf}/{module}.py: {error}") from error
    return Rule(module.replace("_", "-"), shelf, loaded.__doc__ or "", cause)
