"""The scoring script imports a module of its own project that is not where Python looks for it."""

from collections.abc import Iterator

import re2

from troubleshoot.diagnosis import fixes, passages
from troubleshoot.diagnosis.cause import HINT, INFERENCE, Cause, console, looks
from troubleshoot.diagnosis.facts import Case, Evidence, Step

_MISSING = re2.compile(r"ModuleNotFoundError: No module named '(?P<module>[\w.]+)'")
_FRAME = re2.compile(r'^\s*File "(?P<path>[^"]+\.py)", line \d+')
_INSTALLED = re2.compile(r"site-packages|dist-packages|/lib/python\d")
# Names under which nobody publishes a package to import; as a folder above the script, they are the project's own.
_FOLDERS = r"src|app|sources?|scripts|scoring|onlinescoring|deployment|project"
_FOLDER = re2.compile(rf"^(?:{_FOLDERS})$")


def own_module(case: Case) -> Iterator[Evidence]:
    """What Python did not find, where the lines of the traceback show that it belongs to the project."""
    for passage in passages.read(case):
        told = passage.place == INFERENCE and not passage.borrowed and "No module named" in passage.text
        if not told or not passage.reading:
            continue
        for chain in passage.reading.chains:
            at = chain.raised[0] if chain.raised and not chain.running else len(passage.lines)
            ended = at < len(passage.lines) and at >= passage.reading.last_ready and at not in passage.reading.survived
            found = _MISSING.search(passage.said.line(at)) if ended else None
            if not found or not _may_be_own(found["module"]):
                continue
            if _is_own(found["module"], [line.text for line in passage.lines[chain.start : at]]):
                yield passage.quote_line(at)


def _may_be_own(module: str) -> bool:
    """False for a bare name that no folder of a project has: its frames need not be read."""
    return "." in module or bool(_FOLDER.search(module))


def _is_own(module: str, frames: list[str]) -> bool:
    """True when a package of that name was read from the script's folder, or is a folder that the script lies in."""
    paths = [found["path"] for found in map(_FRAME.search, frames) if found]
    own = [path for path in paths if not _INSTALLED.search(path) and "/" in path]
    root, _, inner = module.partition(".")
    if not own:
        return False
    folder = own[0].rpartition("/")[0] + "/"
    if not inner:
        return bool(_FOLDER.search(root)) and root in folder.split("/")
    below = [path.removeprefix(folder).removesuffix(".py") for path in own[1:] if path.startswith(folder)]
    return any(root in path.split("/") for path in below)


cause = Cause(
    title="The scoring script imports {module} of its own project, which is not where Python looks",
    kind="Missing module",
    stage="container_start",
    label="ERR_2200",
    old_code="ERR_2200",
    code="ResourceNotReady",
    signs=(
        looks(own_module, source="run"),
        console(
            r"ImportError: attempted relative import (?:with no known parent package|beyond top-level package)",
            source="run",
            needs=(r"load_script|Failed to import user script|UserScriptImportException",),
        ),
        console(rf"ModuleNotFoundError: No module named '(?P<module>{_FOLDERS})'", strength=HINT, source="run"),
        console(
            r"No module named '(?P<module>[\w.]+)'; '(?P<parent>[\w.]+)' is not a package",
            strength=HINT,
            source="run",
        ),
    ),
    words=(("module", "a module"), ("parent", "its parent")),
    more=lambda case, names: _named(case, dict(names)),
    gives=("module",),
    happened="Only the folder that code_configuration.code names is copied into the container, and Python looks inside "
    "it, not above it. The worker ended at this import, before init() was called.",
    fine="Quota, the image pull, the download of model and code, and the installed packages are in order.",
    steps=(
        Step(
            "Put the module inside the code folder, and import it from there",
            "The folder itself is no package: what lies in src is imported without src and without a leading dot.",
            " code_configuration:\n-  code: ./src\n-  scoring_script: score.py\n"
            "+  code: .\n+  scoring_script: src/score.py",
            form="diff",
            file="deployment.yml",
        ),
        Step("Look whether a file keeps it out", "Names in .amlignore, or else in .gitignore, are not uploaded."),
        Step(
            "Run the script with the same server on your machine",
            "Start it in an empty folder that holds the code folder alone.",
            "azmlinfsrv --entry_script {script} --model_dir ./model",
        ),
        fixes.deploy_again,
    ),
    who="data scientist",
    retry="after the fix",
    urgent="if serving",
    look_for="`No module named '<module>'`, imported by a file of the folder `<module>`",
    source="azureml-inference-server-http was run; Azure's guide, ERROR: ResourceNotReady",
    next_test="Look for {module} in the repository: if it is there, it was not uploaded; if not, it is a package.",
    rivals=(("script-import-error", "the name is that of a package which can be installed"),),
    outranks=("script-import-error", "init-exception", "container-crashed"),
)


def _named(case: Case, names: dict[str, str]) -> dict[str, str]:
    if "module" in names:
        return {}
    for passage in passages.read(case):
        found = _MISSING.search(passage.text) if passage.place == INFERENCE else None
        if found:
            return {"module": found["module"]}
    return {}
