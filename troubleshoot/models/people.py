"""Who may know: people, and the workspaces that each may see."""
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q


class Person(AbstractUser):
    """A user; found by issuer and subject where an identity provider vouches, never by mail address."""

    issuer = models.TextField(blank=True)
    subject = models.TextField(blank=True)
    sees_all = models.BooleanField(default=False)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("issuer", "subject"), condition=~Q(subject=""), name="one_person_for_a_subject"),
        )


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
