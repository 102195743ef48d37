"""Odd answers of Azure: the watch says what was wrong, the rest of the fleet is unhurt, nothing known is lost."""
import pytest

from tests.through import through
from troubleshoot import clock, logstore
from troubleshoot.models import Attempt, Deployment, Endpoint, Log, QuotaRow, Watch, Workspace

pytestmark = pytest.mark.django_db

# route of the emulator, fault, its arguments, the word in the watch ("" where nothing is wrong for us)
LIST_FAULTS = [
    ("endpoints.list", "throttle", {"retry_after": 3600}, "throttled"),
    ("endpoints.list", "throttle", {"retry_after": "date"}, "throttled"),
    ("endpoints.list", "expired_token", {}, "not signed in"),
    ("endpoints.list", "forbidden", {}, "denied"),
    ("endpoints.list", "not_found_group", {}, "gone"),
    ("endpoints.list", "not_registered", {}, "unreachable"),
    ("endpoints.list", "error_500", {}, "unreachable"),
    ("endpoints.list", "bad_gateway_html", {}, "unreachable"),
    ("endpoints.list", "reset", {}, "unreachable"),
    ("endpoints.list", "empty_body", {}, "malformed"),
    ("endpoints.list", "broken_json", {}, "malformed"),
    ("endpoints.list", "value_missing", {}, "malformed"),
    ("endpoints.list", "value_null", {}, "malformed"),
    ("endpoints.list", "list_body", {}, "malformed"),
    ("endpoints.list", "login_page", {}, "malformed"),
    ("endpoints.list", "foreign_next_link", {}, "malformed"),
    ("endpoints.list", "malformed_item", {}, "in part"),
    ("endpoints.list", "null_items", {}, "in part"),
    ("endpoints.list", "gzip_bomb", {}, "unreachable"),
    ("endpoints.list", "properties_null", {}, None),
    ("endpoints.list", "bad_date", {}, None),
    ("endpoints.list", "unknown_state", {}, None),
    ("endpoints.list", "extra_fields", {}, ""),
    ("endpoints.list", "case_changed", {}, ""),
    ("endpoints.list", "relative_next_link", {}, ""),
    ("deployments.list", "forbidden", {}, "in part"),
    ("deployments.list", "malformed_item", {}, "in part"),
    ("deployments.list", "not_found", {}, "in part"),
    ("deployments.list", "unknown_compute_type", {}, None),
]


def living():
    return (set(Endpoint.objects.filter(gone_at=None).values_list("id", flat=True)),
            set(Deployment.objects.filter(gone_at=None).values_list("id", flat=True)))


def again(way, poll, **where):
    """Look once more at one watch, whatever its rest; returns it."""
    watch = Watch.objects.filter(poll=poll, **where).first()
    Watch.objects.filter(id=watch.id).update(due_at=clock.now(), failures=0)
    lane = watch.lane
    Watch.objects.filter(lane=lane).exclude(id=watch.id).update(due_at=None)
    way.look_at(lane)
    watch.refresh_from_db()
    return watch


def test_odd_lists_hurt_one_watch_and_lose_nothing():
    with through(7) as way:
        way.look()
        space = max(Workspace.objects.all(), key=lambda one: one.endpoints.count())
        before, counts = living(), (Attempt.objects.count(), Endpoint.objects.count(), Deployment.objects.count())
        match = {"workspace": space.name, "group": space.group}
        wrong = []
        for route, fault, args, word in LIST_FAULTS:
            way.ask("faults", {"match": match | {"route": route}, "fault": fault, "args": args})
            watch = again(way, "endpoints", workspace=space)
            way.ask("faults", method="DELETE")
            if word is not None and watch.trouble != word:
                wrong.append(f"{route} {fault}: told as {watch.trouble!r} ({watch.said[:80]}), expected {word!r}")
            if watch.trouble and not watch.said:
                wrong.append(f"{route} {fault}: says nothing")
            if watch.trouble and fault != "unknown_state" and living() != before:
                wrong.append(f"{route} {fault}: lost something")
            healed = again(way, "endpoints", workspace=space)
            if healed.trouble or living() != before:
                wrong.append(f"{route} {fault}: did not heal: {healed.trouble} {healed.said}")
        assert wrong == []
        assert counts == (Attempt.objects.count(), Endpoint.objects.count(), Deployment.objects.count())
        assert way.ask("calls")["forbidden"] == []


def test_odd_log_answers_have_a_class_and_stored_lines_stay():
    with through(8) as way:
        way.look()
        log = Log.objects.filter(container="inference-server", lines__gt=20, attempt__state="Succeeded").first()
        place = log.attempt.deployment
        match = {"route": "deployments.get_logs", "endpoint": place.endpoint.name, "deployment": place.name}
        lines = [text for _, text in logstore.read(log)]
        wrong = []
        for fault, args, found in (
            ("forbidden", {}, "denied"), ("not_found", {}, "gone"), ("throttle", {}, "throttled"),
            ("bad_request", {}, "bad request"), ("content_null", {}, "none yet"), ("content_empty", {}, "none yet"),
            ("content_text", {"text": "Deployment is in deleting or creating state so logs can't be retrieved."},
             "withheld"),
        ):
            way.ask("faults", {"match": match, "fault": fault, "args": args})
            again(way, "logs", attempt=log.attempt, container="inference-server")
            way.ask("faults", method="DELETE")
            log.refresh_from_db()
            kept = [text for _, text in logstore.read(log)]
            if log.last_class != found or kept[:len(lines)] != lines or any("can't be retrieved" in x for x in kept):
                wrong.append(f"{fault}: {log.last_class}")
        assert wrong == []


def test_usages_that_make_no_sense_are_unknown_and_limits_that_rise_are_samples():
    with through(9) as way:
        way.look()
        rows = {row.id: (row.used, row.limit) for row in QuotaRow.objects.all()}
        way.ask("faults", {"match": {"route": "usages"}, "fault": "usages_weird"})
        watch = again(way, "usages")
        way.ask("faults", method="DELETE")
        for row in QuotaRow.objects.all():
            assert row.used is None or 0 <= row.used < 2**62
            assert row.limit is None or -1 <= row.limit < 2**62
        healed = again(way, "usages", key=watch.key)
        assert healed.trouble == ""
        again_told = {row.id: (row.used, row.limit) for row in QuotaRow.objects.all() if row.id in rows}
        assert again_told.items() <= rows.items()


def test_a_token_endpoint_that_is_down_is_told_as_such():
    with through(10) as way:
        way.ask("faults", {"match": {"route": "token"}, "fault": "error_500"})
        way.look(rounds=1)
        told = set(Watch.objects.exclude(trouble="").values_list("trouble", flat=True))
        assert told == {"not signed in"}
