"""What differs between the last good attempt of a deployment and a failed one, the likeliest reason first."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import re2

from troubleshoot.diagnosis.facts import AssetFacts, DeploymentFacts, EndpointFacts, Finding, Probe

NAMED, FITS, APART, SLOWER = "named", "fits", "apart", "slower"
SLOWER_TIMES, SLOWER_SECONDS = 3.0, 60.0  # a stage is called slower from here on

# Which settings a stage uses, the likeliest reason of its failure first. Names are those of `settings`.
_USED = {
    "quota": ("size", "count"),
    "provisioning": ("size", "count", "identity", "egress", "environment", "image"),
    "image_pull": ("image", "environment", "identity", "egress", "network"),
    "model_and_code": ("model", "code", "identity", "egress", "network"),
    "container_start": ("package", "variable", "code", "script", "environment", "image", "model", "size", "egress",
                        "identity"),
    "probes": ("probe", "package", "variable", "code", "script", "environment", "image", "model", "size", "egress"),
    "ready": ("request", "count", "code", "script", "model", "package", "variable", "environment", "image", "size"),
    "": ("package", "environment", "image", "size", "count", "model", "code", "variable", "identity", "egress",
         "network", "probe", "request", "script"),
}
_ASSET = re2.compile(r"(?i)(?:/|azureml:)(?P<name>[^/:@]+)(?:/versions/|:)(?P<version>[^/:]+)/?$")
_PIN = re2.compile(r"^\s*-\s*[\"']?(?P<package>[A-Za-z][\w.-]*(?:\[[\w,.-]+\])?)\s*(?P<pin>[=<>!~][^\s#\"']*)?")


@dataclass(frozen=True, slots=True)
class Side:
    """One attempt as it is compared; a part that is None or empty is not known and never a difference."""

    deployment: DeploymentFacts | None = None
    endpoint: EndpointFacts | None = None
    assets: tuple[AssetFacts, ...] = ()
    seconds: tuple[tuple[str, float], ...] = ()  # name of a stage, and how long it took


@dataclass(frozen=True, slots=True)
class Difference:
    """One setting that turned. `speaks` says whether the evidence names it, it fits the stage, or it is apart."""

    kind: str
    name: str
    before: str  # empty: was not set
    after: str
    speaks: str
    why: str
    weight: int


def between(good: Side, failed: Side, best: Finding | None, stage: str = "") -> tuple[Difference, ...]:
    """The differences, the suspect first. `stage` is where the attempt stopped, by the verdict or the rail."""
    before, after = dict(settings(good)), dict(settings(failed))
    at = best.stage if best else stage
    quoted = " ".join([best.title, *(piece.text for piece in best.evidence)]) if best else ""
    found = [
        _weighed(key, before.get(key, ""), after.get(key, ""), at, quoted)
        for key in dict.fromkeys((*before, *after))
        if _told(key, good, failed) and _same(before.get(key, "")) != _same(after.get(key, ""))
    ]
    found = [one for one in found if not _carried(one, found)]
    return tuple(sorted([*found, *_slower(good, failed)], key=lambda one: (-one.weight, one.kind, one.name)))


def same(good: Side, failed: Side) -> int:
    """How many settings both sides tell and have alike."""
    before, after = dict(settings(good)), dict(settings(failed))
    return sum(_same(before[key]) == _same(after[key]) for key in before.keys() & after.keys())


Key = tuple[str, str]


def settings(side: Side) -> Iterator[tuple[Key, str]]:
    """Each setting that a side tells, as ((kind, name), value)."""
    if side.deployment:
        yield from _of_deployment(side.deployment)
    if side.endpoint:
        kinds = (side.endpoint.identity.kind, *sorted(side.endpoint.identity.user_assigned))
        yield ("identity", "identity"), ", ".join(part.rpartition("/")[2] for part in kinds if part)
        yield ("network", "public network access"), side.endpoint.public_network
        yield ("request", "sign-in"), side.endpoint.auth_mode
    for asset in side.assets:
        if asset.kind == "environment":
            yield ("image", "image"), asset.image
            yield from ((("package", package), pin) for package, pin in packages(asset.conda))


def _of_deployment(facts: DeploymentFacts) -> Iterator[tuple[Key, str]]:
    for kind, reference in (("model", facts.model), ("environment", facts.environment), ("code", facts.code)):
        yield (kind, kind), asset_name(reference)
    yield ("script", "scoring script"), facts.scoring_script
    yield ("size", "instance type"), facts.instance_type
    yield ("count", "instances"), _text(facts.instance_count)
    yield ("egress", "egress"), facts.egress
    for name, probe in (("liveness probe", facts.liveness), ("readiness probe", facts.readiness)):
        yield from _of_probe(name, probe)
    yield ("request", "request_timeout_ms"), _text(facts.request_timeout and facts.request_timeout * 1000)
    yield ("request", "max_concurrent_requests_per_instance"), _text(facts.max_concurrent)
    yield ("request", "max_queue_wait_ms"), _text(facts.max_queue_wait and facts.max_queue_wait * 1000)
    yield ("request", "app_insights_enabled"), _text(facts.app_insights)
    yield from ((("variable", name), f"set, fingerprint {kept[:8]}") for name, kept in facts.variables)


def _of_probe(name: str, probe: Probe | None) -> Iterator[tuple[Key, str]]:
    if probe:
        for field in ("initial_delay", "period", "timeout", "success_threshold", "failure_threshold"):
            yield ("probe", f"{name}, {field.replace('_', ' ')}"), _text(getattr(probe, field))


def asset_name(reference: str) -> str:
    """Name and version of an asset reference, whatever form Azure gave it."""
    found = _ASSET.search(reference)
    return f"{found['name']}:{found['version']}" if found else reference


def packages(conda: str) -> Iterator[tuple[str, str]]:
    """The packages of a conda file with their pins, conda's and pip's alike."""
    for line in conda.splitlines():
        found = _PIN.search(line)
        if found and found["package"] != "pip" and not line.rstrip().endswith(":"):
            yield found["package"].lower().replace("_", "-"), found["pin"] or "any version"


def _text(value: object) -> str:
    return "" if value is None else f"{value:g}" if isinstance(value, float) else str(value)


def _same(value: str) -> str:
    """A value as it is compared: ARM ignores the case of ids."""
    return " ".join(value.split()).lower()


def _told(key: Key, good: Side, failed: Side) -> bool:
    """True when both sides tell settings of this kind: what one side does not tell is unknown, not changed."""
    before, after = dict(settings(good)), dict(settings(failed))
    if key[0] in ("variable", "package"):
        return any(one[0] == key[0] for one in before) and any(one[0] == key[0] for one in after) or (
            key[0] == "variable" and bool(good.deployment and failed.deployment))
    return bool(before.get(key) and after.get(key)) or (
        key[0] in ("egress", "probe") and key in before and key in after)


def _weighed(key: Key, before: str, after: str, stage: str, quoted: str) -> Difference:
    kind, name = key
    used = _USED.get(stage, _USED[""])
    if any(_mentions(quoted, word) for word in _words(kind, name, before, after)):
        return Difference(kind, name, before, after, NAMED, "the evidence names it", 300 - _place(used, kind))
    if kind in used:
        return Difference(kind, name, before, after, FITS, "used where it stopped", 100 - _place(used, kind))
    return Difference(kind, name, before, after, APART, "not used where it stopped", 10)


def _place(used: Sequence[str], kind: str) -> int:
    return used.index(kind) if kind in used else len(used)


def _words(kind: str, name: str, before: str, after: str) -> Iterator[str]:
    """Words by which a quotation would name this setting."""
    if kind in ("variable", "package"):
        yield name
    elif kind in ("model", "environment", "image", "code", "script", "size"):
        yield from (word for value in (before, after) for word in (value, value.partition(":")[0]) if len(word) > 3)


def _mentions(quoted: str, word: str) -> bool:
    return bool(word) and re2.search(rf"(?i)(?:^|[^\w.-]){re2.escape(word)}(?:$|[^\w-])", quoted) is not None


def _carried(one: Difference, every: Sequence[Difference]) -> bool:
    """True for an image that differs only because its environment version does: the environment tells it."""
    return one.kind == "image" and any(other.kind == "environment" for other in every) and "azureml_" in (
        one.before + one.after)


def _slower(good: Side, failed: Side) -> Iterator[Difference]:
    """Stages that took much longer: a trace of the cause, never ranked above a setting."""
    usual: Mapping[str, float] = dict(good.seconds)
    for name, took in failed.seconds:
        before = usual.get(name)
        if before is not None and took >= before * SLOWER_TIMES and took - before >= SLOWER_SECONDS:
            yield Difference("stage", name, f"{before:.0f} s", f"{took:.0f} s", SLOWER, "took much longer", 1)
