"""Recall, from the question's vector to the memories that are given: what it asks of a store."""

import asyncio
from collections.abc import Collection, Sequence
from datetime import datetime

from brain.memory.ranking import (
    REACH,
    SPREAD_FROM,
    TOLD_WITHIN,
    Recalled,
    fuse,
    joined,
    rank,
    spread,
)
from brain.memory.record import Vector
from brain.memory.temporal import Span
from brain.messages import Scope
from brain.ports import MemoryIndex

CANDIDATES = 32
"""How many of each list are fused: more find no more, and cost their reading."""
OF_A_TIME = 8
"""How many of each list are fused of a time that the question asks about."""
MOST_TIMES = 3
"""How many times are looked at so: a pasted diary names dozens."""


async def recall(
    store: MemoryIndex,
    scope: Scope,
    *,
    text: str,
    vector: Vector | None,
    now: datetime,
    limit: int,
    times: Sequence[Span] = (),
    without: Collection[str] = (),
) -> tuple[Recalled, ...]:
    """What comes to mind, best first.

    One search, beside it one for each time that is asked about, then what was said near the best.

    Args:
        store: where to look.
        scope: what may be seen.
        text: the question.
        vector: its meaning; None: by words alone.
        now: for what has faded, and for retention.
        limit: the most memories to give.
        times: that the question asks about.
        without: ids that the prompt holds anyway.
    """
    everywhere, *then = await asyncio.gather(
        store.search(scope, text=text, vector=vector, now=now, limit=CANDIDATES),
        *(
            store.search(
                scope,
                text=text,
                vector=vector,
                now=now,
                limit=OF_A_TIME,
                said_from=span.first,
                said_until=span.until + TOLD_WITHIN,
            )
            for span in times[:MOST_TIMES]
        ),
    )
    fused = fuse(everywhere.dense, everywhere.lexical, without=without)
    for found in then:
        fused = joined(fused, fuse(found.dense, found.lexical, without=without))
    neighbours = await store.neighbours(scope, fused.best(SPREAD_FROM), reach=REACH, now=now)
    whole = spread(fused, neighbours, without=without)
    if times:
        # What a memory speaks of is read from its words: some milliseconds.
        return await asyncio.to_thread(rank, whole, now=now, limit=limit, times=times)
    return rank(whole, now=now, limit=limit)
