"""How an attached Kubernetes cluster shows in a case: its words, its own error codes, the answers of its front."""

from collections.abc import Iterator

import re2

from troubleshoot.diagnosis import passages, replies
from troubleshoot.diagnosis.cause import CODE, HINT, OPERATION, Look, Sign, code, looks, operation
from troubleshoot.diagnosis.facts import Case, Evidence, Step

# What only a message about a cluster says; managed events say "Kind: Pod, Name: …".
WORDS = (
    r"(?i)\b(?:kubernetes|kubectl|k8s|AKS|arc[- ]enabled|azureml-fe|azure ?ml[ -]extension"
    r"|pods? +[\"'\w])"
)
_FRONT = re2.compile(r"(?i)\b(?:kubernetes|k8s|AKS|azureml-fe)\b|/api/v1/(?:endpoint|service)/[\w-]+/score\b")
_WORDS = re2.compile(WORDS)

PODS = Step(
    "Look at the pods of the extension",
    "Each of them should be Running, with all its containers ready.",
    "kubectl get pods -n azureml -o wide",
)
COMPUTE = Step(
    "See how the workspace knows the cluster",
    "It names the cluster's resource, the namespace and the instance types with their limits.",
    "az ml compute show -n <compute> -g {group} -w {workspace}",
)
ATTACH_AGAIN = Step(
    "Detach the compute and attach it again",
    "Keep its name and namespace, or the endpoints on it no longer find their cluster.",
    "az ml compute detach -n <compute> -g {group} -w {workspace}\n"
    "az ml compute attach -n <compute> --type Kubernetes --resource-id <cluster-id> --namespace <namespace>"
    " -g {group} -w {workspace}",
)
DESCRIBE_POD = Step(
    "Read the events of the pod",
    "They say what the scheduler, the registry or the kernel did with it.",
    "kubectl -n <namespace> describe pod <pod>",
)


def about(error: str, page: str = "how-to-troubleshoot-online-endpoints") -> Step:
    """The step that links Azure's own section on an error code."""
    return Step(
        "Read Azure's section on this error",
        f"https://learn.microsoft.com/azure/machine-learning/{page}#error-{error.lower()}",
    )


def own_code(name: str) -> tuple[Sign, ...]:
    """Signs of a code that only Kubernetes endpoints have, as an error's code or in a message."""
    return code(name), operation(rf"\b{name}\b", strength=HINT, source="doc")


def shared_code(name: str) -> tuple[Sign, ...]:
    """The sign of a code that other services use as well: it counts where the case speaks of a cluster."""
    return (looks(_named(name), strength=HINT, source="doc"),)


def answered(status: int) -> Look:
    """A look that quotes an answer of this status, where the front of a cluster gave it."""

    def look(case: Case) -> Iterator[Evidence]:
        for passage, evidence in replies.of_status(case, status):
            if _on_cluster(case) or _FRONT.search(passage.text):
                yield evidence

    look.__doc__ = f"The front of a Kubernetes endpoint answered {status}"
    return look


def _named(name: str) -> Look:
    pattern = re2.compile(rf"\b{name}\b")

    def look(case: Case) -> Iterator[Evidence]:
        if not any(name in text for text in _said(case)):
            return
        read = [part for part in passages.read(case) if part.place in (OPERATION, CODE) and not part.borrowed]
        found = [(part, hit) for part in read if (hit := pattern.search(part.text))]
        if found and (_on_cluster(case) or any(_WORDS.search(part.text) for part in read)):
            for part, hit in found:
                yield part.quote(*hit.span())

    look.__doc__ = f"The error code {name}, where the case speaks of a Kubernetes cluster"
    return look


def _said(case: Case) -> Iterator[str]:
    """Where an error code can stand: read before the passages are made, which costs more."""
    if case.operation and case.operation.error:
        for node in case.operation.error.walk():
            yield node.code
            yield node.message
    for part in case.texts:
        if passages.KINDS.get(part.kind) == OPERATION:
            yield part.text


def _on_cluster(case: Case) -> bool:
    return bool(case.deployment and case.deployment.compute.lower() == "kubernetes")
