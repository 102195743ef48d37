"""The deployment lived on the shared quota pool, which lends cores for short tests only."""

from troubleshoot.diagnosis import fixes
from troubleshoot.diagnosis.cause import Cause, operation
from troubleshoot.diagnosis.facts import Step

cause = Cause(
    title="The cores were borrowed from the shared pool, and the time of the loan is over",
    kind="Not enough quota",
    stage="quota",
    label="ERR_1100",
    code="OutOfQuota",
    signs=(
        operation(
            r"(?i)\bshared (?:capacity |core )?quota(?: pool)?\b.{0,120}\b(?:expired?|is over|ended|no longer"
            r"|time limit|reclaimed|not available|exhausted)\b",
            source="derived",
        ),
        operation(
            r"(?i)\b(?:expired?|ended|time limit|reclaimed|exhausted)\b.{0,120}\bshared (?:capacity |core )?quota\b",
            source="derived",
        ),
    ),
    happened="Models of the catalogue can be tried on cores that Azure lends for a short time. They are taken back "
    "when the time is over, and are not meant to serve.",
    fine="Image, model and code are not the matter: it ran until its cores were taken back.",
    steps=(
        fixes.LIST_USAGE,
        Step(
            "Ask for quota of the subscription's own",
            "Request it for the family of {size} on https://ml.azure.com/quota, before anyone relies on the endpoint.",
        ),
        fixes.deploy_again,
    ),
    who="subscription administrator",
    retry="after the fix",
    urgent="if serving",
    look_for="shared quota … expired",
    source="worked out from Azure's guide, Azure Machine Learning shared quota",
    next_test="See whether the family has quota of its own in the region: with none, the cores were lent.",
    rivals=(("quota-zero-for-family", "the deployment never ran, and the family's limit is 0"),),
    outranks=("out-of-quota",),
)
