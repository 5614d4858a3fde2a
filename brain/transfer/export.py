"""Exports all memories of a person as the lines of one file."""

from collections.abc import AsyncIterator
from datetime import datetime

from brain.ids import PersonId
from brain.memory_iteration import iterate_all_memories
from brain.messages import Person, Scope
from brain.ports import MemoryStore
from brain.transfer.export_format import end_line, header_line, memory_line


async def export_person(
    store: MemoryStore, person_id: PersonId, *, now: datetime
) -> AsyncIterator[str]:
    """Yields the lines of a person's export, each with its line end, to be written as UTF-8.

    Memories come newest first, the living before the archived ones. One that is archived while
    this runs may come twice, and is imported once; in the other order it might be missed.

    Args:
        store: the store that holds the memories.
        person_id: id of the person; a person whom the store does not know has no memories.
        now: time of the export, which the first line states.

    Raises:
        StoreError: the store failed.
    """
    person = await store.person(person_id) or Person(person_id)
    yield header_line(person, exported_at=now)
    count = 0
    async for memory in iterate_all_memories(store, Scope.everything_of(person_id)):
        yield memory_line(memory)
        count += 1
    yield end_line(count)
