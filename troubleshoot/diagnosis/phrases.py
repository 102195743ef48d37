"""The words of the handbook: its groups, and how settings of a cause are told to people."""

import string
from collections.abc import Mapping

from troubleshoot.diagnosis import cause as causes
from troubleshoot.diagnosis import names
from troubleshoot.diagnosis.facts import STAGES

BEFORE, SCORING = "before", "scoring"
# The groups of the handbook, in the order of an attempt: their name, and what Azure calls them.
GROUPS = {
    BEFORE: ("Before the first stage", "refused at submit, image build, and answers that name no stage"),
    "quota": (STAGES["quota"], "OutOfQuota"),
    "provisioning": (STAGES["provisioning"], "SystemSetup"),
    "image_pull": (STAGES["image_pull"], "UserContainerImagePull"),
    "model_and_code": (STAGES["model_and_code"], "ModelDownload"),
    "container_start": (STAGES["container_start"], "UserContainerStart"),
    "probes": (STAGES["probes"], "LivenessProbeFailed, ReadinessProbeFailed"),
    SCORING: ("Scoring", "calls to a deployment that is ready"),
}
MANAGED, KUBERNETES, LOCAL = "managed", "kubernetes", "local"
SURFACES = {MANAGED: "All managed", KUBERNETES: "Kubernetes", LOCAL: "Local"}
RETRY = {
    "yes": ("Yes", "the same request can succeed"),
    "wait": ("After a wait", "nothing has to be changed"),
    "after the fix": ("Only after the fix", "the same request fails in the same way"),
    "no": ("No", "it needs somebody who looks into it"),
}
URGENT = {  # in a word, with traffic, without traffic
    "now": ("Now", "callers are hurt", "nobody calls it yet, but the first caller will be hurt"),
    "if serving": (
        "If it serves",
        "now, also where it replaces what serves",
        "it can wait until somebody needs the deployment",
    ),
    "plan": ("When convenient", "it serves, and can be mended when convenient", "it can wait"),
    "no": ("No", "it does not touch what serves", "it can wait"),
}
WHERE = {
    causes.OPERATION: "Azure's message",
    causes.CODE: "error code",
    causes.INFERENCE: "inference-server log",
    causes.STORAGE: "storage-initializer log",
    causes.EVENTS: "container events",
    causes.STATUS: "instance status",
    causes.BUILD: "build log",
    causes.SCORING: "answer to the call",
}
FOUND = {
    "seen": "seen in public reports",
    "run": "reproduced",
    "doc": "named in Azure's documentation",
    "derived": "expected, not confirmed",
}
ANCHORS = (
    "BadArgument",
    "ImageBuildFailure",
    "InternalServerError",
    "OperationCanceled",
    "OutOfQuota",
    "ResourceNotFound",
    "ResourceNotReady",
    "SecretsInjectionError",
    "WorkspaceManagedNetworkNotReady",
)
_SO_MANY = {"vcpus": "so many", "memory": "so many", "count": "the"}


def pieces(look_for: str) -> tuple[tuple[str, bool], ...]:
    """The words to look for in pieces, and which are exact: those between backticks, or all where there are none."""
    if "`" not in look_for:
        return ((look_for, True),)
    return tuple((part, at % 2 == 1) for at, part in enumerate(look_for.split("`")) if part)


def says(code: str, old: str) -> str:
    """Today's code with the one of 2021; status codes of a call kept theirs."""
    now = f"HTTP {code}" if code.isdigit() else code
    return now if old in ("", now) else f"{now}, in 2021 {old}" if now else old


def sentence(template: str, words: Mapping[str, str]) -> str:
    """A template with general words for every name, and a capital where one begins a sentence."""
    text = ""
    for before, name, _, _ in string.Formatter().parse(template):
        text += before
        if name:
            said = words.get(name) or _SO_MANY.get(name) or names.WORDS.get(name, f"<{name.replace('_', '-')}>")
            text += said[:1].upper() + said[1:] if not text or text.endswith((". ", ".\n")) else said
    return text
