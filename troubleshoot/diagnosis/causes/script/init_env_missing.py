"""init() reads an environment variable that the deployment does not set."""

from troubleshoot.diagnosis import fixes
from troubleshoot.diagnosis.cause import HINT, Cause, console
from troubleshoot.diagnosis.facts import Step

cause = Cause(
    title="init() reads the variable {name}, but the deployment does not set it",
    kind="Missing variable",
    stage="container_start",
    label="ERR_2200",
    old_code="ERR_2200",
    code="ResourceNotReady",
    signs=(
        console(
            r"(?m)^\s*KeyError: '(?P<name>[A-Z][A-Z0-9_]{2,})'",
            source="run",
            needs=(
                r"os\.environ\[['\"][A-Z]"
                r"|(?:<frozen os>|/os\.py)\", line \d+, in __getitem__\s+"
                r"(?:raise KeyError\(key\) from None\s+)?(?:[\^~]+\s+)?KeyError: '[A-Z]",
            ),
        ),
        console(r"(?m)^\s*KeyError: '(?P<name>[A-Z][A-Z0-9]*_[A-Z0-9_]+)'", strength=HINT),
        console(
            r"(?i)(?:environment variable|env "
            r"var)\s+['\"`]?(?P<name>[A-Z][A-Z0-9_]{2,})['\"`]?\s+(?:is )?(?:not set|missing"
            r"|must be set|required)",
            strength=HINT,
        ),
        console(
            r"(?i)(?:setting|set) the (?P<name>[A-Z][A-Z0-9_]{2,}) environment variable"
            r"|validation errors? for \w*(?:Settings|Config)\b\s*\n(?P<setting>\w+)\s*\n\s*Field required",
            strength=HINT,
        ),
        console(
            r"(?i)(?:missing|required|must set)(?: required)? environment variables?:? "
            r"['\"`]?(?P<name>[A-Z][A-Z0-9_]{2,})",
            strength=HINT,
        ),
    ),
    words=(("name", "it needs"),),
    happened="The script was imported, the server called init(), and init() ended because the variable "
    "{name} is not in the environment of the container.",
    fine="Quota, the image pull, the download of model and code, and the imports are in order.",
    steps=(
        Step(
            "Set the variable in the deployment",
            "For a secret use a reference to a workspace connection or a key vault, not its value.",
            "+environment_variables:\n+  {name}: <value>",
            form="diff",
            file="deployment.yml",
        ),
        fixes.deploy_again,
    ),
    who="data scientist",
    retry="after the fix",
    urgent="if serving",
    look_for="KeyError: '<name>'",
    source="Azure's guide, ERROR: ResourceNotReady; reproduced with the real server",
    rivals=(
        ("init-exception", "the exception: a KeyError out of os.environ, or any other"),
    ),
    outranks=("init-exception", "container-crashed"),
)
