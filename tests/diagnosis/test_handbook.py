"""The handbook tells every cause of the shelf in sentences, with both codes, and its printed form is the newest."""
import re
from pathlib import Path

import pytest

from troubleshoot.diagnosis import handbook, manual, shelf, wording

PRINTED = Path(__file__).resolve().parents[2] / "docs/causes"
ENTRIES = handbook.entries()
# Every error of the first guide with each of its sub-causes, and the cause of today that tells it.
SEED = {
    "ERR_1100: not enough quota": ("quota-vm-family", "OutOfQuota", "ERR_1100"),
    "ERR_1200: the image is not found": ("image-not-found", "BadArgument", "ERR_1200"),
    "ERR_1200: the identity may not pull": ("startup-auth-acr", "BadArgument", "ERR_1200"),
    "ERR_1300: the model is not found": ("model-not-found", "BadArgument", "ERR_1300"),
    "ERR_1300: the code is not found": ("code-not-found", "BadArgument", "ERR_1300"),
    "ERR_1300: the identity may not read": ("startup-auth-storage", "BadArgument", "ERR_1300"),
    "ERR_2100: more than the size has": ("quota-container-resources", "OutOfQuota", "ERR_2100"),
    "ERR_2200: a package is missing": ("script-import-error", "ResourceNotReady", "ERR_2200"),
    "ERR_2200: a syntax error": ("script-syntax-error", "ResourceNotReady", "ERR_2200"),
    "ERR_2200: init() fails": ("init-exception", "ResourceNotReady", "ERR_2200"),
    "ERR_2200: the readiness probe": ("probe-readiness-failed", "ResourceNotReady", "ERR_2200"),
    "ERR_2200: the liveness probe": ("probe-liveness-failed", "ResourceNotReady", "ERR_2200"),
    "ERR_2200: a dependency of the container": ("server-package-missing", "ResourceNotReady", "ERR_2200"),
    "ERR_5000: internal error": ("internal-error", "InternalServerError", "ERR_5000"),
    "401 Unauthorized": ("score-401-key", "401", "HTTP 401"),
    "404 Not found": ("score-404-wrong-url", "404", "HTTP 404"),
    "408 Request timeout": ("score-408-timeout", "408", "HTTP 408"),
    "413 Payload too large": ("score-413-payload", "413", "HTTP 413"),
    "424 Model error": ("score-424-model-error", "424", "HTTP 424"),
    "424 Response payload too large": ("score-424-response-too-large", "424", "HTTP 424"),
    "429 Rate-limiting": ("score-429-rate", "429", "HTTP 429"),
    "429 Too many pending requests": ("score-429-concurrency", "429", "HTTP 429"),
    "500 Internal server error": ("score-500-platform", "500", "HTTP 500"),
}


@pytest.mark.parametrize("told", SEED)
def test_each_error_of_the_first_guide_has_its_cause_with_both_codes(told):
    slug, code, old = SEED[told]
    assert (ENTRIES[slug].code, ENTRIES[slug].old_code) == (code, old)


def test_the_handbook_holds_each_cause_of_the_shelf_in_a_group():
    assert set(ENTRIES) == {rule.slug for rule in shelf.rules()}
    assert {one.group for one in ENTRIES.values()} <= set(handbook.GROUPS)


@pytest.mark.parametrize("name", manual.files())
def test_the_printed_handbook_is_the_newest(name):
    """`make docs` prints it."""
    assert (PRINTED / name).read_text(encoding="utf-8") == manual.files()[name]


def test_no_file_of_the_printed_handbook_is_left_over():
    assert {path.name for path in PRINTED.iterdir()} == set(manual.files())


@pytest.mark.parametrize("one", ENTRIES.values(), ids=lambda one: one.slug)
def test_a_cause_reads_as_sentences_with_no_case_in_hand(one):
    for text in (one.title, one.happened, one.fine, one.next_test):
        assert not re.search(r"\{[a-z_]+\}|<[a-z][a-z-]*>", text), text
        assert "  " not in text and ":this" not in text
    assert re.match(r"[A-Z]|init\(\)|run\(\)|apt-get|conda|pip|az\b", one.title), one.title


@pytest.mark.parametrize("one", ENTRIES.values(), ids=lambda one: one.slug)
def test_each_sign_of_a_cause_says_where_it_stands_and_what_it_proves(one):
    for sign in (*one.told, *one.against):
        assert sign.where and sign.proves and sign.found
        assert sign.texts or sign.fact
        assert (sign.proves == "Certain") is not bool(sign.because)


@pytest.mark.parametrize("one", ENTRIES.values(), ids=lambda one: one.slug)
def test_what_a_cause_is_mistaken_for_names_it_in_turn(one):
    for near in one.near:
        assert near.apart and near.because
        assert one.slug in {back.slug for back in ENTRIES[near.slug].near}


@pytest.mark.parametrize("one", ENTRIES.values(), ids=lambda one: one.slug)
def test_the_words_to_look_for_are_words_and_no_pattern(one):
    assert not re.search(r"\?P|\\[bdsw]|\.\*|\[\^|\(\?|\w ?\?\w", one.look_for), one.look_for


@pytest.mark.parametrize(("pattern", "told"), [
    (r"(?i)\bmanifest unknown\b|manifest for \S+ not found", ("manifest unknown", "manifest for … not found")),
    (r"No module named '(?P<module>[\w.]+)'", ("No module named '<module>'",)),
    (r"(?:Liveness|Readiness) probe failed: (?P<detail>.+)",
     ("Liveness probe failed: <detail>", "Readiness probe failed: <detail>")),
    (r"exit code:? ?137\b", ("exit code 137",)), (r"nodes? .{0,40}taints?", ("node … taint",)),
    (r"a|b|c|d|e|f", ("a", "b", "c", "…")), (r"={10,}Error={10,}", ("=Error=",)), (r"\(None\) x[\d.]+", ("(None) x…",)),
])
def test_a_pattern_is_read_as_the_words_it_looks_for(pattern, told):
    assert wording.readings(pattern) == told


def test_every_pattern_of_the_shelf_can_be_read():
    for rule in shelf.rules():
        for sign in rule.cause.signs:
            for pattern in filter(None, (sign.pattern, *sign.needs, *sign.unless)):
                assert wording.readings(pattern), pattern


def test_what_was_only_derived_is_never_told_as_certain():
    for rule in shelf.rules():
        for sign, told in zip([s for s in rule.cause.signs if not s.speaks_against], ENTRIES[rule.slug].told,
                              strict=True):
            general = rule.cause.is_symptom or rule.cause.is_general
            assert (told.proves == "Certain") is (sign.proves and not general)


@pytest.mark.parametrize(("words", "slug"), [
    ("ERR_1100 family", "quota-vm-family"), ("SyntaxError: invalid syntax", "script-syntax-error"),
    ("exchange refresh token failed", "startup-auth-acr")])
def test_a_cause_is_found_by_its_words_its_code_or_a_whole_line(words, slug):
    assert slug in {one.slug for one in handbook.find(words)}


def test_a_code_in_a_line_alone_finds_no_cause_by_its_sign():
    assert handbook.find("ResourceNotReady was all that it said to zanzibar") == ()
