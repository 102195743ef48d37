"""A Kubernetes cause needs its own code or words of a cluster, and a managed deployment never gets one."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.diagnosis.test_causes import CORPUS, case_of
from troubleshoot.diagnosis import shelf
from troubleshoot.diagnosis.engine import diagnose
from troubleshoot.diagnosis.facts import (
    LIKELY,
    Case,
    DeploymentFacts,
    ErrorNode,
    OperationFacts,
    Place,
    Text,
)

PLACE = Place("sub", "rg", "ml", "churn", "blue")
OWN = [path for path in sorted(CORPUS.glob("k8s-*/*")) if not path.name.startswith("near-")]
SHARED = (
    ("ClusterNotFound", "k8s-cluster-not-found"),
    ("ComputeNotFound", "k8s-compute-not-found"),
    ("EndpointNotFound", "k8s-endpoint-not-found"),
    ("NamespaceNotFound", "k8s-namespace-missing"),
    ("InferencingClientCallFailed", "k8s-client-call-failed"),
)


def on(compute: str, case: Case) -> Case:
    return replace(case, deployment=DeploymentFacts(PLACE, compute=compute))


def failed(code: str, message: str) -> Case:
    return Case(place=PLACE, state="Failed", operation=OperationFacts(error=ErrorNode(code, message)))


def slugs(case: Case) -> list[str]:
    return [finding.cause for finding in diagnose(case).findings]


@pytest.mark.parametrize("path", OWN, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_managed_deployment_never_gets_a_cause_of_a_cluster(path: Path):
    assert not [slug for slug in slugs(on("Managed", case_of(path))) if slug.startswith("k8s-")]


@pytest.mark.parametrize("path", OWN, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_deployment_on_a_cluster_gets_it(path: Path):
    assert slugs(on("Kubernetes", case_of(path)))[0] == path.parent.name


@pytest.mark.parametrize(("code", "slug"), SHARED)
def test_a_code_that_others_use_too_counts_only_where_the_case_speaks_of_a_cluster(code, slug):
    plain = failed(code, "The request could not be completed.")
    assert slug not in slugs(plain)
    assert slug in slugs(on("Kubernetes", plain))
    assert slug in slugs(failed(code, "The request to the Kubernetes cluster could not be completed."))


@pytest.mark.parametrize("status", (409, 503, 504))
def test_a_status_alone_is_no_answer_of_a_cluster(status):
    answer = Case(texts=(Text("scoring", f"HTTP/1.1 {status} Something\ncontent-length: 0\n"),), http_status=status)
    assert not [slug for slug in slugs(answer) if slug.startswith("k8s-") and str(status) in slug]
    best = diagnose(on("Kubernetes", answer)).best
    assert best.cause.startswith(f"k8s-{status}")
    assert best.certainty == LIKELY


def test_the_events_of_a_managed_log_are_no_words_of_a_cluster():
    log = "Kind: Pod, Name: Pulled, Type: Normal, Time: 2026-11-20T09:11:40.6794Z, Message: Container image is pulled"
    said = f"EndpointNotFound: no such endpoint\n{log}"
    assert "k8s-endpoint-not-found" not in slugs(Case(texts=(Text("operation_error", said),)))


def test_every_cause_on_the_shelf_is_named_as_one_of_a_cluster():
    assert all(rule.slug.startswith("k8s-") == (rule.shelf == "kubernetes") for rule in shelf.rules())
