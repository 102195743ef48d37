"""What holds for every page: headings, headers, a fixed number of queries, and nothing foreign in it."""
import re

import pytest

from tests.dashboard import rows

GREEN = "/w/mlw-growth/e/churn-scorer/d/green/"
PAGES = {  # page: queries, the session and the person included
    "/triage": 14, "/fleet": 7, "/w/mlw-growth/": 9, "/w/mlw-growth/e/churn-scorer/": 8, GREEN: 11,
    GREEN + "a/1": 10, GREEN + "a/2?log=storage-initializer": 11, GREEN + "a/2/logs/inference-server": 8,
    GREEN + "a/2/logs/container-events": 6,
    "/w/mlw-growth/e/churn-scorer/timeline": 12,
    "/w/mlw-growth/week/2026-W48/": 11,
    "/quota": 9, "/w/mlw-growth/quota": 10, "/quota?fit=2xStandard_DS3_v2": 9, "/scoring": 4, "/explain": 4,
    "/search": 5, "/search?q=lightgbm": 12, "/search?q=lightgbm&kind=lines": 12,
    "/scoring?status=429&ws=mlw-growth&endpoint=churn-scorer&deployment=blue": 5,
    "/workspaces/": 10, "/news/": 6, "/news/new": 4, "/account": 5,
}


@pytest.mark.parametrize("path", PAGES)
def test_a_page_has_one_heading_one_title_and_a_canonical_link(ada, path):
    answer = ada.get(path)
    text = answer.content.decode()
    assert answer.status_code == 200
    assert text.count("<h1") == text.count("<title>") == text.count('rel="canonical"') == text.count("<main") == 1
    assert "<title> ·" not in text
    assert answer["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("path", PAGES)
def test_a_page_costs_a_fixed_number_of_queries_whatever_the_fleet(ada, fleet, path, django_assert_num_queries):
    assert PAGES[path] <= (14 if path == "/triage" else 12)
    rows.follow()
    with django_assert_num_queries(PAGES[path]):
        ada.get(path)
    for number in range(10):
        space = rows.workspace(f"more-{number}")
        rows.churn(space)
        rows.quota(space, f"standardX{number}Family")
        rows.compute(space)
    rows.follow()
    with django_assert_num_queries(PAGES[path]):
        ada.get(path)


@pytest.mark.parametrize("path", PAGES)
def test_a_page_runs_no_inline_code_and_asks_no_other_host(ada, path):
    answer = ada.get(path)
    text = answer.content.decode()
    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:", text)
    assert all("src=" in tag or "application/json" in tag for tag in re.findall(r"<script[^>]*>", text))
    links = re.findall(r'(?:href|src|action)="([^"#?]+)', text)
    assert [one for one in links if "//" in one and not one.startswith("http://testserver/")] == []


@pytest.mark.parametrize("path", PAGES)
def test_the_part_that_refreshes_itself_is_the_page_without_its_frame(ada, path):
    whole, part = ada.get(path), ada.get(path, headers={"HX-Request": "true"})
    assert "HX-Request" in whole["Vary"] and "HX-Request" in part["Vary"]
    text = part.content.decode()
    assert text.lstrip().startswith('<div id="live"') and "<html" not in text
    assert "csrfmiddlewaretoken" not in text
    main = re.search(r"<main.*</main>", whole.content.decode(), re.S)[0]
    assert main in text
    again = ada.get(path, headers={"HX-Request": "true", "If-None-Match": part["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/signin"])
def test_an_open_page_needs_nobody(db, client, path):
    assert client.get(path).status_code == 200


def test_readiness_says_whether_the_worker_lives(fleet, client):
    assert client.get("/readyz").json() == {"tables": "ok", "worker": "ok"}
    from troubleshoot.models import Heartbeat
    Heartbeat.objects.all().delete()
    rows.heartbeat(seconds=600)
    assert client.get("/readyz").json()["worker"] == "silent"


def test_all_pages_say_when_nothing_polls_any_more(ada, fleet):
    from troubleshoot.models import Heartbeat
    assert "Nothing has been polled" not in ada.get("/fleet").content.decode()
    Heartbeat.objects.all().delete()
    assert "No worker has given a sign of life yet" in ada.get("/fleet").content.decode()
    rows.heartbeat(seconds=660)
    assert "Nothing has been polled for" in ada.get("/triage").content.decode()
