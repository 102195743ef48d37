"""A browser for journeys that bring rows of their own; those that start a demo launch it there."""
import pytest
from django.conf import settings
from django.test import Client

from tests.conftest import person
from tests.journeys.browser import Reader, launched, needed
from tests.troubleshoot.conftest import at, azure
from tests.workers.conftest import receiver
from troubleshoot.models import Person

__all__ = ["at", "azure", "browser", "receiver", "screen"]


@pytest.fixture(scope="module")
def browser():
    needed()
    with pytest.MonkeyPatch.context() as patch, launched() as found:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright keeps a loop in this thread
        yield found


@pytest.fixture
def screen(browser, live_server):
    """Makes a screen for a person of that name, signed in; what its pages complain about fails the test."""
    name, made = settings.SESSION_COOKIE_NAME, []

    def make(width=1440, height=900, who="ada", **options):
        client = Client()
        client.force_login(Person.objects.filter(username=who).first() or person(who, sees_all=True))
        one = Reader(browser, {"url": live_server.url}, width, height, **options)
        one.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": live_server.url}])
        made.append(one)
        return one
    yield make
    for one in made:
        assert one.complaints == [] and one.strangers == []
        one.context.close()
