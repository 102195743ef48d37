"""The names that a case gives to the templates of causes, and how they are written into text and commands."""

import shlex
import string
from collections.abc import Mapping

import re2

from troubleshoot.diagnosis import quota
from troubleshoot.diagnosis.facts import Case

# Each name that a case can give, and what a sentence says instead where the case does not.
WORDS = {
    "endpoint": "the endpoint",
    "deployment": "the deployment",
    "workspace": "the workspace",
    "group": "the resource group",
    "subscription": "the subscription",
    "region": "the region",
    "registry": "the workspace's registry",
    "storage_account": "the workspace's storage account",
    "identity": "the endpoint's identity",
    "assignee": "the endpoint's identity",
    "size": "the size",
    "vcpus": "an unknown number of",
    "memory": "an unknown amount of",
    "count": "the",
    "model": "the model",
    "model_version": "its version",
    "environment": "the environment",
    "environment_version": "its version",
    "code_version": "the code",
    "image": "the image",
    "repository": "the repository",
    "tag": "the tag",
    "script": "the scoring script",
    "sibling": "another deployment",
    "caller": "the caller",
    "operation_id": "the operation",
    "log_container": "the container",
    "log_path": "its path",
}
_PLACEHOLDERS = {"group": "resource-group", "assignee": "principal-id", "size": "vm-size"}
_ASSET = re2.compile(r"(?:/|azureml:)(?P<name>[^/:]+)(?:/versions/|:)(?P<version>[^/:]+)$")
_IMAGE = re2.compile(
    r"(?P<registry>[a-z0-9]{5,50})\.azurecr\.io/(?P<repository>[a-z0-9][\w./-]*[\w-])(?::(?P<t"
    r"ag>[\w][\w.-]{0,127}))?"
)
_BLOB = re2.compile(
    r"https://(?P<account>[a-z0-9]{3,24})\.blob\.core\.windows\.net/(?P<container>[\w$-]{3,80}"
    r")/(?P<blob>[^\s\"'<>?,;]+)"
)
MAX_IN_SENTENCE = 120
MAX_IN_TITLE = 40


class Shell(str):
    """A piece of a command that is already safe to paste."""

    __slots__ = ()


def of(case: Case) -> dict[str, str]:
    """The names that this case gives; what is not known is left out."""
    place, deployment = case.place, case.deployment
    found: dict[str, str] = {
        "endpoint": place.endpoint,
        "deployment": place.deployment,
        "workspace": place.workspace,
        "group": place.group,
        "subscription": place.subscription,
        "sibling": case.ready_siblings[0] if case.ready_siblings else "",
        "operation_id": case.operation.operation_id if case.operation else "",
    }
    if deployment:
        found |= {
            "size": deployment.instance_type,
            "region": deployment.location,
            "count": _number(deployment.instance_count),
            "script": deployment.scoring_script,
        }
        found |= _asset("model", deployment.model) | _asset("environment", deployment.environment)
        found["code_version"] = deployment.code
    found |= _from_workspace(case) | _from_identity(case) | _from_size(case) | _from_image(case)
    return {name: value for name, value in found.items() if value}


def image_parts(text: str) -> dict[str, str]:
    """Registry, repository and tag of the first registry image that a text names."""
    found = _IMAGE.search(text)
    if not found:
        return {}
    parts = {
        "image": found[0],
        "registry": found["registry"],
        "repository": found["repository"],
        "tag": found["tag"] or "",
    }
    return {name: value for name, value in parts.items() if value}


def blob_parts(text: str) -> dict[str, str]:
    """Account, container and path of the first blob address in a text."""
    found = _BLOB.search(text)
    return found.groupdict() | {"blob": found["blob"].rstrip(".)]")} if found else {}


def sentence(
    template: str, names: Mapping[str, str], words: Mapping[str, str], longest: int = MAX_IN_SENTENCE
) -> str:
    """A template as a sentence: what is not known becomes words, with a capital where they stand first."""
    text = _fill(
        template,
        lambda name: (
            _short(names[name], longest) if name in names else words.get(name, WORDS.get(name, f"<{name}>"))
        ),
    )
    first = template[1 : template.find("}")] if template.startswith("{") else ""
    return text if not first or first in names else text[:1].upper() + text[1:]


def command(template: str, names: Mapping[str, str], form: str = "shell") -> str:
    """A template as a command or diff to paste: names are quoted, what is not known stays a placeholder."""

    def write(name: str) -> str:
        if name not in names:
            return f"<{_PLACEHOLDERS.get(name, name.replace('_', '-'))}>"
        value = names[name]
        if isinstance(value, Shell):
            return str(value)
        line = " ".join(value.split())
        return shlex.quote(line) if form == "shell" else line

    return _fill(template, write)


def _fill(template: str, write: object) -> str:
    parts = []
    for text, name, _, _ in string.Formatter().parse(template):
        parts.append(text)
        if name:
            parts.append(write(name))  # type: ignore[operator]
    return "".join(parts)


def _short(value: str, longest: int) -> str:
    line = " ".join(str(value).split())
    return line if len(line) <= longest else line[: longest - 1] + "…"


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:g}"


def _asset(kind: str, reference: str) -> dict[str, str]:
    found = _ASSET.search(reference)
    return {kind: found["name"], f"{kind}_version": found["version"]} if found else {}


def _from_workspace(case: Case) -> dict[str, str]:
    if not case.workspace:
        return {}
    found = {"registry": case.workspace.registry, "storage_account": case.workspace.storage}
    return found | ({"region": case.workspace.location} if case.workspace.location else {})


def _from_identity(case: Case) -> dict[str, str]:
    identity = case.endpoint.identity if case.endpoint else None
    if not identity:
        return {}
    if identity.user_assigned:
        one = identity.user_assigned[0]
        if identity.principal_id and "system" not in identity.kind.lower():
            return {"identity": one.rsplit("/", 1)[-1], "assignee": identity.principal_id}
        show = f"$(az identity show --ids {shlex.quote(one)} --query principalId -o tsv)"
        return {"identity": one.rsplit("/", 1)[-1], "assignee": Shell(f'"{show}"')}
    if identity.principal_id:
        return {"identity": identity.principal_id, "assignee": identity.principal_id}
    return {}


def _from_size(case: Case) -> dict[str, str]:
    size = case.size or (quota.size(case.deployment.instance_type) if case.deployment else None)
    if not size:
        return {}
    return {"size": size.name, "vcpus": _number(size.vcpus), "memory": _number(size.memory_gib)}


def _from_image(case: Case) -> dict[str, str]:
    for asset in case.assets:
        if asset.kind == "environment" and asset.image:
            return {"image": asset.image} | image_parts(asset.image)
    return {}
