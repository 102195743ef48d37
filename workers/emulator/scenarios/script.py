"""Scoring scripts that crash: imports, syntax, init(), memory, and packages the server needs."""
from collections.abc import Mapping, Sequence
from datetime import datetime

from workers.emulator import formats, names, voices
from workers.emulator.draw import Draw
from workers.emulator.plan import Act, Cast, ConsoleOf, Expected, Line, seconds
from workers.emulator.story import Story, updated

CRASHED = "User container has crashed or terminated."


def _boot(sample: str | tuple[str, ...], swaps: Mapping[str, str]) -> ConsoleOf:
    def boot(cast: Cast, start: datetime, draw: Draw) -> list[Line]:
        files = {"sklearn.pkl": cast.model_file, "onlinescoring": "code"}
        return voices.crashed(cast, voices.server(cast, start, draw, sample, {**swaps, **files}))
    return boot


def crashing(story: str, cast: Cast, sample: str | tuple[str, ...], swaps: Mapping[str, str], causes: Sequence[str],
             decisive: str, code: str = "ResourceNotReady", text: str = CRASHED, secrets: tuple[str, ...] = (),
             no_code: bool = False) -> Act:
    """A container that the script ends before it is ready."""
    expected = Expected(tuple(causes), stage="container_start", decisive=decisive,
                        names=(cast.endpoint, cast.deployment))
    again = cast.draw.sub("again", story).between(12, 25)
    return Act(story, stop="crash", outcome="Failed", code=code, old="ERR_2200", text=text, expected=expected,
               again=again, boot=_boot(sample, swaps), secrets=secrets, no_code=no_code)


def import_error(cast: Cast) -> Act:
    package = cast.draw.sub("package").pick(names.PACKAGES)
    return crashing("import_error", cast, "import_error", {"sklearn_not_there": package}, ("script-import-error",),
                    f"ModuleNotFoundError: No module named '{package}'")


def local_module(cast: Cast) -> Act:
    module = cast.draw.sub("module").pick(names.LOCAL_MODULES)
    line = f"    from {module} import prepare"
    sample = voices.replaced("import_error", "import sklearn_not_there", "import sklearn_not_there", (line,))
    return crashing("local_module_missing", cast, sample, {"sklearn_not_there": module},
                    ("script-local-module-missing", "script-import-error"),
                    f"ModuleNotFoundError: No module named '{module}'")


def syntax_error(cast: Cast) -> Act:
    line = cast.draw.sub("line").count(8, 140)
    return crashing("syntax_error", cast, "syntax_error", {"score.py\", line 2": f"score.py\", line {line}"},
                    ("script-syntax-error",), "SyntaxError: '(' was never closed")


def init_model_missing(cast: Cast) -> Act:
    path = f"/var/azureml-app/azureml-models/{cast.model}/{cast.model_version}/{cast.model_file}"
    swaps = {"/var/azureml-app/models/model.pkl": path, "    model/": f"    {cast.model}/",
             "azmlinfsrv -         sklearn.pkl": f"azmlinfsrv -         {cast.model_version}/"}
    act = crashing("init_model_missing", cast, "init_model_missing", swaps, ("init-model-path",),
                   f"FileNotFoundError: [Errno 2] No such file or directory: '{path}'")
    return act


def init_exception(cast: Cast) -> Act:
    kind, text = cast.draw.sub("exception").pick(names.EXCEPTIONS)
    key = cast.draw.sub("key").hex(84) + "=="
    account = f"DefaultEndpointsProtocol=https;AccountName={cast.workspace.storage};AccountKey={key}"
    by = ("  File \"/var/azureml-app/onlinescoring/score.py\", line 27, in init",
          f"    MODEL = load(CONNECTION)  # {account};EndpointSuffix=core.windows.net", f"{kind}: {text}")
    sample = voices.replaced("init_env_missing", "line 3, in init", "KeyError: 'MY_API_KEY'", by)
    return crashing("init_exception", cast, sample, {}, ("init-exception",), f"{kind}: {text}", secrets=(key,))


def init_env_missing(cast: Cast) -> Act:
    variable = cast.draw.sub("variable").pick(names.VARIABLES)
    return crashing("init_env_missing", cast, "init_env_missing", {"MY_API_KEY": variable}, ("init-env-missing",),
                    f"KeyError: '{variable}'")


def server_missing(cast: Cast) -> Act:
    def boot(cast: Cast, start: datetime, draw: Draw) -> list[Line]:
        texts = ("WARNING: Package(s) not found: azureml-inference-server-http",
                 "A required package azureml-inference-server-http is missing. Please install "
                 "azureml-inference-server-http before trying again")
        at = start + seconds(1.4)
        lines = [(at, f"{formats.runit(at)} | gunicorn/run | {text}") for text in texts]
        end = at + seconds(0.3)
        return [*lines, (end, f"{formats.runit(end)} - gunicorn/finish 100 0"),
                (end, f"{formats.runit(end)} - Exit code 100 is not normal. Killing image.")]
    expected = Expected(("server-package-missing",), stage="container_start", names=(cast.endpoint, cast.deployment),
                        decisive="A required package azureml-inference-server-http is missing")
    return Act("server_missing", stop="crash", outcome="Failed", code="ResourceNotReady", old="ERR_2200", text=CRASHED,
               expected=expected, again=15, boot=boot)


def out_of_memory(cast: Cast) -> Act:
    # 2025 reports memory under the quota code, 2022 under the crash it is.
    code, text = "OutOfQuota", "Container terminated due to insufficient memory."
    if cast.wording == "2022":
        code, text = "ResourceNotReady", CRASHED
    return crashing("out_of_memory", cast, "worker_sigkill", {}, ("oom-worker-killed", "quota-memory"),
                    "was sent SIGKILL! Perhaps out of memory?", code, text)


def mlflow_monitoring(cast: Cast) -> Act:
    by = ("  File \"/var/mlflow_resources/mlflow_score_script.py\", line 12, in <module>",
          "    from azureml.ai.monitoring import Collector", "ModuleNotFoundError: No module named 'azureml.ai'")
    sample = voices.replaced("import_error", "score.py\", line 1", "No module named 'sklearn_not_there'", by)
    return crashing("mlflow_monitoring", cast, sample, {}, ("mlflow-monitoring-missing", "script-import-error"),
                    "No module named 'azureml.ai'", no_code=True)


STORIES = (
    Story("import_error", import_error, plot=updated, traffic=100, early=True),
    Story("import_error_new", import_error, companion=True, color="green"),
    Story("local_module_missing", local_module),
    Story("syntax_error", syntax_error),
    Story("init_model_missing", init_model_missing),
    Story("init_exception", init_exception),
    Story("server_missing", server_missing),
    Story("out_of_memory", out_of_memory, size="Standard_DS2_v2"),
    Story("update_fails", init_env_missing, plot=updated, traffic=100),
    Story("mlflow_monitoring", mlflow_monitoring),
)
