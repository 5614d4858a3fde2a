"""Asks the model for summaries, and rejects answers that are none.

A small model may answer with nothing, in another language, with a refusal, about something else, or
without end. After such an answer the model is asked once more, and then the work is left for later:
a wrong summary would be remembered for years, while a missing one is only late.
"""

import asyncio
import re
from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine, Sequence
from contextlib import aclosing
from functools import cache
from typing import Any, TypeVar

from brain.asyncio_tasks import cancel_and_wait
from brain.errors import AnswerUnusable, FormRefused, GeneratorRefused, PromptTooLong
from brain.languages import all_languages, known
from brain.languages.detection import detect
from brain.memory.lexical import telling
from brain.messages import ChatMessage, printable
from brain.ports import Form, FormFiller, Generator, Limited, Replacement
from brain.prompt import MESSAGE_OVERHEAD
from brain.texts import name_of, say

LONGEST = 4_000
"""Characters that are read of an answer; a model that goes on is stopped."""
LEAST_MATERIAL = 64
"""Tokens of material that each request has room for at least."""
INTERRUPTIONS = 3
"""How often a request gives way to a reply before it is allowed to finish."""
USELESS = (AnswerUnusable, GeneratorRefused, PromptTooLong)
"""The errors whose cause may be this material alone, so that other requests may succeed."""
FORM_TOKENS = 4_096
"""Tokens that are reserved for the answer to a form."""
FORM_SHARE = 4
"""The divisor of a small context that gives the tokens reserved for a form instead."""
FORMS_SKIPPED = 10
"""How many forms are not asked for after a server has refused one as unknown to it."""
_HALVINGS = 6
"""How often the room for material may be halved."""
_ROUNDS = 8
"""How often summaries are summarised again until one is left."""
_FENCE = re.compile(r"^```\w*\n?|\n?```$")
_SENTENCE_END = re.compile(r"[.!?。！？\n](?=[^.!?。！？\n]*$)")
_Answer = TypeVar("_Answer")

Idle = Callable[[], Awaitable[None]]
"""Waits until no reply is under way."""


class Summariser:
    """Asks a chat model for summaries and forms, and accepts only sound answers."""

    def __init__(
        self, generator: Generator, *, idle: Idle, talking: asyncio.Event | None = None
    ) -> None:
        """Create it for a model.

        Args:
            generator: the model; it fills in forms if it is a `FormFiller`.
            idle: awaited before each request, so that replies come first.
            talking: set while a reply is under way; a request is then stopped, and made again
                afterwards. None never stops a request.
        """
        self._generator = generator
        self._idle = idle
        self._talking = talking
        self._halvings = 0
        self._doubtful = 0
        """How many halvings may have been in vain, as no shorter request was answered yet."""
        self._forms_to_skip = 0
        """How many forms are not asked for, because the server has just said that it knows none."""
        self.on_answer: Callable[[], None] | None = None
        """Called after each answer."""

    def room(self, instructions: str) -> int:
        """Return the tokens of material that a request with these instructions has room for."""
        return self._room(instructions, self._generator.reply_tokens)

    def form_room(self, instructions: str) -> int:
        """Return the same for a request whose answer is a form, which may be long."""
        generator = self._generator
        form = min(FORM_TOKENS, generator.context_tokens // FORM_SHARE)
        return self._room(instructions, max(generator.reply_tokens, form))

    def halve(self, error: PromptTooLong) -> bool:
        """Halve the room for material from now on, as the context is smaller than assumed.

        Returns:
            False where it was halved too often already.
        """
        self._doubtful += error.otherwise is not None
        self._halvings += 1
        return self._halvings <= _HALVINGS

    def portions(self, parts: Sequence[str], *, room: int) -> list[list[str]]:
        """Divide parts into requests of at most `room` tokens, in their order.

        A part that is too long by itself is cut.
        """
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
        """Summarise all parts in one text, in as many steps as the model's context requires.

        Args:
            instructions: what to make of the parts.
            parts: the material.
            language: the language that the text must have.
            tells: whether the text retells the material, and so must share words with it.

        Raises:
            AnswerUnusable: the answers were not sound.
            GeneratorError: the model failed.
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
            except PromptTooLong as error:
                if not self.halve(error):
                    raise
                continue
            if len(answers) == 1:
                return answers[0]
            left = answers
        raise AnswerUnusable(model=self._generator.name)

    async def write(
        self, instructions: str, material: str, *, language: str, tells: bool = True
    ) -> str:
        """Summarise material that fits into one request; see `condense` for the rest."""
        messages = [ChatMessage("system", instructions), ChatMessage("user", material)]
        for _ in range(2):
            answer = tidy(await self._ask_when_idle(lambda: self._collect(messages)))
            if is_sound(answer, material if tells else None, language=language):
                return answer
            again = say(language, "consolidate-again", language=name_of(language))
            messages[0] = ChatMessage("system", f"{instructions}\n{again}")
        raise AnswerUnusable(model=self._generator.name)

    async def fill(self, instructions: str, material: str, form: type[Form]) -> Form | None:
        """Have the model fill in a form; return None where the model or its server cannot.

        A server that cannot is asked again later: it may have been replaced meanwhile, or have
        refused that one request for another reason.

        Raises:
            AnswerUnusable: the answer does not fulfil the form.
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
        """Return the answer to a request that gives way to replies."""
        try:
            answer = await self._ask_between_replies(request)
        except GeneratorRefused:
            # Shorter material was refused as well: its length was not the reason.
            self._halvings -= self._doubtful
            self._doubtful = 0
            raise
        self._doubtful = 0
        if self.on_answer is not None:
            self.on_answer()
        return answer

    async def _ask_between_replies(
        self, request: Callable[[], Coroutine[Any, Any, _Answer]]
    ) -> _Answer:
        for _ in range(INTERRUPTIONS):
            await self._idle()
            # Where replies never end the waiting does; then the request is not stopped any more.
            if self._talking is None or self._talking.is_set():
                break
            asked = asyncio.ensure_future(request())
            interrupted = asyncio.ensure_future(self._talking.wait())
            try:
                await asyncio.wait({asked, interrupted}, return_when=asyncio.FIRST_COMPLETED)
                if asked.done():
                    return asked.result()
            finally:
                # Cancelling closes the stream, and that stops the model.
                await cancel_and_wait([asked, interrupted])
        await self._idle()
        return await request()

    async def _collect(self, messages: Sequence[ChatMessage]) -> str:
        answer = ""
        stream: AsyncGenerator[str, None] = self._generator.stream(messages)
        async with aclosing(stream) as pieces:
            async for piece in pieces:
                answer = piece if isinstance(piece, Replacement) else answer + piece
                if isinstance(piece, Limited):
                    # The last sentence was cut off.
                    answer = _whole_sentences(answer)
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
    """Remove code fences and control characters; end an overlong answer after a sentence."""
    text = _FENCE.sub("", printable(answer)).strip()
    if len(text) <= LONGEST:
        return text
    return _whole_sentences(text[:LONGEST])


def _whole_sentences(text: str) -> str:
    """Return a text up to the end of its last whole sentence; all of it if it has none."""
    end = _SENTENCE_END.search(text)
    return text[: end.end()].strip() if end else text


@cache
def _refusal() -> re.Pattern[str]:
    """Return the pattern of a refusal in any language, as many models always refuse in English."""
    known = "|".join(each.refusal for each in all_languages() if each.refusal)
    return re.compile(rf"\s*(?:{known})", re.IGNORECASE)


def is_sound(answer: str, material: str | None, *, language: str) -> bool:
    """Return whether an answer is no refusal, is in the language, and is about the material.

    Args:
        answer: the answer.
        material: the text that it has to share words with; None where it need not.
        language: the language that it must have.
    """
    if not answer or _refusal().match(answer):
        return False
    written = detect(answer, fallback=language)
    # Languages without texts here, such as Ukrainian and Russian, are hard to distinguish.
    if written != language and (known(written) or known(language)):
        return False
    return material is None or not telling(answer).isdisjoint(telling(material))
