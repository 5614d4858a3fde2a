"""Measures how near an embedder finds what has nothing to do with each other, and keeps it.

Some three hundred sentences are embedded for it. That takes seconds of a processor, or as many
texts of a server, and comes out the same each time, so the next process reads it from the store.
"""

import asyncio
import hashlib
import json
from contextlib import suppress

import msgspec

from brain.errors import StoreError
from brain.memory.relevance import PARTNER, Band, Calibration, answered, everyday_sentences
from brain.ports import Embedder, MemoryStore

OWNER = "calibration"
KEPT_S = 30 * 86_400.0
"""Seconds after which it is measured anew: a server may replace a model under its name."""


class Calibrator:
    """Calibrates one embedder, once."""

    def __init__(self, store: MemoryStore, embedder: Embedder) -> None:
        """Takes the embedder, and the store that keeps the result."""
        self._values = store.values
        self._embedder = embedder
        self._lock = asyncio.Lock()
        self.calibration: Calibration | None = None
        """The result; None as long as it is not known."""

    async def calibrate(self) -> None:
        """Find out the calibration unless it is known. Raises EmbedderError."""
        async with self._lock:
            if self.calibration is not None:
                return
            sentences = await asyncio.to_thread(everyday_sentences)
            name = self._name(sentences)
            with suppress(StoreError):
                kept = (await self._values.get(OWNER)).get(name, "")
                with suppress(msgspec.MsgspecError):
                    self.calibration = msgspec.json.decode(kept, type=Calibration)
                    return
            self.calibration = await self._measure(sentences)
            text = msgspec.json.encode(self.calibration).decode()
            with suppress(StoreError):
                await self._values.set(OWNER, name, text, ttl_s=KEPT_S)

    def _name(self, sentences: dict[str, list[str]]) -> str:
        """Return what the result is told apart by: it follows from nothing else."""
        causes = json.dumps([self._embedder.name, self._embedder.dimensions, sentences])
        return hashlib.sha256(causes.encode()).hexdigest()[:32]

    async def _measure(self, sentences: dict[str, list[str]]) -> Calibration:
        single: dict[str, Band] = {}
        pairs: dict[str, Band] = {}
        for language, texts in sentences.items():
            messages = await asyncio.gather(*map(self._embedder.query, texts))
            single[language] = Band.of(messages, await self._embedder.passages(texts), 0)
            turns = await self._embedder.passages(answered(texts))
            pairs[language] = Band.of(messages, turns, 0, PARTNER)
        return Calibration(single, pairs)
