"""What a notice says: the facts as they stood when it was planned, and the message that a channel writes of them."""
import hashlib
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse

from troubleshoot.boards import words
from troubleshoot.diagnosis import plain
from troubleshoot.diagnosis.facts import Verdict
from troubleshoot.models import Incident, Notice
from troubleshoot.models import Verdict as VerdictRow
from troubleshoot.people import name
from troubleshoot.ranks import GROUPS, RESOLVED, TRAFFIC
from troubleshoot.troubles import READY

LINE = 300  # characters of a title or a quotation
SUBJECT = 180
LISTED = 20  # incidents that a digest names; the others are on the page


@dataclass(frozen=True, slots=True)
class Link:
    """Where one can go on, and what stands on it."""

    text: str
    url: str


@dataclass(frozen=True, slots=True)
class Message:
    """One message in plain words, ready to be written by any channel; every text may hold what Azure's users wrote."""

    reference: str  # the same however often it is sent
    thread: str  # the same for all that is told of one incident
    what: str  # failed, recovered, digest, test
    rank: int
    subject: str
    lead: str
    facts: tuple[tuple[str, str], ...] = ()
    rows: tuple[Link, ...] = ()
    links: tuple[Link, ...] = ()
    data: dict[str, Any] | None = None  # the same for machines


def body(one: Incident, what: str) -> dict[str, Any]:
    """The facts of one notice as plain JSON; one query for the evidence, and one for each name not read yet."""
    over = what == "recovered"
    return {
        "incident": one.id, "workspace": one.workspace.name, "slug": one.workspace.slug,
        "endpoint": one.endpoint.name if one.endpoint else "",
        "deployment": one.deployment.name if one.deployment else "", "family": one.family,
        "cause": one.cause, "certainty": one.certainty, "title": _line(one.title), "rank": one.rank,
        "silent": one.silent, "attempt": one.last.number if one.last else None,
        "since": _iso(one.since), "at": _iso(one.resolved_at if over else one.last_at),
        "times": one.times, "evidence": "" if over else _evidence(one), "why": "" if over else _line(one.woke),
        "owner": name(one.owner) if one.owner else "", "how": _line(one.how) if over else "",
        "by": name(one.resolved_by) if over and one.resolved_by else "",
        "acknowledged": _acknowledged(one) if over or one.regressed_at else "",
    }


def _iso(at: datetime | None) -> str:
    return at.isoformat() if at else ""


def _line(text: str) -> str:
    """One line that shows all that it holds: no control characters, none that turn the direction."""
    plain_text = "".join(one if one.isprintable() else " " for one in text.replace(words.NB, " "))
    told = " ".join(plain_text.split())
    return told if len(told) <= LINE else f"{told[:LINE - 1]}…"


def _acknowledged(one: Incident) -> str:
    """The acknowledgement that ended when it was over; one query."""
    told = one.events.filter(what="acknowledged", undone_at=None).select_related("person").order_by("id").last()
    return _line(f"by {name(told.person)}: {told.text}") if told and not one.acknowledged_at else ""


def _evidence(one: Incident) -> str:
    """The line that proves the cause; what cannot be read must keep nobody from hearing of the failure."""
    row = VerdictRow.objects.filter(attempt=one.last_id).first() if one.last_id and one.cause else None
    try:
        found = plain.load(Verdict, row.data).findings if row and row.cause == one.cause else ()
        return _line(found[0].evidence[0].text) if found and found[0].evidence else ""
    except (TypeError, ValueError, AttributeError):
        return ""


def message(row: Notice) -> Message:
    """What a notice says, with its links; no query."""
    reference = hashlib.sha256(row.key.encode()).hexdigest()[:24]
    write = {"failed": _failed, "recovered": _recovered, "digest": _digest}.get(row.what, _test)
    return _clean(write(row.body, reference))


def _clean(told: Message) -> Message:
    """The same in single lines, in which no address stands that a reader's program would make a link of."""
    return replace(
        told, subject=_dead(told.subject), lead=_dead(told.lead),
        facts=tuple((label, _dead(_line(text))) for label, text in told.facts),
        rows=tuple(Link(_dead(row.text), row.url) for row in told.rows))


def _dead(text: str) -> str:
    return _line(text).replace("://", ":\u2060//").replace("www.", "www\u2060.")


def _failed(told: dict[str, Any], reference: str) -> Message:
    lead = f"{place(told)} failed{' again' if told['times'] > 1 else ''}: {told['title']}"
    if told["silent"]:
        lead = f"{place(told)}: {told['title']}"
    facts = (
        ("Production traffic", TRAFFIC[told["rank"]]), ("Since", _moment(told["since"])), ("Seen late", _late(told)),
        ("Cause", _cause(told)), ("Evidence", told["evidence"]), ("In hand", told["owner"] or "Nobody has it yet"),
        ("Told again because", told["why"]), ("Acknowledged before", _ended(told)), *_where(told))
    return _one(told, reference, "failed", lead, facts, GROUPS[told["rank"]])


def _recovered(told: dict[str, Any], reference: str) -> Message:
    took = lasted(told)
    lead = f"{place(told)} resolved by {told['by']} after {took}" if told["by"] else \
        f"{place(told)} recovered after {took}" if told["how"] == READY else \
        f"{place(told)}, over after {took}: {told['how']}"
    facts = (("Was", told["title"]), ("How it ended", told["how"]), ("Wrong for", took),
             ("From", _moment(told["since"])), ("Until", _moment(told["at"])), ("Acknowledged", _ended(told)),
             *_where(told))
    return _one(told, reference, "recovered", lead, facts, "")


def _ended(told: dict[str, Any]) -> str:
    return f"{told['acknowledged']}; this ended when it was over" if told["acknowledged"] else ""


def _one(told: dict[str, Any], reference: str, what: str, lead: str, facts: tuple[tuple[str, str], ...],
         stake: str) -> Message:
    links = (Link("Open the incident", incident_url(told)), *_attempt_link(told))
    data = {key: told[key] for key in ("incident", "workspace", "endpoint", "deployment", "attempt", "cause",
                                       "certainty", "title", "since", "at", "times", "evidence", "how")}
    return Message(
        reference, f"incident-{told['incident']}", what, RESOLVED if what == "recovered" else told["rank"],
        _short(f"{lead}{' · ' if stake else ''}{stake}"), lead, tuple(fact for fact in facts if fact[1]), links=links,
        data=data | {"traffic": TRAFFIC[told["rank"]].lower(), "links": [link.url for link in links]})


def _digest(told: dict[str, Any], reference: str) -> Message:
    items = told["items"]
    open_ones = sum(not item["over"] for item in items)
    lead = f"{words.plural(len(items), 'incident')}: {open_ones} open, {len(items) - open_ones} over".replace(
        words.NB, " ")
    rows = tuple(Link(_row(item), incident_url(item)) for item in items[:LISTED])
    more = len(items) - len(rows)
    facts = (("Why in one message", _why(told)), ("Not listed here", f"{more} more, in Triage" if more else ""))
    rank = min((item["rank"] for item in items if not item["over"]), default=RESOLVED)
    data = {"items": [{"incident": item["incident"], "endpoint": item["endpoint"], "deployment": item["deployment"],
                       "attempt": item["attempt"], "title": item["title"], "over": item["over"],
                       "link": incident_url(item)} for item in items]}
    return Message(reference, f"digest-{reference}", "digest", rank, _short(lead), lead,
                   tuple(fact for fact in facts if fact[1]), rows, (Link("Open Triage", _url("triage")),), data)


def _row(item: dict[str, Any]) -> str:
    where = f"{place(item)} · {item['title']}"
    if item["over"]:
        return f"Over after {lasted(item)} · {where}"
    again = f" · failed {item['failures']} times" if item["failures"] > 1 else ""
    return f"{GROUPS[item['rank']]} · {where}{again}"


def _why(told: dict[str, Any]) -> str:
    if told["gap"]:
        since, until = (datetime.fromisoformat(at) for at in told["gap"])
        length = words.exact((until - since).total_seconds()).replace(words.NB, " ")
        return f"We did not see what happened from {_moment(told['gap'][0])} to {_moment(told['gap'][1])} ({length})"
    if any(item["late"] for item in told["items"]):
        return "We saw these late, and do not know why"
    return "Held back in quiet hours" if told["held"] else "They came at the same time"


def _test(told: dict[str, Any], reference: str) -> Message:
    lead = f"Test of the channel {told['channel']}"
    return Message(reference, f"test-{reference}", "test", RESOLVED, _short(lead), lead,
                   (("Asked by", told["by"]), ("Nothing is wrong", "This message only shows that the channel works")),
                   links=(Link("Open Triage", _url("triage")),), data={})


def place(told: dict[str, Any]) -> str:
    """`churn-scorer / green`, or what else the incident is about."""
    return " / ".join(filter(None, (told["endpoint"], told["deployment"]))) or told["family"] or told["workspace"]


def lasted(told: dict[str, Any]) -> str:
    """How long it was wrong."""
    between = datetime.fromisoformat(told["at"]) - datetime.fromisoformat(told["since"])
    return words.exact(max(0.0, between.total_seconds())).replace(words.NB, " ")


def _where(told: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    return (("Workspace", told["workspace"]), ("Endpoint", told["endpoint"]), ("Deployment", told["deployment"]),
            ("Quota family", told["family"]), ("Attempt", str(told["attempt"] or "")))


def _cause(told: dict[str, Any]) -> str:
    return f"{told['title']} ({told['certainty']})" if told["cause"] and told["certainty"] else told["title"]


def _late(told: dict[str, Any]) -> str:
    return f"It happened at {_moment(told['at'])}, before this dashboard saw it" if told["late"] else ""


def _moment(text: str) -> str:
    at = words.moment(datetime.fromisoformat(text), datetime.fromisoformat(text))
    return at.full.replace(words.NB, " ") if at else ""


def _short(text: str) -> str:
    return text if len(text) <= SUBJECT else f"{text[:SUBJECT - 1]}…"


def incident_url(told: dict[str, Any]) -> str:
    """The incident as of the attempt that is told of, not as of its latest."""
    as_of = f"?a={told['attempt']}" if told["attempt"] else ""
    return f"{_url('incident', told['incident'])}{as_of}"


def _attempt_link(told: dict[str, Any]) -> tuple[Link, ...]:
    if not told["attempt"] or not told["endpoint"]:
        return ()
    below = (told["slug"], told["endpoint"], *filter(None, (told["deployment"],)), told["attempt"])
    return (Link(f"Attempt {told['attempt']}", _url("attempt" if told["deployment"] else "endpoint-attempt", *below)),)


def _url(view: str, *args: object) -> str:
    return settings.PUBLIC_URL + reverse(view, args=args)
