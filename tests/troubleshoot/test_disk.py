"""A disk that runs full is told before it is full: nothing is polled, and every page says so."""
import pytest
from django.db import connection

from troubleshoot import disk

pytestmark = pytest.mark.postgres


def test_a_disk_with_room_is_not_full_and_one_without_is_told_on_every_page(ada, monkeypatch, settings, tmp_path):
    settings.DATA_DIR = tmp_path
    assert not disk.full() and "disk is nearly full" not in ada.get("/fleet").content.decode()
    monkeypatch.setattr(disk, "LEAST", 2**62)
    local = connection.vendor == "sqlite"  # a server of its own looks after its own disk
    assert disk.full() is local
    assert ("disk is nearly full" in ada.get("/fleet").content.decode()) is local


def test_a_folder_that_cannot_be_asked_stops_nothing(db, settings, tmp_path):
    settings.DATA_DIR = tmp_path / "gone"
    assert not disk.full()
