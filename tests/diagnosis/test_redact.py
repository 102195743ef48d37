"""No secret of a known shape is stored, and nothing else is touched."""
import time
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from troubleshoot.diagnosis import redact

KEY = "A" * 20 + "b9/+" * 16 + "Zq=="
SIG = "aB3%2Fxyz0123456789abcdefGHIJKLMNOP%2Bqrs%3D"
RAW_SIG = "aB3/xyz0123456789abcdefGHIJKLMNOP+qrstuvwxy="
JWT = "eyJhbGciOiJSUzI1NiIsImtpZCI6IjEifQ.eyJzdWIiOiIxMjM0NTY3ODkwIn0.c2lnbmF0dXJlc2lnbmF0dXJl"
AAD = "abc8Q~aaaaaaaaaaBBBBBBBBBBccccccccccdddd"
GUID = "0d6b3fa8-1111-2222-3333-444455556666"
SECRETS = [  # (line, the part that must not survive); numbers of TRUST section 4 where one is meant
    (f"31 https://a.blob.core.windows.net/c/b?sv=2020&sig={SIG}&se=2026", SIG),
    (f"32 ?sv=2020&amp;sig={SIG}&amp;se=1", SIG),
    (f"33 sv%3D1%26sig%3D{SIG.replace('%', '%25')}%26se", SIG.replace("%", "%25")),
    (f"34 https://a/b?sig={SIG}&sv=1", SIG),
    (f"35 token sig={RAW_SIG} end", RAW_SIG),
    (f"36 AccountName=foo;AccountKey={KEY};EndpointSuffix=core.windows.net", KEY),
    (f"37 here is the key {KEY} of it", KEY),
    ("38 Endpoint=sb://x;SharedAccessKeyName=Root;SharedAccessKey=abc123=;EntityPath=q", "abc123="),
    (f"39 AccountEndpoint=https://x.documents.azure.com:443/;AccountKey={KEY};", KEY),
    (f"40 InstrumentationKey={GUID};IngestionEndpoint=https://x", GUID),
    (f"40 Application Insights Key: {GUID}", GUID),
    (f"41 Authorization: Bearer {JWT}", JWT),
    ("42 Authorization: Bearer s3cretopaquekey", "s3cretopaquekey"),
    ("43 Authorization: Basic dXNlcjpwYXNz", "dXNlcjpwYXNz"),
    (f"44 the token {JWT} was bad", JWT),
    ("45 {'Authorization': 'Bearer abcDEF123opaque'}", "abcDEF123opaque"),
    ("45 [('Authorization', 'Bearer abcDEF123opaque')]", "abcDEF123opaque"),
    (f"46 secret {AAD} x", AAD),
    (f'47 {{"client_secret": "{AAD}"}}', AAD),
    (r"47 {\"clientSecret\":\"hunter2x\"}", "hunter2x"),
    (f"48 IDENTITY_HEADER={GUID}", GUID),
    ("48 'X-IDENTITY-HEADER': '853b9a84-5bfa'", "853b9a84-5bfa"),
    ("48 MSI_SECRET=853b9a845bfa", "853b9a845bfa"),
    (f"49 pw {'aB3' * 14}+ACRabc123 ok", "+ACRabc123"),
    ("49 docker login -u x -p hunter2 x.azurecr.io", "hunter2"),
    ("50 redis://:pw12@host:6379/0", "pw12"),
    ("50 rediss://:abc/def+x=@h.redis.cache.windows.net:6380", "abc/def+x="),
    ("51 cache.redis.cache.windows.net:6380,password=abc123=,ssl=True", "abc123="),
    ("52 Server=tcp:x,1433;User ID=sa;Password=hunt er,2;Encrypt=True", "hunt er,2"),
    ("52 {'password': \"a b c\"}", "a b c"),
    ("53 postgresql://u:p%40ss@host/db", "p%40ss"),
    ("53 postgresql://u:p@ss@host/db", "p@ss"),
    ("54 indexes: https://u:patpat1@pkgs.dev.azure.com/o/_packaging/f/pypi/simple", "patpat1"),
    ("55 git clone https://abcdefghij0123456789klmnopqrst@dev.azure.com/o/p", "abcdefghij0123456789"),
    ("56 hf_abcdefghijklmnopqrstuvwxyzABCDEF", "abcdefghij"),
    ("56 ghp_abcdefghijklmnopqrstuvwxyzABCDEF0123", "abcdefghij"),
    ("56 OPENAI sk-proj-abcDEF0123456789abcDEF0123456789", "abcDEF0123456789"),
    ("56 AKIAIOSFODNN7EXAMPLE", "IOSFODNN7"),
    ("56 https://hooks.slack.com/services/T000/B000/XXXXxxxx1", "XXXXxxxx1"),
    ("56 https://x.webhook.office.com/webhookb2/g@g/IncomingWebhook/abc/def", "IncomingWebhook/abc"),
    ("56 https://prod-1.logic.azure.com:443/workflows/a/invoke?sp=x&sv=1.0&sig=abcDEF", "abcDEF"),
    (r"57 -----BEGIN RSA PRIVATE KEY-----\nMIIEabc\n-----END RSA PRIVATE KEY-----", "MIIEabc"),
    ("59 AccountKey=ab\x1b[0mcd12", "cd12"),
    ("59 AccountKey=ab\u200bcd12", "cd12"),
    (f"59 {KEY[:40]}\u200b{KEY[40:]}", KEY[40:]),
    (f"59 Acc\x1b[1mountKey={KEY}", KEY),
    (f"59 x?s\u200big={RAW_SIG}", RAW_SIG),
]
CLEAN = [
    "KeyError: 'input_data'", "KeyError: 'IDENTITY_HEADER'", f"AZURE_CLIENT_ID={GUID}",
    "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    f"x-ms-client-request-id: {GUID}", "commit 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b",
    f"/subscriptions/{GUID}/resourceGroups/rg/providers/Microsoft.MachineLearningServices/workspaces/ws",
    "Application Insights Key: None", "max_total_tokens=4096 tokenizer: Llama pad_token_id=50256",
    "invalid username or password: authentication failed", "Bearer authentication_scheme_required for it",
    f"integrity sha512-{KEY}", "SharedAccessKeyName=RootManageSharedAccessKey", "'Authorization': 'REDACTED'",
    'File "/x/sk-learn-pipeline-of-mine/score.py"', "http://localhost:8080/path?email=a@b.com",
    "secret_name=my-secret-12345 in https://kv.vault.azure.net/secrets/my-secret/0123456789abcdef",
    "use_auth_token=True", "primary_key=True", "sent SIGKILL! sig=9", "missing HF_TOKEN, blue-2026-11-23 stops",
    'failed: {"code":"UNAUTHORIZED","message":"authentication required, visit https://aka.ms/acr/authorization"}',
    "testacr.azurecr.io/azureml/azureml_92a029f831ce58d2ed011c3c42d35acb:latest",
    "TypeError: run() got an unexpected keyword argument 'token'", "100%|██████████| 3/3 [00:01<00:00]",
]


@pytest.mark.parametrize(("line", "secret"), SECRETS)
def test_a_secret_of_a_known_shape_does_not_survive(line: str, secret: str) -> None:
    message, found = redact.text(line)
    (logged,), found_in_log = redact.lines([line])
    for clean in (message, logged):
        assert secret not in clean
        assert "[REDACTED:" in clean
    assert found and found_in_log


@pytest.mark.parametrize("line", CLEAN)
def test_what_is_no_secret_stays_as_it_is(line: str) -> None:
    assert redact.text(line) == (line, Counter())
    assert redact.lines([line]) == ([line], Counter())


NOISE = st.text(st.characters(codec="utf-8", exclude_characters="\r\n"), max_size=30)


@settings(max_examples=150, deadline=None)
@given(NOISE, st.sampled_from(SECRETS), NOISE)
def test_a_secret_does_not_survive_whatever_stands_around_it(before: str, secret: tuple[str, str], after: str) -> None:
    clean, _ = redact.text(f"{before} {secret[0]} {after}")
    assert secret[1] not in clean


@settings(max_examples=200, deadline=None)
@given(st.lists(st.one_of(st.text(max_size=20), st.sampled_from([line for line, _ in SECRETS])), max_size=5))
def test_a_second_pass_changes_and_counts_nothing(parts: list[str]) -> None:
    once, _ = redact.text(" ".join(parts))
    assert redact.text(once) == (once, Counter())
    logged, _ = redact.lines(redact.split("\n".join(parts)))
    assert redact.lines(logged) == (logged, Counter())


@settings(max_examples=200, deadline=None)
@given(st.text(st.characters(), max_size=80))
def test_stored_text_holds_no_control_and_no_surrogate(value: str) -> None:
    clean, _ = redact.text(value)
    clean.encode()
    assert all(char.isprintable() or char in "\n\t" or char.isspace() or ord(char) > 0xFF for char in clean)
    assert not any(char in clean for char in "\x00\x1b\x08\u202e\u2066\u200b\ufeff\u2028\x85")


@pytest.mark.parametrize(("raw", "shown"), [
    ("\x1b[31mred\x1b[0m", "red"), ("\x1b]8;;http://evil\x07click\x1b]8;;\x07", "click"),
    ("\x1b]0;title\x07x\x1b[2J", "x"), ("a\x1b]0;never ended", "a"), ("a\x1b[3", "a"), ("a\x00b", "a␀b"),
    ("\ud800", "\ufffd"), ("a\u202eb", "a⟨U+202E⟩b"), ("abc\x08\x08", "abc␈␈"), ("a\x0bb\u2028c", "a␋b⟨U+2028⟩c"),
    ("a\U000e0041", "a⟨U+E0041⟩"), ("e" + "\u0301" * 1000, "e" + "\u0301" * 4), ("a\tb", "a\tb"),
])
def test_controls_are_taken_out_or_made_visible(raw: str, shown: str) -> None:
    assert redact.text(raw)[0] == shown


def test_a_line_that_redraws_itself_keeps_its_last_drawing() -> None:
    assert redact.lines(["10%\r50%\r100%", "done\r", "a\nb"])[0] == ["100%", "done", "a␊b"]
    assert redact.text("ok\rFAILED")[0] == "ok␍FAILED"


def test_only_line_feeds_end_a_line() -> None:
    assert redact.split("a\r\nb\nc\u2028d\x85e\x0cf\n") == ["a", "b", "c\u2028d\x85e\x0cf"]
    assert redact.split("") == []
    assert redact.split("a\n\n") == ["a", ""]


PREFIX = "2026-11-23 17:42:11,079 I [1] azmlinfsrv.print - "
BODY = "MIIEabcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQRSTUVWX"


def test_a_private_key_over_several_lines_is_taken_out() -> None:
    raw = [f"{PREFIX}-----BEGIN PRIVATE KEY-----", PREFIX + BODY[:8] + "\x1b[0m" + BODY[8:], "abcd==",
           "-----END PRIVATE KEY-----", "Worker is ready now", "ready"]
    clean, found = redact.lines(raw)
    assert clean == [raw[0], f"{PREFIX}[REDACTED:pem]", "[REDACTED:pem]", *raw[3:]]
    assert found == {"pem": 1}


def test_a_private_key_whose_end_or_start_was_cut_off_is_taken_out() -> None:
    stamp = "2026-11-25T10:00:00.1234567Z "
    stamped = [stamp + "-----BEGIN PRIVATE KEY-----", stamp + BODY, stamp + "-----END PRIVATE KEY-----"]
    assert BODY not in "".join(redact.lines(stamped)[0])
    assert redact.lines(["-----BEGIN PRIVATE KEY-----", BODY, "a log line goes on"])[0][1:] == [
        "[REDACTED:pem]", "a log line goes on"]
    assert redact.lines(["a log line", BODY, BODY[:30], "-----END PRIVATE KEY-----"])[0][:3] == [
        "a log line", "[REDACTED:pem]", "[REDACTED:pem]"]


def test_a_long_line_is_cut_after_it_was_redacted() -> None:
    line = "x " * 4080 + f"AccountKey={KEY} " + "y" * 10_000
    (clean,), found = redact.lines([line])
    assert len(clean.encode()) <= redact.LINE_BYTES
    assert KEY[:10] not in clean
    assert clean.endswith("bytes cut")
    assert found == {"storage_key": 1}
    (huge,), _ = redact.lines(["z" * (redact.WINDOW - 40) + " " + KEY + "z" * 100])
    assert KEY[:10] not in huge
    (shrunk,), _ = redact.lines([f"sig={'a' * 60_000} " + "b" * 5_490 + KEY])
    assert "A" * 12 not in shrunk


def test_a_forged_marker_is_neither_counted_nor_a_shelter() -> None:
    assert redact.text("[REDACTED:sas_sig]") == ("[REDACTED:sas_sig]", Counter())
    clean, found = redact.text("password=ab[REDACTED:password]")
    assert clean == "password=[REDACTED:password][REDACTED:password]"
    assert found == {"password": 1}


def test_a_key_gives_equal_secrets_an_equal_tag() -> None:
    one, _ = redact.text("password=hunter2 x", b"k")
    two, _ = redact.text("postgresql://u:hunter2@h/d", b"k")
    assert one.split(":")[-1][:4] == two.split("url_password:")[1][:4]
    assert redact.text(one, b"k")[0] == one


@pytest.mark.parametrize("bait", ["eyJ", "sig=", "-----BEGIN", "a_", "://:", "password=", "%26sig%3D", "=="])
def test_a_hostile_line_of_a_megabyte_is_read_in_no_time(bait: str) -> None:
    started = time.perf_counter()
    redact.lines([bait * (1_000_000 // len(bait))])
    assert time.perf_counter() - started < 0.5


def test_clean_lines_pass_fast() -> None:
    values = [PREFIX + f"request {number} took 0.5 ms" for number in range(20_000)]
    started = time.perf_counter()
    redact.lines(values)
    assert len(values) / (time.perf_counter() - started) > 15_000  # 100,000 on a free core


def test_every_rule_compiles_with_one_matching_group_and_lower_case_keywords() -> None:
    for rule in redact.RULES:
        assert rule.keywords
        assert all(word == word.lower() for word in rule.keywords)
