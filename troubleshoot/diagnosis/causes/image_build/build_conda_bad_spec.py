"""The environment's package list has an entry that conda or pip cannot read: broken YAML, or a wrong version."""

from troubleshoot.diagnosis import fixes
from troubleshoot.diagnosis.cause import Cause, build
from troubleshoot.diagnosis.facts import Step

cause = Cause(
    title="The environment's package list has an entry that cannot be read",
    kind="Image build",
    stage="",
    label="IMAGE_BUILD",
    code="ImageBuildFailure",
    signs=(
        build(r"ERROR: Invalid requirement: ['\"](?P<entry>[^'\"]+)['\"]", source="run"),
        build(
            r"\b(?:ruamel[\w.]*|yaml)\.(?:scanner|parser|composer|constructor|reader)\.\w+Error: (?P<entry>.+)",
            source="run",
            needs=(r'in "[^"\n]*(?:conda|env)[^"\n]*\.ya?ml", line \d+',),
        ),
        build(r"\bInvalid(?:Version|Match)Spec(?:Error)?: (?P<entry>.+)", source="derived"),
        build(
            r"\bCondaValueError: (?P<entry>(?:invalid package specification|could not parse|Malformed version).*)"
            r"|\bSpecNotFound: (?P<other>.+)",
            source="derived",
        ),
    ),
    words=(("entry", "an entry"), ("other", "an entry")),
    happened="The build reached the package list and stopped at this: {entry}. Nothing was installed.",
    fine="The base image was fetched. Quota, the model and the code were not looked at yet.",
    steps=(
        fixes.SHOW_ENVIRONMENT,
        Step(
            "Correct the entry",
            "conda writes name=version, pip name==version; entries of one list stand at the same indent.",
            " dependencies:\n   - python=3.10\n   - pip\n   - pip:\n-    - pandas=2.2.2\n+    - pandas==2.2.2",
            form="diff",
            file="conda.yml",
        ),
        Step("Try the file on your machine", "", "conda env create -f conda.yml -n check --dry-run"),
        fixes.deploy_again,
    ),
    who="data scientist",
    retry="after the fix",
    urgent="if serving",
    look_for="ERROR: Invalid requirement: '<entry>'",
    source="Azure's guide, Bad spec (environment troubleshooting); pip and ruamel.yaml were run",
    next_test="Create the environment on your machine from the same file: it shows the same entry, or the entry "
    "comes from a package of the channel.",
    rivals=(("build-conda-package-not-found", "the entry can be read, but no channel has the package"),),
    outranks=(
        "environment-build-failed-unspecified",
        "build-conda-package-not-found",
        "invalid-request-value",
        "schema-invalid",
    ),
)
