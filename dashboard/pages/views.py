"""Filters that a person gives a name, to come back to them."""
from urllib.parse import parse_qsl, urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from dashboard import access
from troubleshoot.models import SavedView

MOST = 20  # views of one person
LONGEST, LONGEST_QUERY = 60, 500  # characters of a name, and of a query
KEYS = ("state", "ws", "rank", "cause", "q")  # what a list can be filtered by


@require_POST
def save(request: HttpRequest) -> HttpResponse:
    """Keep a filter of the list under a name; the same name takes the new filter."""
    person, name, query = access.person(request), _name(request), _query(request)
    own = SavedView.objects.filter(person=person, page="triage")
    if not name:
        messages.info(request, "The view was not saved: give it a name.")
    elif own.count() >= MOST and not own.filter(name=name).exists():
        messages.info(request, f"The view was not saved: {MOST} are kept, delete one first.")
    else:
        SavedView.objects.update_or_create(person=person, page="triage", name=name, defaults={"query": query})
        messages.info(request, f"This view is kept as “{name}”.")
    return _back(query)


@require_POST
def delete(request: HttpRequest) -> HttpResponse:
    """Delete one of the saved views of the one who asks; what is not theirs is not there."""
    number = request.POST.get("view", "")
    if number.isascii() and number.isdigit() and len(number) < 10:
        SavedView.objects.filter(person=access.person(request), id=number).delete()
    return _back(_query(request))


def _back(query: str) -> HttpResponse:
    return redirect(f"{reverse('triage')}?{query}" if query else reverse("triage"))


def _name(request: HttpRequest) -> str:
    """Printable characters in one line."""
    return " ".join("".join(one for one in request.POST.get("name", "") if one.isprintable()).split())[:LONGEST].strip()


def _query(request: HttpRequest) -> str:
    """The known keys of a query, written as the list writes them."""
    said = dict(parse_qsl(request.POST.get("query", "")[:LONGEST_QUERY]))
    return urlencode({name: said[name] for name in KEYS if said.get(name)})
