"""One deployment over two hours: it crashes, is made again, succeeds late, is updated badly, and is deleted."""
from dataclasses import replace
from datetime import datetime

from workers.emulator import staging
from workers.emulator.plan import Act, Attempt, Cast, minutes
from workers.emulator.scenarios import azure_side, script
from workers.emulator.story import Story

NAME = "flight_recorder"
KEPT = 80  # lines that the node keeps of the serving container: about half an hour


def crash(cast: Cast) -> Act:
    """The first creation: three starts, each without a variable that init() needs."""
    return replace(script.init_env_missing(cast), starts=3)


def plot(cast: Cast, act: Act, end: datetime) -> list[Attempt]:
    """Three attempts with a deletion between the first two and at the end; six starts of the container in all."""
    gone = staging.deletion(cast, end + minutes(6))
    late = replace(azure_side.late(cast), story=NAME, kept=KEPT)
    second = staging.starting_at(cast, late, gone.ended + minutes(1))
    ready = second.ended + minutes(6)
    newer = replace(cast, environment_version=str(int(cast.environment_version) + 1),
                    repository=f"azureml/azureml_{cast.draw.sub('newer').hex(32)}")
    update = replace(script.import_error(newer), story=NAME, starts=2)
    third = staging.starting_at(newer, update, ready + minutes(100), "update")
    return [staging.ending_at(cast, act, end), gone, replace(second, turns=(ready, "Succeeded")), third,
            staging.deletion(newer, third.ended + minutes(15))]


STORIES = (Story(NAME, crash, plot=plot, size="Standard_E2s_v3", instances=1, shift=5),)
