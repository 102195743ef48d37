"""The list of keys, as a page: the same that `?` shows over any other."""
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from dashboard import frame

GROUPS = (
    ("Anywhere", (("Search", "/"), ("This list", "?"), ("Leave a field, close", "Esc"), ("Up one level", "u"),
                  ("Copy permalink", "y"))),
    ("Go to", (("Triage", "g t"), ("Fleet", "g f"), ("Quota", "g q"), ("Scoring", "g s"), ("Explain", "g e"),
               ("Causes", "g c"))),
    ("Lists", (("Next, previous", "j k"), ("Open", "Enter"))),
    ("Incident", (("Take it", "t"), ("Copy the first command", "c"), ("Open the log", "l"))),
    ("Attempt", (("Previous, next attempt", "[ ]"),)),
    ("Log", (("Next evidence", "e"), ("Previous evidence", "⇧ e"), ("Next match", "n"), ("Previous match", "⇧ n"))),
)


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """All keys by where they work."""
    groups = [(name, [(words, keys.split()) for words, keys in rows]) for name, rows in GROUPS]
    return frame.page(request, "keys.html", {"groups": groups})
