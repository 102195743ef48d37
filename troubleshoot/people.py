"""People as incidents know them: how each is called on a page, and who may see a workspace."""
from django.db.models import Q, QuerySet

from troubleshoot.models import Person


def name(person: Person | None) -> str:
    """How a person is called on a page."""
    return (person.get_full_name() or person.get_username()) if person else "somebody whose account is gone"


def may_see(workspace: int) -> QuerySet[Person]:
    """The people with an open account who may see a workspace, by name; no query before it is used."""
    return Person.objects.filter(is_active=True).filter(
        Q(sees_all=True) | Q(is_superuser=True) | Q(access__workspace=workspace)).distinct().order_by(
        "first_name", "last_name", "username")
