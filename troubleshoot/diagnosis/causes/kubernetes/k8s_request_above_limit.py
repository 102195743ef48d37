"""The deployment asks for more of a resource than its own limit allows."""

from troubleshoot.diagnosis import cluster, fixes
from troubleshoot.diagnosis.cause import HINT, Cause, operation
from troubleshoot.diagnosis.facts import Step

cause = Cause(
    title="The deployment asks for more cores or memory than its own limit allows",
    kind="Kubernetes",
    stage="",
    label="BAD_REQUEST",
    old_code="ERR_2102",
    code="BadArgument",
    signs=(
        operation(
            r"(?i)\b(?:resource|cpu|memory|gpu)s? requests?\b[^\n]{0,80}\b(?:greater|larger|higher"
            r"|more) than (?:the |its |their )?(?:\w+ )?limits?\b",
            strength=HINT,
            source="doc",
        ),
        operation(r"(?i)must be less than or equal to (?P<resource>\S+) limit(?: of (?P<limit>[\w.]+))?", source="doc"),
    ),
    words=(("resource", "the"), ("limit", "the limit")),
    happened="In Kubernetes a container may ask for at most what its limit says. Here the request is "
    "above it, so the cluster refused the specification.",
    fine="Nothing was started, so image, model and code are not the matter.",
    steps=(
        cluster.COMPUTE,
        Step(
            "Make each request at most as large as its limit",
            "Where no limit is given, the one set when the compute was attached counts.",
            " resources:\n   requests:\n-    memory: 4Gi\n+    memory: 2Gi\n   limits:\n     memory: 2Gi",
            form="diff",
            file="deployment.yml",
        ),
        fixes.deploy_again,
    ),
    who="data scientist",
    retry="after the fix",
    urgent="if serving",
    look_for="must be less than or equal to cpu limit",
    source="Azure's guide, Resource requests greater than limits",
    next_test="The instance type of the compute shows the limits; compare them with resources.requests of "
    "the deployment.",
    rivals=(("k8s-unschedulable", "there the request is in order, but no node can meet it"),),
)
