"""One channel: its rules and newest notices; made, changed, tested and deleted by plain forms."""
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dashboard import access, frame
from dashboard.forms import WHOLE, ChannelForm
from dashboard.pages import ask
from troubleshoot import channels, clock, outbox
from troubleshoot.addresses import KINDS
from troubleshoot.boards import news
from troubleshoot.models import Channel

FORM = ["GET", "HEAD", "POST"]


@require_safe
def page(request: HttpRequest, number: int) -> HttpResponse:
    """A channel with its rules and its newest notices; refreshes itself, so that a test shows how it went."""
    return frame.page(request, "channel.html", _about(request, number), refresh=5)


@sensitive_post_parameters("address", "secret")
@require_http_methods(FORM)
def new(request: HttpRequest) -> HttpResponse:
    """The form of a new channel; `ws` says where it shall belong."""
    form = ChannelForm(request.POST or None, places=_places(request),
                       initial={"ws": ask.text(request, "ws"), "kind": "email", "on": True})
    if form.is_valid():
        slug = form.cleaned_data["ws"]
        try:
            space = None if slug == WHOLE else access.workspace(request, slug)
            row = channels.make(space, form.wanted(), access.person(request))
            messages.info(request, "The channel is kept. It is told nothing until it has a rule.")
            return redirect("rule-new", row.id)
        except channels.Full as error:
            form.add_error("ws", str(error))
    return _form(request, form, None)


@sensitive_post_parameters("address", "secret")
@require_http_methods(FORM)
def change(request: HttpRequest, number: int) -> HttpResponse:
    """The form of a channel that is there; its address and key are asked for anew, or kept."""
    row = access.channel(request, number)
    form = ChannelForm(request.POST or None, row=row)
    if form.is_valid():
        done = channels.change(row, form.wanted(), access.person(request))
        messages.info(request, "The channel is changed." if done else "Nothing was changed.")
        return redirect("channel", row.id)
    return _form(request, form, row)


@require_POST
def test(request: HttpRequest, number: int) -> HttpResponse:
    """A test notice goes to the channel, whatever its rules say; one at a time."""
    row = access.channel(request, number)
    if not row.on:
        messages.info(request, "The channel is off: nothing is sent to it. Switch it on first.")
    elif news.tested(row):
        messages.info(request, "A test is on its way already.")
    else:
        outbox.test(row, access.person(request))
        messages.info(request, "A test is on its way; the list below shows how it went.")
    return redirect("channel", row.id)


@require_http_methods(FORM)
def delete(request: HttpRequest, number: int) -> HttpResponse:
    """The page that asks, and the deletion."""
    row = access.channel(request, number)
    if request.method == "POST":
        channels.drop(row, access.person(request))
        messages.info(request, f"{channels.called(row)} is deleted.")
        return redirect("news")
    return frame.page(request, "channel_delete.html", _about(request, number))


def _about(request: HttpRequest, number: int) -> dict[str, object]:
    found = news.page(access.channels(request), number, clock.now())
    if found is None:
        raise Http404
    return {"page": found, "channel": found.channel}


def _places(request: HttpRequest) -> tuple[tuple[str, str], ...]:
    """Where a new channel may belong: workspaces that one sees; the whole installation for who sees all."""
    own = tuple((one.slug, one.slug) for one in frame.spaces(request).all)
    return ((WHOLE, "the whole installation"), *own) if access.sees_all(request) else own


def _form(request: HttpRequest, form: ChannelForm, row: Channel | None) -> HttpResponse:
    about = {"form": form, "row": row, "kind": KINDS[row.kind] if row else "", "places": _places(request)}
    return frame.page(request, "channel_form.html", about, status=422 if form.is_bound else 200)
