"""The one paste box: any text that Azure or a container printed, explained; nothing of it is kept or logged."""
import base64
import binascii
import logging
import traceback
import zlib
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import NoReverseMatch, reverse
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods

from dashboard import bodies, frame
from troubleshoot import clock
from troubleshoot.boards import explain, ticket
from troubleshoot.diagnosis import scoring
from troubleshoot.diagnosis.facts import Place

MOST_BYTES = 16_000_000  # of a whole request; from 8 MB on a text is cut in its middle
BOX_BYTES = 100_000  # of a text that goes back into the box as it stands …
KEPT_BYTES = 100_000  # … and, packed, of one that is too long for it
NAME = 260
_log = logging.getLogger(__name__)
_MARKS = ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"), (b"\xef\xbb\xbf", "utf-8-sig"))  # how a file may begin


@dataclass(frozen=True, slots=True)
class Given:
    """What was sent: the text, from where, and the names for the commands."""

    text: str
    file: str  # the name of the file that was read
    both: bool  # a text stood in the box as well
    place: Place


@dataclass(frozen=True, slots=True)
class Box:
    """What the box shows again: the text, or that it is too long, with the text packed for the next press."""

    text: str = ""
    kept: str = ""
    long: bool = False


@csrf_exempt  # the token is checked in _answer, after the size: reading the token reads the whole body
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """The empty box, or the answer to what was sent in it."""
    if request.method != "POST":
        return _show(request, {})
    if bodies.size(request) > MOST_BYTES:
        bodies.drain(request)
        return _show(request, {"trouble": "long"}, 413)
    return _answer(request)


@csrf_protect
@sensitive_post_parameters()
@sensitive_variables()
def _answer(request: HttpRequest) -> HttpResponse:
    """The page with the answer; whatever fails on the way is logged without a word of the text."""
    given = _given(request)
    if not given.text.strip():
        return _show(request, {"trouble": "binary" if given.file else "empty", "given": given})
    try:
        found = explain.answer(given.text, given.place, clock.now())
    except Exception as error:  # its message may quote the text
        place = traceback.extract_tb(error.__traceback__)[-1]
        _log.error("explain: %s at %s:%s", type(error).__name__, place.filename, place.lineno)
        return _show(request, {"trouble": "failed"}, 500)
    return _show(request, {"answer": found, "given": given, "box": _box(found.text), "scoring": _scoring(found),
                           "handbook": _handbook(found.cause), "ticket": ticket.text(found)})


def _show(request: HttpRequest, about: dict[str, object], status: int = 200) -> HttpResponse:
    asked = {"answer": None, "given": None, "box": Box(), "trouble": ""}
    response = frame.page(request, "explain.html", asked | about, status=status)
    response["X-Robots-Tag"] = "noindex"
    return response


def _given(request: HttpRequest) -> Given:
    """The file if there is one, else the box, else the text that this page sent along because it was long."""
    place = Place(*(_name(request, key) for key in ("subscription", "group", "workspace", "endpoint", "deployment")))
    file, text = request.FILES.get("file"), request.POST.get("text", "")
    if file is not None and file.size:
        return Given(_decoded(file.read()), _printable(file.name or "", 80), bool(text.strip()), place)
    return Given(text if text.strip() else _unpacked(request.POST.get("kept", "")), "", False, place)


def _name(request: HttpRequest, key: str) -> str:
    return _printable(request.POST.get(key, ""), NAME)


def _printable(value: str, longest: int) -> str:
    return "".join(one for one in value[:longest] if one.isprintable()).strip()


def _decoded(data: bytes) -> str:
    """The text of a file; nothing where the file holds no text."""
    coding = next((name for mark, name in _MARKS if data.startswith(mark)), "")
    text = data.decode(coding or "utf-8", "replace")
    return "" if text[:4096].count("\ufffd") > len(text[:4096]) // 8 else text


def _box(text: str) -> Box:
    size = len(text.encode("utf-8", "replace")) + 4 * sum(map(text.count, "<>&\"'"))
    if size <= BOX_BYTES:
        return Box(text)
    packed = base64.b64encode(zlib.compress(text.encode("utf-8", "replace"), 6)).decode()
    return Box("", packed if len(packed) <= KEPT_BYTES else "", True)


def _unpacked(value: str) -> str:
    """The text of `Box.kept`; nothing for what this page did not pack. Never more than a request may carry."""
    try:
        data = zlib.decompressobj().decompress(base64.b64decode(value[:KEPT_BYTES], validate=True), MOST_BYTES)
    except (binascii.Error, zlib.error, ValueError):
        return ""
    return data.decode("utf-8", "replace")


def _scoring(found: explain.Answer) -> str:
    """Scoring with this answer's status filled in, and its deployment where the text names it; never its body."""
    if found.status is None:
        return ""
    asked = {"status": str(found.status), "reason": _reason(found)}
    place = found.place
    if place.workspace and place.endpoint and place.deployment:
        asked |= {"ws": place.workspace.lower(), "endpoint": place.endpoint, "deployment": place.deployment}
    return f"{reverse('scoring')}?{urlencode({key: value for key, value in asked.items() if value})}"


def _reason(found: explain.Answer) -> str:
    """The reason phrase of the row of Azure's table that the answer means; no word of the text itself."""
    rows = scoring.explain(found.status or 0, found.reason).rows
    return rows[0].reason if len(rows) == 1 else ""


def _handbook(cause: str) -> str:
    """The cause's page, as soon as the handbook has one."""
    try:
        return reverse("cause", args=(cause,)) if cause else ""
    except NoReverseMatch:
        return ""
