"""Legacy network isolation: the private endpoint from the deployment to the registry is not approved."""

from collections.abc import Iterator

import re2

from troubleshoot.diagnosis import fixes, passages
from troubleshoot.diagnosis.cause import EVENTS, HINT, OPERATION, Cause, looks, operation
from troubleshoot.diagnosis.facts import Case, Evidence, Step

_FAILED = re2.compile(
    r"(?i)\b(?:image\b.{0,30}\b(?:download|pull)|(?:download|pull)\w*\b.{0,40}\bimage)\b.{0,80}\b(?:error|fail\w*|unable)"
    r"|\b(?:unable|failed|could not|error)\b.{0,40}\b(?:download|pull)\w*\b.{0,40}\bimage\b|Name: ImagePullFailed"
)


def egress_is_closed(case: Case) -> Iterator[Evidence]:
    """The failed pull, where the deployment's own way out to the public network is closed."""
    closed = case.deployment and case.deployment.egress.lower() == "disabled"
    for passage in passages.read(case) if closed else ():
        found = _FAILED.search(passage.text) if passage.place in (OPERATION, EVENTS) and not passage.borrowed else None
        if found:
            yield passage.quote(*found.span())
            return


cause = Cause(
    title="The private way from the deployment to {registry} is not approved",
    kind="Network closed",
    stage="image_pull",
    label="ERR_1200",
    old_code="ERR_1200",
    code="BadArgument",
    signs=(
        operation(
            r"(?i)\bprivate[ -]?endpoint(?: connection)?s?\b.{0,120}\b(?:pending|not (?:yet )?(?:been )?approved"
            r"|awaits? approval|awaiting approval|rejected)\b",
            source="derived",
            needs=(r"(?i)registry|azurecr\.io|\bACR\b",),
        ),
        looks(egress_is_closed, strength=HINT, source="doc"),
    ),
    words=(("registry", "the registry"),),
    happened="With egress_public_network_access disabled, each deployment gets private endpoints of its own to "
    "registry and storage. The one to the registry must be approved before the image can be pulled.",
    fine="The quota was enough. Nothing says that the image, the roles or the code are wrong.",
    steps=(
        Step(
            "See the connections of the registry, and their state",
            "Those of deployments bear the description 'Egress for Microsoft.MachineLearningServices/workspaces/"
            "onlineEndpoints'.",
            "az acr private-endpoint-connection list -r {registry} -o table",
        ),
        Step(
            "Approve the one that is pending",
            "",
            "az network private-endpoint-connection approve --id <connection-id> --description approved",
        ),
        Step(
            "Or leave the legacy isolation",
            "A workspace with a managed network needs no private endpoints for each deployment.",
        ),
        fixes.deploy_again,
    ),
    who="workspace owner",
    retry="after the fix",
    urgent="if serving",
    look_for="private endpoint … registry … pending",
    source="Azure's guide, Online deployments fail with an image download error",
    next_test="List the private endpoint connections of the registry: one in state Pending is the reason.",
    rivals=(
        ("startup-auth-acr", "the registry was reached, and refused the identity"),
        ("image-not-found", "the registry was reached, and does not have the tag"),
    ),
    outranks=("acr-network-blocked",),
)
