"""The way through for tests: the real emulator over HTTP, the real SDK, the real polls, without waiting."""
import json
import os
import urllib.request
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.test import override_settings

from troubleshoot import clock, incidents, judge, record, watches
from troubleshoot.diagnosis.facts import Place
from troubleshoot.models import Attempt, Watch
from workers import poller
from workers.azure import credentials
from workers.emulator.server import serve
from workers.polls import POLLS


class Through:
    """One emulator whose clock stands still, and the product that looks at it."""

    def __init__(self, server):
        self.server = server
        clock.hold(datetime.fromisoformat(self.ask("health")["now"]))
        self.subscriptions = sorted({one["subscription"] for one in self.book()["workspaces"]})

    def ask(self, what, body=None, method=None):
        """Call the emulator's own control API."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.server.url}/_emulator/{what}", data, method=method)
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)

    def advance(self, minutes):
        """Let world and product go on by some minutes."""
        self.ask("clock", {"advance": minutes * 60})
        clock.hold(clock.now() + timedelta(minutes=minutes))

    def look(self, rounds=12, healthy=True, place=None):
        """Poll everything that is due until nothing is, then judge, then follow.

        Without the logs of what is healthy, or in the workspace of one place only, if told so.
        """
        record.subscriptions(self.subscriptions)
        for _ in range(rounds):
            if not healthy:
                well = list(Attempt.objects.filter(state="Succeeded", failed_at=None).values_list("id", flat=True))
                Watch.objects.filter(attempt__in=well, due_at__isnull=False).update(due_at=None)
            lanes = [lane for lane in watches.lanes_due() if place is None or lane == self.lane(place)]
            if not lanes:
                break
            for lane in lanes:
                self.look_at(lane)
        judge.judge_waiting()
        incidents.follow_waiting()

    def look_at_worst(self):
        """Poll only the workspace with the most failed deployments; returns its place."""
        failed = [one["place"] for one in self.book()["deployments"] if one["state"] == "Failed"]
        keys = [self.lane(place) for place in failed]
        self.look(rounds=1)
        worst = failed[keys.index(max(keys, key=keys.count))]
        self.look(healthy=False, place=worst)
        return worst

    @staticmethod
    def lane(place):
        """The lane of a place as the book gives it."""
        return f"ws:{Place(place['subscription'], place['group'], place['workspace']).key()}"

    def look_at(self, lane):
        for watch in watches.due_in(lane):
            held = watches.claim(watch, "test")
            if held:
                poller.run(POLLS[held.poll], held, poller.azure_for(held.asked.subscription))

    def book(self, logs=False):
        """The truth at this moment, with every log line if asked for."""
        return self.ask(f"book?logs={int(logs)}")


@contextmanager
def through(seed=7, **options):
    """A running emulator and a product pointed at it."""
    server = serve(seed=seed, speed=0, **options)
    kept = {name: os.environ.get(name) for name in ("IDENTITY_ENDPOINT", "IDENTITY_HEADER")}
    os.environ |= {"IDENTITY_ENDPOINT": f"{server.url}/msi/token", "IDENTITY_HEADER": "test"}
    poller.azure_for.cache_clear()
    credentials._default.cache_clear()
    try:
        with override_settings(ARM_ENDPOINT=server.url):
            yield Through(server)
    finally:
        clock.hold(None)
        server.stop()
        for name, value in kept.items():
            os.environ.pop(name, None) if value is None else os.environ.__setitem__(name, value)
