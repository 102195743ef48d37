"""A shared library of the system is missing from the image, or too old for a package."""

from troubleshoot.diagnosis import fixes
from troubleshoot.diagnosis.cause import HINT, Cause, console
from troubleshoot.diagnosis.facts import Step

# What only a machine with a GPU brings: init-no-gpu looks at it.
_DRIVER = r"libcuda\.so\S*: cannot open shared object"

cause = Cause(
    title="The image lacks {library}, a library of the system that a package needs",
    kind="System library",
    stage="container_start",
    label="ERR_2200",
    old_code="ERR_2200",
    code="ResourceNotReady",
    signs=(
        console(
            r"(?:ImportError|OSError): (?P<library>lib[^\s:]+): cannot open shared object file",
            source="run",
            unless=(_DRIVER,),
        ),
        console(
            r"(?:ImportError|OSError): .{0,200}version `(?P<library>(?:GLIBCXX|GLIBC|CXXABI|GOMP)_[\d.]+)' not found"
        ),
        console(
            r"(?:Error|Exception)\b[^\n]*?(?P<library>lib[^\s:'\"]+): cannot open shared object file",
            strength=HINT,
            unless=(_DRIVER,),
        ),
        console(
            r"(?P<library>lib[^\s:'\"]+): cannot open shared object file",
            strength=HINT,
            needs=(r"Library \(\S+\) could not be loaded",),
            unless=(_DRIVER,),
        ),
        console(r"version `(?P<library>(?:GLIBCXX|GLIBC|CXXABI)_[\d.]+)' not found", strength=HINT),
    ),
    words=(("library", "a library"),),
    happened="Python found the package, and the package asked the system for {library}, which the image does not have "
    "in that version. The import ended there.",
    fine="Quota, the image pull, the download of model and code and the Python package itself are in order.",
    steps=(
        Step(
            "Install the library in the image",
            "It is no Python package: it comes with apt-get (libGL.so.1 with libgl1, libgomp.so.1 with libgomp1).",
            "+RUN apt-get update && apt-get install -y --no-install-recommends libgl1 libgomp1",
            form="diff",
            file="Dockerfile",
        ),
        Step(
            "Or take a package that does not need it, or a newer base image",
            "opencv-python-headless needs no libGL; a name with GLIBC or GLIBCXX asks for a newer base image, or for "
            "the libstdc++ of conda.",
        ),
        fixes.TRY_LOCALLY,
        fixes.deploy_again,
    ),
    who="data scientist",
    retry="after the fix",
    urgent="if serving",
    look_for="<library>: cannot open shared object file",
    source="the words of the dynamic loader; exact text from public reports",
    rivals=(
        ("script-import-error", "what is missing: a library of the system (lib….so), or a Python package"),
        ("init-no-gpu", "libcuda.so comes with the driver of a GPU"),
    ),
    outranks=("script-import-error", "init-exception", "container-crashed"),
)
