"""The rules of a channel: which incidents it is told of, and when it is left in peace."""
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from dashboard import access, frame
from dashboard.forms import RuleForm, zones
from dashboard.pages.channel import FORM
from troubleshoot import channels
from troubleshoot.boards import rules
from troubleshoot.models import Channel, Rule


@require_http_methods(FORM)
def new(request: HttpRequest, number: int) -> HttpResponse:
    """The form of a new rule."""
    return _answer(request, access.channel(request, number), None)


@require_http_methods(FORM)
def change(request: HttpRequest, number: int, rule: int) -> HttpResponse:
    """The form of a rule that is there."""
    row = access.rule(request, number, rule)
    return _answer(request, row.channel, row)


@require_http_methods(FORM)
def delete(request: HttpRequest, number: int, rule: int) -> HttpResponse:
    """The page that asks, and the deletion."""
    row = access.rule(request, number, rule)
    if request.method == "POST":
        channels.drop_rule(row, rules.said(row), access.person(request))
        messages.info(request, "The rule is deleted.")
        return redirect("channel", number)
    return frame.page(request, "rule_delete.html", {"channel": row.channel, "rule": row, "said": rules.said(row)})


def _answer(request: HttpRequest, channel: Channel, row: Rule | None) -> HttpResponse:
    """Keeps what a valid form asks for, or shows the form with what was typed."""
    spaces = None if channel.workspace else dict(access.mine(request).values_list("slug", "id"))
    form = RuleForm(request.POST or None, spaces=spaces, row=row)
    if form.is_valid():
        fields = form.wanted()
        try:
            channels.keep_rule(channel, row, fields, rules.said(Rule(**fields)), access.person(request))
            messages.info(request, "The rule is kept.")
            return redirect("channel", channel.id)
        except channels.Full as error:
            form.add_error(None, str(error))
    about = {"form": form, "channel": channel, "rule": row, "causes": rules.causes().items(), "zones": sorted(zones())}
    return frame.page(request, "rule_form.html", about, status=422 if form.is_bound else 200)
