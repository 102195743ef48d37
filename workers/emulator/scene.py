"""What exists in a world at a moment, and what its logs say."""
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from workers.emulator import container, staging
from workers.emulator.container import Consoles
from workers.emulator.errors import operation_error
from workers.emulator.fleet import Builder
from workers.emulator.plan import Attempt, Deployment, Endpoint, Workspace, minutes
from workers.emulator.quota import QuotaBook
from workers.emulator.scenarios import story_named

WITHHELD = "Deployment is in deleting or creating state so logs can't be retrieved."
NONE_NOW = "There are no logs for this deployment at the moment."
NONE_NOW_LONG = f"{NONE_NOW} Please try again later."
NO_CONTAINER = ("quota", "build", "node", "canceled", "wedged")


class Scene:
    """All that a seed and a start decide; asked with a moment, it answers the same for ever."""

    def __init__(self, seed: int, world_start: datetime) -> None:
        self.seed, self.start = seed, world_start
        self.fleet = Builder(seed, world_start).build()
        self.quota = QuotaBook(self.fleet)
        self.consoles = Consoles(world_start - minutes(60))
        self._lock = threading.Lock()

    def turn_to(self, at: datetime) -> None:
        """Adds the redeployments of the slow rhythm that have begun by a moment."""
        with self._lock:
            for deployment in self.deployments():
                while deployment.rhythm and (coming := deployment.rhythm(deployment.played)).started <= at:
                    deployment.played += 1
                    last = deployment.attempts[-1]
                    if last.ended < coming.started:
                        deployment.attempts.append(coming)

    def deployments(self) -> Iterator[Deployment]:
        for endpoint in self.fleet.endpoints:
            yield from endpoint.deployments

    def subscriptions(self) -> set[str]:
        return {workspace.subscription.lower() for workspace in self.fleet.workspaces}

    def workspace(self, subscription: str, group: str, name: str) -> Workspace | None:
        wanted = (subscription.lower(), group.lower(), name.lower())
        return next((w for w in self.fleet.workspaces
                     if (w.subscription.lower(), w.group.lower(), w.name.lower()) == wanted), None)

    def endpoints(self, workspace: Workspace, at: datetime) -> list[Endpoint]:
        return [e for e in self.fleet.endpoints if e.workspace is workspace and e.current(at)]

    def endpoint(self, workspace: Workspace, name: str, at: datetime) -> Endpoint | None:
        return next((e for e in self.endpoints(workspace, at) if e.name.lower() == name.lower()), None)

    def deployed(self, endpoint: Endpoint, at: datetime) -> list[Deployment]:
        return [deployment for deployment in endpoint.deployments if deployment.current(at)]

    def deployment(self, endpoint: Endpoint, name: str, at: datetime) -> Deployment | None:
        return next((d for d in self.deployed(endpoint, at) if d.name.lower() == name.lower()), None)

    def operation(self, operation: str, at: datetime) -> Attempt | None:
        for attempt in self.attempts(at):
            if attempt.operation == operation:
                return attempt
        return None

    def attempts(self, at: datetime) -> Iterator[Attempt]:
        for endpoint in self.fleet.endpoints:
            yield from (attempt for attempt in endpoint.attempts if attempt.started <= at)
            for deployment in endpoint.deployments:
                yield from deployment.history(at)

    def error(self, attempt: Attempt) -> dict:
        error = operation_error(attempt.cast, attempt.act, attempt.ended)
        if attempt.act.story == "endpoint_quota":
            count = str(self._endpoints_beside(attempt))
            error["message"] = error["message"].replace("{count}", count)
        return error

    def _endpoints_beside(self, attempt: Attempt) -> int:
        here = (attempt.cast.workspace.subscription, attempt.cast.workspace.location)
        return sum(1 for endpoint in self.fleet.endpoints
                   if (endpoint.workspace.subscription, endpoint.workspace.location) == here
                   and endpoint.name != attempt.cast.endpoint and endpoint.current(attempt.ended))

    def log_answer(self, deployment: Deployment, kind: str, tail: int, at: datetime) -> str:
        """The content of a getLogs answer: text, or one of Azure's sentences."""
        attempt = self.readable(deployment, at)
        if isinstance(attempt, str):
            return attempt
        if kind == "StorageInitializer":
            console = self.consoles.storage(attempt, at)
        else:
            console = self.consoles.inference(attempt, container.instance_shown(attempt, at), at)
        return container.text_of(attempt, at, console, tail)

    def readable(self, deployment: Deployment, at: datetime) -> Attempt | str:
        """The attempt whose container can be read now, or the sentence that says why none can."""
        life = deployment.life(at)
        current = life[-1]
        if current.running(at) and current.kind in ("create", "delete"):
            return WITHHELD
        before = [attempt for attempt in life[:-1] if attempt.serves(at)]
        if current.running(at):
            return before[-1] if before else WITHHELD
        if current.act.stop in NO_CONTAINER or current.act.mute:
            return before[-1] if before else self._none(deployment)
        if (at - current.ended).total_seconds() < current.act.quiet:
            return self._none(deployment)
        return current

    def _none(self, deployment: Deployment) -> str:
        return NONE_NOW_LONG if deployment.cast.draw.sub("sentence").chance(0.5) else NONE_NOW

    def force(self, deployment: Deployment, story: str, at: datetime) -> Attempt | None:
        """Begins a new attempt of a named story now; None where the name is unknown."""
        found = story_named(story)
        if found is None:
            return None
        kind = "update" if deployment.current(at) else "create"
        act = replace(found.act(deployment.cast), story=story)
        attempt = staging.starting_at(deployment.cast, act, at, kind)
        with self._lock:
            deployment.attempts[:] = [a for a in deployment.attempts if a.started < at] + [attempt]
        return attempt
