"""Test doubles for embedders and generators: quick, deterministic, and true to their ports."""

import asyncio
import hashlib
import re
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence

import numpy as np

from brain.consolidation.fact_schema import Facts, StatedFact
from brain.errors import FormRefused, VoiceUnknown
from brain.memory.lexical import terms
from brain.memory.record import Vector
from brain.messages import ChatMessage
from brain.ports import Form


class HashEmbedder:
    """An embedder (`brain.ports.Embedder`) whose vectors are sums of a random vector for each term.

    Texts that share terms are near each other, and equal texts have equal vectors on every
    platform. Meaning has no influence.
    """

    def __init__(self, *, name: str = "hash-384", dimensions: int = 384) -> None:
        self._name = name
        self._dimensions = dimensions
        self.embedded: list[str] = []
        """All passages that were embedded, in order."""

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
        # A text without terms, such as an emoji, has a vector of its own.
        total = np.zeros(self._dimensions)
        for term in terms(text) or [text]:
            digest = hashlib.blake2b(term.encode("utf-8", "surrogatepass"), digest_size=8).digest()
            total += np.random.default_rng(int.from_bytes(digest)).standard_normal(self._dimensions)
        return (total / np.linalg.norm(total)).astype(np.float32)


class ScriptedGenerator:
    """A generator (`brain.ports.Generator`) that gives scripted replies and records its prompts.

    A script is a list of pieces. An exception among them is raised in its place, and an
    `asyncio.Event` is waited for, so that tests decide when a reply goes on. The last script is
    repeated.
    """

    def __init__(self, *scripts: Sequence[str | Exception | asyncio.Event]) -> None:
        self._scripts = list(scripts) or [["I see."]]
        self.asked: list[tuple[ChatMessage, ...]] = []
        self.closed_early = 0

    def say_next(self, *pieces: str | Exception | asyncio.Event) -> None:
        """Replace all scripts by this one."""
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


class VoicedGenerator(ScriptedGenerator):
    """A generator with voices (`brain.ports.Voiced`), each of which replies `I am NAME.`."""

    def __init__(self, *names: str) -> None:
        super().__init__()
        self.generators = {name: ScriptedGenerator([f"I am {name}."]) for name in names}

    @property
    def voices(self) -> tuple[str, ...]:
        return tuple(sorted(self.generators))

    def voiced(self, name: str) -> ScriptedGenerator:
        if name not in self.generators:
            raise VoiceUnknown(voice=name, known=", ".join(self.voices) or "none")
        return self.generators[name]


class NotesGenerator(ScriptedGenerator):
    """A generator that also writes summaries, which repeat their input so that words can be traced.

    As a `FormFiller` it states each line of the person as a fact, word by word.
    """

    def __init__(self, *scripts: Sequence[str | Exception | asyncio.Event]) -> None:
        super().__init__(*scripts)
        self.summaries = 0
        self.forms = 0
        self.can_fill = True
        self.facts: Facts | None = None
        """Facts to state in place of those in the input."""
        self.summary: str | Exception | None = None
        """A text to give, or an error to raise, in place of a summary."""
        self.after_summary: Callable[[], Awaitable[None]] | None = None
        """A function to await once, after the next summary."""

    async def stream(self, messages: Sequence[ChatMessage]) -> AsyncGenerator[str, None]:
        if not _is_about_notes(messages):
            async for piece in super().stream(messages):
                yield piece
            return
        self.asked.append(tuple(messages))
        self.summaries += 1
        if isinstance(self.summary, Exception):
            raise self.summary
        if self.summary is not None:
            yield self.summary
            return
        for line in messages[-1].content.splitlines():
            yield re.sub(r"^(?:\d+\. \S+|-) ", "- ", line) + "\n"
        if self.after_summary is not None:
            after, self.after_summary = self.after_summary, None
            await after()

    async def fill(self, messages: Sequence[ChatMessage], form: type[Form]) -> Form:
        self.asked.append(tuple(messages))
        self.forms += 1
        if not self.can_fill:
            raise FormRefused(model=self.name)
        if self.facts is not None:
            return form.model_validate(self.facts.model_dump())
        lines = re.findall(r"^(\d+)\. \S+ (.*)$", messages[-1].content, re.MULTILINE)
        facts = [
            StatedFact(
                statement=text,
                subject="",
                relation="",
                value=text,
                lines=[int(number)],
                replaces=[],
                same_as=None,
                importance=5,
            )
            for number, text in lines
        ]
        return form.model_validate(Facts(facts=facts, ratings=[]).model_dump())


def _is_about_notes(messages: Sequence[ChatMessage]) -> bool:
    marks = ("diary", "know people", "日记", "善于了解", "diario", "Conoces bien")
    return any(mark in messages[0].content for mark in marks)
