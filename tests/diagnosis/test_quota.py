"""The sum that Azure makes, and the gate that refuses."""
import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from troubleshoot.diagnosis import quota
from troubleshoot.diagnosis.facts import SizeFacts, UsageFacts
from troubleshoot.diagnosis.sizes import SIZES


def row(family: str, used: int | None, limit: int | None, kind: str = "dedicated", workspace: str = "") -> UsageFacts:
    return UsageFacts("westeurope", kind, family, used=used, limit=limit, workspace=workspace)


DSV2 = row("standardDSv2Family", 44, 50)
TOTAL = row("TotalDedicatedCores", 62, 200)


@pytest.mark.parametrize(("size", "instances", "vcpus"), [
    ("Standard_DS3_v2", 10, 48), ("Standard_DS3_v2", 1, 8), ("standard_ds3_V2", 1, 8), ("DS3_v2", 5, 24),
    ("Standard_NV36ads_A10_v5", 1, 72), ("Standard_DS3_v2", 0, 0), ("Standard_NC24ads_A100_v4", 2, 48),
    ("Standard_Unheard_v9", 1, None),
])
def test_the_sum_is_azures(size: str, instances: int, vcpus: int | None) -> None:
    assert quota.needed(size, instances) == vcpus


@given(st.sampled_from(sorted(SIZES)), st.integers(0, 10_000))
def test_the_reserve_is_a_fifth_rounded_up_unless_exempt(size: str, instances: int) -> None:
    _, vcpus, _, _, exempt = SIZES[size]
    factor = Fraction(1) if exempt else Fraction(6, 5)
    assert quota.needed(size, instances) == math.ceil(factor * instances) * vcpus
    assert quota.held(size, instances) == instances * vcpus


@given(st.sampled_from(sorted(SIZES)), st.integers(0, 5_000))
def test_most_instances_fit_and_one_more_does_not(size: str, free: int) -> None:
    most = quota.most_instances(size, free)
    assert most is not None
    assert (quota.needed(size, most) or 0) <= free < (quota.needed(size, most + 1) or 0)


def test_fewer_than_no_instances_are_refused() -> None:
    for ask in (quota.needed, quota.held):
        with pytest.raises(ValueError, match="-1"):
            ask("Standard_DS3_v2", -1)


def test_only_the_reserve_may_be_what_does_not_fit() -> None:
    room = quota.fits("Standard_DS3_v2", 1, [TOTAL, DSV2, row("standardDSv2Family", 0, 0, "low_priority")])
    assert (room.fits, room.needed, room.counted, room.short_by, room.upgrade_reserve_only) == (False, 8, 2, 2, True)
    assert room.smallest
    assert (room.smallest.label, room.smallest.free) == ("DSv2", 6)
    assert [gate.label for gate in room.gates] == ["DSv2", "all families"]
    assert quota.fits("Standard_DS3_v2", 2, [TOTAL, DSV2]).upgrade_reserve_only is False


def test_all_gates_must_have_room_and_the_smallest_is_named() -> None:
    room = quota.fits("DS3_v2", 1, [row("standard DSv2_family", 0, 100), row("totaldedicatedcores", 195, 200)])
    assert room.fits is False
    assert room.smallest
    assert room.smallest.label == "all families"
    cap = row("standardDSv2Family", 4, 8, workspace="WS-a")
    other = row("standardDSv2Family", 8, 8, workspace="ws-b")
    capped = quota.fits("DS3_v2", 1, [row("standardDSv2Family", 0, 100), TOTAL, cap, other], "ws-a")
    assert capped.smallest
    assert (capped.fits, capped.short_by, capped.smallest.workspace) == (False, 4, "WS-a")
    assert quota.fits("DS3_v2", 1, [row("standardDSv2Family", 0, 100), TOTAL, cap, other]).fits is True


@pytest.mark.parametrize("unknown", [row("standardDSv2Family", 4, -1), row("standardDSv2Family", 4, None),
                                     row("standardDSv2Family", None, 50), row("other", 1, 2)])
def test_what_is_not_known_neither_fits_nor_refuses(unknown: UsageFacts) -> None:
    room = quota.fits("DS3_v2", 1, [unknown, TOTAL])
    assert room.fits is None
    assert room.gates[0].free is None
    assert room.smallest
    assert room.smallest.label == "all families"


def test_a_limit_of_zero_refuses_whatever_is_used() -> None:
    assert quota.fits("DS3_v2", 1, [row("standardDSv2Family", None, 0), TOTAL]).short_by == 8


def test_use_above_the_limit_leaves_nothing_free_and_counts_in_what_is_short() -> None:
    room = quota.fits("DS3_v2", 1, [row("standardDSv2Family", 54, 50), TOTAL])
    assert room.smallest
    assert (room.smallest.free, room.short_by, room.upgrade_reserve_only) == (0, 12, False)


def test_a_size_off_the_list_counts_by_what_the_region_offers() -> None:
    assert quota.fits("Standard_New_v9", 1, [TOTAL]).needed is None
    offered = SizeFacts("Standard_New_v9", "standardNewv9Family", 16)
    room = quota.fits("Standard_New_v9", 1, [TOTAL, row("standardNewv9Family", 0, 40)], offered=offered)
    assert (room.needed, room.exempt, room.fits) == (32, None, True)


@pytest.mark.parametrize(("name", "label"), [
    ("standardDSv2Family", "DSv2"), ("standard NCASv3_T4 Family", "NCASv3_T4"), ("STANDARDDSV2FAMILY", "DSV2"),
    ("standard NDAMSv4_A100Family", "NDAMSv4_A100"), ("TotalDedicatedCores", "all families"), ("", ""),
])
def test_families_are_named_short(name: str, label: str) -> None:
    assert quota.family_label(name) == label


def test_a_size_is_told_with_its_memory() -> None:
    assert quota.size("standard_ds3_v2") == SizeFacts("Standard_DS3_v2", "standardDSv2Family", 4, 14, 0, True)
    assert quota.size("nope") is None
    assert len(SIZES) == 85
