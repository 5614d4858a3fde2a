"""What a person takes with them: all of their memories, as one file."""

from collections.abc import AsyncIterator
from datetime import datetime

from brain.memory_pages import everything
from brain.messages import Person, Scope
from brain.ports import MemoryStore
from brain.transfer.export_format import end_line, header_line, memory_line


async def export_person(store: MemoryStore, person_id: str, *, now: datetime) -> AsyncIterator[str]:
    """The lines of a person's export, each with its line end; write them as UTF-8.

    Newest first, what is alive before what is archived. A memory that is archived while this runs
    may come twice and is imported once; in the other order it might be missed.

    Args:
        store: where the memories are.
        person_id: whose; somebody unknown has an export without memories.
        now: UTC, for the first line.
    """
    person = await store.person(person_id) or Person(person_id)
    yield header_line(person, exported_at=now)
    count = 0
    async for memory in everything(store, Scope.everything_of(person_id)):
        yield memory_line(memory)
        count += 1
    yield end_line(count)
