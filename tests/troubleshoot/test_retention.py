"""Old log text goes, by age and by size; what is quoted, what runs and what is still read stays, under its numbers."""
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from tests.dashboard import rows
from troubleshoot import chunks, clock, judge, logstore, recheck, retention
from troubleshoot.diagnosis import plain
from troubleshoot.diagnosis.compared import Changed, Seen
from troubleshoot.diagnosis.facts import Evidence, Place, Verdict, WorkspaceFacts
from troubleshoot.diagnosis.recorded import Restart
from troubleshoot.models import Attempt, Change, Deployment, Log, LogChunk, LogRead, Watch, Workspace
from troubleshoot.models import Verdict as Row
from troubleshoot.retention import Allowed, Piece, Sweep
from workers import tasks

pytestmark = pytest.mark.postgres
EVIDENCE, FIRST_ERROR, RESTART = 40, 90, 140  # lines that the verdict of `told` quotes


@pytest.fixture
def told(fleet):
    """A failed attempt with 200 lines of log, judged: its verdict quotes one line, a first error and a restart."""
    for one in Workspace.objects.all():
        one.facts = plain.dump(WorkspaceFacts(Place(one.subscription, one.group, one.name), one.location))
        one.save()
    return failed(rows.endpoint(fleet["risk"], "told", {}, facts={}), "blue")


def failed(end, name, lines=200):
    """A judged attempt that failed, with a log that nobody reads any more."""
    row = rows.attempt(rows.deployment(end, name, "Failed"))
    rows.log(row, [f"{name} line {n}" for n in range(1, lines + 1)])
    finding = rows.Finding("x", "Title", "Title", "certain", "container_start",
                           (rows.Evidence("inference-server", f"{name} line {EVIDENCE}", EVIDENCE),))
    made = rows.verdict(row, finding, (), first_errors=(Evidence("inference-server", "e", FIRST_ERROR),),
                        restarts=(Restart("inference-server", 1, RESTART),))
    Attempt.objects.filter(id=row.id).update(judged=1, revision=1)
    return made.attempt


def log_of(row):
    return Log.objects.get(attempt=row, container="inference-server")


def numbers(row):
    return [n for n, _ in logstore.read(log_of(row))]


def around(*lines):
    return [n for line in lines for n in range(line - 2, line + 3)]


def later(days):
    clock.hold(clock.now() + timedelta(days=days))


def prune(space=None):
    """One whole round, or the steps of one workspace."""
    if space is None:
        return Sweep().go_on(60)
    return sum(retention.sweep(Workspace.objects.get(id=space.id)))


def space_of(row):
    return row.endpoint.workspace


def test_old_lines_go_and_quoted_ones_stay_under_their_numbers(told):
    before = dict(logstore.read(log_of(told)))
    later(89)
    assert prune() == 0 and len(numbers(told)) == 200
    later(2)
    assert prune() > 0
    assert numbers(told) == around(EVIDENCE, FIRST_ERROR, RESTART)
    assert all(before[n] == text for n, text in logstore.read(log_of(told)))


def test_lines_that_no_healthy_attempt_printed_stay_as_they_are_quoted(told):
    new = Changed(made=True, good=1, new=(Seen("inference-server", 170, "blue line 170"),))
    Row.objects.filter(attempt=told).update(changed=plain.dump(new))
    later(91)
    prune()
    assert numbers(told) == around(EVIDENCE, FIRST_ERROR, RESTART, 170)


def test_the_log_says_which_lines_were_removed_when_and_why(told):
    later(91)
    prune()
    removed = log_of(told).removed
    gone = [n for one in removed for n in range(one["first"], one["last"] + 1)]
    assert sorted([*gone, *numbers(told)]) == list(range(1, 201))
    assert {one["why"] for one in removed} == {"older than 90 days"}
    assert log_of(told).lines == 200


def test_a_second_round_finds_nothing_to_do(told):
    later(91)
    prune()
    kept = list(LogChunk.objects.order_by("id").values_list("id", "first", "lines"))
    assert prune() == 0
    assert list(LogChunk.objects.order_by("id").values_list("id", "first", "lines")) == kept
    assert retention.by_age(space_of(told)) == []


def test_a_round_that_is_cut_short_goes_on_where_it_was(fleet):
    end = rows.endpoint(fleet["risk"], "many", {})
    made = [failed(end, f"d{n}") for n in range(5)]
    later(91)
    sweep, calls = Sweep(), 0
    while sweep.due():
        sweep.go_on(0)
        calls += 1
    assert calls > 5
    assert all(numbers(row) == around(EVIDENCE, FIRST_ERROR, RESTART) for row in made)


def test_a_chunk_that_cannot_be_read_holds_up_no_other_log(fleet):
    end = rows.endpoint(fleet["risk"], "many", {})
    broken, *others = (failed(end, f"d{n}") for n in range(3))
    LogChunk.objects.filter(log=log_of(broken)).update(data=b"no zstandard")
    later(91)
    assert prune() > 0
    assert all(numbers(row) == around(EVIDENCE, FIRST_ERROR, RESTART) for row in others)


def test_the_worker_prunes_when_a_round_is_due_and_then_rests(told, monkeypatch):
    monkeypatch.setattr(tasks, "_sweep", Sweep())
    later(91)
    assert tasks._sweep.due()
    tasks.prune()
    assert numbers(told) == around(EVIDENCE, FIRST_ERROR, RESTART)
    assert not tasks._sweep.due()


def test_a_step_that_somebody_else_has_taken_takes_nothing_more(told):
    later(91)
    step = retention.by_age(space_of(told))[0]
    assert retention.take(step) > 0
    assert retention.take(step) == 0
    assert numbers(told) == around(EVIDENCE, FIRST_ERROR, RESTART)


@pytest.mark.parametrize("state", ["Creating", "Updating", "Deleting"])
def test_the_log_of_an_attempt_that_runs_is_never_touched(told, state):
    Attempt.objects.filter(id=told.id).update(state=state)
    later(400)
    Workspace.objects.update(keep_megabytes=1)
    prune()
    assert len(numbers(told)) == 200


@pytest.mark.parametrize("over", [{"gone_at": rows.NOW}, {"latest": None}])
def test_an_attempt_that_never_ended_runs_no_more_once_it_was_followed_or_deleted(told, over):
    Attempt.objects.filter(id=told.id).update(state="Creating")
    Deployment.objects.filter(id=told.deployment_id).update(**over)
    later(91)
    prune()
    assert numbers(told) == around(EVIDENCE, FIRST_ERROR, RESTART)


def test_a_log_that_waits_for_its_verdict_is_not_touched(told):
    Attempt.objects.filter(id=told.id).update(revision=2)
    later(400)
    prune()
    assert len(numbers(told)) == 200


def test_of_a_log_that_is_still_read_the_lines_stay_that_the_next_answer_is_joined_to(fleet, monkeypatch):
    monkeypatch.setattr(chunks, "SEALED", 500)
    monkeypatch.setattr(logstore, "COMPARED", 60)
    row = failed(rows.endpoint(fleet["risk"], "serves", {"blue": 100}), "blue")
    Attempt.objects.filter(id=row.id).update(state="Succeeded")
    Watch.objects.filter(attempt=row).update(container="inference-server", due_at=rows.NOW)
    later(400)
    prune()
    assert numbers(row)[-60:] == list(range(141, 201))
    assert not {50, 60, 70} & set(numbers(row))
    assert logstore.join(log_of(row), [*(f"blue line {n}" for n in range(150, 201)), "new"]) == (
        logstore.Joined(1, False))


def test_the_oldest_lines_go_first_until_the_workspace_fits(fleet, monkeypatch):
    monkeypatch.setattr(retention, "MEGABYTE", 1000)
    end = rows.endpoint(fleet["risk"], "large", {})
    made = []
    for n in range(6):
        made.append(failed(end, f"d{n}", 2000))
        later(1)
    most = retention.used(fleet["risk"]).octets // 2000
    Workspace.objects.filter(id=fleet["risk"].id).update(keep_megabytes=most)
    prune()
    assert retention.used(fleet["risk"]).octets <= most * 1000
    left = [len(numbers(row)) for row in made]
    assert left == sorted(left) and left[0] == 15 and left[-1] == 2000
    assert {one["why"] for one in log_of(made[0]).removed} == {f"the workspace keeps {most} MB"}


def test_evidence_stays_even_where_it_alone_is_too_much(told, monkeypatch):
    monkeypatch.setattr(retention, "MEGABYTE", 1)
    Workspace.objects.update(keep_megabytes=1)
    prune()
    assert numbers(told) == around(EVIDENCE, FIRST_ERROR, RESTART)


def test_a_workspace_has_its_own_figures_or_those_of_the_installation(told, settings):
    space = space_of(told)
    assert retention.limits(space) == retention.Limits(90, 500)
    settings.LOG_KEEP_DAYS, space.keep_megabytes = 7, 3
    assert retention.limits(space) == retention.Limits(7, 3)


def test_one_workspace_does_not_pay_for_another(fleet, monkeypatch):
    monkeypatch.setattr(retention, "MEGABYTE", 1)
    mine = failed(rows.endpoint(fleet["risk"], "mine", {}), "blue")
    other = failed(rows.endpoint(fleet["growth"], "other", {}), "blue")
    Workspace.objects.filter(id=fleet["risk"].id).update(keep_megabytes=1)
    Workspace.objects.filter(id=fleet["growth"].id).update(keep_megabytes=10**6)
    prune()
    assert len(numbers(mine)) == 15 and len(numbers(other)) == 200


def test_nothing_but_log_text_goes(told):
    told.endpoint.changes.create(at=rows.NOW, field="traffic", before="a", after="b")
    counted = {model: model.objects.count() for model in (Attempt, Row, LogRead, Log, Change)}
    data = list(Row.objects.order_by("id").values_list("data", flat=True))
    later(4000)
    prune()
    assert {model: model.objects.count() for model in counted} == counted
    assert list(Row.objects.order_by("id").values_list("data", flat=True)) == data


def test_a_verdict_whose_log_has_gone_is_neither_judged_nor_rechecked_away(told):
    later(91)
    prune()
    Attempt.objects.filter(id=told.id).update(revision=2)
    assert judge.judge(told.id)
    Row.objects.filter(attempt=told).update(rechecked="older", fingerprint="older")
    recheck.some()
    row = Row.objects.get(attempt=told)
    assert (row.cause, row.certainty, bool(row.held)) == ("x", "certain", True)
    assert plain.load(Verdict, row.data).best.evidence[0].line == EVIDENCE


def test_a_log_that_is_read_on_is_judged_by_its_newest_lines_whatever_went_before(told):
    Attempt.objects.filter(id=told.id).update(state="Succeeded", revision=2)
    log = log_of(told)
    logstore.remove(log, 100, (), "older than 90 days")
    log.refresh_from_db()
    logstore.join(log, [f"served {n}" for n in range(600)])
    log.save()
    judge.judge(told.id)
    row = Row.objects.get(attempt=told)
    assert (row.held, row.cause) == ("", "")


def spans(text):
    return {n for first, last in text for n in range(first, last + 1)}


@given(st.lists(st.tuples(st.integers(1, 60), st.integers(0, 9)).map(lambda one: (one[0], one[0] + one[1]))))
def test_joined_spans_cover_the_same_lines_and_never_touch(found):
    made = retention.joined(found)
    assert spans(made) == spans(found)
    assert all(before[1] + 1 < after[0] for before, after in zip(made, made[1:], strict=False))


@given(st.integers(1, 50), st.integers(0, 20), st.integers(0, 80),
       st.lists(st.tuples(st.integers(1, 60), st.integers(0, 30)).map(lambda one: (one[0], one[0] + one[1]))))
def test_a_piece_is_free_exactly_when_some_line_of_it_may_go_and_none_is_behind_what_may(first, more, until, keep):
    piece = Piece(1, first, first + more, 10)
    lines = set(range(first, first + more + 1))
    may = Allowed(until, retention.joined(keep))
    assert retention.free(piece, may) == (max(lines) <= until and bool(lines - spans(keep)))


@given(st.lists(st.integers(1, 3), max_size=60))
def test_steps_are_short_keep_the_order_and_lose_nothing(logs):
    pieces = [Piece(log, n * 10 + 1, n * 10 + 10, n) for n, log in enumerate(logs)]
    made = list(retention.steps(pieces, "why"))
    assert sum(step.octets for step in made) == sum(piece.stored for piece in pieces)
    assert sum(step.lines for step in made) == 10 * len(pieces)
    assert all(step.lines <= 10 * retention.STEP for step in made)
    assert [step.until for step in made] == sorted(step.until for step in made)


def keep(*args):
    out = StringIO()
    call_command("keep", *args, stdout=out)
    return out.getvalue()


def test_the_command_shows_sets_and_unsets_what_a_workspace_keeps(told):
    assert "mlw-risk: 90 days, at most 500 MB" in keep()
    assert "mlw-risk: 30 days, at most 5 MB" in keep("mlw-risk", "--days", "30", "--megabytes", "5")
    assert "mlw-risk: 30 days, at most 5 MB" in keep("mlw-risk")
    assert "mlw-risk: 7 days, at most 500 MB" in keep("mlw-risk", "--unset", "--days", "7")
    for wrong in (("mlw-risk", "--days", "0"), ("none",), ("--days", "3")):
        with pytest.raises(CommandError):
            keep(*wrong)


def test_a_dry_run_sets_nothing_and_takes_nothing(told):
    later(31)
    said = keep("mlw-risk", "--days", "30", "--dry-run")
    assert "by age: up to 200 lines of 1 logs would go" in said
    assert Workspace.objects.get(slug="mlw-risk").keep_days is None and len(numbers(told)) == 200


def page(client):
    return client.get("/w/mlw-risk/").content.decode().replace("\xa0", " ")


def test_the_page_of_a_workspace_says_what_is_kept_and_what_is_used(told, ada, monkeypatch):
    assert "Log text is kept 90 days, at most 500 MB; less than 0.1 MB are used, oldest" in page(ada)
    monkeypatch.setattr(retention, "MEGABYTE", 1)
    octets = retention.used(space_of(told)).octets
    Workspace.objects.update(keep_megabytes=octets + 5)
    assert "old lines go before they are 90 days old" in page(ada)
    Workspace.objects.update(keep_megabytes=octets - 5)
    assert "More is stored than the workspace keeps" in page(ada)
    assert 'id="kept"' not in ada.get("/fleet").content.decode()
