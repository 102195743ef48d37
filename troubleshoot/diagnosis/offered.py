"""What a region offers and how much of it is used, as Azure said it; spoken of through facts.py."""
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class UsageFacts:
    """One row of usages or quotas. None is *unknown*; a limit of -1 is *none of its own*."""

    region: str
    kind: str  # dedicated, low_priority, clusters, other
    family: str  # Azure's name.value; TotalDedicatedCores for the regional total
    label: str = ""
    used: int | None = None
    limit: int | None = None
    workspace: str = ""  # set where the row caps one workspace
    group: str = ""  # the resource group of that workspace
    unit: str = "Count"

    def whose(self) -> str:
        """The workspace that the row caps, with its group: names repeat among groups. Empty for all together."""
        return f"{self.group}/{self.workspace}".lower().strip("/") if self.workspace else ""


@dataclass(frozen=True, slots=True)
class SizeFacts:
    """One VM size as the region offers it; `managed` says that managed online endpoints may use it."""

    name: str
    family: str = ""
    vcpus: int | None = None
    memory_gib: float | None = None
    gpus: int | None = None
    managed: bool | None = None
