"""A held clock, and facts as the client would give them."""
from datetime import UTC, datetime, timedelta

import pytest

from tests.dashboard import rows
from troubleshoot import clock, record, watches
from troubleshoot.diagnosis.facts import DeploymentFacts, EndpointFacts, Place, WorkspaceFacts
from troubleshoot.models import Watch

SUB = "11111111-1111-1111-1111-111111111111"
SPACE = Place(SUB, "rg-risk", "mlw-risk")
START = datetime(2026, 11, 25, 10, 0, tzinfo=UTC)


class Azure:
    """The fleet as Azure would list it, changed by a test between two looks."""

    def __init__(self):
        self.endpoints = {}
        self.deployments = {}

    def endpoint(self, name="fraud", **fields):
        place = Place(SUB, SPACE.group, SPACE.workspace, name)
        self.endpoints[name] = EndpointFacts(place, **({"state": "Succeeded"} | fields))
        self.deployments.setdefault(name, {})

    def deployment(self, name="blue", endpoint="fraud", operation="op1", **fields):
        place = Place(SUB, SPACE.group, SPACE.workspace, endpoint, name)
        uri = f"https://management.azure.com/x/mfeOperationsStatus/{operation}?api-version=1" if operation else ""
        self.deployments[endpoint][name] = DeploymentFacts(
            place, **({"state": "Creating", "created_at": START, "operation_uri": uri} | fields))

    def seen(self, **fields):
        below = tuple((name, tuple(found.values())) for name, found in self.deployments.items())
        return record.FleetSeen(tuple(self.endpoints.values()), below, **fields)

    def look(self, **fields):
        """One poll of the workspace's endpoints; returns the attempts that changed."""
        return record.endpoints(hold("endpoints"), self.seen(**fields))


def hold(poll, **where):
    """Claim the watch of a poll, due or not."""
    watch = Watch.objects.get(poll=poll, **where)
    Watch.objects.filter(id=watch.id).update(due_at=clock.now(), parked_at=None)
    held = watches.claim(watch.id, "test")
    assert held is not None
    return held


@pytest.fixture
def at(db):
    """Holds the clock; call it with minutes to move on."""
    clock.hold(START)
    yield lambda minutes: clock.hold(clock.now() + timedelta(minutes=minutes))
    clock.hold(None)


@pytest.fixture
def azure(at):
    """A watched workspace with nothing in it yet."""
    record.subscriptions([SUB])
    record.workspaces(hold("workspaces"), [WorkspaceFacts(SPACE, location="westeurope")], (), timedelta(minutes=5))
    return Azure()


@pytest.fixture
def green(db, held_clock):
    """green of churn-scorer, which has 40 % of the traffic beside blue."""
    end = rows.endpoint(rows.workspace("mlw-growth"), "churn-scorer", {"blue": 60, "green": 40})
    rows.verdict(rows.attempt(rows.deployment(end, "blue"), "Succeeded", began=9000))
    return rows.deployment(end, "green", "Failed")
