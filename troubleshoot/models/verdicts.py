"""What we think of an attempt."""
from django.db import models


class Verdict(models.Model):
    """The newest verdict on an attempt: the whole as JSON, the leading finding as columns for lists."""

    attempt = models.OneToOneField("troubleshoot.Attempt", on_delete=models.CASCADE, related_name="verdict")
    cause = models.TextField(blank=True)  # slug of the leading finding; empty: not known
    certainty = models.TextField(blank=True)
    title = models.TextField(blank=True)
    kind = models.TextField(blank=True)
    stage = models.TextField(blank=True)
    data = models.JSONField(default=dict)  # facts.Verdict
    fingerprint = models.TextField()
    revision = models.IntegerField()  # of the attempt, when it was judged
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.attempt_id}: {self.cause or 'not known'}"
