"""Who may know: people, and the workspaces that each may see."""
from typing import Any

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q


class Person(AbstractUser):
    """A user; found by issuer and subject where an identity provider vouches, never by mail address."""

    issuer = models.TextField(blank=True)
    subject = models.TextField(blank=True)
    sees_all = models.BooleanField(default=False)
    single_keys = models.BooleanField(default=True)  # shortcuts of one letter; a person can switch them off

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("issuer", "subject"), condition=~Q(subject=""), name="one_person_for_a_subject"),
        )

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep the names in one line of printable characters: who vouches for a person hands on what they typed."""
        self.first_name, self.last_name = _line(self.first_name), _line(self.last_name)
        super().save(*args, **kwargs)


def _line(text: str) -> str:
    return " ".join("".join(one if one.isprintable() else " " for one in text).split())


class Access(models.Model):
    """One person may see one workspace."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="access")
    workspace = models.ForeignKey("troubleshoot.Workspace", on_delete=models.CASCADE, related_name="access")
    given_at = models.DateTimeField()
    given_by = models.TextField(blank=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("person", "workspace"), name="one_access"),)

    def __str__(self) -> str:
        return f"{self.person_id} sees {self.workspace_id}"


class AuditEntry(models.Model):
    """Who changed what for whom: access, channels, rules, settings of a workspace. Never changed."""

    at = models.DateTimeField()
    person = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    workspace = models.ForeignKey(
        "troubleshoot.Workspace", on_delete=models.SET_NULL, null=True, blank=True, related_name="audit")
    what = models.TextField()
    text = models.TextField(blank=True)  # never a secret

    class Meta:
        ordering = ("-at", "-id")

    def __str__(self) -> str:
        return f"{self.what} at {self.at}"
