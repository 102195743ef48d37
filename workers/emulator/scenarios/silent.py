"""What is wrong while Azure calls nothing failed: no traffic, a slow creation, logs refused, no answer at all."""
from datetime import datetime

from workers.emulator import staging
from workers.emulator.plan import Act, Attempt, Cast, minutes
from workers.emulator.scenarios import azure_side
from workers.emulator.story import HEALTHY, Outage, Story, late_success

USUAL, APART = 6, 3  # creations that go as usual; minutes between one and its deletion, and after that
SLOW = 70  # minutes that the next one waits for a node
GIVEN_BACK = 300  # minutes after the start at which the traffic returns
LEFT = 200  # minutes after a late success for which it gets no traffic
SIZE = "Standard_E2s_v3"


def well(cast: Cast) -> Act:
    return HEALTHY


def made_again(cast: Cast, act: Act, end: datetime) -> list[Attempt]:
    """Created and deleted by a job, over and over; then one creation takes ten times as long, and ends well."""
    found = [staging.ending_at(cast, act, end)]
    for turn in range(USUAL):
        gone = staging.deletion(cast, found[-1].ended + minutes(APART))
        begun = gone.ended + minutes(APART)
        wait = minutes(SLOW if turn == USUAL - 1 else 0)
        found += [gone, staging.starting_at(cast, act, begun, wait=wait)]
    return found


STORIES = (
    Story("traffic_away", well, traffic=100, size=SIZE, instances=1, moves=((7, 0), (GIVEN_BACK, 100))),
    Story("left_behind", azure_side.late, plot=late_success, companion=True, color="green", size=SIZE, instances=1,
          shift=LEFT),
    Story("slow_creation", well, plot=made_again, companion=True, color="green", size=SIZE, instances=1, live=True),
    Story("logs_refused", well, traffic=100, size=SIZE, instances=1, home=9,
          outage=Outage("forbidden", "deployments.get_logs", 0, 240)),
    Story("no_answer", well, traffic=100, size=SIZE, instances=1, home=10, outage=Outage("unavailable", "", 40, 100)),
)
