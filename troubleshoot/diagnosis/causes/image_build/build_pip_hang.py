"""The image build stops at the pip step: pip searches for versions that fit together, without end."""

import itertools
from collections.abc import Iterator

import re2

from troubleshoot.diagnosis import fixes, passages
from troubleshoot.diagnosis.cause import BUILD, HINT, Cause, looks
from troubleshoot.diagnosis.facts import Case, Evidence, Step
from troubleshoot.diagnosis.scan import last_lines_with
from troubleshoot.diagnosis.sheet import line_end

_WORDS = "Installing pip dependencies: ...working..."
_STEP = re2.compile(r"Installing pip dependencies: \.\.\.working\.\.\.\s*$")
MAX_SERVICE = 200  # lines of the build service below the last step; it adds a handful
_VISIBLE = re2.compile(r"(?m)^.*\S")
_TIMED_OUT = re2.compile(r"(?i)\btimed? ?out\b|deadline exceeded")
# What the build service itself adds when it ends a step.
_SERVICE = re2.compile(r"^\s*(?:\d{4}/\d\d/\d\d [\d:]+ |failed to run step ID|Run ID: |#\d+ (?:CANCELED|ERROR))")


def timed_out_there(case: Case) -> Iterator[Evidence]:
    """The pip step, where the build service ended it for time and pip printed nothing more."""
    return _at_the_end(case, timed_out=True)


def last_line(case: Case) -> Iterator[Evidence]:
    """The pip step as the last line: it may be the end of the build, or only of what was copied."""
    return _at_the_end(case, timed_out=False)


def _at_the_end(case: Case, *, timed_out: bool) -> Iterator[Evidence]:
    for passage in passages.read(case):
        text = passage.text
        if passage.place != BUILD or passage.borrowed or _WORDS not in text:
            continue
        last = itertools.islice(last_lines_with(_VISIBLE, text), MAX_SERVICE)
        said = (at for at in last if not _SERVICE.search(text[at : line_end(text, at)]))
        for start in itertools.islice(said, 1):
            end = line_end(text, start)
            if _STEP.search(text[start:end]) and bool(_TIMED_OUT.search(text[end:])) is timed_out:
                yield passage.quote_line(passage.at(start))


cause = Cause(
    title="The image build stopped while pip was still looking for versions that fit together",
    kind="Image build",
    stage="",
    label="IMAGE_BUILD",
    code="ImageBuildFailure",
    signs=(
        looks(timed_out_there, source="doc"),
        looks(last_line, strength=HINT, source="doc"),
    ),
    happened="conda had finished and gave the rest to pip, and pip printed nothing more. Without pinned versions it "
    "tries one combination after the other until the time of the build is over.",
    fine="The conda packages of the environment were solved and installed.",
    steps=(
        fixes.SHOW_ENVIRONMENT,
        Step(
            "Pin every package of the pip section",
            "Take the versions from an environment in which the model works (pip freeze).",
            "   - pip:\n-    - pandas\n+    - pandas==2.2.2",
            form="diff",
            file="conda.yml",
        ),
        fixes.deploy_again,
    ),
    who="data scientist",
    retry="after the fix",
    urgent="if serving",
    look_for="`Installing pip dependencies: ...working...` as the last line",
    source="Azure's guide, Generic image build failure",
    next_test="Read the log to its end: if pip printed an error after this line, that error is the cause.",
    rivals=(
        ("build-pip-conflict", "pip says which packages contradict each other"),
        ("build-timeout", "nothing is known of where the build was when the time was over"),
    ),
    outranks=("environment-build-failed-unspecified", "build-timeout"),
)
