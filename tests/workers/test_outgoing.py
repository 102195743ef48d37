"""A typed address reaches the public internet and what NOTICE_ALLOW names, nothing else; real sockets throughout."""
import socket
import time
from contextlib import suppress

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st

from tests.workers.receiver import Receiver
from troubleshoot import addresses
from workers.outgoing import guarded

PUBLIC = "93.184.215.14"


@pytest.fixture
def reached(receiver, settings):
    """NOTICE_ALLOW names the receiver."""
    settings.NOTICE_ALLOW = [receiver.place]
    return receiver


@pytest.fixture
def names(monkeypatch):
    """What the resolver of this machine would say, name by name; the sockets stay real."""
    said = {}
    asked = []

    def resolve(host, port, *args, **kwargs):
        asked.append(host)
        found = said.get(host, [host])
        answer = found.pop(0) if found and isinstance(found[0], list) else found
        return [(socket.AF_INET6 if ":" in one else socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port))
                for one in answer]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    said["asked"] = asked
    return said


def post(url, kind="webhook", **options):
    """Call as a channel does; the guard says what it saw."""
    with guarded(kind) as guard, suppress(requests.exceptions.RequestException):
        requests.post(url, data=b"{}", timeout=5, **options)
    return guard


@pytest.mark.parametrize("url", [
    "https://169.254.169.254/metadata/identity/oauth2/token", "https://metadata.google.internal/", "https://metadata/",
    "https://metadata.azure.com/", "https://[::1]/", "https://[::ffff:169.254.169.254]/", "https://0x7f000001/",
    "https://2130706433/", "https://127.1/", "https://0177.0.0.1/", "https://127.0.0.1/", "https://10.0.0.1/",
    "https://192.168.1.1/", "https://172.16.0.1/", "https://100.64.0.1/", "https://0.0.0.0/", "https://[::]/",
    "https://[fe80::1]/", "https://[fd00::1]/", "https://[64:ff9b::7f00:1]/", "https://[2002:7f00:1::]/",
    "https://[::ffff:10.0.0.1]/", "https://[fec0::1]/", "https://[ff02::1]/", "https://224.0.0.1/",
    "https://192.0.0.192/", "https://192.88.99.1/", "https://[3fff::1]/",
    "https://255.255.255.255/", "https://168.63.129.16/", "https://hooks.example.com@169.254.169.254/",
    "https://hooks.example.com:22/", "https://hooks.example.com:6379/", "https://hooks.example.com:80/",
    "http://hooks.example.com/", "file:///etc/passwd", "gopher://hooks.example.com/", "ftp://hooks.example.com/",
    "https://localhost/", "https://box.internal/", "https://printer.local/", "https://intranet/", "https:///x",
    "https://hooks.example.com\\@10.0.0.1/", "https://hooks.example.com/ x", "//hooks.example.com/", "",
    "https://hooks.example.com:0/", "https://hooks.example.com:99999/", "https://127。0。0。1/", "https://[::1",
    "https://hooks.example.com/#@10.0.0.1", "https://user:word@hooks.example.com/", "javascript:alert(1)",
])
def test_an_address_that_leads_inside_is_refused_before_anything_is_looked_up(url, names):
    with pytest.raises(ValueError, match="[.]$"):
        addresses.checked("webhook", url)
    assert post(url).status == 0
    assert set(names["asked"]) <= {"hooks.example.com"}  # where requests had mended the address before


@pytest.mark.parametrize("number", [
    "127.0.0.1", "169.254.169.254", "10.1.2.3", "::1", "::ffff:127.0.0.1", "fd00:ec2::254", "168.63.129.16"])
def test_a_name_that_stands_for_a_number_inside_is_refused(number, names):
    names["hooks.example.com"] = [number]
    assert "not an address of the public internet" in post("https://hooks.example.com/x").failure.said


def test_one_number_inside_among_public_ones_is_enough_to_refuse(names):
    names["hooks.example.com"] = [PUBLIC, "10.0.0.1"]
    assert "10.0.0.1 is not an address" in post("https://hooks.example.com/x").failure.said


def test_a_name_is_resolved_once_so_that_it_cannot_change_between_check_and_connect(reached, names, settings):
    settings.NOTICE_ALLOW = [f"localhost:{reached.port}"]
    names["localhost"] = [["127.0.0.1"], ["127.0.0.2"]]
    assert post(f"http://localhost:{reached.port}/x").status == 200
    assert names["asked"].count("localhost") == 1
    assert len(reached.calls) == 1


def test_the_checked_number_is_called_directly_under_the_name_of_the_host(tmp_path, settings, names, monkeypatch):
    receiver = Receiver(tmp_path)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "certificate.pem"))
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
    settings.NOTICE_ALLOW = [f"hooks.example.com:{receiver.port}"]
    names["hooks.example.com"] = ["127.0.0.1"]
    assert post(f"https://hooks.example.com:{receiver.port}/x").status == 200
    assert receiver.named == ["hooks.example.com"]
    assert receiver.calls[0][1]["Host"] == f"hooks.example.com:{receiver.port}"
    receiver.stop()


def test_a_certificate_that_nobody_vouches_for_is_refused(tmp_path, settings):
    receiver = Receiver(tmp_path)
    settings.NOTICE_ALLOW = [receiver.place]
    assert "certificate" in post(f"{receiver.url}/x").failure.said.lower()
    receiver.stop()


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_no_redirect_is_followed(reached, status):
    other = Receiver()
    reached.answer = (status, {"Location": f"http://{other.place}/inside"}, b"")
    seen = post(f"{reached.url}/x", allow_redirects=True)
    assert f"answered {status}" in seen.failure.said
    assert other.calls == []
    other.stop()


def test_neither_a_proxy_nor_a_password_of_the_environment_is_used(reached, monkeypatch, tmp_path):
    proxy = Receiver()
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "HTTPS_PROXY"):
        monkeypatch.setenv(name, f"http://{proxy.place}")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    (tmp_path / "netrc").write_text("default login ada password secret-of-ada\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    assert post(f"{reached.url}/x").status == 200
    assert proxy.calls == []
    assert "Authorization" not in reached.calls[0][1]
    proxy.stop()


def test_an_answer_that_drips_or_never_ends_is_cut(reached, monkeypatch):
    monkeypatch.setattr("workers.outgoing.SECONDS", 0.6)

    def drip(handler):
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        for _ in range(100):
            handler.wfile.write(b" ")
            handler.wfile.flush()
            time.sleep(0.05)

    reached.answer = drip
    began = time.monotonic()
    assert "no whole answer" in post(f"{reached.url}/x").failure.said
    assert time.monotonic() - began < 3


def test_an_answer_without_end_does_not_fill_the_worker(reached):
    reached.answer = (200, {}, b"x" * 10_000_000)
    assert "longer than" in post(f"{reached.url}/x").failure.said


def test_a_network_in_notice_allow_opens_what_lies_in_it_on_its_port(names, settings):
    settings.NOTICE_ALLOW = ["10.1.0.0/16", "127.0.0.0/8:9"]
    names["hooks.example.com"] = ["10.1.2.3"]
    addresses.refuse(addresses.ip_address("10.1.2.3"), 443)
    for number, port in (("10.2.0.1", 443), ("10.1.2.3", 8443), ("127.0.0.1", 443)):
        with pytest.raises(ValueError, match="NOTICE_ALLOW"):
            addresses.refuse(addresses.ip_address(number), port)
    addresses.checked("webhook", "https://10.1.2.3/x")


def test_the_metadata_of_machines_is_never_opened(settings):
    settings.NOTICE_ALLOW = ["169.254.0.0/16", "0.0.0.0/0", "169.254.169.254", "168.63.129.16"]
    for number in ("169.254.169.254", "168.63.129.16", "::ffff:169.254.169.254"):
        with pytest.raises(ValueError, match="not an address"):
            addresses.refuse(addresses.ip_address(number), 443)


@given(st.ip_addresses(v=4))
def test_a_number_written_into_version_6_is_judged_as_itself(number):
    for written in (f"::ffff:{number}", f"64:ff9b::{number}"):
        assert addresses.is_public(addresses.ip_address(written)) == addresses.is_public(number)


@given(st.ip_addresses())
def test_what_is_public_is_global(number):
    if addresses.is_public(number):
        assert number.is_global or addresses.inner(number).is_global
        assert not (number.is_private and addresses.inner(number) is number)


@pytest.mark.parametrize(("kind", "address"), [
    ("slack", "https://hooks.slack.com/services/T0/B0/abc"),
    ("teams", "https://prod-1.westeurope.logic.azure.com:443/workflows/ab12/triggers/manual/paths/invoke?"
              "api-version=2016-06-01&sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0&sig=KODu_x-9"),
    ("teams", "https://default0.12.environment.api.powerplatform.com:443/powerautomate/automations/direct/workflows/"
              "ab12/triggers/manual/paths/invoke?api-version=1&sig=x"),
    ("webhook", "https://hooks.example.com/x?y=1"), ("email", "ada@example.com, ben@example.com")])
def test_an_address_as_the_service_shows_it_is_taken_and_its_secret_is_not_shown(kind, address):
    from troubleshoot.sealed import unseal

    kept, shown = addresses.checked(kind, f" {address} ")
    assert unseal(kept) == address
    assert address.rpartition("/")[2] not in (kept if kind == "email" else kept + shown)


@pytest.mark.parametrize(("kind", "address"), [
    ("slack", "https://hooks.slack.com.evil.com/services/T0/B0/abc"), ("slack", "https://hooks.slack.com/x"),
    ("slack", "https://evil.com/services/T0/B0/abc"),
    ("teams", "https://logic.azure.com.evil.com/workflows/ab/triggers/manual/paths/invoke?sig=x"),
    ("teams", "https://x.logic.azure.xyz/workflows/ab/triggers/manual/paths/invoke?sig=x"),
    ("teams", "https://x.logic.azure.com/workflows/ab/triggers/manual/paths/invoke"),
    ("teams", "https://x.logic.azure.com:8443/workflows/ab/triggers/manual/paths/invoke?sig=x"),
    ("email", "ada@example.com\r\nBcc: eve@example.com"), ("email", "ada"), ("email", ""),
    ("email", "Ada <ada@example.com>"), ("email", ",".join(["ada@example.com"] * 21)), ("pigeon", "x")])
def test_an_address_that_is_none_of_its_kind_is_refused_in_words(kind, address):
    with pytest.raises(ValueError, match="[.]$"):
        addresses.checked(kind, address)
