"""A failed update of what was ready before: whether it still serves, the call that tells, and what a person found."""
import shlex
from dataclasses import dataclass
from datetime import datetime

from django.db.models import FilteredRelation, Q

from troubleshoot import people, ranks, stakes
from troubleshoot.boards.card import Fact
from troubleshoot.boards.traffic import traffic_fact
from troubleshoot.boards.words import Moment, moment
from troubleshoot.diagnosis.facts import Finding
from troubleshoot.models import Attempt, Deployment, Incident


@dataclass(frozen=True, slots=True)
class Update:
    """What the page of a failed update shows before its cause."""

    facts: tuple[Fact, ...]
    invoke: str  # the call that tells whether it still serves
    number: int  # of the open incident, which keeps the answer; 0: there is none
    serving: str  # what a person found: "", yes, no
    found_by: str
    found_at: Moment | None
    owner: int | None  # who has the incident
    mine: bool


def beside(row: Attempt) -> list[Deployment]:
    """The deployments of its endpoint, its own with the open `incident` of this attempt if there is one; one query."""
    this = Q(incidents__last=row.id, incidents__resolved_at=None, incidents__silent=False)
    rows = row.endpoint.deployments.annotate(incident=FilteredRelation("incidents", condition=this))
    # The stubs know no relation that a query makes.
    return list(rows.select_related("incident__owner", "incident__serving_by"))  # type: ignore[misc]


def of(row: Attempt, siblings: list[Deployment], best: Finding | None, person: int | None, now: datetime
       ) -> Update | None:
    """What is shown of an attempt, with the deployments that `beside` gave; None where it is no such update."""
    one = row.deployment
    if row.state != "Failed" or one is None or stakes.traffic_of(row) != ranks.NOT_KNOWN \
            or stakes.never_ready(one, row.first_provisioning):
        return None
    held: Incident | None = next((getattr(each, "incident", None) for each in siblings if each.id == one.id), None)
    when = moment(stakes.since(row), now)
    facts = (_traffic(row, held), Fact("Since", when.age if when else "not known", since=when,
                                       first_seen=stakes.told(row) is None),
             _who(one, held, now), Fact("Certainty", best.certainty.capitalize() if best else "Not known"))
    return Update(
        facts, invoke(row, one), held.id if held else 0, held.serving if held else "",
        people.name(held.serving_by) if held and held.serving else "", moment(held.serving_at, now) if held else None,
        held.owner_id if held else None, bool(held and held.owner_id and held.owner_id == person))


def _traffic(row: Attempt, held: Incident | None) -> Fact:
    """Not known, until a person has asked the endpoint."""
    told = traffic_fact(row)
    if held is None or not held.serving:
        return told
    said = "still serves" if held.serving == "yes" else "does not serve"
    return Fact(told.name, ranks.TRAFFIC[held.rank], f"{people.name(held.serving_by)} found that it {said}",
                "bad" if held.rank == ranks.AFFECTED else "")


def _who(one: Deployment, held: Incident | None, now: datetime) -> Fact:
    """Who has the incident; where there is none, who Azure's tags say that the deployment belongs to."""
    if held is None:
        return Fact("Owner", one.owner or "Owner unknown", one.team, "" if one.owner else "warn")
    since = moment(held.taken_at, now)
    if held.owner:
        return Fact("Who has it", people.name(held.owner), f"since {since.clock} UTC" if since else "")
    whose = ", ".join(filter(None, (one.owner, one.team)))
    return Fact("Who has it", "Nobody", f"tagged {whose}" if whose else "no owner is tagged", "warn")


def invoke(row: Attempt, one: Deployment) -> str:
    """One scoring call to this deployment alone, for the reader to run."""
    space = row.endpoint.workspace
    end, group, name = (shlex.quote(each) for each in (row.endpoint.name, space.group, space.name))
    return (f"az ml online-endpoint invoke -n {end} \\\n    --deployment-name {shlex.quote(one.name)} \\\n"
            f"    --request-file sample-request.json \\\n    -g {group} -w {name}")
