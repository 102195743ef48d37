"""Where news goes: channels, the rules that choose what is told, and the outbox of notices."""
from django.db import models
from django.db.models import Q


class Channel(models.Model):
    """One place that can be told: a mailbox, a Teams or Slack webhook, a signed webhook."""

    workspace = models.ForeignKey(  # None: of the whole installation
        "troubleshoot.Workspace", on_delete=models.CASCADE, null=True, blank=True, related_name="channels")
    name = models.TextField()
    kind = models.TextField()  # email, teams, slack, webhook
    address = models.TextField()  # sealed (troubleshoot/sealed.py): webhook addresses are secrets
    secret = models.TextField(blank=True)  # sealed: the key that signs, of a webhook
    shown = models.TextField()  # what pages may show of the address
    on = models.BooleanField(default=True)
    made_by = models.ForeignKey(
        "troubleshoot.Person", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    made_at = models.DateTimeField()
    ok_at = models.DateTimeField(null=True, blank=True)  # last delivery that went well
    error = models.TextField(blank=True)  # of the last delivery that did not; emptied by the next that goes well
    error_at = models.DateTimeField(null=True, blank=True)
    failures = models.IntegerField(default=0)  # in a row
    rest_until = models.DateTimeField(null=True, blank=True)  # nothing is sent before, after failures

    class Meta:
        ordering = ("name", "id")

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"


class Rule(models.Model):
    """What one channel is told, and when it is left in peace. An empty field leaves nothing out."""

    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="rules")
    workspace = models.ForeignKey(
        "troubleshoot.Workspace", on_delete=models.CASCADE, null=True, blank=True, related_name="rules")
    endpoint = models.TextField(blank=True)  # its name; letters of either case are the same
    rank = models.SmallIntegerField()  # incidents of this rank and worse (troubleshoot/ranks.py)
    cause = models.TextField(blank=True)  # slug
    recoveries = models.BooleanField(default=True)
    quiet_from = models.TimeField(null=True, blank=True)
    quiet_until = models.TimeField(null=True, blank=True)
    zone = models.TextField(default="UTC")  # of the quiet hours
    break_quiet = models.BooleanField(default=True)  # production traffic affected is told in quiet hours too

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"rule {self.id} of channel {self.channel_id}"


class Notice(models.Model):
    """One message to one channel, written with what it tells of; it leaves the house afterwards."""

    key = models.TextField(unique=True)  # the same for one event and channel, however often it is planned or sent
    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="notices")
    incident = models.ForeignKey(
        "troubleshoot.Incident", on_delete=models.CASCADE, null=True, blank=True, related_name="notices")
    attempt = models.ForeignKey(
        "troubleshoot.Attempt", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    what = models.TextField()  # failed, recovered, digest, test
    body = models.JSONField(default=dict)  # what is said, as it stood when it was planned
    made_at = models.DateTimeField()
    due_at = models.DateTimeField()
    digest = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, blank=True, related_name="holds")
    claim = models.BigIntegerField(default=0)
    claimed_until = models.DateTimeField(null=True, blank=True)  # in real time
    tries = models.IntegerField(default=0)
    sent_at = models.DateTimeField(null=True, blank=True)
    gave_up_at = models.DateTimeField(null=True, blank=True)
    error = models.TextField(blank=True)

    class Meta:
        ordering = ("id",)
        indexes = (
            models.Index(
                fields=("due_at",), condition=Q(sent_at=None, gave_up_at=None, digest=None), name="notice_due"),
        )

    def __str__(self) -> str:
        return f"{self.what} {self.key}"
