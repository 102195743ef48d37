"""The dashboard for real subscriptions: broker, worker, beat and web, in one command."""
import os
from typing import Any

from django.conf import settings
from django.core import checks
from django.core.management.base import BaseCommand, CommandError

from workers import ground
from workers.household import Household, follow_make


class Command(BaseCommand):
    """Uses the broker and the database that are named; embedded ones where none is."""

    help = "Run the dashboard for the subscriptions in AZURE_SUBSCRIPTIONS."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        follow_make()
        try:
            self._live()
        except ground.Trouble as error:
            raise CommandError(str(error)) from error

    def _live(self) -> None:
        ground.make_folder(settings.DATA_DIR)
        ground.refuse(checks.run_checks())
        if not settings.AZURE_SUBSCRIPTIONS:
            raise ground.Trouble("AZURE_SUBSCRIPTIONS is not set: give the ids to watch, with commas between them.")
        port = ground.port_from(os.environ.get("PORT") or "8000")
        note = settings.DATA_DIR / "run.json"
        Household(port=port, env=ground.own_environment(), azure={}, note=note, username="admin", say=self._say).live()

    def _say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()
