"""An attempt as an anonymised sample for the tests: stable made-up names in the place of all that names somebody."""
import re
from collections.abc import Iterator
from typing import Any

from troubleshoot.diagnosis import names, plain
from troubleshoot.diagnosis.facts import Case

LEAST = 3  # characters of a name that is replaced inside a text
# Hosts that name nobody: Microsoft's own, package registries, and what every machine has.
PUBLIC = re.compile(
    r"(?i)^(?:(?:[\w-]+\.)*(?:microsoft\.com|microsoftonline\.com|aka\.ms|azure\.com|windows\.net|python\.org"
    r"|pypi\.org|pythonhosted\.org|anaconda\.(?:com|org)|github\.com|githubusercontent\.com|huggingface\.co"
    r"|docker\.io|docker\.com|debian\.org|ubuntu\.com|nvidia\.com|pytorch\.org|example\.com)"
    r"|localhost|0\.0\.0\.0|127\.0\.0\.1)$")
_OWN = (r"azurecr\.io|(?:blob|file|dfs|queue|table)\.core\.windows\.net|vault\.azure\.net|openai\.azure\.com"
        r"|database\.windows\.net|[\w-]+\.inference\.ml\.azure\.com|api\.azureml\.ms|azurewebsites\.net")
_SHAPES = {
    "person": r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+",
    "account": rf"(?<![\w.-])[\w-]+\.(?:{_OWN})",
    "host": r"(?<=://)[\w.-]+",
    "guid": r"(?<![0-9a-fA-F-])[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}(?![0-9a-fA-F-])",
    "address": r"(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?![\w.]*\d)",
    "home": r"(?<=/home/)[\w.-]+|(?<=/Users/)[\w.-]+|(?<=Users\\)[\w.-]+",
    "hex": r"(?<![\w-])(?=[a-f]*\d)[0-9a-f]{16,64}(?![\w-])",
}
_KEPT_ADDRESS = re.compile(r"^(?:127\.|0\.|169\.254\.)")


class Mask:
    """Replaces what names somebody, the same by the same, in the order of appearance."""

    def __init__(self, case: Case) -> None:
        self.known: dict[str, str] = {}
        for real, made_up in _names(case):
            if real:
                self.known.setdefault(real.lower(), made_up)
        self.made: dict[tuple[str, str], str] = {}
        named = sorted((one for one in self.known if len(one) >= LEAST), key=len, reverse=True)
        shapes = [f"(?P<{kind}>{shape})" for kind, shape in _SHAPES.items()]
        if named:
            shapes.append(rf"(?P<name>(?<![^\W_])(?i:{'|'.join(map(re.escape, named))})(?![^\W_]))")
        self.pattern = re.compile("|".join(shapes))

    def value(self, found: Any) -> Any:
        """A JSON value with every text in it masked, and no tags."""
        if isinstance(found, str):
            return self.text(found)
        if isinstance(found, list):
            return [self.value(one) for one in found]
        if isinstance(found, dict):
            return {key: self.value(one) for key, one in found.items() if key != "tags"}
        return found

    def text(self, said: str) -> str:
        """A text without names; a text that is nothing but a short name is replaced too."""
        if said.lower() in self.known:
            return self.known[said.lower()]
        return self.pattern.sub(self._instead, said)

    def _instead(self, match: re.Match[str]) -> str:
        kind, real = match.lastgroup or "", match.group()
        if kind == "name":
            return self.known[real.lower()]
        if (kind == "host" and PUBLIC.match(real)) or (kind == "address" and _KEPT_ADDRESS.match(real)):
            return real
        key = (kind, real.lower())
        if key not in self.made:
            count = sum(one == kind for one, _ in self.made) + 1
            self.made[key] = _made_up(kind, real, count)
        return self.made[key]


def of(case: Case) -> dict[str, Any]:
    """The case as JSON values that name nobody; hashes of variables are left out too."""
    whole = Mask(case).value(plain.dump(case))
    if "variables" in whole.get("deployment", {}):
        whole["deployment"]["variables"] = [[name, ""] for name, _ in whole["deployment"]["variables"]]
    return whole


def _made_up(kind: str, real: str, count: int) -> str:
    if kind == "person":
        return f"person{count}@example.com"
    if kind == "account":
        return f"account{count}.{real.partition('.')[2]}"
    if kind == "host":
        return f"host{count}.example.com"
    if kind == "address":
        return f"10.0.0.{count % 250}" if real.startswith(("10.", "172.", "192.168.")) else f"192.0.2.{count % 250}"
    if kind == "home":
        return f"user{count}"
    digits = f"{count:x}"
    return f"00000000-0000-4000-8000-{digits:0>12}" if kind == "guid" else "0" * (len(real) - len(digits)) + digits


def _names(case: Case) -> Iterator[tuple[str, str]]:
    """Each name that the case itself tells, with what stands in its place."""
    place, space = case.place, case.workspace
    yield case.operation.operation_id if case.operation else "", "operation-1"
    yield place.group, "rg-example"
    yield place.workspace, "mlw-example"
    yield place.endpoint, "endpoint-1"
    yield place.deployment, "deployment-1"
    traffic = [name for name, _ in (case.endpoint.traffic or ())] if case.endpoint else []
    for number, name in enumerate(dict.fromkeys((*case.ready_siblings, *traffic)), 2):
        yield name, f"deployment-{number}"
    yield from ((space.registry, "registry1"), (space.storage, "storage1")) if space else ()
    known = names.of(case)
    yield from ((known.get(kind, ""), f"{kind}-1") for kind in ("model", "environment", "repository", "identity"))
    makers = [getattr(one, name, "") for one in (space, case.endpoint, case.deployment)
              for name in ("created_by", "modified_by")]
    for number, name in enumerate(dict.fromkeys(filter(None, makers)), 1):
        yield name, f"person-{number}"
