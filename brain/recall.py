"""Recall: finds the memories that belong to a text.

embed      The text becomes a vector; if the embedder fails, recall goes by words alone.
search     One search of all memories and, at once, one for each time that is asked about.
floor      For a reply, what has nothing to do with the text is left out (`brain.memory.relevance`).
rank       The results are ranked with what was said near the best (`brain.memory.ranking`); of two
           that say nearly the same, the newer comes first (`brain.memory.alike`).
"""

import asyncio
import logging
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType
from zoneinfo import ZoneInfo

from brain.calibrating import Calibrator
from brain.errors import EmbedderError
from brain.ids import MemoryId
from brain.languages import DEFAULT_LANGUAGE
from brain.languages.detection import detect
from brain.memory.alike import alike_candidates, newer_of_alike_first
from brain.memory.importance import SMALL_TALK, judge_importance
from brain.memory.lexical import telling
from brain.memory.nearness import Nearness
from brain.memory.parts import without_marks
from brain.memory.ranking import (
    REACH,
    SPREAD_FROM,
    TOLD_WITHIN,
    Recalled,
    Scored,
    asked_times,
    fuse,
    merge,
    rank,
    shorten_query,
    spread,
)
from brain.memory.record import Kind, Memory, Vector
from brain.memory.relevance import Floor, telling_terms
from brain.memory.temporal import Span, hints
from brain.memory.updates import replaces
from brain.messages import UTC_ZONE, Scope, own_words
from brain.ports import Clock, Embedder, MemoryStore

log = logging.getLogger(__name__)

CANDIDATES = 32
"""Memories of each list that are fused: more find no more, and take longer to read."""
OF_A_TIME = 8
"""Memories of each list that are fused for a time that the question asks about."""
LONGEST_CHAIN = 8
"""How many times in a row a turn that was found is followed to the one that replaced it."""
ENOUGH_WORDS = 2
"""Telling words of a person's own from which on those alone are searched for."""
MOST_TIMES = 3
"""The most times that are searched by themselves: a pasted diary names dozens."""


class Recall:
    """Finds the memories that belong to a text, for a turn and for a search alike."""

    def __init__(self, store: MemoryStore, embedder: Embedder, clock: Clock) -> None:
        """Create it of the parts of `brain.companion.Companion`."""
        self._store = store
        self._embedder = embedder
        self._clock = clock
        self._calibrator = Calibrator(store, embedder)

    async def find(
        self,
        scope: Scope,
        text: str,
        *,
        limit: int,
        without: Collection[MemoryId] = (),
        zone: ZoneInfo = UTC_ZONE,
        language: str | None = None,
        only_relevant: bool = False,
    ) -> tuple[Recalled, ...]:
        """Return the memories that belong to a text, best first.

        Args:
            scope: the person, and what may be seen of them.
            text: a message, a question, or some words. What it quotes, forwards or has attached is
                searched for where the person's own words are too few to go by.
            limit: the most memories to return.
            without: ids of memories to leave out.
            zone: the person's time zone, in which words such as "yesterday" are meant.
            language: the language of the text; None to detect it.
            only_relevant: whether to leave out what has nothing to do with the text, as for a
                reply, rather than to list the nearest, as for a search.

        Raises:
            StoreError: the store failed.
        """
        own, now = own_words(text), self._clock.now()
        # A long quotation would hide what is asked beside it.
        is_enough = own == text or len(telling(own)) >= ENOUGH_WORDS
        query = shorten_query(own if is_enough else without_marks(text))
        spoken = language or detect(own or query, fallback=DEFAULT_LANGUAGE)
        if only_relevant and judge_importance(text, language=spoken) <= SMALL_TALK:
            return ()
        vector: Vector | None = None
        nearness: Nearness | None = None
        try:
            vector = await self._embedder.query(query)
            if await self._may_find_any(scope, without):
                nearness = Nearness(await self._calibrator.calibrate(), vector, spoken)
        except EmbedderError:
            log.warning("The embedder failed; recall goes by words alone.")
        times: tuple[Span, ...] = ()
        asked = shorten_query(own)
        if hints(asked, language=spoken):
            # The first written date loads a library, which must not happen on the event loop.
            times = await asyncio.to_thread(asked_times, asked, now=now, zone=zone, language=spoken)
        return await recall(
            self._store,
            scope,
            text=query,
            vector=vector,
            nearness=nearness,
            now=now,
            limit=limit,
            times=times,
            without=without,
            floor=Floor(nearness, frozenset(telling_terms(query))) if only_relevant else None,
        )

    async def _may_find_any(self, scope: Scope, without: Collection[MemoryId]) -> bool:
        """Return whether there is anything besides what is left out, as long as it is told cheaply.

        Somebody new is not to wait for the calibration.
        """
        is_calibrated = self._calibrator.calibration is not None
        return is_calibrated or await self._store.count(scope) > len(without)


async def recall(
    store: MemoryStore,
    scope: Scope,
    *,
    text: str,
    vector: Vector | None,
    nearness: Nearness | None = None,
    now: datetime,
    limit: int,
    times: Sequence[Span] = (),
    without: Collection[MemoryId] = (),
    floor: Floor | None = None,
) -> tuple[Recalled, ...]:
    """Search and rank the memories that belong to a text; return them best first.

    Args:
        store: the store.
        scope: the person, and what may be seen of them.
        text: the text.
        vector: the vector of the text; None to search by words alone.
        nearness: how near memories are to the text; None to search with its vector as it is.
        now: the time for which fading and retention count.
        limit: the most memories to return.
        times: the times that the text asks about.
        without: ids of memories to leave out.
        floor: what a memory must reach, unless it was said at one of the times or beside one that
            does; None to return the nearest.

    Raises:
        StoreError: the store failed.
    """
    searched = vector if nearness is None else nearness.vector
    everywhere, *of_times = await asyncio.gather(
        store.search(scope, text=text, vector=searched, now=now, limit=CANDIDATES),
        *[
            store.search(
                scope,
                text=text,
                vector=searched,
                now=now,
                limit=OF_A_TIME,
                said_from=span.first,
                said_until=span.until + TOLD_WITHIN,
            )
            for span in times[:MOST_TIMES]
        ],
    )
    if floor is not None and len(everywhere.dense) < CANDIDATES:
        floor = floor.among([pair for pair in everywhere.dense if pair[0].id not in without])
    fused = fuse(
        everywhere.dense, everywhere.lexical, without=without, floor=floor, ideal=everywhere.ideal
    )
    for span, found in zip(times, of_times, strict=False):
        of_time = fuse(
            found.dense, found.lexical, without=without, floor=floor, ideal=found.ideal, asked=span
        )
        fused = merge(fused, of_time)
    neighbours = await store.neighbours(scope, fused.best(SPREAD_FROM), reach=REACH, now=now)
    whole = spread(fused, neighbours, without=without)
    if vector is not None and nearness is not None and not times:
        whole = await _with_newer_of_alike_first(store, scope, whole, vector, nearness)
    whole = await _with_newer(store, scope, whole, now=now, without=without)
    if times:
        # Which times each memory speaks of is read from its words, which takes some milliseconds.
        return await asyncio.to_thread(rank, whole, now=now, limit=limit, times=times)
    return rank(whole, now=now, limit=limit)


async def _with_newer_of_alike_first(
    store: MemoryStore, scope: Scope, found: Scored, question: Vector, nearness: Nearness
) -> Scored:
    candidates = alike_candidates(found)
    if not candidates:
        return found
    ids = list(dict.fromkeys(one for pair in candidates for one in pair))
    vectors = await store.vectors(scope, ids)
    known = {one: each for one, each in zip(ids, vectors, strict=True) if each is not None}
    return newer_of_alike_first(found, candidates, known, question, nearness)


async def _with_newer(
    store: MemoryStore, scope: Scope, found: Scored, *, now: datetime, without: Collection[MemoryId]
) -> Scored:
    """Add the turns that say otherwise than those that were found, as far as they still count.

    One that is forgotten, edited to say something else, or not seen by the scope replaces nothing.
    One that has faded is not recalled, and neither is one that the prompt has anyway.
    """
    memories, newer = dict(found.memories), dict[MemoryId, Memory]()
    seen, wanted = dict(memories), list(memories.values())
    for _ in range(LONGEST_CHAIN):
        later = await newer_turns(store, scope, wanted, among=seen)
        following = [one for memory_id, one in later.items() if memory_id not in newer]
        newer.update(later)
        for one in following:
            seen[one.id] = one
            if one.id not in without and one.fades_at > now:
                memories[one.id] = one
        wanted = following
        if not wanted:
            break
    return replace(found, memories=memories, newer=newer)


async def newer_turns(
    store: MemoryStore,
    scope: Scope,
    memories: Collection[Memory],
    *,
    among: Mapping[MemoryId, Memory] = MappingProxyType({}),
) -> dict[MemoryId, Memory]:
    """Return the turns that say otherwise than some memories, by the ids of these.

    A note is among them if all that it was made of is: a day on which nothing else was said.

    Args:
        store: the store.
        scope: the person, and what may be seen of them.
        memories: the memories; what a turn was before an edit is passed over.
        among: memories that were read already, by id.

    Raises:
        StoreError: the store failed.
    """
    linked = {
        one.id: (one, one.ended_by)
        for one in memories
        if one.kind is Kind.TURN and one.ended_by is not None and one.ended_at is None
    }
    missing = [later for _, later in linked.values() if later not in among]
    read = {one.id: one for one in await store.get(scope, missing)} if missing else {}
    pairs = [(one, read.get(later) or among.get(later)) for one, later in linked.values()]
    newer = {
        one.id: later
        for one, later in pairs
        if later is not None and later.archived_at is None and replaces(later, one)
    }
    for one in memories:
        if one.kind is not Kind.TURN and one.sources and newer.keys() >= set(one.sources):
            last = max((newer[source] for source in one.sources), key=lambda turn: turn.said_at)
            newer[one.id] = last
    return newer
