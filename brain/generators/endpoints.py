"""Clients of servers that speak OpenAI's protocol, for generators and embedders alike."""

from urllib.parse import urlsplit

import openai

OPENAI_URL = "https://api.openai.com/v1"
CONNECT_S = 10.0
"""A server that does not even take the connection in this time, in seconds, is not there."""


def connect(
    *, base_url: str | None, api_key: str | None, timeout_s: float, max_retries: int
) -> openai.AsyncOpenAI:
    """A client that takes nothing from the environment which was not asked for.

    Proxies are honoured, but not towards this machine: a proxy elsewhere could not reach it.
    """
    url = base_url or OPENAI_URL
    return openai.AsyncOpenAI(
        base_url=url,
        # The SDK insists on a key; servers without keys do not look at it.
        api_key=(api_key or "").strip() or "none",
        timeout=openai.Timeout(timeout_s, connect=min(timeout_s, CONNECT_S)),
        max_retries=max_retries,
        http_client=openai.DefaultAsyncHttpxClient(trust_env=not _is_loopback(url)),
    )


def is_openai(base_url: str | None) -> bool:
    """Whether this is OpenAI's own service, which asks for newer options than the others know."""
    host = urlsplit(base_url or OPENAI_URL).hostname or ""
    return host == "openai.com" or host.endswith((".openai.com", ".openai.azure.com"))


def _is_loopback(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    return host in {"localhost", "::1"} or host.startswith("127.")


def printable_url(url: str) -> str:
    """Without a name and a password that may stand in it."""
    parts = urlsplit(url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2], query="").geturl()
