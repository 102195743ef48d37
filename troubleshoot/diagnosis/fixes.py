"""Steps that many fixes share, and the way back to a deployment that cannot hurt one that serves."""

from collections.abc import Iterator

import re2

from troubleshoot.diagnosis.facts import REFUSED, Case, Step

_UNRECOVERABLE = re2.compile(
    r"(?i)failed during initial provisioning|unrecoverable state"
    r"|has not been created successfully"
)
_FILE = "deployment.yml"

READ_LOG = Step(
    "Read the log of the inference server",
    "",
    "az ml online-deployment get-logs -e {endpoint} -n {deployment} --lines 500 -g {group} -w {workspace}",
)
READ_STORAGE_LOG = Step(
    "Read the log of the storage initializer",
    "It tells which file of model or code was asked for.",
    "az ml online-deployment get-logs -e {endpoint} -n {deployment} --container "
    "storage-initializer --lines 500"
    " -g {group} -w {workspace}",
)
TRY_LOCALLY = Step(
    "Try it on your own machine first",
    "A local deployment shows the same error within a minute and holds no quota.",
    "az ml online-deployment create --local -e {endpoint} -n {deployment} -f deployment.yml "
    "-g {group} -w {workspace}",
)
LIST_USAGE = Step(
    "See what is used and granted",
    "",
    "az ml compute list-usage --location {region} -g {group} -w {workspace} -o table",
)
LIST_DEPLOYMENTS = Step(
    "See which deployments hold cores",
    "Deployments without traffic still hold theirs.",
    "az ml online-deployment list -e {endpoint} -g {group} -w {workspace} -o table",
)
SHOW_ENVIRONMENT = Step(
    "See which image and packages the environment names",
    "",
    "az ml environment show --name {environment} --version {environment_version} -g {group} -w {workspace}",
)
READ_BUILD_LOG = Step(
    "Read the build log",
    "Account, container and path stand in the message. Use an identity with Storage Blob Data Reader.",
    "az storage blob download --account-name {storage_account} --container-name "
    "{log_container} --name {log_path}"
    " --auth-mode login --file build.log",
)
SUPPORT = Step(
    "Open a support request",
    "Give region, endpoint, deployment, operation id and the times: "
    "https://portal.azure.com/#blade/Microsoft_Azure_Support/HelpAndSupportBlade/newsupportrequest",
)

_UPDATE = Step(
    "Update the deployment",
    "It was ready before, so it can be updated in place.",
    f"az ml online-deployment update -e {{endpoint}} -n {{deployment}} -f {_FILE} -g "
    f"{{group}} -w {{workspace}}",
)
_DELETE = Step(
    "Delete the failed deployment",
    "Nothing of it ever served: its creation never succeeded, and it has no traffic.",
    "az ml online-deployment delete -e {endpoint} -n {deployment} --yes -g {group} -w {workspace}",
)
_CREATE = Step(
    "Create it again",
    "",
    f"az ml online-deployment create -e {{endpoint}} -n {{deployment}} -f {_FILE} -g "
    f"{{group}} -w {{workspace}}",
)
_SUBMIT = Step(
    "Submit it again with the corrected file",
    "Azure refused the request before it made anything, so there is nothing to delete.",
    _CREATE.command,
)
_SHIFT = Step(
    "First send its traffic to {sibling}",
    "{sibling} is ready. Deployments with traffic must not be deleted; with a weight of 0 it "
    "can be deleted and created again.",
    "az ml online-endpoint update -n {endpoint} --traffic {traffic} -g {group} -w {workspace}",
)
_NO_WAY_ROUND = Step(
    "Do not delete it while it has traffic",
    "No other deployment of the endpoint is known to be ready, so its traffic cannot be sent elsewhere. "
    "Create a second deployment beside it with the corrected file, and give that one the traffic.",
)
_ASK_WEIGHT = Step(
    "Look whether it has traffic before anything is deleted",
    "Its weight is not known here. With a weight of 0 and no earlier success it can be "
    "deleted and created again.",
    "az ml online-endpoint show -n {endpoint} --query traffic -g {group} -w {workspace}",
)
_WHICH_WAY = Step(
    "Find out whether it ever served",
    "If an earlier operation of it succeeded, update it in place with the corrected file. If "
    "none ever did, Azure refuses an "
    "update ('failed during initial provisioning'); then it has to be deleted and created "
    "again, once it has no traffic.",
    "az ml online-deployment show -e {endpoint} -n {deployment} -g {group} -w {workspace}"
    " --query '{{state:provisioning_state,created:creation_context.created_at,changed:creatio"
    "n_context.last_modified_at}}'",
)
_AGAIN_ENDPOINT = Step(
    "Create the endpoint again",
    "",
    "az ml online-endpoint create -n {endpoint} -f endpoint.yml -g {group} -w {workspace}",
)


def deploy_again(case: Case) -> Iterator[Step]:
    """The way back to a working deployment that cannot hurt one that serves."""
    if case.state == REFUSED:
        yield _SUBMIT
    elif case.subject == "endpoint":
        yield _AGAIN_ENDPOINT
    elif case.ever_ready is True:
        yield _UPDATE
    elif not never_served(case):
        yield _WHICH_WAY
    elif case.weight == 0:
        yield _DELETE
        yield _CREATE
    elif case.weight is None:
        yield _ASK_WEIGHT
    else:
        yield _SHIFT if case.ready_siblings else _NO_WAY_ROUND


def never_served(case: Case) -> bool:
    """True only where it is proven: by Azure's own sentence, or by a first creation with no success known."""
    if case.first_provisioning is True and case.ever_ready is not True:
        return True
    error = case.operation.error if case.operation else None
    said = [node.message for node in error.walk()] if error else []
    said += [part.text for part in case.texts if part.kind == "operation_error"]
    return case.ever_ready is not True and any(_UNRECOVERABLE.search(text) for text in said)
