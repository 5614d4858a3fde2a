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
    # What another turn has replaced already stays linked to that one, as long as it counts.
    missing = [one.ended_by for one in older if one.ended_by and one.ended_by not in among]
    if missing:
        among.update((one.id, one) for one in await store.get(scope, missing))
    latest = sorted(older, key=lambda one: (one.said_at, one.id), reverse=True)[:MOST_REPLACED]
    free = [one.id for one in latest if not _is_replaced(one, among.get(one.ended_by or one.id))]
    if free:
        await store.mark_replaced(scope, free, by=turn.id)


def _is_replaced(turn: Memory, by: Memory | None) -> bool:
    return by is not None and by.archived_at is None and replaces(by, turn)


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
