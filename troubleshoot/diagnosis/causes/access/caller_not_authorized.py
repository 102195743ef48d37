"""The person or pipeline that sent the request lacks a role."""

from troubleshoot.diagnosis.cause import HINT, Cause, code, operation
from troubleshoot.diagnosis.facts import Step

# Actions that other causes speak of.
_OTHERS = (
    r"(?i)listsecrets|workspaces/connections|Microsoft\.KeyVault|Microsoft\.ContainerRegistry"
    r"|/environments/"
)

cause = Cause(
    title="{caller} may not do this, because a role is missing",
    kind="Missing role",
    stage="",
    label="AUTHZ",
    code="AuthorizationFailed",
    signs=(
        operation(
            r"(?i)does not have permission to perform action '(?P<action>[\w./*]+)' on the linked "
            r"scope\(s\) '(?P<scope>[^']+)'"
        ),
        operation(
            r"(?i)client (?:'[^']+' )?with object id '(?P<caller>[\w-]+)'",
            strength=HINT,
            needs=(r"does not have",),
            unless=(_OTHERS,),
        ),
        operation(
            r"(?i)The client '?(?P<caller>[^' ]+)'? with object id '?[\w-]+'? does not have "
            r"authorization to perform action '?(?P<action>[\w./*]+)'? over scope '(?P<scope>[^']+)'",
            unless=(_OTHERS,),
        ),
        operation(
            r"(?i)does not have authorization to perform action '?(?P<action>[\w./*]+)", unless=(_OTHERS,)
        ),
        operation(
            r"(?i)you do not have permission(?:s)? to|(?:does not"
            r"|doesn't) have (?:the )?permissions? to perform",
            strength=HINT,
        ),
        code(r"AuthorizationFailed|LinkedAuthorizationFailed"),
    ),
    words=(("caller", "The caller"), ("action", "this action"), ("scope", "this scope")),
    happened="Azure refused {action} to the one who asked. The endpoint's own identity is another one "
    "and was not asked.",
    fine="Nothing was changed: the request was refused at once.",
    steps=(
        Step(
            "See which roles the caller has",
            "",
            "az role assignment list --assignee {caller} --scope {scope} --include-inherited -o table",
        ),
        Step(
            "Have a role assigned that allows {action}",
            "It must hold on {scope}. For endpoints and deployments that is AzureML Data Scientist; "
            "for giving roles, Owner "
            "or User Access Administrator.",
        ),
    ),
    who="workspace owner",
    retry="after the fix",
    urgent="if serving",
    look_for="does not have permission to perform action '<action>' on the linked scope(s)",
    source="Azure's guide, Prerequisites",
    rivals=(
        (
            "environment-read-permission",
            "the action that the message names: read of an environment, by the identity that builds",
        ),
        (
            "startup-task-authorization",
            "who lacks the role: the one who sent the request, or the endpoint's identity while it "
            "starts",
        ),
        ("secrets-permission", "the action in the message: listsecrets belongs to the secrets of the deployment"),
        ("score-403-role", "what was asked for: a change of a resource, or an answer of the model"),
    ),
)
