"""The managed network of the workspace is not provisioned yet."""

from troubleshoot.diagnosis import fixes
from troubleshoot.diagnosis.cause import Cause, code, operation
from troubleshoot.diagnosis.facts import Step

cause = Cause(
    title="The workspace's managed network is needed, but it is not provisioned yet",
    kind="Network not ready",
    stage="provisioning",
    label="NETWORK",
    code="WorkspaceManagedNetworkNotReady",
    signs=(
        operation(
            r"(?i)managed (?:virtual )?network\b.{0,80}\b(?:not (?:ready|provisioned)|isn't (?:ready"
            r"|provisioned)|must be provisioned)",
            source="doc",
        ),
        code(r"WorkspaceManagedNetworkNotReady|error-workspacemanagednetworknotready"),
    ),
    happened="The network is made when it is first needed, and a deployment cannot wait for that.",
    fine="Quota, the image, the model and the code were not looked at yet.",
    steps=(
        Step(
            "Provision the network, which takes some minutes",
            "",
            "az ml workspace provision-network -n {workspace} -g {group}",
        ),
        fixes.deploy_again,
    ),
    who="workspace owner",
    retry="after the fix",
    urgent="if serving",
    look_for="WorkspaceManagedNetworkNotReady",
    source="Azure's guide, ERROR: WorkspaceManagedNetworkNotReady",
)
