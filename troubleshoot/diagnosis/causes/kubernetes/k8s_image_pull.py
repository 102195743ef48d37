"""A Kubernetes cluster keeps failing to pull the image."""

from troubleshoot.diagnosis.cause import EVENTS, HINT, Cause, operation
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
            r"\b(?:ErrImagePull|ImagePullBackOff|ImagePullLoopBackOff)\b", strength=HINT, also=(EVENTS,)
        ),
    ),
    happened="The node asked the registry for the image again and again.",
    fine="A node was found.",
    steps=(Step("See what the registry answered", "", "kubectl describe pods -A"),),
    who="workspace owner",
    retry="after the fix",
    urgent="if serving",
    look_for="ErrImagePull",
    source="Azure's guide, ERROR: ImagePullLoopBackOff",
    next_test="The events of the pod name what the registry answered: not found, or unauthorized.",
    outranks=("container-crashed",),
)
