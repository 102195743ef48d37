"""The door in: takes facts, redacts, merges, saves, and says which attempts changed.

Every function takes the claim under which the facts were fetched, writes in one short transaction only while that
claim holds (else `watches.Overtaken`), and ends the watch. It returns the ids of the attempts that changed.
"""
from troubleshoot.record.activity import activity
from troubleshoot.record.attempts import assets, operation
from troubleshoot.record.fleet import FleetSeen, endpoints, subscriptions, workspaces
from troubleshoot.record.logs import Tail, log_answer, tail
from troubleshoot.record.quota import computes, sizes, usages

__all__ = [
    "FleetSeen", "Tail", "activity", "assets", "computes", "endpoints", "log_answer", "operation", "sizes",
    "subscriptions", "tail", "usages", "workspaces",
]
