"""A browser for journeys that bring rows of their own; those that start a demo launch it there."""
import pytest

from tests.journeys.browser import launched, needed
from tests.troubleshoot.conftest import at, azure

__all__ = ["at", "azure", "browser"]


@pytest.fixture(scope="module")
def browser():
    needed()
    with pytest.MonkeyPatch.context() as patch, launched() as found:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright keeps a loop in this thread
        yield found
