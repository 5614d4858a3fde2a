"""Lists, searches, forgets and restores a person's memories, in the same way on every platform.

A platform parses its own syntax, calls one method and renders the view. Forgetting is three steps:
a preview, the person's yes, and a receipt that says until when it can be undone.
"""

import asyncio
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import MAXYEAR, MINYEAR, date, datetime, time, timedelta
from types import MappingProxyType
from typing import Protocol
from zoneinfo import ZoneInfo

from bots.desk.memory_views import Account, ForgetPreview, MemoryView, PageView, Receipt, view
from brain import memory_iteration
from brain.errors import BadInput
from brain.forgetting.planning import Forgetting
from brain.forgetting.selection import select
from brain.forgetting.versions import when_archived
from brain.ids import MemoryId
from brain.memory.ranking import Recalled
from brain.memory.record import RECALLED, Kind, Memory
from brain.memory.reinforcement import whole_gain
from brain.memory.retention import Curve
from brain.messages import UTC_ZONE, Scope
from brain.ports import Clock, MemoryStore
from brain.recall import newer_turns
from brain.turns.edits import with_text

SHORTEST_PREFIX = 4
"""Characters of an id: with fewer, a typo would hit another memory."""
SIMILAR = 5
"""Memories that a forget by words offers because they come to mind at the words."""
LIKELY = 5
"""Memories that it offers because they hold a part of what is asked for."""
_ID = re.compile(r"[0-9a-f]{4,64}")


class UnknownMemory(BadInput):
    """Values: `id`."""

    key = "error-unknown-memory"


class AmbiguousMemory(BadInput):
    """Values: `id`, and `candidates`, some of the ids that begin so."""

    key = "error-ambiguous-memory"


class Recaller(Protocol):
    """What search needs of the companion."""

    async def recall(
        self,
        scope: Scope,
        text: str,
        *,
        limit: int,
        without: Collection[MemoryId] = (),
        only_relevant: bool = False,
    ) -> tuple[Recalled, ...]:
        """See `brain.companion.Companion`."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonMemories:
    """The memories that one person may see in one place."""

    store: MemoryStore
    scope: Scope
    clock: Clock
    curve: Curve

    async def page(
        self,
        *,
        limit: int,
        after: str | None = None,
        kinds: Collection[Kind] = RECALLED,
        archived: bool = False,
    ) -> PageView:
        """Newest first, of those kinds."""
        page = await self.store.page(
            self.scope, limit=limit, after=after, kinds=kinds, archived=archived
        )
        total = await self.store.count(self.scope)
        return PageView(await self._views(page.memories), page.after, total)

    async def search(self, recaller: Recaller, words: str, *, limit: int) -> tuple[MemoryView, ...]:
        """What comes to mind at those words, best first; what has faded does not."""
        found = await recaller.recall(self.scope, words, limit=limit)
        return await self._views([recalled.memory for recalled in found])

    async def show(self, handle: str) -> MemoryView:
        """One memory by its id or the beginning of it. Raises UnknownMemory, AmbiguousMemory."""
        [found] = await self._views([await self.find(handle)])
        return found

    async def pin(self, handle: str, *, pinned: bool) -> MemoryView:
        """Pin or unpin, and see what came of it. Raises as `show`."""
        memory = await self.find(handle)
        now, gain = self.clock.now(), None
        if pinned and not memory.pinned and self.curve.reinforced == "used":
            gain = whole_gain(memory, now=now, curve=self.curve)
        await self.store.pin(
            self.scope, memory.id, pinned=pinned, curve=self.curve, gain=gain, now=now
        )
        return await self.show(memory.id)

    async def account(self) -> Account:
        """How much there is."""
        archive = await self._archive()
        return Account(alive=await self.store.count(self.scope), archived=len(archive))

    async def preview_ids(self, handles: Sequence[str], *, archived: bool = False) -> ForgetPreview:
        """What forgetting those would take. Raises as `show`.

        Args:
            handles: ids or the beginnings of ids, of the archive too.
            archived: include what the person archived before, as erasing at once must.
        """
        found = [await self.find(handle) for handle in handles]
        return await self._preview(found, archived=archived)

    async def preview_words(
        self, recaller: Recaller | None, words: str, *, archived: bool = False
    ) -> ForgetPreview:
        """What a request surely means, and apart from it what it may mean.

        Likely is what `brain.forgetting.selection` takes for partial, and what has to do with the
        words as a message, but nothing that the request excepts.

        Args:
            recaller: None to leave out what merely comes to mind.
            words: the request, in the person's words (`brain.forgetting.request_matching`).
            archived: include what the person archived before, as erasing at once must.
        """
        there = [
            memory
            async for memory in memory_iteration.iterate_all_memories(self.store, self.scope)
            if archived or not memory.is_put_away
        ]
        selection = await asyncio.to_thread(select, words, there)
        preview = await self._preview(selection.meant, archived=archived)
        taken = {memory.id for memory in (*preview.meant, *preview.notes)}
        similar = selection.likely(without=taken, limit=LIKELY)
        if recaller is not None and len(selection.kept) < len(there):
            without = taken | selection.kept | {memory.id for memory in similar}
            near = await recaller.recall(
                self.scope, words, limit=SIMILAR, without=without, only_relevant=True
            )
            similar += tuple(recalled.memory for recalled in near)
        return replace(preview, similar=await self._views(similar), rests=selection.rests)

    async def preview_days(
        self, first: date | None, last: date | None, *, zone: ZoneInfo, archived: bool = False
    ) -> ForgetPreview:
        """What was said from the first to the last day, both included, in that zone."""
        # The outermost years have no midnight in every zone, and nobody said anything in them.
        since = _start_of(first, zone) if first and first.year > MINYEAR else None
        until = _start_of(last + timedelta(days=1), zone) if last and last.year < MAXYEAR else None
        found = memory_iteration.iterate_all_memories(
            self.store, self.scope, said_from=since, said_until=until
        )
        meant = [memory async for memory in found]
        return await self._preview(meant, archived=archived)

    async def forget(
        self,
        memories: Sequence[MemoryView],
        *,
        at_once: bool = False,
        rests: Mapping[MemoryId, str] = MappingProxyType({}),
    ) -> Receipt:
        """Put them out of sight, restorable for the time of grace; or `at_once` for good.

        What was made of them is erased either way (see `brain.forgetting.planning`).

        Args:
            memories: from a preview, or a page.
            at_once: for good.
            rests: by id, what stays of turns of which only a part is forgotten.
        """
        now = self.clock.now()
        found = await self.store.get(self.scope, [memory.id for memory in memories])
        taken = [memory for memory in found if at_once or not memory.is_put_away]
        if not taken:
            return Receipt(forgotten=(), restorable_until=None)
        plan = await self._forgetting.plan(self.scope, taken)

        def cut(turn: Memory) -> Memory | None:
            rest = rests.get(turn.id)
            return None if rest is None else with_text(turn, rest, language=None, curve=self.curve)

        plan = await self._forgetting.carry_out(plan, at_once=at_once, instead=cut)
        # Only turns can be restored: notes are erased for good, and so is a note whose turns are
        # gone.
        can_return = bool(plan.turns) and not at_once
        asked = plan.turns if can_return else (*plan.turns, *plan.notes_meant)
        listed = {memory.id for memory in asked}
        return Receipt(
            forgotten=await self.seen(asked),
            restorable_until=self.curve.erased_at(now) if can_return else None,
            notes=await self.seen(note for note in plan.notes if note.id not in listed),
            echoes=await self.seen(plan.echoes),
        )

    async def undo(
        self, handles: Sequence[str] = (), *, everything: bool = False
    ) -> tuple[MemoryView, ...]:
        """Bring back from the archive: those named, everything, or what was forgotten last.

        The last forgetting is what a person asked for, not what faded by itself. The replies that
        were forgotten in the same step come back as well. Raises as `show`.
        """
        if handles:
            return await self.bring_back([(await self.find(handle)).id for handle in handles])
        archive = await self._archive()
        return await self._restore(archive if everything else _last_forgotten(archive))

    async def bring_back(self, ids: Iterable[str]) -> tuple[MemoryView, ...]:
        """Bring back those that are in the archive, with what went in the same step."""
        wanted = set(ids)
        archive = await self._archive()
        steps = {memory.archived_at for memory in archive if memory.id in wanted}
        # What a memory was before it changed is archived under an id of its own; the last change of
        # each is undone.
        versions = [m for m in sorted(archive, key=when_archived) if m.is_version]
        last = {version.ended_by: version.archived_at for version in versions}
        steps |= {moment for changed, moment in last.items() if changed in wanted}
        return await self._restore(
            [m for m in archive if m.id in wanted or (m.is_version and m.archived_at in steps)]
        )

    async def _restore(self, archive: Sequence[Memory]) -> tuple[MemoryView, ...]:
        restored = await self._forgetting.restore(self.scope, archive, curve=self.curve)
        return await self._views(await self.store.get(self.scope, restored))

    async def resolves(self, words: str) -> bool:
        """Whether those words are the ids, or beginnings of ids, of memories that are there."""
        handles = words.split()
        if not handles or not all(_ID.fullmatch(handle) for handle in handles):
            return False
        try:
            for handle in handles:
                await self.find(handle)
        except BadInput:
            return False
        return True

    async def _preview(self, memories: Sequence[Memory], *, archived: bool) -> ForgetPreview:
        """Those, and what goes with them; what was said is listed before what was made of it."""
        there = [memory for memory in memories if archived or not memory.is_put_away]
        plan = await self._forgetting.plan(self.scope, there)
        meant = {memory.id: memory for memory in (*plan.turns, *plan.notes_meant)}
        can_return = bool(plan.turns) and not archived
        return ForgetPreview(
            meant=await self.seen(
                memory for memory in meant.values() if archived or not memory.is_put_away
            ),
            restorable_until=self.curve.erased_at(self.clock.now()) if can_return else None,
            notes=await self.seen(note for note in plan.notes if note.id not in meant),
            echoes=await self.seen(plan.echoes),
        )

    @property
    def _forgetting(self) -> Forgetting:
        return Forgetting(store=self.store, embedder=None, clock=self.clock)

    async def seen(self, memories: Iterable[Memory]) -> tuple[MemoryView, ...]:
        """Those that this place may show."""
        sees = self.scope.sees
        return await self._views(
            [m for m in memories if sees(person_id=m.person, place_id=m.place, private=m.private)]
        )

    async def find(self, handle: str) -> Memory:
        """The record of one memory by its id or the beginning of it. Raises as `show`."""
        for memory in await self.store.get(self.scope, [MemoryId(handle)]):
            return memory
        found: list[Memory] = []
        if len(handle) >= SHORTEST_PREFIX:
            for archived in (False, True):
                page = await self.store.page(
                    self.scope, limit=3, archived=archived, id_prefix=handle
                )
                found += page.memories
        if not found:
            raise UnknownMemory(id=handle)
        if len(found) > 1:
            raise AmbiguousMemory(id=handle, candidates=", ".join(m.id for m in found))
        return found[0]

    async def _archive(self) -> list[Memory]:
        """All that is archived of the kinds that recall searches."""
        found = memory_iteration.iterate_memories(
            self.store, self.scope, archived=True, kinds=RECALLED
        )
        return [memory async for memory in found]

    async def _views(self, memories: Sequence[Memory]) -> tuple[MemoryView, ...]:
        now, newer = self.clock.now(), await newer_turns(self.store, self.scope, memories)
        return tuple(
            view(memory, now=now, curve=self.curve, newer=newer.get(memory.id))
            for memory in memories
        )


def _last_forgotten(archive: Sequence[Memory]) -> list[Memory]:
    asked = [memory for memory in archive if memory.is_put_away]
    last = max((m.archived_at for m in asked if m.archived_at is not None), default=None)
    return [memory for memory in asked if memory.archived_at == last]


def _start_of(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time.min, tzinfo=zone).astimezone(UTC_ZONE)
