"""Parts that stand in for the real ones: quick, deterministic, and true to their ports."""

import asyncio
import hashlib
from collections.abc import AsyncGenerator, Sequence

import numpy as np

from brain.memory.lexical import terms
from brain.memory.record import Vector
from brain.messages import ChatMessage


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
