"""The caller is known but may not score."""

from troubleshoot.diagnosis.answered import with_status
from troubleshoot.diagnosis.cause import HINT, Cause, looks, scoring
from troubleshoot.diagnosis.facts import Step

cause = Cause(
    title="The caller is known, but has no role that allows scoring",
    kind="Missing role",
    stage="ready",
    label="SCORING_403",
    code="403",
    signs=(
        scoring(
            r"(?i)\b403\b.{0,40}forbidden|forbidden\b.{0,60}\b403|HTTP(?:/\d(?:\.\d)?)? 403\b"
            r"|onlineEndpoints/score/action",
            strength=HINT,
        ),
        looks(with_status(403), strength=HINT),
    ),
    happened="The front of the endpoint refused the caller; the container was not asked.",
    fine="Model and container are not the matter.",
    steps=(
        Step(
            "Give the caller a role with the action onlineEndpoints/score/action",
            "Or, where public access is off, call from inside the network.",
            "az role assignment list --assignee {caller} --all -o table",
        ),
    ),
    who="workspace owner",
    retry="after the fix",
    urgent="now",
    look_for="403 Forbidden",
    source="Azure's guide, HTTP status codes; not confirmed with Azure",
)
