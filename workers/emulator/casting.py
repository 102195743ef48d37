"""Gives every deployment its names, drawn from the seed."""
from datetime import datetime, timedelta

from workers.emulator import names
from workers.emulator.draw import Draw
from workers.emulator.plan import Cast, Workspace
from workers.emulator.sizes import size_named
from workers.emulator.story import Story

SUBSCRIPTIONS = 2
HOMES = ((0, "westeurope"), (0, "westeurope"), (0, "westeurope"), (0, "westeurope"), (0, "northeurope"),
         (0, "northeurope"), (1, "eastus2"), (1, "eastus2"), (1, "eastus2"))
ALONE = ((0, "northeurope"), (1, "eastus2"))  # where nobody lives but a story that is told of a whole workspace
TWINS = (0, 3)


def workspaces(draw: Draw, start: datetime) -> list[Workspace]:
    """Nine workspaces in two subscriptions and three regions; two share a name. Two more stand alone."""
    subscriptions = [draw.sub("subscription", n).guid() for n in range(SUBSCRIPTIONS)]
    tenant, domains = draw.sub("tenant").guid(), draw.sub("domains").shuffled(names.DOMAINS)
    found = []
    for number, (subscription, location) in enumerate((*HOMES, *ALONE)):
        domain = domains[{TWINS[1]: TWINS[0], len(domains): TWINS[1]}.get(number, number)]
        group = f"rg-{domain}-ml" if number != TWINS[1] else f"rg-{domain}-ml-staging"
        found.append(_workspace(draw.sub("workspace", number), subscriptions[subscription], location, domain, group,
                                tenant, start))
    return found


def _workspace(draw: Draw, subscription: str, location: str, domain: str, group: str, tenant: str,
               start: datetime) -> Workspace:
    mark = draw.hex(6)
    tags = {"team": draw.pick(names.TEAMS)} if draw.chance(0.35) else {}
    creator = draw.pick(names.OWNERS) if draw.chance(0.8) else None
    caps = {"standardDSv2Family": 240} if draw.chance(0.4) else {}
    created = start - timedelta(days=200 + draw.between(0, 300))
    return Workspace(subscription, group, f"mlw-{domain}-prod", location, draw.guid(), tenant, f"st{domain}{mark}",
                     f"cr{domain}{mark}", draw.guid(), created, creator, tags, caps)


def endpoint_names(draw: Draw, count: int) -> list[str]:
    subjects = draw.sub("subjects").shuffled(names.SUBJECTS)
    found = [f"{subject}-{draw.sub('suffix', n).pick(names.SUFFIXES)}" for n, subject in enumerate(subjects)]
    more = [f"{subject}-v2" for subject in subjects]
    return (found + more)[:count]


def cast_for(draw: Draw, workspace: Workspace, endpoint: str, deployment: str, story: Story | None,
             wording: str, identity: str) -> Cast:
    """All the names around one deployment."""
    people, typed = draw.sub("identity"), draw.sub("size")
    size = size_named(story.size if story and story.size else typed.pick(names.CPU_SIZES))
    shown = typed.pick((size.name, size.name, size.name.replace("_v", "_V"), size.name.upper()))
    art, own = draw.sub("artifacts"), bool(story and story.own_image)
    subject = endpoint.rsplit("-", 1)[0]
    return Cast(
        workspace=workspace, endpoint=endpoint, deployment=deployment, identity=identity,
        principal=people.guid(), client=people.guid(), wording=wording, size=size, typed_size=shown,
        instances=story.instances if story and story.instances else typed.pick((1, 1, 1, 2, 3)),
        model=f"{subject}-model", model_version=str(art.count(1, 41)), model_file=art.pick(names.MODEL_FILES),
        environment=art.pick(names.CUSTOM_ENVS if own else names.CONDA_ENVS), environment_version=str(art.count(1, 30)),
        repository=f"{subject}/serving" if own else f"azureml/azureml_{art.hex(32)}",
        tag=f"{art.count(1, 4)}.{art.count(0, 9)}.{art.count(0, 9)}" if own else "latest",
        code=art.guid(), blob_container=f"azureml-blobstore-{workspace.guid}", blob_folder=f"LocalUpload/{art.hex(32)}",
        curated=story is None and draw.sub("curated").chance(0.3),
        draw=draw,
    )
