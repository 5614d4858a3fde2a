"""Parts that stand in for the real ones: quick, deterministic, and true to their ports."""

import asyncio
import hashlib
import re
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence

import numpy as np

from brain.consolidation.fact_form import Facts, StatedFact
from brain.errors import FormRefused, VoiceUnknown
from brain.memory.lexical import terms
from brain.memory.record import Vector
from brain.messages import ChatMessage
from brain.ports import Form


class HashEmbedder:
    """Fulfils `brain.ports.Embedder`: each term is a direction that its hash decides.

    Texts that share terms are near each other, whatever the process or platform; the same text is
    at the same point. Knows nothing of meaning.
    """

    def __init__(self, *, name: str = "hash-384", dimensions: int = 384) -> None:
        self._name = name
        self._dimensions = dimensions
        self.embedded: list[str] = []
        """Every passage that was asked for, in order."""

    @property
    def name(self) -> str:
        return self._name

    @property
    def dimensions(self) -> int:
        return self._dimensions

    async def query(self, text: str) -> Vector:
        return self._vector(text)

    async def passages(self, texts: Sequence[str]) -> list[Vector]:
        self.embedded += texts
        return [self._vector(text) for text in texts]

    def _vector(self, text: str) -> Vector:
        # A text without a term (an emoji, nothing at all) is its own direction.
        total = np.zeros(self._dimensions)
        for term in terms(text) or [text]:
            digest = hashlib.blake2b(term.encode("utf-8", "surrogatepass"), digest_size=8).digest()
            total += np.random.default_rng(int.from_bytes(digest)).standard_normal(self._dimensions)
        return (total / np.linalg.norm(total)).astype(np.float32)


class ScriptedGenerator:
    """Fulfils `brain.ports.Generator`: says what it was told to, and keeps what it was asked.

    A script is a list of pieces; an exception among them is raised in its place, and an
    `asyncio.Event` is waited for, so that tests decide when a reply goes on.
    """

    def __init__(self, *scripts: Sequence[str | Exception | asyncio.Event]) -> None:
        self._scripts = list(scripts) or [["I see."]]
        self.asked: list[tuple[ChatMessage, ...]] = []
        self.closed_early = 0

    def say_next(self, *pieces: str | Exception | asyncio.Event) -> None:
        """Say this from now on."""
        self._scripts = [list(pieces)]

    @property
    def name(self) -> str:
        return "a script"

    @property
    def context_tokens(self) -> int:
        return 4_096

    @property
    def reply_tokens(self) -> int:
        return 256

    def count_tokens(self, text: str) -> int:
        return len(text.encode()) // 3 + 1

    async def stream(self, messages: Sequence[ChatMessage]) -> AsyncGenerator[str, None]:
        self.asked.append(tuple(messages))
        script = self._scripts.pop(0) if len(self._scripts) > 1 else self._scripts[0]
        ended = False
        try:
            for step in script:
                if isinstance(step, Exception):
                    raise step
                if isinstance(step, asyncio.Event):
                    await step.wait()
                else:
                    yield step
            ended = True
        finally:
            self.closed_early += not ended


class Choir(ScriptedGenerator):
    """Fulfils `brain.ports.Voiced`, too: each voice is a script of its own, `I am NAME.`."""

    def __init__(self, *names: str) -> None:
        super().__init__()
        self.singers = {name: ScriptedGenerator([f"I am {name}."]) for name in names}

    @property
    def voices(self) -> tuple[str, ...]:
        return tuple(sorted(self.singers))

    def voiced(self, name: str) -> ScriptedGenerator:
        if name not in self.singers:
            raise VoiceUnknown(voice=name, known=", ".join(self.voices) or "none")
        return self.singers[name]


class Diarist(ScriptedGenerator):
    """Also writes summaries: they repeat what they are given, so that each word can be traced.

    As a `FormFiller` it takes each line of the person for a fact, word by word.
    """

    def __init__(self, *scripts: Sequence[str | Exception | asyncio.Event]) -> None:
        super().__init__(*scripts)
        self.summaries = 0
        self.forms = 0
        self.can_fill = True
        self.facts: Facts | None = None
        """Stated in place of those that it would find."""
        self.instead: str | Exception | None = None
        """Said, or raised, in place of a summary."""
        self.then: Callable[[], Awaitable[None]] | None = None
        """Awaited once, after the next summary."""

    async def stream(self, messages: Sequence[ChatMessage]) -> AsyncGenerator[str, None]:
        if not _is_about_notes(messages):
            async for piece in super().stream(messages):
                yield piece
            return
        self.asked.append(tuple(messages))
        self.summaries += 1
        if isinstance(self.instead, Exception):
            raise self.instead
        if self.instead is not None:
            yield self.instead
            return
        for line in messages[-1].content.splitlines():
            yield re.sub(r"^(?:\d+\. \S+|-) ", "- ", line) + "\n"
        if self.then is not None:
            then, self.then = self.then, None
            await then()

    async def fill(self, messages: Sequence[ChatMessage], form: type[Form]) -> Form:
        self.asked.append(tuple(messages))
        self.forms += 1
        if not self.can_fill:
            raise FormRefused(model=self.name)
        if self.facts is not None:
            return form.model_validate(self.facts.model_dump())
        lines = re.findall(r"^(\d+)\. \S+ (.*)$", messages[-1].content, re.MULTILINE)
        facts = [
            StatedFact(statement=text, lines=[int(number)], replaces=[], same_as=None, importance=5)
            for number, text in lines
        ]
        return form.model_validate(Facts(facts=facts, ratings=[]).model_dump())


def _is_about_notes(messages: Sequence[ChatMessage]) -> bool:
    return any(mark in messages[0].content for mark in ("diary", "know people", "日记", "善于了解"))
