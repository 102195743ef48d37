"""The stories in which Azure calls nothing failed keep their promises, in the world and over HTTP."""
from datetime import timedelta

import pytest

from tests.emulator.test_server import START, VERSION, ask, azure
from tests.emulator.test_world import SEEDS, after
from workers.emulator.world import World

__all__ = ["azure"]


@pytest.mark.parametrize("seed", SEEDS)
def test_silent_stories_fail_nothing_and_move_nobody(seed):
    world = World(seed, START)
    away, left, slow, shut, mute = world.fleet.endpoints[-5:]
    assert [one.story for one in (away, left, slow, shut, mute)] == [
        "traffic_away", "left_behind", "slow_creation", "logs_refused", "no_answer"]
    assert [away.split(after(m)) for m in (6, 10, 290, 310)] == [
        {"blue": 100}, {"blue": 0}, {"blue": 0}, {"blue": 100}]
    late = left.deployments[1].attempts[0]
    assert late.state(late.ended + timedelta(minutes=7)) == "Succeeded"
    assert [left.split(late.ended + timedelta(minutes=m)) for m in (7, 208)] == [{"blue": 100}, {"green": 100}]
    *usual, last = [one.ended - one.started for one in slow.deployments[1].attempts if one.kind == "create"]
    assert len(usual) == 6 and last > 5 * max(usual) and slow.split(after(500)) == {"blue": 100}
    alone = {one.workspace.guid for one in (shut, mute)}
    assert {one.story for one in world.fleet.endpoints if one.workspace.guid in alone} == {"logs_refused", "no_answer"}
    assert not [one for one in world.attempts(after(500)) if one.act.story in (
        "traffic_away", "slow_creation", "logs_refused", "no_answer") and one.act.outcome != "Succeeded"]


def test_a_workspace_may_refuse_its_logs_and_another_answer_nothing_for_an_hour(azure):
    def logs_of(story):
        end = next(one for one in azure.world.fleet.endpoints if one.story == story)
        root = f"{azure.url}{end.workspace.id}/onlineEndpoints"
        blue = f"{root}/{end.name}/deployments/blue/getLogs?{VERSION}"
        return ask(f"{root}?{VERSION}")[0], ask(blue, "POST", {"containerType": "InferenceServer", "tail": 5})[0]
    told = {}
    for minute in (25, 60, 250):
        azure.clock.move(START + timedelta(minutes=minute))
        told[minute] = logs_of("logs_refused"), logs_of("no_answer"), logs_of("healthy_scary")
    well, refused, away = (200, 200), (200, 403), (503, 503)
    assert told == {25: (refused, well, well), 60: (refused, away, well), 250: (well, well, well)}
