"""The ledger of log reads stays whole where it is short, and says the same in fewer rows where it is old and long."""
from datetime import timedelta

import pytest

from troubleshoot import clock, ledger
from troubleshoot.models import Log, LogRead

pytestmark = pytest.mark.postgres


@pytest.fixture
def log(fleet):
    """A log whose ledger is empty."""
    found = Log.objects.get(attempt=fleet["failed"], container="inference-server")
    found.reads.all().delete()
    return found


def reads(log, count, answer_class="logs", began=0):
    """So many answers that each added two lines, one a minute, a month ago."""
    for n in range(began, began + count):
        at = clock.now() - timedelta(days=30) + timedelta(minutes=n)
        LogRead.objects.create(
            log=log, at=at, last_at=at, answer_class=answer_class, hash=f"{n}", lines=900 - n, added=2)


def test_a_long_ledger_says_the_same_in_fewer_rows_after_a_week(log, fleet):
    reads(log, 150)
    reads(log, 1, "none yet", 150)
    reads(log, 150, began=151)
    newest = LogRead.objects.create(log=log, at=clock.now(), last_at=clock.now(), answer_class="logs", hash="n")
    for _ in range(2):  # a second time changes nothing
        ledger.thin(fleet["growth"])
        found = list(log.reads.order_by("id"))
        assert [(one.answer_class, one.times, one.added, one.hash) for one in found] == [
            ("logs", 150, 300, "149"), ("none yet", 1, 2, "150"), ("logs", 150, 300, "300"), ("logs", 1, 0, "n")]
        assert [one.lines for one in found] == [751, 750, 600, 0]  # of the last answer, as its hash is
        assert found[0].last_at - found[0].at == timedelta(minutes=149) and found[-1] == newest


def test_a_short_ledger_stays_as_it_is_for_ever(log, fleet):
    reads(log, ledger.SHORT)
    ledger.thin(fleet["growth"])
    assert log.reads.count() == ledger.SHORT


def test_the_ledger_of_another_workspace_is_left_alone(log, fleet):
    reads(log, 300)
    ledger.thin(fleet["risk"])
    assert log.reads.count() == 300
