"""Every question we put to Azure, asked once: what `manage.py doctor` says about a subscription."""
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from troubleshoot.diagnosis.facts import INFERENCE_SERVER, STORAGE_INITIALIZER, DeploymentFacts, Place
from workers.azure import credentials
from workers.azure.client import Azure
from workers.azure.errors import Denied, Gone, NotSignedIn, Trouble, Unreachable

LOOK_INTO = 5  # workspaces in which an endpoint is looked for, and endpoints in which a deployment is
Got = TypeVar("Got")


@dataclass(frozen=True, slots=True)
class Answer:
    """One question and how it went: ok is None where there was nothing to ask about."""

    question: str
    ok: bool | None
    said: str


class Round:
    """Asks, and keeps what came of it."""

    def __init__(self, arm_endpoint: str, subscription: str) -> None:
        self.azure = Azure(arm_endpoint, subscription)
        self.answers: list[Answer] = []

    def ask(self, question: str, call: Callable[[], Got], say: Callable[[Got], str]) -> Got | None:
        """The answer, or None; either way it is written down."""
        try:
            got = call()
        except Trouble as error:
            self.answers.append(Answer(question, False, why(error)))
            return None
        self.answers.append(Answer(question, True, say(got)))
        return got

    def skip(self, questions: str, reason: str) -> None:
        """Write down what could not be asked."""
        self.answers += [Answer(question, None, reason) for question in questions.split(", ")]


def why(error: Trouble) -> str:
    """What went wrong, the missing permission first where Azure names it."""
    if isinstance(error, Denied):
        named = f"the permission {error.action} is missing" if error.action else "a permission is missing"
        return f"{named}. Azure says: {error.message}"
    if isinstance(error, NotSignedIn):
        return error.message
    status = f"HTTP {error.status}: " if error.status else ""
    return status + error.message


def token(arm_endpoint: str) -> Answer:
    """Whether a token can be had at all."""
    try:
        held = credentials.of(arm_endpoint).get_token_info(credentials.scope(arm_endpoint))
    except Trouble as error:
        return Answer("token", False, why(error))
    until = datetime.fromtimestamp(held.expires_on, UTC)
    return Answer("token", True, f"good until {until:%Y-%m-%d %H:%M} UTC")


def every(arm_endpoint: str, subscription: str) -> Iterator[Answer]:
    """Each question of the polls, put to one subscription."""
    asked = Round(arm_endpoint, subscription)
    try:
        yield from _all(asked)
    finally:
        asked.azure.close()


def _all(asked: Round) -> list[Answer]:
    azure = asked.azure
    found = asked.ask("workspaces", azure.workspaces, counted)
    now = datetime.now(UTC)
    asked.ask("activity", lambda: azure.activity(now - timedelta(hours=1), now), counted)
    if found is None or not found.items:
        reason = "no workspace was seen" if found is not None else "the workspaces could not be listed"
        asked.skip("usages, quotas, sizes, computes, endpoints, deployments, operation, logs, assets", reason)
        return asked.answers
    region = found.items[0].location
    asked.ask("usages", lambda: azure.usages(region), counted)
    asked.ask("quotas", lambda: azure.quotas(region), counted)
    asked.ask("sizes", lambda: azure.sizes(region), counted)
    asked.ask("computes", lambda: azure.computes(found.items[0].place), counted)
    deployment = _deployment(asked, [each.place for each in found.items[:LOOK_INTO]])
    if deployment:
        _about(asked, deployment)
    else:
        asked.skip("operation, logs, assets", "no deployment was seen")
    return asked.answers


def _deployment(asked: Round, workspaces: list[Place]) -> DeploymentFacts | None:
    """The first deployment in the first workspaces; one line for the search of each level."""
    endpoints = _first("endpoints", asked, workspaces, asked.azure.endpoints)
    if not endpoints:
        asked.skip("deployments", "no endpoint was seen")
        return None
    found = _first("deployments", asked, [each.place for each in endpoints[:LOOK_INTO]], asked.azure.deployments)
    return found[0] if found else None


def _first(question: str, asked: Round, places: list[Place], call: Callable[[Place], Any]) -> tuple[Any, ...]:
    """The items of the first place that has any; the answers of empty places are not repeated."""
    for place in places:
        got = asked.ask(question, lambda place=place: call(place), counted)  # type: ignore[misc]
        if got is None or got.items or place is places[-1]:
            return got.items if got else ()
        asked.answers.pop()
    return ()


def _about(asked: Round, deployment: DeploymentFacts) -> None:
    azure, place = asked.azure, deployment.place
    if deployment.operation_uri:
        asked.ask("operation", lambda: azure.operation(deployment.operation_uri), lambda got: got.trouble or got.status)
    else:
        asked.skip("operation", "the deployment names none")
    for container in (INFERENCE_SERVER, STORAGE_INITIALIZER):
        asked.ask(f"logs of {container}", lambda container=container: _log(azure, place, container), str)  # type: ignore[misc]
    named = {"model": deployment.model, "environment": deployment.environment, "code": deployment.code}
    for kind, reference in named.items():
        if reference:
            got = asked.ask(kind, lambda kind=kind, ref=reference: azure.asset(place, kind, ref),  # type: ignore[misc]
                            lambda got: got.said or "found")
            if got is not None and got.found is None:
                asked.answers[-1] = Answer(kind, False, got.said)


def _log(azure: Azure, place: Place, container: str) -> str:
    """How long the newest lines are; a refusal of the state, not of the identity, is an answer too."""
    try:
        text = azure.logs(place, container, 10)
    except (Gone, Unreachable) as error:
        if error.status not in (400, 404):
            raise
        return f"may be asked; Azure says: {error.message}"
    return f"{len(text or '')} characters"


def counted(got: Any) -> str:
    """How many items a list gave."""
    unread = f", {len(got.troubles)} unreadable" if got.troubles else ""
    return f"{len(got.items)} found{unread}"
