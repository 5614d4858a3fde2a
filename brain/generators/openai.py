"""A chat model behind OpenAI's protocol: OpenAI itself, or any server that speaks it."""

import math
import re
from collections.abc import AsyncGenerator, Mapping, Sequence
from typing import cast
from urllib.parse import urlsplit

import openai
from openai.types.chat import ChatCompletionChunk, ChatCompletionMessageParam

from brain.errors import (
    GeneratorBusy,
    GeneratorError,
    GeneratorRefused,
    GeneratorUnreachable,
    PromptTooLong,
)
from brain.generators.thinking import ThinkingFilter
from brain.messages import ChatMessage

OPENAI_URL = "https://api.openai.com/v1"
CONNECT_S = 10.0
"""A server that does not even take the connection in this time, in seconds, is not there."""

NON_ASCII_SHARE = 0.36
"""Of `bytes_per_token`: a byte outside ASCII costs about three times as many tokens."""
_NON_ASCII = bytes(range(128, 256))
_WORDS = b" abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"

_TOO_LONG = re.compile(
    r"context_length_exceeded|exceed_context_size"  # the codes of OpenAI and of llama.cpp
    r"|exceeds? the (available |maximum )?context|context (length|window)|model length"
    r"|prompt( is)? too long|(maximum|max) number of tokens",
    re.IGNORECASE,
)
_OVERLOADED = re.compile(r"server_?error|overload|rate_?limit|unavailable|timeout", re.IGNORECASE)
_RETRY_STATUSES = frozenset({408, 409, 425, 429})
_CODE = re.compile(r"[a-z]+(_[a-z]+)+")
_REASONS = {
    401: "The key was not accepted.",
    402: "The account has no credit left.",
    403: "The key may not use this model.",
    404: "The server does not know this model, or the address is wrong.",
}
_SILENCES = {
    "length": "It used up its tokens before the first word; allow longer replies.",
    "content_filter": "The server's content filter withheld the reply.",
}


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


def reason_of(error: openai.OpenAIError) -> str:
    """Why a server refused, in our words: its own may repeat the key or the prompt."""
    code = getattr(error, "code", None)
    if code == "insufficient_quota":
        return _REASONS[402]
    status = _status(error)
    if status is None:
        return "The server broke off with an error."
    label = f"{status}, {code}" if _CODE.fullmatch(code or "") else f"{status}"
    return _REASONS.get(status, f"The server rejected the request ({label}).")


class OpenAIGenerator:
    """Fulfils `brain.ports.Generator` over HTTP. One client, closed by `aclose`."""

    def __init__(
        self,
        *,
        model: str,
        base_url: str | None = None,
        api_key: str | None = None,
        context_tokens: int,
        reply_tokens: int,
        temperature: float | None = None,
        timeout_s: float = 60.0,
        max_retries: int = 2,
        bytes_per_token: float = 2.8,
        label: str | None = None,
        extra_body: Mapping[str, object] | None = None,
    ) -> None:
        """Opens no connection yet, but reads certificates: best made off the event loop.

        Args:
            model: as the server names it.
            base_url: with the `/v1`; None: OpenAI.
            api_key: None or empty where the server wants none.
            context_tokens: what prompt and reply together may take.
            reply_tokens: the longest reply that is asked for.
            temperature: 0 to 2; None: the server's default, which some models insist on.
            timeout_s: the longest silence of the server, in seconds.
            max_retries: how often a failed request is repeated before its first piece.
            bytes_per_token: for the estimate: bytes of English that make a token.
            label: what people are told; None: the model's name.
            extra_body: options that only this server knows, such as `repeat_penalty`.
        """
        self.name = label or model
        self.context_tokens = context_tokens
        self.reply_tokens = reply_tokens
        self._model = model
        self._temperature = temperature
        self._bytes_per_token = bytes_per_token
        self._extra_body = extra_body
        self._is_openai = is_openai(base_url)
        self._address = _printable(base_url or OPENAI_URL)
        self._client = connect(
            base_url=base_url, api_key=api_key, timeout_s=timeout_s, max_retries=max_retries
        )

    def count_tokens(self, text: str) -> int:
        """An estimate that errs high for prose: digits and punctuation count as one each."""
        data = text.encode(errors="replace")
        ascii_only = data.translate(None, _NON_ASCII)
        marks = len(ascii_only.translate(None, _WORDS))
        words = (len(ascii_only) - marks) / self._bytes_per_token
        others = len(data) - len(ascii_only)
        return math.ceil(marks + words + others / max(1.0, self._bytes_per_token * NON_ASCII_SHARE))

    async def stream(self, messages: Sequence[ChatMessage]) -> AsyncGenerator[str, None]:
        """The reply without what the model thought aloud. Closing it closes the connection."""
        thinking = ThinkingFilter()
        spoke = False
        ending = ""
        try:
            async with await self._request(messages) as chunks:
                async for chunk in chunks:
                    text, ended = _delta(chunk)
                    ending = ended or ending
                    if piece := thinking.feed(text):
                        spoke = True
                        yield piece
        except openai.OpenAIError as exc:
            raise self._mapped(exc) from exc
        except UnicodeEncodeError as exc:
            raise self._refused("The key has characters that no key has.") from exc
        except ValueError as exc:
            raise self._refused("The server sent what is no chat reply.") from exc
        if rest := thinking.finish():
            yield rest
        elif not spoke:
            raise self._refused(_SILENCES.get(ending, "The reply was empty."))

    async def aclose(self) -> None:
        """Close what is open to the server."""
        await self._client.close()

    async def _request(
        self, messages: Sequence[ChatMessage]
    ) -> openai.AsyncStream[ChatCompletionChunk]:
        prompt = [
            # A lone surrogate fits in no request.
            {"role": each.role, "content": each.content.encode(errors="replace").decode()}
            for each in messages
        ]
        longest = self.reply_tokens
        return await self._client.chat.completions.create(
            model=self._model,
            messages=cast("list[ChatCompletionMessageParam]", prompt),
            stream=True,
            # OpenAI's newer models know only the one name, most other servers only the other.
            max_completion_tokens=longest if self._is_openai else openai.omit,
            max_tokens=openai.omit if self._is_openai else longest,
            temperature=openai.omit if self._temperature is None else self._temperature,
            extra_body=dict(self._extra_body) if self._extra_body else None,
        )

    def _mapped(self, error: openai.OpenAIError) -> GeneratorError:
        if isinstance(error, openai.APIConnectionError):
            return GeneratorUnreachable(address=self._address)
        if not isinstance(error, openai.APIError):
            return self._refused(reason_of(error))
        status = _status(error)
        described = f"{error.code} {error.type} {error.message}"
        if status not in {401, 403, 404, 429} and (status == 413 or _TOO_LONG.search(described)):  # noqa: PLR2004
            return PromptTooLong()
        if error.code != "insufficient_quota" and _is_passing(status, f"{error.code} {error.type}"):
            return GeneratorBusy(model=self.name)
        return self._refused(reason_of(error))

    def _refused(self, reason: str) -> GeneratorRefused:
        return GeneratorRefused(model=self.name, reason=reason)


def _delta(chunk: ChatCompletionChunk) -> tuple[str, str]:
    """Text and, in the last chunk, why it ended. Servers send chunks with neither: pings, usage."""
    choices = getattr(chunk, "choices", None)
    if not isinstance(choices, list) or not choices:
        return "", ""
    text = getattr(getattr(choices[0], "delta", None), "content", None)
    return text if isinstance(text, str) else "", getattr(choices[0], "finish_reason", None) or ""


def _status(error: openai.OpenAIError) -> int | None:
    """Of the answer, or of an error that came in the middle of it."""
    status = str(getattr(error, "status_code", None) or getattr(error, "code", None))
    return int(status) if status.isdecimal() else None


def _is_passing(status: int | None, kind: str) -> bool:
    if status is None:
        return bool(_OVERLOADED.search(kind))
    return status in _RETRY_STATUSES or status >= 500  # noqa: PLR2004


def _is_loopback(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    return host in {"localhost", "::1"} or host.startswith("127.")


def _printable(url: str) -> str:
    """Without a name and a password that may stand in it."""
    parts = urlsplit(url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2], query="").geturl()
