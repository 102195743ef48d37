"""The tables of the house, one file a subject."""
from troubleshoot.models.fleet import Deployment, Endpoint, Region, Workspace
from troubleshoot.models.people import Access, Person
from troubleshoot.models.seen import (
    Attempt,
    Blind,
    Change,
    Heartbeat,
    Log,
    LogChunk,
    LogRead,
    QuotaRow,
    QuotaSample,
    Watch,
)
from troubleshoot.models.verdicts import Correction, Verdict

__all__ = [
    "Access", "Attempt", "Blind", "Change", "Correction", "Deployment", "Endpoint", "Heartbeat", "Log", "LogChunk",
    "LogRead", "Person", "QuotaRow", "QuotaSample", "Region", "Verdict", "Watch", "Workspace",
]
