"""The operation behind a deployment's or endpoint's state: its status and its error."""
from datetime import timedelta

from troubleshoot import record
from troubleshoot.diagnosis.facts import OperationFacts
from workers.poller import Asked, Azure, Claim, Denied, Gone, Poll, Trouble


def fetch(azure: Azure, asked: Asked) -> OperationFacts:
    """What the operation's own address says."""
    return azure.operation(asked.uri)


def spare(held: Claim, error: Trouble) -> bool:
    """An operation that Azure no longer keeps, or does not show us, is a fact: it is not asked for again."""
    if not isinstance(error, (Gone, Denied)):
        return False
    record.operation(held, OperationFacts(trouble=error.message))
    return True


poll = Poll("attempts", timedelta(seconds=20), fetch, record.operation, spare)
