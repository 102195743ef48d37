"""From an HTTP status and its reason to what it means for the caller of a managed online endpoint.

The rows are those of the guide of May 2021 (shared/domain/seed.md), each with today's meaning beside it
(shared/domain/CATALOGUE.md section 6, as of October 2025) and each limit with the year that it holds for.
"""
from collections.abc import Mapping
from dataclasses import dataclass

from troubleshoot.diagnosis.facts import DeploymentFacts

FRONT_END, MODEL, UNTOLD = "Azure's front end", "the model's container", "not known"
MODEL_STATUS, MODEL_REASON = "ms-azureml-model-error-statuscode", "ms-azureml-model-error-reason"


@dataclass(frozen=True, slots=True)
class Limit:
    """A limit and the year of the page that states it."""

    text: str
    year: int


@dataclass(frozen=True, slots=True)
class Row:
    """One status of the table: what it meant in 2021, what it means today, what to do."""

    status: int
    reason: str
    meaning_2021: str
    meaning_today: str
    todo: str
    limits: tuple[Limit, ...] = ()
    words: tuple[str, ...] = ()  # lower case; tell rows of one status apart by the reason
    by: str = FRONT_END


ROWS = (
    Row(200, "OK", "The model ran successfully, within the latency bound.", "The same.", "Nothing.", by=MODEL),
    Row(401, "Unauthorized",
        "No permission for the action, such as score, or the token is expired.",
        "The same, and also a token in the wrong format.",
        "Get a new key or token and send it as Authorization: Bearer. A token expires; a key does not."),
    Row(404, "Not found", "The URL is not correct.",
        "No deployment of the endpoint is valid and has traffic above 0 %, or the URL is not correct.",
        "Check the traffic of the endpoint, then the path of the scoring URI."),
    Row(408, "Request timeout",
        "The model took longer than request_timeout_ms under request_settings of the deployment.", "The same.",
        "Make the model faster, or raise request_timeout_ms. A request that waited in the queue counts its wait.",
        (Limit("5,000 ms unless set", 2026), Limit("at most 180,000 ms", 2026))),
    Row(413, "Payload too large", "The request payload is larger than 1.5 megabytes.",
        "No longer in the guide: which size is refused today is not stated.",
        "Send less at once: fewer rows, smaller images, or a link to the data.",
        (Limit("1.5 MB (not in today's guide)", 2021),)),
    Row(424, "Model Error", "The model's container answered with something other than 200; the reason phrase is "
        "original-code=<original code>.",
        "The same; the model's own code is in the header ms-azureml-model-error-statuscode. A failing probe can be "
        "behind it.",
        "Read the log of the inference server at that minute: the error is in the script or its container.",
        words=("model error", "original-code"), by=MODEL),
    Row(424, "Response payload too large", "The container answered with more than 1.5 megabytes.",
        "No longer in the guide: which size is refused today is not stated.",
        "Let run() return less, or write the result to storage and return its address.",
        (Limit("1.5 MB (not in today's guide)", 2021),), words=("payload", "too large"), by=MODEL),
    Row(429, "Rate-limiting", "More than 100 requests per second were sent to the endpoint.",
        "The same; the limit on the quota page is 500 requests per second for each endpoint.",
        "Send more slowly, retry with exponential backoff, or spread the load over several endpoints.",
        (Limit("100 requests/s", 2021), Limit("500 requests/s", 2026)), words=("rate",)),
    Row(429, "Too many pending requests", "More requests at once than "
        "2 × max_concurrent_requests_per_instance × instance_count; more are rejected.",
        "The same formula. Check WORKER_COUNT: the standard server works on one request at a time for each worker.",
        "Retry with exponential backoff, which also gives autoscale time. More slots or instances help only if the "
        "model handles that many at a time.",
        (Limit("2 × max_concurrent_requests_per_instance × instances", 2021),
         Limit("2 × max_concurrent_requests_per_instance × instances", 2026)), words=("pending", "too many")),
    Row(500, "Internal server error", "Infrastructure that Azure provisions is failing.", "The same.",
        "Open a support request with the request id. An error of the script would come as 424."),
)

_KUBERNETES = "Known for Kubernetes online endpoints only: {}. On a managed endpoint a model's own {} comes as 424."
OTHERS = tuple(
    Row(status, reason, "", _KUBERNETES.format(meaning, status), "Check which kind of endpoint answered.", by=UNTOLD)
    for status, reason, meaning in (
        (409, "Conflict", "an operation is running"), (502, "Bad gateway", "run() crashed"),
        (503, "Service unavailable", "a load spike that autoscale has not followed yet"),
        (504, "Gateway timeout", "no answer in time, 5 s unless set")))

# What the standard server's own status inside a 424 says (CATALOGUE section 6, measured with version 1.5.1).
MODEL_CODES = {
    400: "The body is not valid JSON or not UTF-8.", 404: "The container has no such route.",
    405: "The method is not allowed on this route.", 415: "The content type is not the one expected.",
    431: "A request id header is longer than 100 characters.",
    500: "run() raised an exception, its result is not JSON, it took longer than the scoring timeout, or its worker "
         "was killed.",
    502: "The server in the container was not up.", 503: "The server in the container was not ready.",
}


@dataclass(frozen=True, slots=True)
class Explained:
    """One answer explained; `sums` are the formulas with the deployment's own numbers, as far as they are known."""

    status: int
    rows: tuple[Row, ...]  # more than one where the reason does not tell them apart; none for an unknown status
    meaning: str
    todo: str
    by: str  # who answered
    sums: tuple[str, ...] = ()
    pending_limit: int | None = None
    model_status: int | None = None
    model_reason: str = ""
    deployment: str = ""
    request_id: str = ""
    client_request_id: str = ""
    missing: tuple[str, ...] = ()  # headers that would have told more


def pending_limit(deployment: DeploymentFacts | None) -> int | None:
    """2 × max_concurrent × instances; None unless both numbers are known (Azure's default of 1 is sent by Azure)."""
    if deployment is None or deployment.max_concurrent is None or deployment.instance_count is None:
        return None
    return 2 * deployment.max_concurrent * deployment.instance_count


def explain(status: int, reason: str = "", headers: Mapping[str, str] | None = None,
            deployment: DeploymentFacts | None = None) -> Explained:
    """What an answer means, from its status, reason phrase or body, headers, and the deployment it came from."""
    sent = {name.strip().lower(): value.strip() for name, value in (headers or {}).items()}
    rows = _rows(status, f"{reason} {sent.get(MODEL_REASON, '')}", MODEL_STATUS in sent)
    own = sent.get(MODEL_STATUS, "")
    own_status = int(own) if own.isascii() and own.isdigit() and len(own) == 3 else None
    return Explained(
        status, rows, _meaning(status, rows, own_status), " ".join(dict.fromkeys(row.todo for row in rows)),
        by=_who(status, rows, own_status), sums=_sums(rows, deployment), pending_limit=pending_limit(deployment),
        model_status=own_status, model_reason=sent.get(MODEL_REASON, ""),
        deployment=sent.get("azureml-model-deployment", ""), request_id=sent.get("x-request-id", ""),
        client_request_id=sent.get("x-ms-client-request-id", ""),
        missing=tuple(name for name in _wanted(status) if name not in sent))


def _rows(status: int, said: str, model_answered: bool) -> tuple[Row, ...]:
    """The rows of a status, down to one where the words of the answer tell which."""
    rows = tuple(row for row in (*ROWS, *OTHERS) if row.status == status)
    low = said.lower().replace("-", " ")
    told = tuple(row for row in rows if any(word.replace("-", " ") in low for word in row.words))
    if len(told) != 1 and model_answered and status == 424:
        told = rows[:1]
    return told if len(told) == 1 else rows


def _meaning(status: int, rows: tuple[Row, ...], own_status: int | None) -> str:
    """The meaning in words, with what the model's own code says."""
    if not rows:
        if 500 <= status <= 599 or status == 422:
            return f"Not in Azure's table. On a managed endpoint a container's {status} reaches the caller as 424."
        return "Not in Azure's table of status codes for managed online endpoints."
    texts = [row.meaning_2021 if row.meaning_today.startswith("The same") else row.meaning_today for row in rows]
    if own_status is not None:
        texts.append(f"The model answered {own_status}. {MODEL_CODES.get(own_status, '')}".rstrip())
    return " Or: ".join(texts) if own_status is None else " ".join(texts)


def _who(status: int, rows: tuple[Row, ...], own_status: int | None) -> str:
    """Who answered: the header of the model proves the model."""
    if own_status is not None or status == 200:
        return MODEL
    answered = {row.by for row in rows}
    return answered.pop() if len(answered) == 1 else UNTOLD


def _sums(rows: tuple[Row, ...], deployment: DeploymentFacts | None) -> tuple[str, ...]:
    """The formulas of the rows with the deployment's numbers; the names of the settings where one is not known."""
    found = []
    for row in rows:
        if "pending" in row.words:
            found.append(_pending(deployment))
        if row.status == 408:
            timeout = deployment.request_timeout if deployment else None
            found.append(f"request_timeout_ms = {timeout * 1000:,.0f} ms" if timeout is not None
                         else "request_timeout_ms is not known here; 5,000 ms unless set")
    return tuple(found)


def _pending(deployment: DeploymentFacts | None) -> str:
    """2 × max_concurrent × instances as one line."""
    slots = deployment.max_concurrent if deployment else None
    count = deployment.instance_count if deployment else None
    limit = pending_limit(deployment)
    line = (f"2 × {'max_concurrent_requests_per_instance' if slots is None else slots}"
            f" × {'instances' if count is None else count}")
    return line if limit is None else f"{line} = {limit:,} requests at once"


def _wanted(status: int) -> tuple[str, ...]:
    """The headers that tell more about an answer of this status."""
    return (*((MODEL_STATUS,) if status == 424 else ()), "x-request-id")
