"""The machine that builds the image ran out of memory while conda or pip worked."""

from collections.abc import Iterator

import re2

from troubleshoot.diagnosis import fixes, passages
from troubleshoot.diagnosis.cause import BUILD, HINT, Cause, build, looks
from troubleshoot.diagnosis.facts import Case, Evidence, Step

_BUILT = r"(?i)Successfully tagged|Run ID: \w+ was successful"

_INSTALLER = re2.compile(r"site-packages/(?:pip|conda|mamba)/")


def raised_by_the_installer(case: Case) -> Iterator[Evidence]:
    """A MemoryError whose traceback runs through conda or pip."""
    for passage in passages.read(case):
        if passage.place != BUILD or passage.borrowed or not passage.reading:
            continue
        for chain in passage.reading.chains:
            for at in chain.raised[:1]:
                frames = passage.text[chain.begin : passage.said.start(at)]
                if passage.said.line(at).startswith("MemoryError") and _INSTALLER.search(frames):
                    yield passage.quote_line(at)


cause = Cause(
    title="The machine that builds the image ran out of memory while it installed the packages",
    kind="Image build",
    stage="",
    label="IMAGE_BUILD",
    code="ImageBuildFailure",
    signs=(
        looks(raised_by_the_installer, source="run"),
        build(
            r"(?m)^(?:#\d+ [\d.]+ )?(?:(?:Solving environment|Collecting package metadata|Installing pip dependencies)"
            r".*?\.\.\.\s*)?Killed\s*$",
            source="derived",
            needs=(r"(?i)\b(?:conda|mamba|pip)\b",),
            unless=(_BUILT,),
        ),
        build(
            r"(?:returned a non-zero code: |exit code: )137\b|did not complete successfully: cannot allocate memory",
            strength=HINT,
            source="derived",
            needs=(r"(?i)\b(?:conda|mamba|pip)\b",),
            unless=(_BUILT,),
        ),
    ),
    happened="Working out which versions fit, or unpacking a large package, took more memory than the machine has, "
    "so the process was ended.",
    fine="The package list could be read. Quota, the model and the code were not looked at yet.",
    steps=(
        fixes.SHOW_ENVIRONMENT,
        Step(
            "Give conda and pip less to do",
            "Remove packages that scoring does not need, pin the rest, and start from a curated image that has the "
            "large ones.",
        ),
        Step(
            "Or build on a larger machine",
            "A compute cluster of the workspace can build the images.",
            "az ml workspace update -n {workspace} -g {group} --image-build-compute <cluster>",
        ),
        fixes.deploy_again,
    ),
    who="data scientist",
    retry="after the fix",
    urgent="if serving",
    look_for="`MemoryError`, or `Killed` after a line of conda or pip",
    source="Azure's guide, Out of memory (environment troubleshooting); pip was run with little memory",
    next_test="Build the same environment on a machine with more memory: if that works, it was the memory.",
    rivals=(
        ("build-timeout", "the build was ended for time, not for memory"),
        ("build-pip-hang", "the last line is the pip step, and nothing was killed"),
    ),
    outranks=("environment-build-failed-unspecified", "oom-worker-killed"),
)
