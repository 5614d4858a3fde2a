"""Ranking: from what a store found to what a reply is given.

Dense and lexical lists are fused by reciprocal rank (Cormack et al., 2009) with k = 5: the usual
60 flattens lists as short as ours until the sum is worse than BM25 alone. Scores are not compared
across lists, because the embedder's lie in a narrow band. Retention only breaks near-ties: a
larger weight buries old truths under fresh small talk.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from brain.memory.record import Memory
from brain.memory.retention import SECONDS_PER_DAY, retention

RANK_CONSTANT = 5.0
RETENTION_WEIGHT = 0.05
"""The share of a score that hangs on retention: a factor between 0.95 and 1."""
QUERY_CHARACTERS = 2_000


@dataclass(frozen=True, slots=True)
class Recalled:
    """A memory, why it ranks where it does, and how much of it is left."""

    memory: Memory
    score: float
    retention: float


def gist(text: str) -> str:
    """What to search with: a long paste by its beginning and its end, where questions stand."""
    if len(text) <= QUERY_CHARACTERS:
        return text
    half = QUERY_CHARACTERS // 2
    return f"{text[:half]}\n{text[-half:]}"


def current_retention(memory: Memory, now: datetime) -> float:
    """R of that memory now; 1 for a pinned one."""
    if memory.pinned:
        return 1.0
    elapsed = (now - memory.last_recalled).total_seconds() / SECONDS_PER_DAY
    return retention(elapsed, memory.strength)


def fuse(
    *rankings: tuple[tuple[Memory, float], ...],
    now: datetime,
    limit: int,
    without: Collection[str] = (),
) -> tuple[Recalled, ...]:
    """The best `limit` memories over all rankings, best first.

    Args:
        rankings: each best first; the scores in them are not used.
        now: for the retention.
        limit: the most memories to give.
        without: ids that the prompt holds anyway (recent turns, this very turn).
    """
    scores: dict[str, float] = {}
    memories: dict[str, Memory] = {}
    for ranking in rankings:
        for rank, (memory, _) in enumerate(ranking, start=1):
            if memory.id not in without:
                memories[memory.id] = memory
                scores[memory.id] = scores.get(memory.id, 0.0) + 1.0 / (RANK_CONSTANT + rank)
    recalled = []
    for memory in memories.values():
        left = current_retention(memory, now)
        weight = 1.0 - RETENTION_WEIGHT + RETENTION_WEIGHT * left
        recalled.append(Recalled(memory, scores[memory.id] * weight, left))
    # Equal scores are common with ranks: the later memory first, then the id, to be deterministic.
    recalled.sort(key=lambda r: (-r.score, -r.memory.said_at.timestamp(), r.memory.id))
    return tuple(recalled[:limit])
