"""The scoring script imports a package that its environment does not have.

The container starts, Python reaches the import, and the worker ends before init() is called.
"""

from troubleshoot.diagnosis import fixes
from troubleshoot.diagnosis.cause import HINT, Cause, console
from troubleshoot.diagnosis.facts import Step

_IMPORTING = (
    r"in <module>|in load_script|Failed to import user script|Worker failed to boot"
    r"|exec_module|, in init\b|invoke_init"
)
# A module of the command line tool: then the machine of the caller lacks something.
_CLIENT = r"No module named '(?:azure\b|azext|msrest|msal|knack|marshmallow)"

cause = Cause(
    title="The scoring script imports {module}, but the environment does not have it",
    kind="Missing package",
    stage="container_start",
    label="ERR_2200",
    old_code="ERR_2200",
    code="ResourceNotReady",
    signs=(
        console(
            r"ModuleNotFoundError: No module named '(?P<module>\w+)'",
            source="run",
            needs=(_IMPORTING,),
            unless=(r"No module named '(?:main|azureml|azureml_inference_server_http)\b",),
        ),
        console(
            r"ModuleNotFoundError: (?:No module named )?[`']?(?P<module>[\w.]+)",
            strength=HINT,
            unless=(_CLIENT,),
        ),
        console(
            r"requires the (?P<library>[\w. -]{2,40}) (?:library|package) but it was not found"
            r"|Missing optional dependency '(?P<extra>[\w.-]+)'",
            strength=HINT,
        ),
        console(
            r"(?P<module>\w+) needs to be installed|please (?:ensure"
            r"|make sure) '?(?P<other>[\w-]+)'? .{0,20}installed",
            strength=HINT,
        ),
        console(r"ImportError: (?:DLL load failed|lib\S+: cannot open shared object file)", source="run"),
    ),
    words=(("module", "a package"), ("other", "a package"), ("library", "a package"), ("extra", "a package")),
    happened="Python reached the import of {module} in the scoring script, could not find it, and the "
    "worker ended before init() was "
    "called. So nothing answered the probes.",
    fine="Quota, the image pull and the download of model and code are in order.",
    steps=(
        Step(
            "Add the package to the environment, with its version",
            "The name to install may differ from the name to import (cv2 is opencv-python, sklearn "
            "is scikit-learn).",
            "     - pip:\n+      - {module}",
            form="diff",
            file="conda.yml",
        ),
        Step(
            "If it is a module of your own, put it into the code folder",
            "It must stand inside the folder that code_configuration.code names, and must not be "
            "listed in .amlignore.",
        ),
        fixes.TRY_LOCALLY,
        fixes.deploy_again,
    ),
    who="data scientist",
    retry="after the fix",
    urgent="if serving",
    look_for="ModuleNotFoundError: No module named '<module>'",
    source="Azure's guide, ERROR: ResourceNotReady",
    outranks=("init-exception", "container-crashed"),
)
