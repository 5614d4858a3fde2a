"""Shows what a correction would do, and corrects, in the same way on every platform."""

import re
from dataclasses import dataclass

from bots.desk.memory_views import CorrectionView, MemoryView
from bots.desk.person_memories import PersonMemories, UnknownMemory
from brain.forgetting.correcting import Correcting, Correction

_ID = re.compile(r"(?=.*\d)[0-9a-f]{4,}")
"""What is surely meant as an id or its beginning, and not as a word such as "cafe"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonCorrections:
    """The corrections of one person in one place: of the memories that they may see there."""

    person_memories: PersonMemories
    correcting: Correcting

    async def named(self, handle: str) -> MemoryView | None:
        """Return the memory of an id or its beginning; None where the text is no id, but words.

        Raises as `PersonMemories.show`.
        """
        try:
            return await self.person_memories.show(handle)
        except UnknownMemory:
            if _ID.fullmatch(handle):
                raise
            return None

    async def preview(self, handle: str, text: str) -> CorrectionView:
        """Return what putting a text in the place of a memory's would do.

        Raises:
            UnknownMemory, AmbiguousMemory: see `PersonMemories.show`.
            BadInput: see `Correcting.read`.
            StoreError: the store failed.
        """
        memory = await self.person_memories.find(handle)
        scope = self.person_memories.scope
        return await self._view(await self.correcting.plan(scope, memory, text))

    async def correct(self, handle: str, text: str) -> CorrectionView:
        """Put a text in the place of a memory's, and return what was done. Raises as `preview`."""
        memory = await self.person_memories.find(handle)
        done = await self.correcting.carry_out(self.person_memories.scope, memory, text)
        if done is None:
            raise UnknownMemory(id=handle)
        return await self._view(done)

    async def _view(self, correction: Correction) -> CorrectionView:
        seen = self.person_memories.seen
        [before], [after] = await seen([correction.before]), await seen([correction.after])
        return CorrectionView(
            before=before,
            after=after,
            restorable_until=self.correcting.curve.erased_at(self.person_memories.clock.now()),
            notes=await seen(correction.notes),
            echoes=await seen(correction.echoes),
            spreads=self.person_memories.scope.place is None and not correction.before.private,
        )
