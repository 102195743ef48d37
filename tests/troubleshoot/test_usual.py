"""Usual is what five earlier attempts show: of the deployment, else of the workspace with the same size and image."""
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.dashboard import rows
from troubleshoot.boards import usual
from troubleshoot.boards.card import rail
from troubleshoot.boards.usual import Took, slow
from troubleshoot.diagnosis.facts import Stage
from troubleshoot.models import Attempt

pytestmark = [pytest.mark.postgres, pytest.mark.django_db]
SPEC = {"instance_type": "Standard_DS3_v2", "environment": "azureml:churn-env:7", "model": "azureml:churn:13"}


def stages(began, pull, start=60):
    """The rail of an attempt that became ready, with an image pull of so many seconds."""
    at = rows.minutes(began)
    pulled = at + timedelta(seconds=start + pull)
    return (Stage("Quota", "passed", at), Stage("Provisioning", "passed", at, at + timedelta(seconds=start)),
            Stage("Image pull", "passed", at + timedelta(seconds=start), pulled),
            Stage("Container start", "passed", pulled, pulled + timedelta(seconds=5)))


def earlier(one, pulls, state="Succeeded", first=1, **fields):
    """Attempts of a deployment, a day apart, each with its image pull in seconds."""
    for place, pull in enumerate(pulls):
        began = 9000 - 1440 * place
        row = rows.attempt(one, state, first + place, began, took=10, **({"spec": SPEC} | fields))
        rows.verdict(row, stages=stages(began, pull))


def green(name="churn", space=None):
    """A deployment of an endpoint of its own."""
    space = space or rows.workspace(f"mlw-{name}")
    return rows.deployment(rows.endpoint(space, name), "green"), space


def now(one, number=20, **fields):
    """The attempt that runs now."""
    return rows.attempt(one, "Creating", number, began=6, **({"spec": SPEC} | fields))


def of(row, widely=True):
    """What is usual for an attempt, as its page asks for it."""
    return usual.of(row, usual.attempts(row, ()), widely)


def loaded(row):
    """As the page loads it."""
    return Attempt.objects.select_related("deployment", "endpoint__workspace", "verdict").get(id=row.id)


def test_five_attempts_of_the_deployment_make_its_stages_and_the_whole_usual(django_assert_num_queries):
    one, _ = green()
    earlier(one, (110, 120, 130, 100, 900))
    row = loaded(now(one))
    with django_assert_num_queries(1):
        found = of(row)
    assert found.whose == "earlier creations of this deployment"
    assert found.stages["Image pull"] == Took(120, 100, 900, 5)
    assert found.ready == Took(600, 600, 600, 5)
    assert sorted(found.before.to_container) == [160, 170, 180, 190, 960]
    assert (found.same_environment, found.same_model, found.looked) == (5, 5, 5)


def test_of_four_attempts_nothing_is_usual():
    one, _ = green()
    earlier(one, (110, 120, 130, 100))
    found = of(loaded(now(one)))
    assert (found.ready, found.stages) == (None, {})
    assert len(found.before.to_ready) == 4


def test_too_few_of_its_own_are_joined_by_those_of_the_workspace_with_the_same_size_and_environment():
    one, space = green()
    other, _ = green("other", space)
    earlier(one, (100, 100))
    earlier(other, (200, 200, 200))
    found = of(loaded(now(one)))
    assert found.whose == "earlier creations of this size and environment in this workspace"
    assert found.stages["Image pull"] == Took(200, 100, 200, 5)


@pytest.mark.parametrize("differs", [
    {"spec": SPEC | {"environment": "azureml:churn-env:8"}}, {"spec": SPEC | {"instance_type": "Standard_F4s_v2"}},
    {"kind": "update"}, {"state": "Canceled"}])
def test_what_differs_in_size_environment_or_kind_or_was_cancelled_does_not_count(differs):
    one, space = green()
    other, _ = green("other", space)
    earlier(other, (200,) * 6, **differs)
    assert of(loaded(now(one))).ready is None


def test_another_workspace_and_what_came_later_do_not_count():
    one, _ = green()
    earlier(green("far")[0], (200,) * 6)
    earlier(one, (200,) * 6)
    first = Attempt.objects.filter(deployment=one).order_by("number").first()
    assert of(loaded(first), widely=False).looked == 0
    assert of(loaded(now(green("third")[0]))).looked == 0


def test_sizes_and_environments_ignore_case():
    one, space = green()
    earlier(green("other", space)[0], (200,) * 5, spec={key: value.upper() for key, value in SPEC.items()})
    assert of(loaded(now(one))).ready is not None


def test_a_late_success_is_no_usual_time_but_its_report_of_a_failure_counts():
    one, _ = green()
    earlier(one, (100,) * 5, failed_at=rows.minutes(1))
    found = of(loaded(now(one)))
    assert (found.ready, found.before.to_ready, len(found.before.to_failure)) == (None, (), 5)


def test_no_more_than_the_newest_forty_are_read():
    one, _ = green()
    for number in range(1, 46):
        began = 90_000 - 1440 * number
        rows.verdict(rows.attempt(one, "Succeeded", number, began, took=number, spec=SPEC))
    found = of(loaded(now(one, 60)))
    assert (found.looked, found.ready.least) == (40, 360)


@pytest.mark.parametrize("pull, marked", [(359, False), (360, True), (900, True)])
def test_a_stage_is_marked_that_took_three_times_as_long_and_a_minute_more(pull, marked):
    one, _ = green()
    earlier(one, (120,) * 5)
    found = of(loaded(now(one)))
    seen = stages(80, pull)
    told = usual.on_rail(rail(seen, rows.NOW), seen, found)
    assert [stop.name for stop in told if stop.usually] == (["Image pull"] if marked else [])
    assert told[2].note.endswith(", usually 2\u00a0min") == marked


@given(st.floats(0, 10_000), st.floats(0, 10_000))
def test_what_is_slow_is_slow_by_both_measures(seconds, median):
    if slow(seconds, Took(median, median, median, 5)):
        assert seconds >= 3 * median and seconds >= median + 60
    assert not slow(None, None)


def test_nothing_is_asked_for_where_no_stage_took_a_minute():
    assert usual.worth(stages(80, 60)) and not usual.worth((Stage("Quota", "passed"), Stage("Ready", "not reached")))
