"""The identity of the endpoint may not pull the image from the registry.

System-assigned identities get AcrPull on the workspace's registry by themselves; user-assigned ones do not.
"""

from collections.abc import Iterator

from troubleshoot.diagnosis import fixes, passages
from troubleshoot.diagnosis.cause import (
    EVENTS,
    HINT,
    OPERATION,
    STATUS,
    Cause,
    console,
    events,
    looks,
    operation,
)
from troubleshoot.diagnosis.facts import Case, Evidence, Step


def both_downloads_fail(case: Case) -> Iterator[Evidence]:
    """The failed pull, where the model download fails as well: one identity without roles explains both."""
    for passage in passages.read(case):
        if passage.place == EVENTS and "Name: DownloadFailed" in passage.text:
            at = passage.text.find("Name: ImagePullFailed")
            if at >= 0:
                yield passage.quote(at, at + 10)


def refused_while_pulling(case: Case) -> Iterator[Evidence]:
    """Azure's authorization error, where the image pull is the stage that did not end."""
    read = passages.read(case)
    pulling = any(
        passage.place == STATUS
        and not _done(passage.text, "UserContainerImagePull")
        and _done(passage.text, "ModelDownload")
        for passage in read
    )
    for passage in read:
        at = (
            passage.text.find("Startup task failed due to authorization error")
            if passage.place == OPERATION
            else -1
        )
        if pulling and at >= 0:
            yield passage.quote(at, at + 10)


def _done(status: str, stage: str) -> bool:
    return f"{stage}:Succeeded" in status.replace(" ", "")


cause = Cause(
    title="{identity} may not pull the image from {registry}",
    kind="Missing role",
    stage="image_pull",
    label="ERR_1200",
    old_code="ERR_1200",
    code="BadArgument",
    signs=(
        operation(r"(?i)does not have (?:pull permission|permissions? to pull|acrpull)\b.{0,60}registry"),
        operation(
            r"(?i)(?:missing|lacks|without|grant\w*|requires?) .{0,40}\bAcrPull\b",
            source="doc",
            strength=HINT,
        ),
        console(r"(?is)exchange refresh token failed.{0,120}(?:unauthorized|denied|\b40[13]\b)"),
        console(r"exchange refresh token failed", strength=HINT),
        console(r"authentication required, visit https://aka\.ms/acr/authorization"),
        console(
            r"(?i)(?:pull|fetch|resolve|authoriz)\w* .{0,200}\.azurecr\.io.{0,200}\b(?:401 "
            r"Unauthorized|403 Forbidden|insufficient_scope)"
        ),
        console(r"UserAssignedIdentityNotFound", strength=HINT),
        events(r"Name: ImagePullFailed", strength=HINT),
        looks(both_downloads_fail, strength=HINT),
        looks(refused_while_pulling),
    ),
    words=(("identity", "The endpoint's identity"),),
    happened="The machine was there and asked the registry for the image, and the registry refused "
    "the endpoint's identity. "
    "Azure tried again and again and then gave up.",
    fine="The quota was enough, and nothing says that the image itself is wrong.",
    steps=(
        Step(
            "See which roles the identity has",
            "The log names the client id; roles are given to the object id.",
            "az role assignment list --assignee {assignee} --all -o table",
        ),
        Step(
            "Give it AcrPull on the registry",
            "Then wait at least five minutes before the next try.",
            "az role assignment create --assignee-object-id {assignee} --assignee-principal-type "
            "ServicePrincipal --role AcrPull"
            ' --scope "$(az acr show -n {registry} --query id -o tsv)"',
        ),
        fixes.READ_LOG,
        fixes.deploy_again,
    ),
    who="workspace owner",
    retry="after the fix",
    urgent="if serving",
    look_for="exchange refresh token failed",
    source="Azure's guide, Authorization error; exact text from public reports",
    rivals=(
        ("startup-auth-storage", "the stage that did not end: the image pull, or the download of model and code"),
        (
            "acr-network-blocked",
            "the registry's answer: an identity without a role, or an address that its firewall does "
            "not let in",
        ),
    ),
    next_test="If the tag is in the registry and the identity has no AcrPull there, it is the role; if "
    "the tag is missing, it is the image.",
    outranks=("startup-task-authorization", "container-crashed"),
)
