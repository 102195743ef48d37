"""The supervisor with real processes: it heals what is killed, and leaves nothing behind."""
import errno
import http.client
import os
import signal
import socket
import stat
import sys
import time
from pathlib import Path

import pytest
from django.db import DatabaseError

from tests.journeys.house import Demo, free_port, wait_for
from troubleshoot import signs_of_life
from workers import beat, household, lifeline, supervisor
from workers.ground import Trouble
from workers.household import Household
from workers.supervisor import Part, Supervisor

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


@pytest.fixture(scope="module")
def demo():
    made = Demo()
    yield made
    made.end()


def status(port: int, path: str = "/") -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=3)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    except OSError:
        return 0
    finally:
        connection.close()


def nothing_left(demo: Demo) -> bool:
    return wait_for(lambda: not demo.living(), 20)


def sleeper(name: str = "sleeper") -> Part:
    return Part(name, [sys.executable, "-c", "import time; time.sleep(60)"], dict(os.environ), grace=1)


@pytest.fixture
def kept(tmp_path):
    """A supervisor with one part, and what it said."""
    said: list[str] = []
    made = Supervisor(tmp_path, tmp_path, said.append)
    made.add(sleeper())
    yield made, said
    made.stop(())


def test_a_log_that_is_removed_stops_nothing_and_is_told_once(kept):
    made, said = kept
    pid = made.parts[0].process.pid
    made.log_of(made.parts[0]).unlink()
    made.look()
    made.look()
    assert len(said) == 1 and "sleeper.log" in said[0]
    assert made.parts[0].process.pid == pid and made.parts[0].process.poll() is None


def test_a_part_is_started_again_where_the_folder_of_its_log_is_gone(kept, tmp_path):
    made, _ = kept
    made.log_of(made.parts[0]).unlink()
    (tmp_path / "logs").rmdir()
    (tmp_path / "logs").write_text("in the way")
    pid = made.parts[0].process.pid
    os.kill(pid, signal.SIGKILL)
    assert made.wait_for(lambda: made.parts[0].process.pid != pid, 5)


def test_a_full_disk_stops_nothing_and_is_told_once(kept, monkeypatch):
    made, said = kept

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(supervisor, "LOG_LIMIT", 0)
    monkeypatch.setattr(lifeline, "remember", full)
    monkeypatch.setattr(Path, "write_bytes", full)
    log = made.log_of(made.parts[0])
    for _ in range(2):
        log.write_text("words")
        made.look()
    made.add(sleeper("other"))
    made.add(sleeper("third"))
    assert log.stat().st_size == 0  # a log that cannot be kept must not fill the disk either
    assert len(said) == 2 and all("No space left on device" in each for each in said)


def test_no_worker_starts_where_the_emulator_does_not_answer(tmp_path, settings, monkeypatch):
    settings.DATA_DIR = tmp_path
    settings.STATIC_ROOT = tmp_path / "static"
    monkeypatch.setattr(household, "OTHERS_LIMIT", 0.5)
    monkeypatch.setattr(Household, "_tables_and_person", lambda self: False)
    monkeypatch.setattr(household.Assets, "fresh", lambda self: True)
    house = Household(
        port=free_port(), env={"BROKER_URL": "memory://", "PATH": os.environ["PATH"]}, azure={},
        note=tmp_path / "demo.json", username="demo", say=lambda text: None, others=[sleeper("emulator")])
    house.others_up = lambda: False
    try:
        with pytest.raises(Trouble, match=r"^The emulator did not answer within 0.5 s; see .*/logs/emulator\.log\.$"):
            house._bring_up()
        assert [part.name for part in house.supervisor.parts] == ["emulator"]
    finally:
        house.supervisor.stop(())


@pytest.mark.django_db
def test_the_beat_shows_that_the_worker_lives_and_writes_it_every_few_seconds_only():
    pulse = beat.Pulse()
    pulse.beat()
    first = signs_of_life.last("worker")
    pulse.beat()
    assert first is not None and signs_of_life.last("worker") == first
    pulse.next = 0.0
    pulse.beat()
    assert signs_of_life.last("worker") > first


def test_tables_that_cannot_be_written_to_cost_the_beat_a_line_and_no_more(monkeypatch, caplog):
    def broken(part: str) -> None:
        raise DatabaseError("disk I/O error")

    monkeypatch.setattr(signs_of_life, "beat", broken)
    monkeypatch.setattr(beat, "close_old_connections", lambda: None)
    beat.Pulse().beat()
    assert "disk I/O error" in caplog.text


def test_a_port_in_use_is_one_sentence_and_a_failure(demo):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        demo.port = taken.getsockname()[1]
        ended = demo.command("demo")
    demo.port = free_port()
    assert ended.returncode == 1
    assert "is in use on 127.0.0.1; choose another" in ended.stderr and "Traceback" not in ended.stderr
    assert not demo.living()


def test_a_folder_that_cannot_be_made_is_one_sentence_and_a_failure(demo):
    usual, demo.data = demo.data, demo.folder / "said" / "var"
    (demo.folder / "said").write_text("")
    ended = demo.command("demo")
    demo.data = usual
    assert ended.returncode == 1
    assert "Cannot write to" in ended.stderr and "Traceback" not in ended.stderr


def test_a_wrong_setting_is_one_sentence_and_a_failure_of_the_demo_too(demo, monkeypatch):
    usual = demo.environment()
    monkeypatch.setattr(demo, "environment", lambda: usual | {"LOG_LEVEL": "loud"})
    ended = demo.command("demo")
    assert ended.returncode == 1
    assert "LOG_LEVEL" in ended.stderr and "one of INFO" in ended.stderr and "Traceback" not in ended.stderr
    assert not demo.living()


@pytest.mark.parametrize("after", [0.2, 1.0, 2.0])
def test_ctrl_c_during_the_start_leaves_no_process_and_no_socket(demo, after):
    demo.start("--seed", "7")
    assert wait_for(lambda: (demo.data / "demo" / "running.lock").exists(), 20)
    time.sleep(after)
    demo.signal(signal.SIGINT)
    demo.ended(15)
    assert nothing_left(demo)
    assert demo.sockets() == []


def test_a_start_tells_the_sign_in_and_ends_on_ctrl_c(demo):
    demo.start("--seed", "7")
    assert demo.ready(), demo.said()
    told = demo.told()
    assert set(told) == {"url", "username", "password"}
    assert stat.S_IMODE(demo.note.stat().st_mode) == 0o600
    assert told["url"] == f"http://127.0.0.1:{demo.port}/"
    assert status(demo.port) in (200, 302)
    assert "is in use" in demo.command("demo").stderr
    usual, demo.port = demo.port, free_port()
    assert "Already running" in demo.command("demo").stderr
    demo.port = usual
    assert "stop it first" in demo.command("demo", "--reset").stderr
    began = time.monotonic()
    demo.signal(signal.SIGINT)
    assert demo.ended(20) == 0
    assert time.monotonic() - began < 15
    assert nothing_left(demo)
    assert demo.sockets() == []


def test_the_children_do_not_see_the_environment_of_the_shell(demo):
    demo.start()
    assert demo.ready(), demo.said()
    for pid in demo.living():
        with open(f"/proc/{pid}/environ", "rb") as file:
            seen = file.read()
        assert b"proxy.invalid" not in seen and b"of-the-shell" not in seen


def test_a_killed_part_is_started_again(demo):
    before = {name: demo.part(name) for name in ("web", "broker", "emulator", "worker")}
    assert all(before.values()), demo.said()
    for name, pid in before.items():
        os.kill(pid, signal.SIGKILL)
        assert wait_for(lambda name=name, pid=pid: demo.part(name) not in (0, pid), 10), name
    assert wait_for(lambda: status(demo.port) in (200, 302), 15)
    assert wait_for(lambda: demo.sockets() == ["v.sock"], 5)
    assert wait_for(lambda: status(int(demo.worlds()["port"]), "/_emulator/health") == 200, 10)


def test_a_killed_supervisor_takes_all_with_it_and_the_next_start_resumes(demo):
    told, world = demo.told(), demo.worlds()
    demo.signal(signal.SIGKILL)
    demo.ended()
    assert nothing_left(demo), demo.living()
    demo.start()
    assert demo.ready(30), demo.said()
    assert demo.told() == told
    again = demo.worlds()
    assert (again["seed"], again["start"]) == (world["seed"], world["start"])
    assert str(again["shown"]) >= str(world["shown"])
    demo.signal(signal.SIGTERM)
    assert demo.ended(20) == 0
    assert nothing_left(demo)
    assert list(demo.temporary.iterdir()) == []


def test_another_seed_is_refused_until_the_demo_is_reset(demo):
    refused = demo.command("demo", "--seed", "8")
    assert refused.returncode == 1 and "seed 7" in refused.stderr
    assert demo.command("demo", "--reset").returncode == 0
    assert not (demo.data / "demo").exists() and not demo.note.exists()
