"""The verdict on logs and error messages as text or JSON, with no server, database or network."""

import contextlib
import io
import json
import os
import sys
from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from troubleshoot.diagnosis import decoded, outcome, paste, report
from troubleshoot.diagnosis.decoded import NotText
from troubleshoot.diagnosis.facts import Place
from troubleshoot.diagnosis.outcome import EXIT, HEALTHY, UNREADABLE, Outcome, Source
from troubleshoot.diagnosis.passages import KINDS

MAX_BYTES = 256_000_000
RANK = (EXIT[outcome.CAUSE], EXIT[UNREADABLE], EXIT[outcome.NOT_KNOWN], EXIT[HEALTHY])  # of several cases


class Command(BaseCommand):
    """Exit status 0 nothing wrong, 10 a cause, 11 not known, 12 unreadable; 1 and 2 stay Python's own."""

    help = "Tell why a deployment or a scoring call failed, from logs and error messages in files."
    requires_system_checks: Sequence[str] = ()  # type: ignore[assignment]

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The files, how to read them, how to answer, and the names for the commands of the fix."""
        parser.add_argument("file", nargs="*", help="a log or an error message; - or nothing for standard input")
        parser.add_argument("--each", action="store_true", help="each file is a case of its own")
        parser.add_argument("--json", action="store_true", help="one JSON object a case, one a line")
        parser.add_argument("--kind", choices=sorted(KINDS), default="", help="what the text is, if it does not tell")
        parser.add_argument("-e", "--endpoint", default="", help="a name that the text lacks")
        parser.add_argument("-n", "--deployment", default="")
        parser.add_argument("-g", "--group", default="", help="resource group")
        parser.add_argument("-w", "--workspace", default="")
        parser.add_argument("--subscription", default="")

    def handle(self, *args: Any, **options: Any) -> None:
        """Reads, answers, and leaves with the exit status."""
        if isinstance(sys.stdout, io.TextIOWrapper):
            sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace")
        if isinstance(sys.stderr, io.TextIOWrapper):
            sys.stderr.reconfigure(encoding="utf-8", errors="backslashreplace")
        place = Place(*(options[name] for name in ("subscription", "group", "workspace", "endpoint", "deployment")))
        told = list(_told(options["file"] or ["-"], place, options["kind"], options["each"]))
        try:
            for at, (found, wrong) in enumerate(told):
                self._show(found, wrong, as_json=options["json"], heading=at if options["each"] else -1)
            self.stdout.flush()
        except BrokenPipeError:
            with contextlib.suppress(OSError, ValueError):
                os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(min((_status(found, wrong) for found, wrong in told), key=RANK.index))

    def _show(self, found: Outcome | None, wrong: dict[str, str], as_json: bool, heading: int) -> None:
        """One case: what could not be read on the error stream, or as JSON where there is nothing else."""
        for name, why in wrong.items():
            print(f"{name}: {why}", file=sys.stderr)
            if as_json and not found:
                self.stdout.write(_line(outcome.unreadable(name, why)))
        if found and as_json:
            self.stdout.write(_line(outcome.as_json(found)))
        elif found:
            self._say(found, heading)

    def _say(self, found: Outcome, heading: int) -> None:
        """The report, under its file's name where each file is a case of its own."""
        colours = {report.HEADING: self.style.MIGRATE_HEADING, report.BAD: self.style.ERROR,
                   report.GOOD: self.style.SUCCESS, report.PROOF: self.style.WARNING}  # fmt: skip
        if heading >= 0:
            self.stdout.write(("\n" if heading else "") + f"== {found.sources[0].name}")
        for line in report.lines(found):
            colour = None if os.environ.get("NO_COLOR") else colours.get(line.role)
            self.stdout.write(colour(line.text) if colour else line.text)


def _line(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False)


Told = tuple[Outcome | None, dict[str, str]]


def _told(files: Sequence[str], place: Place, kind: str, each: bool) -> Iterator[Told]:
    """For each case its outcome, and the files of it that could not be read with the reason."""
    for group in [[name] for name in files] if each else [files]:
        sources, wrong = [], {}
        for name in group:
            try:
                sources.append(Source(name, paste.read(decoded.text(_bytes(name)), kind)))
            except NotText as error:
                wrong[name] = f"cannot be read: {error}"
            except OSError as error:
                wrong[name] = f"cannot be read: {error.strerror or error}"
        yield outcome.of(sources, place) if sources else None, wrong


def _bytes(name: str) -> bytes:
    if name == "-":
        return sys.stdin.buffer.read(MAX_BYTES)
    with Path(name).open("rb") as file:
        return file.read(MAX_BYTES)


def _status(found: Outcome | None, wrong: dict[str, str]) -> int:
    """The exit status of one case; that nothing is wrong is not said of a case which was not read whole."""
    if not found or (wrong and found.word == HEALTHY):
        return EXIT[UNREADABLE]
    return EXIT[found.word]
