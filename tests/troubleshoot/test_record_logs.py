"""What a read of a log leaves in the store, whatever the container printed; the same on both databases."""
import pytest

from tests.troubleshoot.conftest import START, hold
from troubleshoot import casefile, logstore, record, wordindex
from troubleshoot.diagnosis import plain, redact, seams
from troubleshoot.diagnosis.facts import LogAnswer
from troubleshoot.diagnosis.recorded import Gap
from troubleshoot.models import Attempt, Log, LogRead
from troubleshoot.record import logs as door

pytestmark = pytest.mark.postgres

HOSTILE = {  # numbers of shared/trust/TRUST.md section 4: what is printed, what is stored
    "8 colours": ("\x1b[31mred\x1b[0m", "red"),
    "9 a link of the terminal": ("a \x1b]8;;http://evil\x07click\x1b]8;;\x07 b", "a click b"),
    "9 a title of the terminal": ("\x1b]0;title\x07said", "said"),
    "9 a cleared screen": ("\x1b[2Jsaid", "said"),
    "9 a sequence without end": ("said \x1b]0;never ends", "said "),
    "10 a line drawn again": ("10 %\r50 %\rFAILED", "FAILED"),
    "11 backspaces": ("abc\x08\x08xyz", "abc␈␈xyz"),
    "12 NUL": ("a\x00b", "a␀b"),
    "13 half a character": ("a\ud800b", "a\ufffdb"),
    "14 a mark of order in the middle": ("a\ufeffb", "a⟨U+FEFF⟩b"),
    "15 text turned round": ("\u202etxt\u2066x\u2069", "⟨U+202E⟩txt⟨U+2066⟩x⟨U+2069⟩"),
    "15 nothing to be seen": ("a\u200bb\U000e0041", "a⟨U+200B⟩b⟨U+E0041⟩"),
    "20 other ends of a line": ("a\u2028b\x85c\x0bd\x0ce", "a⟨U+2028⟩b⟨U+0085⟩c␋d␌e"),
    "a tag": ("<script>alert(1)</script>", "<script>alert(1)</script>"),
}


@pytest.fixture
def log(azure):
    azure.endpoint()
    azure.deployment()
    azure.look()
    return Log.objects.get(attempt=Attempt.objects.get(deployment__isnull=False), container="inference-server")


def read(log, text, wanted=200):
    """One read as the poll makes it; comes back with the stored log."""
    held = hold("logs", container=log.container)
    found = record.tail(held.asked, text, wanted)
    record.log_answer(held, found)
    log.refresh_from_db()
    return found


def told(log):
    return list(plain.load_all(Gap, log.gaps))


def texts(log):
    return [text for _, text in logstore.read(log)]


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_lines_are_stored_so_that_they_can_be_shown(log, name):
    printed, stored = HOSTILE[name]
    read(log, f"first\n{printed}\r\nlast\n")
    assert texts(log) == ["first", stored, "last"]
    read(log, f"first\n{printed}\r\nlast\nmore\n")
    assert texts(log) == ["first", stored, "last", "more"] and log.gaps == []


def test_a_storm_of_marks_and_a_line_of_10_mb_are_cut(log):
    read(log, "x" + "\u0301" * 1000 + "\n" + "y" * 10_000_000 + "\nend\n")
    storm, long, end = texts(log)
    assert len(storm) < 10 and len(long.encode()) < 9_000 and long.endswith("bytes cut") and end == "end"


def test_of_a_million_lines_the_newest_are_kept_counted_and_told(log):
    read(log, "\n".join(f"line {n}" for n in range(1_000_000)))
    kept = texts(log)
    assert kept == [f"line {n}" for n in range(1_000_000 - door.MOST, 1_000_000)]
    (gap,) = told(log)
    assert gap.before == 1 and "980,000 earlier lines" in gap.reason


def test_fifty_thousand_blank_lines_do_no_harm(log):
    read(log, "start\n" + "\n" * 50_000 + "end\n", wanted=5_000)
    assert log.lines == door.MOST and texts(log)[-1] == "end"


def test_secrets_at_the_edge_of_a_tail_or_split_by_colours_never_reach_the_store(log):
    key = "Ab3dEf9h" * 10 + "Ab3dEf=="
    read(log, f"Container logs:\nok\nAccountKey={key[:40]}\x1b[0m{key[40:]}\n" + "x" * 8150 + f" sig={key}")
    kept = "\n".join(texts(log))
    assert "REDACTED" in kept and not any(key[at:at + 12] in kept for at in range(0, 60, 6))
    assert wordindex.newest([next(iter(wordindex.words(key)))], None, 5) == []


def test_an_error_that_came_in_two_reads_is_one_text_for_the_verdict(log):
    head = "Traceback (most recent call last):\n  File \"score.py\", line 1, in <module>\n    import torchx\n"
    read(log, head)
    read(log, head + "ModuleNotFoundError: No module named 'torchx'\n")
    (said,) = (one for one in casefile.open_case(log.attempt_id).logs if one.container == log.container)
    assert said.lines[-2:] == ("    import torchx", "ModuleNotFoundError: No module named 'torchx'")


def test_every_line_of_an_image_pull_is_stored(log):
    pull = [f"layer-sha256:{n:064x}:    downloading    |+++-----| {n}.0 MiB/10 MiB" for n in range(50)]
    read(log, "\n".join(["+ ./mir-imagefetcher", *pull, "elapsed: 1.9 s   total:  3.4 Mi (1.8 MiB/s)", "done"]))
    assert log.lines == 53 and texts(log)[1:51] == pull


def test_a_read_is_parsed_and_redacted_once(log, monkeypatch):
    seen, lines = [], redact.lines
    monkeypatch.setattr(redact, "lines", lambda values, *more: seen.append(1) or lines(values, *more))
    read(log, "\n".join(f"2026-11-20 09:14:{n:02d},000 one" for n in range(40)))
    read(log, "\n".join(f"2026-11-20 09:14:{n:02d},000 one" for n in range(20, 60)))
    assert len(seen) == 2 and log.lines == 60


@pytest.mark.parametrize(("lines", "wanted", "on"), [(199, 200, True), (200, 200, False), (200, 5_000, True)])
def test_the_first_read_of_a_log_is_widened_unless_it_is_whole(log, lines, wanted, on):
    text = "\n".join(f"line {n}" for n in range(lines))
    assert record.tail(hold("logs", container=log.container).asked, text, wanted).continues is on


def test_a_tail_that_may_agree_by_chance_is_widened_and_the_wide_one_joined_without_a_seam(log):
    whole = ["start", "loading", "ready", *["."] * 300]
    read(log, "\n".join(whole), wanted=5_000)
    whole += ["."] * 40 + ["done"]
    held = hold("logs", container=log.container)
    assert not record.tail(held.asked, "\n".join(whole[-200:]), 200).continues
    wide = record.tail(held.asked, "\n".join(whole), 5_000)
    assert wide.continues
    record.log_answer(held, wide)
    log.refresh_from_db()
    assert texts(log) == whole and log.gaps == []


def test_a_log_that_azure_shows_less_of_than_before_is_told_once(log):
    lines = [f"2026-11-20 09:14:{n:02d},000 one" for n in range(50)]
    read(log, "\n".join(lines))
    for _ in range(2):
        read(log, "\n".join(lines[-10:]))
    assert told(log) == [Gap(51, seams.SHORTER, 50)]
    read(log, "\n".join([*lines[-10:], "2026-11-20 09:15:00,000 two"]))
    assert told(log) == [Gap(51, seams.SHORTER, 50)] and log.lines == 51


def test_a_log_that_another_instance_shows_less_of_is_not_told_as_cut(log):
    one = [f"2026-11-20 09:14:{n:02d},000 one" for n in range(50)]
    two = [f"2026-11-20 09:14:{n:02d},500 two" for n in range(10)]
    for lines in (one, two, one, two):
        read(log, "\n".join(lines))
    assert len(told(log)) == 1 and log.lines == 60


def test_why_a_tail_does_not_go_on_is_told_as_far_as_the_lines_tell(log):
    def lines(start, count, text="one"):
        return [f"2026-11-20 09:{n // 60:02d}:{n % 60:02d},000 I [1] root - {text} {n}"
                for n in range(start, start + count)]

    banner = ["2026-11-20 09:59:00,672 I [1] azmlinfsrv - Loaded logging config from /x/logging.json", "",
              "Azure ML Inferencing HTTP server v1.5.1"]
    read(log, "\n".join(lines(100, 20)))
    read(log, "\n".join(lines(300, 20)))  # later, nothing in common
    read(log, "\n".join(lines(10, 20, "other")))  # earlier
    read(log, "\n".join([*banner, *lines(3590, 3)]))  # a start
    read(log, "\n".join([banner[2], *lines(3500, 95, "third")]))  # a start before the end of that
    between, back, start, beside = told(log)
    assert "between 2026-11-20 09:01:59 and 2026-11-20 09:05:00 may be missing" in between.reason
    assert "another instance answered, or its clock was set back" in back.reason and start.reason == seams.STARTED
    assert "another instance answered, or its clock was set back" in beside.reason


def test_the_ledger_counts_what_each_read_showed_and_added(log):
    read(log, "a\nb\nc\n")
    read(log, "a\nb\nc\nd\n")
    assert list(LogRead.objects.order_by("id").values_list("lines", "added")) == [(3, 3), (4, 1)]
    assert LogRead.objects.earliest("at").at == START


def test_an_answer_in_plain_facts_is_kept_like_one_of_the_poll(log):
    record.log_answer(hold("logs", container=log.container), LogAnswer(log.container, "", "a\nb\n"))
    assert texts(log) == ["a", "b"]
