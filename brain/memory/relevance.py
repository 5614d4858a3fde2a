"""Tells what has to do with a message from what is only the nearest of a few memories.

A memory is relevant to a message if meaning and words together reach `LEAST`, which is more for a
message that asks for no memories, and `OF_NEAREST` of the meaning of the nearest memory:

    meaning   How much nearer the memory is to the message than memories are that have nothing to do
              with it, in standard deviations (`brain.memory.nearness`), and than the person's own
              memories are as a rule.
    words     The BM25 score divided by that of an ideal memory, which has every word of the message
              once. Words that no memory has count, too.

Both rest on what tells something. "Tell me more! How do you feel about it?" would do as a reply to
anything (`replies.txt` of each language): such a reply is not embedded (`embedded_text`), and the
words of a memory count only if one of them is neither common nor a word of such replies. Small talk
is near to other small talk, and a question to other questions, which tells nothing: neither has a
meaning here, unless a reply to the question tells something.

docs/recall.md gives the measurements by which the constants were chosen.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from statistics import median
from typing import Self

from brain.ids import MemoryId
from brain.languages import all_languages
from brain.memory.importance import ASKED, SMALL_TALK, is_question
from brain.memory.lexical import telling
from brain.memory.nearness import Nearness
from brain.memory.record import Kind, Memory

LEAST = 1.3
"""The least relevance of a memory that a reply is given, in standard deviations."""
NEED = 0.5
"""How much more of it is needed for a message that asks for no memories (`Nearness.need` is -1)."""
OF_NEAREST = 0.6
"""The least relevance of a memory that a reply is given, as a share of the meaning of the nearest
one."""
ENOUGH, ENOUGH_OF_FEW = 2.25, 3.0
"""The relevance in standard deviations that is enough, however near another memory is; and among so
few memories that all are compared, of which seldom more than one is meant."""
EQUAL = 10
"""How many of a person's own memories tell as much about what is unrelated as the calibration; of a
few, most may be what is asked for, so that their weight grows with the square of their number."""
WORDS = 9.0
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


@dataclass(frozen=True, slots=True)
class Floor:
    """What relevance to one message is measured by."""

    nearness: Nearness | None = None
    """How near memories are to the message; None to go by words alone."""
    terms: frozenset[str] = frozenset()
    """The telling terms of the message (`telling_terms`)."""
    usual: float = 0.0
    """The meaning that memories of this person have as a rule, in standard deviations."""
    enough: float = ENOUGH
    """The relevance that is enough, however near another memory is."""

    def among(self, near: Sequence[tuple[Memory, float]]) -> Self:
        """Return the floor for a person who has no more than these memories.

        Whoever always writes of the same things, in long texts or in a language without a
        calibration, has memories that are all near to each other.

        Args:
            near: all that the person has said, with the cosines to the message.
        """
        meanings = [
            self.meaning(memory, cosine) for memory, cosine in near if self._has_meaning(memory)
        ]
        number = len(meanings) ** 2
        usual = max(0.0, median(meanings or [0.0])) * number / (number + EQUAL**2)
        return replace(self, usual=usual, enough=ENOUGH_OF_FEW)

    def meaning(self, memory: Memory, cosine: float) -> float:
        """Return how much nearer a memory is than unrelated ones, in standard deviations.

        Args:
            memory: the memory.
            cosine: its cosine with `Nearness.vector`.
        """
        if self.nearness is None or not self._has_meaning(memory):
            return 0.0
        is_long = memory.kind is Kind.DAY or _reply_tells(memory)
        return self.nearness.of(memory, cosine, is_long=is_long) - self.usual

    def _has_meaning(self, memory: Memory) -> bool:
        if memory.importance <= SMALL_TALK:
            return False
        if memory.kind is Kind.DAY or _reply_tells(memory):
            return True
        only_asks = memory.importance <= ASKED and is_question(memory.text)
        return not only_asks and bool(telling_terms(memory.text))

    def reached(
        self,
        memories: Collection[Memory],
        *,
        cosines: Mapping[MemoryId, float],
        shares: Mapping[MemoryId, float],
    ) -> set[MemoryId]:
        """Return the ids of the memories that have to do with the message.

        Args:
            memories: all that were found.
            cosines: the cosines with `Nearness.vector` of those that were found by meaning.
            shares: the BM25 scores of those that were found by words, divided by that of an ideal
                memory; at most 1.
        """
        meanings = {
            one.id: self.meaning(one, cosines[one.id]) if one.id in cosines else 0.0
            for one in memories
        }
        least = LEAST + NEED * max(0.0, -self.nearness.need if self.nearness else 0.0)
        nearest = max(meanings.values(), default=0.0)
        least = max(least, min(OF_NEAREST * nearest, self.enough))
        return {
            one.id
            for one in memories
            if meanings[one.id] >= least
            or (
                meanings[one.id] + WORDS * shares.get(one.id, 0.0) >= least
                and self._shares_terms(one)
            )
        }

    def _shares_terms(self, memory: Memory) -> bool:
        """Return whether a memory has one of the telling terms of the message."""
        if not self.terms.isdisjoint(telling(memory.text)):
            return True
        if memory.reply is None or len(memory.reply) > LONG_REPLY:
            return memory.reply is not None
        return not self.terms.isdisjoint(telling_terms(memory.reply, is_reply=True))
