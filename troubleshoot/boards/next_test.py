"""What to do next where no cause is proved: the cheapest tests first, each with what its outcomes would mean."""
import shlex
from collections.abc import Iterator, Mapping

from troubleshoot import stakes
from troubleshoot.boards.words import NB
from troubleshoot.diagnosis import facts, plain, quota
from troubleshoot.diagnosis.facts import DeploymentFacts, Step
from troubleshoot.models import Attempt, Log

LONGEST_NAME = 32  # characters of a deployment's name
COPY = "-test"  # behind the name of a deployment: a copy of it, made to tell more
SILENT = ("", facts.NONE_YET, facts.WITHHELD, facts.THROTTLED, facts.BAD_REQUEST)
MOST = 3


def steps(row: Attempt, logs: Mapping[str, Log]) -> tuple[Step, ...]:
    """The tests that an attempt without a cause allows, each told with its duration; none while it runs."""
    if row.state not in stakes.BAD:
        return ()
    return tuple(_tests(row, logs))[:MOST]


def shortest(found: tuple[Step, ...]) -> str:
    """`a test of 20 s`, from the title of the first one."""
    return f"a test of {found[0].title.rpartition(', ')[2]}" if found else ""


def _tests(row: Attempt, logs: Mapping[str, Log]) -> Iterator[Step]:
    if row.state == "Canceled":
        yield _who_cancelled(row)
    if row.state == stakes.REFUSED:
        yield _submit_again(row)
        return
    if row.deployment is None:
        yield _show_endpoint(row)
        return
    empty = [] if stakes.is_gone(row) else [log for log in logs.values() if not log.lines]
    if any(log.last_class == facts.DENIED for log in empty):
        yield _read_log(row, empty, "Read the log with an account that may")
    elif empty and all(log.last_class in SILENT for log in empty):
        yield _read_log(row, empty, "Ask once more for the log that is missing")
    yield _locally(row)
    if row.endpoint.gone_at is None:
        yield _copy(row)


def _names(row: Attempt) -> tuple[str, str, str]:
    """Endpoint, deployment and workspace as options of a command, quoted."""
    space, own = row.endpoint.workspace, row.deployment.name if row.deployment else ""
    return (shlex.quote(row.endpoint.name), shlex.quote(own),
            f"-g {shlex.quote(space.group)} -w {shlex.quote(space.name)}")


def _read_log(row: Attempt, empty: list[Log], title: str) -> Step:
    end, own, space = _names(row)
    return Step(
        f"{title}, 20{NB}s",
        "Lines: the container was started, and its last exception tells the cause; paste it on Explain. "
        "The same answer again: no container was started, or its log is gone; go on with the next test.",
        "\n".join(f"az ml online-deployment get-logs -e {end} -n {own} --container {log.container} --lines 5000 {space}"
                  for log in empty))


def _locally(row: Attempt) -> Step:
    end, own, space = _names(row)
    return Step(
        f"Start the same container on your own machine, 10{NB}min",
        "It needs Docker, no vCPU of the quota, and touches no traffic. If it fails, the terminal names the error: it "
        "lies in the image, the packages, the script or the model. If it starts and answers, two explanations still "
        "stand: the identity or network in Azure, or the service; a deployment in Azure tells them apart.",
        f"az ml online-deployment create --local -e {end} -n {own} -f deployment.yml {space}")


def _copy(row: Attempt) -> Step:
    end, own, space = _names(row)
    name = shlex.quote(f"{(row.deployment.name if row.deployment else 'x')[:LONGEST_NAME - len(COPY)]}{COPY}")
    spec = plain.load(DeploymentFacts, row.spec) if row.spec else None
    cores = quota.needed(spec.instance_type, 1) if spec and spec.instance_type else None
    cost = f"It needs {cores}{NB}vCPU with the upgrade reserve" if cores else "It needs the vCPU of one instance"
    return Step(
        f"Deploy a copy of it beside it, unchanged, 10 to 20{NB}min",
        f"{cost}, takes no traffic, and has to be deleted afterwards. If it becomes ready, the fault has passed: a "
        "role that took effect only later, or the service; two explanations, and nothing more to mend. If it fails "
        "in the same way, it lasts: send the text below to Azure support.",
        f"az ml online-deployment create -e {end} -n {name} -f deployment.yml --set instance_count=1 {space}\n"
        f"az ml online-deployment delete -e {end} -n {name} --yes {space}")


def _show_endpoint(row: Attempt) -> Step:
    end, _, space = _names(row)
    return Step(
        f"See how the endpoint stands now, 5{NB}s",
        "Succeeded: the fault has passed. Failed: its provisioning error, if there is one, is Azure's last word; send "
        "the text below to Azure support.",
        f"az ml online-endpoint show -n {end} {space}")


def _submit_again(row: Attempt) -> Step:
    end, own, space = _names(row)
    return Step(
        f"Submit it again and keep the whole answer, 10{NB}s",
        "The request is refused before anything is made, so it costs no vCPU. The inner error in the answer tells the "
        "cause: paste the output on Explain. If it is accepted this time, the fault has passed.",
        f"az ml online-deployment create -e {end} -n {own} -f deployment.yml {space} --debug")


def _who_cancelled(row: Attempt) -> Step:
    group = shlex.quote(row.endpoint.workspace.group)
    return Step(
        f"See who or what cancelled it, 10{NB}s",
        "A caller: ask them. No caller, or Azure's own service: another operation took its place, or the service gave "
        "up; these two are told apart by whether a newer operation began at that time.",
        f"az monitor activity-log list -g {group} --offset 7d --namespace Microsoft.MachineLearningServices -o table")
