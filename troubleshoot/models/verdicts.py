"""What we think of an attempt, and what people say to it."""
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
    fingerprint = models.TextField()  # of the rules that made it
    rechecked = models.TextField(blank=True)  # fingerprint of the newest rules that looked at it again
    held = models.TextField(blank=True)  # why newer rules did not replace it; empty: nothing kept them
    changed = models.JSONField(default=dict)  # compared.Changed against the last good attempt, or empty
    earlier = models.JSONField(default=list)  # [what it was before other rules judged it], oldest first
    signature = models.TextField(blank=True, db_index=True)  # of its first error lines (diagnosis/signature.py)
    revision = models.IntegerField()  # of the attempt, when it was judged
    made_at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=("rechecked",), name="verdict_rechecked"),)

    def __str__(self) -> str:
        return f"{self.attempt_id}: {self.cause or 'not known'}"


class Correction(models.Model):
    """What one person holds to be the cause of an attempt; it outlives the account, never the attempt."""

    attempt = models.ForeignKey("troubleshoot.Attempt", on_delete=models.CASCADE, related_name="corrections")
    person = models.ForeignKey(
        "troubleshoot.Person", on_delete=models.SET_NULL, null=True, blank=True, related_name="corrections")
    cause = models.TextField(blank=True)  # slug of the cause that it was; empty: none of the handbook
    note = models.TextField(blank=True)  # redacted
    told = models.TextField(blank=True)  # the cause of the verdict then; empty: not known
    certainty = models.TextField(blank=True)
    fingerprint = models.TextField(blank=True)  # of the rules that had told it
    signature = models.TextField(blank=True, db_index=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ("at", "id")
        constraints = (models.UniqueConstraint(fields=("attempt", "person"), name="one_correction"),)

    def __str__(self) -> str:
        return f"{self.attempt_id}: not {self.told or 'known'} but {self.cause or 'something else'}"
