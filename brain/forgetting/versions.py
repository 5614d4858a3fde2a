"""Earlier versions: what a memory was before it changed, archived beside it. Pure.

A turn that loses its reply or a part of its text, and a memory that its person corrects, is kept as
it was for the time of grace, under an id of its own (`Memory.is_version`). It counts as put away by
its person, so nothing recalls or summarises it, and upkeep erases it as it erases the others.
`brain.forgetting.planning.Forgetting.restore` puts it back in the place of the memory.
"""

from datetime import datetime
from hashlib import blake2b

from msgspec.structs import replace

from brain.ids import MemoryId
from brain.memory.creation import recompute_times
from brain.memory.record import FOREVER, Memory
from brain.memory.retention import Curve


def version_of(memory: Memory, now: datetime) -> Memory:
    """Return a memory as it was before it changed at that time, to be archived beside it."""
    mark = f"{memory.id}\n{now.isoformat()}"
    return replace(
        memory,
        id=MemoryId(blake2b(mark.encode(), digest_size=16).hexdigest()),
        pinned=False,
        fades_at=FOREVER,
        forgotten_at=FOREVER,
        archived_at=now,
        ended_at=now,
        ended_by=memory.id,
    )


def as_before(memory: Memory, version: Memory, curve: Curve) -> Memory:
    """Return a memory with the words of an earlier version, as strong as the stronger of both."""
    restored = replace(
        memory,
        strength=max(memory.strength, version.strength),
        text=version.text,
        reply=version.reply,
        said_at=version.said_at,
        sources=version.sources,
        language=version.language,
        importance=version.importance,
    )
    return recompute_times(restored, curve)


def when_archived(memory: Memory) -> datetime:
    """Return when a memory was archived, and `FOREVER` for a living one."""
    return memory.archived_at or FOREVER
