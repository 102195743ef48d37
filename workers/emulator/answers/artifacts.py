"""Model, environment and code versions, and what Azure says where one is missing."""
from collections.abc import Iterator
from dataclasses import dataclass

from workers.emulator import formats
from workers.emulator.ask import Answer, Ask, Refused, workspace_of
from workers.emulator.plan import PROVIDER, Act, Cast, Workspace


@dataclass(frozen=True)
class Used:
    cast: Cast
    act: Act


def _casts(ask: Ask, workspace: Workspace) -> Iterator[Used]:
    for endpoint in ask.world.fleet.endpoints:
        if endpoint.workspace is workspace:
            for deployment in endpoint.deployments:
                for attempt in deployment.history(ask.now):
                    yield Used(attempt.cast, attempt.act)


def model(ask: Ask) -> Answer:
    workspace = workspace_of(ask)
    wanted = (ask.names["name"].lower(), ask.names["version"])
    used = next((u for u in _casts(ask, workspace) if (u.cast.model.lower(), u.cast.model_version) == wanted), None)
    if used is None or "model" in used.act.missing:
        raise _missing("Model", ask)
    cast = used.cast
    uri = (f"azureml://subscriptions/{workspace.subscription}/resourceGroups/{workspace.group}/workspaces/"
           f"{workspace.name}/datastores/workspaceblobstore/paths/{cast.blob}")
    return _version(ask, "models", {"modelType": "mlflow_model" if used.act.no_code else "custom_model",
                                    "modelUri": uri, "flavors": {}, "jobName": None})


def environment(ask: Ask) -> Answer:
    workspace = workspace_of(ask)
    wanted = (ask.names["name"].lower(), ask.names["version"])
    mine = [u for u in _casts(ask, workspace) if (u.cast.environment.lower(), u.cast.environment_version) == wanted]
    used = next((u for u in mine if not u.cast.curated), None)
    if used is None or "environment" in used.act.missing:
        raise _missing("Environment", ask)
    own = used.act.own_container
    route = {"path": own[0], "port": own[1]} if own else None
    scoring = {"path": "/score", "port": own[1]} if own else None
    config = {"livenessRoute": route, "readinessRoute": route, "scoringRoute": scoring} if own else None
    return _version(ask, "environments", {"environmentType": "UserCreated", "image": used.cast.image,
                                          "osType": "Linux", "condaFile": None, "inferenceConfig": config})


def code(ask: Ask) -> Answer:
    workspace = workspace_of(ask)
    used = next((u for u in _casts(ask, workspace) if u.cast.code == ask.names["name"].lower()), None)
    if used is None or ask.names["version"] != "1" or "code" in used.act.missing:
        raise _missing("Code", ask)
    uri = f"https://{workspace.storage}.blob.core.windows.net/{used.cast.blob_container}/{used.cast.blob_folder}/code"
    return _version(ask, "codes", {"codeUri": uri})


def _version(ask: Ask, kind: str, more: dict) -> Answer:
    workspace = workspace_of(ask)
    made = formats.with_zone(workspace.created)
    properties = {"description": None, "tags": {}, "properties": {}, "isArchived": False,
                  "isAnonymous": kind == "codes", "provisioningState": "Succeeded", **more}
    return Answer(200, {
        "id": f"{workspace.id}/{kind}/{ask.names['name']}/versions/{ask.names['version']}",
        "name": ask.names["version"],
        "type": f"{PROVIDER}/workspaces/{kind}/versions", "properties": properties,
        "systemData": {"createdAt": made, "createdBy": workspace.creator or "unknown", "createdByType": "User",
                       "lastModifiedAt": made}})


def _missing(what: str, ask: Ask) -> Refused:
    text = f"{what} {ask.names['name']}:{ask.names['version']} was not found in workspace {ask.names['ws']}."
    return Refused(404, "UserError", text, [{"code": f"{what}NotFound", "message": text}])
