"""The extension is installed, but no identity is assigned to it."""

from troubleshoot.diagnosis import cluster
from troubleshoot.diagnosis.cause import Cause
from troubleshoot.diagnosis.facts import Step

cause = Cause(
    title="The extension is installed in the cluster, but has no identity",
    kind="Kubernetes",
    stage="provisioning",
    label="AUTHZ",
    code="RefreshExtensionIdentityNotSet",
    signs=(*cluster.own_code("RefreshExtensionIdentityNotSet"),),
    happened="The extension of an AKS cluster gets an identity when it is installed, and this one has none.",
    fine="The cluster was reached. Image, model and code were not looked at yet.",
    steps=(
        Step(
            "Install the extension again",
            "",
            "az k8s-extension delete --name <extension> --cluster-name <cluster> --cluster-type "
            "managedClusters -g {group}\n"
            "az k8s-extension create --name <extension> --extension-type Microsoft.AzureML.Kubernetes "
            "--cluster-name <cluster> --cluster-type managedClusters --scope cluster -g {group} --config "
            "enableInference=True",
        ),
        cluster.about("RefreshExtensionIdentityNotSet", "how-to-troubleshoot-kubernetes-compute"),
    ),
    who="cluster administrator",
    retry="after the fix",
    urgent="if serving",
    look_for="RefreshExtensionIdentityNotSet",
    source="Azure's guide to Kubernetes compute, ERROR: RefreshExtensionIdentityNotSet",
    next_test="az k8s-extension show tells whether aksAssignedIdentity is empty.",
    rivals=(("k8s-token-refresh", "there an identity is set, but gets no credential"),),
)
