"""The image could not be built; why stands in the build log."""

from troubleshoot.diagnosis import fixes
from troubleshoot.diagnosis.cause import BUILD, HINT, Cause, build, code, operation

cause = Cause(
    title="The environment's image could not be built, but the message only points to the build log",
    kind="Image build",
    stage="",
    label="IMAGE_BUILD",
    code="ImageBuildFailure",
    signs=(
        operation(
            r"(?i)\bimage (?:build|creation)(?:ing)? (?:polling )?(?:has )?(?:failed"
            r"|reached non-successful)|fail(?:ed|ure)? (?:to build|building) (?:the )?(?:environment|image"
            r"|docker)|environment (?:image )?build failed"
            r"|build(?:ing)? (?:of )?(?:the )?(?:environment|image) failed",
            strength=HINT,
            also=(BUILD,),
        ),
        operation(
            r"(?i)unable to get image details|OnlineImageAndModelPrepError|materialization failed"
            r"|could not (?:find|get) (?:the )?image for environment",
            strength=HINT,
        ),
        build(
            r"(?i)\bfailed during run: acb_step_\d+|failed to run step ID: acb_step_\d+"
            r"|returned a non-zero code: \d+|did not complete successfully: exit code: \d+|failed to solve: "
            r"|CondaValueError: pip returned an error|CondaEnvException: Pip failed|\bCondaHTTPError\b"
            r"|ERROR conda\.core\.link:|unable to run conda package manager"
            r"|Pip subprocess error:\s*\n\s*error:",
            strength=HINT,
        ),
        code(r"ImageBuildFailure|error-imagebuildfailure|EnvironmentBuildFailed"),
    ),
    happened="Azure builds an image from the environment before it deploys, and that build ended with "
    "an error.",
    fine="Quota, the model and the code were not looked at yet.",
    steps=(
        fixes.READ_BUILD_LOG,
        fixes.SHOW_ENVIRONMENT,
        fixes.deploy_again,
    ),
    who="data scientist",
    retry="after the fix",
    urgent="if serving",
    look_for="image build failed",
    source="public reports",
    next_test="The last error lines of the build log name the step that failed.",
    is_general=True,
)
