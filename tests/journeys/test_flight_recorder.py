"""The flight recorder: an endpoint with three attempts is told rightly on one page, long after Azure forgot it."""
import re
from datetime import datetime, timedelta
from html import unescape
from urllib.parse import quote

import pytest
from django.test import Client

from tests.through import through
from troubleshoot import clock, logstore
from troubleshoot.diagnosis import logs
from troubleshoot.models import Endpoint, Log, Person

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]
STORY = "flight_recorder"


class Recorded:
    """The story as it was played, looked at, and told."""

    def __init__(self, way):
        self.way = way
        coming = self.at(clock.now() + timedelta(hours=5))
        self.place = next(one["place"] for one in coming if one["story"] == STORY)
        self.played = [one for one in coming if one["place"] == self.place]
        self.ends = [datetime.fromisoformat(one["ended"]) for one in self.played]

    def at(self, moment):
        return self.way.ask(f"book?logs=0&at={quote(moment.isoformat())}")["attempts"]

    def look_until(self, moment, step):
        while clock.now() < moment:
            self.way.advance(min(step, (moment - clock.now()).total_seconds() / 60 + 0.01))
            self.way.look(rounds=3, place=self.place)


def body(client, path):
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


def words(html):
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def listed(page):
    """The events of the list: (moment, words, where it links to)."""
    found = re.search(r'<ol class="evs dated">(.*?)</ol>', page, re.S)[1]
    return [(re.search(r'datetime="([^"]+)"', one)[1], words(one.split("</time>", 1)[1]),
             re.findall(r'href="(/w/[^"]+)"', one)) for one in re.findall(r"<li>.*?</li>", found, re.S)]


@pytest.fixture
def recorded():
    """Looked at every other minute, but for seventy minutes; then once more when Azure has forgotten it all."""
    with through(7) as way:
        story = Recorded(way)
        way.look(rounds=3)
        story.look_until(story.ends[2] + timedelta(minutes=14), 2)
        way.advance(70)
        story.look_until(story.ends[4] + timedelta(minutes=4), 2)
        way.advance(25)
        way.look(rounds=1)
        yield story


@pytest.fixture
def reader():
    client = Client()
    client.force_login(Person.objects.create_user("ada", password="x" * 16, sees_all=True))
    return client


def test_three_attempts_six_restarts_a_gap_a_late_success_and_a_deletion_read_right_on_one_page(recorded, reader):
    end = Endpoint.objects.get(name=recorded.place["endpoint"], workspace__group=recorded.place["group"])
    page = body(reader, f"/w/{end.workspace.slug}/e/{end.name}/timeline")
    told = listed(page)
    texts = [text for _, text, _ in told]

    def place(start):
        found = [at for at, text in enumerate(texts) if re.search(start, text)]
        assert found, (start, texts)
        return found[0]

    # three attempts in order, each with its end; the late success is told as one
    order = [place(start) for start in (
        "the creation of blue blue 1", "^blue failed to deploy blue 1", "^blue was deleted",
        "the creation of blue blue 2", "^Azure reported that blue failed blue 2",
        "^blue became ready late, without a new operation", "to blue 100 %",
        r"^We did not look from \d\d:\d\d to \d\d:\d\d: nothing polled 1 h",
        r"^A gap before line \d+ of inference-server blue 2",
        "an update of blue blue 3", "^blue failed to update blue 3", "^The endpoint was deleted")]
    assert order == sorted(order)
    assert [at for at, *_ in told] == sorted(at for at, *_ in told)

    # nothing is told twice, but what happened twice
    assert len({(at, text) for at, text, _ in told}) == len(told)
    twice = {text for text in texts if texts.count(text) > 1}
    assert twice <= {text for text in texts if "was deleted" in text or "the deletion of blue" in text}
    table = words(page.split('id="at"')[1])
    assert re.search(r"blue, attempt 1 create .* Failed after .* blue, attempt 2 create .* Ready late after .* blue, "
                     r"attempt 3 update .* Failed after", table)
    assert "was deleted: 3 attempts, 2 failed, 1 became ready late" in words(page)

    # six starts of the container, at the times at which it was started, with the lines that they begin at
    starts = [(at, text, links[0]) for at, text, links in told if text.startswith("inference-server started")]
    assert len(starts) == 6
    assert [text.split(" blue ")[1][0] for _, text, _ in starts] == ["1", "1", "1", "2", "3", "3"]
    for number, (_, text, link) in enumerate(starts):
        line = re.search(r"line (\d+)", text)[1]
        assert link.endswith(f"#L{line}") and log_line(reader, link)
        log = Log.objects.get(attempt__endpoint=end, attempt__deployment__name="blue", container="inference-server",
                              attempt__number=int("111233"[number]))
        assert int(line) - 1 in logs.restarts([said for _, said in logstore.read(log)])

    # each quoted line says in the log what it says here
    quoted = [(text, links[0]) for _, text, links in told if ", line " in text and "gap" not in text]
    assert len(quoted) >= 2
    for text, link in quoted:
        assert text.split(" blue ")[0] in log_line(reader, link)

    # what is missing, and why
    gap = texts[place(r"^A gap before line \d+ of inference-server blue 2")]
    assert "may be missing" in gap and re.search(r"Nothing was read between \d\d:\d\d and \d\d:\d\d UTC, 1 h", gap)

    # what proves the causes of the two failures, and who asked for the end
    for one in (recorded.played[0], recorded.played[3]):
        assert one["expected"]["decisive"] in words(page)
    assert place("asked for the deletion of the endpoint") < place("^The endpoint was deleted")

    # and every page that it leads to still answers
    found = {unescape(link).partition("#")[0] for link in re.findall(r'href="(/w/[^"]+)"', page)}
    assert len(found) > 8
    assert {link: reader.get(link).status_code for link in found} == dict.fromkeys(found, 200)


def log_line(client, link):
    """The text of the line of a log that a link leads to."""
    path, _, number = unescape(link).partition("#L")
    return words(re.search(rf'<li id="L{number}".*?</li>', body(client, path), re.S)[0])
