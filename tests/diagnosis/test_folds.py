"""What a reader may pass over is folded, in words that say what it holds; what proves a cause never is."""
import random
import re

from hypothesis import given
from hypothesis import strategies as st

from troubleshoot.diagnosis.folds import BANNER, BLANK, PULL, SAME, folds, is_pull
from troubleshoot.diagnosis.frames import levels, package, traces

SITE = "/azureml-envs/azureml_3f1d0c/lib/python3.10/site-packages/"
TRACE = f"""\
E [88] azmlinfsrv - Failed to load user script
Traceback (most recent call last):
  File "{SITE}azureml_inference_server_http/server/user_script.py", line 77, in load_script
    main_module_spec.loader.exec_module(user_module)
  File "<frozen importlib._bootstrap>", line 241, in _call_with_frames_removed
  File "/var/azureml-app/onlinescoring/score.py", line 9, in <module>
    import lightgbm as lgb
ModuleNotFoundError: No module named 'lightgbm'

The above exception was the direct cause of the following exception:

Traceback (most recent call last):
  File "{SITE}azureml_inference_server_http/server/create_app.py", line 84, in create
    user_script.load_script(app_root)
UserScriptImportException: Failed to import user script
I [88] gunicorn.error - Worker exiting (pid: 88)""".splitlines()
SERVER = ["Azure ML Inferencing HTTP server v1.4.1", "", "Server Settings", "Worker Count: 1", "Server Routes",
          "Liveness Probe: GET   127.0.0.1:31311/", "Score:          POST  127.0.0.1:31311/score", "after"]


def told(lines, **more):
    """(first line from 1, last line, what it holds) of each fold."""
    return [(one.start + 1, one.end, one.holds) for one in folds(lines, **more)]


def test_frames_outside_the_users_code_are_folded_and_those_of_score_py_are_not():
    assert told(TRACE) == [
        (2, 5, "traceback inside azureml_inference_server_http and importlib"),
        (10, 14, "raised again inside azureml_inference_server_http")]


def test_a_file_of_the_users_folder_is_his_own_whatever_it_is_called():
    assert package("/var/azureml-app/src/site-packages/x.py") == "" == package("/opt/app/score.py")
    assert package(f"{SITE}sklearn/base.py") == "sklearn"
    assert package("/opt/miniconda/lib/python3.10/json/decoder.py") == "json"
    assert package("<frozen importlib._bootstrap_external>") == "importlib"


def test_all_lines_of_a_traceback_have_the_severity_of_its_header_and_a_harmless_one_has_none():
    assert levels(TRACE) == ["error"] * 8 + [""] + ["error"] * 6 + [""]
    calm = ["W [88] azmlinfsrv - Found extra keys in the config file that are not supported.", *TRACE[1:8]]
    assert levels(calm) == [""] * 8


def test_what_is_printed_again_and_again_stands_once_with_its_count():
    line = "2026-11-23 01:00:0{},000 I [1] srv - waiting"
    assert told([line.format(n) for n in range(9)]) == [(2, 9, "the same line as above, 8 times more")]
    assert told(["a", "b", "c"] * 5 + ["d"]) == [(4, 15, "the same 3 lines as above, 4 times more")]
    assert told(["a", "b", "a", "b"]) == []


def test_a_thousand_frames_that_call_each_other_stand_once():
    frame = ['  File "/var/azureml-app/score.py", line 3, in f', "    g()",
             '  File "/var/azureml-app/score.py", line 7, in g', "    f()"]
    lines = ["Traceback (most recent call last):", *frame * 500, "RecursionError: maximum recursion depth exceeded"]
    assert told(lines) == [(6, 2001, "the same 4 lines as above, 499 times more")]


def test_a_block_that_repeats_folds_with_the_frames_in_it():
    assert told(TRACE * 4)[-1] == (17, 64, "the same 16 lines as above, 3 times more")


def test_restarts_that_print_the_same_are_one_fold_and_one_that_differs_is_none():
    run = ["- gunicorn/run", "2026-11-23 01:00:01 I [1] Booting worker with pid: 88", "ValueError: boom 0x7f12"]
    other = [line.replace("88", "99").replace("0x7f12", "0x7faa") for line in run]
    lines = run + other + run + [*run[:2], "KeyError: 1"]
    found = folds(lines, starts=(0, 3, 6, 9), kept={2}, again={5, 8, 11})
    assert [(one.start, one.end, one.holds, one.restarts) for one in found] == [(3, 9, SAME, 2)]
    assert [one for one in folds(lines, starts=(0, 3, 6, 9), kept={2, 5, 8}) if one.restarts] == []


def test_the_servers_own_banner_and_runs_of_blank_lines_are_folded():
    assert told(SERVER) == [(1, 7, BANNER)]
    assert told([*SERVER[:4], "ValueError: printed inside it", *SERVER[4:]]) == []
    assert told(["a", *[" "] * 50_000, "b"]) == [(2, 50_001, BLANK)]


def test_a_pull_of_370_kb_is_one_fold():
    rng = random.Random(7)
    layers = [f"{rng.getrandbits(256):064x}" for _ in range(14)]
    noise = []
    for tick in range(300):
        noise += [f"\x1b[1Alayer-sha256:{one}: downloading |{'+' * (tick % 38)}-| {tick} MiB/300 MiB" for one in layers]
        noise += [f"elapsed: {tick / 10:.1f} s                    total:  {tick * 3.4:.1f} Mi (34.1 MiB/s)", ""]
    assert sum(map(len, noise)) > 370_000
    assert told(["before", *noise, "after"]) == [(2, len(noise), PULL)]


def test_a_line_of_escapes_without_end_is_read_at_once():
    assert not is_pull("\x1b[m" * 200_000 + "x")


POOL = st.sampled_from([*TRACE[:9], *SERVER, "", "x", "y", "elapsed: 1 s", f"layer-sha256:{'ab' * 32}: done |+++|"])
INDICES = st.sets(st.integers(0, 59), max_size=8)


@given(st.lists(POOL, max_size=60), INDICES, INDICES, INDICES, INDICES)
def test_folds_never_overlap_hide_evidence_or_reach_over_a_row_between(lines, kept, again, breaks, starts):
    again, starts = again - kept, sorted(one for one in starts if one < len(lines))
    done = 0
    for one in folds(lines, kept, breaks, starts, again):
        assert done <= one.start < one.end <= len(lines)
        done = one.end
        inside = set(range(one.start, one.end))
        assert not inside & kept
        assert one.restarts or one.above or not inside & again
        assert not (inside - {one.start}) & breaks
        assert one.restarts or not (inside - {one.start}) & set(starts)
        assert one.restarts or one.above or not any("score.py" in lines[at] for at in inside)
        assert one.restarts or one.above or not any(lines[at].startswith("ModuleNotFound") for at in inside)


@given(st.lists(POOL, max_size=60))
def test_what_is_folded_as_the_same_is_the_same_as_what_stands_above(lines):
    for one in folds(lines):
        if one.above:
            assert all(lines[at] == lines[at - one.above] for at in range(one.start, one.end))
            count = re.search(r"([\d,]+) times more", one.holds)[1]
            assert int(count.replace(",", "")) * one.above == one.end - one.start


@given(st.lists(POOL, max_size=60))
def test_tracebacks_are_read_in_order_and_their_frames_lie_inside_them(lines):
    done = 0
    for one in traces(lines):
        assert done <= one.start <= one.head < one.end <= len(lines)
        assert all(one.head < frame.start < frame.end <= one.end for frame in one.frames)
        done = one.end
