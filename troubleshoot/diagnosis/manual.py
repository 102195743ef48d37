"""The handbook as Markdown: one file for each group, and one that lists them all."""

import re

from troubleshoot.diagnosis.facts import Step
from troubleshoot.diagnosis.handbook import GROUPS, Entry, Told, entries
from troubleshoot.diagnosis.wording import ANY

INDEX = "README.md"
_NOTE = "<!-- Printed by `make docs` from troubleshoot/diagnosis/causes; a test compares. -->"
_MARKS = re.compile(r"([\\*\[\]<>|]|(?<!\w)_|_(?!\w))")


def files() -> dict[str, str]:
    """The whole handbook: the name of each file, and what stands in it."""
    every = entries().values()
    found = {INDEX: _index()}
    for key, (name, azure) in GROUPS.items():
        inside = [one for one in every if one.group == key]
        parts = [f"# {name}", _NOTE, f"{len(inside)} causes. Azure's words: {azure}.", *map(_cause, inside)]
        found[file_of(key)] = "\n\n".join(parts) + "\n"
    return found


def file_of(group: str) -> str:
    """The file that holds a group."""
    return f"{group.replace('_', '-')}.md"


def _index() -> str:
    every = entries()
    lines = [f"# The {len(every)} causes", "", _NOTE, "", "In the product each has its page under `/causes/<slug>/`."]
    for key, (name, _) in GROUPS.items():
        lines += ["", f"## {name}", "", "| cause | look for | code | fixed by |", "|---|---|---|---|"]
        lines += [
            f"| [{_plain(one.title)}]({file_of(key)}#{slug}) | {_look(one.look, cell=True)} "
            f"| {_plain(one.codes)} | {one.who} |"
            for slug, one in every.items()
            if one.group == key
        ]
    return "\n".join(lines) + "\n"


def _cause(one: Entry) -> str:
    retry, why = one.retry
    urgent, serving, idle = one.urgent
    parts = [
        f'## <a id="{one.slug}"></a>{_plain(one.title)}',
        "\n".join(
            (
                f"- Rule `{one.slug}`, {one.kind.lower()}",
                f"- Azure reports: {_plain(one.codes) or 'no code of its own'}",
                f"- Look for: {_look(one.look)}",
                f"- Fixed by: {one.who}",
                f"- Does a retry help: {retry}, {why}",
                f"- Urgent: {urgent}. With traffic: {serving}. Without: {idle}.",
            )
        ),
        _plain(one.about),
        _plain(f"{one.happened} {one.fine}"),
        "### How it is told",
        "\n".join([*map(_told, one.told), *_against(one)]),
        "### Fix",
        "\n".join(_step(number, step) for number, step in enumerate(one.steps, 1)).rstrip(),
    ]
    if one.next_test:
        parts.append(f"To be sure: {_plain(one.next_test)}")
    if one.near:
        parts += ["### What it is mistaken for", "\n".join(_near(one))]
    return "\n\n".join([*parts, f"Source: {_plain(one.source)}{f' ({one.anchor})' if one.anchor else ''}"])


def _told(sign: Told) -> str:
    said = _plain(sign.fact) if sign.fact else _any(sign.texts)
    for need in sign.needs:
        said += f", where it also says {_any(need)}"
    proves = f"{sign.proves.lower()}, {sign.because}" if sign.because else f"**{sign.proves.lower()}**"
    return f"- {sign.where}: {said}. Alone: {proves} ({sign.found})."


def _against(one: Entry) -> list[str]:
    spoken = [f"- Speaks against it: {_plain(sign.fact) if sign.fact else _any(sign.texts)}." for sign in one.against]
    return spoken + [f"- Not by a text that also says {_any(texts)}." for texts in one.unless]


def _near(one: Entry) -> list[str]:
    grouped: dict[str, list[str]] = {}
    lines = []
    every = entries()
    for near in one.near:
        link = f"[{_plain(near.title)}]({file_of(every[near.slug].group)}#{near.slug})"
        if near.words:
            grouped.setdefault(near.apart, []).append(f"{link}: {_look(near.words)}")
        else:
            lines.append(f"- {link} ({near.because}): {_plain(near.apart)}")
    return lines + [f"- {near}" for listed in grouped.values() for near in listed]


def _step(number: int, step: Step) -> str:
    said = f"{number}. {_plain(step.title)}" + (f". {_plain(step.text)}" if step.text else "")
    if not step.command:
        return said
    kind = "diff" if step.form == "diff" else "sh"
    body = "\n".join(f"   {line}".rstrip() for line in step.command.split("\n"))
    return f"{said}{f' (`{step.file}`)' if step.file else ''}\n\n   ```{kind}\n{body}\n   ```\n"


def _any(texts: tuple[str, ...]) -> str:
    return " or ".join(_code(text) if text != ANY else "others like it" for text in texts)


def _look(pieces: tuple[tuple[str, bool], ...], cell: bool = False) -> str:
    """What to look for: exact words as code, the rest as they are."""
    return "".join(_code(text, cell) if exact else _plain(text) for text, exact in pieces)


def _code(text: str, cell: bool = False) -> str:
    ticks = "``" if "`" in text else "`"
    pad = " " if "`" in text else ""
    shown = text.replace("|", "\\|") if cell else text
    return f"{ticks}{pad}{shown}{pad}{ticks}"


def _plain(text: str) -> str:
    """Words in which Markdown finds no mark of its own."""
    return _MARKS.sub(r"\\\1", text)
