"""From a failure at Azure to the message that tells it, and to the one that tells its end; nothing is faked between."""
import pytest

from tests.through import through
from troubleshoot import clock, notices, outbox
from troubleshoot.models import Channel, Notice
from workers import inbox, notify

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def way(settings):
    with through(seed=7) as way:
        settings.NOTICE_ALLOW = [way.server.url.removeprefix("http://")]
        inbox.keep(f"{way.server.url}/_emulator/hooks")
        yield way


def received(way):
    """Send all that is due, as the worker does; what came until now."""
    for channel in outbox.channels_due():
        while notify.one(channel):
            pass
    return way.ask("hooks")["notices"]


def of(way, place):
    """What came about one deployment by itself, oldest first."""
    return [one for one in received(way)
            if (one["data"].get("endpoint"), one["data"].get("deployment")) == (place["endpoint"], place["deployment"])]


def play(way, place, story):
    """Begin an attempt, and look as often as the worker would until it is over and its logs are read."""
    names = {key: place[key] for key in ("workspace", "group", "endpoint", "deployment")}
    way.ask("story", {**names, "story": story})
    for _ in range(14):
        way.advance(3)
        way.look(rounds=3, healthy=False, place=place)
        received(way)


def test_a_failure_and_its_end_are_told_once_each_however_often_we_look(way):
    worst = way.look_at_worst()
    way.advance(notices.SETTLE.total_seconds() / 60)
    received(way)
    well = next(one["place"] for one in way.book()["deployments"]
                if one["state"] == "Succeeded" and way.lane(one["place"]) == way.lane(worst))
    before = len(of(way, well))
    play(way, well, "syntax_error")
    failed, = of(way, well)[before:]
    assert failed["type"] == "incident.failed"
    assert failed["data"]["links"][0].endswith(f"/i/{failed['data']['incident']}?a={failed['data']['attempt']}")
    play(way, well, "healthy_scary")
    ended = of(way, well)[-1]
    assert [one["type"] for one in of(way, well)[before:]] == ["incident.failed", "incident.recovered"]
    assert ended["data"]["incident"] == failed["data"]["incident"]
    assert not Notice.objects.filter(sent_at=None, digest=None, due_at__lte=clock.now()).exists()
    assert Channel.objects.get().error == ""
