"""Tells how near memories are to a message, and how much the message asks for any. Pure.

A cosine by itself tells nothing. Cosines lie in a band that each embedder and language has of its
own (about 0.78 on average with multilingual-e5-small in English, and 0.83 in Chinese), and some
sentences are near to all others: "My site is example.com" to every question. What all messages have
in common is therefore taken out, and half of what memories have in common. With the vector q of a
message and m of a memory, and the mean vectors Q of messages and M of memories, the nearness is

    q·m - Q·m - q·M / 2

in standard deviations from what is usual. A search with q - Q in place of q finds in the order of
the nearness, and finds more. To take out the mean is of Mu and Viswanath, "All-but-the-Top" (arXiv
1702.01417); messages and memories have a mean each, because an embedder such as e5 embeds them in
different ways.

Most messages ask for no memory: "Tell me a joke". How much one does is told by whether it is nearer
to messages about the person's own life than to others, on average and the nearest of each.

What is usual is measured with the sentences of each language: `everyday.txt` has statements and
messages that ask for no memory, `personal.txt` messages that do. A message and its reply lie nearer
to everything than one sentence does, and have a band of their own.
"""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from brain.memory.record import Memory, Vector

MEMORY_SHARE = 0.5
"""The share that is taken out of what memories have in common: a message that is near to all of a
person's memories means them a little more than another one. docs/recall.md has measurements."""
NEAREST_WEIGHT = 0.5
"""The weight of the nearest messages, beside that of the mean of all, in how much one asks for."""
MOST = 2.0
"""The most that either tells; a message with which memories are asked for has 1, any other -1."""
PARTNER = 7
"""How many sentences further the one stands that is taken for the reply to a sentence."""

Rows = NDArray[np.float16]
"""Vectors, one a row; rounded, as they are kept."""


def answered(sentences: Sequence[str]) -> list[str]:
    """Return each sentence with another one below it, as a turn has its message and its reply."""
    partners = [*sentences[PARTNER:], *sentences[:PARTNER]]
    return [f"{one}\n{other}" for one, other in zip(sentences, partners, strict=True)]


@dataclass(frozen=True, slots=True, eq=False)
class Band:
    """How near messages and memories are that have nothing to do with each other."""

    centre: Rows
    """The mean of the memories, as one row."""
    mean: float
    """The mean of the nearness."""
    deviation: float

    @classmethod
    def of(cls, messages: Sequence[Vector], memories: Sequence[Vector], *steps: int) -> Self:
        """Measure it with the vectors of the same sentences as messages and in memories.

        Args:
            messages: the vector of each sentence as a message.
            memories: the vector of each memory that begins with the sentence of that number.
            steps: how many sentences further those stand that a memory has, 0 among them.
        """
        count, asked, said = len(messages), np.array(messages), np.array(memories)
        centre = said.mean(0)
        nearness = (asked - asked.mean(0)) @ said.T
        nearness -= MEMORY_SHARE * (asked @ centre)[:, None]
        rows, columns = np.indices((count, count))
        apart = nearness[~np.isin((rows - columns) % count, steps)]
        return cls(centre[None].astype(np.float16), float(apart.mean()), float(apart.std()))


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """The sentences of one language, as an embedder embeds them."""

    everyday: Rows
    """Everyday sentences as messages."""
    personal: Rows
    """Messages that ask for memories."""
    single: Band
    """The band of memories of one sentence or so."""
    answered: Band
    """The band of memories that are a message with its reply."""


Calibration = Mapping[str, Sample]
"""What the vectors of one embedder are worth, by language."""


class Nearness:
    """How near memories are to one message, and how much it asks for any."""

    def __init__(self, calibration: Calibration, message: Vector, language: str) -> None:
        """Take out of a message what all messages have in common.

        Args:
            calibration: the calibration of the embedder that embedded the message.
            message: the vector of the message.
            language: the language of the message.
        """
        self._calibration = calibration
        self._message = message
        self._usual: dict[tuple[str, bool], tuple[float, float]] = {}
        samples = self._samples(language)
        everyday = np.concatenate([one.everyday for one in samples]).astype(np.float32)
        personal = np.concatenate([one.personal for one in samples]).astype(np.float32)
        rest = message - everyday.mean(0)
        self._length = max(float(np.linalg.norm(rest)), sys.float_info.epsilon)
        self.vector: Vector = rest / np.float32(self._length)
        """The vector to search with."""
        self.need = _need(message, everyday, personal)
        """How much the message asks for memories: about 1 if it does, and -1 if it does not."""

    def of(self, memory: Memory, cosine: float, *, is_long: bool) -> float:
        """Return how much nearer a memory is than unrelated ones, in standard deviations.

        Args:
            memory: the memory.
            cosine: its cosine with `vector`.
            is_long: whether it is a day, or a message that was embedded with its reply.
        """
        key = (memory.language, is_long)
        if key not in self._usual:
            self._usual[key] = self._unrelated(*key)
        mean, deviation = self._usual[key]
        return (cosine * self._length - mean) / deviation

    def between(self, one: Vector, other: Vector, language: str) -> float:
        """Return the cosine of two memories of a language without what all have in common."""
        samples = self._samples(language)
        centre = np.concatenate([each.single.centre for each in samples]).mean(0, np.float32)
        rest = one - centre, other - centre
        lengths = float(np.linalg.norm(rest[0])) * float(np.linalg.norm(rest[1]))
        return float(rest[0] @ rest[1]) / max(lengths, sys.float_info.epsilon)

    def _unrelated(self, language: str, is_long: bool) -> tuple[float, float]:  # noqa: FBT001
        """Return the mean and the deviation of the cosine, times the length, of unrelated ones."""
        samples = self._samples(language)
        bands = [one.answered if is_long else one.single for one in samples]
        means = [
            band.mean + MEMORY_SHARE * float(band.centre[0].astype(np.float32) @ self._message)
            for band in bands
        ]
        deviation = sum(band.deviation for band in bands) / len(bands)
        return sum(means) / len(bands), max(deviation, sys.float_info.epsilon)

    def _samples(self, language: str) -> list[Sample]:
        """Return the sample of a language; for one without sentences those of all others."""
        known = self._calibration.get(language)
        return list(self._calibration.values()) if known is None else [known]


def _need(message: Vector, others: NDArray[np.float32], asking: NDArray[np.float32]) -> float:
    way = asking.mean(0) - others.mean(0)
    by_mean = _between(message @ way, others.mean(0) @ way, asking.mean(0) @ way)
    nearer = (asking @ message).max() - (others @ message).max()
    among_asking, among_others = asking @ asking.T, others @ others.T
    for cosines in (among_asking, among_others):
        # No message is its own neighbour.
        np.fill_diagonal(cosines, -1.0)
    across = asking @ others.T
    most = float((among_asking.max(1) - across.max(1)).mean())
    least = float((across.max(0) - among_others.max(1)).mean())
    by_nearest = _between(nearer, least, most)
    return (by_mean + NEAREST_WEIGHT * by_nearest) / (1.0 + NEAREST_WEIGHT)


def _between(value: float, least: float, most: float) -> float:
    """Return where a value lies between two others, of which the lesser is -1 and the other 1."""
    half = max((most - least) / 2, sys.float_info.epsilon)
    return float(np.clip((value - (least + most) / 2) / half, -MOST, MOST))
