"""A step of the image build calls a program that the image does not have."""

from troubleshoot.diagnosis import fixes
from troubleshoot.diagnosis.building import OF_A_BUILD
from troubleshoot.diagnosis.cause import Cause, build
from troubleshoot.diagnosis.facts import Step

cause = Cause(
    title="A step of the image build calls {command}, which the image does not have",
    kind="Image build",
    stage="",
    label="IMAGE_BUILD",
    code="ImageBuildFailure",
    signs=(
        # The shell's words, and right after them that the step ended with 127, its number for a missing command.
        build(
            r"(?m)^(?:#\d+ )?(?:[\d.]+ )?(?:/\S*/)?(?:ba|da)?sh: (?:line )?(?:\d+: )?(?P<command>[\w./+-]+): "
            r"(?:command )?not found\s*\n(?:.*\n){0,4}?.*(?:returned a non-zero code: 127|exit code:? 127)\b",
            source="run",
        ),
        build(
            r"exec: \\?\"(?P<command>[^\"\\\n]{1,200})\\?\": "
            r"(?:executable file not found in \$PATH|stat \S+: no such file)",
            source="doc",
            needs=(OF_A_BUILD,),
        ),
    ),
    words=(("command", "a program"),),
    happened="The build looked for {command} on its path, did not find it, and the step ended there.",
    fine="The base image was fetched, and the steps before this one went well.",
    steps=(
        fixes.SHOW_ENVIRONMENT,
        Step(
            "Install it in the Dockerfile, or start from an image that has it",
            "Images of the form mcr.microsoft.com/azureml/…-ubuntu bring conda and pip along; slim Python images "
            "have no conda.",
        ),
        fixes.deploy_again,
    ),
    who="data scientist",
    retry="after the fix",
    urgent="if serving",
    look_for="`<command>: not found`, and `returned a non-zero code: 127`",
    source="Azure's guide, Command not recognized (environment troubleshooting); sh and bash were run",
    next_test="Start the base image and call the program there.",
    rivals=(("build-apt-failed", "the step that should have installed it failed earlier"),),
    outranks=("environment-build-failed-unspecified",),
)
