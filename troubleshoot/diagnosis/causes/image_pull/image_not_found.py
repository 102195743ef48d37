"""The registry does not have the image, or not under this tag."""

from collections.abc import Iterator

from troubleshoot.diagnosis import addresses, fixes
from troubleshoot.diagnosis.cause import EVENTS, HINT, Cause, console, events, looks, operation
from troubleshoot.diagnosis.facts import Case, Evidence, Step


def environment_gone(case: Case) -> Iterator[Evidence]:
    """The answer that the environment version which the deployment names does not exist."""
    for asset in case.assets:
        if asset.kind == "environment" and asset.found is False:
            yield Evidence("environment version", asset.said or asset.reference)


cause = Cause(
    title="{registry} has no image {repository} with the tag {tag}",
    kind="Image not found",
    stage="image_pull",
    label="ERR_1200",
    old_code="ERR_1200",
    code="BadArgument",
    signs=(
        console(
            r"(?i)\bmanifest unknown\b|manifest for \S+ not found"
            r"|manifest tagged by .{1,80} is not found",
            also=(EVENTS,),
            source="doc",
        ),
        console(r"(?i)\.azurecr\.io/\S+: not found\b", also=(EVENTS,), source="doc"),
        console(r"(?i)\bname unknown: repository", also=(EVENTS,), source="doc"),
        operation(
            r"(?i)\b(?:image|tag|repository)\b.{0,120}\b(?:was not found|is not found|not found"
            r"|could not be found|does not exist|isn't found)\b"
            r".{0,60}\bregistry\b|\bregistry\b.{0,80}\bdoes not (?:have|contain)\b.{0,60}\bimage\b",
            source="doc",
        ),
        operation(
            r"(?i)(?:download|pull)\w* .{0,60}\bimage\b.{0,300}(?:manifest unknown"
            r"|manifest \S+ (?:is )?not found|name unknown)",
            source="doc",
            unless=(r"(?i)base image|image build|building",),
        ),
        operation(
            r"(?i)unable to (?:download|pull) (?:the )?user container image", strength=HINT, source="doc"
        ),
        events(r"Name: ImagePullFailed", strength=HINT),
        looks(environment_gone, strength=HINT),
    ),
    words=(("registry", "The registry"), ("repository", "of that name"), ("tag", "that it names")),
    more=addresses.image,
    gives=("image", "registry", "repository", "tag"),
    happened="The machine was there and asked the registry for the image, and the registry answered "
    "that it has none of that name.",
    fine="The quota was enough, and the registry let the identity ask.",
    steps=(
        Step(
            "See which tags the registry has",
            "",
            "az acr repository show-tags -n {registry} --repository {repository} --orderby time_desc "
            "-o table",
        ),
        Step(
            "See which image the environment names",
            "",
            "az ml environment show --name {environment} --version {environment_version} -g {group} "
            "-w {workspace}",
        ),
        Step(
            "Build or push the image again, or correct the tag",
            "Look also whether a clean-up task removes old images.",
        ),
        fixes.deploy_again,
    ),
    who="data scientist",
    retry="after the fix",
    urgent="if serving",
    look_for="`manifest unknown`, in the log of the image pull",
    source="Azure's guide, Unable to download user container image",
    rivals=(
        ("image-private-registry", "the registry's answer: it has no such image, or it refuses the sign-in"),
        (
            "startup-auth-acr",
            "\"manifest unknown\" says that the identity was let in; 401 or a failed refresh token "
            "that it was not",
        ),
        ("build-base-image-missing", "where it is said: while the deployment pulls its image, or in the build log"),
    ),
    next_test="If the tag is listed in the registry, the image is there and the identity lacks AcrPull.",
    outranks=("container-crashed",),
)
