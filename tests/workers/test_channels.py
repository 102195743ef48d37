"""What each channel puts on the wire, to real receivers: complete, linked to the attempt, safe from what logs say."""
import base64
import email
import email.policy
import hashlib
import hmac
import json

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message as Kept

from tests.workers.receiver import Receiver
from troubleshoot.boards import notice
from troubleshoot.models import Notice
from workers import ground
from workers.channels import CHANNELS
from workers.outgoing import Failed

HOSTILE = "<!here> <@U1> @channel *b* `c` [x](http://evil.com) <at>ada</at> <https://evil.com|x> & <b>\r\nBcc: eve@x.y"
KEY = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
TOLD = {
    "incident": 41, "workspace": "mlw-growth", "slug": "mlw-growth", "endpoint": "churn-scorer", "deployment": "green",
    "family": "", "cause": "missing_package", "certainty": "certain", "rank": 0, "silent": False, "attempt": 3,
    "title": "score.py imports lightgbm", "since": "2026-11-23T02:04:00+00:00", "at": "2026-11-23T02:04:00+00:00",
    "times": 2, "evidence": "ModuleNotFoundError: No module named 'lightgbm'", "why": "", "owner": "", "how": "",
    "by": "", "acknowledged": "", "late": False, "held": False}


def message(what="failed", **told):
    return notice.message(Notice(key="7:41:failed:attempt 3", what=what, body=TOLD | told))


@pytest.fixture
def receiver(receiver, settings):
    """… that may be reached."""
    settings.NOTICE_ALLOW = [receiver.place]
    settings.PUBLIC_URL = "https://triage.example.com"
    return receiver


def slack(receiver, told):
    CHANNELS["slack"](told, f"{receiver.url}/services/T0/B0/abc", "")
    return receiver.bodies()[-1]


@pytest.fixture
def teams(tmp_path, settings, monkeypatch):
    found = Receiver(tmp_path)
    found.answer = (202, {}, b"")
    settings.NOTICE_ALLOW, settings.PUBLIC_URL = [found.place], "https://triage.example.com"
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "certificate.pem"))

    def send(told):
        path = "/workflows/ab12/triggers/manual/paths/invoke?api-version=2016-06-01&sp=x&sv=1.0&sig=abc"
        CHANNELS["teams"](told, found.url + path, "")
        return found.bodies()[-1]["attachments"][0]["content"]

    send.receiver = found
    yield send
    found.stop()


@pytest.fixture
def mailbox(settings):
    class Handler(Kept):
        def handle_message(self, message):
            got.append(message)

    got = []
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", ground.some_port(0)
    control = Controller(Handler(), hostname="127.0.0.1", port=settings.EMAIL_PORT)
    control.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_USE_TLS, settings.PUBLIC_URL = False, "https://triage.example.com"
    yield got
    control.stop()


def test_a_failure_says_in_its_first_line_what_is_hurt_and_how_much():
    assert message().subject == (
        "churn-scorer / green failed again: score.py imports lightgbm · Production traffic affected")


def test_links_lead_to_the_attempt_that_is_told_of_and_not_to_the_latest(settings):
    settings.PUBLIC_URL = "https://triage.example.com"
    assert [link.url for link in message().links] == [
        "https://triage.example.com/i/41?a=3",
        "https://triage.example.com/w/mlw-growth/e/churn-scorer/d/green/a/3"]


def test_a_recovery_says_how_long_it_was_wrong():
    told = message("recovered", at="2026-11-23T03:16:00+00:00", how="Ready again")
    assert told.subject == "churn-scorer / green recovered after 1 h 12 min"
    assert ("How it ended", "Ready again") in told.facts


def test_slack_gets_text_that_mentions_nobody_and_links_only_where_we_say(receiver):
    body = slack(receiver, message(evidence=HOSTILE, title=HOSTILE, endpoint="<!channel>"))
    text = body["attachments"][0]["blocks"][1]["text"]
    assert text["type"] == "mrkdwn"
    assert text["verbatim"] is True
    links = [part.split("|")[0].split(">")[0] for part in text["text"].split("<")[1:]]
    assert links == [link.url for link in message(endpoint="<!channel>").links]
    assert all(sign not in json.dumps(body) for sign in ("<!", "<@", "@channel", "://evil"))
    assert body["attachments"][0]["blocks"][0]["text"]["type"] == "plain_text"
    assert body["unfurl_links"] is False


def test_slack_takes_a_digest_of_many_in_one_section(receiver):
    items = [TOLD | {"incident": n, "failures": 1, "over": False, "title": "x" * 300} for n in range(1, 201)]
    told = notice.message(Notice(key="d", what="digest", body={"items": items, "gap": [], "held": False}))
    text = slack(receiver, told)["attachments"][0]["blocks"][1]["text"]["text"]
    assert len(text) <= 3000
    assert text.count("/i/") > 5
    assert "/triage|Open Triage>" in text


def test_teams_gets_a_card_whose_foreign_text_is_only_text(teams):
    card = teams(message(evidence=HOSTILE, title=HOSTILE))
    assert {block["type"] for block in card["body"]} == {"RichTextBlock"}
    assert {run["type"] for block in card["body"] for run in block["inlines"]} == {"TextRun"}
    assert [action["url"] for action in card["actions"]] == [link.url for link in message().links]
    assert "entities" not in card["msteams"]
    assert "<at>" in json.dumps(card)  # shown as it stands
    path, headers, body = teams.receiver.calls[0]
    assert path.startswith("/workflows/ab12/triggers/manual/paths/invoke?")
    assert "sig=abc" in path
    assert len(body) < 28_000


def test_teams_takes_a_digest_below_its_limit(teams):
    items = [TOLD | {"incident": n, "failures": 1, "over": False, "title": "x" * 300} for n in range(1, 201)]
    told = notice.message(Notice(key="d", what="digest", body={"items": items, "gap": [], "held": False}))
    teams(told)
    assert len(teams.receiver.calls[0][2]) < 28_000
    assert "180 more, in Triage" in teams.receiver.calls[0][2].decode()


def test_a_webhook_is_signed_so_that_its_receiver_can_check_it(receiver):
    CHANNELS["webhook"](message(), f"{receiver.url}/x?y=1", KEY)
    path, headers, body = receiver.calls[0]
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    key = base64.b64decode(KEY.removeprefix("whsec_"))
    expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"
    assert path == "/x?y=1"
    told = json.loads(body)
    assert told["type"] == "incident.failed"
    assert told["data"]["traffic"] == "affected"
    assert told["data"]["links"][0].endswith("/i/41?a=3")


def test_the_signature_is_the_one_of_the_published_example():
    from workers.channels.webhook import signature

    assert signature(KEY, "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330",
                     b'{"test": 2432232314}') == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_a_mail_has_text_and_html_and_no_machine_answers_it(mailbox):
    CHANNELS["email"](message(evidence=HOSTILE, title=HOSTILE), "ada@example.com, ben@example.com", "")
    mail = email.message_from_bytes(mailbox[0].as_bytes(), policy=email.policy.default)
    assert mail["To"] == "ada@example.com, ben@example.com"
    assert mail["Bcc"] is None
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Message-ID"] == f"<{message().reference}@localhost>"
    text, html = (mail.get_body([kind]).get_content() for kind in ("plain", "html"))
    assert "https://triage.example.com/i/41?a=3" in text
    assert "<b>" not in html
    assert "evil.com</a>" not in html
    assert "://evil" not in text + html


def test_sent_again_it_carries_the_same_key(receiver, mailbox):
    for _ in range(2):
        CHANNELS["webhook"](message(), f"{receiver.url}/x", KEY)
        CHANNELS["email"](message(), "ada@example.com", "")
        slack(receiver, message())
    assert len({call[1]["webhook-id"] for call in receiver.calls if call[0] == "/x"}) == 1
    assert len({mail["Message-ID"] for mail in mailbox}) == 1
    assert all(message().reference in call[2].decode() for call in receiver.calls)


@pytest.mark.parametrize(("status", "said", "wait", "unfit"), [
    (429, "answered 429: slow down", 30.0, False), (503, "answered 503", 30.0, False),
    (500, "answered 500", None, False),
    (404, "answered 404", None, False), (400, "answered 400", None, True), (302, "leads elsewhere", None, False)])
def test_a_no_is_told_as_it_came_with_when_to_try_again(receiver, status, said, wait, unfit):
    receiver.answer = (status, {"Retry-After": "30", "Location": "/y"}, b"slow down")
    for kind, address in (("webhook", "/x"), ("slack", "/services/T0/B0/abc")):
        with pytest.raises(Failed, match=said) as failed:
            CHANNELS[kind](message(), receiver.url + address, KEY)
        assert (failed.value.retry_after, failed.value.unfit) == (wait, unfit)
    assert len(receiver.calls) == 2


def test_a_channel_refuses_an_address_inside_whatever_its_kind(settings):
    for kind, path in (("webhook", "/x"), ("slack", "/services/T0/B0/abc"),
                       ("teams", "/workflows/ab12/triggers/manual/paths/invoke?sig=abc")):
        with pytest.raises(Failed):
            CHANNELS[kind](message(), f"https://127.0.0.1{path}", KEY)


def test_without_a_mail_server_the_channel_says_so():
    with pytest.raises(Failed, match="EMAIL_HOST is empty"):
        CHANNELS["email"](message(), "ada@example.com", "")


def test_a_mail_server_that_is_away_or_refuses_is_told(settings, mailbox):
    settings.EMAIL_PORT = 1
    with pytest.raises(Failed, match="could not be used"):
        CHANNELS["email"](message(), "ada@example.com", "")
