"""Channels and rules: made, changed and deleted by plain forms; secrets stay inside; strangers see nothing."""
import base64
import hmac
import html
import re
from datetime import time, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

from tests.conftest import person
from tests.dashboard import rows
from troubleshoot import channels, outbox, sealed
from troubleshoot.models import AuditEntry, Channel, Notice, Person, Rule
from workers import notify

pytestmark = pytest.mark.postgres
KEY = base64.b64encode(b"k" * 32).decode()
SLACK = "https://hooks.slack.com/services/T0AB/B0CD/secretpart"
MAIL = {"ws": "mlw-growth", "kind": "email", "name": "on call", "address": "a@example.com, b@example.com", "on": "on"}
RULE = {"endpoint": "", "rank": "0", "cause": "", "recoveries": "on", "zone": "UTC", "break_quiet": "on",
        "quiet_from": "", "quiet_until": ""}


def words(answer):
    page = answer.content.decode().replace("\xa0", " ")
    text = re.sub(r"<[^>]+>", " ", re.search(r"<main.*</main>", page, re.S)[0])
    return html.unescape(re.sub(r"\s+", " ", text))


def channel(space=None, **fields):
    return Channel.objects.create(**({
        "workspace": space, "name": "ml-alerts", "kind": "slack", "address": sealed.seal(SLACK), "made_at": rows.NOW,
        "shown": "https://hooks.slack.com/…"} | fields))


def test_a_channel_is_added_with_its_address_sealed_and_leads_to_its_first_rule(fleet, ben):
    answer = ben.post("/news/new", MAIL)
    row = Channel.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, f"/news/{row.id}/rules/new")
    assert (row.workspace, row.kind, row.on, row.made_by.username) == (fleet["growth"], "email", True, "ben")
    assert "example.com" not in row.address and sealed.unseal(row.address) == "a@example.com, b@example.com"
    ben.post(f"/news/{row.id}/rules/new", RULE | {"endpoint": "churn-scorer", "quiet_from": "22:00",
                                                  "quiet_until": "07:00", "zone": "Europe/Stockholm"})
    rule = Rule.objects.get()
    assert (rule.channel, rule.rank, rule.quiet_from, rule.zone, rule.workspace) == (
        row, 0, time(22), "Europe/Stockholm", None)
    assert ("endpoint churn-scorer; production traffic affected; also when it is over; quiet from 22:00 to 07:00 "
            "Europe/Stockholm, but for production traffic affected") in words(ben.get("/news/"))


def test_a_wrong_field_is_told_beside_it_and_what_was_typed_stays_but_for_secrets(fleet, ben):
    answer = ben.post("/news/new", MAIL | {"kind": "slack", "name": "alerts & more", "address": SLACK + "?x y"})
    page = answer.content.decode()
    assert answer.status_code == 422 and not Channel.objects.exists()
    assert 'id="id_address_error"' in page and 'value="alerts &amp; more"' in page
    assert "secretpart" not in page
    assert "a@example" in ben.post("/news/new", MAIL | {"address": "a@example"}).content.decode()


@pytest.mark.parametrize("address", [
    "http://hooks.example.com/x", "https://169.254.169.254/latest", "https://[::1]/", "https://127.1/",
    "https://user:word@hooks.example.com/", "https://hooks.example.com:22/", "file:///etc/passwd"])
def test_an_address_that_may_not_be_called_is_refused_by_the_form(fleet, ben, address):
    told = MAIL | {"kind": "webhook", "address": address, "secret": KEY}
    assert ben.post("/news/new", told).status_code == 422
    assert not Channel.objects.exists()


def test_a_signed_webhook_needs_a_key_that_can_sign(fleet, ben):
    told = MAIL | {"kind": "webhook", "address": "https://hooks.example.com/x"}
    for wrong in ("", "short", "not base64 at all, is it?", base64.b64encode(b"k" * 8).decode()):
        assert ben.post("/news/new", told | {"secret": wrong}).status_code == 422
    answer = ben.post("/news/new", told | {"secret": "whsec_" + KEY})
    row = Channel.objects.get()
    assert answer.status_code == 302 and sealed.unseal(row.secret) == "whsec_" + KEY
    assert KEY not in row.secret


def test_another_address_of_a_webhook_asks_for_its_key_again_and_an_empty_one_keeps_both(fleet, ben):
    ben.post("/news/new", MAIL | {"kind": "webhook", "address": "https://hooks.example.com/x", "secret": KEY})
    row = Channel.objects.get()
    path = f"/news/{row.id}/change"
    assert ben.post(path, {"name": "n", "address": "https://elsewhere.example.com/", "on": "on"}).status_code == 422
    assert ben.post(path, {"name": "renamed", "address": "", "on": "on"}).status_code == 302
    kept = Channel.objects.get()
    assert (kept.name, kept.address, kept.secret) == ("renamed", row.address, row.secret)
    told = {"name": "renamed", "address": "https://elsewhere.example.com/", "secret": KEY, "on": "on"}
    assert ben.post(path, told).status_code == 302
    assert Channel.objects.get().shown == "https://elsewhere.example.com/…"


def test_no_page_ever_prints_an_address_or_a_key(fleet, ben):
    ben.post("/news/new", MAIL | {"kind": "webhook", "address": "https://hooks.example.com/private", "secret": KEY})
    number = Channel.objects.get().id
    for path in ("/news/", f"/news/{number}/", f"/news/{number}/change", f"/news/{number}/delete", "/workspaces/"):
        page = ben.get(path).content.decode()
        assert "private" not in page and KEY not in page
    assert not AuditEntry.objects.filter(text__contains="private").exists()


def test_a_channel_of_the_installation_is_made_and_seen_only_by_who_sees_all(fleet, ben, client):
    wide = channel(name="all-hands")
    own = Rule.objects.create(channel=wide, rank=3)
    assert ben.post("/news/new", MAIL | {"ws": "*"}).status_code == 422
    assert ben.post("/news/new", MAIL | {"ws": "mlw-risk"}).status_code == 422
    for path in ("", "change", "delete", "rules/new", f"rules/{own.id}", f"rules/{own.id}/delete"):
        assert ben.get(f"/news/{wide.id}/{path}").status_code == 404
        if path:
            assert ben.post(f"/news/{wide.id}/{path}", RULE | MAIL).status_code == 404
    assert ben.post(f"/news/{wide.id}/test").status_code == 404
    assert "all-hands" not in ben.get("/news/").content.decode()
    client.force_login(person("cid", sees_all=True))
    assert client.post("/news/new", MAIL | {"ws": "*"}).status_code == 302
    assert "all-hands" in words(client.get("/news/"))
    assert Channel.objects.filter(workspace=None).count() == 2


def test_a_rule_is_reached_only_through_its_own_channel(fleet, ben):
    mine, other = channel(fleet["growth"]), channel(fleet["risk"], name="theirs")
    rule = Rule.objects.create(channel=other, rank=3)
    for path in (f"/news/{mine.id}/rules/{rule.id}", f"/news/{other.id}/rules/{rule.id}/delete"):
        assert ben.post(path, RULE).status_code == 404
    assert Rule.objects.get() == rule
    assert "theirs" not in ben.get("/news/").content.decode()


def test_a_rule_of_the_installation_may_name_a_workspace_and_one_of_a_workspace_may_not(fleet, ada):
    wide, own = channel(name="all"), channel(fleet["growth"])
    ada.post(f"/news/{wide.id}/rules/new", RULE | {"workspace": "mlw-risk"})
    ada.post(f"/news/{own.id}/rules/new", RULE | {"workspace": "mlw-risk"})
    assert [(one.channel, one.workspace) for one in Rule.objects.all()] == [(wide, fleet["risk"]), (own, None)]
    assert ada.post(f"/news/{wide.id}/rules/new", RULE | {"workspace": "no-such"}).status_code == 422


@pytest.mark.parametrize("wrong", [
    {"quiet_from": "22:00"}, {"quiet_until": "07:00"}, {"quiet_from": "22:00", "quiet_until": "22:00"},
    {"quiet_from": "25:00", "quiet_until": "07:00"}, {"zone": "Mars/Olympus"}, {"zone": "../../etc/passwd"},
    {"cause": "no-such-cause"}, {"rank": "4"}, {"rank": ""}, {"endpoint": "a\x00b"}, {"endpoint": "x" * 101}])
def test_a_rule_that_cannot_hold_is_refused_and_says_so(fleet, ben, wrong):
    own = channel(fleet["growth"])
    answer = ben.post(f"/news/{own.id}/rules/new", RULE | wrong)
    assert answer.status_code == 422 and 'class="errorlist"' in answer.content.decode()
    assert not Rule.objects.exists()


def test_a_rule_is_changed_and_deleted_by_forms_that_show_what_it_is(fleet, ben):
    own = channel(fleet["growth"])
    rule = Rule.objects.create(channel=own, rank=1, cause="out-of-quota", quiet_from=time(22), quiet_until=time(7))
    page = ben.get(f"/news/{own.id}/rules/{rule.id}").content.decode()
    assert 'value="out-of-quota"' in page and 'value="22:00"' in page
    assert re.search(r'<option value="1" selected', page)
    ben.post(f"/news/{own.id}/rules/{rule.id}", RULE | {"rank": "2"})
    assert (Rule.objects.get().rank, Rule.objects.get().cause) == (2, "")
    assert "Delete this rule?" in words(ben.get(f"/news/{own.id}/rules/{rule.id}/delete"))
    ben.post(f"/news/{own.id}/rules/{rule.id}/delete")
    assert not Rule.objects.exists()


def test_deleting_asks_first_and_says_what_goes(fleet, ben):
    own = channel(fleet["growth"])
    Rule.objects.create(channel=own, rank=3)
    outbox.test(own, Person.objects.get(username="ben"))
    assert "1 rule and the list of notices go with it; 1 that waits will not be sent" in words(
        ben.get(f"/news/{own.id}/delete"))
    assert Channel.objects.exists()
    assert ben.post(f"/news/{own.id}/delete", follow=True).redirect_chain == [("/news/", 302)]
    assert not Channel.objects.exists() and not Notice.objects.exists()


def test_every_change_is_recorded_with_name_and_time_for_who_may_see_it(fleet, ben, client):
    ben.post("/news/new", MAIL)
    number = Channel.objects.get().id
    ben.post(f"/news/{number}/change", {"name": "night shift", "address": ""})
    ben.post(f"/news/{number}/change", {"name": "night shift", "address": ""})
    ben.post(f"/news/{number}/rules/new", RULE)
    ben.post(f"/news/{number}/delete")
    assert [(one.what, one.person.username, one.at) for one in AuditEntry.objects.order_by("id")] == [
        (what, "ben", rows.NOW) for what in ("channel added", "channel changed", "rule added", "channel deleted")]
    assert "E-mail on call: now called night shift, switched off" in words(ben.get("/news/"))
    client.force_login(person("eve"))
    assert "night shift" not in client.get("/news/").content.decode()


def test_a_test_is_sent_once_at_a_time_and_its_end_is_shown(fleet, ben):
    own = channel(fleet["growth"])
    for _ in range(2):
        ben.post(f"/news/{own.id}/test")
    notice = Notice.objects.get()
    assert (notice.what, notice.channel) == ("test", own)
    assert "Test" in words(ben.get(f"/news/{own.id}/"))
    Notice.objects.update(gave_up_at=rows.NOW, error="The other side answered 410.", tries=1)
    assert "failed 03:10 UTC 1 try: The other side answered 410." in words(ben.get(f"/news/{own.id}/"))
    Channel.objects.update(on=False)
    assert "The channel is off" in ben.post(f"/news/{own.id}/test", follow=True).content.decode()
    assert Notice.objects.count() == 1
    assert ben.get(f"/news/{own.id}/test").status_code == 405


def test_a_channel_says_when_it_last_delivered_and_what_went_wrong_since(fleet, ben):
    own = channel(fleet["growth"], ok_at=rows.minutes(50), error="<b>no such host</b>", error_at=rows.minutes(5),
                  failures=3, rest_until=rows.minutes(-4))
    Rule.objects.create(channel=own, rank=3)
    waits = {"channel": own, "made_at": rows.minutes(6), "due_at": rows.minutes(6)}
    Notice.objects.create(key="1", what="failed", error="no such host", tries=3, **waits)
    Notice.objects.create(key="2", what="failed", **waits)
    Notice.objects.create(key="3", what="failed", sent_at=rows.minutes(50), **waits)
    Notice.objects.create(key="4", what="failed", **waits | {"due_at": rows.NOW + timedelta(hours=3)})
    text = words(ben.get(f"/news/{own.id}/"))
    assert "last delivery failed last delivered 50 min ago 5 min ago : <b>no such host</b> 3 notices wait" in text
    for said in ("failed, is tried again at 03:14 UTC", "sent 02:20 UTC", "waits until 06:10 UTC"):
        assert said in text
    assert "1 cannot be reached" in words(ben.get("/news/"))


def test_a_channel_without_a_rule_says_that_it_is_told_nothing(fleet, ben):
    own = channel(fleet["growth"])
    assert "It has no rule, so it is told nothing" in words(ben.get(f"/news/{own.id}/"))
    assert "nothing: it has no rule" in words(ben.get("/news/"))


def test_a_workspace_takes_twenty_channels_and_a_channel_twenty_rules(fleet, ben):
    for number in range(channels.MOST):
        own = channel(fleet["growth"], name=f"c{number}")
        Rule.objects.create(channel=Channel.objects.first(), rank=3)
    answer = ben.post("/news/new", MAIL)
    assert answer.status_code == 422 and "There are 20 channels already" in words(answer)
    answer = ben.post(f"/news/{Channel.objects.first().id}/rules/new", RULE)
    assert answer.status_code == 422 and "This channel has 20 rules already" in words(answer)
    assert own.rules.count() == 0


def test_changing_what_another_person_deleted_meanwhile_changes_nothing(fleet, ben):
    own = channel(fleet["growth"])
    rule = Rule.objects.create(channel=own, rank=3)
    me = Person.objects.get(username="ben")
    Rule.objects.all().delete()
    channels.keep_rule(own, rule, {"rank": 0}, "", me)
    channels.drop_rule(rule, "", me)
    Channel.objects.all().delete()
    assert not channels.change(own, channels.Wanted("x", "slack", True), me)
    channels.drop(own, me)
    assert not Rule.objects.exists() and not Channel.objects.exists() and not AuditEntry.objects.exists()


def test_the_list_costs_the_same_for_one_channel_and_for_forty(fleet, ada, django_assert_num_queries):
    own = channel(fleet["growth"])
    Rule.objects.create(channel=own, rank=3)
    ada.get("/news/")
    counts = []
    for _ in range(2):
        with django_assert_num_queries(7):
            ada.get("/news/")
        for number in range(20):
            more = channel(fleet["risk"], name=f"c{number}")
            Rule.objects.create(channel=more, rank=3, workspace=fleet["risk"])
        counts.append(Channel.objects.count())
    assert counts == [21, 41]


class Inbox(BaseHTTPRequestHandler):
    """Takes every post, and keeps it."""

    def do_POST(self):
        self.server.kept.append((dict(self.headers), self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *args):
        pass


@pytest.fixture
def inbox(settings):
    server = HTTPServer(("127.0.0.1", 0), Inbox)
    server.kept = []
    settings.NOTICE_ALLOW = [f"127.0.0.1:{server.server_port}"]
    Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def test_a_channel_made_by_the_form_delivers_its_test_signed_with_the_key_that_was_typed(fleet, ben, inbox):
    address = f"http://127.0.0.1:{inbox.server_port}/hook"
    answer = ben.post("/news/new", MAIL | {"kind": "webhook", "address": address, "secret": KEY})
    number = Channel.objects.get().id
    assert answer.status_code == 302
    ben.post(f"/news/{number}/test")
    assert notify.one(number)
    (headers, body), = inbox.kept
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    right = base64.b64encode(hmac.digest(base64.b64decode(KEY), signed, "sha256")).decode()
    assert headers["webhook-signature"] == f"v1,{right}"
    assert "Test 0 s ago sent 03:10 UTC" in words(ben.get(f"/news/{number}/"))
