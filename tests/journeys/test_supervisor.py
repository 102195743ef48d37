"""The supervisor with real processes: it heals what is killed, and leaves nothing behind."""
import http.client
import os
import signal
import socket
import stat
import sys
import time

import pytest

from tests.journeys.house import Demo, free_port, wait_for

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
