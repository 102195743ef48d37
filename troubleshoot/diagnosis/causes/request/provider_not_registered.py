"""A resource provider that online endpoints need is not registered in the subscription."""

from troubleshoot.diagnosis.cause import HINT, Cause, operation
from troubleshoot.diagnosis.facts import Step

cause = Cause(
    title="The subscription lacks the registration of a resource provider that endpoints need",
    kind="Not registered",
    stage="",
    label="BAD_REQUEST",
    code="SubscriptionNotRegistered",
    signs=(
        operation(
            r"(?i)Resource provider \[?(?P<provider>[\w./]+)\]? (?:isn't"
            r"|is not) registered with Subscription|(?:isn't|is not) registered with Subscription"
        ),
        operation(
            r"MissingSubscriptionRegistration"
            r"|The subscription is not registered to use namespace '?(?P<provider>[\w.]+)"
        ),
        operation(r"(?i)(?:missing|register) (?:a |the )?resource provider", strength=HINT),
        operation(r"\bSubscriptionNotRegistered\b"),
    ),
    words=(("provider", "a resource provider"),),
    happened="Azure asked for {provider}, which is not registered in the subscription. "
    "Online endpoints need some that a new "
    "subscription has not.",
    fine="The request itself is in order.",
    steps=(
        Step(
            "See which are not registered",
            "",
            "az provider list --subscription {subscription} --query "
            "\"[?registrationState!='Registered'].namespace\" -o tsv",
        ),
        Step(
            "Register those that endpoints use",
            "Also Microsoft.Cdn, Microsoft.PolicyInsights, Microsoft.Network, "
            "Microsoft.ContainerRegistry and "
            "Microsoft.KeyVault.",
            "az provider register --subscription {subscription} --namespace "
            "Microsoft.MachineLearningServices",
        ),
    ),
    who="subscription administrator",
    retry="after the fix",
    urgent="if serving",
    look_for="isn't registered with Subscription",
    source="Azure's guide, Prerequisites; exact text from public reports",
)
