"""What an HTTP status of a scoring call means, with a deployment's own numbers where one is named."""
from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from dashboard import access, frame
from dashboard.pages import ask
from troubleshoot.diagnosis import plain, scoring
from troubleshoot.diagnosis.facts import DeploymentFacts


@dataclass(frozen=True, slots=True)
class Answer:
    """The explained status, and the numbers of the 429 sum."""

    status: int
    told: scoring.Explained
    slots: int | None
    instances: int | None
    limit: int | None
    subject: str


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """The table of status codes; `status` marks its rows, `ws`, `endpoint` and `deployment` fill in the numbers."""
    status = ask.whole(request, "status", 0, 999)
    facts, subject = _deployment(request)
    answer = None
    if status:
        told = scoring.explain(status, ask.text(request, "reason"), deployment=facts)
        answer = Answer(status, told, facts.max_concurrent if facts else None, facts.instance_count if facts else None,
                        scoring.pending_limit(facts), subject)
    marked = answer.told.rows if answer else ()
    rows = [(row, row in marked) for row in scoring.ROWS]
    others = [(row, row in marked) for row in scoring.OTHERS]
    return frame.page(request, "scoring.html", {"rows": rows, "others": others, "answer": answer, "asked": {
        name: ask.text(request, name) for name in ("ws", "endpoint", "deployment")}, "subject": subject})


def _deployment(request: HttpRequest) -> tuple[DeploymentFacts | None, str]:
    """The settings of the deployment that the query names; nothing where it names none that may be seen."""
    names = [ask.text(request, name, 300) for name in ("ws", "endpoint", "deployment")]
    if not all(names):
        return None, ""
    try:
        row = access.deployment(request, *names)
    except Http404:
        return None, ""
    return (plain.load(DeploymentFacts, row.facts) if row.facts else None), f"{row.endpoint.name} / {row.name}"
