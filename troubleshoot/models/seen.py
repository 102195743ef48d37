"""What was seen: watches, attempts, changes, log reads, logs, and quota."""
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now


class Watch(models.Model):
    """One thing that we keep looking at, in one way. Leases run in real time, all else in the house clock."""

    poll = models.TextField()  # name of the Poll in workers/polls
    key = models.TextField()  # what is looked at, unique with `poll`
    lane = models.TextField(db_index=True)  # watches of one lane are polled by one message
    subscription = models.TextField()
    workspace = models.ForeignKey("troubleshoot.Workspace", on_delete=models.CASCADE, null=True, blank=True)
    region = models.ForeignKey("troubleshoot.Region", on_delete=models.CASCADE, null=True, blank=True)
    attempt = models.ForeignKey("troubleshoot.Attempt", on_delete=models.CASCADE, null=True, blank=True)
    container = models.TextField(blank=True)
    weight = models.IntegerField(default=50)  # lower is polled first
    due_at = models.DateTimeField(null=True)  # None: settled, nothing more to look at
    claim = models.BigIntegerField(default=0)
    claimed_until = models.DateTimeField(null=True, blank=True)
    claimed_by = models.TextField(blank=True)
    tries = models.IntegerField(default=0)
    tried_at = models.DateTimeField(null=True, blank=True)
    ok_at = models.DateTimeField(null=True, blank=True)
    trouble = models.TextField(blank=True)  # throttled, denied, gone, unreachable, malformed, broken, parked
    said = models.TextField(blank=True)
    failures = models.IntegerField(default=0)  # in a row
    parked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("poll", "key"), name="one_watch"),)
        indexes = (
            models.Index(fields=("due_at",), condition=Q(parked_at=None, due_at__isnull=False), name="watch_due"),
        )

    def __str__(self) -> str:
        return f"{self.poll} {self.key}"


class Attempt(models.Model):
    """One create or update operation of a deployment, or of an endpoint where `deployment` is None."""

    endpoint = models.ForeignKey("troubleshoot.Endpoint", on_delete=models.CASCADE, related_name="attempts")
    deployment = models.ForeignKey(
        "troubleshoot.Deployment", on_delete=models.CASCADE, null=True, blank=True, related_name="attempts")
    number = models.IntegerField()
    operation_id = models.TextField(blank=True, db_index=True)
    operation_uri = models.TextField(blank=True)
    kind = models.TextField(blank=True)  # create, update; empty: not known
    state = models.TextField()  # provisioning state, as this attempt last showed it; Refused at submit
    started = models.DateTimeField(null=True, blank=True)
    ended = models.DateTimeField(null=True, blank=True)
    failed_at = models.DateTimeField(null=True, blank=True)  # first seen failed, kept through a late success
    settled_at = models.DateTimeField(null=True, blank=True)  # first log read after its end
    deleting_at = models.DateTimeField(null=True, blank=True)  # a deletion was first seen while this was the newest
    operation = models.JSONField(null=True, blank=True)  # OperationFacts
    spec = models.JSONField(default=dict)  # DeploymentFacts or EndpointFacts at that time
    assets = models.JSONField(default=list)  # [AssetFacts]
    status = models.JSONField(default=list)  # newest status block
    events = models.JSONField(default=list)  # [Event]
    first_provisioning = models.BooleanField(null=True)
    earlier_unseen = models.BooleanField(default=False)  # the resource existed before we first looked
    caller = models.TextField(blank=True)  # from the activity log, where it speaks
    recorded_at = models.DateTimeField()
    revision = models.IntegerField(default=1)  # counts what was recorded
    judged = models.IntegerField(default=0)  # the revision that the verdict is of

    class Meta:
        ordering = ("-number",)
        constraints = (
            models.UniqueConstraint(
                fields=("deployment", "number"), condition=Q(deployment__isnull=False), name="attempt_of_deployment"),
            models.UniqueConstraint(
                fields=("endpoint", "number"), condition=Q(deployment=None), name="attempt_of_endpoint"),
        )

    def __str__(self) -> str:
        return f"attempt {self.number} of {self.deployment_id or self.endpoint_id}"


class Change(models.Model):
    """A watched field that turned from one value to another."""

    endpoint = models.ForeignKey("troubleshoot.Endpoint", on_delete=models.CASCADE, related_name="changes")
    deployment = models.ForeignKey(
        "troubleshoot.Deployment", on_delete=models.CASCADE, null=True, blank=True, related_name="changes")
    at = models.DateTimeField()
    field = models.TextField()
    before = models.TextField(blank=True)
    after = models.TextField(blank=True)

    class Meta:
        ordering = ("at", "id")

    def __str__(self) -> str:
        return f"{self.field}: {self.before} -> {self.after}"


class Log(models.Model):
    """The stored console log of one container in one attempt; its lines lie in chunks."""

    attempt = models.ForeignKey(Attempt, on_delete=models.CASCADE, related_name="logs")
    container = models.TextField()
    lines = models.IntegerField(default=0)
    gaps = models.JSONField(default=list)  # [Gap]
    redacted = models.IntegerField(default=0)
    last_class = models.TextField(blank=True)
    said = models.TextField(blank=True)
    removed = models.JSONField(default=list)  # [Removed]: lines that retention took out, by number
    last_hash = models.TextField(blank=True)  # of the newest console tail, to skip what did not change
    read_at = models.DateTimeField(null=True, blank=True)
    logs_at = models.DateTimeField(null=True, blank=True)  # newest read that held logs

    class Meta:
        constraints = (models.UniqueConstraint(fields=("attempt", "container"), name="one_log"),)

    def __str__(self) -> str:
        return f"{self.container} of attempt {self.attempt_id}"


class LogChunk(models.Model):
    """A run of log lines, zstandard-compressed, joined by newlines; sealed at 64 KiB."""

    log = models.ForeignKey(Log, on_delete=models.CASCADE, related_name="chunks")
    first = models.IntegerField()  # number of its first line, from 1
    lines = models.IntegerField()
    octets = models.IntegerField()  # uncompressed
    stored = models.IntegerField(db_default=0)  # compressed
    at = models.DateTimeField(db_default=Now())  # when it was last written
    data = models.BinaryField()

    class Meta:
        ordering = ("first",)
        constraints = (models.UniqueConstraint(fields=("log", "first"), name="one_chunk"),)
        indexes = (models.Index(fields=("log", "at", "stored"), name="chunk_weight"),)  # summed without the data

    def __str__(self) -> str:
        return f"lines from {self.first} of log {self.log_id}"


class LogRead(models.Model):
    """One answer to a request for logs: the ledger of what Azure said, and when."""

    log = models.ForeignKey(Log, on_delete=models.CASCADE, related_name="reads")
    at = models.DateTimeField()
    answer_class = models.TextField()
    hash = models.TextField(blank=True)
    lines = models.IntegerField(default=0)
    added = models.IntegerField(default=0)
    times = models.IntegerField(default=1)  # equal answers in a row are one row
    last_at = models.DateTimeField()

    class Meta:
        ordering = ("at", "id")

    def __str__(self) -> str:
        return f"{self.answer_class} at {self.at}"


class Blind(models.Model):
    """A stretch in which we did not see: the last look that went well, the next one, and what stood between."""

    workspace = models.ForeignKey("troubleshoot.Workspace", on_delete=models.CASCADE, related_name="blind")
    attempt = models.ForeignKey(Attempt, on_delete=models.CASCADE, null=True, blank=True, related_name="blind")
    poll = models.TextField()
    container = models.TextField(blank=True)
    since = models.DateTimeField()
    until = models.DateTimeField()
    why = models.TextField(blank=True)  # the watch's trouble; empty: nothing polled at all

    class Meta:
        ordering = ("since", "id")
        indexes = (models.Index(fields=("workspace", "until"), name="blind_until"),)

    def __str__(self) -> str:
        return f"{self.poll} blind from {self.since} to {self.until}"


class QuotaRow(models.Model):
    """The newest usage and limit of one family (or cap of one workspace) in one region."""

    region = models.ForeignKey("troubleshoot.Region", on_delete=models.CASCADE, related_name="quota")
    kind = models.TextField()
    family = models.TextField()  # normalised
    workspace = models.TextField(blank=True)  # set where the row caps one workspace
    data = models.JSONField()  # UsageFacts
    used = models.BigIntegerField(null=True, blank=True)
    limit = models.BigIntegerField(null=True, blank=True)
    seen_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("region", "kind", "family", "workspace"), name="one_quota_row"),
        )

    def __str__(self) -> str:
        return f"{self.family}: {self.used} of {self.limit}"


class QuotaSample(models.Model):
    """A moment at which a quota row turned; the first sample is the first look."""

    row = models.ForeignKey(QuotaRow, on_delete=models.CASCADE, related_name="samples")
    at = models.DateTimeField()
    used = models.BigIntegerField(null=True, blank=True)
    limit = models.BigIntegerField(null=True, blank=True)

    class Meta:
        ordering = ("at", "id")

    def __str__(self) -> str:
        return f"{self.used} of {self.limit} at {self.at}"


class Heartbeat(models.Model):
    """The last sign of life of a part, in real time: pages say when nothing polls any more."""

    part = models.TextField(unique=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.part} at {self.at}"
