"""Tells what has to do with a message from what is only the nearest of a few memories.

A memory is relevant to a message if meaning and words together reach `LEAST`:

    meaning   How much nearer the memory is than everyday sentences are, in standard deviations.
              Cosines lie in a band that each embedder and language has of its own (sentences about
              different things have 0.79 on average with multilingual-e5-small in English, and 0.87
              in Chinese), so that a cosine by itself tells nothing. The sentences are those in
              `everyday.txt` of the language of the memory.
    words     The BM25 score divided by that of an ideal memory, which has every word of the message
              once. Words that no memory has count, too.

docs/recall.md gives the measurements by which the two constants were chosen.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from brain.languages import all_languages
from brain.memory.record import Vector

LEAST = 0.75
"""The least relevance of a memory that a reply is given, in standard deviations."""
WORDS = 5.0
"""The relevance of a memory that has all words of the message, in standard deviations."""


def everyday_sentences() -> dict[str, list[str]]:
    """Return everyday sentences by the code of their language, where its folder has some."""
    return {each.code: each.everyday.splitlines() for each in all_languages() if each.everyday}


@dataclass(frozen=True, slots=True)
class Calibration:
    """What the cosines of one embedder are worth."""

    means: Mapping[str, Vector]
    """By language, the mean vector of its everyday sentences. A message's cosine with this vector
    is the mean of its cosines with the sentences."""
    mean: Vector
    """The mean of these vectors, for memories in other languages."""
    deviation: float
    """The standard deviation of the cosines of two everyday sentences of one language."""

    @classmethod
    def of(cls, vectors: Mapping[str, Sequence[Vector]]) -> "Calibration":
        """Compute it from the vectors of the sentences of each language, embedded as passages."""
        means: dict[str, Vector] = {}
        deviations = []
        for language, rows in vectors.items():
            matrix = np.array(rows, np.float32)
            means[language] = matrix.mean(axis=0)
            pairs = (matrix @ matrix.T)[np.triu_indices(len(rows), k=1)]
            deviations.append(float(pairs.std()))
        return cls(means, np.mean(list(means.values()), axis=0), float(np.mean(deviations)))


@dataclass(frozen=True, slots=True)
class Floor:
    """What relevance is measured by; without a vector or a calibration, by words alone."""

    vector: Vector | None = None
    """The vector of the message."""
    calibration: Calibration | None = None
    """The calibration of the embedder of that vector."""
