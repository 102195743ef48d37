"""The whole product with an Azure of its own: emulator, broker, worker, beat and web, in one command."""
import json
import os
import shutil
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from troubleshoot import clock
from troubleshoot.checks import settings_are_sound
from workers import ground, inbox, lifeline, world
from workers.household import Household, follow_make
from workers.supervisor import Part

SPEED = 20.0


class Command(BaseCommand):
    """Starts itself again with a clean environment, whose data folder is `demo` in the usual one."""

    help = "Run the demo: the dashboard with an emulated Azure."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--seed", type=int, help="draw names, sizes and times from this number")
        parser.add_argument("--speed", type=float, help=f"how fast its clock runs (default {SPEED:g})")
        parser.add_argument("--reset", action="store_true", help="remove the demo's data, and nothing else")
        parser.add_argument("--inside", help="the world as JSON: given by the command to itself")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            if options["inside"]:
                self._live(world.World(**json.loads(options["inside"])))
            elif options["reset"]:
                self._reset(settings.DATA_DIR / "demo")
            else:
                follow_make()
                self._start_again(settings.DATA_DIR / "demo", options["seed"], options["speed"])
        except (ground.Trouble, world.Unreadable) as error:
            raise CommandError(str(error)) from error

    def _start_again(self, data: Path, seed: int | None, speed: float | None) -> None:
        """Become the real demo: same process, clean environment, the clock where the last one stopped."""
        ground.make_folder(data)
        found = world.load(data / "world.json")
        if found and seed not in (None, found.seed):
            raise ground.Trouble(f"This demo was drawn from seed {found.seed}; `make demo-reset` starts another.")
        if speed is not None and not 0.01 <= speed <= 1000:
            raise ground.Trouble(f"The speed {speed:g} cannot be: give a number from 0.01 to 1000.")
        played = found or world.new(seed, SPEED)
        played.speed = speed or played.speed
        moment, real = played.begin()
        env = ground.clean_environment() | {
            "DATA_DIR": str(data), "CLOCK_BASE": moment, "CLOCK_REAL": repr(real), "CLOCK_SPEED": repr(played.speed)}
        told = json.dumps(asdict(played))
        sys.stdout.flush()
        os.execve(sys.executable, [sys.executable, sys.argv[0], "demo", "--inside", told], env)  # noqa: S606

    def _live(self, played: world.World) -> None:
        ground.refuse(settings_are_sound())
        data, port = settings.DATA_DIR, ground.port_from(os.environ.get("PORT") or "8000")
        played.port = ground.some_port(played.port)
        env = dict(os.environ) | {"NOTICE_ALLOW": f"127.0.0.1:{played.port}"}
        emulator = Part("emulator", self._emulator(played, data), env, grace=3)
        house = Household(
            port=port, env=env, azure={}, note=data.parent / "demo.json", username="demo", say=self._say,
            forget_password=False, others=[emulator], duty=lambda: played.keep(data / "world.json", clock.now()))
        house.others_up = lambda: self._emulator_up(played.port, house.azure)
        self._say(f"Seed {played.seed}, clock {played.speed:g} times as fast as ours. Data in {data}.")
        try:
            house.live()
        finally:
            if (data / "world.json").exists():
                played.keep(data / "world.json", clock.now(), ahead=0)

    def _emulator(self, played: world.World, data: Path) -> list[str]:
        return [
            sys.executable, "-m", "workers.emulator", "--port", str(played.port), "--seed", str(played.seed),
            "--clock-base", settings.CLOCK_BASE, "--clock-real", repr(settings.CLOCK_REAL),
            "--speed", repr(played.speed), "--world-start", played.start, "--state-dir", str(data / "emulator"),
        ]

    def _emulator_up(self, port: int, azure: dict[str, str]) -> bool:
        """Whether it answers; if so, what the worker must know of it is in `azure`."""
        status, body = ground.answer(port, "/_emulator/book?logs=0")
        if status != 200:
            return False
        subscriptions = {each["subscription"] for each in json.loads(body)["workspaces"]}
        root = f"http://127.0.0.1:{port}"
        inbox.keep(f"{root}/_emulator/hooks")
        azure |= {"ARM_ENDPOINT": root, "IDENTITY_ENDPOINT": f"{root}/msi/token", "IDENTITY_HEADER": "demo",
                  "AZURE_SUBSCRIPTIONS": ",".join(sorted(subscriptions))}
        return True

    def _reset(self, data: Path) -> None:
        if data.is_dir():
            try:
                lifeline.hold(data).close()
            except lifeline.AlreadyRunning as holder:
                raise ground.Trouble(f"The demo is running (process {holder}); stop it first.") from holder
            lifeline.clear_up(data)
            shutil.rmtree(data)
        (data.parent / "demo.json").unlink(missing_ok=True)
        self._say(f"Removed {data}; the next `make demo` starts over.")

    def _say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()
