"""The specification of the deployment holds a value that is not valid."""

from troubleshoot.diagnosis import cluster, fixes
from troubleshoot.diagnosis.cause import Cause
from troubleshoot.diagnosis.facts import Step

cause = Cause(
    title="The specification of the deployment is not valid, mostly its instance counts",
    kind="Kubernetes",
    stage="",
    label="BAD_REQUEST",
    code="InvalidDeploymentSpec",
    signs=(*cluster.shared_code("InvalidDeploymentSpec"),),
    happened="Azure or the cluster refused the specification. With autoscaling the smallest and the "
    "largest count must both be valid; without, the instance count.",
    fine="Nothing was started, so image, model and code are not the matter.",
    steps=(
        Step(
            "Correct the counts",
            "The message names the field.",
            " scale_settings:\n   type: target_utilization\n-  min_instances: 4\n+  min_instances: 1\n"
            "   max_instances: 3",
            form="diff",
            file="deployment.yml",
        ),
        fixes.deploy_again,
        cluster.about("InvalidDeploymentSpec"),
    ),
    who="data scientist",
    retry="after the fix",
    urgent="if serving",
    look_for="InvalidDeploymentSpec",
    source="Azure's guide, ERROR: InvalidDeploymentSpec",
    next_test="The message beside the code names the field that was refused.",
    rivals=(
        ("schema-invalid", "there the file was refused on the caller's machine"),
        ("k8s-request-above-limit", "there a resource request is above its limit"),
    ),
    outranks=("quota-instances-per-deployment",),
)
