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
# A folder of the project: script-local-module-missing looks at these.
_OWN_FOLDER = r"No module named '(?:src|app|sources?|scripts|scoring|onlinescoring|deployment|project)'"
# A module of the command line tool: then the machine of the caller lacks something.
_CLIENT = r"No module named '(?:azure\.ai\.ml\b|azure\.cli\b|azext|msrest|msal|knack|marshmallow)"

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
            unless=(r"No module named '(?:main|azureml|azureml_inference_server_http)\b", _OWN_FOLDER),
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
            r"ImportError: .{0,120}\brequires (?P<needed>[\w-]+): `pip install",
            source="run",
            needs=(_IMPORTING,),
        ),
        console(
            r"(?P<module>\w+) needs to be installed|please (?:ensure"
            r"|make sure) '?(?P<other>[\w-]+)'? .{0,20}installed",
            strength=HINT,
        ),
        console(r"(?:ImportError|OSError): DLL load failed", source="run"),
    ),
    words=(("module", "a package"), ("other", "a package"), ("library", "a package"), ("extra", "a package"),
           ("needed", "a package")),
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
    source="Azure's guide, ERROR: ResourceNotReady; reproduced with the real server",
    rivals=(
        (
            "mlflow-monitoring-missing",
            "the name: azureml.ai, which MLflow's own scoring script asks for, or one that your "
            "script imports",
        ),
        (
            "server-package-missing",
            "what is missing: the inference server itself, so that no script was read, or what the "
            "script imports",
        ),
        ("server-contrib-missing", "who asks: the server for azureml.contrib, or your script for another name"),
        (
            "mlflow-conda-at-start",
            "pip or conda failed above it, when the container started; the import error only follows "
            "from that",
        ),
        (
            "dependency-version-conflict",
            "\"No module named\" says that the package is not there; \"cannot import name\" that it has "
            "no such name",
        ),
        ("script-missing", "the name 'main', or a path that ends in .py: the script itself is not there"),
        (
            "script-syntax-error",
            "the last line of the first traceback: SyntaxError is a line that Python cannot read",
        ),
    ),
    outranks=("init-exception", "container-crashed"),
)
