"""What is kept of a comparison with the last attempt that was ready: some kilobytes, no value of a variable."""
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import re2

from troubleshoot.diagnosis import changed, shapes
from troubleshoot.diagnosis.changed import Difference, Side
from troubleshoot.diagnosis.facts import DeploymentFacts, Finding, Log

DIFFERENCES, NAMES, VALUE, LINE, GONE = 20, 60, 160, 240, 6

# Settings that a new version of the deployment can be given by name, and their paths in its file
# (the keys of Azure's YAML schema of a managed online deployment).
_PATHS = {
    "model": "model", "environment": "environment", "code": "code_configuration.code",
    "scoring script": "code_configuration.scoring_script", "instance type": "instance_type",
    "instances": "instance_count", "app_insights_enabled": "app_insights_enabled",
    "request_timeout_ms": "request_settings.request_timeout_ms",
    "max_concurrent_requests_per_instance": "request_settings.max_concurrent_requests_per_instance",
    "max_queue_wait_ms": "request_settings.max_queue_wait_ms",
}
_IN_WORKSPACE = re2.compile(r"(?i)/workspaces/[^/]+/(?:models|environments|codes)/([^/]+)/versions/([^/]+)/?$")


@dataclass(frozen=True, slots=True)
class Seen:
    """A log line that one side printed and the other did not; `count` lines of the log have its shape."""

    container: str
    line: int
    text: str
    count: int = 1


@dataclass(frozen=True, slots=True)
class Changed:
    """An attempt beside the last one of its name that was ready. `made` tells it from a comparison never made."""

    made: bool = False
    good: int = 0  # number of the attempt that was ready; 0: none is recorded
    ready_at: datetime | None = None
    late: bool = False  # Azure had reported it as failed before it became ready
    remade: bool = False  # the deployment was deleted and made again since
    differences: tuple[Difference, ...] = ()
    more: int = 0  # differences that are not kept
    suspect: bool = False  # the first difference explains the finding
    same: tuple[str, ...] = ()  # names of settings
    same_count: int = 0
    untold: tuple[tuple[str, bool, bool], ...] = ()  # (what, told by the good one, told by this one)
    healthy: tuple[int, ...] = ()  # attempts whose lines are known
    new: tuple[Seen, ...] = ()
    new_count: int = 0
    gone: tuple[Seen, ...] = ()  # lines of the newest healthy attempt
    unread: tuple[str, ...] = ()  # why lines could not be compared
    back: tuple[tuple[str, str], ...] = ()  # path and value of what the good attempt had
    by_hand: tuple[str, ...] = ()  # names of what turned and cannot be given back by a command


def settings(good: Side, failed: Side, best: Finding | None, stage: str) -> Changed:
    """The settings of two attempts compared; costs their number, with one pattern for each that differs."""
    found, alike = changed.between(good, failed, best, stage), changed.same(good, failed)
    back, by_hand = _back(good.deployment, found)
    return Changed(
        made=True, differences=tuple(_cut(one) for one in found[:DIFFERENCES]), more=max(0, len(found) - DIFFERENCES),
        suspect=changed.suspect(found, best) is not None, same=tuple(name[:VALUE] for name in alike[:NAMES]),
        same_count=len(alike), untold=changed.untold(good, failed), back=back, by_hand=by_hand)


def lines(logs: Sequence[Log], known: Mapping[str, Sequence[Sequence[tuple[int, str]]]]
          ) -> tuple[tuple[Seen, ...], int, tuple[Seen, ...]]:
    """Lines that no healthy log knows, how many there are, and lines that only the healthy ones printed.

    `known` holds for each container the numbered lines of the healthy logs, newest first. A log of too many
    different lines is compared as far as they are told apart. Nothing is said to be missing from it then, nor from
    one that is not stored from its first line, or has a seam: the line may stand where nothing was collected.
    """
    new: list[Seen] = []
    gone: list[Seen] = []
    for log in logs:
        healthy = known.get(log.container, ())
        if not healthy or not log.lines:
            continue
        told = [shapes.shapes(text for _, text in lines) for lines in healthy]
        mine = shapes.first_lines(log.lines, log.first)
        every = frozenset[str]().union(*told)
        new += [Seen(log.container, line, log.lines[line - log.first][:LINE], count)
                for shape, (line, count) in mine.items() if shape not in every]
        whole = log.first == 1 and not log.gaps and len(mine) < shapes.MOST
        missing = set(told[0]).intersection(*told[1:]) - mine.keys() if whole else set[str]()
        gone += _first_of(log.container, healthy[0], missing)
    return tuple(new[:shapes.MAX_NEW]), len(new), tuple(gone[:GONE])


def _first_of(container: str, lines: Sequence[tuple[int, str]], wanted: set[str]) -> Iterator[Seen]:
    left = set(wanted)
    for number, text in lines:
        if left and (told := shapes.shape(text)) in left:
            left.discard(told)
            yield Seen(container, number, text[:LINE])


def _cut(one: Difference) -> Difference:
    return replace(one, name=one.name[:VALUE], before=one.before[:VALUE], after=one.after[:VALUE])


def _back(good: DeploymentFacts | None, found: Sequence[Difference]
          ) -> tuple[tuple[tuple[str, str], ...], tuple[str, ...]]:
    """What gives the good attempt's settings back, and the names of what only a person can set."""
    references = {"model": good.model, "environment": good.environment, "code": good.code} if good else {}
    back: list[tuple[str, str]] = []
    by_hand: list[str] = []
    for one in found:
        path = _path(one)
        if path and one.before:
            back.append((path, _reference(references[one.kind]) if one.kind in references else one.before))
        elif one.kind in ("variable", "egress", "identity", "network", "request", "probe"):
            by_hand.append(f"{one.kind} {one.name}" if one.kind == "variable" else one.name)
    return tuple(back[:DIFFERENCES]), tuple(name[:VALUE] for name in by_hand[:DIFFERENCES])


def _path(one: Difference) -> str:
    if one.kind == "probe":
        probe, _, field = one.name.partition(", ")
        return f"{probe.replace(' ', '_')}.{field.replace(' ', '_')}"
    return _PATHS.get(one.name, "")


def _reference(reference: str) -> str:
    """An asset as the command takes it: `azureml:name:version` for one of the workspace, else as Azure gave it."""
    found = _IN_WORKSPACE.search(reference)
    return f"azureml:{found[1]}:{found[2]}" if found else reference
