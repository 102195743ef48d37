"""pip finds no release of a package in this version, or for this Python."""

from troubleshoot.diagnosis import fixes
from troubleshoot.diagnosis.cause import HINT, Cause, build
from troubleshoot.diagnosis.facts import Step

cause = Cause(
    title="pip finds no release of {package} that it could install",
    kind="Image build",
    stage="",
    label="IMAGE_BUILD",
    code="ImageBuildFailure",
    signs=(
        # With other versions named, the index was reached and answered; none may also mean that none could be reached.
        build(
            r"(?i)could not find a version that satisfies the requirement (?P<package>[\w.\[\]=<>!~-]+)"
            r".*\(from versions: [\w.]*\d",
            source="run",
        ),
        build(
            r"(?i)(?:No matching distribution found for"
            r"|could not find a version that satisfies the requirement) (?P<package>[\w.\[\]=<>!~-]+)",
            strength=HINT,
            source="run",
        ),
    ),
    words=(("package", "a package"),),
    happened="The name or version does not exist, or has no release for the Python of the environment.",
    fine="Quota, the model and the code were not looked at yet.",
    steps=(
        fixes.SHOW_ENVIRONMENT,
        Step("Correct name, version or Python of the environment", "", "pip download --no-deps {package}"),
        fixes.READ_BUILD_LOG,
        fixes.deploy_again,
    ),
    who="data scientist",
    retry="after the fix",
    urgent="if serving",
    look_for="No matching distribution found for <package>",
    source="Azure's environment troubleshooting, No matching distribution",
    rivals=(
        ("build-pip-conflict", "no release fits one requirement, or each would fit but not together"),
        ("build-python-version", "the lines above: releases ignored because they require a different Python"),
    ),
    outranks=("environment-build-failed-unspecified",),
)
