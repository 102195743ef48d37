"""Names the app."""
from django.apps import AppConfig


class TroubleshootConfig(AppConfig):
    """The room that remembers what was seen, and knows why it failed."""

    name = "troubleshoot"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from troubleshoot import checks  # noqa: F401  (registers the system checks)
