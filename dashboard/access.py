"""The only way to get a workspace, endpoint, deployment or attempt for a request: 404 for a stranger."""
from collections.abc import Iterable
from typing import TypeVar

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.http import Http404, HttpRequest

from troubleshoot import people
from troubleshoot.models import Attempt, Channel, Deployment, Endpoint, Incident, IncidentEvent, Person, Rule, Workspace

T = TypeVar("T")


def visible(person: Person) -> QuerySet[Workspace]:
    """The workspaces that a person may see; no query before it is used."""
    if person.sees_all or person.is_superuser:
        return Workspace.objects.all()
    return Workspace.objects.filter(access__person=person)


def mine(request: HttpRequest) -> QuerySet[Workspace]:
    """The workspaces that the one who asks may see; no query before it is used."""
    return visible(person(request))


def workspace(request: HttpRequest, slug: str) -> Workspace:
    """A workspace by its slug; Http404 where it is not there or not for this person. One query."""
    return _found(mine(request).filter(slug=slug).first())


def endpoint(request: HttpRequest, slug: str, name: str) -> Endpoint:
    """An endpoint with its workspace, deleted ones included; names ignore case, as Azure's do. One query."""
    rows = Endpoint.objects.select_related("workspace").filter(
        workspace__in=mine(request), workspace__slug=slug, name__iexact=name)
    return _found(rows.first())


def deployment(request: HttpRequest, slug: str, endpoint_name: str, name: str) -> Deployment:
    """A deployment with its endpoint and workspace, deleted ones included. One query."""
    rows = Deployment.objects.select_related("endpoint__workspace", "latest").filter(
        endpoint__workspace__in=mine(request), endpoint__workspace__slug=slug,
        endpoint__name__iexact=endpoint_name, name__iexact=name)
    return _found(rows.first())


def attempt(request: HttpRequest, slug: str, endpoint_name: str, name: str, number: int | None = None) -> Attempt:
    """An attempt of a deployment, or of the endpoint where `name` is empty; without number the newest. One query.

    Its `incident` is the number of the newest incident that it belongs to, or None.
    """
    held = IncidentEvent.objects.filter(attempt=OuterRef("id")).order_by("-id").values("incident")[:1]
    rows = Attempt.objects.select_related("deployment", "endpoint__workspace", "verdict").annotate(
        incident=Subquery(held)).filter(
        endpoint__workspace__in=mine(request), endpoint__workspace__slug=slug, endpoint__name__iexact=endpoint_name)
    rows = rows.filter(deployment__name__iexact=name) if name else rows.filter(deployment=None)
    if number is not None:
        rows = rows.filter(number=number)
    return _found(rows.order_by("-number").first())


def operation(request: HttpRequest, named: str) -> Attempt:
    """The attempt behind an operation id that Azure printed. One query."""
    rows = Attempt.objects.select_related("deployment", "endpoint__workspace").filter(
        endpoint__workspace__in=mine(request), operation_id=named.lower())
    return _found(rows.order_by("-id").first())


def incident(request: HttpRequest, number: int) -> Incident:
    """An incident with its subject, its newest attempt and whoever has it in hand. One query."""
    rows = Incident.objects.select_related(
        "workspace", "endpoint__workspace", "deployment", "owner", "first", "last__deployment", "last__verdict")
    return _found(rows.filter(workspace__in=mine(request).order_by(), id=number).first())


def incidents(request: HttpRequest, numbers: Iterable[str]) -> list[Incident]:
    """The incidents that a form names; Http404 where one of them is not there or not for this person. One query."""
    said = list(dict.fromkeys(numbers))
    if not all(one.isascii() and one.isdigit() and len(one) < 10 for one in said):
        raise Http404
    rows = list(Incident.objects.filter(workspace__in=mine(request).order_by(), id__in=said).order_by("id"))
    if len(rows) != len(said):
        raise Http404
    return rows


def seers(request: HttpRequest, workspace: Workspace) -> QuerySet[Person]:
    """The people who may see a workspace that the one who asks may see; no query before it is used."""
    return people.may_see(workspace.id).filter(Exists(mine(request).filter(id=workspace.id).order_by()))


def sees_all(request: HttpRequest) -> bool:
    """Whether the one who asks sees every workspace, and so may say what the whole installation tells."""
    one = person(request)
    return one.sees_all or one.is_superuser


def channels(request: HttpRequest) -> QuerySet[Channel]:
    """The channels of workspaces that one may see; those of the installation only for who sees all."""
    own = Q(workspace__in=mine(request).order_by())
    return Channel.objects.filter(own | Q(workspace=None) if sees_all(request) else own)


def channel(request: HttpRequest, number: int) -> Channel:
    """A channel with its workspace. One query."""
    return _found(channels(request).select_related("workspace").filter(id=number).first())


def rule(request: HttpRequest, channel: int, number: int) -> Rule:
    """A rule of a channel, with the channel and both workspaces. One query."""
    rows = Rule.objects.select_related("channel__workspace", "workspace").filter(
        channel__in=channels(request).order_by(), channel=channel, id=number)
    return _found(rows.first())


def person(request: HttpRequest) -> Person:
    """Who asks; pages are closed to everybody else by the middleware."""
    if not isinstance(request.user, Person):
        raise Http404
    return request.user


def _found(row: T | None) -> T:
    if row is None:
        raise Http404
    return row
