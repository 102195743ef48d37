"""The program that should start the container is not in the image, or may not be run."""

from troubleshoot.diagnosis import fixes
from troubleshoot.diagnosis.building import OF_A_BUILD
from troubleshoot.diagnosis.cause import EVENTS, HINT, INFERENCE, Cause, operation
from troubleshoot.diagnosis.facts import Step

_RUNTIME = r"exec: \\?\"(?P<program>[^\"\\\n]{1,200})\\?\": "
# Then something else did start, and the program that a shell missed may be a small matter.
_STARTED = r"Traceback \(most recent|Starting gunicorn|azmlinfsrv - |Started server process|\bINFO\b"

cause = Cause(
    title="The image cannot start {program}, because it is not there or may not be run",
    kind="Start command",
    stage="container_start",
    label="ERR_2100",
    old_code="ERR_2100",
    code="ResourceNotReady",
    signs=(
        operation(
            rf"{_RUNTIME}(?:executable file not found in \$PATH|stat [^\n:]{{1,200}}: no such file or directory"
            r"|permission denied|is a directory|no such file or directory)",
            also=(INFERENCE, EVENTS),
            unless=(OF_A_BUILD,),
        ),
        operation(
            r"(?m)^(?:\S+Z? )?exec:? (?P<program>/?[\w.+/-]{1,200}): "
            r"(?:no such file or directory|permission denied)\s*$",
            also=(INFERENCE,),
            unless=(OF_A_BUILD,),
        ),
        operation(
            r"exec user process caused:? \"?(?:no such file or directory|permission denied)",
            also=(INFERENCE, EVENTS),
            unless=(OF_A_BUILD,),
        ),
        operation(
            r"(?m)\bexec: (?P<program>[\w.+/-]{1,200}): not found\s*$", also=(INFERENCE,), unless=(OF_A_BUILD,)
        ),
        operation(
            r"(?m)^(?:\S+Z? )?(?:/\S+/)?python[\d.]*: can't open file '(?P<program>[^'\n]{1,200})': \[Errno 2\]",
            also=(INFERENCE,),
            unless=(OF_A_BUILD,),
        ),
        operation(
            r"(?m)^(?:\S+Z? )?(?:/\S*/)?(?:ba|da)?sh: (?:line )?(?:\d+: )?(?P<program>[\w.+/-]{1,200}): "
            r"(?:(?:command )?not found|No such file or directory)\s*$",
            strength=HINT,
            also=(INFERENCE,),
            unless=(OF_A_BUILD, _STARTED),
        ),
    ),
    words=(("program", "its program"),),
    happened="The container was made, and then the first program of it could not be run. The path may be wrong, the "
    "file may lack the right to be run, or the program that its first line names is missing; a line end of Windows "
    "there counts as part of the name.",
    fine="Quota and the image pull are in order.",
    steps=(
        Step("See what the image starts", "", "docker image inspect --format "
             "'{{{{.Config.Entrypoint}}}} {{{{.Config.Cmd}}}}' {image}"),
        Step(
            "Put the program there, and make it one that can be run",
            "Give its whole path in the Dockerfile, `chmod +x` it, and save scripts with the line ends of Linux.",
        ),
        fixes.TRY_LOCALLY,
        fixes.deploy_again,
    ),
    who="data scientist",
    retry="after the fix",
    urgent="if serving",
    look_for="exec: \"<program>\": executable file not found in $PATH",
    source="the words of runc and Docker; exact text from public reports",
    next_test="Start the same image on your machine with `docker run`: it ends with the same words.",
    rivals=(
        ("image-wrong-architecture", "the program is not there, or it is there for another processor"),
        ("server-package-missing", "the name: azmlinfsrv is Azure's inference server"),
        ("script-missing", "what is missing: the program of the container, or the scoring script"),
    ),
    outranks=("container-crashed", "container-restart-loop", "worker-boot-failed"),
)
