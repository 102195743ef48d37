"""Text that leaves for a ticket or a chat: what others wrote there is neither markup, nor a link, nor a mention."""
import re
from collections.abc import Iterable

_TICKS = re.compile("`{3,}")
_MARKUP = re.compile(r"(?<!\w)@(?=\w)|<(?=[!@#a-zA-Z/])|\](?=[(\[:])|\{(?=[a-z]+[:}])|://|`(?=``)|!(?=\[)")
_ADDRESS = re.compile(r"https://[\w.-]+(?::\d+)?(?:/[\w.~%/?=&#+-]*)?", re.ASCII)
BREAK = " "  # in sight: a sign without width would be one more thing that pretends


def inert(text: str) -> str:
    """One line whose marks are broken behind their first sign."""
    return _MARKUP.sub(lambda one: one[0][:1] + BREAK + one[0][1:], " ".join(text.split()))


def address(text: str) -> str:
    """An https address as it stands, where the text is that and nothing else; any other text inert."""
    return text if _ADDRESS.fullmatch(text) else inert(text)


def fenced(rows: Iterable[str]) -> list[str]:
    """Lines between two fences that are longer than any fence in them; between these nothing is markup."""
    held = list(rows)
    fence = "`" * max([3, *(len(run) + 1 for row in held for run in _TICKS.findall(row))])
    return [fence, *held, fence]
