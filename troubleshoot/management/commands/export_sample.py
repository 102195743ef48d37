"""Writes an anonymised sample of an attempt for the tests, and says whether it is still told as the same cause."""
import json
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from troubleshoot import casefile, recheck, sample
from troubleshoot.diagnosis import engine, plain, shelf
from troubleshoot.diagnosis.facts import Case
from troubleshoot.models import Attempt, Correction

LINES = 2_000  # of each log
UNKNOWN = "unknown"


class Command(BaseCommand):
    """The folder is named by the cause: what a reader corrected it to, else what is told."""

    help = "Write tests/corpus/<cause>/case.json from an attempt, with names, ids, people and addresses replaced."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("attempt", help="the permanent path of the attempt's page, or its id")
        parser.add_argument("--out", default="", help="the folder that gets <cause>/case.json (default: tests/corpus)")
        parser.add_argument("--cause", default="", help="the cause that the sample must be told as")

    def handle(self, *args: Any, **options: Any) -> None:
        row = _attempt(options["attempt"])
        case = casefile.open_case(row.id, LINES)
        if case is None:
            raise CommandError("The attempt is gone.")
        told = recheck.told(engine.diagnose(case).best)
        slug = options["cause"] or _corrected(row) or told[0] or UNKNOWN
        if slug != UNKNOWN and slug not in {rule.slug for rule in shelf.rules()}:
            raise CommandError(f"The handbook has no cause {slug}.")
        made = sample.of(case)
        path = Path(options["out"] or settings.BASE / "tests" / "corpus") / slug / "case.json"
        if path.exists():
            raise CommandError(f"{path} is there already; give another folder with --out.")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(made, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        after = recheck.told(engine.diagnose(plain.load(Case, made)).best)
        self.stdout.write(f"{path}\n{_compared(told, after, slug)}")
        self.stdout.write("Read it before it is committed: a name that no rule knows may be left in it.")


def _attempt(named: str) -> Attempt:
    """The attempt by its id, or by the path /w/<workspace>/e/<endpoint>/[d/<deployment>/]a/<number>."""
    parts = [unquote(one.replace("~", "%")) for one in urlsplit(named).path.strip("/").split("/")]
    rows = Attempt.objects.select_related("endpoint__workspace", "deployment")
    if named.isdigit():
        found = rows.filter(id=int(named)).first()
    else:
        by = dict(zip(parts[::2], parts[1::2], strict=False))
        if not {"w", "e", "a"} <= set(by) or not by["a"].isdigit():
            raise CommandError("Give the permanent path of an attempt (/w/…/e/…/d/…/a/3), or its id.")
        found = rows.filter(endpoint__workspace__slug=by["w"], endpoint__name__iexact=by["e"], number=int(by["a"]),
                            **({"deployment__name__iexact": by["d"]} if "d" in by else {"deployment": None})).first()
    if found is None:
        raise CommandError(f"No attempt {named}.")
    return found


def _corrected(row: Attempt) -> str:
    """The cause that the newest correction names."""
    newest = Correction.objects.filter(attempt=row).exclude(cause="").order_by("-at").first()
    return newest.cause if newest else ""


def _compared(before: tuple[str, str], after: tuple[str, str], slug: str) -> str:
    def words(told: tuple[str, str]) -> str:
        return f"{told[0]} ({told[1]})" if told[0] else "not known"
    same = f"The verdict is still the same: {words(after)}." if before == after else \
        f"The verdict is NOT the same: {words(before)} with the real names, {words(after)} with the made-up ones."
    wanted = "" if after[0] == slug or slug == UNKNOWN else f"\nIt is not yet told as {slug}: a rule has to learn it."
    return same + wanted
