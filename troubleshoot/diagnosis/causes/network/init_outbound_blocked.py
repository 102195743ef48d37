"""Code in the container calls another host, and the network does not let it through."""

from troubleshoot.diagnosis import fixes
from troubleshoot.diagnosis.cause import HINT, Cause, console
from troubleshoot.diagnosis.facts import Step

# Who asks an endpoint's own address is its caller, not its container.
_CALLER = r"ConnectionPool\(host='[\w.-]+\.inference\.ml\.azure\.\w+'"

cause = Cause(
    title="Code in the container cannot reach {host}, because the network does not let it through",
    kind="No way out",
    stage="container_start",
    label="NETWORK",
    old_code="ERR_2200",
    code="ResourceNotReady",
    signs=(
        console(r"Connection to (?P<host>[\w.-]+) timed out", strength=HINT),
        console(
            r"HTTPS?ConnectionPool\(host='(?P<host>[\w.-]+)'.{0,80}Max retries exceeded"
            r"[^\n]*Caused by (?:NewConnection|ConnectTimeout|NameResolution|Proxy|Protocol)Error",
            strength=HINT,
            unless=(_CALLER,),
        ),
        console(
            r"(?:ConnectionError|ConnectTimeout): \S{0,20}HTTPS?ConnectionPool\(host='(?P<host>[\w.-]+)'"
            r".{0,80}Max retries exceeded",
            strength=HINT,
            unless=(_CALLER,),
        ),
        console(
            r"(?:Failed to resolve|Name or service not known|Temporary failure in name resolution"
            r"|getaddrinfo failed)",
            strength=HINT,
            unless=(_CALLER,),
        ),
        console(r"ConnectTimeout(?:Error)?\b|NewConnectionError\b", strength=HINT, unless=(_CALLER,)),
        console(
            r"LocalEntryNotFoundError: .{0,200}(?:check your connection|cannot find the requested files)",
            strength=HINT,
        ),
        console(r"We couldn't connect to '?https?://(?P<host>[\w.-]+)", strength=HINT),
    ),
    words=(("host", "another host"),),
    happened="The code asked another host for something and got no connection.",
    fine="Quota, the image pull and the download of model and code are in order.",
    steps=(
        Step("Put what is downloaded into the model asset", "Then nothing has to be fetched at the start."),
        Step(
            "Or allow the host",
            "With a managed network add an outbound rule; else look at firewall and name resolution.",
            "az ml workspace outbound-rule list -g {group} -w {workspace} -o table",
        ),
        fixes.deploy_again,
    ),
    who="workspace owner",
    retry="after the fix",
    urgent="if serving",
    look_for="Connection to <host> timed out",
    source="Azure's guide, ERROR: ResourceNotReady; not confirmed with Azure",
    rivals=(
        (
            "managed-identity-token-failed",
            "what was not reached: a host, or the place that gives tokens to the identity",
        ),
    ),
    next_test="If the same call works from a compute instance in the network, the host is up and the "
    "endpoint's way out is closed.",
    outranks=("init-exception", "container-crashed", "score-424-run-exception"),
    while_serving=True,
)
