"""Shows and sets how long a workspace keeps log text, and how much of it."""
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from troubleshoot import retention
from troubleshoot.models import Workspace
from troubleshoot.retention import MEGABYTE, Step


class Command(BaseCommand):
    """Without figures it shows what holds; with --dry-run it sets nothing and lists what would go."""

    help = "Show or set how many days, and how many megabytes, of log text a workspace keeps."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("workspace", nargs="?", default="", help="as in its address; without it, all are shown")
        parser.add_argument("--days", type=int, help="keep log text for so many days")
        parser.add_argument("--megabytes", type=int, help="keep at most so much of it, as it is stored")
        parser.add_argument("--unset", action="store_true", help="back to the figures of the installation")
        parser.add_argument("--dry-run", action="store_true", help="set nothing; list what would go")

    def handle(self, *args: Any, **options: Any) -> None:
        figures = {"keep_days": options["days"], "keep_megabytes": options["megabytes"]}
        wanted = {name: value for name, value in figures.items() if value is not None}
        if any(value < 1 for value in wanted.values()):
            raise CommandError("Give a number from 1.")
        if not options["workspace"]:
            if wanted or options["unset"]:
                raise CommandError("Name the workspace that the figures are for.")
            for space in Workspace.objects.all():
                self._show(space)
            return
        one = Workspace.objects.filter(slug=options["workspace"]).first()
        if one is None:
            raise CommandError(f"There is no workspace {options['workspace']}.")
        self._set(one, dict.fromkeys(figures) | wanted if options["unset"] else wanted, options["dry_run"])

    def _set(self, space: Workspace, figures: dict[str, int | None], dry_run: bool) -> None:
        for name, value in figures.items():
            setattr(space, name, value)
        if dry_run:
            self._list(space)
        elif figures:
            Workspace.objects.filter(id=space.id).update(**figures)
        self._show(space)

    def _show(self, space: Workspace) -> None:
        limits, used = retention.limits(space), retention.used(space)
        oldest = f", oldest {used.oldest:%d %b %Y}" if used.oldest else ""
        self.stdout.write(f"{space.slug}: {limits.days:,} days, at most {limits.megabytes:,} MB; "
                          f"{used.octets / MEGABYTE:.1f} MB are used{oldest}")

    def _list(self, space: Workspace) -> None:
        """What the next round would take out: by age, then by size what is too much even so."""
        aged = retention.by_age(space)
        excess = retention.used(space).octets - retention.limits(space).megabytes * MEGABYTE
        excess -= sum(step.octets for step in aged)
        heavy: list[Step] = []
        for step in retention.by_size(space):
            if excess <= 0:
                break
            if step not in aged:
                heavy.append(step)
                excess -= step.octets
        for why, found in (("age", aged), ("size", heavy)):
            logs, lines = len({step.log for step in found}), sum(step.lines for step in found)
            octets = sum(step.octets for step in found) / MEGABYTE
            self.stdout.write(f"by {why}: up to {lines:,} lines of {logs:,} logs would go, {octets:.1f} MB")
