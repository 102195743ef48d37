"""The model, environment and code version that an attempt names; asked once, and a 404 is evidence."""
from datetime import timedelta

from troubleshoot import record
from troubleshoot.diagnosis.facts import AssetFacts
from workers.poller import Asked, Azure, Claim, Poll


def fetch(azure: Azure, asked: Asked) -> list[AssetFacts]:
    """What Azure says of each version that the deployment names."""
    spec = asked.spec
    named = [] if spec is None else [("model", spec.model), ("environment", spec.environment), ("code", spec.code)]
    return [azure.asset(asked.place, kind, reference) for kind, reference in named if reference]


def save(held: Claim, seen: list[AssetFacts], every: timedelta) -> set[int]:
    """Keep it with the attempt."""
    return record.assets(held, seen)


poll = Poll("artifacts", timedelta(minutes=1), fetch, save)
