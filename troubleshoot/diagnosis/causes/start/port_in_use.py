"""The server of the container cannot listen, because its port is taken already."""

from troubleshoot.diagnosis import fixes
from troubleshoot.diagnosis.cause import HINT, Cause, console
from troubleshoot.diagnosis.facts import Step

cause = Cause(
    title="The server cannot listen on its port, because another program of the container has it",
    kind="Port taken",
    stage="container_start",
    label="ERR_2100",
    old_code="ERR_2100",
    code="ResourceNotReady",
    signs=(
        console(r"error while attempting to bind on address \('[^']*', (?P<port>\d+)[^)]*\): address already in use"),
        console(r"bind\(\) to \S*?:?(?P<port>\d+) failed \(98: (?:Unknown error|Address (?:already )?in use)"),
        console(r"Connection in use: \('[^']*', (?P<port>\d+)", needs=(r"Can't connect to \(",)),
        console(r"failed to start \w+ service: Unavailable - Socket '[^']*:(?P<port>\d+)' already in use"),
        console(r"listen EADDRINUSE: address already in use \S*?:(?P<port>\d+)"),
        console(r"Connection in use: \('[^']*', (?P<port>\d+)", strength=HINT),
        console(r"Port (?P<port>\d+) is in use by another program", strength=HINT),
        console(r"(?i)\b(?:\[Errno 98\]|EADDRINUSE\b|OSError:).{0,80}address already in use", strength=HINT),
    ),
    words=(("port", "its port"),),
    happened="Two programs of the container wanted the port {port}, and the second got none. Mostly the image starts "
    "its server twice, or nginx or another helper listens there too.",
    fine="Quota, the image pull and the download of model and code are in order.",
    steps=(
        Step(
            "Let each program have a port of its own",
            "Look at the start command of the image for what starts a server, and leave one of them out or give it "
            "another port.",
        ),
        Step("Point the routes of inference_config at the port of the model's server"),
        fixes.TRY_LOCALLY,
        fixes.deploy_again,
    ),
    who="data scientist",
    retry="after the fix",
    urgent="if serving",
    look_for="Connection in use: ('0.0.0.0', <port>)",
    source="the words of gunicorn, uvicorn, nginx and Triton for EADDRINUSE",
    next_test="Start the image on your machine and list its listeners: two programs name the same port.",
    rivals=(("port-not-permitted", "what refused: another listener, or the right to ports under 1024"),),
    outranks=("init-exception", "container-crashed", "worker-boot-failed"),
)
