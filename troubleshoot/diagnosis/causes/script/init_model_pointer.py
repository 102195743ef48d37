"""The model's file is only a pointer of Git LFS, not the model."""

from troubleshoot.diagnosis import fixes
from troubleshoot.diagnosis.cause import HINT, Cause, console
from troubleshoot.diagnosis.facts import Step

cause = Cause(
    title="The file of the model is a pointer of Git LFS, not the model itself",
    kind="Git LFS pointer",
    stage="container_start",
    label="ERR_2200",
    old_code="ERR_2200",
    code="ResourceNotReady",
    signs=(
        console(r"You seem to have cloned a repository without having git-lfs installed"),
        console(
            r"(?m)^(?:\S+Z? )?\s*[\w.]*(?:Error|Exception)\b[^\n]{0,300}version https://git-lfs\.github\.com/spec",
            source="doc",
        ),
        # The first letter of a pointer's first line, "version https://git-lfs.github.com/spec/v1".
        console(r"UnpicklingError: invalid load key, 'v'", strength=HINT),
        console(r"version https://git-lfs\.github\.com/spec", strength=HINT, source="doc"),
    ),
    happened="A file begins with the words of a Git LFS pointer, a text of three lines. It was "
    "registered from a clone in which Git LFS had not fetched the large files.",
    fine="Quota, the image pull and the imports are in order, and a file of the model's name was found.",
    steps=(
        Step("Fetch the large files", "In the clone that the model is registered from.", "git lfs pull"),
        Step(
            "Register the model again, and deploy that version",
            "",
            "az ml model create --name {model} --path <folder> -g {group} -w {workspace}",
        ),
        Step(
            "In a pipeline, switch LFS on at the checkout",
            "",
            "- uses: actions/checkout@v4\n+  with:\n+    lfs: true",
            form="diff",
            file=".github/workflows/deploy.yml",
        ),
        fixes.deploy_again,
    ),
    who="data scientist",
    retry="after the fix",
    urgent="if serving",
    look_for="`invalid load key, 'v'`, or `version https://git-lfs`",
    source="public reports",
    next_test="Look at the size of the file: a pointer has about 130 bytes.",
    rivals=(
        ("init-model-damaged", "the first letter that was read: a v as in a pointer, or any other"),
        ("init-pickle-version", "the file can be read but its classes are not there, or it is no such file"),
    ),
    outranks=("init-model-damaged", "init-exception", "container-crashed"),
)
