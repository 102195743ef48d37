"""Hostile names, lines and query values: shown as they are, never obeyed, never a 500."""
import re

import pytest

from tests.dashboard import rows
from troubleshoot.diagnosis.facts import ErrorNode, Evidence

NASTY = ("<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "</script><!--<script>", "{{7*7}} {% load x %}",
         "javascript:alert(1)", "../../etc", "a%2fb", "..", "x" * 300, "name with spaces", "~2F~", "é\u202e\u200b")
GREEN = "/w/mlw-growth/e/churn-scorer/d/green/"
WRONG = ("-1", "1e9", "abc", str(2**63), "%00", "%ff%fe", "(", "(a+)+$", "'", "9" * 400, "%F0%9F%92%A9")


@pytest.mark.parametrize("name", NASTY)
def test_a_hostile_name_is_text_on_every_page_and_has_a_page_of_its_own(ada, fleet, name):
    end = rows.endpoint(fleet["growth"], name, {name: 100}, owner=name, team=name)
    one = rows.deployment(end, name, "Failed", owner=name)
    row = rows.attempt(one, error=ErrorNode(name, name), caller=name)
    rows.log(row, [name, f"E {name}"])
    rows.verdict(row, rows.Finding("x", name, name, "likely", "probes", (Evidence("inference-server", name, 1, name),),
                                   happened=name, fine=name, steps=(rows.Step(name, name, name, "shell", name),)))
    board = ada.get("/fleet").content.decode()
    paths = set(re.findall(r'href="(/w/mlw-growth/e/[^"?#]+)"', board)) - {"/w/mlw-growth/e/churn-scorer/"}
    assert len([path for path in paths if "churn" not in path]) == 2
    for path in [path for path in paths if "churn" not in path] + ["/triage", "/fleet", "/quota"]:
        answer = ada.get(path)
        assert answer.status_code == 200, path
        assert "<script>alert" not in answer.content.decode()
        assert "<img" not in answer.content.decode()
        assert "49" not in re.findall(r"<h1>([^<]*)", answer.content.decode())[0]


def test_log_text_is_never_made_a_link_or_an_element(ada, fleet):
    row = fleet["failed"]
    said = ["see https://evil.example/x", "javascript:alert(1)", "<b>bold</b>", "</script><!--"]
    rows.log(row, said, "storage-initializer")
    text = ada.get("/w/mlw-growth/e/churn-scorer/d/green/a/2/logs/storage-initializer").content.decode()
    assert "see https://evil.example/x" in text
    assert "&lt;b&gt;bold&lt;/b&gt;" in text
    assert 'href="https://evil' not in text and 'href="javascript' not in text


@pytest.mark.parametrize("path", [
    "/triage?sel=", "/fleet?state=", "/fleet?q=", "/fleet?region=", "/quota?fit=", "/quota?sub=", "/signin?next=",
    "/quota?count=1&size=", "/quota?size=Standard_DS3_v2&count=", "/scoring?status=",
    "/scoring?status=429&ws=mlw-growth&endpoint=x&deployment=", f"{GREEN}?log=",
    f"{GREEN}a/2/logs/inference-server?line=", f"{GREEN}a/2/logs/inference-server?min="])
def test_a_wrong_query_value_gives_the_nearest_valid_view(ada, path):
    assert {ada.get(path + value).status_code for value in WRONG} <= {200, 302}


@pytest.mark.parametrize("paths", [(
    "/w/%00/", "/w/mlw-growth/e/%00/", "/w/mlw-growth/e/a~00/", "/w/mlw-growth/e/~ff/", "/w/mlw-growth/e/~zz/d/x/",
    f"{GREEN}a/0", f"{GREEN}a/99999999999999999999", f"{GREEN}a/2/logs/none", f"{GREEN}a/77", "/op/%00", "/op/none",
    "/w/mlw-growth/e/" + "x" * 2000 + "/")])
def test_an_address_that_cannot_be_is_not_found(ada, paths):
    assert {path: ada.get(path).status_code for path in paths} == dict.fromkeys(paths, 404)


def test_the_link_at_the_end_of_the_address_is_case_blind_as_azure_is(ada):
    assert ada.get("/w/mlw-growth/e/Churn-Scorer/d/GREEN/").status_code == 200


def test_a_wrong_host_is_refused(ada):
    assert ada.get("/triage", headers={"Host": "evil.example"}).status_code == 400
