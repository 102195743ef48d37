"""The server is up, but the probe asks a path or port where it does not answer."""

from troubleshoot.diagnosis import fixes
from troubleshoot.diagnosis.cause import OPERATION, Cause, events
from troubleshoot.diagnosis.facts import Step

_OTHER = r"(?i)probe failed: HTTP probe failed with status ?code: 502"

cause = Cause(
    title="The probe asks a path or port where the server does not answer",
    kind="Wrong probe",
    stage="probes",
    label="ERR_2200",
    old_code="ERR_2200",
    code="ResourceNotReady",
    signs=(
        events(
            r"(?i)probe failed: HTTP probe failed with status ?code: (?P<status>404|405|401|403)\b",
            also=(OPERATION,),
            unless=(_OTHER,),
        ),
        events(r"(?i)probe failed: .{0,200}connection refused", source="derived", also=(OPERATION,)),
    ),
    words=(("status", "no answer"),),
    happened="Azure asked the container on the route of its probe and got {status}. Something answers "
    "there, but not on this path, or "
    "nothing listens on this port.",
    fine="Quota, the image pull and the download of model and code are in order.",
    steps=(
        fixes.SHOW_ENVIRONMENT,
        Step(
            "Correct path and port of the probes",
            "They belong to the environment of an image with its own server.",
            " inference_config:\n   liveness_route:\n+    port: <port>\n"
            "+    path: <path that answers 200>\n   readiness_route:\n+    port: <port>\n"
            "+    path: <path that answers 200>",
            form="diff",
            file="environment.yml",
        ),
        Step(
            "See what the server listens on",
            "Its log prints address and routes at the start.",
            "az ml online-deployment get-logs -e {endpoint} -n {deployment} --lines 500 -g {group} "
            "-w {workspace}",
        ),
        fixes.deploy_again,
    ),
    who="data scientist",
    retry="after the fix",
    urgent="if serving",
    look_for="probe failed: HTTP probe failed with statuscode: 404",
    source="Azure's YAML reference, ProbeSettings; not confirmed with Azure",
    rivals=(
        ("inference-config-invalid", "when it is told: after the container ran, or at submit"),
    ),
    next_test="If the log shows a server that listens and stays up, the route or port of the probe is wrong.",
    outranks=(
        "probe-liveness-failed",
        "probe-readiness-failed",
        "container-crashed",
        "container-restart-loop",
    ),
    while_serving=True,
)
