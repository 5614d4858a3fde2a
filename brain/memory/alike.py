"""Puts the newer of two turns that say nearly the same above the older one. Pure.

Most ways in which people say that something has changed are in no list of forms
(`brain.memory.updates`): "van life is over, I'm renting a bungalow in Truro". Where two short
statements of the same people mean nearly the same and answer a question nearly as well, the newer
one comes first. That is an order and no more: nothing is linked, and neither is marked as said
earlier, because two statements that both hold may be as near to each other.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from brain.ids import MemoryId
from brain.memory.nearness import Nearness
from brain.memory.ranking import SAME_CONVERSATION, Scored
from brain.memory.record import Kind, Memory, Vector
from brain.memory.statement_reader import read
from brain.messages import own_words

AMONG = 5
"""How many of the best memories are compared with each other."""
ALIKE = 0.45
"""The cosine, without what all memories have in common, from which two mean nearly the same."""
SHORT = 120
"""The most characters of such a statement."""
NEARER = 0.05
"""The most by which the cosine of the older one with the question is greater: where it is by more,
the question is about the older one alone."""


def alike_candidates(found: Scored) -> list[tuple[MemoryId, MemoryId]]:
    """Return the older and the newer of the best turns that may change places, oldest first."""
    best = (found.memories[memory_id] for memory_id in found.best(AMONG))
    turns = sorted(
        (one for one in best if one.kind is Kind.TURN), key=lambda one: (one.said_at, one.id)
    )
    return [
        (older.id, newer.id)
        for number, older in enumerate(turns)
        for newer in turns[number + 1 :]
        if found.scores[newer.id] < found.scores[older.id]
        and newer.said_at - older.said_at > SAME_CONVERSATION
        and _may_say_otherwise(newer, older)
    ]


def _may_say_otherwise(newer: Memory, older: Memory) -> bool:
    """Return whether both are short statements of the person, or both of others alone."""
    texts = own_words(newer.text), own_words(older.text)
    if newer.language != older.language or any(
        len(text) > SHORT or "?" in text or "？" in text for text in texts
    ):
        return False
    return _is_own(newer) == _is_own(older)


def _is_own(memory: Memory) -> bool:
    statements = read(memory.text, memory.language).statements
    return not statements or any(not one.who for one in statements)


def newer_of_alike_first(
    found: Scored,
    candidates: Iterable[tuple[MemoryId, MemoryId]],
    vectors: Mapping[MemoryId, Vector],
    question: Vector,
    nearness: Nearness,
) -> Scored:
    """Return the memories with the scores of alike turns exchanged where the older one is better.

    Args:
        found: the memories with their scores.
        candidates: pairs of turns (`alike_candidates`).
        vectors: the vectors of these turns, as far as they have one.
        question: the vector of the question.
        nearness: tells what memories have in common.
    """
    scores = dict(found.scores)
    for older, newer in candidates:
        if older not in vectors or newer not in vectors or scores[newer] >= scores[older]:
            continue
        before, now = vectors[older], vectors[newer]
        is_alike = nearness.between(before, now, found.memories[newer].language) >= ALIKE
        if is_alike and float(before @ question) - float(now @ question) <= NEARER:
            scores[older], scores[newer] = scores[newer], scores[older]
    return replace(found, scores=scores)
