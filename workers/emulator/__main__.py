"""Runs the local Azure as a process of its own."""
import argparse
import ipaddress
import signal
import sys
import threading
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import NoReturn

from workers.emulator.clock import parse_moment
from workers.emulator.server import serve


def _loopback(text: str) -> str:
    try:
        fine = text == "localhost" or ipaddress.ip_address(text).is_loopback
    except ValueError:
        fine = False
    if not fine:
        raise argparse.ArgumentTypeError(f"'{text}' is not a loopback address; the emulator listens nowhere else")
    return "127.0.0.1" if text == "localhost" else text


def _moment(text: str) -> datetime:
    try:
        return parse_moment(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"'{text}' is not an ISO moment") from None


def _port(text: str) -> int:
    if not text.isdigit() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"'{text}' is not a port from 0 to 65535")
    return int(text)


class OneSentence(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.exit(2, f"emulator: {message}\n")


def arguments(given: list[str]) -> argparse.Namespace:
    parser = OneSentence(prog="python -m workers.emulator", description=__doc__)
    parser.add_argument("--host", type=_loopback, default="127.0.0.1")
    parser.add_argument("--port", type=_port, default=8600)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--clock-base", type=_moment, default=datetime.now(UTC).replace(microsecond=0))
    parser.add_argument("--clock-real", type=float, default=time.time())
    parser.add_argument("--speed", type=float, default=20.0)
    parser.add_argument("--world-start", type=_moment, default=None)
    parser.add_argument("--state-dir", type=Path, default=None)
    return parser.parse_args(given)


def main(given: list[str]) -> int:
    asked, over = arguments(given), threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: over.set())
    try:
        running = serve(asked.host, asked.port, asked.seed, asked.clock_base, asked.clock_real, asked.speed,
                        asked.world_start, asked.state_dir)
    except OSError as wrong:
        where = asked.state_dir if wrong.filename else f"{asked.host}:{asked.port}"
        print(f"emulator: cannot use {where}: {wrong.strerror or wrong}", file=sys.stderr)
        return 1
    print(f"emulator: {running.url} seed={asked.seed} speed={asked.speed:g}", flush=True)
    over.wait()
    running.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
