"""A chat model over OpenAI's protocol, at OpenAI itself or at any server that implements it."""

from collections.abc import AsyncGenerator, Callable, Collection, Iterator, Mapping, Sequence
from contextlib import aclosing, contextmanager
from copy import copy
from typing import Any, Self

import openai

from brain.errors import (
    AnswerUnusable,
    FormRefused,
    GeneratorRefused,
    PromptTooLong,
    VoiceUnknown,
)
from brain.generators.estimating import estimate_tokens
from brain.generators.images import without_images
from brain.generators.openai_chat import Chat
from brain.generators.openai_client import (
    OPENAI_URL,
    create_client,
    host_of,
    is_openai,
    printable_url,
)
from brain.generators.openai_errors import (
    ANSWER_ERRORS,
    empty_reason,
    is_about_content,
    map_error,
)
from brain.generators.openai_memory import ServerMemory
from brain.generators.openai_requests import ChatRequest
from brain.generators.openai_structured_output import ask_form, json_schema
from brain.generators.openai_thinking_option import Thinking, thinking_options
from brain.generators.structured_output import first_valid_form, form_token_limit
from brain.messages import ChatMessage
from brain.ports import Form, Limited

LARGE_PROMPT = 1_000
"""Tokens of a prompt from which on a refusal without a known reason may be for its length."""
SILENCES = 10
"""Longest time of a reply, in longest silences, where nothing else is said."""
MOST_BYTES = 32_000_000
"""Longest answer that is read; a stream takes some 300 bytes for each token."""


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
        thinking: Thinking = "auto",
        thinking_tokens: int = 2_048,
        longest_s: float | None = None,
        sees: bool = False,
        voices: Collection[str] = (),
        server: ServerMemory | None = None,
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
            thinking: whether the model is to think before it replies; `auto` leaves it to the
                server, until thoughts leave no room for a reply.
            thinking_tokens: most tokens of thoughts, beyond those of the reply.
            longest_s: longest time of a whole reply, in seconds; None means ten times `timeout_s`.
            sees: whether the model takes images; if not, a note tells it that there were some.
            voices: names of other models of the server that have the same limits.
            server: what is known of the server; None: nothing is, nor is it kept.
        """
        self.name = label or model
        self.voices = tuple(sorted(set(voices)))
        self.voice: str | None = None
        """In a view, the model that is asked in place of the generator's own."""
        self._context_tokens = context_tokens
        self.reply_tokens = reply_tokens
        self._model = model
        self._temperature = temperature
        self._bytes_per_token = bytes_per_token
        self._options = dict(extra_body or {})
        self._thinking = thinking
        self._thinking_tokens = thinking_tokens
        self._longest_s = SILENCES * timeout_s if longest_s is None else longest_s
        self.sees = sees
        self._is_openai = is_openai(base_url)
        self._host = host_of(base_url)
        self._address = printable_url(base_url or OPENAI_URL)
        self._memory = server or ServerMemory()
        self._server = self._memory.traits
        """What was learnt about the server; all views share it."""
        self._server.is_plain |= self._is_openai
        self._client = create_client(
            base_url=base_url,
            api_key=api_key,
            timeout_s=timeout_s,
            max_retries=max_retries,
            most_bytes=MOST_BYTES,
            longest_s=self._longest_s,
        )

    @property
    def context_tokens(self) -> int:
        """Most tokens of prompt and reply together, as set, or as the server turned out to take."""
        limit = self._server.prompt_limits.known.get(self._asked_model, self._context_tokens)
        return min(self._context_tokens, limit + self.reply_tokens)

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
        return estimate_tokens(text, bytes_per_token=self._bytes_per_token)

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

        They include those of the reasoning. A model that only thought is asked once more without.
        """
        spent = 0
        is_off = self._is_thinking_off
        while True:
            chat = self._chat(messages, limit=self.reply_tokens, is_off=is_off)
            try:
                with self._mapping(messages):
                    async with aclosing(chat.pieces()) as pieces:
                        async for piece in pieces:
                            if chat.tokens:
                                on_usage(spent + chat.tokens)
                            yield piece
            finally:
                await self._memory.keep()
            if chat.tokens:
                spent += chat.tokens
                on_usage(spent)
            if chat.reply or is_off or not chat.has_thoughts:
                break
            is_off = True
        if chat.ending == "content_filter" or not chat.reply:
            thought = chat.has_thoughts or is_off is not self._is_thinking_off
            refused = self._refused(empty_reason(chat.ending, thought=thought))
            if not thought and not chat.ending == "content_filter" and self._is_large(messages):
                # LM Studio says nothing at all if the prompt is too long (bug tracker, 2339).
                raise PromptTooLong(otherwise=refused)
            raise refused
        await self._note_accepted(messages)
        if chat.ending == "length":
            yield Limited()

    async def fill(self, messages: Sequence[ChatMessage], form: type[Form]) -> Form:
        """Returns the answer as a validated form.

        The second attempt tells the schema in words, since the server may not know schemas.

        Raises:
            FormRefused: the server does not support JSON schemas, nor does the model by itself.
            AnswerUnusable: every answer was cut off, withheld or invalid.
            GeneratorError: as for `stream`.
        """
        prompt_tokens = self._count_prompt(messages)
        limit = form_token_limit(self.context_tokens, prompt_tokens, at_least=self.reply_tokens)
        has_thoughts = False

        async def ask(attempt: int) -> Form | None:
            nonlocal has_thoughts
            chat = self._chat(
                messages,
                limit=limit,
                is_off=self._is_thinking_off or has_thoughts,
                schema=json_schema(form),
                is_schema_told=attempt > 0,
            )
            with self._mapping(messages):
                answer = await ask_form(chat, form, model=self.name)
            await self._note_accepted(messages)
            has_thoughts = chat.has_thoughts and not chat.reply
            return answer

        try:
            return await first_valid_form(ask, model=self.name)
        except AnswerUnusable as error:
            if "no response_format" in self._server.changes:
                raise FormRefused(model=self.name) from error
            raise

    async def aclose(self) -> None:
        """Closes the connections to the server."""
        await self._client.close()

    @property
    def _asked_model(self) -> str:
        return self.voice or self._model

    @property
    def _is_thinking_off(self) -> bool:
        if self._thinking == "auto":
            return self._asked_model in self._server.endless
        return self._thinking == "off"

    def _chat(
        self,
        messages: Sequence[ChatMessage],
        *,
        limit: int,
        is_off: bool,
        schema: dict[str, Any] | None = None,
        is_schema_told: bool = False,
    ) -> Chat:
        model, prompt_tokens = self._asked_model, self._count_prompt(messages)
        room = limit
        thinks = self._thinking == "on" or model in self._server.thinking
        if model in self._server.deaf if is_off else thinks:
            most = min(self._context_tokens, self._server.most_tokens or self._context_tokens)
            room = max(limit, min(limit + self._thinking_tokens, most - prompt_tokens))
        visible = messages if self.sees else [without_images(message) for message in messages]
        request = ChatRequest(
            model=model,
            messages=visible,
            limit=room,
            limit_name="max_completion_tokens" if self._is_openai else "max_tokens",
            temperature=self._temperature,
            schema=schema,
            is_schema_told=is_schema_told,
            thinking=thinking_options(
                self._host, is_on=False if is_off else True if self._thinking == "on" else None
            ),
            options=self._options,
        )
        return Chat(
            self._client,
            self._server,
            request,
            prompt_tokens=prompt_tokens,
            reply_tokens=limit,
            is_thinking_off=is_off,
            longest_s=self._longest_s,
        )

    def _count_prompt(self, messages: Sequence[ChatMessage]) -> int:
        return sum(self.count_tokens(message.content) for message in messages)

    def _is_large(self, messages: Sequence[ChatMessage]) -> bool:
        return self._count_prompt(messages) >= LARGE_PROMPT

    @contextmanager
    def _mapping(self, messages: Sequence[ChatMessage]) -> Iterator[None]:
        """Raises the brain's errors in place of those of the SDK, the client and the reader."""
        try:
            yield
        except ANSWER_ERRORS as exc:
            if self.voice is not None and isinstance(exc, openai.NotFoundError):
                raise self._voice_unknown(self.voice) from exc
            error = map_error(
                exc,
                model=self.name,
                address=self._address,
                is_large=self._is_large(messages),
                options=self._options,
            )
            if isinstance(error, PromptTooLong) and not is_about_content(exc):
                self._server.prompt_limits.refuse(
                    self._asked_model,
                    self._count_prompt(messages),
                    asked=messages[-1].content,
                    is_certain=error.otherwise is None,
                )
            raise error from exc

    async def _note_accepted(self, messages: Sequence[ChatMessage]) -> None:
        tokens, asked = self._count_prompt(messages), messages[-1].content
        self._server.prompt_limits.accept(self._asked_model, tokens, asked=asked)
        await self._memory.keep()

    def _voice_unknown(self, name: str) -> VoiceUnknown:
        return VoiceUnknown(voice=name, known=", ".join(self.voices) or "none")

    def _refused(self, reason: str) -> GeneratorRefused:
        return GeneratorRefused(model=self.name, reason=reason)
