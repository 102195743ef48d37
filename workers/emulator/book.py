"""Writes the book: the truth about a world at a moment, for tests to compare with."""
from datetime import datetime

from workers.emulator import container, formats
from workers.emulator.plan import Attempt, Deployment, Endpoint, Expected, Refusal, Workspace
from workers.emulator.scene import Scene


def write(world: Scene, at: datetime, logs: bool) -> dict:
    world.turn_to(at)
    endpoints = [e for e in world.fleet.endpoints if e.attempts[0].started <= at]
    deployments = [(e, d) for e in endpoints for d in e.deployments if d.history(at)]
    attempts = [_attempt(world, a, _place(e.workspace, e.name), at, logs)
                for e in endpoints for a in e.attempts if a.started <= at]
    for endpoint, deployment in deployments:
        place = _place(endpoint.workspace, endpoint.name, deployment.name)
        attempts += [_attempt(world, attempt, place, at, logs) for attempt in deployment.history(at)]
    return {
        "seed": world.seed, "now": at.isoformat(), "start": world.start.isoformat(),
        "workspaces": [_workspace(workspace) for workspace in world.fleet.workspaces],
        "endpoints": [_endpoint(endpoint, at) for endpoint in endpoints],
        "deployments": [_deployment(world, endpoint, deployment, at) for endpoint, deployment in deployments],
        "attempts": attempts,
        "usages": _usages(world, at),
        "refused": [_refusal(refusal) for refusal in world.fleet.refusals if refusal.at <= at],
        "secrets": sorted({secret for attempt in world.attempts(at) for secret in attempt.act.secrets}),
    }


def _place(workspace: Workspace, endpoint: str, deployment: str | None = None) -> dict:
    return {"subscription": workspace.subscription, "group": workspace.group, "workspace": workspace.name,
            "endpoint": endpoint, "deployment": deployment}


def _workspace(workspace: Workspace) -> dict:
    return {"id": workspace.id, "subscription": workspace.subscription, "group": workspace.group,
            "name": workspace.name, "location": workspace.location, "registry": workspace.registry,
            "storage": workspace.storage, "tags": workspace.tags, "creator": workspace.creator, "caps": workspace.caps}


def _endpoint(endpoint: Endpoint, at: datetime) -> dict:
    current = endpoint.current(at)
    return {"place": _place(endpoint.workspace, endpoint.name), "state": current.state(at) if current else None,
            "traffic": endpoint.split(at), "identity": endpoint.identity, "tags": endpoint.tags,
            "creator": endpoint.creator, "kubernetes": endpoint.kubernetes}


def _deployment(world: Scene, endpoint: Endpoint, deployment: Deployment, at: datetime) -> dict:
    current = deployment.current(at)
    answer = world.readable(deployment, at) if current else "gone"
    family, cores = deployment.cores(at)
    return {"place": _place(endpoint.workspace, endpoint.name, deployment.name),
            "state": current.state(at) if current else None, "tags": deployment.tags, "creator": deployment.creator,
            "size": deployment.cast.size.name, "instances": deployment.cast.instances if current else 0,
            "family": family, "cores": cores, "kubernetes": deployment.kubernetes,
            "logs": answer if isinstance(answer, str) else "logs",
            "logs_of": None if isinstance(answer, str) else answer.operation}


def _attempt(world: Scene, attempt: Attempt, place: dict, at: datetime, logs: bool) -> dict:
    over = not attempt.running(at)
    failed = over and attempt.act.outcome != "Succeeded"
    found = {"place": place, "kind": attempt.kind, "operation_id": attempt.operation,
             "started": formats.with_zone(attempt.started), "ended": formats.with_zone(attempt.ended) if over else None,
             "state": attempt.state(at), "story": attempt.act.story, "wording": attempt.cast.wording,
             "failed": failed, "error": world.error(attempt) if failed else None,
             "expected": _expected(attempt.act.expected)}
    return {**found, "console": _console(world, attempt, at)} if logs and place["deployment"] else found


def _expected(expected: Expected) -> dict:
    return {"causes": list(expected.causes), "certainty": list(expected.certainty), "stage": expected.stage,
            "decisive": expected.decisive, "names": list(expected.names)}


def _console(world: Scene, attempt: Attempt, at: datetime) -> dict:
    """One list of lines for each instance, and the storage initializer's lines."""
    shown = range(container.shown_instances(attempt))
    return {"InferenceServer": [world.consoles.inference(attempt, number, at) for number in shown],
            "StorageInitializer": world.consoles.storage(attempt, at)}


def _usages(world: Scene, at: datetime) -> list[dict]:
    places = sorted({(w.subscription, w.location) for w in world.fleet.workspaces})
    return [{"subscription": subscription, "location": location, "rows": world.quota.rows(subscription, location, at)}
            for subscription, location in places]


def _refusal(refusal: Refusal) -> dict:
    place = _place(refusal.workspace, refusal.endpoint, refusal.deployment)
    return {"place": place, "at": formats.with_zone(refusal.at), "error": refusal.error, "row": refusal.row,
            "wording": refusal.wording, "story": refusal.story,
            "expected": _expected(refusal.expected)}
