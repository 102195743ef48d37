"""The kinds of text in a paste, told by the marks of the programs that print them, and where one kind ends."""

import json
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

import re2

LOG, DEBUG, HTTP, BUILD, ERROR, JSON, CONSOLE = "log", "debug", "http", "build", "error", "json", "console"
UNMARKED = "unmarked"
MAX_JSON_TRIES = 50  # of objects at the start of a line that may be an answer of Azure's
MAX_JSON = 200_000  # characters of one such object

_LOGGED = (
    r"(?:(?:DEBUG|INFO|WARNING|ERROR): )?(?:cli\.(?:azure|knack)|azure\.(?:core\.pipeline|cli|identity\._(?:int|cred))"
    r"|urllib3\.conn|msal\.|msrest|azext_|az_command_data_logger|telemetry\.)[\w.]*: "
)
# What stands at the head of each kind, with nothing of it before. A command counts behind a prompt only.
_OPENERS = (
    (LOG, r"(?:Instance status|Container events|Container logs): *$"),
    (
        LOG,
        r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d+ [DIWEC] \[?\d+\]? [\w.-]+ - |Azure ML Inferencing HTTP server v\d"
        r"|\+ \./mir-imagefetcher|\S{19,40} - gunicorn/run",
    ),
    ("command", r"(?:\S{0,80}[$#>%] |PS [^>\n]{0,200}> ?|\+ |##\[command\]|Run )(?:az |curl |docker )"),
    (
        HTTP,
        r"(?:< )?HTTP/\d(?:\.\d)? \d{3}\b|> (?:GET|POST|PUT|DELETE) \S+ HTTP/\d"
        r"|\* +(?:Trying|Host|Could not resolve) ",
    ),
    (DEBUG, _LOGGED),
    (
        BUILD,
        r"(?:\d{4}/\d\d/\d\d \d\d:\d\d:\d\d )?(?:Downloading source code|Creating Docker network: acb_"
        r"|Executing step ID: acb)|Sending build context to Docker|#\d+ \[internal\] load build definition"
        r"|Step 1/\d+ : |Packing source code into tar",
    ),
    (ERROR, r"(?:ERROR: )?\((?:None|[A-Z][A-Za-z]{2,60})\) \S|HttpResponseError: |(?:Error: )?Code: \w+ *$"),
    (JSON, r"\{"),
)
_OPENER = re2.compile(r"(?m)^[ \t]*(?:" + "|".join(f"(?P<k{at}>{text})" for at, (_, text) in enumerate(_OPENERS)) + ")")
_STRONG = re2.compile(r"^\s*(?:Instance status|Container events|Container logs):")

_BUILD_MARK = re2.compile(
    r"acb_step_\d|Executing step ID|(?m)^Step \d+/\d+ : |Sending build context to Docker"
    r"|\[internal\] load build definition|(?m)^#\d+ \[ *\d+/\d+\] |(?m)^ ---> [0-9a-f]{12}"
    r"|Solving environment: |Run ID: \w+ failed after"
)
_LOG_MARK = re2.compile(
    r"(?m)^\s*(?:Instance status|Container events|Container logs):|azmlinfsrv|gunicorn|Kind: Pod, Name: "
    r"|Uvicorn running on |Started (?:HTTPService|GRPCInferenceService) at "
)
_ERROR_MARK = re2.compile(
    r"aka\.ms/oe-tsg|HttpResponseError|(?m)^\s*(?:Error: )?Code: |\"code\": ?\"|\((?:None|[A-Z]\w{2,60})\) "
    r"|(?m)^\s+File \"[^\"\n]*azure(?:ml)?[/\\\\](?:core[/\\\\]polling|core[/\\\\]webservice|ai[/\\\\]ml|cli)"
    r"|WebserviceException|Not enough quota|InferencingClient|(?m)^ERROR: \S"
    r"|/mfeOperationsStatus/|ValidationException|MlException"
)
_SCORING_MARK = re2.compile(
    r"(?mi)^(?:< )?HTTP/\d|ms-azureml-model-error|x-ms-run-function-failed|No valid deployments to route to"
    r"|<Response \[\d{3}\]>|request failed with status code: \d{3}|HTTPError: \d{3} (?:Client|Server) Error"
    r"|\.inference\.ml\.azure\.com"
)
_CALL_MARK = re2.compile(
    r"(?i)\bHTTP [45]\d\d\b|\b[45]\d\d (?:client |server )?error\b|status[ _](?:code )?'?[45]\d\d"
    r"|key_auth_access_denied|upstream request timeout|requests\.exceptions\.|Too Many Requests"
)
_CONSOLE_MARK = re2.compile(
    r"Traceback \(most recent call last\)|(?m)^\s*\[?\d{4}[-/]\d\d[-/]\d\d[ T]\d\d:\d\d:\d\d"
    r"|^(?:INFO|WARNING|DEBUG|CRITICAL)[: ]|^[IWEF]\d{4} \d\d:|^\d\d:\d\d:\d\d[.,]\d+ \|"
    r"|^[\w.]+ \| (?:INFO|WARNING|ERROR|DEBUG) \||^\S+ - \S+ \[\d\d/[A-Z][a-z]{2}/\d{4}:"
    r"|^\s+File \"|^\s*[\w.]+(?:Error|Exception): |: command not found"
)
_SERVER_FRAME = re2.compile(
    r"File \"[^\"\n]*(?:azureml-app|azureml_inference_server|azureml-envs|mlflow_score|score\.py)"
)
_PIP_ERROR = re2.compile(
    r"(?m)^ERROR: (?:Could not|Cannot install|No matching|ResolutionImpossible|Failed building|Package )"
)
_OF_ARM = re2.compile(
    r"(?i)x-ms-routing-request-id|x-ms-correlation-request-id|x-aml-cluster"
    r"|management\.(?:azure|usgovcloudapi|chinacloudapi)"
)
_SERVER = re2.compile(r"azmlinfsrv|gunicorn|tritonserver|uvicorn|VMAgent\.ImageFetcher|File \"[^\"\n]+\", line \d+")
_DOWNLOAD = re2.compile(
    r"(?i)storage.?initiali[sz]er|model-mount|download\w* (?:model|code|artifact|asset)|/var/azureml-app/azureml-models"
    r"|\.blob\.core\.|\bErrorCode:|No space left on device"
)
_BLOCK_LINE = re2.compile(r"(?m)^\s*(?:Kind: .*|\w+: (?:Succeeded|InProgress|Waiting|Failed)\s*|.*aka\.ms/oe-tsg.*)$")


@dataclass(frozen=True, slots=True)
class Stretch:
    """Lines `first` to `last` (indices, the last one outside) of one kind, and the form that they are in."""

    first: int
    last: int
    kind: str  # a key of passages.KINDS
    form: str  # what opens it, one of the words above; empty where its marks stand inside it only


@dataclass(slots=True)
class _Open:
    first: int
    form: str = ""
    hint: str = ""  # the command before it


def kind_of(text: str) -> str:
    """What sort of text one part is, by the marks of the programs that print it.

    A text without any mark is read as a message: what a console would prove in it is a hint at most.
    """
    return _by_marks(text) or "operation_error"


def _by_marks(text: str) -> str:
    """The kind that a mark tells, those of one program before those that several print; empty where none does."""
    if _BUILD_MARK.search(text):
        return "build_log"
    if _LOG_MARK.search(text):
        return _container(text)
    if _PIP_ERROR.search(text):
        return "build_log"
    if _SERVER_FRAME.search(text):
        return "inference_log"
    if _SCORING_MARK.search(text) and not _OF_ARM.search(text):
        return "scoring"
    if _ERROR_MARK.search(text):
        return "operation_error"
    if _CALL_MARK.search(text) and "Traceback (most" not in text:
        return "scoring"
    return "inference_log" if _CONSOLE_MARK.search(text) else ""


def is_server_log(text: str) -> bool:
    """Whether a log bears the marks of Azure's own answer or of its inference server."""
    return _LOG_MARK.search(text) is not None


def stretches(lines: Sequence[str]) -> Iterator[Stretch]:
    """The stretches of a paste in order, without gaps: one wherever no border is certain."""
    borders = list(_borders(lines))
    for at, one in enumerate(borders):
        last = borders[at + 1].first if at + 1 < len(borders) else len(lines)
        text = "\n".join(lines[one.first : last])
        kind = _kind(one, text)
        yield Stretch(one.first, last, kind or "operation_error", one.form or ("" if kind else UNMARKED))


def _kind(one: _Open, text: str) -> str:
    if one.form in (JSON, DEBUG):
        return "operation_error"
    if one.form == ERROR:
        return "inference_log" if _SERVER_FRAME.search(text) else "operation_error"
    if one.form == HTTP:
        return "operation_error" if _OF_ARM.search(text) else "scoring"
    if one.form == BUILD:
        return "build_log"
    if "--container storage" in one.hint or "-c storage" in one.hint:
        return "storage_log"
    if one.form == LOG:
        return _container(text)
    return _by_marks(text)


def _container(text: str) -> str:
    """Which container printed a log: a download and nothing of a server is the storage initializer."""
    if _SERVER.search(text):
        return "inference_log"
    return "storage_log" if _DOWNLOAD.search(_BLOCK_LINE.sub("", text)) else "inference_log"


def _borders(lines: Sequence[str]) -> Iterator[_Open]:
    """Where stretches begin. What stands before the first mark belongs to what the mark opens."""
    text = "\n".join(lines)
    starts = list(accumulate((len(line) + 1 for line in lines), initial=0))
    now = _Open(0)
    tries = MAX_JSON_TRIES
    until = 0  # lines inside an object of JSON open nothing
    for found in _OPENER.finditer(text):
        at = bisect_right(starts, found.start()) - 1
        form = _OPENERS[int(found.lastgroup[1:])][0]
        if at < until or (form == JSON and tries <= 0):
            continue
        if form == JSON:
            if now.form and not _after_blank(lines, at):
                continue
            tries -= 1
            length = _answer(text[starts[at] : starts[at] + MAX_JSON])
            if not length:
                continue
            until = bisect_right(starts, starts[at] + length - 1)
        if form == "command":
            if any(line.strip() for line in lines[now.first : at]):
                yield now
                now = _Open(at)
            now.hint = lines[at]
        elif not now.form and not _follows_console(form, lines[now.first : at]):
            now.form = form
        elif _is_border(now.form or CONSOLE, form, lines, at, until):
            yield now
            now = _Open(at, form)
    yield now


def _follows_console(form: str, before: Sequence[str]) -> bool:
    """Whether what stands before a first mark is a console's text, which is no preface of an error or an answer."""
    return form in (ERROR, JSON, HTTP, DEBUG) and _CONSOLE_MARK.search("\n".join(before)) is not None


def _is_border(before: str, form: str, lines: Sequence[str], at: int, until: int) -> bool:
    """Whether a mark of one form ends a stretch of another; in doubt it does not."""
    if form == LOG:
        head = _STRONG.search(lines[at])
        if before == LOG:
            return bool(head) and lines[at].strip().startswith("Instance status")
        return bool(head) or (before != DEBUG and _after_blank(lines, at))
    if before in (form, DEBUG) or {before, form} == {JSON, ERROR}:
        return form == JSON and before == JSON and _after_blank(lines, at)
    if form == DEBUG and "cli." not in lines[at][:30]:
        return False
    if (form == HTTP and before in (LOG, CONSOLE)) or form == ERROR:
        return _after_blank(lines, at) and before not in (BUILD, HTTP) and not lines[at].startswith((" ", "\t"))
    if form == JSON:
        return before not in (HTTP, BUILD) and _after_blank(lines, at) and not "".join(lines[until : until + 1]).strip()
    return True


def _after_blank(lines: Sequence[str], at: int) -> bool:
    return at == 0 or not lines[at - 1].strip()


def _answer(text: str) -> int:
    """The length of an answer of Azure's that a text begins with: an error, or an operation's status; else 0."""
    lead = len(text) - len(text.lstrip())
    try:
        found, end = json.JSONDecoder(strict=False).raw_decode(text, lead)
    except (ValueError, RecursionError):
        return 0
    if not isinstance(found, dict):
        return 0
    error = found.get("error")
    is_error = isinstance(error, dict) and ("code" in error or "message" in error)
    return end if is_error or {"code", "message"} <= set(found) else 0
