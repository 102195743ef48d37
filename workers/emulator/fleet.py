"""Builds the fleet of one seed: who stands where, which story each plays, and when it ends."""
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime

from workers.emulator import casting, names, staging
from workers.emulator.draw import Draw
from workers.emulator.errors import refused_error
from workers.emulator.plan import (
    WORDINGS,
    Act,
    Attempt,
    Cast,
    Compute,
    Deployment,
    Endpoint,
    Refusal,
    Workspace,
    minutes,
    seconds,
)
from workers.emulator.scenarios import LONG, STORIES
from workers.emulator.scenarios import image as image_acts
from workers.emulator.scenarios import script as script_acts
from workers.emulator.sizes import size_named
from workers.emulator.story import HEALTHY, Outage, Story, created

PLAIN = Story("healthy", lambda cast: HEALTHY, traffic=100)
HISTORY = ("syntax_error", "storage_denied", "out_of_memory", "wrong_probe", "import_error_new", "image_denied_user")
PLAIN_ENDPOINTS, KUBERNETES_ENDPOINTS, RHYTHM_ENDPOINTS = 7, 2, 8
FIRST_END, LAST_END, EARLY_END, LONG_END = 3.8, 21.4, 3.0, 6.0
RHYTHM = (lambda cast: HEALTHY, lambda cast: HEALTHY, script_acts.import_error, lambda cast: HEALTHY,
          script_acts.init_exception, image_acts.missing, script_acts.init_env_missing)


@dataclass
class Fleet:
    workspaces: list[Workspace]
    endpoints: list[Endpoint] = field(default_factory=list)
    computes: list[Compute] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    grants: dict[tuple[str, str, str], int] = field(default_factory=dict)
    outages: list[tuple[Workspace, Outage]] = field(default_factory=list)


class Builder:
    """Fills a fleet, endpoint after endpoint; the same seed and start give the same fleet."""

    def __init__(self, seed: int, start: datetime) -> None:
        self.seed, self.start, self.draw = seed, start, Draw("world", seed)
        self.fleet = Fleet(casting.workspaces(self.draw, start))
        self._names = iter(casting.endpoint_names(self.draw, 90))
        self._homes = self._spread()

    def build(self) -> Fleet:
        live = [story for story in STORIES if not story.past_only and not story.early]
        ends = self._ends(len(live))
        for number, story in enumerate(STORIES):
            wording = WORDINGS[(self.seed + number) % 3]
            self._story(story, wording, self._end_of(story, ends))
        for number, name in enumerate(HISTORY):
            story = next(story for story in STORIES if story.name == name)
            hours = self.draw.sub("history", number).between(2, 30)
            self._story(story, WORDINGS[(self.seed + len(STORIES) + number) % 3], self.start - minutes(hours * 60))
        self._others()
        for number, story in enumerate(LONG):
            self._story(story, WORDINGS[(self.seed + number) % 3], self.start + minutes(LONG_END))
        self._computes()
        return self.fleet

    def _spread(self) -> Iterator[Workspace]:
        order = self.draw.sub("homes").shuffled(self.fleet.workspaces[:len(casting.HOMES)])
        while True:
            yield from order

    def _ends(self, count: int) -> Iterator[float]:
        step = (LAST_END - FIRST_END) / count
        draw = self.draw.sub("ends")
        moments = [FIRST_END + step * (n + draw.between(0.1, 0.9)) for n in range(count)]
        return iter(draw.shuffled(moments))

    def _end_of(self, story: Story, ends: Iterator[float]) -> datetime:
        if story.past_only:
            return self.start
        return self.start + minutes(EARLY_END if story.early else next(ends))

    def _others(self) -> None:
        for number in range(PLAIN_ENDPOINTS):
            end = self.start - minutes(1440 * self.draw.sub("plain", number).between(1, 60))
            self._plain(end, WORDINGS[(self.seed + number) % 3])
        for number in range(KUBERNETES_ENDPOINTS):
            end = self.start - minutes(1440 * (9 + number))
            self._story(PLAIN, WORDINGS[1 + number], end, kubernetes=True)
        for number in range(RHYTHM_ENDPOINTS):
            self._rhythm(number)

    def _endpoint(self, story: Story, kubernetes: bool = False) -> Endpoint:
        name = next(self._names)
        workspace = next(self._homes) if story.home is None else self.fleet.workspaces[story.home]
        draw = self.draw.sub("endpoint", name)
        tags, creator = _belongs(draw)
        auth = draw.pick(("Key", "Key", "AMLToken", "AADToken"))
        endpoint = Endpoint(workspace, name, story.identity, draw.guid(), draw.guid(), kubernetes, auth, {}, tags,
                            creator, [], [], story.name)
        self.fleet.endpoints.append(endpoint)
        return endpoint

    def _cast(self, endpoint: Endpoint, deployment: str, story: Story | None, wording: str) -> Cast:
        draw = self.draw.sub("cast", endpoint.workspace.guid, endpoint.name, deployment)
        cast = casting.cast_for(draw, endpoint.workspace, endpoint.name, deployment, story, wording, endpoint.identity)
        return replace(cast, principal=endpoint.principal, client=endpoint.client)

    def _deployment(self, endpoint: Endpoint, cast: Cast, attempts: list[Attempt]) -> Deployment:
        tags, creator = _belongs(cast.draw.sub("owner"))
        found = Deployment(endpoint.workspace, endpoint.name, cast.deployment, cast, attempts,
                           tags if cast.draw.sub("tagged").chance(0.3) else {}, creator or endpoint.creator,
                           endpoint.kubernetes)
        endpoint.deployments.append(found)
        return found

    def _story(self, story: Story, wording: str, end: datetime, kubernetes: bool = False) -> None:
        endpoint = self._endpoint(story, kubernetes)
        if story.about == "refusal":
            return self._refusal(story, endpoint, wording, end)
        if story.about == "endpoint":
            return self._endpoint_story(story, endpoint, wording, end)
        if story.companion:
            self._companion(endpoint, "blue", wording, end)
        cast = self._cast(endpoint, story.color, story, wording)
        act = replace(story.act(cast), story=story.name)
        old = act.stop is None and act.outcome == "Succeeded" and not story.live
        end = end - minutes(1440 * cast.draw.sub("old").between(1, 30)) if old else end
        deployment = self._deployment(endpoint, cast, story.plot(cast, act, end))
        if story.traffic:
            endpoint.traffic = {story.color: story.traffic}
        self._open(endpoint)
        self._close(endpoint, deployment, story)
        self._needs(story, endpoint)

    def _companion(self, endpoint: Endpoint, name: str, wording: str, end: datetime, weight: int = 100,
                   steady: bool = True) -> None:
        cast = self._cast(endpoint, name, None, wording)
        cast = replace(cast, curated=cast.curated and steady)
        days = cast.draw.sub("age").between(3, 60)
        self._deployment(endpoint, cast, created(cast, HEALTHY, end - minutes(days * 1440)))
        endpoint.traffic[name] = weight

    def _plain(self, end: datetime, wording: str) -> None:
        """Blue and green, both well, sharing the traffic."""
        endpoint = self._endpoint(PLAIN)
        weight = self.draw.sub("weight", endpoint.name).pick((90, 80, 50, 100))
        self._companion(endpoint, "blue", wording, end, weight)
        self._companion(endpoint, "green", wording, end, 100 - weight)
        self._open(endpoint)

    def _open(self, endpoint: Endpoint) -> None:
        """The creation of the endpoint itself, a little before its first deployment."""
        first = min(deployment.attempts[0].started for deployment in endpoint.deployments)
        cast = endpoint.deployments[0].cast
        start = first - seconds(cast.draw.sub("open").between(100, 400))
        operation = cast.draw.sub("open", "operation").guid()
        endpoint.attempts = [Attempt("create", operation, start, start + seconds(72), cast, Act("endpoint"))]

    def _close(self, endpoint: Endpoint, deployment: Deployment, story: Story) -> None:
        if story.shift:
            ready = next(attempt.turns[0] for attempt in deployment.attempts if attempt.turns)
            self._shift(endpoint, deployment, ready + minutes(story.shift), 100)
        for after, share in story.moves:
            self._shift(endpoint, deployment, self.start + minutes(after), share)
        if deployment.attempts[-1].kind == "delete":
            last = deployment.attempts[-1]
            endpoint.attempts.append(staging.deletion(deployment.cast, last.started, minutes(1.6)))

    def _shift(self, endpoint: Endpoint, deployment: Deployment, at: datetime, share: int) -> None:
        """The endpoint's own update that gives a deployment another share of the traffic."""
        shift = staging.starting_at(deployment.cast, Act("shift"), at, "update")
        shift = replace(shift, ended=shift.started + seconds(38), marks=None)
        endpoint.attempts.append(shift)
        endpoint.shifts.append((shift.ended, {deployment.name: share}))

    def _refusal(self, story: Story, endpoint: Endpoint, wording: str, at: datetime) -> None:
        self._companion(endpoint, "blue", wording, at)
        cast = self._cast(endpoint, "green", story, wording)
        act = story.act(cast)
        self.fleet.refusals.append(Refusal(endpoint.workspace, endpoint.name, "green", at, refused_error(cast, act, at),
                                           story.row, wording, story.name, act.expected))
        self._open(endpoint)
        self._needs(story, endpoint)

    def _endpoint_story(self, story: Story, endpoint: Endpoint, wording: str, end: datetime) -> None:
        cast = self._cast(endpoint, "", story, wording)
        act = replace(story.act(cast), story=story.name)
        endpoint.attempts = [staging.ending_at(cast, act, end)]

    def _needs(self, story: Story, endpoint: Endpoint) -> None:
        workspace = endpoint.workspace
        for family, limit in story.grants.items():
            self.fleet.grants[workspace.subscription, workspace.location, family] = limit
        for size, nodes in story.clusters:
            self.fleet.computes.append(self._compute(workspace, f"train-{endpoint.name}", "AmlCompute", size, nodes))
        if story.outage:
            self.fleet.outages.append((workspace, story.outage))

    def _compute(self, workspace: Workspace, name: str, kind: str, size: str, nodes: int, low: bool = False) -> Compute:
        return Compute(workspace, name, kind, size_named(size), nodes, low, self.start - minutes(60 * 500))

    def _computes(self) -> None:
        for number, workspace in enumerate(self.fleet.workspaces[:len(casting.HOMES)]):
            draw = self.draw.sub("computes", workspace.guid)
            notebook = f"ci-{draw.pick(('ada', 'ben', 'carla'))}-{draw.hex(4)}"
            rows = [("cpu-cluster", "AmlCompute", "Standard_DS3_v2", draw.count(1, 4), False),
                    (notebook, "ComputeInstance", "Standard_DS3_v2", 1, False),
                    ("spot-cluster", "AmlCompute", "Standard_DS4_v2", draw.count(1, 3), True),
                    ("idle-cluster", "AmlCompute", "Standard_E4s_v3", 0, False)]
            self.fleet.computes += [self._compute(workspace, *row) for row in rows[: 4 if number % 2 else 3]]

    def _rhythm(self, number: int) -> None:
        """A deployment that is updated every half hour or so, for ever."""
        endpoint = self._endpoint(PLAIN)
        wording = WORDINGS[(self.seed + number) % 3]
        self._companion(endpoint, "blue", wording, self.start, steady=False)
        found, draw = endpoint.deployments[0], self.draw.sub("rhythm", number)
        period, phase = draw.between(26, 38), 23 + 3.5 * number

        def played(turn: int) -> Attempt:
            release = str(int(found.cast.environment_version) + turn + 1)
            cast = replace(found.cast, environment_version=release, code=draw.sub("code", turn).guid())
            act = draw.sub("act", turn).pick(RHYTHM)(cast)
            return staging.starting_at(cast, act, self.start + minutes(phase + turn * period), "update")
        found.rhythm = played
        self._open(endpoint)


def _belongs(draw: Draw) -> tuple[dict[str, str], str | None]:
    """Tags that name an owner or a team, or a creator, or neither."""
    tags: dict[str, str] = {}
    if draw.chance(0.35):
        tags["owner"] = draw.pick(names.OWNERS)
    if draw.chance(0.4):
        tags["team"] = draw.pick(names.TEAMS)
    return tags, draw.pick(names.CREATORS) if draw.chance(0.85) else None
