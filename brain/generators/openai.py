"""A chat model over OpenAI's protocol, at OpenAI itself or at any server that implements it."""

import math
import re
from collections.abc import AsyncGenerator, Callable, Collection, Mapping, Sequence
from contextlib import aclosing
from copy import copy
from dataclasses import dataclass, field
from typing import Self, cast

import openai
from openai.types.chat import ChatCompletionChunk, ChatCompletionMessageParam

from brain.errors import GeneratorError, GeneratorRefused, VoiceUnknown
from brain.generators.images import data_url, without_images
from brain.generators.openai_client import OPENAI_URL, create_client, is_openai, printable_url
from brain.generators.openai_errors import error_text, map_error
from brain.generators.openai_structured_output import fill_form
from brain.generators.structured_output import form_token_limit
from brain.generators.thinking import ThinkingFilter
from brain.messages import ChatMessage
from brain.ports import Form, Replacement

NON_ASCII_SHARE = 0.36
"""Factor on `bytes_per_token` for bytes outside ASCII, which cost about three times as many
tokens."""
_NON_ASCII = bytes(range(128, 256))
_WORDS = b" abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"

_USAGE_UNSUPPORTED = re.compile(r"stream_options|include_usage", re.IGNORECASE)
_EMPTY_REPLY_REASONS = {
    "length": "It used up its tokens before the first word; allow longer replies.",
    "content_filter": "The server's content filter withheld the reply.",
}


@dataclass(slots=True)
class _ServerTraits:
    """What was learnt about a server while it is used; all views of one generator share it."""

    reports_usage: bool = True
    """Whether to ask for the token count; False once the server has refused that option."""
    unmarked: set[str] = field(default_factory=set)
    """Models whose thoughts were seen to begin without a mark."""


class OpenAIGenerator:
    """Asks a model over HTTP; fulfils every generator port of `brain.ports`.

    Its voices are other models of the same server, such as adapters that it serves by name. It owns
    one HTTP client, which all views share and `aclose` closes.
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
        """Creates the client without opening a connection.

        The TLS certificates are read from disk, so call it off the event loop.

        Args:
            model: name of the model on the server.
            base_url: address of the server including `/v1`; None means OpenAI.
            api_key: None or empty for a server that needs none.
            context_tokens: most tokens of prompt and reply together.
            reply_tokens: longest reply that is asked for, in tokens.
            temperature: 0 to 2; None means the server's default, which some models insist on.
            timeout_s: longest silence of the server, in seconds.
            max_retries: how often a failed request is repeated before its first piece.
            bytes_per_token: bytes of English text in a token, for the estimate.
            label: name to show to people; None means the model's name.
            extra_body: options that only this server knows, such as `repeat_penalty`.
            sees: whether the model takes images; if not, a note tells it that there were some.
            voices: names of other models of the server that have the same limits.
        """
        self.name = label or model
        self.voices = tuple(sorted(set(voices)))
        self.voice: str | None = None
        """In a view, the model that is asked in place of the generator's own."""
        self.context_tokens = context_tokens
        self.reply_tokens = reply_tokens
        self._model = model
        self._temperature = temperature
        self._bytes_per_token = bytes_per_token
        self._extra_body = dict(extra_body) if extra_body else None
        self.sees = sees
        self._is_openai = is_openai(base_url)
        self._address = printable_url(base_url or OPENAI_URL)
        self._server = _ServerTraits()
        self._client = create_client(
            base_url=base_url, api_key=api_key, timeout_s=timeout_s, max_retries=max_retries
        )

    def voiced(self, name: str) -> Self:
        """Returns a view that asks the server for that model.

        Raises:
            VoiceUnknown: it is none of `voices`.
        """
        if name not in self.voices:
            raise self._voice_unknown(name)
        view = copy(self)
        view.name = view.voice = name
        return view

    def count_tokens(self, text: str) -> int:
        """Returns an estimate that errs high: digits and punctuation count as a token each."""
        data = text.encode(errors="replace")
        ascii_only = data.translate(None, _NON_ASCII)
        marks = len(ascii_only.translate(None, _WORDS))
        words = (len(ascii_only) - marks) / self._bytes_per_token
        others = len(data) - len(ascii_only)
        foreign = others / max(1.0, self._bytes_per_token * NON_ASCII_SHARE)
        # The parts of a text must not count less than the whole because of rounding errors.
        return math.ceil(round(marks + words + foreign, 9))

    async def stream(self, messages: Sequence[ChatMessage]) -> AsyncGenerator[str, None]:
        """Streams the reply without its reasoning; closing the stream closes the connection.

        Raises:
            GeneratorError: a subclass for each reason, before the first piece or between two.
        """
        async with aclosing(self.metered(messages, lambda _: None)) as pieces:
            async for piece in pieces:
                yield piece

    async def metered(
        self, messages: Sequence[ChatMessage], on_usage: Callable[[int], None]
    ) -> AsyncGenerator[str, None]:
        """Streams the reply as `stream` does, and reports the tokens that the server counted.

        They include those of the reasoning.
        """
        model = self.voice or self._model
        thinking = ThinkingFilter(is_held=model in self._server.unmarked)
        reply = ""
        ending = ""
        try:
            async with await self._open_stream(messages) as chunks:
                async for chunk in chunks:
                    if tokens := _usage(chunk):
                        on_usage(tokens)
                    text, ended = _delta(chunk)
                    ending = ended or ending
                    if piece := thinking.feed(text):
                        reply = piece if isinstance(piece, Replacement) else reply + piece
                        yield piece
        except openai.OpenAIError as exc:
            raise self._mapped(exc) from exc
        except UnicodeEncodeError as exc:
            raise self._refused("The key has characters that no key has.") from exc
        except ValueError as exc:
            raise self._refused("The server sent what is no chat reply.") from exc
        rest = thinking.finish()
        if thinking.is_unmarked:
            self._server.unmarked.add(model)
        if rest or isinstance(rest, Replacement):
            reply = rest if isinstance(rest, Replacement) else reply + rest
            yield rest
        if not reply:
            raise self._refused(_EMPTY_REPLY_REASONS.get(ending, "The reply was empty."))

    async def fill(self, messages: Sequence[ChatMessage], form: type[Form]) -> Form:
        """Returns the answer as a validated form.

        Raises:
            FormRefused: the server does not support JSON schemas.
            AnswerUnusable: every answer was cut off, withheld or invalid.
            GeneratorError: as for `stream`.
        """
        prompt_tokens = sum(self.count_tokens(message.content) for message in messages)
        try:
            return await fill_form(
                self._client,
                self._prompt(messages),
                form,
                model=self.voice or self._model,
                most_tokens=form_token_limit(
                    self.context_tokens, prompt_tokens, at_least=self.reply_tokens
                ),
                is_openai=self._is_openai,
                extra_body=self._extra_body,
            )
        except openai.OpenAIError as exc:
            raise self._mapped(exc) from exc
        except UnicodeEncodeError as exc:
            raise self._refused("The key has characters that no key has.") from exc

    async def aclose(self) -> None:
        """Closes the connections to the server."""
        await self._client.close()

    async def _open_stream(
        self, messages: Sequence[ChatMessage]
    ) -> openai.AsyncStream[ChatCompletionChunk]:
        prompt = self._prompt(messages)
        if self._server.reports_usage:
            try:
                return await self._create_stream(prompt, with_usage=True)
            except (openai.BadRequestError, openai.UnprocessableEntityError) as exc:
                if not _USAGE_UNSUPPORTED.search(error_text(exc)):
                    raise
                self._server.reports_usage = False
        return await self._create_stream(prompt, with_usage=False)

    async def _create_stream(
        self, prompt: list[ChatCompletionMessageParam], *, with_usage: bool
    ) -> openai.AsyncStream[ChatCompletionChunk]:
        limit = self.reply_tokens
        return await self._client.chat.completions.create(
            model=self.voice or self._model,
            messages=prompt,
            stream=True,
            stream_options={"include_usage": True} if with_usage else openai.omit,
            # OpenAI's newer models know only `max_completion_tokens`, most servers only
            # `max_tokens`.
            max_completion_tokens=limit if self._is_openai else openai.omit,
            max_tokens=openai.omit if self._is_openai else limit,
            temperature=openai.omit if self._temperature is None else self._temperature,
            extra_body=self._extra_body,
        )

    def _prompt(self, messages: Sequence[ChatMessage]) -> list[ChatCompletionMessageParam]:
        visible = messages if self.sees else [without_images(message) for message in messages]
        prompt = [{"role": message.role, "content": _content(message)} for message in visible]
        return cast("list[ChatCompletionMessageParam]", prompt)

    def _mapped(self, error: openai.OpenAIError) -> GeneratorError:
        if self.voice is not None and isinstance(error, openai.NotFoundError):
            return self._voice_unknown(self.voice)
        return map_error(error, model=self.name, address=self._address)

    def _voice_unknown(self, name: str) -> VoiceUnknown:
        return VoiceUnknown(voice=name, known=", ".join(self.voices) or "none")

    def _refused(self, reason: str) -> GeneratorRefused:
        return GeneratorRefused(model=self.name, reason=reason)


def _content(message: ChatMessage) -> str | list[dict[str, object]]:
    # A lone surrogate cannot be sent.
    text = message.content.encode(errors="replace").decode()
    if not message.images:
        return text
    parts: list[dict[str, object]] = [{"type": "text", "text": text}]
    parts += (
        {"type": "image_url", "image_url": {"url": data_url(image)}} for image in message.images
    )
    return parts


def _delta(chunk: ChatCompletionChunk) -> tuple[str, str]:
    """Returns the text of a chunk and, in the last one, the reason why the reply ended.

    Both are empty in other chunks that servers send, such as pings and token counts.
    """
    choices = getattr(chunk, "choices", None)
    if not isinstance(choices, list) or not choices:
        return "", ""
    text = getattr(getattr(choices[0], "delta", None), "content", None)
    return text if isinstance(text, str) else "", getattr(choices[0], "finish_reason", None) or ""


def _usage(chunk: ChatCompletionChunk) -> int:
    """Returns the tokens of prompt and reply in the chunk that counts them, else 0."""
    total = getattr(getattr(chunk, "usage", None), "total_tokens", None)
    return total if isinstance(total, int) else 0
