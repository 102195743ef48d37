"""Judges again what other rules judged, or lists which verdicts would flip."""
import json
from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from troubleshoot import recheck
from troubleshoot.diagnosis import shelf
from troubleshoot.diagnosis.facts import Finding
from troubleshoot.recheck import Weighed

QUOTED = 3  # lines of evidence that are shown of a finding


class Command(BaseCommand):
    """Exit status 0, whether anything flips or not."""

    help = "Judge old attempts again with today's rules; with --dry-run only list which verdicts would flip."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="write nothing")
        parser.add_argument("--json", action="store_true", help="one JSON object, for pipelines")
        parser.add_argument("--limit", type=int, default=0, help="look at so many attempts, the newest first")
        parser.add_argument("--cause", default="", help="only verdicts that tell this cause now or would tell it")

    def handle(self, *args: Any, **options: Any) -> None:
        counts: Counter[str] = Counter()
        flips: list[dict[str, Any]] = []
        for one in recheck.all_old(options["limit"], options["cause"]):
            if not options["dry_run"] and not recheck.keep(one):
                counts["changed meanwhile"] += 1
                continue
            counts["looked at"] += 1
            counts[one.held] += bool(one.held)
            if one.flips:
                flips.append(_flip(one))
        counts.pop("", None)
        report = {"rules": shelf.fingerprint(), "dry_run": options["dry_run"], "counts": dict(counts), "flips": flips}
        self.stdout.write(json.dumps(report, indent=1) if options["json"] else _text(report))


def _flip(one: Weighed) -> dict[str, Any]:
    """One verdict that changes: where, from what, to what, and what each rests on."""
    attempt = one.row.attempt
    return {"workspace": attempt.endpoint.workspace.slug, "endpoint": attempt.endpoint.name,
            "deployment": attempt.deployment.name if attempt.deployment else "", "attempt": attempt.number,
            "id": attempt.id, "rules": one.row.fingerprint, "before": _side(one.before), "after": _side(one.after)}


def _side(finding: Finding | None) -> dict[str, Any]:
    cause, certainty = recheck.told(finding)
    return {"cause": cause, "certainty": certainty, "title": finding.title if finding else "",
            "evidence": [{"source": piece.source, "line": piece.line, "text": piece.text}
                         for piece in (finding.evidence[:QUOTED] if finding else ())]}


def _words(side: dict[str, Any]) -> str:
    return f"{side['cause']} ({side['certainty']})" if side["cause"] else "not known"


def _text(report: dict[str, Any]) -> str:
    """The report for people: grouped by what turns into what, the largest group first."""
    flips = report["flips"]
    groups = Counter((_words(one["before"]), _words(one["after"])) for one in flips)
    counts = dict(report["counts"])
    seen = counts.pop("looked at", 0)
    verb = "would flip" if report["dry_run"] else "flipped"
    lines = [f"{seen} looked at with rules {report['rules']}, {len(flips)} {verb}"]
    lines += [f"{count} kept as they were: {why}" for why, count in counts.items()]
    for (before, after), count in groups.most_common():
        lines += ["", f"{before} -> {after}: {count}"]
        for one in flips:
            if (_words(one["before"]), _words(one["after"])) == (before, after):
                lines += _case(one)
    return "\n".join(lines)


def _case(one: dict[str, Any]) -> list[str]:
    """Where it stands, and the evidence of both."""
    place = "/".join(filter(None, (one["workspace"], one["endpoint"], one["deployment"])))
    lines = [f"  {place} attempt {one['attempt']} (told by rules {one['rules']})"]
    for name in ("before", "after"):
        lines += [f"    {name}: {piece['source']}{' line ' + str(piece['line']) if piece['line'] else ''}: "
                  f"{' '.join(piece['text'].split())[:160]}" for piece in one[name]["evidence"]] or [
                  f"    {name}: no evidence"]
    return lines
