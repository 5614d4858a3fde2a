"""Asking the model for a summary, and taking no answer that is none.

A small model may answer with nothing, in another language, with a refusal, about something else, or
without end. Each such answer is asked for once more, and then the work is left for later: a wrong
summary would be remembered for years, a missing one is only late.
"""

import asyncio
import re
from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine, Sequence
from contextlib import aclosing
from functools import cache
from typing import Any, TypeVar

from brain.asyncio_tasks import cancel_and_wait
from brain.errors import AnswerUnusable, FormRefused, GeneratorRefused, PromptTooLong
from brain.languages import all_languages
from brain.languages.detection import detect
from brain.memory.lexical import telling
from brain.messages import ChatMessage, printable
from brain.ports import Form, FormFiller, Generator
from brain.prompt import MESSAGE_OVERHEAD
from brain.texts import say

LONGEST = 4_000
"""Characters that are read of an answer; a model that goes on is stopped."""
LEAST_MATERIAL = 64
"""Tokens of material that a request must have room for."""
INTERRUPTIONS = 3
"""How often a request is stopped because somebody began to talk; then it is let finish."""
USELESS = (AnswerUnusable, GeneratorRefused, PromptTooLong)
"""Errors that may be about this very material: the next day may fare better."""
FORM_TOKENS = 4_096
FORM_SHARE = 4
"""A form gets so many tokens, or this part of a small context."""
FORMS_SKIPPED = 10
"""Forms that are not asked for after a server has refused one as unknown to it."""
_HALVINGS = 6
_ROUNDS = 8
"""Halvings of the material: from a million tokens to a few thousand."""
_FENCE = re.compile(r"^```\w*\n?|\n?```$")
_SENTENCE_END = re.compile(r"[.!?。！？\n](?=[^.!?。！？\n]*$)")
_Answer = TypeVar("_Answer")

Idle = Callable[[], Awaitable[None]]
"""Waits until nobody is being answered."""


class Summariser:
    """Asks a chat model for summaries and forms, and takes only answers that are sound."""

    def __init__(
        self, generator: Generator, *, idle: Idle, talking: asyncio.Event | None = None
    ) -> None:
        """Any generator; one that is a `FormFiller` also finds facts.

        Args:
            generator: the model.
            idle: awaited before each request: replies come first.
            talking: set while somebody is answered; a request under way is then stopped, and made
                again when it is quiet. None: requests are never stopped.
        """
        self._generator = generator
        self._idle = idle
        self._talking = talking
        self._halvings = 0
        self._forms_to_skip = 0
        """Forms that are not asked for, because the server has just said that it knows none."""
        self.on_answer: Callable[[], None] | None = None
        """Called after each request that was answered."""

    def room(self, instructions: str) -> int:
        """Tokens of material that a request with those instructions can hold."""
        return self._room(instructions, self._generator.reply_tokens)

    def form_room(self, instructions: str) -> int:
        """The same where the answer is a form, which may be long."""
        generator = self._generator
        form = min(FORM_TOKENS, generator.context_tokens // FORM_SHARE)
        return self._room(instructions, max(generator.reply_tokens, form))

    def halve(self) -> bool:
        """From now on give the model half as much: its context is smaller than assumed.

        False: it was halved too often already.
        """
        self._halvings += 1
        return self._halvings <= _HALVINGS

    def portions(self, parts: Sequence[str], *, room: int) -> list[list[str]]:
        """The parts in their order, in as few requests as hold them; one too long is cut."""
        portions: list[list[str]] = []
        spent = 0
        for part in parts:
            cut, cost = self._cut(part, room)
            if not portions or spent + cost > room:
                portions.append([])
                spent = 0
            portions[-1].append(cut)
            spent += cost
        return portions

    async def condense(
        self, instructions: str, parts: Sequence[str], *, language: str, tells: bool = True
    ) -> str:
        """One text made of all parts, in as many steps as the model's context makes necessary.

        Args:
            instructions: what to make of them.
            parts: the material.
            language: of the text.
            tells: whether the text tells of the material, and so shares words with it.

        Raises GeneratorError, AnswerUnusable.
        """
        left = list(parts)
        for _ in range(_ROUNDS + _HALVINGS):
            try:
                answers = [
                    await self.write(
                        instructions, "\n".join(portion), language=language, tells=tells
                    )
                    for portion in self.portions(left, room=self.room(instructions))
                ]
            except PromptTooLong:
                if not self.halve():
                    raise
                continue
            if len(answers) == 1:
                return answers[0]
            left = answers
        raise AnswerUnusable(model=self._generator.name)

    async def write(
        self, instructions: str, material: str, *, language: str, tells: bool = True
    ) -> str:
        """One text about the material, see `condense`. Raises GeneratorError, AnswerUnusable."""
        messages = [ChatMessage("system", instructions), ChatMessage("user", material)]
        for _ in range(2):
            answer = tidy(await self._ask_when_idle(lambda: self._collect(messages)))
            if is_sound(answer, material if tells else None, language=language):
                return answer
            messages[0] = ChatMessage(
                "system", f"{instructions}\n{say(language, 'consolidate-again')}"
            )
        raise AnswerUnusable(model=self._generator.name)

    async def fill(self, instructions: str, material: str, form: type[Form]) -> Form | None:
        """Returns the filled form; None where the model or its server knows no forms.

        A server that knows none is asked again later: it may have been exchanged meanwhile, or have
        refused that one request for another reason.

        Raises:
            AnswerUnusable: the answer was no such form.
            GeneratorError: the model failed.
        """
        generator = self._generator
        if not isinstance(generator, FormFiller):
            return None
        if self._forms_to_skip:
            self._forms_to_skip -= 1
            return None
        messages = [ChatMessage("system", instructions), ChatMessage("user", material)]
        filler: FormFiller = generator

        async def ask() -> Form:
            return await filler.fill(messages, form)

        try:
            return await self._ask_when_idle(ask)
        except FormRefused:
            self._forms_to_skip = FORMS_SKIPPED
            return None

    async def _ask_when_idle(self, request: Callable[[], Coroutine[Any, Any, _Answer]]) -> _Answer:
        """The answer to a request that gives way to whoever begins to talk."""
        for _ in range(INTERRUPTIONS):
            await self._idle()
            # Where somebody always talks the waiting ends by itself, and nothing stops it any more.
            if self._talking is None or self._talking.is_set():
                break
            asked = asyncio.ensure_future(request())
            interrupted = asyncio.ensure_future(self._talking.wait())
            try:
                await asyncio.wait({asked, interrupted}, return_when=asyncio.FIRST_COMPLETED)
                if asked.done():
                    return self._answered(asked.result())
            finally:
                # Cancelling closes the stream, and that stops the model.
                await cancel_and_wait([asked, interrupted])
        await self._idle()
        return self._answered(await request())

    def _answered(self, answer: _Answer) -> _Answer:
        if self.on_answer is not None:
            self.on_answer()
        return answer

    async def _collect(self, messages: Sequence[ChatMessage]) -> str:
        answer = ""
        stream: AsyncGenerator[str, None] = self._generator.stream(messages)
        async with aclosing(stream) as pieces:
            async for piece in pieces:
                answer += piece
                if len(answer) > LONGEST:
                    break
        return answer

    def _room(self, instructions: str, answer_tokens: int) -> int:
        generator = self._generator
        taken = generator.count_tokens(instructions) + 3 * MESSAGE_OVERHEAD
        left = generator.context_tokens - answer_tokens - taken
        return max(LEAST_MATERIAL, left >> self._halvings)

    def _cut(self, part: str, room: int) -> tuple[str, int]:
        cost = self._generator.count_tokens(part) + 1
        while cost > room and len(part) > 1:
            part = part[: max(1, int(len(part) * min(0.9, room / cost)))]
            cost = self._generator.count_tokens(part) + 1
        return part, cost


def tidy(answer: str) -> str:
    """Without fences and control characters; one that was cut off ends with its last sentence."""
    text = _FENCE.sub("", printable(answer)).strip()
    if len(text) <= LONGEST:
        return text
    text = text[:LONGEST]
    end = _SENTENCE_END.search(text)
    return text[: end.end()].strip() if end else text


@cache
def _refusal() -> re.Pattern[str]:
    """How a model refuses, in any language: many refuse in English whatever they are asked in."""
    known = "|".join(each.refusal for each in all_languages() if each.refusal)
    return re.compile(rf"\s*(?:{known})", re.IGNORECASE)


def is_sound(answer: str, material: str | None, *, language: str) -> bool:
    """Whether an answer may be kept: in that language, no refusal, and about the material.

    `material` is None for a text about how somebody is: it may need no word that they said.
    """
    if not answer or _refusal().match(answer):
        return False
    if detect(answer, fallback=language) != language:
        return False
    return material is None or not telling(answer).isdisjoint(telling(material))
