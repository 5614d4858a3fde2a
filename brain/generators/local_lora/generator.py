"""A model of one's own as a generator: one base in memory, an adapter for each who names one."""

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from brain.errors import GeneratorBusy, GeneratorError, GeneratorRefused, PromptTooLong
from brain.generators.local_lora.engine import Engine, read, start
from brain.generators.local_lora.errors import AdapterUnknown, ModelTooLarge
from brain.generators.local_lora.options import LocalOptions
from brain.generators.local_lora.requests import Ended, Guide, QueueFull, Request
from brain.generators.local_lora.tokenizing import ChatText, PieceDecoder
from brain.generators.structured_output import first_valid_form, form_token_limit
from brain.generators.thinking import ThinkingFilter
from brain.messages import ChatMessage
from brain.ports import Form

LEAST_REPLY = 0.5
"""Of `reply_tokens`: with less room than this behind it, a prompt is too long."""
REPLY_SHARE = 0.5
"""Of the context, the most that a reply may take."""


@dataclass(frozen=True, slots=True)
class _Voice:
    """A loaded adapter."""

    key: str
    """What the stack calls it: a new one each time."""
    text: ChatText
    """With the chat template that it was tuned on."""


class LocalGenerator:
    """Fulfils `brain.ports.Generator`, `FormFiller` and, by its adapters, `Voiced`.

    Whoever started it closes it.
    """

    def __init__(
        self, engine: Engine, adapters: dict[str, _Voice], *, adapter: str | None = None
    ) -> None:
        """Made by `start_local_model` and `voiced`."""
        self.name = engine.loaded.name if adapter is None else f"{engine.loaded.name} ({adapter})"
        self.context_tokens = engine.loaded.context_tokens
        self.reply_tokens = min(
            engine.options.reply_tokens, max(1, int(self.context_tokens * REPLY_SHARE))
        )
        self._engine = engine
        self._adapters = adapters
        """By what people call them."""
        self._adapter = adapter

    @property
    def voices(self) -> tuple[str, ...]:
        """The adapters that can be asked for."""
        return tuple(sorted(self._adapters))

    @property
    def device(self) -> str:
        """Where it runs, such as cuda:0 or cpu."""
        return str(self._engine.loaded.device)

    @property
    def dtype(self) -> str:
        """Of its numbers, and how many bits a weight takes where it is quantised."""
        name = str(self._engine.loaded.dtype).removeprefix("torch.")
        bits = self._engine.options.quantised
        return name if bits is None else f"{name}, {bits} bit"

    def voiced(self, name: str | None) -> "LocalGenerator":
        """The same model speaking through that adapter; None: by itself. Raises AdapterUnknown."""
        if name is not None:
            self._voice(name)
        return LocalGenerator(self._engine, self._adapters, adapter=name)

    def count_tokens(self, text: str) -> int:
        """The tokenizer's own count."""
        return self._engine.text.count(text)

    async def stream(self, messages: Sequence[ChatMessage]) -> AsyncGenerator[str, None]:
        """The reply without what the model thought aloud. Closing it frees its row.

        Raises GeneratorBusy, PromptTooLong, AdapterUnknown, ModelOutOfMemory, GeneratorError.
        """
        request = self._submitted(await self._prompt(messages), self.reply_tokens)
        try:
            thinking = ThinkingFilter()
            decoder = PieceDecoder(self._engine.text)
            spoke = False
            while not isinstance(token := await _next(request), Ended):
                if piece := thinking.feed(decoder.feed(token)):
                    spoke = True
                    yield piece
            if rest := thinking.feed(decoder.finish()) + thinking.finish():
                yield rest
            elif not spoke:
                raise GeneratorRefused(model=self.name, reason=_silence(token))
        finally:
            self._engine.batcher.give_up(request)

    async def fill(self, messages: Sequence[ChatMessage], form: type[Form]) -> Form:
        """The answer as that form: the likeliest one, and if that is none, another one.

        Raises as `stream`, AnswerUnusable, and FormRefused: the tokenizer or the form is beyond us.
        """
        prompt = await self._prompt(messages)
        most = form_token_limit(self.context_tokens, len(prompt), at_least=self.reply_tokens)

        async def ask(attempt: int) -> Form | None:
            # Drawn the second time: the likeliest would only come again.
            guide = await asyncio.to_thread(self._engine.guides.guide, form, drawn=attempt > 0)
            request = self._submitted(list(prompt), most, guide)
            tokens = []
            try:
                while not isinstance(token := await _next(request), Ended):
                    tokens.append(token)
            finally:
                self._engine.batcher.give_up(request)
            if token.cut:
                return None
            return form.model_validate_json(self._engine.text.decode(tokens))

        return await first_valid_form(ask, model=self.name)

    async def load_adapter(self, name: str, folder: Path) -> None:
        """Read an adapter while the model goes on speaking; one of that name is replaced.

        Raises AdapterRefused: a kind for each reason; ModelTooLarge.
        """
        engine = self._engine
        key = f"{name}#{next(_keys)}"
        adapter, text = await asyncio.to_thread(read, engine, name, folder)
        adding = engine.batcher.call(lambda: engine.runner.stack.add(key, adapter))
        try:
            await asyncio.wrap_future(adding)
        except ModelTooLarge as exc:
            # By the name that people know.
            raise ModelTooLarge(**{**exc.values, "model": name}) from exc
        replaced = self._adapters.get(name)
        self._adapters[name] = _Voice(key, text)
        if replaced is not None:
            # When the last reply through it is over.
            key, stack = replaced.key, engine.runner.stack
            freeing = engine.batcher.call(lambda: stack.remove(key), unused=key)
            await asyncio.wrap_future(freeing)

    async def aclose(self) -> None:
        """Break off all replies, end the thread and free the model."""
        await asyncio.to_thread(self._engine.batcher.close)

    async def _prompt(self, messages: Sequence[ChatMessage]) -> list[int]:
        text = self._engine.text if self._adapter is None else self._voice(self._adapter).text
        prompt = await asyncio.to_thread(text.prompt, messages)
        if self.context_tokens - len(prompt) < self.reply_tokens * LEAST_REPLY:
            raise PromptTooLong
        return prompt

    def _submitted(self, prompt: list[int], most: int, guide: Guide | None = None) -> Request:
        """A request for so many tokens, or for what is left; whoever made it gives it up."""
        # Looked up without a pause before the request is queued: replacing waits for those alone.
        adapter = None if self._adapter is None else self._voice(self._adapter).key
        request = Request(prompt, min(most, self.context_tokens - len(prompt)), adapter, guide)
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
    """Load a model and its adapters, off the event loop: seconds to minutes.

    Args:
        options: which, and how.
        adapters: folders by the names that personas call them.

    Raises:
        MissingPart, GeneratorError, AdapterRefused.
    """
    engine = await asyncio.to_thread(start, options)
    generator = LocalGenerator(engine, {})
    try:
        for name, folder in (adapters or {}).items():
            await generator.load_adapter(name, folder)
    except BaseException:
        await generator.aclose()
        raise
    return generator


def _silence(ended: Ended) -> str:
    if ended.cut:
        return "It used up its tokens before the first word; allow longer replies."
    return "The reply was empty."
