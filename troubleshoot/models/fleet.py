"""What is there: workspaces, endpoints, deployments, and the regions whose quota they share."""
from django.db import models
from django.db.models import Q


class Workspace(models.Model):
    """A workspace that a subscription listed once; kept when Azure no longer lists it."""

    slug = models.SlugField(max_length=120, unique=True)
    key = models.TextField(unique=True)  # Place.key(): ARM names ignore case
    subscription = models.TextField()
    group = models.TextField()
    name = models.TextField()
    location = models.TextField(blank=True)
    facts = models.JSONField(default=dict)  # WorkspaceFacts
    computes = models.JSONField(default=list)  # [ComputeFacts]
    owner = models.TextField(blank=True)
    team = models.TextField(blank=True)
    keep_days = models.IntegerField(null=True, blank=True)  # of log text; None: the setting of the installation
    keep_megabytes = models.IntegerField(null=True, blank=True)  # of stored log text, likewise
    seen_at = models.DateTimeField()
    gone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("slug",)

    def __str__(self) -> str:
        return self.slug


class Region(models.Model):
    """One region of one subscription: quota is counted here, sizes are offered here."""

    subscription = models.TextField()
    name = models.TextField()
    sizes = models.JSONField(default=list)  # [SizeFacts]

    class Meta:
        constraints = (models.UniqueConstraint(fields=("subscription", "name"), name="one_region"),)

    def __str__(self) -> str:
        return f"{self.subscription}/{self.name}"


class Endpoint(models.Model):
    """An online endpoint; its row outlives the endpoint, and goes on when the name is made again."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="endpoints")
    name = models.TextField()
    key = models.TextField(unique=True)
    state = models.TextField(blank=True)
    traffic = models.JSONField(default=dict)  # {deployment: percent}
    facts = models.JSONField(default=dict)  # EndpointFacts
    owner = models.TextField(blank=True)
    team = models.TextField(blank=True)
    first_seen_at = models.DateTimeField()
    gone_at = models.DateTimeField(null=True, blank=True)
    revision = models.IntegerField(default=1)  # counts what turned in it, its deployments, attempts and verdicts
    followed = models.IntegerField(default=0)  # the revision that its incidents are of
    follow_at = models.DateTimeField(null=True, blank=True)  # when time alone turns something of its incidents

    class Meta:
        ordering = ("name",)
        indexes = (
            models.Index(fields=("workspace",), condition=Q(gone_at=None), name="endpoint_living"),
            models.Index(fields=("followed", "revision", "follow_at", "id"), name="endpoint_followed"),
        )

    def __str__(self) -> str:
        return self.name


class Deployment(models.Model):
    """A deployment behind an endpoint. `latest` is its newest attempt, `weight` its percent of traffic."""

    endpoint = models.ForeignKey(Endpoint, on_delete=models.CASCADE, related_name="deployments")
    name = models.TextField()
    key = models.TextField(unique=True)
    state = models.TextField(blank=True)
    facts = models.JSONField(default=dict)  # DeploymentFacts
    instance_type = models.TextField(blank=True)
    instance_count = models.IntegerField(null=True, blank=True)
    weight = models.IntegerField(null=True, blank=True)
    owner = models.TextField(blank=True)
    team = models.TextField(blank=True)
    latest = models.ForeignKey(
        "troubleshoot.Attempt", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    ready_once = models.BooleanField(default=False)  # an attempt was seen in state Succeeded
    first_seen_at = models.DateTimeField()
    gone_at = models.DateTimeField(null=True, blank=True)
    refused = models.BooleanField(default=False)  # known only from a request that Azure refused at submit

    class Meta:
        ordering = ("name",)
        indexes = (models.Index(fields=("state",), condition=Q(gone_at=None), name="deployment_living"),)

    def __str__(self) -> str:
        return f"{self.endpoint_id}/{self.name}"
