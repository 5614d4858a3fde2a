"""A chat model behind OpenAI's protocol: OpenAI itself, or any server that speaks it."""

import math
import re
from collections.abc import AsyncGenerator, Callable, Collection, Mapping, Sequence
from contextlib import aclosing
from copy import copy
from dataclasses import dataclass
from typing import Self, cast

import openai
from openai.types.chat import ChatCompletionChunk, ChatCompletionMessageParam

from brain.errors import GeneratorError, GeneratorRefused, VoiceUnknown
from brain.generators.endpoints import OPENAI_URL, connect, is_openai, printable_url
from brain.generators.images import data_url, told_of
from brain.generators.openai_errors import as_ours, words_of
from brain.generators.openai_schemas import fill
from brain.generators.schema_limits import room
from brain.generators.thinking import ThinkingFilter
from brain.messages import ChatMessage
from brain.ports import Form

NON_ASCII_SHARE = 0.36
"""Of `bytes_per_token`: a byte outside ASCII costs about three times as many tokens."""
_NON_ASCII = bytes(range(128, 256))
_WORDS = b" abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"

_NO_USAGE = re.compile(r"stream_options|include_usage", re.IGNORECASE)
_SILENCES = {
    "length": "It used up its tokens before the first word; allow longer replies.",
    "content_filter": "The server's content filter withheld the reply.",
}


@dataclass(slots=True)
class _Learnt:
    """Of a server while it is used; all views of it share it."""

    tells_usage: bool = True
    """Until it says that it does not know the question."""


class OpenAIGenerator:
    """Fulfils `brain.ports.Generator` over HTTP. One client, closed by `aclose`.

    `Voiced` by other models of the same server, such as adapters that it serves by name.
    """

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
        sees: bool = False,
        voices: Collection[str] = (),
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
            sees: whether the model takes pictures; if not, it is only told that there were some.
            voices: other models of that server with the same limits.
        """
        self.name = label or model
        self.voices = tuple(sorted(set(voices)))
        self.voice: str | None = None
        """Of a view: the model that is asked in place of the own one."""
        self.context_tokens = context_tokens
        self.reply_tokens = reply_tokens
        self._model = model
        self._temperature = temperature
        self._bytes_per_token = bytes_per_token
        self._extra_body = dict(extra_body) if extra_body else None
        self.sees = sees
        self._is_openai = is_openai(base_url)
        self._address = printable_url(base_url or OPENAI_URL)
        self._learnt = _Learnt()
        self._client = connect(
            base_url=base_url, api_key=api_key, timeout_s=timeout_s, max_retries=max_retries
        )

    def voiced(self, name: str) -> Self:
        """The same server asked for that model. Raises VoiceUnknown."""
        if name not in self.voices:
            raise self._voiceless(name)
        view = copy(self)
        view.name = view.voice = name
        return view

    def count_tokens(self, text: str) -> int:
        """An estimate that errs high for prose: digits and punctuation count as one each."""
        data = text.encode(errors="replace")
        ascii_only = data.translate(None, _NON_ASCII)
        marks = len(ascii_only.translate(None, _WORDS))
        words = (len(ascii_only) - marks) / self._bytes_per_token
        others = len(data) - len(ascii_only)
        foreign = others / max(1.0, self._bytes_per_token * NON_ASCII_SHARE)
        # Two halves must not count less than the whole for what a float leaves out.
        return math.ceil(round(marks + words + foreign, 9))

    async def stream(self, messages: Sequence[ChatMessage]) -> AsyncGenerator[str, None]:
        """The reply without what the model thought aloud. Closing it closes the connection."""
        async with aclosing(self.metered(messages, lambda _: None)) as pieces:
            async for piece in pieces:
                yield piece

    async def metered(
        self, messages: Sequence[ChatMessage], told: Callable[[int], None]
    ) -> AsyncGenerator[str, None]:
        """The same, and the tokens that the server counted, thinking aloud included."""
        thinking = ThinkingFilter()
        spoke = False
        ending = ""
        try:
            async with await self._request(messages) as chunks:
                async for chunk in chunks:
                    if spent := _usage(chunk):
                        told(spent)
                    text, ended = _delta(chunk)
                    ending = ended or ending
                    if piece := thinking.feed(text):
                        spoke = True
                        yield piece
        except openai.OpenAIError as exc:
            raise self._ours(exc) from exc
        except UnicodeEncodeError as exc:
            raise self._refused("The key has characters that no key has.") from exc
        except ValueError as exc:
            raise self._refused("The server sent what is no chat reply.") from exc
        if rest := thinking.finish():
            yield rest
        elif not spoke:
            raise self._refused(_SILENCES.get(ending, "The reply was empty."))

    async def fill(self, messages: Sequence[ChatMessage], form: type[Form]) -> Form:
        """The answer as that form.

        Raises FormRefused where the server cannot, AnswerUnusable where the answers were no form.
        """
        prompt_tokens = sum(self.count_tokens(each.content) for each in messages)
        try:
            return await fill(
                self._client,
                self._prompt(messages),
                form,
                model=self.voice or self._model,
                longest=room(self.context_tokens, prompt_tokens, least=self.reply_tokens),
                is_openai=self._is_openai,
                extra_body=self._extra_body,
            )
        except openai.OpenAIError as exc:
            raise self._ours(exc) from exc
        except UnicodeEncodeError as exc:
            raise self._refused("The key has characters that no key has.") from exc

    async def aclose(self) -> None:
        """Close what is open to the server."""
        await self._client.close()

    async def _request(
        self, messages: Sequence[ChatMessage]
    ) -> openai.AsyncStream[ChatCompletionChunk]:
        prompt = self._prompt(messages)
        if self._learnt.tells_usage:
            try:
                return await self._ask(prompt, counted=True)
            except (openai.BadRequestError, openai.UnprocessableEntityError) as exc:
                if not _NO_USAGE.search(words_of(exc)):
                    raise
                self._learnt.tells_usage = False
        return await self._ask(prompt, counted=False)

    async def _ask(
        self, prompt: list[ChatCompletionMessageParam], *, counted: bool
    ) -> openai.AsyncStream[ChatCompletionChunk]:
        longest = self.reply_tokens
        return await self._client.chat.completions.create(
            model=self.voice or self._model,
            messages=prompt,
            stream=True,
            stream_options={"include_usage": True} if counted else openai.omit,
            # OpenAI's newer models know only the one name, most other servers only the other.
            max_completion_tokens=longest if self._is_openai else openai.omit,
            max_tokens=openai.omit if self._is_openai else longest,
            temperature=openai.omit if self._temperature is None else self._temperature,
            extra_body=self._extra_body,
        )

    def _prompt(self, messages: Sequence[ChatMessage]) -> list[ChatCompletionMessageParam]:
        visible = messages if self.sees else [told_of(message) for message in messages]
        prompt = [{"role": each.role, "content": _content(each)} for each in visible]
        return cast("list[ChatCompletionMessageParam]", prompt)

    def _ours(self, error: openai.OpenAIError) -> GeneratorError:
        if self.voice is not None and isinstance(error, openai.NotFoundError):
            return self._voiceless(self.voice)
        return as_ours(error, model=self.name, address=self._address)

    def _voiceless(self, name: str) -> VoiceUnknown:
        return VoiceUnknown(voice=name, known=", ".join(self.voices) or "none")

    def _refused(self, reason: str) -> GeneratorRefused:
        return GeneratorRefused(model=self.name, reason=reason)


def _content(message: ChatMessage) -> str | list[dict[str, object]]:
    # A lone surrogate fits in no request.
    text = message.content.encode(errors="replace").decode()
    if not message.images:
        return text
    parts: list[dict[str, object]] = [{"type": "text", "text": text}]
    parts += (
        {"type": "image_url", "image_url": {"url": data_url(image)}} for image in message.images
    )
    return parts


def _delta(chunk: ChatCompletionChunk) -> tuple[str, str]:
    """Text and, in the last chunk, why it ended. Servers send chunks with neither: pings, usage."""
    choices = getattr(chunk, "choices", None)
    if not isinstance(choices, list) or not choices:
        return "", ""
    text = getattr(getattr(choices[0], "delta", None), "content", None)
    return text if isinstance(text, str) else "", getattr(choices[0], "finish_reason", None) or ""


def _usage(chunk: ChatCompletionChunk) -> int:
    """Tokens of prompt and reply so far, in the chunk that tells them; else 0."""
    total = getattr(getattr(chunk, "usage", None), "total_tokens", None)
    return total if isinstance(total, int) else 0
