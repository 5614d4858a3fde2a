"""Creates clients for servers of OpenAI's protocol, for generators and embedders alike."""

from urllib.parse import urlsplit

import openai

OPENAI_URL = "https://api.openai.com/v1"
CONNECT_TIMEOUT_S = 10.0
"""Seconds after which a server that has not accepted the connection counts as unreachable."""


def create_client(
    *, base_url: str | None, api_key: str | None, timeout_s: float, max_retries: int
) -> openai.AsyncOpenAI:
    """Returns a client whose address and key come from the arguments, never from the environment.

    Proxies from the environment are used, except for addresses on this machine: a proxy elsewhere
    could not reach them.

    Args:
        base_url: address of the server including `/v1`; None means OpenAI.
        api_key: None or empty for a server that needs none.
        timeout_s: longest silence of the server, in seconds.
        max_retries: how often a failed request is repeated.
    """
    url = base_url or OPENAI_URL
    return openai.AsyncOpenAI(
        base_url=url,
        # The SDK requires a key, and servers that need none ignore it.
        api_key=(api_key or "").strip() or "none",
        timeout=openai.Timeout(timeout_s, connect=min(timeout_s, CONNECT_TIMEOUT_S)),
        max_retries=max_retries,
        http_client=openai.DefaultAsyncHttpxClient(trust_env=not _is_loopback(url)),
    )


def is_openai(base_url: str | None) -> bool:
    """Returns whether the address is OpenAI's own service or Azure's.

    Both want newer request options, which other servers often do not know.
    """
    host = urlsplit(base_url or OPENAI_URL).hostname or ""
    return host == "openai.com" or host.endswith((".openai.com", ".openai.azure.com"))


def _is_loopback(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    return host in {"localhost", "::1"} or host.startswith("127.")


def printable_url(url: str) -> str:
    """Returns the URL without user name, password and query, so that it can be shown."""
    parts = urlsplit(url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2], query="").geturl()
