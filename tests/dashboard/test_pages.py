"""The pages as a person sees them."""
import pytest

PAGES = ("/triage", "/fleet", "/quota", "/scoring", "/w/mlw-growth/", "/w/mlw-growth/quota",
         "/w/mlw-growth/e/churn-scorer/", "/w/mlw-growth/e/churn-scorer/d/green/",
         "/w/mlw-growth/e/churn-scorer/d/green/a/1", "/w/mlw-growth/e/churn-scorer/d/green/a/2/logs/inference-server",
         "/w/mlw-growth/e/churn-scorer/d/green/a/2/logs/storage-initializer",
         "/w/mlw-growth/e/churn-scorer/d/green/a/2/logs/container-events")


@pytest.mark.parametrize("path", PAGES)
def test_a_page_answers_with_one_heading_and_a_canonical_link(ada, path):
    answer = ada.get(path)
    assert answer.status_code == 200
    text = answer.content.decode()
    assert text.count("<h1") == 1
    assert text.count('rel="canonical"') == 1
    assert answer["Cache-Control"] == "private, no-store"
