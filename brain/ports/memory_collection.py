"""The port for what people do with their own memories: read, pin, archive, restore, erase."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from brain.ids import MemoryId
from brain.memory.record import Kind, Memory
from brain.memory.reinforcement import Gain
from brain.memory.retention import Curve
from brain.messages import Scope


@dataclass(frozen=True, slots=True)
class Page:
    """Some memories of a longer list."""

    memories: tuple[Memory, ...]
    after: str | None
    """The cursor for the next page; None on the last page."""


class MemoryCollection(Protocol):
    """Shows a person their own memories and does with them what the person asks for."""

    async def get(self, scope: Scope, ids: Sequence[MemoryId]) -> tuple[Memory, ...]:
        """Return the memories of these ids that exist, archived ones too, in the given order."""
        ...

    async def page(
        self,
        scope: Scope,
        *,
        limit: int,
        after: str | None = None,
        kinds: Collection[Kind] | None = None,
        archived: bool = False,
        said_from: datetime | None = None,
        said_until: datetime | None = None,
        id_prefix: str = "",
    ) -> Page:
        """Return a page of memories, newest first.

        Args:
            scope: the person, and what may be seen of them.
            limit: the most memories on the page.
            after: the cursor of the page before; None for the first page.
            kinds: only these kinds; None for all.
            archived: show archived memories instead of living ones.
            said_from: memories that were said before are left out.
            said_until: memories that were said then or later are left out.
            id_prefix: only memories whose id begins so.
        """
        ...

    async def pin(
        self,
        scope: Scope,
        memory_id: MemoryId,
        *,
        pinned: bool,
        curve: Curve,
        gain: Gain | None = None,
        now: datetime | None = None,
    ) -> bool:
        """Pin or unpin a memory; a pinned one never fades. Return False where there is none.

        Args:
            scope: the person, and what may be seen of them.
            memory_id: the id of the memory.
            pinned: whether it is to be pinned.
            curve: the constants of forgetting.
            gain: what the memory gains, unless it is archived or was recalled meanwhile
                (`brain.memory.reinforcement.reinforce`); None for nothing.
            now: the time of the gain.
        """
        ...

    async def archive(
        self, scope: Scope, ids: Sequence[MemoryId], *, now: datetime
    ) -> tuple[MemoryId, ...]:
        """Hide memories at once; they can be restored until they are erased.

        The `forgotten_at` of a memory that a person archives is `FOREVER` from then on, which tells
        it from one that time archived; `restore` computes it anew. A memory that time had archived
        already is archived by the person from now on; one that the person had archived stays as it
        is. Nothing else changes the times of an archived memory.

        Returns:
            The ids that were archived.
        """
        ...

    async def restore(
        self, scope: Scope, ids: Sequence[MemoryId], *, now: datetime, curve: Curve
    ) -> tuple[MemoryId, ...]:
        """Bring memories back from the archive, as if recalled now but no stronger.

        Returns:
            The ids that were restored.
        """
        ...

    async def erase(self, scope: Scope, ids: Sequence[MemoryId]) -> tuple[MemoryId, ...]:
        """Delete memories for good with terms and vectors, living or archived; return their ids."""
        ...
