"""Installed packages do not fit each other: a name was removed, or is not there yet."""

from troubleshoot.diagnosis import fixes
from troubleshoot.diagnosis.cause import HINT, Cause, console
from troubleshoot.diagnosis.facts import Step

cause = Cause(
    title="Two installed packages do not fit each other, so an import or call fails",
    kind="Version mismatch",
    stage="container_start",
    label="ERR_2200",
    old_code="ERR_2200",
    code="ResourceNotReady",
    signs=(
        console(
            r"AttributeError: module 'numpy' has no attribute '(?:bool|int|float|object|str|complex"
            r"|typeDict)'",
            source="run",
        ),
        console(
            r"pkg_resources\.(?:ContextualVersionConflict|VersionConflict|DistributionNotFound)", source="run"
        ),
        console(r"ImportError: .{0,200}undefined symbol: ", source="run"),
        console(r"TypeError: Descriptors cannot (?:not )?be created directly", strength=HINT),
        console(r"ImportError: cannot import name '?(?P<name>\w+)'? from '(?P<package>\w+)", strength=HINT),
        console(
            r"AttributeError: (?:partially initialized )?module '(?P<package>\w+)[\w.]*' has no "
            r"attribute '(?P<name>\w+)'",
            strength=HINT,
            unless=(r"module '(?:main|entry_module|score)' has no attribute",),
        ),
        console(
            r"ModuleNotFoundError: No module named '(?P<package>numpy|pandas|sklearn|scipy|werkzeug"
            r"|flask|torch|tensorflow|keras)\.[\w.]+'",
            strength=HINT,
        ),
    ),
    words=(("package", "a package"), ("name", "a name")),
    happened="{package} was asked for {name}, which the installed version does not have.",
    fine="Quota, the image pull and the download of model and code are in order.",
    steps=(
        Step(
            "Pin both packages to versions that were released together",
            "The traceback names the one that asks and the one that was asked.",
        ),
        fixes.TRY_LOCALLY,
        fixes.deploy_again,
    ),
    who="data scientist",
    retry="after the fix",
    urgent="if serving",
    look_for="AttributeError: module 'numpy' has no attribute 'bool'",
    source="public reports",
    next_test="The versions of both packages tell: the name was removed, or not there yet, in the one "
    "that was asked.",
    outranks=("init-exception", "script-import-error", "container-crashed"),
)
