"""A package needs another Python than the environment has."""

from troubleshoot.diagnosis import fixes
from troubleshoot.diagnosis.cause import Cause, build
from troubleshoot.diagnosis.facts import Step

cause = Cause(
    title="A package needs Python {want}, but the environment has {have}",
    kind="Image build",
    stage="",
    label="IMAGE_BUILD",
    code="ImageBuildFailure",
    signs=(
        build(r"requires a different Python: (?P<have>\S+) not in '(?P<want>[^']+)'"),
        build(
            r"(?i)(?:PackagesNotFoundError|ResolvePackageNotFound|nothing provides"
            r"|package python)\b[^\n]{0,80}\n?[^\n]{0,40}\bpython ?=+ ?(?P<have>[\d.]+)",
            source="doc",
        ),
    ),
    words=(("have", "another"), ("want", "in a version that the log names")),
    happened="pip or conda compared the Python of the environment with what the package or channel offers.",
    fine="Quota, the model and the code were not looked at yet.",
    steps=(
        fixes.SHOW_ENVIRONMENT,
        Step(
            "Change python in the conda file, or pin another version of the package",
            "",
            "   - python={have}",
            form="diff",
            file="conda.yml",
        ),
        fixes.READ_BUILD_LOG,
        fixes.deploy_again,
    ),
    who="data scientist",
    retry="after the fix",
    urgent="if serving",
    look_for="requires a different Python: <have> not in '<want>'",
    source="Azure's environment troubleshooting, Incompatible Python version; exact text from public reports",
    outranks=("environment-build-failed-unspecified", "build-pip-no-match", "build-conda-package-not-found"),
)
