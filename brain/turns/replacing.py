"""Links turns that say otherwise than an earlier one, as they are written.

The link is `Memory.ended_by` of the earlier turn, and no more than a pointer: recall follows it and
asks again whether the later turn is there and says otherwise (`brain.recall`). So an earlier turn
counts again once the later one is forgotten or edited, and no longer once that is restored. Nothing
has to be undone.
"""

import asyncio
from collections.abc import Sequence

from brain.memory.record import Kind, Memory, Vector
from brain.memory.updates import may_replace, replaces, search_words
from brain.memory_iteration import iterate_all_memories
from brain.messages import Scope
from brain.ports import MemoryStore
from brain.recall import newer_turns

STEP = 200
"""Turns that are read at a time where all are linked."""
MOST_REPLACED = 4
"""The most turns that one turn replaces: the latest, which say what was so until now."""
CANDIDATES = 48
"""Memories of each list of the search for what a turn may replace."""


async def link_replaced(
    store: MemoryStore,
    scope: Scope,
    turn: Memory,
    *,
    vector: Vector | None = None,
    known: Sequence[Memory] = (),
) -> None:
    """Link the earlier turns that a turn replaces to it, if `updates.may_replace` says it may.

    Args:
        store: the store.
        scope: the scope that the turn is written in.
        turn: the turn, whether it is in the store or about to be.
        vector: its vector, to search with; None searches by words alone.
        known: turns that were read already, such as those of the conversation.

    Raises:
        StoreError: the store failed.
    """
    found = await store.search(
        scope,
        text=search_words(turn),
        vector=vector,
        now=turn.said_at,
        limit=CANDIDATES,
        said_until=turn.said_at,
    )
    among = {one.id: one for one, _ in (*found.dense, *found.lexical)}
    among.update((one.id, one) for one in known if one.kind is Kind.TURN)
    among.pop(turn.id, None)
    older = await asyncio.to_thread(lambda: [one for one in among.values() if replaces(turn, one)])
    latest = sorted(older, key=lambda one: (one.said_at, one.id), reverse=True)[:MOST_REPLACED]
    # What another turn has replaced already stays linked to that one, as long as it counts.
    replaced = await newer_turns(store, scope, latest, among=among)
    free = [one.id for one in latest if one.id not in replaced]
    if free:
        await store.mark_replaced(scope, free, by=turn.id)


async def link_all(store: MemoryStore, scope: Scope) -> None:
    """Link the turns of a person that were written elsewhere, such as those of an import.

    Raises:
        StoreError: the store failed; what is linked already stays so.
    """
    batch: list[Memory] = []
    replacing: list[Memory] = []

    def choose() -> None:
        replacing.extend(turn for turn in batch if may_replace(turn))
        batch.clear()

    async for turn in iterate_all_memories(store, scope, kinds={Kind.TURN}):
        if turn.archived_at is None:
            batch.append(turn)
        if len(batch) == STEP:
            await asyncio.to_thread(choose)
    await asyncio.to_thread(choose)
    # They come newest first.
    for turn in sorted(replacing, key=lambda turn: turn.said_at):
        [vector] = await store.vectors(scope, [turn.id])
        await link_replaced(store, scope, turn, vector=vector)
