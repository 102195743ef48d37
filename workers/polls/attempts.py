"""The operation behind a deployment's or endpoint's state: its status and its error."""
from datetime import timedelta

from troubleshoot import record, watches
from troubleshoot.diagnosis.facts import OperationFacts
from workers.poller import Asked, Azure, Claim, Denied, Poll, Trouble


def fetch(azure: Azure, asked: Asked) -> OperationFacts:
    """What the operation's own address says."""
    return azure.operation(asked.uri)


def spare(held: Claim, error: Trouble) -> bool:
    """An operation that Azure does not show us is a fact; it is asked for again now and then."""
    if not isinstance(error, Denied):
        return False
    record.operation(held, OperationFacts(trouble=error.message), watches.LONGEST_REST, for_good=False)
    return True


poll = Poll("attempts", timedelta(seconds=20), fetch, record.operation, spare)
