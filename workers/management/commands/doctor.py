"""Asks Azure each question once, and says which permission is missing."""
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from workers import questions
from workers.questions import Answer


class Command(BaseCommand):
    """Exit status 0 where every question was answered, 1 where one was not."""

    help = "Ask Azure each question once, and say which permission is missing."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.AZURE_SUBSCRIPTIONS:
            raise CommandError("AZURE_SUBSCRIPTIONS is not set: give the ids to watch, with commas between them.")
        signed_in = questions.token(settings.ARM_ENDPOINT)
        self._show(signed_in)
        if not signed_in.ok:
            raise CommandError("No token, so no question was asked.")
        failed = 0
        for subscription in settings.AZURE_SUBSCRIPTIONS:
            self.stdout.write(f"Subscription {subscription}")
            for answer in questions.every(settings.ARM_ENDPOINT, subscription):
                self._show(answer)
                failed += answer.ok is False
        if failed:
            raise CommandError(f"{failed} of the questions were not answered.")

    def _show(self, answer: Answer) -> None:
        word = {True: "ok", False: "FAILED", None: "not asked"}[answer.ok]
        self.stdout.write(f"  {word:<10} {answer.question}: {answer.said}")
