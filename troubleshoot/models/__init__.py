"""The tables of the house, one file a subject."""
from troubleshoot.models.fleet import Deployment, Endpoint, Region, Workspace
from troubleshoot.models.incidents import Incident, IncidentEvent, SavedView
from troubleshoot.models.notices import Channel, Notice, Rule
from troubleshoot.models.people import Access, AuditEntry, Person
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
    "Access", "Attempt", "AuditEntry", "Blind", "Change", "Channel", "Correction", "Deployment", "Endpoint",
    "Heartbeat", "Incident", "IncidentEvent", "Log", "LogChunk", "LogRead", "Notice", "Person", "QuotaRow",
    "QuotaSample", "Region", "Rule", "SavedView", "Verdict", "Watch", "Workspace",
]
