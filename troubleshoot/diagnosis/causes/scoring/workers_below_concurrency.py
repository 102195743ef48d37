"""An instance is sent more calls at a time than it has workers, so calls wait inside the container."""

from collections.abc import Iterator, Mapping

import re2

from troubleshoot.diagnosis import passages
from troubleshoot.diagnosis.cause import HINT, INFERENCE, SCORING, Cause, looks
from troubleshoot.diagnosis.facts import Case, Evidence, Step
from troubleshoot.diagnosis.passages import Passage

_SLOW = (408, 429, 503, 504)
_SLOW_LINE = re2.compile(r"(?m)^HTTP/\d(?:\.\d)? (?:408|429|503|504)\b")
_AT_ONCE = re2.compile(r"(?i)max_?concurrent_?requests_?per_?instance['\"]?\s*[:=]\s*['\"]?(?P<number>\d+)")
_WORKERS = re2.compile(r"(?m)^Worker Count: (\d+)|\bWORKER_COUNT['\"]?\s*[:=]\s*['\"]?(\d+)")
_VARIABLE = "WORKER_COUNT"


def fewer_workers(case: Case) -> Iterator[Evidence]:
    """The number of workers, where it is below that of calls at a time and a call was refused or timed out."""
    at_once, told = _at_once(case), _workers(case)
    if not _is_slow(case) or at_once is None or told is None or not told[0] < at_once:
        return
    yield told[1]


def more(case: Case, names: Mapping[str, str]) -> dict[str, str]:
    """Both numbers."""
    at_once, told = _at_once(case), _workers(case)
    return {"at_once": str(at_once), "workers": str(told[0])} if at_once is not None and told else {}


def _is_slow(case: Case) -> bool:
    return case.http_status in _SLOW or any(_SLOW_LINE.search(passage.text) for passage in _read(case, SCORING))


def _at_once(case: Case) -> int | None:
    if case.deployment and case.deployment.max_concurrent:
        return case.deployment.max_concurrent
    found = (_AT_ONCE.search(passage.text) for passage in _read(case, SCORING, INFERENCE))
    return next((int(one["number"]) for one in found if one), None)


def _workers(case: Case) -> tuple[int, Evidence] | None:
    """How many workers an instance has, and where that stands; 1 where the deployment sets no number itself."""
    for passage in _read(case, SCORING, INFERENCE):
        found = _WORKERS.search(passage.text)
        if found:
            return int(found[1] or found[2]), passage.quote(*found.span())
    if case.deployment and case.deployment.variables and _VARIABLE not in dict(case.deployment.variables):
        at_once = str(case.deployment.max_concurrent or "")
        return 1, Evidence("deployment", at_once, note=f"calls at a time; {_VARIABLE} is not set, so there is 1 worker")
    return None


def _read(case: Case, *places: str) -> Iterator[Passage]:
    return (passage for passage in passages.read(case) if passage.place in places and not passage.borrowed)


cause = Cause(
    title="Each instance is sent {at_once} calls at a time but has {workers} to answer them",
    kind="Too few workers",
    stage="ready",
    label="SCORING_*",
    code="429",
    signs=(looks(fewer_workers, strength=HINT, source="doc"),),
    words=(("at_once", "more"), ("workers", "fewer workers")),
    more=more,
    gives=("at_once", "workers"),
    happened="max_concurrent_requests_per_instance lets {at_once} calls into an instance, and WORKER_COUNT gives it "
    "{workers} to work on them. The others wait inside the container until the timeout, and nothing there says so.",
    fine="Key, address, traffic and the model itself are in order.",
    steps=(
        Step(
            "Compare the two numbers",
            "",
            "az ml online-deployment show -e {endpoint} -n {deployment} -g {group} -w {workspace} "
            "--query '{{request:request_settings,count:instance_count,env:environment_variables}}'",
        ),
        Step(
            "Set both to the same number",
            "Each worker loads a copy of the model, so the size needs memory for that many copies.",
            " environment_variables:\n+  WORKER_COUNT: \"{at_once}\"\n request_settings:\n"
            "   max_concurrent_requests_per_instance: {at_once}",
            form="diff",
            file="deployment.yml",
        ),
    ),
    who="data scientist",
    retry="no",
    urgent="plan",
    look_for="`max_concurrent_requests_per_instance` above `WORKER_COUNT`",
    source="Azure's guide, HTTP status codes",
    next_test="Call it with one request at a time: if each is fast alone, they waited for a worker.",
    rivals=(
        ("score-429-concurrency", "the instances have as many workers as calls, and there are simply too many calls"),
        ("score-408-timeout", "a single call alone takes longer than the timeout"),
    ),
    outranks=("score-429-concurrency", "score-429-rate", "score-408-timeout"),
    while_serving=True,
)
