"""The registry did not take the cluster's token yet, or had too many requests."""

from troubleshoot.diagnosis import cluster
from troubleshoot.diagnosis.cause import Cause
from troubleshoot.diagnosis.facts import Step

cause = Cause(
    title="The registry did not take the cluster's token, mostly because its role is too young",
    kind="Kubernetes",
    stage="image_pull",
    label="ERR_1200",
    code="ACRTokenExchangeFailed",
    signs=(*cluster.own_code("ACRTokenExchangeFailed"),),
    happened="The cluster has a token of Microsoft Entra and offered it to the registry, which refused "
    "it: the role assignment does not count yet, or the registry was busy.",
    fine="The registry was reached, and Entra gave a token.",
    steps=(
        Step("Wait a minute and send it again"),
        Step(
            "If it stays, check the role",
            "The identity of the cluster needs AcrPull on the registry.",
            "az role assignment list --assignee <principal-id> --all -o table",
        ),
        cluster.about("ACRTokenExchangeFailed"),
    ),
    who="cluster administrator",
    retry="wait",
    urgent="if serving",
    look_for="ACRTokenExchangeFailed",
    source="Azure's guide, ERROR: ACRTokenExchangeFailed",
    next_test="A second try after some minutes: if it fails again, the role is missing.",
    rivals=(
        ("k8s-acr-challenge", "there the registry was not reached"),
        ("k8s-acr-secret", "there the secret could not be made"),
    ),
)
