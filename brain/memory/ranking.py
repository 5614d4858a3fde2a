"""Ranks what a store found, down to the memories that a reply is given. Pure.

The steps in their order:

    fuse      A memory's score is its BM25 score divided by the best one, plus half of its cosine
              scaled between the worst and the best found. Scores are fused rather than ranks,
              because the distance between the first and the second tells something. For a reply,
              what has nothing to do with the message is left out (`Floor`).
    spread    The best turns pass a share of their score on to the turns around them, more to later
              ones than to earlier ones, because an answer follows its question, and less to long
              ones, which are about more. A note gets as much from the turns that it is made of.
    weigh     A question tells less than an answer; what was said at the time that is asked about
              tells more. Retention only breaks near-ties, because a larger weight would rank fresh
              small talk above old facts.
    pick      The best come first; a memory that repeats one already picked is lowered.

docs/recall.md gives measurements of each step.
"""

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import chain
from operator import itemgetter
from zoneinfo import ZoneInfo

from brain.ids import MemoryId
from brain.memory.record import Kind, Memory
from brain.memory.relevance import Floor
from brain.memory.retention import SECONDS_PER_DAY, retention
from brain.memory.temporal import Span, resolved, spans
from brain.messages import own_words

DENSE_WEIGHT = 0.5
"""The weight of a vector's score beside that of the words, which tell more."""
SPREAD_FROM = 8
"""How many of the best pass a share on; 20 find no more, and take twice as long."""
REACH = 2
"""How many turns to each side they pass it on to."""
SHARE = 0.6
"""The share of a score that the next turn gets; the turn after that gets this share of it."""
BACKWARDS = 0.7
"""How much of that a turn as far before gets."""
WHOLE_SHARE_CHARACTERS = 250
"""The length of turns up to which they get the whole share; one four times as long gets half."""
SHARES = sorted(
    (SHARE**step * way for step in range(1, REACH + 1) for way in (1.0, BACKWARDS)), reverse=True
)
"""The shares that a note gets from the best turns that it is made of, largest first: as much as a
turn may get from its neighbours."""
SAME_CONVERSATION = timedelta(hours=6)
"""Turns that are further apart belong to different conversations, however few lie between them."""
OPEN_QUESTION = 0.9
"""The factor for a memory that ends with a question, which tells less than its answer."""
SAID_THEN = 1.25
"""The factor for a memory of the time that is asked about; other memories are not left out."""
TOLD_WITHIN = timedelta(days=7)
"""How long after a time people still tell of it."""
REPEATED = 0.75
"""The factor for each memory already picked that says the same."""
REPLACED = 0.75
"""The most that a turn gets of the score of a later one that says otherwise."""
RETENTION_WEIGHT = 0.05
"""The share of a score that depends on retention, which gives a factor between 0.95 and 1."""
QUERY_CHARACTERS = 2_000
"""How many characters of a question are searched with."""
_DAY = timedelta(days=1)

Ranking = Sequence[tuple[Memory, float]]
"""Memories with a score each, best first."""


@dataclass(frozen=True, slots=True)
class Recalled:
    """A memory that was recalled."""

    memory: Memory
    score: float
    """What it was ranked by; higher is better."""
    retention: float
    """R at the time of recall, from 0 to 1."""
    replaced_at: datetime | None = None
    """When the person said otherwise; None where they did not."""


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A turn that was said near another one."""

    of: MemoryId
    """The id of the other turn."""
    memory: Memory
    distance: int
    """How many turns later it was said: 1 is the next turn, -1 the one before."""


@dataclass(frozen=True, slots=True)
class Scored:
    """Memories and their scores, both by id."""

    memories: Mapping[MemoryId, Memory]
    scores: Mapping[MemoryId, float]
    newer: Mapping[MemoryId, Memory] = field(default_factory=dict)
    """By the id of a turn, the later turn that says otherwise."""
    cut: frozenset[MemoryId] = frozenset()
    """Ids of memories that were found and have nothing to do with the message."""

    def best(self, number: int) -> list[MemoryId]:
        """Return the ids of the best memories, best first."""
        # Equal scores are ordered by time, later first, then by id, to be deterministic.
        ordered = [
            (-score, -self.memories[memory_id].said_at.timestamp(), memory_id)
            for memory_id, score in self.scores.items()
        ]
        ordered.sort()
        return [memory_id for *_, memory_id in ordered[:number]]


def shorten_query(text: str) -> str:
    """Shorten a question to search with: of a long one the beginning and the end are kept."""
    if len(text) <= QUERY_CHARACTERS:
        return text
    half = QUERY_CHARACTERS // 2
    return f"{text[:half]}\n{text[-half:]}"


def asked_times(text: str, *, now: datetime, zone: ZoneInfo, language: str) -> tuple[Span, ...]:
    """Return the times that a question asks about, without those that lie in the future.

    Args:
        text: the question.
        now: when it is asked.
        zone: the time zone of the person who asks.
        language: the language of the question.
    """
    named = spans(text, now=now, zone=zone, language=language)
    return tuple(span for span in named if span.until <= now + _DAY)


def current_retention(memory: Memory, now: datetime) -> float:
    """Return R of a memory now; 1 for a pinned one."""
    if memory.pinned:
        return 1.0
    elapsed = (now - memory.last_recalled).total_seconds() / SECONDS_PER_DAY
    return retention(elapsed, memory.strength)


def fuse(
    dense: Ranking,
    lexical: Ranking,
    *,
    without: Collection[MemoryId] = (),
    floor: Floor | None = None,
    ideal: float = 0.0,
    asked: Span | None = None,
) -> Scored:
    """Return one score from 0 to 1.5 for each memory that was found.

    Args:
        dense: found by vector, with cosines. These lie close together, so that only their
            differences within this list count.
        lexical: found by words, with BM25 scores.
        without: ids of memories that the prompt has anyway (recent turns, this very turn).
        floor: what a memory must reach; None to return all.
        ideal: the BM25 score of a memory with all words of the message (`Candidates.ideal`).
        asked: a time that the message asks about: what was said then needs to reach nothing.
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
    found = {memory.id: memory for memory, _ in chain(near, worded)}
    if floor is not None:
        cosines = {memory.id: cosine for memory, cosine in near}
        shares = {memory.id: min(1.0, score / ideal) for memory, score in worded}
        reached = floor.reached(found.values(), cosines=cosines, shares=shares)
        relevant = {
            memory_id: memory
            for memory_id, memory in found.items()
            if memory_id in reached
            or (asked is not None and asked.first <= memory.said_at < asked.until)
        }
        scores = {memory_id: scores[memory_id] for memory_id in relevant}
        return Scored(relevant, scores, cut=frozenset(found.keys() - relevant.keys()))
    return Scored(found, scores)


def merge(found: Scored, of_a_time: Scored) -> Scored:
    """Add what was found of a time that is asked about; each memory keeps the better score.

    The scores of that time are relative to the best of that time, because a question such as "what
    did I do last Tuesday?" has no other words to find it by.
    """
    scores = dict(found.scores)
    for memory_id, score in of_a_time.scores.items():
        scores[memory_id] = max(score, scores.get(memory_id, 0.0))
    cut = (found.cut | of_a_time.cut) - scores.keys()
    return Scored({**found.memories, **of_a_time.memories}, scores, cut=cut)


def spread(
    found: Scored, neighbours: Sequence[Neighbour], *, without: Collection[MemoryId] = ()
) -> Scored:
    """Return the scores after the best turns have passed a share on to their neighbours.

    A turn gets at most `sum(SHARES)` times the best score in addition to its own. Notes have no
    neighbours and would fall behind, so they get as much from the best turns that they are made of.

    Args:
        found: the memories that were found, with their scores.
        neighbours: the turns said near the best of them, of which some are not in `found`.
        without: ids of memories that the prompt has anyway.
    """
    scores, memories = dict(found.scores), dict(found.memories)
    for neighbour in neighbours:
        memory_id = neighbour.memory.id
        apart = abs(neighbour.memory.said_at - found.memories[neighbour.of].said_at)
        if memory_id not in without and memory_id not in found.cut and apart <= SAME_CONVERSATION:
            way = 1.0 if neighbour.distance > 0 else BACKWARDS
            length = max(WHOLE_SHARE_CHARACTERS, len(neighbour.memory.content))
            way *= math.sqrt(WHOLE_SHARE_CHARACTERS / length)
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
    """Return the best `limit` memories, best first.

    Args:
        found: the memories with their scores.
        now: the time at which retention counts.
        limit: the most memories to return.
        times: the times that the question asks about (`asked_times`).
    """
    recalled = []
    for memory_id, memory in found.memories.items():
        left = current_retention(memory, now)
        weight = 1.0 - RETENTION_WEIGHT + RETENTION_WEIGHT * left
        if memory.content.endswith(("?", "？")):
            weight *= OPEN_QUESTION
        if times and is_of_times(memory, times):
            weight *= SAID_THEN
        recalled.append(Recalled(memory, found.scores.get(memory_id, 0.0) * weight, left))
    if found.newer:
        recalled = _newer_above_older(recalled, found.newer)
    return _picked(recalled, limit)


def _newer_above_older(
    recalled: Sequence[Recalled], newer: Mapping[MemoryId, Memory]
) -> list[Recalled]:
    """Return the memories with each turn that was replaced below the one that replaced it.

    That one gets the better score of the two and a share of the other, because the words of a
    question often match the older one better: "Where do I live?" has more of "I live in Kyoto" than
    of "I moved to Osaka".
    """
    by_id = {each.memory.id: each for each in recalled}
    oldest_first = sorted(
        (by_id[memory_id] for memory_id in newer if memory_id in by_id),
        key=lambda each: each.memory.said_at,
    )
    scores = {memory_id: each.score for memory_id, each in by_id.items()}
    for each in oldest_first:
        later = newer[each.memory.id].id
        if later in scores:
            more, less = sorted((scores[later], scores[each.memory.id]), reverse=True)
            scores[later] = more + SHARE * less
    for each in reversed(oldest_first):
        older, later = each.memory.id, newer[each.memory.id].id
        # A later turn that the prompt has anyway is not among these.
        scores[older] = REPLACED * min(scores[older], scores.get(later, scores[older]))
    return [
        replace(
            each,
            score=scores[memory_id],
            replaced_at=newer[memory_id].said_at if memory_id in newer else None,
        )
        for memory_id, each in by_id.items()
    ]


def is_of_times(memory: Memory, times: Sequence[Span]) -> bool:
    """Return whether a memory was said at one of the times or soon after, or speaks of one."""
    if any(span.first <= memory.said_at < span.until + TOLD_WITHIN for span in times):
        return True
    told = resolved(
        own_words(memory.text),
        said_at=memory.said_at,
        zone=_zone(memory.zone),
        language=memory.language,
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
    # Equal scores are ordered by time, later first, then by id, to be deterministic.
    return (-recalled.score, -recalled.memory.said_at.timestamp(), recalled.memory.id)


def _say_the_same(one: Memory, other: Memory) -> bool:
    """Return whether two memories of different kinds repeat each other.

    A note repeats the turns that it was made of, and a fact repeats a day with a common source; two
    facts of one turn say different things.
    """
    if one.kind is other.kind:
        return False
    if Kind.TURN in {one.kind, other.kind}:
        return one.id in _note_sources(other) or other.id in _note_sources(one)
    return not set(one.sources).isdisjoint(other.sources)


def _note_sources(memory: Memory) -> tuple[str, ...]:
    """Return the sources of a note; none for a turn, whose sources are what its reply was given."""
    return () if memory.kind is Kind.TURN else memory.sources


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return ZoneInfo("UTC")  # The memory was written on a machine that knew more zones.
