"""Creates clients for servers of OpenAI's protocol, for generators and embedders alike.

What a server sends is bounded in bytes and in time, because a body without end would fill the
memory of the process, and a reply that never ends would keep a person waiting.
"""

import asyncio
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable
from urllib.parse import urlsplit

import httpx2
import openai

from brain.network import route_to

OPENAI_URL = "https://api.openai.com/v1"
CONNECT_TIMEOUT_S = 10.0
"""Seconds after which a server that has not accepted the connection counts as unreachable."""
MOST_ERROR_BYTES = 65_536
"""Bytes that are read of an answer that is an error; the rest is left."""
_STEP = 65_536
"""Most bytes that are decompressed at a time."""
_OK = 400


class BodyTooLong(httpx2.RequestError):
    """The server's answer is longer than any that was asked for."""


class _BoundedStream(httpx2.AsyncByteStream):
    """Decompresses a body step by step, and ends it at a limit of bytes and of time."""

    def __init__(self, response: httpx2.Response, *, most_bytes: int, longest_s: float) -> None:
        self._stream = response.stream
        self._is_error = response.status_code >= _OK
        self._most_bytes = MOST_ERROR_BYTES if self._is_error else most_bytes
        self._deadline = asyncio.get_running_loop().time() + longest_s
        encoding = response.headers.pop("content-encoding", "identity").strip().lower()
        self._encoding = encoding

    async def __aiter__(self) -> AsyncIterator[bytes]:
        if self._encoding not in {"", "identity", "gzip", "x-gzip", "deflate"}:
            raise httpx2.DecodingError(f"unknown content-encoding {self._encoding[:20]}")
        inflater = (
            None if self._encoding in {"", "identity"} else zlib.decompressobj(zlib.MAX_WBITS | 32)
        )
        total = 0
        async for data in self._within_time():
            rest = data
            while rest:
                piece, rest = (rest, b"") if inflater is None else _inflate(inflater, rest)
                total += len(piece)
                if total > self._most_bytes:
                    if self._is_error:
                        return
                    raise BodyTooLong("the answer is too long")
                yield piece

    async def _within_time(self) -> AsyncIterator[bytes]:
        if not isinstance(self._stream, httpx2.AsyncByteStream):
            raise TypeError("the client is asynchronous")
        chunks = aiter(self._stream)
        while True:
            try:
                async with asyncio.timeout_at(self._deadline):
                    chunk = await anext(chunks, None)
            except TimeoutError as exc:
                raise httpx2.ReadTimeout("the answer took too long") from exc
            if chunk is None:
                return
            yield chunk

    async def aclose(self) -> None:
        if isinstance(self._stream, httpx2.AsyncByteStream):
            await self._stream.aclose()


def _inflate(inflater: "zlib._Decompress", data: bytes) -> tuple[bytes, bytes]:
    try:
        piece = inflater.decompress(data, _STEP)
    except zlib.error as exc:
        raise httpx2.DecodingError("the answer is not compressed as it says") from exc
    return piece, inflater.unconsumed_tail


def _bounding(*, most_bytes: int, longest_s: float) -> Callable[[httpx2.Response], Awaitable[None]]:
    async def bound(response: httpx2.Response) -> None:
        response.stream = _BoundedStream(response, most_bytes=most_bytes, longest_s=longest_s)

    return bound


def create_client(
    *,
    base_url: str | None,
    api_key: str | None,
    timeout_s: float,
    max_retries: int,
    most_bytes: int,
    longest_s: float,
) -> openai.AsyncOpenAI:
    """Returns a client whose address and key come from the arguments, never from the environment.

    Proxies and certificates are those of the environment (`brain.network`).

    Args:
        base_url: address of the server including `/v1`; None means OpenAI.
        api_key: None or empty for a server that needs none.
        timeout_s: longest silence of the server, in seconds.
        max_retries: how often a failed request is repeated.
        most_bytes: longest answer that is read, decompressed; BodyTooLong is raised after it.
        longest_s: longest time of an answer, in seconds from its first byte on.

    Raises:
        ProxyUnusable, CertificatesUnusable: the environment names what cannot be used for it.
    """
    url = base_url or OPENAI_URL
    route = route_to(url)
    return openai.AsyncOpenAI(
        base_url=url,
        # The SDK requires a key, and servers that need none ignore it.
        api_key=(api_key or "").strip() or "none",
        timeout=openai.Timeout(timeout_s, connect=min(timeout_s, CONNECT_TIMEOUT_S)),
        max_retries=max_retries,
        # Answers are short, and what is compressed a thousandfold is no answer.
        default_headers={"Accept-Encoding": "identity"},
        http_client=openai.DefaultAsyncHttpxClient(
            trust_env=False,
            proxy=httpx2.Proxy(**route.proxy_arguments) if route.proxy else None,
            verify=route.tls,
            event_hooks={"response": [_bounding(most_bytes=most_bytes, longest_s=longest_s)]},
        ),
    )


def host_of(base_url: str | None) -> str:
    """Returns the host of an address, or of OpenAI's; empty if the address has none."""
    return urlsplit(base_url or OPENAI_URL).hostname or ""


def is_openai(base_url: str | None) -> bool:
    """Returns whether the address is OpenAI's own service or Azure's.

    Both want newer request options, which other servers often do not know.
    """
    host = host_of(base_url)
    return host == "openai.com" or host.endswith((".openai.com", ".openai.azure.com"))


def printable_url(url: str) -> str:
    """Returns the URL without user name, password and query, so that it can be shown."""
    parts = urlsplit(url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2], query="").geturl()
