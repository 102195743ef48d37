"""Deployments that work, some with words in their logs that only look like trouble."""
from datetime import datetime

from workers.emulator import voices
from workers.emulator.draw import Draw
from workers.emulator.plan import Act, Cast, Line, seconds
from workers.emulator.story import HEALTHY, Story, ready_boot

MUTTERINGS = (
    "retrying feature store lookup after error: read timed out (attempt 1 of 3)",
    "validation finished: 0 errors, 0 failures, 3 warnings",
    "fallback model loaded because FileNotFoundError was handled for optional file calibration.json",
    "exception budget: 0 of 50 used; OutOfMemory guard armed at 90 %",
    "error_rate=0.000 crash_count=0 quota_left=100%",
)


def plain(cast: Cast) -> Act:
    return HEALTHY


def _scary_boot(cast: Cast, start: datetime, draw: Draw) -> list[Line]:
    lines = ready_boot(cast, start, draw)
    end = lines[-1][0]
    secret = cast.draw.sub("sas").hex(42) + "%3D"
    noise = [f"cache at https://{cast.workspace.storage}.blob.core.windows.net/cache?sv=2023-11-03&sp=rl&sig={secret}",
             *MUTTERINGS]
    return [*lines, *(voices.printed(cast, end + seconds(n / 10), 40, text) for n, text in enumerate(noise))]


def scary(cast: Cast) -> Act:
    def mutter(cast: Cast, at: datetime, draw: Draw) -> list[Line]:
        return [voices.printed(cast, at, 40, draw.pick(MUTTERINGS))]
    return Act("healthy_scary", boot=_scary_boot, mutter=mutter, secrets=(cast.draw.sub("sas").hex(42) + "%3D",))


def scary_calls(cast: Cast) -> Act:
    """One caller sends requests that the script cannot answer; the deployment is well."""
    def mutter(cast: Cast, at: datetime, draw: Draw) -> list[Line]:
        return voices.server_excerpt(cast, at, draw, "run_raises", {"onlinescoring": "code"})
    return Act("healthy_bad_calls", boot=ready_boot, mutter=mutter)


def mlflow(cast: Cast) -> Act:
    return Act("healthy_mlflow", boot=ready_boot, no_code=True)


STORIES = (
    Story("healthy_scary", scary, traffic=100),
    Story("healthy_scary_too", scary, traffic=100),
    Story("healthy_bad_calls", scary_calls, traffic=100),
    Story("healthy_mlflow", mlflow, traffic=100),
)
