"""pip finds no set of versions that satisfies all requirements."""

from troubleshoot.diagnosis import fixes
from troubleshoot.diagnosis.cause import HINT, OPERATION, Cause, build
from troubleshoot.diagnosis.facts import Step

cause = Cause(
    title="The pinned packages contradict each other, so pip cannot install them together",
    kind="Image build",
    stage="",
    label="IMAGE_BUILD",
    code="ImageBuildFailure",
    signs=(
        build(r"ResolutionImpossible|these package versions have conflicting dependencies"),
        build(
            r"(?i)pip(?:'s)?\b.{0,40}\b(?:resolver|dependency).{0,60}\b(?:struggles|conflict"
            r"|backtrack)",
            strength=HINT,
            also=(OPERATION,),
        ),
    ),
    happened="pip looked for versions that fit together and found none. The lines above name the packages.",
    fine="Quota, the model and the code were not looked at yet.",
    steps=(
        fixes.SHOW_ENVIRONMENT,
        Step(
            "Loosen one of the pins that the log names",
            "Or leave one out and let pip choose it.",
            "pip install --dry-run -r requirements.txt",
        ),
        fixes.READ_BUILD_LOG,
        fixes.deploy_again,
    ),
    who="data scientist",
    retry="after the fix",
    urgent="if serving",
    look_for="ResolutionImpossible",
    source="Azure's environment troubleshooting, Failed to install packages; exact text from public reports",
    outranks=("environment-build-failed-unspecified", "build-pip-no-match"),
)
