"""The handbook in the product: its counts add up, its pages show only what the reader may see."""
import re
from html import unescape

import pytest
from django.urls import reverse

from tests.dashboard import rows
from troubleshoot.diagnosis import handbook
from troubleshoot.diagnosis.facts import Evidence, Finding, Step
from troubleshoot.models import Attempt, Correction, Verdict

SLUG = "script-import-error"
COMMAND = "az ml online-deployment create -e churn-scorer -n green -f deployment.yml -g rg-mlw-growth -w mlw-growth"


def finding(cause=SLUG, title="The scoring script imports lightgbm, but the environment does not have it", **fields):
    """A verdict of the shelf, with a step that names its own deployment."""
    return Finding(cause, title, "Missing package", "certain", "container_start",
                   (Evidence("inference-server", "ModuleNotFoundError: No module named 'lightgbm'", 12),),
                   steps=(Step("Create it again", "", COMMAND),), **fields)


def judge(attempt, found):
    """The attempt's verdict becomes this one."""
    Verdict.objects.filter(attempt=attempt).delete()
    return rows.verdict(attempt, found)


@pytest.fixture
def seen(fleet):
    """One open import error in growth; in risk another, resolved, an older one, and a quota refusal."""
    judge(fleet["failed"], finding())
    end = rows.endpoint(fleet["risk"], "scorecard", {"blue": 100})
    blue = rows.deployment(end, "blue")
    judge(rows.attempt(blue, number=1, began=90 * 24 * 60 + 5000), finding())
    judge(rows.attempt(blue, number=2, began=3000), finding(title="score.py imports polars"))
    rows.attempt(blue, "Succeeded", number=3, began=2000)
    judge(rows.attempt(rows.deployment(end, "two", "Failed"), "Refused", began=400),
          finding("quota-vm-family", "Standard_NC6 needs 12 vCPUs"))
    return fleet


def text(client, path):
    """The page with plain characters and spaces."""
    return re.sub(r"\s+", " ", unescape(client.get(path).content.decode()))


def stages(page):
    """The counts of the stage buttons, `All` first."""
    bar = page.split('aria-label="Stage, with')[1].split("</nav>")[0]
    return [int(one) for one in re.findall(r'class="count">(\d+)<', bar)]


def test_the_stages_add_up_to_the_sentence_on_top(ada, seen):
    page = text(ada, "/causes/")
    assert f"{len(handbook.entries())} causes are known, 2 were seen here in 90 days" in page
    assert "3 failed attempts were explained" in page
    every, *each = stages(page)
    assert every == sum(each) == 3
    assert each[list(handbook.GROUPS).index("container_start")] == 2
    assert each[list(handbook.GROUPS).index("quota")] == 1


def test_the_kinds_of_endpoint_add_up_to_all_causes(ada, seen):
    bar = text(ada, "/causes/").split('aria-label="Which"')[1].split("</nav>")[0]
    here, *kinds = [int(one) for one in re.findall(r'class="count">(\d+)<', bar)]
    assert here == 2
    assert sum(kinds) == len(handbook.entries())


def test_an_attempt_whose_cause_the_handbook_no_longer_has_is_named_apart(ada, fleet):
    page = text(ada, "/causes/")
    assert "1 by causes that the handbook no longer lists" in page
    assert stages(page)[0] == 0


def test_what_is_not_known_is_counted_and_its_newest_is_linked(ada, fleet):
    page = text(ada, "/causes/")
    assert "1 is not known" in page
    assert '<a href="/w/mlw-growth/e/churn-scorer/d/green/a/1">last one' in page


def test_each_reader_counts_only_what_that_reader_may_see(ben, seen):
    page = text(ben, "/causes/")
    assert "1 was seen here in 90 days" in page
    assert stages(page)[0] == 1


def test_who_sees_nothing_reads_the_whole_handbook_with_nothing_seen(eve, seen):
    page = text(eve, "/causes/")
    assert "none was seen here in 90 days" in page
    assert all(f'href="/causes/{slug}/"' in page for slug in handbook.entries())


def test_a_row_holds_title_words_owner_count_and_last_day(ada, seen):
    page = text(ada, "/causes/")
    row = re.search(rf'<tr role="row"><td[^>]*><a class="name" href="/causes/{SLUG}/">.*?</tr>', page)[0]
    assert "<code>ModuleNotFoundError: No module named" in row
    assert "Data scientist" in row and "<b>2</b>" in row and "<time" in row


def test_what_was_not_seen_is_folded_until_the_list_is_narrowed(ada, seen):
    page = text(ada, "/causes/")
    assert re.search(r"<summary>\d+ more, not seen here</summary>", page)
    assert "<summary>" not in text(ada, "/causes/?stage=quota").split("<main")[1]
    assert 'id="s-probes"' not in text(ada, "/causes/?stage=quota")


@pytest.mark.parametrize(("query", "slug"), [
    ("q=lightgbm+ModuleNotFoundError", None), ("q=ModuleNotFoundError%3A+No+module+named+%27polars%27", SLUG),
    ("q=err_1300", "model-not-found"), ("q=ErrImagePull", "k8s-image-pull"), ("q=tarpaulin", None)])
def test_the_box_finds_a_cause_by_words_code_or_a_whole_line(ada, seen, query, slug):
    page = text(ada, f"/causes/?{query}")
    assert (f'href="/causes/{slug}/"' in page) if slug else "No cause fits" in page


@pytest.mark.parametrize("query", ["stage=attic", "surface=moon", "seen=99y", "stage=%00&surface=%F0%9F%92%A9"])
def test_a_wrong_value_gives_the_nearest_view_and_a_note(ada, seen, query):
    page = text(ada, f"/causes/?{query}")
    assert "The nearest view is shown." in page
    assert stages(page)[0] == 3


def test_a_kind_of_endpoint_shows_only_its_own(ada, seen):
    page = text(ada, "/causes/?surface=kubernetes")
    slugs = set(re.findall(r'class="name" href="/causes/([\w-]+)/"', page))
    assert slugs == {slug for slug, one in handbook.entries().items() if one.surface == "kubernetes"}


def test_a_cause_names_its_place_both_codes_and_how_often_it_was_seen(ada, seen):
    page = text(ada, f"/causes/{SLUG}/")
    assert "Azure reports <b>ResourceNotReady, in 2021 ERR_2200</b>" in page
    assert "Seen here <b>2 times</b> in 90 days" in page
    assert "Newest first; 3 of 3" in page
    assert "aka.ms/oe-tsg#error-resourcenotready" in page


def test_the_fix_takes_the_names_of_an_open_case_that_the_reader_may_see(ben, seen):
    page = text(ben, f"/causes/{SLUG}/")
    assert 'example: <a href="/w/mlw-growth/e/churn-scorer/d/green/a/2">churn-scorer / green</a>, open now' in page
    assert "-e churn-scorer" in page and 'class="btn sm copy"' in page


def test_without_an_open_case_settings_stand_for_names_and_nothing_is_copied(eve, seen):
    page = text(eve, f"/causes/{SLUG}/")
    assert "<endpoint>" in page
    assert 'class="btn sm copy"' not in page
    assert "churn-scorer" not in page and "mlw-growth" not in page


def test_places_that_may_not_be_seen_are_only_said_to_exist(ben, seen):
    page = text(ben, f"/causes/{SLUG}/")
    assert "Newest first; 1 of 1; there are others in workspaces that you may not see" in page
    assert "scorecard" not in page and "mlw-risk" not in page


def test_what_was_mended_says_how_long_that_took(ada, seen):
    page = text(ada, f"/causes/{SLUG}/")
    assert "median of 2" in page
    assert "score.py imports polars" in page


def test_a_reader_who_held_it_to_be_wrong_is_counted_at_the_foot(ada, seen):
    Correction.objects.create(attempt=seen["failed"], told=SLUG, certainty="certain", cause="init-exception",
                              at=rows.NOW)
    assert "Held to be wrong 1 time by readers here, 1 of them as Certain" in text(ada, f"/causes/{SLUG}/")
    assert "No reader here has held it to be wrong" in text(ada, "/causes/init-exception/")


def test_each_cause_has_a_page_that_links_to_what_it_is_mistaken_for(ada, fleet):
    for slug, one in handbook.entries().items():
        page = text(ada, reverse("cause", args=(slug,)))
        assert f"<h1>{one.title}</h1>" in page and one.happened in page
        assert all(f'href="/causes/{near.slug}/"' in page for near in one.near)


def test_a_cause_that_does_not_exist_is_not_found(ada, fleet):
    assert ada.get("/causes/no-such-cause/").status_code == 404


@pytest.mark.parametrize(("path", "queries"), [("/causes/", 6), ("/causes/?q=quota", 6), (f"/causes/{SLUG}/", 9)])
def test_a_page_costs_a_fixed_number_of_queries(ada, seen, path, queries, django_assert_num_queries):
    with django_assert_num_queries(queries):
        ada.get(path)
    for number in range(5):
        judge(rows.churn(rows.workspace(f"more-{number}")), finding())
    Attempt.objects.filter(number=2).update(state="Failed")
    with django_assert_num_queries(queries):
        ada.get(path)
