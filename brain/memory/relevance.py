"""Tells what has to do with a message from what is only the nearest of a few memories.

A memory is relevant to a message if meaning and words together reach `LEAST`:

    meaning   How much nearer the memory is to the message than memories are that have nothing to do
              with it, in standard deviations. Cosines lie in a band that each embedder and language
              has of its own (about 0.78 on average with multilingual-e5-small in English, and 0.83
              in Chinese), so that a cosine by itself tells nothing. The band is measured with the
              sentences in `everyday.txt` of the language of the memory. A message and its reply lie
              nearer to everything than one sentence does, and have a band of their own.
    words     The BM25 score divided by that of an ideal memory, which has every word of the message
              once. Words that no memory has count, too.

docs/recall.md gives the measurements by which the two constants were chosen.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from brain.languages import all_languages
from brain.memory.record import Kind, Memory, Vector

LEAST = 1.0
"""The least relevance of a memory that a reply is given, in standard deviations."""
WORDS = 5.0
"""The relevance of a memory that has all words of the message, in standard deviations."""


def everyday_sentences() -> dict[str, list[str]]:
    """Return everyday sentences by the code of their language, where its folder has some."""
    return {each.code: each.everyday.splitlines() for each in all_languages() if each.everyday}


PARTNER = 7
"""How many sentences further the one stands that is taken for the reply to a sentence."""


def answered(sentences: Sequence[str]) -> list[str]:
    """Return each sentence with another one below it, as a turn has its message and its reply."""
    partners = [*sentences[PARTNER:], *sentences[:PARTNER]]
    return [f"{one}\n{other}" for one, other in zip(sentences, partners, strict=True)]


@dataclass(frozen=True, slots=True)
class Band:
    """The cosines of messages and memories that have nothing to do with each other."""

    mean: float
    deviation: float

    @classmethod
    def of(cls, messages: Sequence[Vector], memories: Sequence[Vector], *steps: int) -> "Band":
        """Measure it with the vectors of the same sentences as messages and in memories.

        Args:
            messages: the vector of each sentence as a message.
            memories: the vector of each memory that begins with the sentence of that number.
            steps: how many sentences further those stand that a memory has, 0 among them.
        """
        count = len(messages)
        cosines = np.array(messages) @ np.array(memories).T
        rows, columns = np.indices((count, count))
        apart = cosines[~np.isin((rows - columns) % count, steps)]
        return cls(float(apart.mean()), float(apart.std()))


@dataclass(frozen=True, slots=True)
class Calibration:
    """What the cosines of one embedder are worth."""

    single: Mapping[str, Band]
    """By language, the band of memories of one sentence or so."""
    answered: Mapping[str, Band]
    """By language, the band of memories that are a message with its reply."""

    def nearness(self, memory: Memory, cosine: float) -> float:
        """Return how much nearer a memory is than unrelated ones, in standard deviations."""
        is_long = memory.reply is not None or memory.kind is Kind.DAY
        bands = self.answered if is_long else self.single
        known = bands.get(memory.language)
        # Another language is compared with the mean of those that are known.
        chosen = [known] if known is not None else list(bands.values())
        mean = sum(band.mean for band in chosen) / len(chosen)
        return (cosine - mean) * len(chosen) / sum(band.deviation for band in chosen)


@dataclass(frozen=True, slots=True)
class Floor:
    """What relevance is measured by."""

    calibration: Calibration | None = None
    """The calibration of the embedder; None to go by words alone."""
