"""The world is a pure function of seed and time, and every story keeps its promise."""
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from workers.emulator.container import container_starts, instance_shown
from workers.emulator.scenarios import STORIES
from workers.emulator.world import World

START = datetime(2026, 11, 25, 12, tzinfo=UTC)
SEEDS = range(20)
LIVE = {story.name for story in STORIES if not story.past_only and story.about != "refusal"
        and not story.name.startswith("healthy")}


def after(minutes: float) -> datetime:
    return START + timedelta(minutes=minutes)


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def test_two_worlds_of_one_seed_tell_the_same_story_whenever_they_are_asked():
    early, late = World(3, START), World(3, START)
    for minute in (0, 10, 40, 90):
        early.book(after(minute))
    assert early.book(after(90)) == late.book(after(90))
    assert early.book(after(10)) == World(3, START).book(after(10))


def test_another_seed_has_other_names():
    books = [World(seed, START).book(START, logs=False) for seed in (1, 2)]
    names = [{e["place"]["endpoint"] for e in book["endpoints"]} for book in books]
    assert names[0] != names[1]


@pytest.mark.parametrize("seed", SEEDS)
def test_every_live_story_reaches_its_end_between_two_and_twenty_two_minutes(seed):
    world = World(seed, START)
    begun, over = world.book(after(2), logs=False), world.book(after(22), logs=False)
    ended = {a["story"] for a in over["attempts"] if a["failed"] and START < moment(a["ended"]) <= after(22)}
    assert ended >= LIVE
    early = [a for a in begun["attempts"] if a["failed"] and moment(a["ended"]) > START]
    assert not early


@pytest.mark.parametrize("seed", SEEDS)
def test_a_failed_attempt_holds_its_decisive_words_and_says_nothing_too_early(seed):
    world = World(seed, START)
    book = world.book(after(24))
    for attempt in book["attempts"]:
        if not attempt["failed"]:
            continue
        console = attempt.get("console", {"InferenceServer": [[]], "StorageInitializer": []})
        found = [line for instance in console["InferenceServer"] for line in instance] + console["StorageInitializer"]
        found += [attempt["error"]["message"], str(attempt["error"])]
        found += _events(world, attempt, after(24))
        assert any(attempt["expected"]["decisive"].replace('"', "") in text.replace('"', "").replace("\\", "")
                   for text in found), attempt["story"]


def _events(world, attempt, at):
    from workers.emulator import container
    found = world.operation(attempt["operation_id"], at)
    return container.events(found, at) if found.marks else []


def test_three_seeds_in_a_row_show_each_story_in_all_three_wordings():
    seen: dict[str, set[str]] = {}
    for seed in (7, 8, 9):
        for attempt in World(seed, START).book(after(24), logs=False)["attempts"]:
            if attempt["failed"]:
                seen.setdefault(attempt["story"], set()).add(attempt["wording"])
    assert all(seen[name] == {"2022", "2025", "nested"} for name in LIVE)


def test_the_fleet_is_as_large_as_promised():
    book = World(7, START).book(after(1), logs=False)
    assert len({w["subscription"] for w in book["workspaces"]}) == 2
    assert len({w["location"] for w in book["workspaces"]}) == 3
    assert len(book["workspaces"]) >= 6 and len({w["id"] for w in book["workspaces"]}) == len(book["workspaces"])
    assert max(Counter(w["name"] for w in book["workspaces"]).values()) == 2
    assert len(book["endpoints"]) >= 40
    assert len(World(7, START).book(after(20), logs=False)["deployments"]) >= 60


@pytest.mark.parametrize("seed", (0, 7, 13))
@pytest.mark.parametrize("minute", (0, 8, 20, 70, 300))
def test_usages_are_the_sum_of_what_exists_and_stay_under_the_limit(seed, minute):
    world = World(seed, START)
    book = world.book(after(minute), logs=False)
    places = {(w["subscription"], w["group"], w["name"]): w["location"] for w in book["workspaces"]}
    for region in book["usages"]:
        held: Counter[str] = Counter()
        for deployment in book["deployments"]:
            place = deployment["place"]
            home = (place["subscription"], places[place["subscription"], place["group"], place["workspace"]])
            if home == (region["subscription"], region["location"]):
                held[deployment["family"]] += deployment["cores"]
        for compute in world.fleet.computes:
            home = (compute.workspace.subscription, compute.workspace.location)
            if home == (region["subscription"], region["location"]):
                held[compute.size.family] += 0 if compute.low_priority else compute.cores
        rows = {row["name"]["value"]: row for row in region["rows"]
                if row["type"].endswith("/vmFamily/dedicatedCores/usages")}
        assert {family: row["currentValue"] or 0 for family, row in rows.items()} == {f: held[f] for f in rows}
        assert all(row["limit"] == -1 or (row["currentValue"] or 0) <= row["limit"] for row in rows.values())
        total = next(row for row in region["rows"] if row["name"]["value"] == "TotalDedicatedCores")
        assert total["currentValue"] == sum(held.values()) <= total["limit"]


def test_life_goes_on_after_the_first_half_hour():
    world = World(7, START)
    counts = [len(world.book(after(minute), logs=False)["attempts"]) for minute in (40, 100, 160, 220)]
    assert all(later - earlier >= 6 for earlier, later in zip(counts, counts[1:], strict=False))


def test_consecutive_tails_of_a_serving_deployment_overlap_and_grow():
    world = World(7, START)
    deployment = next(d for d in world.deployments() if d.attempts[0].act.story == "healthy" and d.cast.instances == 1)
    first = world.log_answer(deployment, "InferenceServer", 50, after(5)).splitlines()
    second = world.log_answer(deployment, "InferenceServer", 50, after(7)).splitlines()
    assert second != first
    assert first[-1] in second


def test_instances_take_turns_in_the_answer():
    world = World(7, START)
    many = next(d for d in world.deployments() if d.cast.instances > 1)
    assert len({instance_shown(many.attempts[0], after(5 * step)) for step in range(40)}) > 1


def test_logs_are_withheld_while_creating_and_may_be_late_after_the_failure():
    world = World(7, START)
    deployment = next(d for d in world.deployments() if any(a.act.story == "image_denied_user" for a in d.attempts))
    attempt = deployment.attempts[-1]
    moments = (attempt.started, attempt.ended + timedelta(seconds=5), attempt.ended + timedelta(minutes=2))
    creating, just_failed, failed = (world.log_answer(deployment, "InferenceServer", 9, at) for at in moments)
    assert "deleting or creating state" in creating
    assert "There are no logs" in just_failed
    assert "Instance status:" in failed


def test_while_an_update_runs_the_old_instances_can_be_read():
    world = World(7, START)
    deployment = next(d for d in world.deployments() if any(a.act.story == "update_fails" for a in d.attempts))
    good, failing = deployment.attempts
    assert world.readable(deployment, failing.started + timedelta(seconds=5)) is good
    assert world.readable(deployment, failing.ended + timedelta(minutes=1)) is failing


def test_what_is_deleted_is_gone_and_what_is_made_again_succeeds():
    world = World(7, START)
    def named(story):
        return next(d for d in world.deployments() if any(a.act.story == story for a in d.attempts))
    assert named("deleted_after_failure").current(after(60)) is None
    again = named("fails_then_works")
    assert again.current(after(60)).state(after(60)) == "Succeeded"
    late = named("late_success").attempts[0]
    assert [late.state(late.ended + timedelta(minutes=m)) for m in (1, 7)] == ["Failed", "Succeeded"]


@pytest.mark.parametrize("seed", SEEDS)
def test_the_long_story_has_three_attempts_six_starts_a_late_success_and_an_end(seed):
    world = World(seed, START)
    end = next(one for one in world.fleet.endpoints if one.story == "flight_recorder")
    first, gone, second, third, last = end.deployments[0].attempts
    assert [one.kind for one in (gone, second, third, last)] == ["delete", "create", "update", "delete"]
    starts = [container_starts(one) for one in (first, second, third)]
    assert [len(found) for found in starts] == [3, 1, 2]
    assert all(found[-1] < one.ended for found, one in zip(starts, (first, second, third), strict=True))
    assert [second.state(second.ended + timedelta(minutes=m)) for m in (1, 7)] == ["Failed", "Succeeded"]
    assert [end.split(second.ended + timedelta(minutes=m)) for m in (10, 20)] == [{}, {"blue": 100}]
    assert end.current(last.ended + timedelta(minutes=2)) is None


def test_every_secret_of_the_book_stands_in_a_log_or_an_error():
    book = World(7, START).book(after(40))
    everything = str(book["attempts"])
    assert book["secrets"]
    assert all(secret in everything for secret in book["secrets"])
