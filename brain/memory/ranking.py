"""Ranking: from what a store found to what a reply is given. Pure.

The steps in their order:

    fused     a memory's score: what its words give (BM25, of the best one's), and half of what its
              meaning gives (cosine, between the worst and the best found). Scores, not ranks: how
              far the first is ahead of the second is worth knowing.
    spread    the best pass a share on to what was said around them, twice as much forwards as back:
              an answer follows its question. A note gets as much from the turns that it is made of.
    weighed   by what it is: a question tells less than an answer; what was said at the time that
              is asked for tells more. Retention only breaks near-ties: a larger weight buries old
              truths under fresh small talk.
    picked    best first; what repeats a memory already picked gives way to what is new.

What each step brings is measured in docs/recall.md.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import chain
from operator import itemgetter
from zoneinfo import ZoneInfo

from brain.ids import MemoryId
from brain.memory.record import Kind, Memory
from brain.memory.retention import SECONDS_PER_DAY, retention
from brain.memory.temporal import Span, resolved, spans

DENSE_WEIGHT = 0.5
"""What meaning counts beside words: our embedders tell less than the words do."""
SPREAD_FROM = 10
"""How many of the best pass on; 20 find no more, and take twice as long."""
REACH = 2
"""How many turns to each side they pass on to."""
SHARE = 0.4
"""Of a score, to the turn after it; that share of it to the one after that."""
BACKWARDS = 0.5
"""Of that, to the turn as far before it."""
SHARES = sorted(
    (SHARE**step * way for step in range(1, REACH + 1) for way in (1.0, BACKWARDS)), reverse=True
)
"""What a turn may get from its neighbours, and a note from the best turns that it is made of."""
ONE_TALK = timedelta(hours=6)
"""What is further away is another conversation, whatever turns lie between."""
OPEN_QUESTION = 0.9
"""Of the score of what ends with a question: it tells less than its answer."""
SAID_THEN = 1.25
"""Of the score of what was said at the time that is asked about; nothing is left out for it."""
TOLD_WITHIN = timedelta(days=7)
"""How long after a time it is still told of."""
REPEATED = 0.75
"""Of a score, for each memory already picked that says the same."""
RETENTION_WEIGHT = 0.05
"""The share of a score that hangs on retention: a factor between 0.95 and 1."""
QUERY_CHARACTERS = 2_000
_DAY = timedelta(days=1)

Ranking = Sequence[tuple[Memory, float]]
"""Memories with a score each, best first."""


@dataclass(frozen=True, slots=True)
class Recalled:
    """A memory, why it ranks where it does, and how much of it is left."""

    memory: Memory
    score: float
    retention: float


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A turn that was said near another one."""

    of: MemoryId
    """The other one's id."""
    memory: Memory
    distance: int
    """In turns: 1 is the next one, -1 the one before."""


@dataclass(frozen=True, slots=True)
class Scored:
    """Memories and what speaks for each."""

    memories: Mapping[MemoryId, Memory]
    scores: Mapping[MemoryId, float]

    def best(self, number: int) -> list[MemoryId]:
        """Ids, best first."""
        memories, scores = self.memories, self.scores
        # Of equals the later memory first, then the id, to be deterministic.
        return sorted(
            scores,
            key=lambda id: (-scores[id], -memories[id].said_at.timestamp(), id),  # noqa: A006
        )[:number]


def gist(text: str) -> str:
    """What to search with: a long paste by its beginning and its end, where questions stand."""
    if len(text) <= QUERY_CHARACTERS:
        return text
    half = QUERY_CHARACTERS // 2
    return f"{text[:half]}\n{text[-half:]}"


def asked_times(text: str, *, now: datetime, zone: ZoneInfo, language: str) -> tuple[Span, ...]:
    """The times that a question asks about: those that are over, and today."""
    named = spans(text, now=now, zone=zone, language=language)
    return tuple(span for span in named if span.until <= now + _DAY)


def current_retention(memory: Memory, now: datetime) -> float:
    """R of that memory now; 1 for a pinned one."""
    if memory.pinned:
        return 1.0
    elapsed = (now - memory.last_recalled).total_seconds() / SECONDS_PER_DAY
    return retention(elapsed, memory.strength)


def fuse(dense: Ranking, lexical: Ranking, *, without: Collection[MemoryId] = ()) -> Scored:
    """One score for each memory found, 0 to 1.5.

    Args:
        dense: with cosines, which lie in a narrow band: only differences within this list count.
        lexical: with BM25 scores.
        without: ids that the prompt holds anyway (recent turns, this very turn).
    """
    near = [pair for pair in dense if pair[0].id not in without]
    worded = [pair for pair in lexical if pair[0].id not in without]
    scores: dict[MemoryId, float] = {}
    if worded:
        best = worded[0][1]
        scores = {memory.id: score / best for memory, score in worded}
    if near:
        best, worst = near[0][1], near[-1][1]
        width = best - worst
        for memory, cosine in near:
            meant = (cosine - worst) / width if width else 1.0
            scores[memory.id] = scores.get(memory.id, 0.0) + DENSE_WEIGHT * meant
    return Scored({memory.id: memory for memory, _ in chain(near, worded)}, scores)


def joined(found: Scored, of_a_time: Scored) -> Scored:
    """With what was found of the time that is asked about, each by the better of its scores.

    That was measured by the best of its time: "what did I do last Tuesday?" has no other words.
    """
    scores = dict(found.scores)
    for memory_id, score in of_a_time.scores.items():
        scores[memory_id] = max(score, scores.get(memory_id, 0.0))
    return Scored({**found.memories, **of_a_time.memories}, scores)


def spread(
    found: Scored, neighbours: Sequence[Neighbour], *, without: Collection[MemoryId] = ()
) -> Scored:
    """The same with what the best pass on, and those that they pass it on to.

    A turn is at most 1.84 times what it would be alone. Notes have no neighbours, and would be
    buried: they get as much, from the best turns that they are made of.
    """
    scores, memories = dict(found.scores), dict(found.memories)
    for neighbour in neighbours:
        memory_id = neighbour.memory.id
        apart = abs(neighbour.memory.said_at - found.memories[neighbour.of].said_at)
        if memory_id not in without and apart <= ONE_TALK:
            way = 1.0 if neighbour.distance > 0 else BACKWARDS
            share = SHARE ** abs(neighbour.distance) * way
            memories[memory_id] = neighbour.memory
            scores[memory_id] = scores.get(memory_id, 0.0) + share * found.scores[neighbour.of]
    notes = [memory for memory in found.memories.values() if _note_sources(memory)]
    best = set(found.best(SPREAD_FROM)) if notes else set()
    for note in notes:
        memory_id = note.id
        given = sorted(
            (found.scores[one] for one in best.intersection(_note_sources(note))), reverse=True
        )
        scores[memory_id] += sum(score * share for score, share in zip(given, SHARES, strict=False))
    return Scored(memories, scores)


def rank(
    found: Scored, *, now: datetime, limit: int, times: Sequence[Span] = ()
) -> tuple[Recalled, ...]:
    """The best `limit` memories, best first.

    Args:
        found: what speaks for each.
        now: for the retention.
        limit: the most memories to give.
        times: those that the question asks about (`asked_times`).
    """
    recalled = []
    for memory_id, memory in found.memories.items():
        left = current_retention(memory, now)
        weight = 1.0 - RETENTION_WEIGHT + RETENTION_WEIGHT * left
        if memory.content.endswith(("?", "？")):
            weight *= OPEN_QUESTION
        if times and is_of(memory, times):
            weight *= SAID_THEN
        recalled.append(Recalled(memory, found.scores[memory_id] * weight, left))
    return _picked(recalled, limit)


def is_of(memory: Memory, times: Sequence[Span]) -> bool:
    """Whether it was said at one of those times or soon after, or speaks of one."""
    if any(span.first <= memory.said_at < span.until + TOLD_WITHIN for span in times):
        return True
    told = resolved(
        memory.text, said_at=memory.said_at, zone=_zone(memory.zone), language=memory.language
    )
    return any(a.first < b.until and b.first < a.until for a in told for b in times)


def _picked(recalled: list[Recalled], limit: int) -> tuple[Recalled, ...]:
    picked: list[Recalled] = []
    left = {each.memory.id: (_order(each), each) for each in recalled}
    while left and len(picked) < limit:
        _, best = min(left.values(), key=itemgetter(0))
        del left[best.memory.id]
        picked.append(best)
        for memory_id, (_, other) in left.items():
            if _say_the_same(other.memory, best.memory):
                less = replace(other, score=other.score * REPEATED)
                left[memory_id] = (_order(less), less)
    return tuple(picked)


def _order(recalled: Recalled) -> tuple[float, float, str]:
    # Of equals the later memory first, then the id, to be deterministic.
    return (-recalled.score, -recalled.memory.said_at.timestamp(), recalled.memory.id)


def _say_the_same(one: Memory, other: Memory) -> bool:
    """A note and a turn that it was made of, a fact and its day; two facts of a turn do not."""
    if one.kind is other.kind:
        return False
    if Kind.TURN in {one.kind, other.kind}:
        return one.id in _note_sources(other) or other.id in _note_sources(one)
    return not set(one.sources).isdisjoint(other.sources)


def _note_sources(memory: Memory) -> tuple[str, ...]:
    """What a note names as its sources. Those of a turn are what its reply was given: none here."""
    return () if memory.kind is Kind.TURN else memory.sources


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return ZoneInfo("UTC")  # written on a machine that knew more zones
