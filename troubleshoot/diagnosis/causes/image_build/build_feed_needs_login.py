"""A private package feed asked the image build for a login, and nobody can type one there."""

from troubleshoot.diagnosis import fixes
from troubleshoot.diagnosis.cause import HINT, Cause, build
from troubleshoot.diagnosis.facts import Step

cause = Cause(
    title="The package feed {host} asks for a login that the image build does not have",
    kind="Image build",
    stage="",
    label="IMAGE_BUILD",
    code="ImageBuildFailure",
    signs=(
        build(
            r"\bUser for (?P<host>[\w.-]+(?::\d+)?): ",
            source="run",
            needs=(r"EOFError: EOF when reading a line",),
        ),
        build(r"ERROR: HTTP error 401 while getting https?://(?:[^@/\s]+@)?(?P<host>[^/\s]+)", source="run"),
        build(r"401 Error, Credentials not correct for https?://(?:[^@/\s]+@)?(?P<host>[^/\s]+)", source="run"),
        build(r"CondaHTTPError: HTTP 401 \w+ for url <?https?://(?:[^@/\s]+@)?(?P<host>[^/>\s]+)", source="run"),
        build(r"EOFError: EOF when reading a line", strength=HINT, source="derived"),
    ),
    words=(("host", "of the environment"),),
    happened="The feed answered 401. pip then asks for a name and password, and in a build there is no keyboard to "
    "answer, so the step ended.",
    fine="The feed was reached: the network is not the matter. The package list could be read.",
    steps=(
        fixes.SHOW_ENVIRONMENT,
        Step(
            "Make the feed known to the workspace",
            "A connection of type python_feed holds its address and a token with the right to read packages.",
            "az ml connection create --file connection.yml -g {group} -w {workspace}",
        ),
        Step("Take tokens out of the package list", "A token that stands in the file can be read by everybody."),
        fixes.deploy_again,
    ),
    who="workspace owner",
    retry="after the fix",
    urgent="if serving",
    look_for="User for <host>: … EOFError: EOF when reading a line",
    source="Azure's guide, Interactive auth was attempted (environment troubleshooting); pip was run, conda read",
    next_test="Fetch the package by hand without a login: the answer 401 is the feed's.",
    rivals=(("build-conda-channel-unreachable", "the address did not answer at all"),),
    outranks=("environment-build-failed-unspecified", "build-pip-no-match", "build-conda-channel-unreachable"),
)
