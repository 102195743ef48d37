"""The search page: who sees what, where each hit leads, what is said of hostile input, and what it costs."""
import re
from urllib.parse import quote

import pytest

from tests.dashboard import rows
from troubleshoot.models import Attempt

pytestmark = pytest.mark.postgres
GREEN = "/w/mlw-growth/e/churn-scorer/d/green/"
LOG = GREEN + "a/2/logs/inference-server"


def text_of(client, path):
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


def heading(client, path):
    return re.search(r"<h1>([^<]*)</h1>", text_of(client, path))[1]


def test_a_search_tells_its_counts_in_the_title_and_leads_to_the_deployment_and_the_line(ada):
    text = text_of(ada, "/search?q=lightgbm")
    assert re.search(r"<h1>lightgbm: 1 deployment, .*2 log lines</h1>", text)
    assert f'href="{GREEN}"' in text
    assert text.index(f'href="{LOG}?line=12#L12"') < text.index(f'href="{LOG}?line=11#L11"')
    assert '<span class="evno">Evidence 1</span>' in text
    assert "<mark>lightgbm</mark>" in text


def test_nobody_finds_what_they_may_not_see(ben, eve, request):
    rows.log(Attempt.objects.get(endpoint__name="fraud"), ["lightgbm in risk"])
    for client in (ben, eve):
        for query in ("q=fraud", "q=risk", "q=lightgbm&ws=mlw-risk", "q=ep:fraud", "q=ws:mlw-risk", "q="):
            text = text_of(client, f"/search?{query}")
            assert "in risk" not in text and "/w/mlw-risk" not in text


def test_an_operation_goes_straight_to_its_attempt_but_not_for_a_stranger(ben, fleet):
    Attempt.objects.filter(id=fleet["failed"].id).update(operation_id="4d1c7e02-9a3b-4c55-8d10-0123456789ab")
    Attempt.objects.filter(endpoint__name="fraud").update(operation_id="77777777-9a3b-4c55-8d10-0123456789ab")
    assert ben.get("/search?q=4D1C7E02")["Location"] == GREEN + "a/2"
    assert ben.get("/req/4d1c7e02", follow=True).redirect_chain[-1][0] == GREEN + "a/2"
    assert "No id begins with" in text_of(ben, "/search?q=77777777&kind=ids") or "Nothing found" in text_of(
        ben, "/search?q=77777777&kind=ids")


def test_an_id_of_several_attempts_lists_them(ada):
    Attempt.objects.filter(endpoint__name="churn-scorer").update(operation_id="4d1c7e02-9a3b")
    text = text_of(ada, "/search?q=4d1c7e02")
    assert f'href="{GREEN}a/1"' in text and f'href="{GREEN}a/2"' in text


def test_a_kind_shows_only_itself_and_a_strange_one_shows_all_with_a_note(ada):
    assert ">Log lines</h2>" in text_of(ada, "/search?q=lightgbm&kind=lines")
    assert ">Causes</h2>" not in text_of(ada, "/search?q=lightgbm&kind=lines")
    text = text_of(ada, "/search?q=lightgbm&kind=shoes")
    assert "There is no kind called shoes" in text and ">Causes</h2>" in text


def test_an_empty_search_shows_the_ways_to_narrow(ada):
    text = text_of(ada, "/search")
    assert "<h1>Search all that is kept</h1>" in text and "since:7d" in text and "ws:mlw-growth" in text
    assert "Nothing found" not in text


def test_nothing_found_says_where_was_looked_and_offers_explain(ada):
    text = text_of(ada, "/search?q=zebra")
    assert "<h1>zebra: nothing found</h1>" in text
    assert "2 workspaces" in text and "log text collected since" in text and 'href="/explain"' in text


@pytest.mark.parametrize("value", ["a\x00b", "\x00", "\x1b[31mred", "a\u202eb", "\ud800"])
def test_characters_that_no_text_holds_are_refused_with_a_note(ada, value):
    text = text_of(ada, "/search?q=" + quote(value, errors="surrogatepass"))
    assert "\x00" not in text and "\x1b" not in text and "\u202e" not in text


def test_a_nul_is_refused_in_words(ada):
    assert "Nothing was looked up." in text_of(ada, "/search?q=a%00b")


@pytest.mark.parametrize("value", [
    "(", "(a+)+$", "%", "_", "'", '"', "*", "word*", "a AND b", "a:b", "NEAR(a b)", "-x", "& | !", "\\", "a'b", "<x>",
    "9" * 400, "x " * 300, "%ff%fe", "2**63", "since:", "ws:%", "🦓", "\u0130", "ß", "'; DROP TABLE x; --", "{{7*7}}",
    "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "javascript:alert(1)", "x" * 5000,
    "since:0001-01-01", "until:0001-01-01", "since:9999-12-31"])
@pytest.mark.parametrize("name", ["q", "kind", "ws"])
def test_whatever_is_asked_gives_a_page_and_is_never_obeyed(ada, name, value):
    text = text_of(ada, f"/search?q=light&{name}={quote(value)}")
    assert "<script>alert" not in text and "<img" not in text and 'href="javascript' not in text


def test_hits_in_hostile_lines_are_text(ada, fleet):
    rows.log(fleet["failed"], ["needle <script>alert(1)</script> https://evil.example/"], "storage-initializer")
    text = text_of(ada, "/search?q=needle")
    assert "<mark>needle</mark> &lt;script&gt;" in text and "<script>alert" not in text
    assert 'href="https://evil' not in text


@pytest.mark.parametrize(("path", "queries"), [
    ("/search", 5), ("/search?q=ws:mlw-growth", 6), ("/search?q=import+lightgbm", 10), ("/search?q=lightgbm", 12),
    ("/search?q=zebra", 8), ("/search?q=lightgbm&kind=lines", 12), ("/search?q=lightgbm+ep:churn-scorer", 11)])
def test_a_search_costs_a_bounded_number_of_queries_whatever_the_fleet(ada, path, queries, django_assert_num_queries):
    assert queries <= 12
    with django_assert_num_queries(queries):
        ada.get(path)
    for number in range(10):
        rows.churn(rows.workspace(f"more-{number}"))
    with django_assert_num_queries(queries):
        ada.get(path)


@pytest.mark.parametrize("path", ["/triage", "/fleet", "/explain", GREEN, LOG, "/search?q=x"])
def test_the_search_box_stands_on_every_page_with_a_label(ada, path):
    text = text_of(ada, path)
    assert '<label class="sr" for="jump">' in text and 'action="/search"' in text and "js/keys.js" in text
    assert 'class="jump-to" href="/search"' in text


def test_the_query_stands_in_the_address_of_every_kind(ada):
    text = text_of(ada, "/search?q=lightgbm&ws=mlw-growth")
    assert 'href="?q=lightgbm&amp;kind=lines&amp;ws=mlw-growth"' in text
    assert heading(ada, "/search?q=lightgbm&ws=mlw-growth").startswith("lightgbm: 1 deployment")
    assert 'rel="canonical" href="http://testserver/search?q=lightgbm&amp;ws=mlw-growth"' in text


def test_lines_that_say_the_same_come_after_those_that_say_something_else(ada):
    rows.log(Attempt.objects.get(endpoint__name="fraud"), [
        "E [1] srv - no statsmodels here", "I [1] srv - statsmodels was asked for",
        *["E [1] srv - no statsmodels"] * 4])
    text = text_of(ada, "/search?q=statsmodels")
    assert "was asked for" in text and text.count("srv - no <mark>statsmodels</mark></code>") == 1
    assert "and 3 more" in text
