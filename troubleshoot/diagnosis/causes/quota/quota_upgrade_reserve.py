"""The instances would fit, but the reserve of 20 percent that Azure keeps for upgrades does not.

Azure asks for ceil(1.2 x instances) x cores. A few large GPU sizes are exempt.
"""

from collections.abc import Iterator, Mapping

import re2

from troubleshoot.diagnosis import fixes, passages, quota
from troubleshoot.diagnosis.cause import OPERATION, Cause, looks
from troubleshoot.diagnosis.facts import Case, Evidence, Step

_ASKED = re2.compile(
    r"Not enough quota available for (?P<size>[A-Za-z0-9_]+) in SubscriptionId \S+\s*"
    r"Current usage/limit: (?P<used>\d+)/(?P<limit>\d+)\.? Additional needed: (?P<need>\d+)"
)


def cores(case: Case, size: str) -> int | None:
    """The vCPUs of a size: as the region offers it, else by the table of sizes."""
    if case.size and quota.size_key(case.size.name) == quota.size_key(size):
        return case.size.vcpus
    known = quota.size(size)
    return known.vcpus if known else None


def without_reserve(need: int, each: int) -> int:
    """The vCPUs of the most instances whose need, with the reserve, is `need`."""
    with_reserve = need // each
    return max(n for n in range(with_reserve + 1) if (6 * n + 4) // 5 <= with_reserve) * each


def look(case: Case) -> Iterator[Evidence]:
    """Azure's sentence, where its numbers show that the instances alone would have fitted."""
    for passage in passages.read(case):
        found = _ASKED.search(passage.text) if passage.place == OPERATION and not passage.borrowed else None
        each = cores(case, found["size"]) if found else None
        if found and each and int(found["need"]) % each == 0:
            free = int(found["limit"]) - int(found["used"])
            if 0 < without_reserve(int(found["need"]), each) <= free < int(found["need"]):
                yield passage.quote(found.start(), found.end())


def more(case: Case, names: Mapping[str, str]) -> dict[str, str]:
    """The numbers of Azure's sentence, and what the instances take without the reserve."""
    for passage in passages.read(case):
        found = _ASKED.search(passage.text) if passage.place == OPERATION else None
        each = cores(case, found["size"]) if found else None
        if found and each:
            return {
                "size": found["size"],
                "need": found["need"],
                "limit": found["limit"],
                "alone": str(without_reserve(int(found["need"]), each)),
                "free": str(int(found["limit"]) - int(found["used"])),
            }
    return {}


cause = Cause(
    title="{size} would fit in {free} free vCPUs, but the upgrade reserve makes it {need}",
    kind="Not enough quota",
    stage="quota",
    label="ERR_1100",
    old_code="ERR_1100",
    code="OutOfQuota",
    signs=(looks(look),),
    more=more,
    gives=("need", "alone", "free", "limit"),
    words=(("need", "more"), ("alone", "some"), ("free", "the"), ("limit", "granted vCPUs")),
    happened="The instances alone take {alone} of {free} free vCPUs. Azure keeps a fifth more "
    "for upgrades, rounded up to "
    "whole instances, and so asked for {need}. The reserve costs nothing, but it must fit.",
    fine="Image, model, code and roles were not looked at yet; nothing of them is known to be wrong.",
    steps=(
        Step(
            "Ask for less",
            "Lower instance_count or take a smaller size, so that ceil(1.2 x instances) x cores "
            "fits. "
            "Sizes marked 'Skip 20% Reservation' need no reserve.",
        ),
        fixes.LIST_USAGE,
        Step("Or ask for more quota", "Request an increase of the family on https://ml.azure.com/quota."),
        fixes.deploy_again,
    ),
    who="data scientist",
    retry="after the fix",
    urgent="if serving",
    look_for="Not enough quota available for <size> … Additional needed: <need>",
    source="Azure's guide, CPU quota; exact text from public reports",
    rivals=(
        (
            "quota-workspace-cap",
            "the usage rows: the need with the reserve is above the family's limit, or above the "
            "workspace's",
        ),
        ("quota-subscription-cpu", "the sentence: it names the size and its family, or the whole subscription"),
    ),
    outranks=("quota-vm-family", "out-of-quota"),
)
