"""A generator over a local model: one base model in memory, and an adapter for each voice."""

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from brain.errors import GeneratorBusy, GeneratorError, GeneratorRefused, PromptTooLong
from brain.generators.local_lora.engine import Engine, read_voice, start_engine
from brain.generators.local_lora.errors import AdapterUnknown, ModelTooLarge
from brain.generators.local_lora.options import LocalOptions
from brain.generators.local_lora.requests import Ended, Guide, QueueFull, Request
from brain.generators.local_lora.tokenizing import ChatTokenizer, StreamDecoder
from brain.generators.structured_output import first_valid_form, form_token_limit
from brain.generators.thinking_filter import ThinkingFilter
from brain.messages import ChatMessage
from brain.ports import Form, Limited, Replacement

LEAST_REPLY_SHARE = 0.5
"""Share of `reply_tokens` that a prompt has to leave room for; a longer prompt is refused."""
MOST_REPLY_SHARE = 0.5
"""Largest share of the context that a reply may take."""


@dataclass(frozen=True, slots=True)
class _Voice:
    """A loaded adapter."""

    key: str
    """Name of the adapter in the stack, which is new each time that it is loaded."""
    tokenizer: ChatTokenizer
    """Uses the chat template that the adapter was trained with."""


class LocalGenerator:
    """Fulfils `brain.ports.Generator`, `FormFiller` and, through its adapters, `Voiced`.

    `voiced` returns views that share one engine; `aclose` of any of them ends it for all. The
    caller of `start_local_model` closes it.
    """

    def __init__(
        self, engine: Engine, adapters: dict[str, _Voice], *, adapter: str | None = None
    ) -> None:
        """Creates a view of an engine; called by `start_local_model` and `voiced`.

        Args:
            engine: the running model.
            adapters: loaded adapters by the names that people use; all views share the dictionary.
            adapter: the adapter of this view; None means the base model alone.
        """
        self.name = engine.loaded.name if adapter is None else f"{engine.loaded.name} ({adapter})"
        self.context_tokens = engine.loaded.context_tokens
        self.reply_tokens = min(
            engine.options.reply_tokens, max(1, int(self.context_tokens * MOST_REPLY_SHARE))
        )
        self._engine = engine
        self._adapters = adapters
        """By the names that people use."""
        self._adapter = adapter

    @property
    def voices(self) -> tuple[str, ...]:
        """Names of the loaded adapters, sorted."""
        return tuple(sorted(self._adapters))

    @property
    def device(self) -> str:
        """Device of the model, such as cuda:0 or cpu."""
        return str(self._engine.loaded.device)

    @property
    def dtype(self) -> str:
        """Data type of the model and, if it is quantised, the bits of a weight."""
        name = str(self._engine.loaded.dtype).removeprefix("torch.")
        bits = self._engine.options.quantised
        return name if bits is None else f"{name}, {bits} bit"

    def voiced(self, name: str | None) -> "LocalGenerator":
        """Returns a view that replies through an adapter; None selects the base model.

        Raises:
            AdapterUnknown: no adapter of that name is loaded.
        """
        if name is not None:
            self._voice(name)
        return LocalGenerator(self._engine, self._adapters, adapter=name)

    def count_tokens(self, text: str) -> int:
        """Returns the exact number of tokens of a text."""
        return self._engine.tokenizer.count(text)

    async def stream(self, messages: Sequence[ChatMessage]) -> AsyncGenerator[str, None]:
        """Streams the reply without its reasoning; closing the stream frees its row in the batch.

        Raises:
            GeneratorBusy: too many requests wait.
            PromptTooLong: the prompt leaves too little room for a reply.
            AdapterUnknown: the view's adapter is not loaded any more.
            ModelOutOfMemory: memory does not suffice for this conversation alone.
            GeneratorError: the model failed.
        """
        prompt = await self._prompt(messages)
        tokenizer = self._engine.tokenizer
        request = self._submit(prompt, self.reply_tokens)
        try:
            thinking = ThinkingFilter(is_held=tokenizer.opens_thoughts(prompt))
            decoder = StreamDecoder(tokenizer)
            reply = ""
            while not isinstance(token := await _next(request), Ended):
                if piece := thinking.feed(decoder.feed(token)):
                    reply = piece if isinstance(piece, Replacement) else reply + piece
                    yield piece
            for piece in (thinking.feed(decoder.finish()), thinking.finish()):
                reply = piece if isinstance(piece, Replacement) else reply + piece
                if piece or isinstance(piece, Replacement):
                    yield piece
            if not reply:
                raise GeneratorRefused(model=self.name, reason=_empty_reply_reason(token, thinking))
            if token.truncated:
                yield Limited()
        finally:
            self._engine.batcher.cancel(request)

    async def fill(self, messages: Sequence[ChatMessage], form: type[Form]) -> Form:
        """Returns the answer as a validated form.

        The first attempt takes the most likely tokens, the second one samples.

        Raises:
            FormRefused: the tokenizer or the schema is not supported.
            AnswerUnusable: every answer was cut off or invalid.
            GeneratorError: as for `stream`.
        """
        prompt = await self._prompt(messages)
        most = form_token_limit(self.context_tokens, len(prompt), at_least=self.reply_tokens)

        async def ask(attempt: int) -> Form | None:
            # Sampled the second time, because the most likely answer would only come again.
            guide = await asyncio.to_thread(self._engine.guides.guide, form, is_sampled=attempt > 0)
            request = self._submit(list(prompt), most, guide)
            tokens = []
            try:
                while not isinstance(token := await _next(request), Ended):
                    tokens.append(token)
            finally:
                self._engine.batcher.cancel(request)
            if token.truncated:
                return None
            return form.model_validate_json(self._engine.tokenizer.decode(tokens))

        return await first_valid_form(ask, model=self.name)

    async def load_adapter(self, name: str, folder: Path) -> None:
        """Loads an adapter while the model goes on replying; it replaces one of the same name.

        Raises:
            AdapterRefused: a subclass for each reason.
            ModelTooLarge: the device has too little memory for it.
        """
        engine = self._engine
        key = f"{name}#{next(_keys)}"
        adapter, tokenizer = await asyncio.to_thread(read_voice, engine, name, folder)
        adding = engine.batcher.call(lambda: engine.runner.stack.add(key, adapter))
        try:
            await asyncio.wrap_future(adding)
        except ModelTooLarge as exc:
            # Raised again under the name that people use instead of the internal key.
            raise ModelTooLarge(**{**exc.values, "model": name}) from exc
        replaced = self._adapters.get(name)
        self._adapters[name] = _Voice(key, tokenizer)
        if replaced is not None:
            # The replaced adapter is freed once the last reply through it has ended.
            key, stack = replaced.key, engine.runner.stack
            freeing = engine.batcher.call(lambda: stack.remove(key), unused_adapter=key)
            await asyncio.wrap_future(freeing)

    async def aclose(self) -> None:
        """Interrupts all replies, ends the thread and frees the model."""
        await asyncio.to_thread(self._engine.batcher.close)

    async def _prompt(self, messages: Sequence[ChatMessage]) -> list[int]:
        prompt = await asyncio.to_thread(self._tokenizer.prompt, messages)
        if self.context_tokens - len(prompt) < self.reply_tokens * LEAST_REPLY_SHARE:
            raise PromptTooLong
        return prompt

    @property
    def _tokenizer(self) -> ChatTokenizer:
        if self._adapter is None:
            return self._engine.tokenizer
        return self._voice(self._adapter).tokenizer

    def _submit(self, prompt: list[int], most: int, guide: Guide | None = None) -> Request:
        """Queues a request for at most so many tokens; its caller has to cancel it when done."""
        # There is no await between the look-up and the queueing: an adapter that is being replaced
        # is kept for the requests that are queued by then.
        adapter = None if self._adapter is None else self._voice(self._adapter).key
        request = Request(
            prompt,
            min(most, self.context_tokens - len(prompt)),
            adapter,
            guide,
            stops=self._tokenizer.stops,
        )
        try:
            self._engine.batcher.submit(request)
        except QueueFull as exc:
            raise GeneratorBusy(model=self.name) from exc
        return request

    def _voice(self, name: str) -> _Voice:
        try:
            return self._adapters[name]
        except KeyError as exc:
            known = ", ".join(self.voices) or "none"
            raise AdapterUnknown(adapter=name, voice=name, known=known) from exc


_keys = count(1)


async def _next(request: Request) -> int | Ended:
    piece = await request.pieces.get()
    if isinstance(piece, GeneratorError):
        raise piece
    return piece


async def start_local_model(
    options: LocalOptions, *, adapters: Mapping[str, Path] | None = None
) -> LocalGenerator:
    """Loads a model and its adapters off the event loop, which takes seconds to minutes.

    Args:
        options: which model, and how to run it.
        adapters: folders of adapters by the names that personas use.

    Raises:
        MissingPart: an optional package is not installed.
        AdapterRefused: an adapter cannot be used; a subclass for each reason.
        GeneratorError: the model cannot be used; a subclass for each reason.
    """
    engine = await asyncio.to_thread(start_engine, options)
    generator = LocalGenerator(engine, {})
    try:
        for name, folder in (adapters or {}).items():
            await generator.load_adapter(name, folder)
    except BaseException:
        await generator.aclose()
        raise
    return generator


def _empty_reply_reason(ended: Ended, thinking: ThinkingFilter) -> str:
    if thinking.has_thoughts:
        return "It only thought and gave no reply; allow longer replies."
    if ended.truncated:
        return "It used up its tokens before the first word; allow longer replies."
    return "The reply was empty."
