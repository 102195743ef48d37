"""A headless Chromium that notes everything a page complains about."""
import os
import shutil
from contextlib import contextmanager

import pytest
from playwright.sync_api import sync_playwright

FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync")


def chromium():
    """The path of an installed browser, or None."""
    named = os.environ.get("CHROMIUM")
    return named or next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


def needed():
    """Where no browser is installed, a journey is skipped out loud; under CI it fails."""
    if chromium() is None:
        if os.environ.get("CI"):
            pytest.fail("no browser: the journeys did not run; `make browser` installs one")
        pytest.skip("NO BROWSER: THE JOURNEYS DID NOT RUN; `make browser` installs one")


@contextmanager
def launched():
    """A browser, closed at the end."""
    with sync_playwright() as play:
        found = play.chromium.launch(executable_path=chromium(), args=list(FLAGS))
        yield found
        found.close()


class Reader:
    """One person at one screen, signed in."""

    def __init__(self, found, told, width=1440, height=900, **options):
        self.url, self.told = told["url"].rstrip("/"), told
        self.context = found.new_context(viewport={"width": width, "height": height}, **options)
        self.page = self.context.new_page()
        self.complaints = []
        self.strangers = []
        self.page.on("console", lambda said: said.type in ("error", "warning") and self._note(said.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", lambda asked: self._own(asked.url) or self.strangers.append(asked.url))

    def _note(self, text):
        """Plotly's own style sheet is not let in; the few rules it needs are static."""
        if "Applying inline style violates" not in text and "Cannot addRelatedStyleRule" not in text:
            self.complaints.append(text)

    def _own(self, url):
        return url.startswith((self.url, "data:", "blob:"))

    def go(self, path):
        self.page.goto(self.url + path)
        return self.page

    def sign_in(self, path="/triage"):
        page = self.go(path)
        page.fill("[name=username]", self.told["username"])
        page.fill("[name=password]", self.told["password"])
        page.click("main button[type=submit]")
        page.wait_for_url(f"**{path}")
        return page

    def overflows(self):
        """By how many pixels the page is wider than the screen."""
        return self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
