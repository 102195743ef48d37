"""Answers of getLogs are told apart, split, dated, weighed and joined."""
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from troubleshoot.diagnosis import logs
from troubleshoot.diagnosis.facts import INFERENCE_SERVER, Event

WITHHELD = "Deployment is in deleting or creating state so logs can't be retrieved."
NONE = "There are no logs for this deployment at the moment."
BLOCKS = """Instance status:
SystemSetup: Succeeded
UserContainerImagePull: Succeeded
ModelDownload: InProgress
UserContainerStart: Waiting

Container events:
Kind: Pod, Name: Pulling, Type: Normal, Time: 2026-10-16T11:51:37.113218Z, Message: Start pulling container image
Kind: Pod, Name: Downloading, Type: Warning, Time: 20220519-03:11:59.750675, Message: Models, all of them: go

Container logs:
"""
AT = datetime(2026, 11, 23, 17, 39, 54, 624000, UTC)


@pytest.mark.parametrize(("content", "answer_class"), [
    (WITHHELD, "withheld"), (WITHHELD.rstrip("."), "withheld"), (f"  {WITHHELD}\r\n", "withheld"),
    (WITHHELD.replace("'", "’"), "withheld"), (NONE, "none yet"), ("", "none yet"), (None, "none yet"),
    (f"{NONE} Please try again later.", "none yet"), ("\n \n", "none yet"), (BLOCKS, "logs"),
    (f"{BLOCKS}{WITHHELD}", "logs"), ("hello", "logs"), (f"{NONE}\nhello", "logs"),
    ("2025-10-16T13:16:14Z Startup task failed due to authorization error.", "logs"),
])
def test_the_two_sentences_and_nothing_are_no_logs(content: str | None, answer_class: str) -> None:
    told = logs.answer(INFERENCE_SERVER, content)
    assert told.answer_class == answer_class
    assert bool(told.text) == (answer_class == "logs")
    assert told.said == ("" if answer_class == "logs" else " ".join((content or "").split()))


def test_an_answer_is_split_into_status_events_and_console() -> None:
    found = logs.parse(BLOCKS + "one\n\ntwo\n\n")
    assert dict(found.status)["ModelDownload"] == "InProgress"
    assert [key for key, _ in found.status][0] == "SystemSetup"
    assert found.events[0] == Event("Pulling", "Start pulling container image", "Normal",
                                    datetime(2026, 10, 16, 11, 51, 37, 113218, UTC))
    assert found.events[1].message == "Models, all of them: go"
    assert found.events[1].at == datetime(2022, 5, 19, 3, 11, 59, 750675, UTC)
    assert found.lines == ("one", "", "two")
    assert logs.parse(BLOCKS.replace("\n", "\r\n") + "one\r\n\r\ntwo") == found


def test_what_a_script_prints_is_never_a_header() -> None:
    said = ("Instance status:", "SystemSetup: Failed", "Container logs:", "Container events:",
            "Kind: Pod, Name: Killing, Type: Warning, Time: 2026-10-16T11:51:37Z, Message: x")
    found = logs.parse(BLOCKS + "\n".join(said))
    assert found.lines == said
    assert dict(found.status)["SystemSetup"] == "Succeeded"
    assert len(found.events) == 2
    bare = logs.parse("\n".join(("hello", *said)))
    assert bare.lines == ("hello", *said)
    assert bare.status == bare.events == ()


def test_missing_cut_and_repeated_headers_lose_no_line() -> None:
    assert logs.parse("one\ntwo").lines == ("one", "two")
    assert logs.parse("Container logs:\none").lines == ("one",)
    assert logs.parse("").lines == ()
    cut = BLOCKS[BLOCKS.index("stemSetup"):]
    assert dict(logs.parse(cut + "one").status)["ModelDownload"] == "InProgress"
    assert logs.parse(cut + "one").lines == ("one",)
    middle = BLOCKS[BLOCKS.index("16T11:51"):]
    assert [event.name for event in logs.parse(middle).events] == ["Downloading"]
    twice = BLOCKS.removesuffix("Container logs:\n") + BLOCKS.replace("InProgress", "Failed") + "one"
    assert dict(logs.parse(twice).status)["ModelDownload"] == "Failed"
    assert logs.parse(twice).lines == ("one",)
    headless = BLOCKS.removesuffix("Container logs:\n") + "2026-11-23 17:39:54,624 I [3] azmlinfsrv - x\none"
    assert logs.parse(headless).lines == ("2026-11-23 17:39:54,624 I [3] azmlinfsrv - x", "one")
    assert logs.parse(BLOCKS[:190]).lines == ()


def test_an_event_message_of_several_lines_stays_one_event() -> None:
    text = BLOCKS.replace("container image\n", "container image\nwith more\n")
    assert logs.parse(text).events[0].message == "Start pulling container image\nwith more"


def test_a_line_of_the_studio_before_the_blocks_is_kept() -> None:
    studio = "2025-10-16T13:16:14Z Startup task failed due to authorization error."
    found = logs.parse(f"{studio}\n{BLOCKS}one")
    assert found.lines == (studio, "one")
    assert len(found.status) == 4


@pytest.mark.parametrize(("line", "at"), [
    ("2026-11-23 17:39:54,624 I [31] azmlinfsrv - x", AT),
    ("2026-11-23 17:39:54,624 I 31 azmlinfsrv - x", AT),
    ("2026-11-23T17:39:54,624000999+00:00 | gunicorn/run | x", AT),
    ("2026-11-23T17:39:54,624000999+00:00 - gunicorn/run ", AT),
    ("2026-11-23T18:39:54.624+01:00 x", AT), ("2026-11-23T17:39:54.624Z x", AT),
    ("2026-11-23 17:39:54.624 - ERROR - x", AT), ("20261123-17:39:54.624", AT),
    ("[2026-11-23 17:39:54 +0000] [31] [INFO] x", AT.replace(microsecond=0)),
    ("2026/11/23 17:39:54 Downloading", AT.replace(microsecond=0)),
    ('127.0.0.1 - - [23/Nov/2026:17:39:54 +0000] "GET / HTTP/1.1" 200', AT.replace(microsecond=0)),
    ('{"level":"[INFO]","ts":"Oct  16 11:51:37","logger":"VMAgent.ImageFetcher"}', None),
    ("I0405 18:43:55.139913 191 infer_handler.h:1312] Thread", None), ("10:32:01.467 | Trace | x", None),
    ("2026-13-23 17:39:54,624 x", None), ("0001-01-01T00:00:00+14:00", None), ("", None), ("plain", None),
])
def test_every_style_of_time_is_read(line: str, at: datetime | None) -> None:
    assert logs.moment(line) == at


@pytest.mark.parametrize(("line", "weight"), [
    ("2026-11-23 17:39:54,624 I [31] gunicorn.error - Starting gunicorn 27.0.1", ""),
    ("2026-11-23 17:39:54,624 E [31] gunicorn.error - Worker (pid:2) exited with code 3.", "error"),
    ("2026-11-23 17:39:54,624 C [31] azmlinfsrv - ", "error"), ("W 31 azmlinfsrv - x", "warning"),
    ("2026-11-23 17:39:54,624 I [31] azmlinfsrv.print - ERROR nothing", ""),
    ("2026-11-23 17:39:54,624 E [31] azmlinfsrv.trace - Error while fetching model IDs", ""),
    ("2026-11-23 17:39:54,624 W [31] azmlinfsrv - Found extra keys in the config file that are not", ""),
    ("EdgeHubConnectionString and IOTEDGE_IOTHUBHOSTNAME are not set. Exiting...", ""),
    ("2020-11-19T23:58:11,8+00:00 - Exit code 1 is normal. Not restarting iot-server.", ""),
    ("2020-11-19T23:58:11,8+00:00 - Exit code 3 is not normal. Killing image.", "error"),
    ("Traceback (most recent call last):", "error"), ("ModuleNotFoundError: No module named 'x'", "error"),
    ("azureml_inference_server_http.server.user_script.UserScriptException: Caught", "error"),
    ("INFO:root:model loaded", ""), ("WARNING:__main__:x", "warning"), ("ERROR:entry_module:x", "error"),
    ("2022-09-21 13:13:50,198 | azureml.core | WARNING | x", "warning"),
    ("2024-04-05 18:43:55,394 - WARNING - pytriton.triton: x", "warning"),
    ("2024-10-23 14:40:18.742 - ERROR - Worker (pid:93) was sent SIGKILL!", "error"),
    ("I0405 18:43:55.139913 191 a.h:1] x", ""), ("E0405 18:43:55.139913 191 a.h:1] x", "error"),
    ('{"level":"[ERROR]","ts":"Oct  16 11:51:37","logger":"VMAgent.ImageFetcher"}', "error"),
    ("Worker Timeout (seconds): 2", ""), ("WORKER TIMEOUT (pid:34)", "error"), ("error: x", "error"),
    ("Reason: Worker failed to boot.", "error"), ("the error rate is 0", ""), ("", ""),
    ("/bin/bash: /azureml-envs/x/libtinfo.so.6: no version information available (required by bash)", ""),
])
def test_the_level_of_the_line_decides_before_its_words(line: str, weight: str) -> None:
    assert logs.severity(line) == weight


def test_the_logger_of_a_line_is_named() -> None:
    assert logs.logger("2026-11-23 17:39:54,624 I [31] azmlinfsrv.print - x") == "azmlinfsrv.print"
    assert logs.logger("INFO:root:x") == "root"
    assert logs.logger("2022-08-29 08:46:21,338 | root | INFO | x") == "root"
    assert logs.logger("plain") == ""


def test_a_traceback_below_a_harmless_line_is_harmless() -> None:
    lines = ["2026-11-23 17:42:16,474 E [1] azmlinfsrv.trace - Error while fetching model IDs",
             "Traceback (most recent call last):", "ValueError: invalid literal for int()",
             "2026-11-23 17:42:16,475 I [1] azmlinfsrv.user_script - Invoking", "ValueError: mine"]
    assert logs.severities(lines) == ["", "", "", "", "error"]


LINE = st.sampled_from(["a", "b", "c"])


@given(st.lists(LINE, max_size=12), st.lists(LINE, max_size=12))
def test_the_overlap_is_the_longest_end_that_is_a_start(old: list[str], new: list[str]) -> None:
    naive = max(k for k in range(min(len(old), len(new)) + 1) if old[len(old) - k:] == new[:k])
    assert logs.overlap(old, new) == naive


@given(st.lists(st.integers(), unique=True, max_size=30).map(lambda numbers: [str(n) for n in numbers]), st.data())
def test_a_tail_that_overlaps_is_joined_once(whole: list[str], data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(whole)))
    end = data.draw(st.integers(start, len(whole)))
    old, new = whole[:end], whole[start:]
    assert old + new[logs.overlap(old, new):] == whole


class Counted(str):
    """A line that counts how often lines are compared."""

    compared = 0
    __hash__ = str.__hash__

    def __eq__(self, other: object) -> bool:
        Counted.compared += 1
        return str.__eq__(self, str(other))


SHAPES = {
    "all different, a few new": lambda n: (map(str, range(n)), map(str, range(n // 20, n + n // 20))),
    "nothing in common": lambda n: (map(str, range(n)), map(str, range(n, 2 * n))),
    "one line again and again": lambda n: ("a" * n, "a" * (n - 1) + "b"),
    "almost a period": lambda n: (("a" * 50 + "b") * (n // 51), ("a" * 50 + "b") * (n // 51) + "a" * 49 + "c"),
    "ever the wrong start": lambda n: ("a" * n, "b".join(["a" * (n // 2)] * 2)),
    "a wrong end behind a long start": lambda n: ("a" * (n // 2) + "b" + "a" * (n // 2 - 1), "a" * (n // 2) + "c"),
}


@pytest.mark.parametrize("name", SHAPES)
def test_the_overlap_of_10_000_lines_costs_a_few_comparisons_a_line(name: str) -> None:
    for lines in (5_000, 10_000):
        old, new = ([Counted(line) for line in part] for part in SHAPES[name](lines))
        Counted.compared = 0
        logs.overlap(old, new)
        assert Counted.compared <= 14 * lines


STREAM = st.lists(st.tuples(st.sampled_from("xyz"), st.integers(1, 60)), max_size=25)


@settings(max_examples=60)
@given(STREAM, st.lists(st.tuples(st.integers(0, 25), st.integers(0, 25)), max_size=4))
def test_events_of_overlapping_reads_are_counted_once(
        steps: list[tuple[str, int]], reads: list[tuple[int, int]]) -> None:
    at, stream = AT, []
    for name, seconds in steps:
        at += timedelta(seconds=seconds)
        stream.append(Event(name, "m", "Normal", at))
    joined: tuple[Event, ...] = ()
    end = 0
    for back, ahead in reads:
        start, end = max(0, end - back), min(len(stream), end + ahead)
        joined = logs.join_events(joined, stream[start:end])
    assert joined == logs.join_events((), stream[:end])
    assert sum(event.count for event in joined) == end
    assert logs.join_events(joined, stream[:end]) == joined


def test_events_without_a_time_are_not_doubled() -> None:
    seen = (Event("Pulling"), Event("Pulling"))
    joined = logs.join_events((), seen)
    assert joined == (Event("Pulling", count=2),)
    assert logs.join_events(joined, seen) == joined


START = ["2026-11-23 17:42:10,672 I [1] azmlinfsrv - Loaded logging config from /x/logging.json", "",
         "Azure ML Inferencing HTTP server v1.5.1", "",
         "2026-11-23 17:42:10,698 I [1] gunicorn.error - Starting gunicorn 27.0.1"]
CRASH = ["2026-11-23 17:42:16,586 E [1] gunicorn.error - Shutting down: Master"]


def test_a_restart_begins_with_its_first_mark() -> None:
    assert logs.restarts(["x", *START, *CRASH, *START, "y"]) == [1, 7]
    assert logs.restarts(START[::-1] + START[::-1]) == [0, 5]
    assert logs.restarts([]) == []
    runit = [f"2022-09-16T15:12:08,338625698+00:00 - {name}/run " for name in ("iot-server", "gunicorn", "nginx")]
    old = [*runit, "2022-09-16T15:12:08,352860046+00:00 | gunicorn/run | ", "Starting gunicorn 20.1.0"]
    assert logs.restarts([*old, "2020-11-19T23:58:11,8+00:00 - gunicorn/finish 3 0", *old]) == [0, 6]


def test_a_print_of_the_script_is_no_restart() -> None:
    assert logs.restarts([*START, "2026-11-23 17:42:10,672 I [1] azmlinfsrv.print - Starting gunicorn 1"]) == [0]
