"""The cast of the pages: ada sees all, ben sees one workspace, eve sees none; and a small fleet."""
import pytest
from django.conf import settings

from tests.dashboard import rows
from troubleshoot import clock
from troubleshoot.models import Access, Person

PASSWORD = "correct horse battery"


@pytest.fixture(autouse=True)
def plain_static_files():
    """Pages name static files as they lie in the folder: tests need no collected copy."""
    settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
    settings.STATIC_ROOT = settings.BASE / "static"
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def held_clock():
    """The house clock stands at the fleet's moment."""
    clock.hold(rows.NOW)
    yield rows.NOW
    clock.hold(None)


@pytest.fixture
def fleet(db, held_clock):
    """Two workspaces; `growth` holds churn-scorer with a failed green, `risk` a healthy endpoint."""
    rows.heartbeat()
    growth, risk = rows.workspace("mlw-growth", "northeurope"), rows.workspace("mlw-risk")
    failed = rows.churn(growth)
    rows.verdict(rows.attempt(rows.deployment(rows.endpoint(risk, "fraud", {"blue": 100}), "blue"), "Succeeded"))
    rows.quota(growth)
    rows.compute(growth)
    return {"growth": growth, "risk": risk, "failed": failed}


def person(name, **fields):
    """A person who may sign in."""
    return Person.objects.create_user(name, password=PASSWORD, **fields)


@pytest.fixture
def ada(fleet, client):
    """Signed in, sees all workspaces."""
    client.force_login(person("ada", sees_all=True))
    return client


@pytest.fixture
def ben(fleet, client):
    """Signed in, sees only the workspace `mlw-growth`."""
    ben = person("ben")
    Access.objects.create(person=ben, workspace=fleet["growth"], given_at=rows.NOW)
    client.force_login(ben)
    return client


@pytest.fixture
def eve(fleet, client):
    """Signed in, sees nothing."""
    client.force_login(person("eve"))
    return client
