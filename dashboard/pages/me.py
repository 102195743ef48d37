"""The account of the one who asks: name, single keys, what they see, and their saved views."""
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from dashboard import access, frame
from troubleshoot.models import Person, SavedView

PAGES = {"triage": "Triage"}  # lists that keep views, by the names of their routes


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """The account; a POST switches single keys on or off."""
    person = access.person(request)
    if request.method == "POST":
        on = "single_keys" in request.POST
        Person.objects.filter(id=person.id).update(single_keys=on)
        messages.info(request, f"Single keys are {'on' if on else 'off'}.")
        return redirect("me")
    views = [(one.name, one.page, PAGES[one.page], one.query)
             for one in SavedView.objects.filter(person=person, page__in=PAGES)]
    return frame.page(request, "me.html", {"person": person, "views": views, "sees_all": access.sees_all(request)})
