"""The container was stopped because it used more memory than its machine has.

Azure reports it under OutOfQuota, though no quota of the subscription is involved.
"""

from collections.abc import Iterator

import re2

from troubleshoot.diagnosis import fixes, passages
from troubleshoot.diagnosis.cause import (
    EVENTS,
    HINT,
    INFERENCE,
    OPERATION,
    Cause,
    console,
    events,
    looks,
    operation,
)
from troubleshoot.diagnosis.facts import Case, Evidence, Step

_TOLD = re2.compile(r"(?i)insufficient memory|OOMKilled")
_KILLED = re2.compile(r"was sent SIGKILL! Perhaps out of memory\?")


def killed_too(case: Case) -> Iterator[Evidence]:
    """The killed worker in the log, where Azure itself speaks of memory."""
    read = passages.read(case)
    if any(passage.place in (OPERATION, EVENTS) and _TOLD.search(passage.text) for passage in read):
        for passage in read:
            found = _KILLED.search(passage.text) if passage.place == INFERENCE else None
            if found:
                yield passage.quote(*found.span())


cause = Cause(
    title="The container needs more memory than {size} has, so Azure stopped it",
    kind="Out of memory",
    stage="container_start",
    label="ERR_2200",
    old_code="ERR_2100",
    code="OutOfQuota",
    signs=(
        operation(r"(?i)container (?:was )?terminated due to insufficient memory", also=(EVENTS,)),
        events(r"\bOOMKilled\b", source="doc"),
        operation(r"\bOOMKilled\b", strength=HINT, source="doc"),  # a cluster's pod is ended with this word too
        events(r"(?i)out of memory", strength=HINT),
        console(r"(?i)oom-kill|Memory cgroup out of memory|Out of memory: Kill", source="doc"),
        looks(killed_too, strength=HINT, source="run"),
        operation(
            r"(?i)\binsufficient memory\b|\bmemory quota\b|ran out of memory", strength=HINT, source="doc"
        ),
    ),
    words=(("size", "the size"),),
    happened="The process grew beyond the memory of the machine ({memory} GiB on {size}) while it "
    "loaded or served the model, and was "
    "ended. Each worker loads its own copy of the model.",
    fine="Quota of the subscription, the image and the download of the model are in order.",
    steps=(
        Step(
            "See what was asked for",
            "{size} has {vcpus} vCPUs and {memory} GiB of memory.",
            "az ml online-deployment show -e {endpoint} -n {deployment} -g {group} -w {workspace}"
            " --query '{{size:instance_type,count:instance_count,variables:environment_variables}}'",
        ),
        Step(
            "Take a size with more memory, or fewer workers",
            "Set WORKER_COUNT to 1, load the model once, or load it quantised.",
        ),
        fixes.deploy_again,
    ),
    who="data scientist",
    retry="after the fix",
    urgent="if serving",
    look_for="Container terminated due to insufficient memory",
    source="Azure's guide, Memory quota; exact text from public reports",
    rivals=(
        ("sku-too-small", "the log: Azure names insufficient memory, or the log just ends on a small size"),
        (
            "oom-worker-killed",
            "who ended it: Azure the container (\"insufficient memory\"), or the kernel one worker "
            "(SIGKILL)",
        ),
        ("quota-container-resources", "the log: it started and grew, or it was never started"),
        (
            "init-exception",
            "a MemoryError or a kill beside the exception: then it was memory, whatever the "
            "exception says",
        ),
    ),
    outranks=("out-of-quota", "oom-worker-killed", "sku-too-small"),
    while_serving=True,
)
