"""A small fleet as rows: each function makes one thing the way `record` and `judge` would have left it."""
from datetime import UTC, datetime, timedelta

from django.db.models import F

from troubleshoot import clock, incidents, logstore
from troubleshoot.diagnosis import plain
from troubleshoot.diagnosis.facts import (
    ComputeFacts,
    DeploymentFacts,
    ErrorNode,
    Event,
    Evidence,
    Finding,
    OperationFacts,
    Place,
    Stage,
    Step,
    UsageFacts,
    Verdict,
)
from troubleshoot.models import (
    Attempt,
    Deployment,
    Endpoint,
    Heartbeat,
    Log,
    LogRead,
    QuotaRow,
    Region,
    Watch,
    Workspace,
)
from troubleshoot.models import Verdict as VerdictRow

NOW = datetime(2026, 11, 23, 3, 10, tzinfo=UTC)
LOADED = "/azureml-envs/azureml_3f1d0c/lib/python3.10/site-packages/azureml_inference_server_http/server/user_script.py"
SUB = "7c1e4b90-2d7f-4c0c-9a53-41f0c6f2d8aa"

IMPORT_LOG = f"""\
2026-11-23 01:58:52,902 I [61] gunicorn.error - Starting gunicorn 23.0.0
2026-11-23 01:58:52,903 I [61] gunicorn.error - Listening at: http://0.0.0.0:31311 (61)
2026-11-23 01:58:52,903 I [61] gunicorn.error - Using worker: sync
2026-11-23 01:58:52,907 I [88] gunicorn.error - Booting worker with pid: 88
2026-11-23 01:58:54,240 W [88] azmlinfsrv - Loading of the app insights client took longer than usual
2026-11-23 01:58:54,640 E [88] azmlinfsrv - Failed to load user script
Traceback (most recent call last):
  File "{LOADED}", line 77, in load_script
    main_module_spec.loader.exec_module(user_module)
  File "/var/azureml-app/onlinescoring/score.py", line 9, in <module>
    import lightgbm as lgb
ModuleNotFoundError: No module named 'lightgbm'

The above exception was the direct cause of the following exception:

azureml_inference_server_http.server.user_script.UserScriptImportException: Failed to import user script
2026-11-23 01:58:54,702 I [61] gunicorn.error - Worker (pid:88) exited with code 3.
2026-11-23 01:58:54,703 I [61] gunicorn.error - Reason: Worker failed to boot.""".splitlines()

REPORTED = ErrorNode(
    "ResourceNotReady", "User container has crashed or terminated: Liveness probe failed: HTTP probe failed with "
    "statuscode: 502. Please see troubleshooting guide, available here: https://aka.ms/oe-tsg#error-resourcenotready")


def minutes(count):
    """So many minutes before now."""
    return NOW - timedelta(minutes=count)


def workspace(slug, location="westeurope", polled=0.2, **fields):
    """A workspace with the watch of its endpoints."""
    row = Workspace.objects.create(**({
        "slug": slug, "key": f"{SUB}/rg-{slug}/{slug}//", "subscription": SUB, "group": f"rg-{slug}", "name": slug,
        "location": location, "seen_at": NOW} | fields))
    Watch.objects.create(poll="endpoints", key=row.key, lane=f"ws:{row.key}", subscription=SUB, workspace=row,
                         due_at=NOW, ok_at=None if polled is None else minutes(polled))
    return row


def endpoint(space, name, traffic=None, **fields):
    """An endpoint; `traffic` is {deployment: percent}."""
    return Endpoint.objects.create(**({
        "workspace": space, "name": name, "key": f"{space.key}{name}/".lower(), "state": "Succeeded",
        "traffic": traffic or {}, "facts": {"traffic": [list(one) for one in (traffic or {}).items()]},
        "first_seen_at": minutes(9000), "owner": "jonas.weber",
        "team": "Growth DS"} | fields))


def deployment(end, name, state="Succeeded", **fields):
    """A deployment without an attempt yet."""
    fields = {"instance_type": "Standard_DS3_v2", "instance_count": 1, "owner": "jonas.weber", "team": end.team,
              "weight": end.traffic.get(name, 0), "ready_once": state == "Succeeded"} | fields
    facts = DeploymentFacts(Place(SUB, end.workspace.group, end.workspace.name, end.name, name), state=state,
                            instance_type=fields["instance_type"], instance_count=fields["instance_count"],
                            max_concurrent=4, request_timeout=5.0)
    return Deployment.objects.create(
        endpoint=end, name=name, key=f"{end.key}{name}".lower(), state=state, facts=plain.dump(facts),
        first_seen_at=minutes(9000), **fields)


def status(state):
    """What an operation calls itself where the attempt is in this state."""
    return "Failed" if state == "Refused" else state


def attempt(one, state="Failed", number=1, began=85, took=19, error=REPORTED, **fields):
    """An attempt of a deployment (or endpoint), made its newest."""
    end = one if isinstance(one, Endpoint) else one.endpoint
    own = None if isinstance(one, Endpoint) else one
    over = state in ("Succeeded", "Failed", "Canceled", "Refused")
    ended = minutes(began - took) if over else None
    seen = OperationFacts(f"op-{end.name}-{number}", status(state) if over else "InProgress", minutes(began), ended,
                          error if state == "Failed" else None)
    row = Attempt.objects.create(**({
        "endpoint": end, "deployment": own, "number": number, "operation_id": f"op-{end.id}-{own and own.id}-{number}",
        "kind": "create", "state": state, "started": minutes(began), "ended": ended,
        "failed_at": ended if state in ("Failed", "Refused") else None, "operation": plain.dump(seen),
        "spec": own.facts if own else {}, "recorded_at": minutes(began), "caller": "jonas.weber",
        "first_provisioning": True} | fields))
    if own:
        Deployment.objects.filter(id=own.id).update(latest=row)
        own.latest = row
        for container in ("inference-server", "storage-initializer"):
            Log.objects.create(attempt=row, container=container, last_class="none yet",
                               said="There are no logs for this deployment at the moment. Please try again later.")
        Watch.objects.create(poll="logs", key=f"{row.id}", lane="x", subscription=SUB, workspace=end.workspace,
                             attempt=row, ok_at=minutes(0.5), due_at=None)
    return row


def log(row, lines, container="inference-server", gaps=()):
    """Lines in the stored log of a container."""
    found = Log.objects.get(attempt=row, container=container)
    logstore.join(found, list(lines))
    found.last_class, found.said, found.read_at, found.logs_at = "logs", "", minutes(1), minutes(1)
    found.gaps = [{"before": at, "reason": why} for at, why in gaps]
    found.save()
    LogRead.objects.create(log=found, at=minutes(3), last_at=minutes(1), answer_class="logs", times=4)
    return found


def verdict(row, finding=None, stages=(), **fields):
    """The verdict on an attempt, from a finding or none."""
    Attempt.objects.filter(id=row.id).update(judged=F("revision"))
    whole = Verdict(findings=(finding,) if finding else (), stages=tuple(stages), **fields)
    return VerdictRow.objects.create(
        attempt=row, cause=finding.cause if finding else "", certainty=finding.certainty if finding else "",
        title=finding.title if finding else "", kind=finding.kind if finding else "",
        stage=finding.stage if finding else "", data=plain.dump(whole), fingerprint="x", revision=1, made_at=NOW)


def import_finding(place="churn-scorer", deployment="green", space="mlw-growth"):
    """A missing package, proved by line 12 of the log."""
    names = f"-g rg-{space} -w {space}"
    return Finding(
        "missing_package", "score.py imports lightgbm, but environment churn-env:7 does not install it",
        "Missing package", "certain", "container_start",
        (Evidence("inference-server", "ModuleNotFoundError: No module named 'lightgbm'", 12),),
        happened="Python stopped at line 9 of score.py, so the server never listened and every liveness probe got 502.",
        fine="Image, model and quota are fine.", who="data scientist", retry="after the fix", code="ResourceNotReady",
        old_code="ERR_2200", steps=(
            Step("Add the package to the environment", "Name the version that the model was trained with.",
                 " dependencies:\n   - pip:\n     - scikit-learn==1.5.2\n+    - lightgbm", "diff", "conda.yaml"),
            Step("Register the environment and deploy again", "Its first provisioning failed, so it cannot be updated.",
                 f"az ml environment create -n churn-env -v 8 -f env.yml {names}\n"
                 f"az ml online-deployment delete -e {place} -n {deployment} --yes {names}\n"
                 f"az ml online-deployment create -e {place} -n {deployment} -f deployment.yml {names}")))


def stopped(began=85, took=19):
    """The rail of an attempt that stopped at container start."""
    at = minutes(began)

    def after(seconds):
        return at + timedelta(seconds=seconds)
    return (
        Stage("Quota", "passed", at), Stage("Provisioning", "passed", at, after(282)),
        Stage("Image pull", "passed", after(282), after(363)),
        Stage("Model and code", "passed", after(363), after(391)),
        Stage("Container start", "stopped", after(391), after(took * 60)),
        Stage("Probes", "not reached", note="never passed"), Stage("Ready", "not reached"))


def follow():
    """Bring all incidents to what the rows say now; the rows may have been changed behind the product's back."""
    Endpoint.objects.update(followed=0)
    incidents.follow_waiting()


def quota(space, family="standardDSv2Family", used=44, limit=50, kind="dedicated", label="", own=""):
    """One usage row of the workspace's region."""
    region, _ = Region.objects.get_or_create(subscription=space.subscription.lower(), name=space.location.lower())
    facts = UsageFacts(space.location, kind, family, label, used, limit, own, space.group if own else "")
    return QuotaRow.objects.create(region=region, kind=kind, family=family.lower(), workspace=facts.whose(),
                                   data=plain.dump(facts), used=used, limit=limit, seen_at=minutes(4))


def compute(space, name="cpu-train", size="Standard_DS3_v2", nodes=4, kind="AmlCompute"):
    """A cluster or compute instance of a workspace."""
    facts = ComputeFacts(name, kind, size, "Running", nodes, created_by="ci-bot")
    space.computes = [*space.computes, plain.dump(facts)]
    space.save()


def heartbeat(seconds=3):
    """The worker's last sign of life."""
    return Heartbeat.objects.create(part="worker", at=clock.real_now() - timedelta(seconds=seconds))


def events():
    """Container events of an attempt, as the table keeps them."""
    return [plain.dump(one) for one in (
        Event("Pulling", "Start pulling container image", "Normal", minutes(80)),
        Event("Pulled", "Container image is pulled successfully", "Normal", minutes(79)),
        Event("LivenessProbeFailed", "Liveness probe failed: HTTP probe failed with statuscode: 502", "Warning",
              minutes(77), 18, minutes(66)))]


def churn(space):
    """churn-scorer: blue serves, green failed with a missing package."""
    end = endpoint(space, "churn-scorer", {"blue": 100, "green": 0})
    blue = deployment(end, "blue")
    verdict(attempt(blue, "Succeeded", began=9000))
    green = deployment(end, "green", "Failed")
    first = attempt(green, "Failed", 1, began=2000)
    verdict(first)
    row = attempt(green, "Failed", 2, events=events(), status=[["SystemSetup", "Succeeded"]])
    log(row, IMPORT_LOG)
    verdict(row, import_finding(space=space.name), stopped())
    return row
