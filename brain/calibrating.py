"""Measures what the vectors of an embedder have in common, and keeps it (`brain.memory.nearness`).

Some three hundred sentences are embedded for it. That takes seconds of a processor, or as many
texts of a server, and comes out the same each time, so the next process reads it from the store.
For the bundled embedder it comes with the package.
"""

import asyncio
import base64
import hashlib
import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from brain.errors import StoreError
from brain.languages import all_languages
from brain.memory.nearness import (
    MEMORY_SHARE,
    PARTNER,
    Band,
    Calibration,
    Rows,
    Sample,
    answered,
)
from brain.ports import Embedder, MemoryStore

OWNER = "calibration"
KEPT_S = 30 * 86_400.0
"""Seconds after which it is measured anew: a server may replace a model under its name."""

BUNDLED = Path(__file__).with_name("calibration.json")
"""The result for the bundled embedder; `python -m brain.calibrating` writes it anew."""

Sentences = dict[str, tuple[list[str], list[str]]]
"""By language, everyday sentences and messages that ask for memories."""


class Calibrator:
    """Calibrates one embedder, once."""

    def __init__(self, store: MemoryStore, embedder: Embedder) -> None:
        """Takes the embedder, and the store that keeps the result."""
        self._values = store.values
        self._embedder = embedder
        self._lock = asyncio.Lock()
        self.calibration: Calibration | None = None
        """The result; None as long as it is not known."""

    async def calibrate(self) -> Calibration:
        """Return the calibration, and find it out unless it is known. Raises EmbedderError."""
        async with self._lock:
            if self.calibration is None:
                self.calibration = await self._kept_or_measured()
            return self.calibration

    async def _kept_or_measured(self) -> Calibration:
        sentences = await asyncio.to_thread(sentences_by_language)
        name = _name(self._embedder, sentences)
        known = (await asyncio.to_thread(bundled)).get(name)
        if known is not None:
            return known
        with suppress(StoreError):
            kept = (await self._values.get(OWNER)).get(name, "")
            with suppress(msgspec.MsgspecError, ValueError):
                return decoded(kept)
        calibration = await measure(self._embedder, sentences)
        with suppress(StoreError):
            await self._values.set(OWNER, name, encoded(calibration), ttl_s=KEPT_S)
        return calibration


def _name(embedder: Embedder, sentences: Sentences) -> str:
    """Return what a result is told apart by: it follows from nothing else."""
    causes = [embedder.name, embedder.dimensions, MEMORY_SHARE, sentences]
    return hashlib.sha256(json.dumps(causes).encode()).hexdigest()[:32]


async def measure(embedder: Embedder, sentences: Sentences) -> Calibration:
    """Return the calibration of an embedder. Raises EmbedderError."""
    return {
        language: await _sample(embedder, everyday, personal)
        for language, (everyday, personal) in sentences.items()
    }


async def _sample(embedder: Embedder, everyday: list[str], personal: list[str]) -> Sample:
    messages = await asyncio.gather(*map(embedder.query, [*everyday, *personal]))
    single = await embedder.passages(everyday)
    pairs = await embedder.passages(answered(everyday))
    rows = np.array(messages).astype(np.float16)
    count = len(everyday)
    return Sample(
        everyday=rows[:count],
        personal=rows[count:],
        single=Band.of(messages[:count], single, 0),
        answered=Band.of(messages[:count], pairs, 0, PARTNER),
    )


def sentences_by_language() -> Sentences:
    """Return the everyday sentences and the personal messages of each language that has both."""
    return {
        each.code: (each.everyday.splitlines(), each.personal.splitlines())
        for each in all_languages()
        if each.everyday and each.personal
    }


def encoded(calibrations: Any) -> str:  # noqa: ANN401 of one embedder, or by name
    """Return a calibration, or several by name, as text."""
    return msgspec.json.encode(calibrations, enc_hook=_encode_rows).decode()


def decoded(text: str) -> Calibration:
    """Return the calibration that a text holds. Raises msgspec.MsgspecError, ValueError."""
    return msgspec.json.decode(text, type=dict[str, Sample], dec_hook=_decode_rows)


def bundled() -> dict[str, Calibration]:
    """Return what comes with the package: the result for the bundled embedder, by its name."""
    kind = dict[str, dict[str, Sample]]
    return {**msgspec.json.decode(BUNDLED.read_bytes(), type=kind, dec_hook=_decode_rows)}


def _encode_rows(rows: Any) -> list[str]:  # noqa: ANN401 what msgspec does not know
    return [base64.b64encode(row.tobytes()).decode() for row in rows]


def _decode_rows(_: type, rows: list[str]) -> Rows:
    return np.array([np.frombuffer(base64.b64decode(row), np.float16) for row in rows])


async def _write_bundled() -> None:
    from brain.embedders.e5_small import E5SmallEmbedder  # noqa: PLC0415 any other is measured later

    embedder, sentences = E5SmallEmbedder(), sentences_by_language()
    calibration = await measure(embedder, sentences)
    await embedder.aclose()
    BUNDLED.write_text(encoded({_name(embedder, sentences): calibration}), encoding="utf-8")


if __name__ == "__main__":
    asyncio.run(_write_bundled())
