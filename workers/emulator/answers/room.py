"""Cores and sizes: usages, quotas, vmSizes, computes, and the SKUs of a deployment."""
from workers.emulator import formats
from workers.emulator.ask import Answer, Ask, deployment_of, paged, subscription_of, workspace_of
from workers.emulator.plan import PROVIDER, Compute, minutes
from workers.emulator.sizes import SIZES, Size

ROWS, COMPUTES = 25, 3
LOCATIONS = ("AmlCompute", "ComputeInstance", "MIR")


def usages(ask: Ask) -> Answer:
    return paged(ask, ask.world.quota.rows(subscription_of(ask), ask.names["loc"], ask.now), ROWS)


def quotas(ask: Ask) -> Answer:
    return paged(ask, ask.world.quota.caps(subscription_of(ask), ask.names["loc"]), ROWS)


def vm_sizes(ask: Ask) -> Answer:
    subscription_of(ask)
    return Answer(200, {"value": [_size(size) for size in SIZES.values()]})


def _size(size: Size) -> dict:
    gpus = 1 if "/" in size.gpus else int(size.gpus)
    return {"name": size.name, "family": size.family, "vCPUs": size.vcpus, "gpus": gpus, "osVhdSizeMB": 1047552,
            "maxResourceVolumeMB": size.memory * 2048, "memoryGB": float(size.memory),
            "lowPriorityCapable": True, "premiumIO": True, "supportedComputeTypes": list(LOCATIONS)}


def computes(ask: Ask) -> Answer:
    workspace = workspace_of(ask)
    found = [_compute(compute) for compute in ask.world.fleet.computes if compute.workspace is workspace]
    return paged(ask, found, COMPUTES)


def _compute(found: Compute) -> dict:
    made = formats.with_zone(found.created)
    if found.kind == "AmlCompute":
        inner = {"vmSize": found.size.name, "vmPriority": "LowPriority" if found.low_priority else "Dedicated",
                 "osType": "Linux", "allocationState": "Steady", "currentNodeCount": found.nodes,
                 "targetNodeCount": found.nodes,
                 "scaleSettings": {"minNodeCount": found.nodes, "maxNodeCount": found.nodes + 4,
                                   "nodeIdleTimeBeforeScaleDown": "PT120S"}}
    else:
        inner = {"vmSize": found.size.name, "state": "Running", "applicationSharingPolicy": "Personal"}
    workspace = found.workspace
    properties = {"computeType": found.kind, "computeLocation": workspace.location, "provisioningState": "Succeeded",
                  "createdOn": made, "modifiedOn": made, "isAttachedCompute": False, "disableLocalAuth": True,
                  "properties": inner}
    return {"id": f"{workspace.id}/computes/{found.name}", "name": found.name,
            "type": f"{PROVIDER}/workspaces/computes", "location": workspace.location, "tags": {},
            "properties": properties,
            "systemData": {"createdAt": made, "createdBy": workspace.creator or "unknown",
                           "lastModifiedAt": formats.with_zone(found.created + minutes(3))}}


def skus(ask: Ask) -> Answer:
    deployment = deployment_of(ask)[1]
    capacity = {"minimum": 1, "maximum": 50, "default": deployment.cast.instances, "scaleType": "Manual"}
    item = {"resourceType": f"{PROVIDER}/workspaces/onlineEndpoints/deployments",
            "sku": {"name": "Default", "tier": "Standard"}, "capacity": capacity}
    return paged(ask, [item], ROWS)


def features(ask: Ask) -> Answer:
    workspace_of(ask)
    names = (("OnlineEndpoints", "Managed online endpoints"), ("BatchEndpoints", "Batch endpoints"))
    return Answer(200, {"value": [{"id": name, "displayName": text, "description": text} for name, text in names]})
