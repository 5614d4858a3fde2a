"""Asking the model for a summary, and taking no answer that is none.

A small model may answer with nothing, in another language, with a refusal, about something else, or
without end. Each such answer is asked for once more, and then the work is left for later: a wrong
summary would be remembered for years, a missing one is only late.
"""

import re
from collections.abc import Awaitable, Callable, Sequence
from contextlib import aclosing

from brain.errors import AnswerUnusable, FormRefused
from brain.language import detect
from brain.memory.lexical import telling
from brain.messages import ChatMessage, printable
from brain.ports import Form, FormFiller, Generator
from brain.prompt import MESSAGE_OVERHEAD
from brain.texts import say

LONGEST = 4_000
"""Characters that are read of an answer; a model that goes on is stopped."""
LEAST_MATERIAL = 64
"""Tokens of material that a request must have room for."""
_ROUNDS = 8
"""Halvings of the material: from a million tokens to a few thousand."""
_FENCE = re.compile(r"^```\w*\n?|\n?```$")
_REFUSAL = re.compile(
    r"\s*(?:i(?:'|’)?m sorry|sorry,|i (?:can(?:no|')?t|am unable|won't)|as an ai\b"
    r"|抱歉|对不起|很遗憾|作为(?:一个|一名)?(?:AI|人工智能)|我(?:无法|不能))",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"[.!?。！？\n](?=[^.!?。！？\n]*$)")


Idle = Callable[[], Awaitable[None]]
"""Waits until nobody is being answered."""


class Scribe:
    """A chat model that writes summaries."""

    def __init__(self, generator: Generator, *, idle: Idle) -> None:
        """Any generator; one that is a `FormFiller` also finds facts.

        `idle` is awaited before each request: replies come first.
        """
        self._generator = generator
        self._idle = idle
        self.fills_forms = isinstance(generator, FormFiller)
        """False from the start, or as soon as the model proves unable."""

    def room(self, instructions: str) -> int:
        """Tokens of material that a request with those instructions can hold."""
        generator = self._generator
        left = generator.context_tokens - generator.reply_tokens
        taken = generator.count_tokens(instructions) + 3 * MESSAGE_OVERHEAD
        return max(LEAST_MATERIAL, left - taken)

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

    async def condense(self, instructions: str, parts: Sequence[str], *, language: str) -> str:
        """One text made of all parts, in as many steps as the model's context makes necessary.

        Raises GeneratorError, AnswerUnusable.
        """
        room = self.room(instructions)
        left = list(parts)
        for _ in range(_ROUNDS):
            portions = self.portions(left, room=room)
            answers = [
                await self.write(instructions, "\n".join(portion), language=language)
                for portion in portions
            ]
            if len(answers) == 1:
                return answers[0]
            left = answers
        raise AnswerUnusable(model=self._generator.name)

    async def write(self, instructions: str, material: str, *, language: str) -> str:
        """One text about the material. Raises GeneratorError, AnswerUnusable."""
        messages = [ChatMessage("system", instructions), ChatMessage("user", material)]
        for _ in range(2):
            answer = tidy(await self._collect(messages))
            if is_sound(answer, material, language=language):
                return answer
            messages[0] = ChatMessage(
                "system", f"{instructions}\n{say(language, 'consolidate-again')}"
            )
        raise AnswerUnusable(model=self._generator.name)

    async def fill(self, instructions: str, material: str, form: type[Form]) -> Form | None:
        """The filled form; None where the model cannot do that. Raises GeneratorError."""
        if not self.fills_forms or not isinstance(self._generator, FormFiller):
            return None
        messages = [ChatMessage("system", instructions), ChatMessage("user", material)]
        await self._idle()
        try:
            return await self._generator.fill(messages, form)
        except FormRefused:
            self.fills_forms = False
            return None

    async def _collect(self, messages: Sequence[ChatMessage]) -> str:
        await self._idle()
        answer = ""
        async with aclosing(self._generator.stream(messages)) as pieces:
            async for piece in pieces:
                answer += piece
                if len(answer) > LONGEST:
                    break
        return answer

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


def is_sound(answer: str, material: str, *, language: str) -> bool:
    """Whether an answer may be kept: in that language, no refusal, and about the material."""
    if not answer or _REFUSAL.match(answer):
        return False
    if detect(answer, fallback=language) != language:
        return False
    return not telling(answer).isdisjoint(telling(material))
