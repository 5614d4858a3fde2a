"""Recall: from a text to the memories that come to mind at it.

vector     the meaning of the text; without one, when the embedder fails, by words alone
search     one search, beside it one for each time that is asked about
rank       with what was said near the best (`brain.memory.ranking`)
"""

import asyncio
import logging
from collections.abc import Collection, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from brain.errors import EmbedderError
from brain.ids import MemoryId
from brain.languages import DEFAULT_LANGUAGE
from brain.languages.detection import detect
from brain.memory.ranking import (
    REACH,
    SPREAD_FROM,
    TOLD_WITHIN,
    Recalled,
    asked_times,
    fuse,
    merge,
    rank,
    shorten_query,
    spread,
)
from brain.memory.record import Vector
from brain.memory.temporal import Span, hints
from brain.messages import UTC_ZONE, Scope
from brain.ports import Clock, Embedder, MemoryIndex

log = logging.getLogger(__name__)

CANDIDATES = 32
"""How many of each list are fused: more find no more, and cost their reading."""
OF_A_TIME = 8
"""How many of each list are fused of a time that the question asks about."""
MOST_TIMES = 3
"""How many times are looked at so: a pasted diary names dozens."""


class Recall:
    """Finds what comes to mind at a text: for a turn and for a search alike."""

    def __init__(self, store: MemoryIndex, embedder: Embedder, clock: Clock) -> None:
        """See `brain.companion.Companion`."""
        self._store = store
        self._embedder = embedder
        self._clock = clock

    async def find(
        self,
        scope: Scope,
        text: str,
        *,
        limit: int,
        without: Collection[MemoryId] = (),
        zone: ZoneInfo = UTC_ZONE,
        language: str | None = None,
    ) -> tuple[Recalled, ...]:
        """Return what comes to mind at that text, best first. Raises StoreError.

        Args:
            scope: what may be seen.
            text: a message, a question, some words.
            limit: the most memories to give.
            without: ids that are known anyway.
            zone: the asker's, in which "yesterday" is meant.
            language: of the text; None: the one that it is written in.
        """
        query, now = shorten_query(text), self._clock.now()
        spoken = language or detect(query, fallback=DEFAULT_LANGUAGE)
        vector: Vector | None = None
        try:
            vector = await self._embedder.query(query)
        except EmbedderError:
            log.warning("The embedder failed; recall goes by words alone.")
        times: tuple[Span, ...] = ()
        if hints(query, language=spoken):
            # The first written date loads a library: never on the loop.
            times = await asyncio.to_thread(asked_times, query, now=now, zone=zone, language=spoken)
        return await recall(
            self._store,
            scope,
            text=query,
            vector=vector,
            now=now,
            limit=limit,
            times=times,
            without=without,
        )


async def recall(
    store: MemoryIndex,
    scope: Scope,
    *,
    text: str,
    vector: Vector | None,
    now: datetime,
    limit: int,
    times: Sequence[Span] = (),
    without: Collection[MemoryId] = (),
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
        *[
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
        ],
    )
    fused = fuse(everywhere.dense, everywhere.lexical, without=without)
    for found in then:
        fused = merge(fused, fuse(found.dense, found.lexical, without=without))
    neighbours = await store.neighbours(scope, fused.best(SPREAD_FROM), reach=REACH, now=now)
    whole = spread(fused, neighbours, without=without)
    if times:
        # What a memory speaks of is read from its words: some milliseconds.
        return await asyncio.to_thread(rank, whole, now=now, limit=limit, times=times)
    return rank(whole, now=now, limit=limit)
