"""What differs between the last good attempt of a deployment and a failed one, the likeliest reason first."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import re2

from troubleshoot.diagnosis.facts import STAGES, AssetFacts, DeploymentFacts, EndpointFacts, Finding, Probe

NAMED, FITS, CARRIES, APART, SLOWER = "named", "fits", "carries", "apart", "slower"
SETTINGS = "the settings of the deployment"
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
_FAR = ("size", "count", "egress", "identity", "network")  # they fit many stages, and seldom are the reason
_ORDINARY = ("build", "click", "packaging", "python", "requests", "rich", "schedule", "tables")  # words, and packages
_ASSET = re2.compile(r"(?i)(?:/|azureml:)(?P<name>[^/:@]+)(?:/versions/|:)(?P<version>[^/:]+)/?$")
_REGISTRY = re2.compile(r"(?i)^azureml://registries/([^/]+)/")
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
    """One setting that turned. `speaks`: the evidence names it, it fits the stage, carries another, or is apart."""

    kind: str
    name: str
    before: str  # empty: was not set
    after: str
    speaks: str
    why: str
    weight: int


Key = tuple[str, str]
Told = Mapping[Key, str]


def between(good: Side, failed: Side, best: Finding | None, stage: str = "") -> tuple[Difference, ...]:
    """The differences, the suspect first. `stage` is where the attempt stopped, by the verdict or the rail."""
    before, after = dict(settings(good)), dict(settings(failed))
    at = best.stage if best else stage
    quoted = " ".join([best.title, *(piece.text for piece in best.evidence)]) if best else ""
    found = [
        _leant(_weighed(key, before.get(key, ""), after.get(key, ""), at, quoted), best)
        for key in dict.fromkeys((*before, *after))
        if _same(before.get(key, "")) != _same(after.get(key, "")) and _told(key, before, after, good, failed)
    ]
    found = [_carrier(one, found) for one in found if not _carried(one, found)]
    return tuple(sorted([*found, *_slower(good, failed)], key=lambda one: (-one.weight, one.kind, one.name)))


def suspect(found: Sequence[Difference], best: Finding | None) -> Difference | None:
    """The first difference, where it explains the finding: the evidence names it, or it alone fits the stage."""
    if not found or best is None:
        return None
    first, fits = found[0], [one for one in found if one.speaks == FITS]
    alone = first.speaks == FITS and len(fits) == 1 and best.stage != ""
    near = first.kind not in _FAR or best.stage in ("quota", "provisioning")
    return first if first.speaks == NAMED or alone and near else None


def same(good: Side, failed: Side) -> tuple[str, ...]:
    """The names of the settings that both sides tell and have alike, in the order in which a side tells them."""
    before, after = dict(settings(good)), dict(settings(failed))
    return tuple(key[1] for key in before if key in after and _same(before[key]) == _same(after[key]) != "")


def untold(good: Side, failed: Side) -> tuple[tuple[str, bool, bool], ...]:
    """What could not be compared: its name, and whether the good and the failed attempt tell it."""
    pairs = ((SETTINGS, good.deployment, failed.deployment),
             ("identity and network of the endpoint", good.endpoint, failed.endpoint),
             ("the packages of the environment", _inside(good), _inside(failed)))
    turned = good.deployment is None or failed.deployment is None or (
        _same(asset_name(good.deployment.environment)) != _same(asset_name(failed.deployment.environment)))
    return tuple((name, bool(before), bool(after)) for name, before, after in pairs
                 if not (before and after) and (turned or "packages" not in name))


def _inside(side: Side) -> bool:
    return any(asset.kind == "environment" and asset.conda for asset in side.assets)


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
    """Name and version of an asset reference, whatever form Azure gave it, with the registry that it comes from."""
    found, registry = _ASSET.search(reference), _REGISTRY.search(reference)
    if not found:
        return reference
    return f"{found['name']}:{found['version']}{f' of registry {registry[1]}' if registry else ''}"


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


def _told(key: Key, before: Told, after: Told, good: Side, failed: Side) -> bool:
    """True when both sides tell settings of this kind: what one side does not tell is unknown, not changed."""
    if key[0] == "variable":
        return bool(good.deployment and failed.deployment)
    if key[0] == "package":
        return _inside(good) and _inside(failed)
    return bool(before.get(key) and after.get(key)) or (
        key[0] in ("egress", "probe") and key in before and key in after)


def _weighed(key: Key, before: str, after: str, stage: str, quoted: str) -> Difference:
    kind, name = key
    used, at = _USED.get(stage, _USED[""]), STAGES.get(stage, "").lower()
    if any(_mentions(quoted, kind, word) for word in _words(kind, name, before, after)):
        return Difference(kind, name, before, after, NAMED, "the evidence names it", 300 - _place(used, kind))
    if kind in used:
        named = ", the evidence does not name it" if quoted else ""
        why = f"used at {at}{named}" if at else "it is not known where it stopped"
        return Difference(kind, name, before, after, FITS, why, 100 - _place(used, kind))
    return Difference(kind, name, before, after, APART, f"not used at {at}", 10)


def _leant(one: Difference, best: Finding | None) -> Difference:
    """Of two settings that fit, the one whose kind the claim speaks of comes first; that alone makes it no suspect."""
    if best and one.speaks == FITS and one.kind in best.title.lower().split():
        return replace(one, why=f"{one.why.partition(',')[0]}, the cause speaks of the {one.kind}",
                       weight=one.weight + 100)
    return one


def _place(used: Sequence[str], kind: str) -> int:
    return used.index(kind) if kind in used else len(used)


def _words(kind: str, name: str, before: str, after: str) -> Iterator[str]:
    """Words by which a quotation would name this setting: a name of plain letters alone may be any word."""
    if kind in ("variable", "package"):
        yield name
    elif kind in ("model", "environment", "image", "code"):
        for value in filter(None, (before, after)):
            own, _, version = value.rpartition(":")
            yield from (value, f"{own}/{version}")
            if len(own) > 3 and not own.isalpha():
                yield own
    elif kind in ("script", "size", "identity"):
        yield from (word for value in (before, after) for word in value.split(", ") if len(word) > 3)


def _mentions(quoted: str, kind: str, word: str) -> bool:
    """True where the word stands by itself: not inside a path, where every traceback names what it passes."""
    if word not in quoted if kind in ("variable", "package") else word.lower() not in quoted.lower():
        return False
    found, path = re2.escape(word), "" if "/" in word else "/"
    edge = rf"[^\w{path}.-]"
    if word in _ORDINARY:
        return re2.search(rf"['\"]{found}['\".]|(?:^|{edge}){found}(?:\.\w|[=<>~])", quoted) is not None
    case = "" if kind in ("variable", "package") else "(?i)"
    return re2.search(rf"{case}(?:^|{edge}){found}(?:$|[^\w{path}-])", quoted) is not None


def _carrier(one: Difference, every: Sequence[Difference]) -> Difference:
    """An environment whose packages tell what turned in it is no reason of its own, but for what names it alone."""
    if one.kind != "environment":
        return one
    inside = sorted((other for other in every if other.kind == "package"), key=lambda other: -other.weight)
    if not inside or one.speaks == NAMED != inside[0].speaks:
        return one
    others = f" and {len(inside) - 1} more" if len(inside) > 1 else ""
    return replace(one, speaks=CARRIES, why=f"carries the change of {inside[0].name}{others}",
                   weight=inside[-1].weight - 1)


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
            yield Difference("stage", name, _span(before), _span(took), SLOWER, "took much longer", 1)


def _span(seconds: float) -> str:
    """A duration as pages write it: `4 min 42 s`."""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest:02d} s" if minutes else f"{rest} s"
