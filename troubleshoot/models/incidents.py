"""Incidents: a stretch of time in which a subject is wrong for one cause, who has it in hand, and its history."""
from datetime import datetime

from django.db import models
from django.db.models import Q


class Incident(models.Model):
    """One subject, one cause, from its first failure to its end. At most one of a pair is open.

    The subject is the deployment where one is named, else the endpoint, else the quota family, else the workspace.
    """

    subject = models.TextField()  # subject_key() of what follows, so that the database can hold one open per pair
    workspace = models.ForeignKey("troubleshoot.Workspace", on_delete=models.CASCADE, related_name="incidents")
    endpoint = models.ForeignKey(
        "troubleshoot.Endpoint", on_delete=models.CASCADE, null=True, blank=True, related_name="incidents")
    deployment = models.ForeignKey(
        "troubleshoot.Deployment", on_delete=models.CASCADE, null=True, blank=True, related_name="incidents")
    family = models.TextField(blank=True)  # normalised quota family, where that is the subject
    cause = models.TextField(blank=True)  # slug of the handbook, or of troubleshoot/silent.py; empty: not known
    certainty = models.TextField(blank=True)
    silent = models.BooleanField(default=False)  # Azure calls nothing failed
    title = models.TextField()  # the cause in one sentence
    rank = models.SmallIntegerField()  # troubleshoot/ranks.py: how much production traffic is at stake
    worst = models.SmallIntegerField()  # the highest stake it ever had (the lowest number)
    opened_at = models.DateTimeField()  # by Azure's own time, where it tells one
    first_seen = models.BooleanField(default=False)  # Azure told none: `opened_at` is when we first saw it
    last_at = models.DateTimeField()  # of the newest failure that belongs to it
    first = models.ForeignKey(
        "troubleshoot.Attempt", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    last = models.ForeignKey("troubleshoot.Attempt", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    last_number = models.IntegerField(null=True, blank=True)  # of `last`: attempt order decides what is a regression
    times = models.IntegerField(default=1)  # attempts that failed so
    regressed_at = models.DateTimeField(null=True, blank=True)  # by Azure's time: it came back after it had ended
    seen_at = models.DateTimeField()  # when we wrote it down first

    owner = models.ForeignKey(
        "troubleshoot.Person", on_delete=models.SET_NULL, null=True, blank=True, related_name="incidents")
    taken_at = models.DateTimeField(null=True, blank=True)
    first_taken_at = models.DateTimeField(null=True, blank=True)  # stays when it is given away
    acknowledged_by = models.ForeignKey(
        "troubleshoot.Person", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    acknowledged_at = models.DateTimeField(null=True, blank=True)  # ends by itself with the incident
    reason = models.TextField(blank=True)  # why it was acknowledged
    snooze = models.TextField(blank=True)  # "", time, more, attempt, cause
    snoozed_by = models.ForeignKey(
        "troubleshoot.Person", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    snoozed_at = models.DateTimeField(null=True, blank=True)
    snooze_until = models.DateTimeField(null=True, blank=True)  # of `time`
    snooze_times = models.IntegerField(null=True, blank=True)  # of `more`: wakes when `times` comes to it
    woke = models.TextField(blank=True)  # why the last snooze ended
    serving = models.TextField(blank=True)  # what a person found by asking the endpoint: "", yes, no
    serving_by = models.ForeignKey(
        "troubleshoot.Person", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    serving_at = models.DateTimeField(null=True, blank=True)
    ticket = models.TextField(blank=True)  # an id or an address, as a person wrote it

    resolved_at = models.DateTimeField(null=True, blank=True)  # by Azure's time where it ended by itself
    resolved_by = models.ForeignKey(
        "troubleshoot.Person", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    how = models.TextField(blank=True)  # why it ended, in words
    onward = models.ForeignKey(  # the one as which it went on; None where it ended
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    revision = models.IntegerField(default=1)  # counts what turned: pages tell by it that something is new

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(
                fields=("subject", "cause"), condition=Q(resolved_at=None), name="one_open_incident"),
        )
        indexes = (
            models.Index(fields=("rank", "opened_at"), condition=Q(resolved_at=None), name="incident_open"),
            models.Index(  # all that is counted of a rank and cause: read without the rows
                fields=("rank", "cause", "snooze", "opened_at", "owner", "workspace", "endpoint", "last_at"),
                condition=Q(resolved_at=None), name="incident_counted"),
            models.Index(fields=("workspace", "resolved_at"), name="incident_ended"),
            models.Index(fields=("cause", "opened_at"), name="incident_cause"),
            models.Index(fields=("subject", "cause"), name="incident_subject"),
        )

    def __str__(self) -> str:
        return f"incident {self.id}: {self.title}"

    @property
    def since(self) -> datetime:
        """Since when it is, or was, wrong without a stretch in which it was not."""
        return self.regressed_at or self.opened_at


class IncidentEvent(models.Model):
    """One thing that happened to an incident, by a person or by itself; never changed but for `undone_at`."""

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="events")
    at = models.DateTimeField()
    person = models.ForeignKey(
        "troubleshoot.Person", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")  # None: by itself
    what = models.TextField()  # one of troubleshoot/history.py
    text = models.TextField(blank=True)  # redacted
    before = models.JSONField(default=dict)  # the fields that it changed, as they were: what undo restores
    after = models.JSONField(default=dict)  # the same fields as it left them: undo refuses what changed since
    attempt = models.ForeignKey(
        "troubleshoot.Attempt", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("at", "id")

    def __str__(self) -> str:
        return f"{self.what} at {self.at}"


class SavedView(models.Model):
    """A filter of a list that one person gave a name."""

    person = models.ForeignKey("troubleshoot.Person", on_delete=models.CASCADE, related_name="views")
    page = models.TextField()  # the name of its URL: triage, fleet
    name = models.TextField()
    query = models.TextField()  # the query string, without the question mark

    class Meta:
        ordering = ("page", "name")
        constraints = (models.UniqueConstraint(fields=("person", "page", "name"), name="one_view"),)

    def __str__(self) -> str:
        return f"{self.page}: {self.name}"
