"""The paste box: any text is explained by the same engine, bounded and escaped, and nothing of it stays anywhere."""
import base64
import logging
import os
import re
import zlib
from html import unescape
from pathlib import Path

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from dashboard.pages import explain
from tests.conftest import person

SAMPLES = Path(__file__).parent.parent / "samples" / "server"
CORPUS = Path(__file__).parent.parent / "corpus"
HEAD = """Instance status:
SystemSetup: Succeeded
UserContainerImagePull: Succeeded
ModelDownload: Succeeded
UserContainerStart: InProgress

Container events:
Kind: Pod, Name: Pulling, Type: Normal, Time: 2026-11-23T11:51:37.113218Z, Message: Start pulling container image
Kind: Pod, Name: Downloading, Type: Normal, Time: 2026-11-23T11:51:37.243068Z, Message: Start downloading models
Kind: Pod, Name: Pulled, Type: Normal, Time: 2026-11-23T11:52:54.679466Z, Message: Container image is pulled
Kind: Pod, Name: Downloaded, Type: Normal, Time: 2026-11-23T11:52:54.67947Z, Message: Models are downloaded successfully
Kind: Pod, Name: Created, Type: Normal, Time: 2026-11-23T11:52:54.8Z, Message: Created container inference-server

Container logs:
"""
CONSOLE = (SAMPLES / "import_error.log").read_text()
LOG = HEAD + CONSOLE
SIG = "aB3%2Fxyz0123456789abcdefGHIJKLMNOP%2Bqrs%3D"
SECRET = f"2026-11-23 11:53:02 I [7] azmlinfsrv.print - https://store.blob.core.windows.net/a?sv=2023&sig={SIG}\n"
ANSWER = ("HTTP/1.1 429 Too Many Requests\r\nx-request-id: 4b6f1f1e-1111-4222-8333-444455556666\r\n"
          "\r\ntoo many pending requests of the very private body")
NAMES = {"endpoint": "contract-tags", "deployment": "blue", "workspace": "mlw-growth-prod", "group": "rg-growth-ml"}
QUERIES = 4  # session, person, and the two of the frame


@pytest.fixture
def lone(db, client):
    """Signed in where no workspace is watched and no row but the person exists."""
    client.force_login(person("ada"))
    return client


def sent(client, text="", **fields):
    answer = client.post("/explain", {"text": text} | fields)
    assert answer.status_code == 200
    return unescape(answer.content.decode())


def plain(page):
    """The page's main part as its words."""
    return " ".join(re.sub(r"<[^>]+>", " ", page[page.index("<main"):]).split())


def box(page):
    return re.search(r"<textarea[^>]*>\n?(.*?)</textarea>", page, re.S)[1]


def test_the_empty_page_says_what_it_takes(lone):
    page = unescape(lone.get("/explain").content.decode())
    assert "What it takes" in page and "the kind is recognised" in page
    assert 'method="post"' in page and 'enctype="multipart/form-data"' in page and 'type="file"' in page
    assert re.search(r'<a href="/explain"[^>]* aria-current="page">Explain</a>', page)


def test_a_pasted_log_gets_kind_cause_rail_evidence_and_fix_with_no_workspace_watched(lone):
    said = plain(sent(lone, LOG))
    assert "Read as: log of a managed online deployment" in said
    assert "The scoring script imports sklearn_not_there" in said and "Certain" in said
    assert said.index("Read as") < said.index("Cause") < said.index("Evidence") < said.index(" Fix ")
    assert "Image pull 1 min 18 s" in said.replace("passed, ", "")
    assert "Container start stopped" in said


def test_evidence_has_the_numbers_of_the_pasted_lines(lone):
    page = sent(lone, LOG)
    number = 1 + LOG.split("\n").index("ModuleNotFoundError: No module named 'sklearn_not_there'")
    row = re.search(r'<li class="[^"]*\bev\b[^"]*">.*?</li>', page, re.S)[0]
    assert f"<span>{number}</span>" in row and "ModuleNotFoundError" in row and "Evidence 1" in row
    assert f"line {number} of {len(LOG.splitlines())}" in plain(page)


def test_a_secret_is_named_with_its_line_before_the_cause_and_is_gone_from_the_box(lone):
    page = sent(lone, HEAD + SECRET + CONSOLE)
    line = 1 + len(HEAD.splitlines())
    assert SIG not in page and "0123456789abcdefGHIJ" not in page
    assert f"1 secret was removed before reading: signature in line {line}." in plain(page)
    assert plain(page).index("1 secret was removed") < plain(page).index("Cause")
    assert '<span class="redact">signature removed</span>' in page
    assert "azmlinfsrv.print - https://store" in box(page) and "SystemSetup: Succeeded" in box(page)


def test_a_stage_of_which_the_text_tells_nothing_is_hollow_and_says_so(lone):
    page = sent(lone, CONSOLE)
    rail = re.search(r'<ol class="rail".*?</ol>', page, re.S)[0]
    stops = re.findall(r'<li class="([^"]+)".*?<b>([^<]+)</b>(.*?)</li>', rail, re.S)
    assert [name for _, name, _ in stops] == [
        "Quota", "Provisioning", "Image pull", "Model and code", "Container start", "Probes", "Ready"]
    assert all("not in the text" in said for css, _, said in stops if css == "na")
    assert [css for css, _, _ in stops].count("stop") == 1
    assert "no status block" not in rail


def test_what_the_text_does_not_hold_is_listed(lone):
    assert re.search(r"Not in the text: endpoint, deployment, workspace, resource group, Azure's own error",
                     plain(sent(lone, LOG)))


def test_without_the_names_no_command_is_offered_for_copying(lone):
    page = sent(lone, LOG)
    fix = page[page.index('id="fx"'):page.index("Copy as text for a ticket")]
    assert "$ENDPOINT" in fix and "$RESOURCE_GROUP" in fix and "<endpoint>" not in fix
    assert 'class="btn sm copy"' not in fix
    assert [fix.count(f'name="{one}"') for one in NAMES] == [1, 1, 1, 1]
    assert "The text does not name the endpoint, deployment, workspace and resource group." in fix


def test_names_that_are_given_fill_the_commands_and_stand_in_their_fields_again(lone):
    page = sent(lone, LOG, **NAMES)
    fix = page[page.index('id="fx"'):page.index("Copy as text for a ticket")]
    assert "$ENDPOINT" not in fix and "-e contract-tags" in fix and 'class="btn sm copy"' in fix
    assert all(f'value="{one}"' in fix for one in NAMES.values())
    assert "does not name" not in fix


def test_a_name_cannot_leave_its_quotes_in_a_command(lone):
    page = sent(lone, LOG, **(NAMES | {"endpoint": "a; rm -rf / #"}))
    assert "-e 'a; rm -rf / #'" in page


def test_a_text_that_fits_nothing_is_not_known_with_its_first_error_lines(lone):
    text = "one line\nsomething unheard of\nERROR: the moon is in the wrong house\nlast line\n"
    page = sent(lone, text)
    said = plain(page)
    assert "Cause not known" in said and "First error lines" in said and "the moon is in the wrong house" in said
    assert "What was looked at" in said and "Do this next" in said and "get-logs" in said
    assert 'class="cause is-idle"' in page and "evtag" not in page and "Certain" not in said


def test_a_healthy_log_is_called_healthy_and_nothing_is_offered_to_mend(lone):
    page = sent(lone, (SAMPLES / "ok.log").read_text())
    assert "This text shows no failure" in page and 'class="cause is-ok"' in page
    assert 'id="fx"' not in page and "evtag" not in page


def test_a_scoring_answer_leads_to_scoring_with_its_status_and_never_its_body(lone):
    page = sent(lone, ANSWER)
    link = re.search(r'href="(/scoring\?[^"]+)">Explain this answer on Scoring', page)[1]
    assert "status=429" in link and "private" not in link
    assert "Too many pending requests" in unescape(lone.get(link).content.decode())
    assert 'class="rail"' not in page


def test_a_file_is_read_without_script_and_goes_before_the_box_which_is_said(lone):
    for data in (LOG.encode(), LOG.encode("utf-16"), LOG.encode("utf-8-sig")):
        said = plain(sent(lone, "something else", file=SimpleUploadedFile("server.log", data)))
        assert "sklearn_not_there" in said
        assert "From the file server.log; the text in the box was not read." in said
    said = plain(sent(lone, "", file=SimpleUploadedFile("server.log", LOG.encode())))
    assert "From the file server.log." in said and "was not read" not in said


def test_a_file_that_holds_no_text_is_refused_in_words(lone):
    noise = zlib.compress(os.urandom(9000))
    page = sent(lone, "", file=SimpleUploadedFile("model.pkl.gz", noise))
    assert "model.pkl.gz holds no text." in plain(page)


@pytest.mark.parametrize("text", ["", " \n\t\n "])
def test_an_empty_box_is_said_to_be_empty(lone, text):
    assert "The box was empty." in plain(sent(lone, text))


def test_a_text_above_8_mb_is_cut_in_its_middle_and_the_lines_are_named(lone):
    text = LOG + "2026-11-23 11:53:02,400 I [7] azmlinfsrv.print - one of many lines\n" * 150_000
    page = sent(lone, "", file=SimpleUploadedFile("a.log", text.encode()))
    assert re.search(r"It was longer than 8 MB: lines [\d,]+ to [\d,]+ were left out\.", plain(page))
    assert "sklearn_not_there" in plain(page) and len(page) < 300_000


def test_a_body_beyond_16_mb_gets_a_page_that_says_so(lone):
    answer = lone.post("/explain", {"file": SimpleUploadedFile("a.log", b"x" * 16_100_000)})
    page = unescape(answer.content.decode())
    assert answer.status_code == 413
    assert "The text is longer than this page reads." in page and "What it takes" in page
    assert answer["Cache-Control"] == "private, no-store"


def test_a_long_text_is_held_by_the_page_itself_and_explained_again_with_names(lone):
    long = HEAD + "2026-11-23 11:53:02,400 I [7] azmlinfsrv.print - one of many lines\n" * 3000 + CONSOLE
    page = sent(lone, long)
    kept = re.search(r'name="kept" value="([^"]+)"', page)[1]
    assert box(page) == "" and "too long to stand here" in page and len(page) < 300_000
    assert "sklearn_not_there" in zlib.decompress(base64.b64decode(kept)).decode()
    again = sent(lone, "", kept=kept, **NAMES)
    assert "-e contract-tags" in again and "sklearn_not_there" in again
    assert "something else" in box(sent(lone, "something else", kept=kept))


@pytest.mark.parametrize("kept", ["no base64 !", base64.b64encode(b"not packed").decode(),
                                  base64.b64encode(zlib.compress(b" " * 50_000_000)).decode()])
def test_what_this_page_did_not_pack_is_no_text(lone, kept):
    assert "The box was empty." in plain(sent(lone, "", kept=kept))


HOSTILE = {
    "script": "<script>alert(1)</script>\n</textarea><script>alert(2)</script>\n"
              "ModuleNotFoundError: No module named '<script>x'\n",
    "control": "\x1b[31mred\x1b[0m \x07 \0 \u202eevil\u200b \ud800 \x1b]0;title\x07\n" + CONSOLE,
    "one line": "ModuleNotFoundError: No module named 'x' " * 60_000,
    "marks": "<>&\"'" * 400_000,
    "columns": "a" * 3_000_000 + "\n" + CONSOLE,
    "carriage": "progress 1\rprogress 2\r" * 20_000,
    "template": "{% load x %}{{ 7|add:35 }}\n" * 50,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_is_escaped_and_the_page_stays_small(lone, name):
    answer = lone.post("/explain", {"file": SimpleUploadedFile(
        "<b>.log", HOSTILE[name].encode("utf-8", "surrogatepass"))})
    page = answer.content.decode()
    assert answer.status_code == 200 and len(answer.content) < 300_000
    assert "<script>alert" not in page and "<script>x" not in page and page.count("</textarea>") == 1
    assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\u202e\u200b]", page)
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=\"", page[page.index("<main"):page.index("<textarea")])


def test_many_failures_in_one_paste_keep_the_page_small(lone):
    texts = [one.read_text(errors="replace") for one in sorted(CORPUS.glob("*/*.log"))]
    page = sent(lone, "\n".join(texts))
    assert len(texts) > 50 and len(page.encode()) < 300_000
    assert "more fit as well" in page and page.count('id="rival-') <= 40


def test_nothing_of_a_paste_is_stored_logged_or_put_into_an_address(lone, settings, caplog):
    caplog.set_level(logging.DEBUG)
    word = "zanzibarquokka"
    answer = lone.post("/explain", {"text": f"{CONSOLE}\n{word}\n", "endpoint": word})
    assert word in answer.content.decode()
    assert answer["Cache-Control"] == "private, no-store" and "Location" not in answer
    assert not any(word in value for value in answer.headers.values())
    rows = [str(list(model.objects.values())) for model in apps.get_models()]
    assert not any(word in row for row in rows) and word not in caplog.text
    assert not any(word in str(value) for value in lone.session.values())
    assert not re.search(rf'href="[^"]*{word}', answer.content.decode())


def test_a_fault_of_ours_is_told_without_a_word_of_the_text(lone, monkeypatch, caplog):
    def broken(*_):
        raise ValueError("the very private line")
    monkeypatch.setattr(explain.explain, "answer", broken)
    answer = lone.post("/explain", {"text": "the very private line"})
    assert answer.status_code == 500 and "The text could not be explained." in answer.content.decode()
    assert "ValueError" in caplog.text and "private" not in caplog.text


def test_the_page_costs_four_queries_whatever_is_pasted(ada, django_assert_num_queries):
    with django_assert_num_queries(QUERIES):
        ada.get("/explain")
    for text in (LOG, ANSWER, "nothing"):
        with django_assert_num_queries(QUERIES):
            ada.post("/explain", {"text": text})


def test_nobody_explains_without_signing_in_nor_without_the_forms_token(db, client):
    assert client.post("/explain", {"text": LOG})["Location"].startswith("/signin?next=")
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(person("ada"))
    assert strict.post("/explain", {"text": LOG}).status_code == 403
    page = strict.get("/explain").content.decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)" form="paste"', page)[1]
    assert strict.post("/explain", {"text": LOG, "csrfmiddlewaretoken": token}).status_code == 200


def test_in_the_document_the_answer_comes_before_the_box(lone):
    page = sent(lone, LOG)
    assert page.index('id="answer"') < page.index('id="paste"')
    empty = lone.get("/explain").content.decode()
    assert empty.index('id="paste"') < empty.index('id="takes"')


def test_the_ticket_text_holds_claim_quotation_and_commands_but_no_secret(lone):
    page = sent(lone, HEAD + SECRET + CONSOLE, **NAMES)
    ticket = re.search(r'<details id="ticket">.*?<pre>(.*?)</pre>', page, re.S)[1]
    assert ticket.startswith("Cause: The scoring script imports sklearn_not_there")
    assert "Certainty: certain" in ticket and "ModuleNotFoundError: No module named" in ticket
    assert "endpoint: contract-tags" in ticket and "-w mlw-growth-prod" in ticket and SIG not in ticket


def test_the_cause_leads_to_its_page_in_the_handbook(lone):
    link = re.search(r'href="(/causes/[a-z0-9-]+/)">Open the cause in the handbook', sent(lone, LOG))[1]
    assert lone.get(link).status_code == 200
