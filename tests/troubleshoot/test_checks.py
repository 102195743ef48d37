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


def test_a_number_that_is_none_is_named_with_a_hint_and_a_failing_status(tmp_path):
    env = {"PATH": os.environ["PATH"], "DATA_DIR": str(tmp_path), "WORKER_THREADS": "many"}
    done = subprocess.run([sys.executable, "manage.py", "check"], env=env, capture_output=True, text=True, check=False)
    assert done.returncode != 0 and "WORKER_THREADS" in done.stderr and "HINT" in done.stderr
