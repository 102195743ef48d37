"""The door in: takes facts, redacts, merges, saves, and says which attempts changed.

Every function takes the claim under which the facts were fetched, writes in one short transaction only while that
claim holds (else `watches.Overtaken`), and ends the watch. It returns the ids of the attempts that changed.
"""
from troubleshoot.record.activity import activity
from troubleshoot.record.attempts import assets, operation
from troubleshoot.record.fleet import FleetSeen, endpoints, subscriptions, workspaces
from troubleshoot.record.logs import continues, log_answer
from troubleshoot.record.quota import computes, sizes, usages

__all__ = [
    "FleetSeen", "activity", "assets", "computes", "continues", "endpoints", "log_answer", "operation", "sizes",
    "subscriptions", "usages", "workspaces",
]
