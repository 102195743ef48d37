"""A sample for the tests names nobody, gives the same name to the same thing, and is told as the same cause."""
import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from tests.dashboard import rows
from tests.troubleshoot import test_recheck
from troubleshoot import sample
from troubleshoot.diagnosis import engine, plain
from troubleshoot.diagnosis.facts import Case, Log, Place, WorkspaceFacts
from troubleshoot.models import Correction

pytestmark = pytest.mark.postgres
stored = test_recheck.stored


def export(*args):
    out = StringIO()
    call_command("export_sample", *args, stdout=out)
    return out.getvalue()


def masked(*lines, **fields):
    """The lines of a log after masking."""
    place = Place("7c1e4b90-2d7f-4c0c-9a53-41f0c6f2d8aa", "rg-growth", "mlw-growth", "churn-scorer", "green")
    case = Case(place=place, logs=(Log("inference-server", lines),), **fields)
    return plain.load(Case, sample.of(case)).logs[0].lines


def test_names_ids_people_addresses_and_hosts_are_replaced_and_the_same_by_the_same():
    found = masked(
        "jonas.weber@contoso.com asked for churn-scorer in RG-Growth", "again jonas.weber@contoso.com, eva@contoso.com",
        "10.1.2.3 and 52.14.9.1 but never 127.0.0.1", "pull acmeml.azurecr.io/churn:3 from https://proxy.contoso.com/x",
        "principal 5f0c2a7e-90d1-4b7b-8b61-0c9f4be2d310", "File /home/jweber/score.py")
    assert found == (
        "person1@example.com asked for endpoint-1 in rg-example", "again person1@example.com, person2@example.com",
        "10.0.0.1 and 192.0.2.2 but never 127.0.0.1",
        "pull account1.azurecr.io/churn:3 from https://host1.example.com/x",
        "principal 00000000-0000-4000-8000-000000000002", "File /home/user1/score.py")


def test_public_hosts_and_words_that_only_hold_a_name_stay():
    line = "see https://aka.ms/oe-tsg and https://pypi.org/simple, evergreen mlw-growth2 1.2.3"
    assert masked(line) == (line,)


def test_the_names_of_the_workspaces_own_registry_and_storage_are_replaced_alone_too():
    space = WorkspaceFacts(Place("s", "g", "w"), registry="acmeml", storage="acmestore", created_by="Jonas Weber")
    assert masked("acmeml and acmestore by Jonas Weber", workspace=space) == ("registry1 and storage1 by person-1",)


def test_an_exported_attempt_is_told_as_the_same_cause_and_names_nobody(stored, tmp_path):
    said = export("/w/mlw-growth/e/churn-scorer/d/green/a/2", "--out", str(tmp_path))
    path = tmp_path / "script-import-error" / "case.json"
    assert "The verdict is still the same: script-import-error (certain)." in said and str(path) in said
    text = path.read_text()
    for name in ("churn-scorer", "mlw-growth", "jonas", rows.SUB, '"green"'):
        assert name not in text, name
    assert engine.diagnose(plain.load(Case, json.loads(text))).best.cause == "script-import-error"


def test_a_corrected_attempt_is_exported_under_the_right_cause_and_never_over_another(stored, tmp_path):
    row = stored["failed"]
    Correction.objects.create(attempt=row, cause="init-exception", at=rows.NOW)
    said = export(str(row.id), "--out", str(tmp_path))
    assert "It is not yet told as init-exception: a rule has to learn it." in said
    with pytest.raises(CommandError, match="is there already"):
        export(str(row.id), "--out", str(tmp_path))
    with pytest.raises(CommandError, match="no cause nonsense"):
        export(str(row.id), "--out", str(tmp_path), "--cause", "nonsense")


@pytest.mark.parametrize("named", ["/triage", "/w/mlw-growth/e/churn-scorer/d/green/", "99999", "/w/x/e/y/a/1"])
def test_what_is_no_attempt_is_refused_in_a_sentence(stored, named):
    with pytest.raises(CommandError):
        export(named)
