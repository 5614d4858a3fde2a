"""Puts the newer of two turns that say nearly the same above the older one. Pure.

Most ways in which people say that something has changed are in no list of forms
(`brain.memory.updates`): "I ditched DJ Plum, performing as Velvet Otter these days". Where the
newer of two short statements has a word of change, and both mean nearly the same to the embedder,
it comes first. That is an order and no more: nothing is linked, and neither is marked as said
earlier, because two statements that both hold may be as near to each other.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from brain.ids import MemoryId
from brain.languages import known, language
from brain.memory.ranking import SAME_CONVERSATION, Scored
from brain.memory.record import Kind, Vector
from brain.memory.updates import may_say_otherwise

AMONG = 5
"""How many of the best memories are compared with each other."""
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
        and may_say_otherwise(newer, older)
    ]


def newer_of_alike_first(
    found: Scored,
    candidates: Iterable[tuple[MemoryId, MemoryId]],
    vectors: Mapping[MemoryId, Vector],
    question: Vector,
) -> Scored:
    """Return the memories with the scores of alike turns exchanged where the older one is better.

    Args:
        found: the memories with their scores.
        candidates: pairs of turns (`alike_candidates`).
        vectors: the vectors of these turns, as far as they have one.
        question: the vector of the question.
    """
    scores = dict(found.scores)
    for older, newer in candidates:
        if older not in vectors or newer not in vectors or scores[newer] >= scores[older]:
            continue
        before, now = vectors[older], vectors[newer]
        spoken = known(found.memories[newer].language)
        updates = language(spoken).updates if spoken else None
        is_alike = updates is not None and float(before @ now) >= updates.alike
        if is_alike and float(before @ question) - float(now @ question) <= NEARER:
            scores[older], scores[newer] = scores[newer], scores[older]
    return replace(found, scores=scores)
