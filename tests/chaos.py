"""Ten rounds of kill -9 against a running demo: `make chaos`.

In each round a part is killed while the emulated Azure begins something new; within 30 seconds the product must know
of it. At the end nothing may be missing, and no attempt and no log line may stand twice.
"""
import json
import os
import signal
import sys
import time
import urllib.error
import urllib.request
from collections import Counter
from datetime import datetime, timedelta

from tests.journeys.house import Demo, wait_for

ROUNDS = 10
LIMIT = 30.0  # seconds from the kill to the row
PARTS = ("worker", "broker", "web", "emulator")


class Chaos:
    """A demo, its book, and its tables."""

    def __init__(self) -> None:
        self.demo = Demo()
        self.failures: list[str] = []

    def run(self) -> int:
        try:
            self.demo.start("--seed", "7")
            if not self.demo.ready(120):
                sys.exit(self.demo.said())
            self._open_tables()
            self._rounds()
            self._compare()
        finally:
            self.demo.end()
        print("\n".join(self.failures) or "Nothing was lost, nothing stands twice.")
        return bool(self.failures)

    def _open_tables(self) -> None:
        os.environ |= {"DATA_DIR": str(self.demo.data / "demo"), "DJANGO_SETTINGS_MODULE": "dashboard.settings"}
        import django

        django.setup()

    def ask(self, what: str, orders: dict | None = None) -> dict:
        """The emulator's control API, also in the moment in which it starts again."""
        url = f"http://127.0.0.1:{self.demo.worlds()['port']}/_emulator/{what}"
        body = None if orders is None else json.dumps(orders).encode()
        for _ in range(100):
            try:
                with urllib.request.urlopen(urllib.request.Request(url, body), timeout=20) as answer:
                    return json.load(answer)
            except ConnectionError:
                time.sleep(0.2)
            except urllib.error.URLError as error:
                if not isinstance(error.reason, ConnectionError):
                    raise
                time.sleep(0.2)
        raise TimeoutError(url)

    def _rounds(self) -> None:
        book = self.ask("book?logs=0")
        stories = sorted({each["story"] for each in book["attempts"] if each["failed"] and each["place"]["deployment"]})
        healthy = [each for each in book["deployments"] if each["state"] == "Succeeded" and not each["kubernetes"]]
        places = [each["place"] for each in healthy]
        if not wait_for(lambda: self._count() >= len(places), 90):
            self.failures.append(f"only {self._count()} attempts were recorded before the first round")
        for number in range(ROUNDS):
            self._round(number, places[number * 3 % len(places)], stories[number % len(stories)])

    def _round(self, number: int, place: dict, story: str) -> None:
        part = PARTS[number % len(PARTS)]
        order = {key: place[key] for key in ("group", "workspace", "endpoint", "deployment")} | {"story": story}
        os.kill(self.demo.part(part), signal.SIGKILL)
        killed = time.monotonic()
        begun = self.ask("story", order)
        seen = wait_for(lambda: self._count(operation_id__iendswith=begun["operation_id"]), LIMIT)
        print(f"round {number + 1}: {part} killed, {story} seen after {time.monotonic() - killed:.1f} s", flush=True)
        if not seen:
            self.failures.append(f"round {number + 1} ({part}): {story} was not seen within {LIMIT:g} s")
        if not wait_for(lambda: self.demo.part(part), 15):
            self.failures.append(f"round {number + 1}: {part} was not started again")

    def _count(self, **filters: str) -> int:
        from troubleshoot.models import Attempt

        return Attempt.objects.filter(**filters).count()

    def _compare(self) -> None:
        """Once all has settled: every newest attempt of the book once, and no line more often than it was written."""
        time.sleep(30)
        from troubleshoot import logstore
        from troubleshoot.models import Attempt

        ours: dict[str, list] = {}
        for attempt in Attempt.objects.exclude(operation_id="").prefetch_related("logs"):
            ours.setdefault(attempt.operation_id.lower().rsplit(":", 1)[-1], []).append(attempt)
        for name, rows in ours.items():
            if len(rows) > 1:
                self.failures.append(f"operation {name} twice: {rows[0].endpoint.name} {[r.number for r in rows]}")
        book, newest = self.ask("book"), {}
        settled = (datetime.fromisoformat(book["now"]) - timedelta(minutes=5)).isoformat()
        for each in book["attempts"]:
            if each["kind"] in ("create", "update") and each["started"] < settled:  # a deletion is no attempt
                newest[json.dumps(each["place"])] = each
        gone = {json.dumps(each["place"]) for each in book["deployments"] if each["state"] is None}
        lines = 0
        for place, each in newest.items():
            rows = ours.get(each["operation_id"].lower(), [])
            if not rows and place not in gone:
                self.failures.append(f"attempt {each['story']} at {place} is missing")
            for log in rows[0].logs.all() if rows and "console" in each else ():
                kept = Counter(text for _, text in logstore.read(log))
                lines += sum(kept.values())
                self.failures += self._twice(each, log.container, kept)
        print(f"{len(ours)} operations and {lines} lines compared with the book")

    def _twice(self, each: dict, container: str, kept: Counter) -> list[str]:
        said = each["console"]["StorageInitializer" if container == "storage-initializer" else "InferenceServer"]
        written = Counter(line for part in said for line in (part if isinstance(part, list) else [part]))
        twice = [line for line, count in kept.items() if line in written and count > written[line]]
        where = f"{each['story']} at {each['place']['endpoint']}/{each['place']['deployment']}, {container}"
        instances = len(each["console"]["InferenceServer"])
        return [f"{where} ({instances} instances): {len(twice)} lines too often, as {twice[0][:80]}"] if twice else []


if __name__ == "__main__":
    sys.exit(Chaos().run())
