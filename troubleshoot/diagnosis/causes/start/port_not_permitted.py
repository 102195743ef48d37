"""The server of the container may not listen on its port, because it does not run as root."""

from troubleshoot.diagnosis import fixes
from troubleshoot.diagnosis.cause import HINT, Cause, console
from troubleshoot.diagnosis.facts import Step

cause = Cause(
    title="The server may not listen on port {port}, because its user is not root",
    kind="Port not permitted",
    stage="container_start",
    label="ERR_2100",
    old_code="ERR_2100",
    code="ResourceNotReady",
    signs=(
        console(r"bind\(\) to \S*?:?(?P<port>\d+) failed \(13: Permission denied\)"),
        console(
            r"error while attempting to bind on address \('[^']*', (?P<port>\d+)[^)]*\): permission denied",
        ),
        console(r"listen EACCES: permission denied \S*?:(?P<port>\d+)"),
        console(r"listen tcp \S*?:(?P<port>\d+): bind: permission denied"),
        console(r"(?i)\bbind\b.{0,60}permission denied", strength=HINT),
    ),
    words=(("port", "its port"),),
    happened="Ports under 1024 need the rights of root, and the container runs as another user.",
    fine="Quota, the image pull and the download of model and code are in order.",
    steps=(
        Step("Let the server listen on a port above 1024", "Such as 8080, in the start command or its settings."),
        Step(
            "Name the same port in the routes of the environment",
            "",
            " inference_config:\n   scoring_route:\n+    port: 8080\n     path: /score",
            form="diff",
            file="environment.yml",
        ),
        fixes.deploy_again,
    ),
    who="data scientist",
    retry="after the fix",
    urgent="if serving",
    look_for="bind() to 0.0.0.0:<port> failed (13: Permission denied)",
    source="the words of nginx, uvicorn, node and Go for EACCES",
    next_test="Start the image with `docker run --user 1000`: it ends with the same words.",
    rivals=(("port-in-use", "what refused: the right to ports under 1024, or another listener"),),
    outranks=("init-exception", "container-crashed", "worker-boot-failed"),
)
