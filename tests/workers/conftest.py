"""What the tests of notices share."""
import pytest

from tests.workers.receiver import Receiver


@pytest.fixture
def receiver():
    """A server on this machine that records what is posted to it."""
    found = Receiver()
    yield found
    found.stop()
