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

Both rest on what tells something. "Tell me more! How do you feel about it?" would do as a reply to
anything (`replies.txt` of each language): such a reply is not embedded (`embedded_text`), and the
words of a memory count only if one of them is neither common nor a word of such replies. Small talk
is near to other small talk, which tells nothing: it has no meaning here.

docs/recall.md gives the measurements by which the two constants were chosen.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from brain.languages import all_languages
from brain.memory.importance import SMALL_TALK
from brain.memory.lexical import telling
from brain.memory.record import Kind, Memory, Vector

LEAST = 1.0
"""The least relevance of a memory that a reply is given, in standard deviations."""
WORDS = 5.0
"""The relevance of a memory that has all words of the message, in standard deviations."""

LONG_REPLY = 400
"""The length in characters from which on a reply is taken to tell something, whatever its words."""
_UNSPACED = "\u0e00"
"""No character before this one belongs to a script without spaces."""


def telling_terms(text: str, *, is_reply: bool = False) -> set[str]:
    """Return the terms that say what a text is about.

    Args:
        text: the text.
        is_reply: whether to leave out what stands in replies that would do for anything.
    """
    terms, characters = _untelling(is_reply=is_reply)
    # In scripts without spaces a term is any two neighbouring characters, of which many are no
    # word: they tell something if one of the two does.
    return {
        one
        for one in telling(text)
        if one not in terms and (one < _UNSPACED or not characters.issuperset(one))
    }


@cache
def _untelling(*, is_reply: bool) -> tuple[frozenset[str], frozenset[str]]:
    """Return the terms, and the characters of scripts without spaces, that tell nothing."""
    if not is_reply:
        return frozenset(), frozenset("".join(each.common_words for each in all_languages()))
    replies = "\n".join(each.replies for each in all_languages())
    return frozenset(telling(replies)), frozenset(replies)


def embedded_text(memory: Memory) -> str:
    """Return the text by whose vector a memory is found: without a reply that tells nothing."""
    return memory.content if _reply_tells(memory) else memory.text


def _reply_tells(memory: Memory) -> bool:
    """Return whether a reply has a telling term that its message does not have."""
    if memory.reply is None or len(memory.reply) > LONG_REPLY:
        return memory.reply is not None
    return bool(telling_terms(memory.reply, is_reply=True) - telling(memory.text))


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

    def nearness(self, memory: Memory, cosine: float, *, is_long: bool) -> float:
        """Return how much nearer a memory is than unrelated ones, in standard deviations.

        Args:
            memory: the memory.
            cosine: its cosine with the message.
            is_long: whether it is a day, or a message that was embedded with its reply.
        """
        bands = self.answered if is_long else self.single
        known = bands.get(memory.language)
        # Another language is compared with the mean of those that are known.
        chosen = [known] if known is not None else list(bands.values())
        mean = sum(band.mean for band in chosen) / len(chosen)
        return (cosine - mean) * len(chosen) / sum(band.deviation for band in chosen)


@dataclass(frozen=True, slots=True)
class Floor:
    """What relevance to one message is measured by."""

    calibration: Calibration | None = None
    """The calibration of the embedder; None to go by words alone."""
    terms: frozenset[str] = frozenset()
    """The telling terms of the message (`telling_terms`)."""

    def is_reached(self, memory: Memory, *, cosine: float | None, share: float) -> bool:
        """Return whether a memory has to do with the message.

        Args:
            memory: the memory.
            cosine: its cosine with the message; None where it was not found by meaning.
            share: its BM25 score divided by that of an ideal memory, at most 1.
        """
        words, meaning = WORDS * share, 0.0
        if cosine is not None and self.calibration and memory.importance > SMALL_TALK:
            is_long = memory.kind is Kind.DAY or _reply_tells(memory)
            if is_long or telling_terms(memory.text):
                meaning = self.calibration.nearness(memory, cosine, is_long=is_long)
        if meaning >= LEAST or meaning + words < LEAST:
            return meaning >= LEAST
        if not self.terms.isdisjoint(telling(memory.text)):
            return True
        if memory.reply is None or len(memory.reply) > LONG_REPLY:
            return memory.reply is not None
        return not self.terms.isdisjoint(telling_terms(memory.reply, is_reply=True))
