"""What a page of the handbook holds: every cause of the shelf, told for people with no case in hand."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache

import re2

from troubleshoot.diagnosis import cause as causes
from troubleshoot.diagnosis import names, shelf
from troubleshoot.diagnosis.cause import Cause, Sign
from troubleshoot.diagnosis.facts import Case, Step
from troubleshoot.diagnosis.phrases import (
    ANCHORS,
    BEFORE,
    FOUND,
    GROUPS,
    KUBERNETES,
    LOCAL,
    MANAGED,
    RETRY,
    SCORING,
    SURFACES,
    URGENT,
    WHERE,
    pieces,
    says,
    sentence,
)
from troubleshoot.diagnosis.shelf import Rule
from troubleshoot.diagnosis.wording import readings

__all__ = ["GROUPS", "SURFACES", "Entry", "Near", "Told", "entries", "find", "group", "surface"]


@dataclass(frozen=True, slots=True)
class Told:
    """One sign: where it stands, the words (any one of `texts`) or the fact, and what it proves alone."""

    where: str
    texts: tuple[str, ...]
    fact: str
    needs: tuple[tuple[str, ...], ...]
    proves: str  # Certain or Likely
    because: str
    found: str


@dataclass(frozen=True, slots=True)
class Near:
    """A cause that this one is mistaken for, why, and what tells the two apart."""

    slug: str
    title: str
    because: str
    apart: str
    words: tuple[tuple[str, bool], ...] = ()  # to look for, in pieces, and which are exact


@dataclass(frozen=True, slots=True)
class Entry:
    """One cause as the handbook tells it; texts hold general words where a case would put its own names."""

    slug: str
    shelf: str
    title: str
    kind: str
    group: str
    surface: str
    look_for: str
    who: str
    retry: tuple[str, str]
    urgent: tuple[str, str, str]
    code: str
    old_code: str
    about: str
    happened: str
    fine: str
    told: tuple[Told, ...]
    against: tuple[Told, ...]
    unless: tuple[tuple[str, ...], ...]  # where one of these stands beside a sign, the sign counts for nothing
    steps: tuple[Step, ...]
    next_test: str
    near: tuple[Near, ...]
    source: str
    anchor: str

    @property
    def look(self) -> tuple[tuple[str, bool], ...]:
        """What a reader sees first, in pieces, and which of them are exact words."""
        return pieces(self.look_for)

    @property
    def group_name(self) -> str:
        """The stage, or the group that stands for one."""
        return GROUPS[self.group][0]

    @property
    def codes(self) -> str:
        """`ResourceNotReady, in 2021 ERR_2200`."""
        return says(self.code, self.old_code)


@cache
def entries() -> Mapping[str, Entry]:
    """Every cause by its slug, in the order of the groups and then of the slugs."""
    rules = {rule.slug: rule for rule in shelf.rules()}
    order = list(GROUPS)
    found = sorted(map(_entry, rules.values()), key=lambda one: (order.index(one.group), one.slug))
    titles = {one.slug: one.title for one in found}
    return {one.slug: replace(one, near=tuple(_near(rules[one.slug], rules, titles))) for one in found}


def find(words: str) -> tuple[Entry, ...]:
    """The causes that hold all these words, or one of whose signs stands in them; all where there are none."""
    wanted = words.lower().split()
    return tuple(
        one
        for slug, one in entries().items()
        if all(word in _searched()[slug] for word in wanted) or any(one.search(words) for one in _signs()[slug])
    )


def surface(slug: str) -> str:
    """Which kind of endpoint a cause belongs to, by its slug."""
    if slug.startswith(("k8s-", "cluster-")):
        return KUBERNETES
    return LOCAL if slug.startswith("local-") else MANAGED


def group(cause: Cause) -> str:
    """The group of a cause: its stage, scoring, or what comes before the first stage."""
    if cause.label.startswith("SCORING_") or cause.stage == "ready":
        return SCORING
    return cause.stage or BEFORE


@cache
def _searched() -> Mapping[str, str]:
    """What the find box looks through, in lower case."""
    found = {}
    for slug, one in entries().items():
        texts = [text for told in one.told for text in (*told.texts, told.fact)]
        texts += [one.title, one.kind, one.look_for.replace("`", ""), one.code, one.old_code, one.who, one.about]
        found[slug] = " ".join((slug, *texts)).lower()
    return found


@cache
def _signs() -> Mapping[str, tuple]:
    """What each cause's signs look for; a code alone names too many causes."""
    return {rule.slug: tuple(re2.compile(sign.pattern) for sign in rule.cause.signs
                             if sign.pattern and causes.CODE not in sign.where) for rule in shelf.rules()}



def _entry(rule: Rule) -> Entry:
    cause, words = rule.cause, dict(rule.cause.words)
    return Entry(
        slug=rule.slug,
        shelf=rule.shelf,
        title=sentence(cause.title, words),
        kind=cause.kind,
        group=group(cause),
        surface=surface(rule.slug),
        look_for=cause.look_for,
        who=cause.who,
        retry=RETRY[cause.retry],
        urgent=URGENT[cause.urgent],
        code=cause.code,
        old_code=cause.old_code,
        about=" ".join(rule.about.split()),
        happened=sentence(cause.happened, words),
        fine=sentence(cause.fine, words),
        told=tuple(_told(cause, sign) for sign in cause.signs if not sign.speaks_against),
        against=tuple(_told(cause, sign) for sign in cause.signs if sign.speaks_against),
        unless=tuple(dict.fromkeys(readings(text) for sign in cause.signs for text in sign.unless)),
        steps=tuple(_steps(cause, words)),
        next_test=sentence(cause.next_test, words),
        near=(),
        source=cause.source,
        anchor=f"aka.ms/oe-tsg#error-{cause.code.lower()}" if cause.code in ANCHORS else "",
    )


def _told(cause: Cause, sign: Sign) -> Told:
    proves, because = _proves(cause, sign)
    fact = " ".join((getattr(sign.look, "__doc__", "") or "").split("\n\n")[0].split())
    return Told(
        where=", ".join(WHERE.get(place, place) for place in sign.where) or "the case as a whole",
        texts=readings(sign.pattern) if sign.pattern else (),
        fact=fact or ("" if sign.pattern else "The status that the caller saw"),
        needs=tuple(readings(text) for text in sign.needs),
        proves=proves,
        because=because,
        found=FOUND[sign.source],
    )


def _proves(cause: Cause, sign: Sign) -> tuple[str, str]:
    """What a sign proves alone, and why it does not prove more."""
    if cause.is_symptom:
        return "Likely", "a symptom: what explains it is told first"
    if cause.is_general:
        return "Likely", "it names a group of causes"
    if sign.proves:
        return "Certain", ""
    if sign.source == "derived":
        return "Likely", "not confirmed with Azure"
    shared = causes.CODE in sign.where
    return "Likely", "several causes share the code" if shared else "other causes can say it too"


def _steps(cause: Cause, words: Mapping[str, str]) -> Iterator[Step]:
    """The steps as they are where nothing is known of the case."""
    for step in cause.steps:
        for one in (step,) if isinstance(step, Step) else step(Case()):
            yield Step(
                sentence(one.title, words),
                sentence(one.text, words),
                names.command(one.command, {}, one.form),
                one.form,
                sentence(one.file, words),
            )


def _near(rule: Rule, rules: Mapping[str, Rule], titles: Mapping[str, str]) -> Iterator[Near]:
    """What the cause is mistaken for: its rivals, those whose rival it is, what it outranks and what outranks it."""
    back = {slug: dict(other.cause.rivals) for slug, other in rules.items()}
    apart = {slug: said[rule.slug] for slug, said in back.items() if rule.slug in said} | back[rule.slug]
    for slug, text in apart.items():
        yield Near(slug, titles[slug], _alike(rule, rules[slug]), text)
    for slug in rule.cause.outranks:
        if slug not in apart:
            yield Near(slug, titles[slug], _alike(rule, rules[slug]), "told only where this cause is not found")
    for slug, other in rules.items():
        if rule.slug in other.cause.outranks and slug not in apart and slug not in rule.cause.outranks:
            words = pieces(other.cause.look_for)
            yield Near(slug, titles[slug], _alike(rule, other), "told instead where it says", words)


def _alike(rule: Rule, other: Rule) -> str:
    """Why two causes are taken for each other."""
    if other.cause.is_symptom:
        return "it is a symptom that this cause brings along"
    if other.cause.is_general:
        return "it names only the group"
    if rule.cause.is_symptom or rule.cause.is_general:
        return "it explains this one"
    return "the same code" if other.cause.code == rule.cause.code else "the same words or symptom"
