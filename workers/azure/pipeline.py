"""The SDK's own clients on a pipeline that is written out by hand, so that nothing in it asks what we did not ask."""
import json
from typing import Any
from urllib.parse import urlsplit

from azure.core.pipeline import PipelineRequest, PipelineResponse
from azure.core.pipeline.policies import (
    ContentDecodePolicy,
    CustomHookPolicy,
    HeadersPolicy,
    RequestIdPolicy,
    SansIOHTTPPolicy,
    UserAgentPolicy,
)
from azure.core.pipeline.transport import RequestsTransport
from azure.mgmt.core.policies import ARMChallengeAuthenticationPolicy
from azure.mgmt.machinelearningservices import MachineLearningServicesMgmtClient
from azure.mgmt.monitor import MonitorManagementClient

from workers.azure.errors import Malformed
from workers.azure.transport import is_loopback

REMAINING = "x-ms-ratelimit-remaining-"
DECODED = ContentDecodePolicy.CONTEXT_NAME  # where the SDK's deserializers look
_PORTS = {"http": 80, "https": 443}


def origin(url: str) -> tuple[str, str, int | None]:
    """Scheme, host and port of an address, for comparison; a Malformed where it has none that can be read."""
    try:
        parts = urlsplit(url)
        scheme = parts.scheme.lower()
        return scheme, (parts.hostname or "").lower(), parts.port or _PORTS.get(scheme)
    except ValueError as error:
        raise Malformed("a link in Azure's answer is no address") from error


class Gate(SansIOHTTPPolicy[Any, Any]):
    """The first policy: no token goes to another host, and no request changes anything or reads a secret.

    GET is let through, and of POSTs getLogs alone (azure/WIRE 2). It also lets plain HTTP pass to this machine
    (azure/WIRE 3.2), and keeps what ARM says is left of the throttling budget (azure/WIRE 8).
    """

    def __init__(self, arm_endpoint: str, remaining: dict[str, int]) -> None:
        self._origin, self._remaining = origin(arm_endpoint), remaining

    def on_request(self, request: PipelineRequest[Any]) -> None:
        """Refuse, or open for plain HTTP on loopback."""
        asked = request.http_request
        if origin(asked.url) != self._origin or "@" in urlsplit(asked.url).netloc:
            raise Malformed("Azure's answer points to another host; it was not followed")
        reads_logs = asked.method == "POST" and urlsplit(asked.url).path.lower().endswith("/getlogs")
        if asked.method != "GET" and not reads_logs:
            raise Malformed(f"{asked.method} is not a question; it was not sent")
        if is_loopback(self._origin[1]):
            request.context.options.setdefault("enforce_https", False)

    def on_response(self, request: PipelineRequest[Any], response: PipelineResponse[Any, Any]) -> None:
        """Keep the throttling headers; the newest answer wins."""
        for name, value in response.http_response.headers.items():
            if name.lower().startswith(REMAINING) and value.strip().isdecimal() and len(value) < 10:
                self._remaining[name.lower()] = int(value)


class Decode(SansIOHTTPPolicy[Any, Any]):
    """Reads the body as JSON whatever its Content-Type says, and leaves it where the SDK's models look for it.

    The SDK's own ContentDecodePolicy loses the status of an error whose body is odd. Bytes that are no UTF-8
    are replaced (trust/TRUST E7). Errors: Malformed, on a status below 300 only.
    """

    def on_response(self, request: PipelineRequest[Any], response: PipelineResponse[Any, Any]) -> None:
        """Decode, or say what came instead."""
        answer = response.http_response
        whole = answer.content if hasattr(answer, "content") else answer.body()  # the ML SDK's is the older kind
        body = whole.decode("utf-8-sig", "replace")
        response.context[DECODED] = None
        try:
            response.context[DECODED] = json.loads(body) if body.strip() else None
        except (ValueError, RecursionError) as error:
            if answer.status_code < 300:
                kind = (answer.headers.get("Content-Type") or "no Content-Type").split(";")[0]
                raise Malformed(f"Azure's answer is no readable JSON ({kind})", status=answer.status_code) from error


def policies(credential: Any, scope: str, gate: Gate) -> list[Any]:
    """Azure's own policies, without those that retry, redirect, log, or register a resource provider.

    The last is ARMAutoResourceProviderRegistrationPolicy of azure-mgmt-core 1.6.0, which answers a 409
    MissingSubscriptionRegistration with a POST; ARMPipelineClient adds it only where no `policies` are given.
    Hooks stand outside the decoding, so that they see the decoded body.
    """
    return [gate, RequestIdPolicy(), HeadersPolicy(), UserAgentPolicy(base_user_agent="endpoint-triage"),
            CustomHookPolicy(), Decode(), ARMChallengeAuthenticationPolicy(credential, scope)]


def clients(arm_endpoint: str, subscription: str, credential: Any, scope: str, wire: RequestsTransport,
            gate: Gate) -> tuple[MachineLearningServicesMgmtClient, MonitorManagementClient]:
    """The two SDK clients of a subscription, on one pool of connections."""
    ml = MachineLearningServicesMgmtClient(
        credential, subscription, base_url=arm_endpoint, credential_scopes=[scope],
        policies=policies(credential, scope, gate), transport=wire)
    monitor = MonitorManagementClient(
        credential, subscription, base_url=arm_endpoint, credential_scopes=[scope],
        policies=policies(credential, scope, gate), transport=wire)
    return ml, monitor
