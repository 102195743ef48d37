"""Takes docs/screenshot.png from a fresh demo: `make screenshot`."""
import sys
import time

from tests.journeys.browser import Reader, chromium, launched
from tests.journeys.house import ROOT, Demo

PLAYED = 100  # seconds after which the stories have failed and are told


def take() -> None:
    """Start a demo, let its stories play, and picture the Triage page."""
    if chromium() is None:
        sys.exit("No Chromium found; `make browser` installs one.")
    demo = Demo()
    try:
        demo.start("--seed", "7")
        if not demo.ready(120):
            sys.exit(demo.said())
        time.sleep(PLAYED)
        with launched() as browser:
            reader = Reader(browser, demo.told())
            reader.sign_in()
            reader.page.wait_for_load_state("networkidle")
            reader.page.screenshot(path=ROOT / "docs/screenshot.png")
    finally:
        demo.end()


if __name__ == "__main__":
    take()
    print("docs/screenshot.png")
