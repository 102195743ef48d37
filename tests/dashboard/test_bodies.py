"""A request carries little, except to the page that reads a whole log; a long one is read away, not kept."""
import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from dashboard import bodies


@pytest.mark.parametrize(("size", "status"), [(800_000, 403), (1_200_000, 413)])
def test_a_page_other_than_explain_takes_no_long_body(db, client, size, status):
    assert client.post("/signin", {"username": "a", "password": "x" * size}).status_code == status


def test_explain_decides_for_itself_what_is_too_long(db):
    asked = RequestFactory().post("/explain", b"x" * 2_000_000, "text/plain")
    assert bodies.limit(lambda _: HttpResponse("seen"))(asked).content == b"seen"


@pytest.mark.parametrize(("told", "size"), [("", 0), ("17", 17), ("-1", 0), ("1e9", 0), ("\u0663", 0), ("9" * 40, 0)])
def test_a_length_that_is_no_number_counts_as_none(told, size):
    asked = RequestFactory().get("/")
    asked.META["CONTENT_LENGTH"] = told
    assert bodies.size(asked) == size


def test_a_refused_body_is_read_to_its_end(db):
    asked = RequestFactory().post("/signin", b"x" * 1_500_000, "text/plain")
    assert bodies.limit(lambda _: HttpResponse("seen"))(asked).status_code == 413
    assert asked.read(1) == b""
