"""A Kubernetes cluster keeps failing to pull the image."""

from troubleshoot.diagnosis.cause import EVENTS, HINT, INFERENCE, Cause, operation
from troubleshoot.diagnosis.facts import Step

cause = Cause(
    title="The cluster keeps failing to pull the image, but the text does not say why",
    kind="Kubernetes",
    stage="image_pull",
    label="ERR_1200",
    old_code="ERR_1200",
    code="ImagePullLoopBackOff",
    signs=(
        operation(
            r"\b(?:ErrImagePull|ImagePullBackOff|ImagePullLoopBackOff)\b",
            strength=HINT,
            also=(EVENTS, INFERENCE),
        ),
    ),
    happened="The node asked the registry for the image again and again.",
    fine="A node was found.",
    steps=(Step("See what the registry answered", "", "kubectl describe pods -A"),),
    who="cluster administrator",
    retry="after the fix",
    urgent="if serving",
    look_for="ErrImagePull",
    source="Azure's guide, ERROR: ImagePullLoopBackOff",
    rivals=(
        ("image-private-registry", "where it runs: on a cluster of your own the text names ErrImagePull and the pod"),
    ),
    next_test="The events of the pod name what the registry answered: not found, or unauthorized.",
    outranks=("container-crashed",),
)
