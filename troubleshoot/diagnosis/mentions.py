"""The names, ids and times that a pasted text tells of what it is about."""

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import re2

from troubleshoot.diagnosis.logs import moment

MAX_OF_ONE = 3  # ids of one sort; of many requests the last ones are those of the failure
MAX_COMMAND = 4_000  # characters of one command line
YEARS = (2015, 2100)
NAMES = ("subscription", "group", "workspace", "endpoint", "deployment", "region")

_NAME = r"[A-Za-z0-9][\w.()-]{0,89}"
_GUID = r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}"
# Ids of resources, in any case; what follows the workspace may be missing.
_RESOURCE = re2.compile(
    rf"(?i)/subscriptions/(?P<subscription>{_GUID})(?:/resourceGroups/(?P<group>{_NAME})"
    rf"(?:/providers/Microsoft\.MachineLearningServices/workspaces/(?P<workspace>{_NAME})"
    rf"(?:/onlineEndpoints/(?P<endpoint>{_NAME})(?:/deployments/(?P<deployment>{_NAME}))?)?)?)?"
)
_SHORT = re2.compile(
    rf"(?i)workspaces/(?P<workspace>{_NAME})/onlineEndpoints/(?P<endpoint>{_NAME})"
    rf"(?:/deployments/(?P<deployment>{_NAME}))?(?:[^\n]{{0,40}}under resource group '(?P<group>{_NAME})')?"
)
_URI = re2.compile(r"https://(?P<endpoint>[a-z][a-z0-9-]{1,40})\.(?P<region>[a-z0-9]+)\.inference\.ml\.azure\.(?:com|us|cn)")
_STUDIO = re2.compile(rf"ml\.azure\.com/endpoints/realtime/(?P<endpoint>{_NAME})/")
_AZ = re2.compile(r"\baz ml [^\n]*|Command arguments: \[[^\n]*|Command line: [^\n]*")
_WORD = re2.compile(r"""[^\s'",\[\]]+""")
_SAID = (
    re2.compile(rf"(?i)\bendpoint[: ]+[\['\"](?P<endpoint>{_NAME})[\]'\"]"),
    re2.compile(rf"(?i)\bdeployment[: ]+[\['\"](?P<deployment>{_NAME})[\]'\"]"),
    re2.compile(rf"Check: endpoint (?P<endpoint>{_NAME}) exists"),
    re2.compile(rf"(?i)azureml-model-deployment['\"]?: ?['\"]?(?P<deployment>{_NAME})"),
    re2.compile(r"(?i)x-ms-routing-request-id['\"]?: ?['\"]?(?P<region>[A-Z0-9]{4,30}):\d{8}T"),
    re2.compile(r"(?i)x-aml-cluster['\"]?: ?['\"]?vienna-(?P<region>[a-z0-9]{4,30})-"),
    re2.compile(
        r"(?s)\"type\": ?\"(?:Environment|Location)\",\s{0,40}\"info\": ?\{\s{0,40}"
        r"\"value\": ?\"(?P<region>[a-z0-9]{4,30})\""
    ),
)
_OPTIONS = {
    "-e": "endpoint", "--endpoint-name": "endpoint", "-g": "group", "--resource-group": "group", "-w": "workspace",
    "--workspace-name": "workspace", "--subscription": "subscription",
}  # fmt: skip
_OPERATION_ID = re2.compile(rf"(?i)mfeOperation(?:s?Status|Results|sStatus)/(?P<id>od[a-z]*:[\w:-]{{8,160}}|{_GUID})")
_NAMED_ID = re2.compile(
    r"(?i)(?P<name>x-ms-correlation-request-id|x-ms-client-request-id|x-ms-request-id|x-request-id|x-ms-routing-request-id"
    r"|client-request-id|correlation[ _-]?id|request[ _-]?id|operation[ _-]?id|trace[ _-]?id)"
    r"[\\'\"]{0,4}\s{0,2}[:=]\s{0,2}[\\'\"]{0,4}(?P<id>[0-9a-zA-Z][\w:-]{7,160})"
)
_SORTS = {
    "x-ms-correlation-request-id": "correlation id", "correlationid": "correlation id",
    "x-ms-client-request-id": "client request id", "client-request-id": "client request id",
    "x-ms-routing-request-id": "routing request id", "operationid": "operation id", "traceid": "trace id",
}  # fmt: skip
_CORRELATION = re2.compile(
    r"(?s)\"Correlation\",\s{0,40}\"info\": ?\{\s{0,40}\"value\": ?\{(?P<pairs>[^{}]{0,400})\}"
)
_TIMES = re2.compile(
    r"(?i)(?:, Time: |(?:start|end)_?Time[\\'\"]{1,4}: ?[\\'\"]{1,4})"
    r"(?P<iso>\d{4}-?\d\d-?\d\d[T -][\d:.]{8,18}(?:Z|[+-]\d\d:\d\d)?)"
)
_DATE = re2.compile(
    r"(?mi)^[^\n]{0,60}?\bdate['\"]?: ?['\"]?(?P<date>[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} [\d:]{8} GMT)"
)


def names(text: str) -> tuple[tuple[str, str], ...]:
    """Subscription, group, workspace, endpoint, deployment, region: each one that the text tells without doubt.

    The surest source that knows a name decides; where it holds two values, the name is not told.
    """
    named = ((_RESOURCE,), (_SHORT, _STUDIO, _URI), _SAID)
    sources = ([*_commands(text)], *([*_from(text, *patterns)] for patterns in named))
    found: dict[str, str] = {}
    for name in NAMES:
        for source in sources:
            values = {value.lower(): value for key, value in source if key == name}
            if values:
                if len(values) == 1:
                    found[name] = next(iter(values.values()))
                break
    if "region" in found:
        found["region"] = found["region"].lower()
    return tuple(found.items())


def _from(text: str, *patterns: object) -> Iterator[tuple[str, str]]:
    for pattern in patterns:
        for found in pattern.finditer(text):  # type: ignore[attr-defined]
            yield from ((name, value.rstrip(".")) for name, value in found.groupdict().items() if value)


def _commands(text: str) -> Iterator[tuple[str, str]]:
    """The names in the options of `az ml` commands; placeholders and variables are none."""
    for found in _AZ.finditer(text.replace("\\\n", " ")):
        words = _WORD.findall(found[0][:MAX_COMMAND].replace("=", " "))
        about = next((word for word in words if word in ("online-deployment", "online-endpoint")), "")
        own = {"online-deployment": "deployment", "online-endpoint": "endpoint"}.get(about, "")
        options = _OPTIONS | ({"-n": own, "--name": own} if own else {})
        for option, value in zip(words, words[1:], strict=False):
            if option in options and value[:1].isalnum() and "REDACTED" not in value:
                yield options[option], value


def ids(text: str) -> tuple[tuple[str, str], ...]:
    """The ids that Azure's support asks for, by sort, the last ones of each; in the order of the text."""
    found = [(match.start(), "operation id", match["id"]) for match in _OPERATION_ID.finditer(text)]
    for match in _NAMED_ID.finditer(text):
        name = match["name"].lower().replace(" ", "").replace("_", "")
        sort = _SORTS.get(name) or _SORTS.get(name.replace("-", ""), "request id")
        if any(char.isdigit() for char in match["id"]):
            found.append((match.start(), sort, match["id"]))
    for match in _CORRELATION.finditer(text):
        found += [(match.start(), f"{sort} id", value) for sort, value in _pairs(match["pairs"])]
    found.sort(key=lambda one: one[0])
    kept: dict[str, dict[str, None]] = {}
    for _, sort, value in found:
        values = kept.setdefault(sort, {})
        values.pop(value, None)
        values[value] = None
    return tuple((sort, value) for sort, values in kept.items() for value in list(values)[-MAX_OF_ONE:])


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    try:
        found = json.loads("{" + text + "}")
    except ValueError:
        return
    for sort in ("operation", "request"):
        if isinstance(found.get(sort), str) and found[sort]:
            yield sort, found[sort]


def times(lines: Sequence[str]) -> tuple[datetime | None, datetime | None]:
    """The earliest and the latest moment that a line tells."""
    found = [when for when in _moments(lines) if YEARS[0] <= when.year < YEARS[1]]
    return (min(found), max(found)) if found else (None, None)


def _moments(lines: Sequence[str]) -> Iterator[datetime]:
    yield from (when for line in lines if (when := moment(line[:160])))
    text = "\n".join(lines)
    yield from (when for found in _TIMES.finditer(text) if (when := moment(found["iso"])))
    yield from _dates(found["date"] for found in _DATE.finditer(text))


def _dates(values: Iterable[str]) -> Iterator[datetime]:
    for value in values:
        try:
            yield parsedate_to_datetime(value).astimezone(UTC)
        except (ValueError, OverflowError):
            continue
