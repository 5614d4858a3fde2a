"""Proxies and certificates of the environment, with real servers behind a real proxy."""

import gc
import ssl
import warnings
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing
from itertools import product
from pathlib import Path

import pytest
import trustme

from brain import network
from brain.embedders.openai import OpenAIEmbedder
from brain.errors import (
    BadSettings,
    CertificatesUnusable,
    EmbedderUnreachable,
    GeneratorUnreachable,
    ProxyUnusable,
)
from brain.generators.openai import OpenAIGenerator
from brain.languages import languages
from brain.messages import ChatMessage
from brain.network import Proxy, proxy_for, route_to, tls_context
from brain.texts import say
from tests.brain.generators.openai_server import OpenAIServer, reply, serving
from tests.ports import closed_address
from tests.proxies import PASSWORD, proxy

HOST = "model.example"
PROMPT = [ChatMessage("user", "Hello")]
VARIABLES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy", "ssl_cert_file", "ssl_cert_dir")


@pytest.fixture(autouse=True)
def _own_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(scope="module")
def server_tls(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(HOST, "127.0.0.1").configure_cert(context)
    return context


@pytest.fixture
def trusted(authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The private authority is trusted."""
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))


@pytest.fixture
async def server() -> AsyncGenerator[OpenAIServer, None]:
    async with serving() as running:
        yield running


@pytest.fixture
async def secure(server_tls: ssl.SSLContext) -> AsyncGenerator[OpenAIServer, None]:
    async with serving(tls=server_tls) as running:
        yield running


async def answered(base_url: str) -> str:
    generator = OpenAIGenerator(
        model="tiny", base_url=base_url, context_tokens=4096, reply_tokens=100, max_retries=0
    )
    async with aclosing(generator):
        return "".join([piece async for piece in generator.stream(PROMPT)])


@pytest.mark.parametrize(
    ("value", "url", "auth"),
    [
        ("socks5://h", "socks5://h:1080", None),
        ("socks://h:9/", "socks5://h:9", None),
        ("SOCKS5H://u:p@h:9", "socks5://h:9", ("u", "p")),
        ("http://u:p%40ss%2F@h:9", "http://h:9", ("u", "p@ss/")),
        ("http://u:p@ss/w#rd@h:9", "http://h:9", ("u", "p@ss/w#rd")),
        ("https://h", "https://h:443", None),
        ("h:9", "http://h:9", None),
        ("u:p@h:9", "http://h:9", ("u", "p")),
        ("http://[2001:db8::1]:9", "http://[2001:db8::1]:9", None),
        (" http://h:9 ", "http://h:9", None),
    ],
)
def test_a_proxy_is_read_in_every_way_in_which_people_write_it(
    value: str, url: str, auth: tuple[str, str] | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALL_PROXY", value)
    found = proxy_for(f"https://{HOST}/v1")
    assert found is not None
    assert (found.url, found.auth, found.variable) == (url, auth, "ALL_PROXY")
    assert "p@ss" not in repr(found)


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        ("socks4://u:hush@h", "scheme"),
        ("ftp://u:hush@h", "scheme"),
        ("http://u:hush@h:port", "address"),
        ("http://u:hush@h:99999", "address"),
        ("http://u:hush@", "address"),
        ("http://u:hush@[::1", "address"),
        ("http://u:hush@a b", "address"),
        ("://", "scheme"),
    ],
)
def test_what_is_no_proxy_is_one_sentence_without_its_password(
    value: str, problem: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("https_proxy", value)
    with pytest.raises(ProxyUnusable) as caught:
        route_to(f"https://{HOST}/v1")
    assert isinstance(caught.value, BadSettings)
    assert caught.value.values == {"variable": "https_proxy", "problem": problem}
    told = {say(language, caught.value.key, **caught.value.values) for language in languages()}
    assert len(told) == len(languages())
    assert all("https_proxy" in one and "hush" not in one and "\n" not in one for one in told)


def test_a_socks_proxy_without_its_package_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("ALL_PROXY", "socks5://h:9")
    monkeypatch.setattr(network, "find_spec", lambda _: None)
    with pytest.raises(ProxyUnusable, match=r"ALL_PROXY .*pip install 'siliconfriend\[socks\]'"):
        route_to(f"https://{HOST}")


@pytest.mark.parametrize(
    ("environment", "address", "expected"),
    [
        ({"HTTPS_PROXY": "http://a:1", "ALL_PROXY": "http://b:1"}, "https://x.org", "HTTPS_PROXY"),
        ({"HTTPS_PROXY": "http://a:1", "ALL_PROXY": "http://b:1"}, "http://x.org", "ALL_PROXY"),
        ({"HTTPS_PROXY": "http://a:1"}, "wss://x.org", "HTTPS_PROXY"),
        ({"HTTPS_PROXY": "http://a:1"}, "http://x.org", None),
        ({"HTTPS_PROXY": "", "ALL_PROXY": "http://b:1"}, "https://x.org", "ALL_PROXY"),
        ({"ALL_PROXY": "http://b:1"}, "https://localhost:1/v1", None),
        ({"ALL_PROXY": "http://b:1"}, "https://127.8.0.1/v1", None),
        ({"ALL_PROXY": "http://b:1"}, "https://[::1]/v1", None),
        ({"ALL_PROXY": "nonsense://", "NO_PROXY": "x.org"}, "https://x.org", None),
        ({"ALL_PROXY": "http://b:1", "NO_PROXY": ".x.org"}, "https://a.x.org", None),
        ({"ALL_PROXY": "http://b:1", "NO_PROXY": "x.org:8443"}, "https://x.org", "ALL_PROXY"),
        ({"ALL_PROXY": "http://b:1", "NO_PROXY": "x.org:8443"}, "https://x.org:8443", None),
        ({"ALL_PROXY": "http://b:1", "NO_PROXY": "*"}, "https://x.org", None),
        ({"ALL_PROXY": "http://b:1", "NO_PROXY": "a, 10.0.0.0/8"}, "https://10.2.3.4", None),
        ({"ALL_PROXY": "http://b:1", "no_proxy": "fd00::/8"}, "https://[fd00::2]", None),
        ({"ALL_PROXY": "http://b:1", "NO_PROXY": "10.0.0.0/8"}, "https://11.2.3.4", "ALL_PROXY"),
    ],
)
def test_the_variable_that_counts_for_an_address(
    environment: dict[str, str],
    address: str,
    expected: str | None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    found: Proxy | None = proxy_for(address)
    assert (found and found.variable) == expected


@pytest.mark.usefixtures("trusted")
@pytest.mark.parametrize("scheme", ["socks5", "socks5h", "socks", "http"])
@pytest.mark.parametrize("password", ["", PASSWORD])
async def test_a_model_answers_through_a_proxy(
    scheme: str,
    password: str,
    server: OpenAIServer,
    secure: OpenAIServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for running, way in ((server, "http"), (secure, "https")):
        running.answers.append(reply("Hi"))
        async with proxy({HOST: running.port}, password=password) as between:
            monkeypatch.setenv("ALL_PROXY", between.url(scheme, password=password))
            assert await answered(f"{way}://{HOST}/v1") == "Hi"
            assert between.asked == [HOST]


@pytest.mark.usefixtures("trusted")
async def test_a_proxy_may_have_a_certificate_itself(
    secure: OpenAIServer, server_tls: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    secure.answers.append(reply("Hi"))
    async with proxy({HOST: secure.port}, tls=server_tls) as between:
        monkeypatch.setenv("HTTPS_PROXY", between.url("https"))
        assert await answered(f"https://{HOST}/v1") == "Hi"


@pytest.fixture
def _left_sockets(request: pytest.FixtureRequest) -> Iterator[None]:
    """httpcore leaves the socket to a SOCKS proxy that refuses to the collector of garbage."""
    yield
    if "socks5" not in request.node.name or "away" in request.node.name:
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()


@pytest.mark.usefixtures("_left_sockets")
@pytest.mark.parametrize(
    ("scheme", "way", "fault"),
    [
        *product(["socks5", "http"], ["http", "https"], ["password", "away"]),
        # Over plain HTTP, the proxy's 502 cannot be told from one of the server.
        ("http", "https", "unknown host"),
        ("socks5", "http", "unknown host"),
    ],
)
async def test_a_proxy_that_does_not_let_through_is_named_without_its_password(
    scheme: str, way: str, fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = f"{way}://{HOST}/v1"
    async with proxy({}) as between:
        url = between.url(scheme, password="sesame" if fault == "password" else PASSWORD)
        if fault == "away":
            url = f"{scheme}://ann:sesame@{closed_address()}"
        monkeypatch.setenv("ALL_PROXY", url)
        with pytest.raises(GeneratorUnreachable) as caught:
            await answered(address)
        told = [str(caught.value)]
        async with aclosing(OpenAIEmbedder(model="m", base_url=address, max_retries=0)) as client:
            with pytest.raises(EmbedderUnreachable) as also:
                await client.start()
        told.append(str(also.value))
        del caught, also
    for sentence in told:
        assert "the proxy in ALL_PROXY" in sentence
        assert address in sentence
        assert "sesame" not in sentence


async def test_a_private_authority_is_trusted_where_a_variable_names_it(
    secure: OpenAIServer, request: pytest.FixtureRequest
) -> None:
    secure.answers.append(reply("Hi"))
    with pytest.raises(GeneratorUnreachable, match=r"not trusted here .*SSL_CERT_FILE") as caught:
        await answered(secure.base_url)
    assert caught.value.values["cause"] == "certificate"
    request.getfixturevalue("trusted")
    assert await answered(secure.base_url) == "Hi"


@pytest.mark.parametrize(
    ("variable", "name"),
    [
        ("SSL_CERT_FILE", "missing.pem"),
        ("SSL_CERT_FILE", "junk.pem"),
        ("SSL_CERT_FILE", "."),
        ("SSL_CERT_DIR", "missing"),
        ("SSL_CERT_DIR", "junk.pem"),
    ],
)
async def test_certificates_that_are_none_are_one_sentence(
    variable: str,
    name: str,
    tmp_path: Path,
    server: OpenAIServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (tmp_path / "junk.pem").write_text("no certificates here")
    monkeypatch.setenv(variable, str(tmp_path / name))
    with pytest.raises(CertificatesUnusable) as caught:
        await answered(f"https://{HOST}/v1")
    assert str(caught.value).startswith(f"{variable} names {tmp_path / name}, where")
    # A server without a certificate needs none.
    server.answers.append(reply("Hi"))
    assert await answered(server.base_url) == "Hi"


def test_without_variables_the_certificates_are_those_of_the_system() -> None:
    assert tls_context().verify_mode is ssl.CERT_REQUIRED
    assert tls_context().check_hostname
