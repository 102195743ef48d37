"""A wrong setting is told at start, in one sentence with a hint."""
import os
import subprocess
import sys

import pytest
from django.test import override_settings

from troubleshoot import checks


@pytest.mark.parametrize("endpoint", [
    "https://management.azure.com", "https://management.usgovcloudapi.net", "http://127.0.0.1:4000",
    "http://localhost:1", "https://[::1]:8443",
])
def test_clouds_and_this_machine_may_be_asked(endpoint):
    with override_settings(ARM_ENDPOINT=endpoint):
        assert checks.settings_are_sound() == []


@pytest.mark.parametrize("endpoint", [
    "http://management.azure.com", "https://management.azure.com.evil.com", "https://evil@management.azure.com",
    "https://management.azure.com:8443", "ftp://127.0.0.1", "127.0.0.1:80", "http://10.0.0.1", "http://[::1",
    "https://management.azure.com/path",
])
def test_no_token_may_go_anywhere_else(endpoint):
    with override_settings(ARM_ENDPOINT=endpoint):
        assert [one.id for one in checks.settings_are_sound()] == ["triage.E002"]


def test_a_clock_without_a_zone_is_refused():
    with override_settings(CLOCK_BASE="2026-11-25T10:00:00"):
        assert [one.id for one in checks.settings_are_sound()] == ["triage.E003"]


@pytest.mark.parametrize(("name", "value", "found"), [
    ("PUBLIC_URL", "triage.example.com", "E004"), ("PUBLIC_URL", "https://triage.example.com/path", "E004"),
    ("PUBLIC_URL", "https://a:b@triage.example.com", "E004"), ("PUBLIC_URL", "https://[::1", "E004"),
    ("NOTICE_ALLOW", ["10.0.0.1/8"], "E005"), ("NOTICE_ALLOW", ["https://x"], "E005"),
    ("NOTICE_ALLOW", ["x:99999"], "E005"), ("NOTICE_ALLOW", ["a b"], "E005"),
    ("DEFAULT_FROM_EMAIL", "Endpoint Triage", "E006"), ("DEFAULT_FROM_EMAIL", "a@b\r\nBcc: c@d", "E006")])
def test_notices_that_could_not_be_sent_or_followed_are_told_at_start(name, value, found):
    with override_settings(**{name: value}):
        assert [one.id for one in checks.settings_are_sound()] == [f"triage.{found}"]


@pytest.mark.parametrize(("name", "value"), [
    ("PUBLIC_URL", "https://triage.example.com"), ("PUBLIC_URL", "http://127.0.0.1:8000"),
    ("NOTICE_ALLOW", ["hooks.example.com", "hooks.example.com:8443", "10.1.0.0/16", "10.1.0.0/16:8443", "[::1]:9",
                      "fd00:1::/32", "127.0.0.1:9000"]),
    ("DEFAULT_FROM_EMAIL", "Endpoint Triage <triage@example.com>"), ("DEFAULT_FROM_EMAIL", "triage@localhost")])
def test_sound_settings_of_notices_are_taken(name, value):
    with override_settings(**{name: value}):
        assert checks.settings_are_sound() == []


def told(folder, script="check", **env):
    """`manage.py` in a process of its own, whose settings are read from this environment alone."""
    env = {"PATH": os.environ["PATH"], "DATA_DIR": str(folder)} | env
    return subprocess.run([sys.executable, "manage.py", *script.split(" ", 2)], env=env, capture_output=True,
                          text=True, check=False)


@pytest.mark.parametrize("name, value, hint", [
    ("WORKER_THREADS", "many", "from 1 to 256"),
    ("WORKER_THREADS", "0", "from 1 to 256"),
    ("WORKER_THREADS", "257", "from 1 to 256"),
    ("CLOCK_SPEED", "0", "from 0.01 to 1000"),
    ("LOG_LEVEL", "loud", "one of INFO, DEBUG"),
    ("STATIC_ROOT", "/dev/null/static", "Cannot make"),
])
def test_a_wrong_value_is_named_with_a_hint_and_a_failing_status(tmp_path, name, value, hint):
    done = told(tmp_path, **{name: value})
    assert done.returncode != 0 and "Traceback" not in done.stderr
    assert f"The setting {name} has a wrong value." in done.stderr and "HINT" in done.stderr and hint in done.stderr


def test_a_wrong_value_gives_way_to_the_default_and_a_good_one_stands(tmp_path):
    names = ("WORKER_THREADS", "CLOCK_SPEED", "CLOCK_REAL", "LOG_LEVEL")
    show = "shell -c from django.conf import settings; print(" + ", ".join(f"settings.{name}" for name in names) + ")"
    wrong = {"WORKER_THREADS": "0", "CLOCK_SPEED": "nan", "CLOCK_REAL": "-1", "LOG_LEVEL": "loud"}
    assert told(tmp_path, show, **wrong).stdout.split()[-4:] == ["16", "1", "0", "INFO"]
    good = {"WORKER_THREADS": "256", "CLOCK_SPEED": "20", "CLOCK_REAL": "7", "LOG_LEVEL": "debug"}
    assert told(tmp_path, show, **good).stdout.split()[-4:] == ["256", "20.0", "7.0", "DEBUG"]


def test_static_files_lie_in_the_data_folder_which_is_made(tmp_path):
    done = told(tmp_path / "data", "shell -c from django.conf import settings; print(settings.STATIC_ROOT)")
    assert done.stdout.split()[-1] == str(tmp_path / "data" / "static")
    assert (tmp_path / "data" / "static").is_dir()
