"""The size is one of those that are often too small for a model and its packages."""

from collections.abc import Iterator

import re2

from troubleshoot.diagnosis import fixes, passages, quota
from troubleshoot.diagnosis.cause import HINT, INFERENCE, Cause, looks
from troubleshoot.diagnosis.errors import codes
from troubleshoot.diagnosis.facts import Case, Evidence, Step

# Azure's list of sizes: these are too small for larger models and for installing packages at the start.
_SMALL = ("ds1_v2", "ds2_v2", "f2s_v2")
_CRASHED = ("resourcenotready", "error-resourcenotready")
_EXPLAINED = re2.compile(r"(?i)Traceback|\bexception\b|Configuration Error|No such file|not found")


def silent_end(case: Case) -> Iterator[Evidence]:
    """The small size, where the container is said to have crashed and its log ends without any exception."""
    size = case.deployment.instance_type if case.deployment else ""
    error = case.operation.error if case.operation else None
    if quota.size_key(size) not in _SMALL or not error:
        return
    crashed = any(code.lower() in _CRASHED for code in codes(error)) or "ResourceNotReady" in error.message
    if crashed and any(_ends_silently(passage) for passage in passages.read(case)):
        yield Evidence("deployment", size, note="instance_type; on Azure's list of sizes that may be too small")


def _ends_silently(passage: passages.Passage) -> bool:
    """A log of the server that shows neither readiness nor a reason."""
    if passage.place != INFERENCE or passage.borrowed or not passage.text.strip() or not passage.reading:
        return False
    explained = passage.reading.chains or passage.reading.last_ready >= 0 or _EXPLAINED.search(passage.text)
    return not explained


cause = Cause(
    title="{size} may be too small: {memory} GiB for the model and its packages",
    kind="Size too small",
    stage="container_start",
    label="ERR_2200",
    old_code="ERR_2200",
    code="ResourceNotReady",
    signs=(looks(silent_end, strength=HINT, source="doc"),),
    words=(("size", "The size"), ("memory", "too few")),
    happened="The container started, its log ends without an exception, and {size} has {vcpus} vCPUs and {memory} GiB. "
    "Azure's list says that sizes of this kind may be too small for larger models, and for installing packages at the "
    "start.",
    fine="Quota, the image pull and the download of model and code are in order.",
    steps=(
        Step(
            "Take a size with more memory",
            "Standard_DS3_v2 and Standard_F4s_v2 are the smallest that Azure recommends for a start.",
            "-instance_type: {size}\n+instance_type: Standard_DS3_v2",
            form="diff",
            file="deployment.yml",
        ),
        fixes.READ_LOG,
        fixes.TRY_LOCALLY,
        fixes.deploy_again,
    ),
    who="data scientist",
    retry="after the fix",
    urgent="if serving",
    look_for="`ResourceNotReady` on a small size, with a log that ends without an exception",
    source="Azure's guide, Managed online endpoints SKU list",
    next_test="Run it locally with the memory of the size (docker run -m): if it ends the same way, it is the size.",
    rivals=(
        ("oom-worker-killed", "the log says that a worker was killed"),
        ("init-too-slow", "init() was called and the probes ended it; with more time it would have come up"),
    ),
    outranks=("container-crashed",),
)
