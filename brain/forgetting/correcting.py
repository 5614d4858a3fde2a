"""Corrects memories: a person puts other words in the place of those that are remembered.

A turn is changed as an edit of its message changes it: what was made of it is erased and made
anew, and a later reply that repeats what it said is taken out of its turn. A fact or the summary of
a day gets the person's words and keeps them: no model writes it anew, or states again what was
wrong (`Memory.is_corrected`). What was made of it is erased; the turns stay as they were said.

Either way the memory is strengthened as one that was wholly used, and what it was before is
archived beside it for the time of grace (`brain.forgetting.versions`).
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from msgspec.structs import replace

from brain.consolidation.fact_identity import correction_mark
from brain.consolidation.notes import embed_searched
from brain.errors import BadInput, EmptyMessage, ForgetDisturbed, MessageTooLong
from brain.forgetting.planning import ATTEMPTS, Forgetting
from brain.forgetting.versions import version_of
from brain.ids import MemoryId
from brain.languages.detection import detect
from brain.memory.provenance import notes_resting_on
from brain.memory.record import NOTES, RECALLED, Kind, Memory, Vector
from brain.memory.reinforcement import reinforce, whole_gain
from brain.memory.retention import Curve
from brain.memory.updates import may_replace
from brain.memory_iteration import iterate_memories
from brain.messages import Scope, clean
from brain.turns.edits import with_text
from brain.turns.replacing import link_replaced


class NoNewWords(BadInput):
    """The new text is empty."""

    key = "error-correct-empty"


class NewWordsTooLong(BadInput):
    """Values: `length`, `limit`, both in characters."""

    key = "error-correct-too-long"


class SameWords(BadInput):
    """The memory has that text already."""

    key = "error-correct-same"


class ArchivedMemory(BadInput):
    """An archived memory has to be restored before it can be corrected."""

    key = "error-correct-archived"


class MadeOfOthers(BadInput):
    """An insight, a history or a portrait is only made anew of what it was made of."""

    key = "error-correct-made"


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """What a correction would do, or did."""

    before: Memory
    after: Memory
    notes: tuple[Memory, ...]
    """What was made of the memory, and is erased and made anew."""
    echoes: tuple[Memory, ...]
    """Turns whose replies repeat what it no longer says, and lose them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Correcting:
    """Plans corrections and carries them out."""

    forgetting: Forgetting
    curve: Curve
    limit: int
    """The most characters of a text."""

    def read(self, memory: Memory, text: str) -> str:
        """Return the new text of a memory as it is stored.

        Raises:
            NoNewWords, NewWordsTooLong, NotText: the text cannot be used.
            SameWords, ArchivedMemory, MadeOfOthers: the memory cannot be corrected so.
        """
        if memory.kind not in RECALLED:
            raise MadeOfOthers
        if memory.archived_at is not None:
            raise ArchivedMemory
        try:
            text = clean(text, limit=self.limit)
        except EmptyMessage:
            raise NoNewWords from None
        except MessageTooLong as error:
            raise NewWordsTooLong(**error.values) from None
        if text == memory.text:
            raise SameWords
        return text

    async def plan(self, scope: Scope, memory: Memory, text: str) -> Correction:
        """Return what correcting a memory of that scope would do. Raises as `read`, StoreError."""
        after = self._corrected(memory, self.read(memory, text), self.forgetting.clock.now())
        if memory.kind is Kind.TURN:
            plan = await self.forgetting.plan(scope, [memory])
            return Correction(before=memory, after=after, notes=plan.notes, echoes=plan.echoes)
        notes = tuple(await self._resting_on(memory))
        return Correction(before=memory, after=after, notes=notes, echoes=())

    async def carry_out(self, scope: Scope, memory: Memory, text: str) -> Correction | None:
        """Correct a memory of that scope.

        Returns:
            None where the memory is gone; then nothing happened.

        Raises:
            ForgetDisturbed: something else of that person was rewritten again and again.
            BadInput, StoreError: as `plan`.
        """
        text = self.read(memory, text)
        if memory.kind is not Kind.TURN:
            return await self._correct_note(scope, memory.id, text)
        now = self.forgetting.clock.now()
        plan = await self.forgetting.plan(scope, [memory])
        plan = await self.forgetting.carry_out(
            plan, at_once=False, instead=lambda turn: self._corrected(turn, text, now)
        )
        after = next(iter(await self.forgetting.store.get(scope, [memory.id])), None)
        if after is None:
            return None
        if await asyncio.to_thread(may_replace, after):
            await link_replaced(self.forgetting.store, scope, after)
        return Correction(before=memory, after=after, notes=plan.notes, echoes=plan.echoes)

    async def _correct_note(self, scope: Scope, note_id: MemoryId, text: str) -> Correction | None:
        store = self.forgetting.store
        for _ in range(ATTEMPTS):
            revision = await store.revision(scope.person)
            before = next(iter(await store.get(scope, [note_id])), None)
            if before is None:
                return None
            self.read(before, text)
            notes = await self._resting_on(before)
            now = self.forgetting.clock.now()
            after = self._corrected(before, text, now)
            done = await store.rewrite(
                Scope.everything_of(scope.person),
                revision=revision,
                now=now,
                erase=[after.id, *(note.id for note in notes)],
                add=[after, version_of(before, now)],
                vectors=[*await self._vectors([after]), None],
                # What else was made of the same turns is made anew, with the correction.
                stale=[*before.sources, before.id],
            )
            if done:
                return Correction(before=before, after=after, notes=tuple(notes), echoes=())
        raise ForgetDisturbed

    def _corrected(self, memory: Memory, text: str, now: datetime) -> Memory:
        if memory.kind is Kind.TURN:
            after = with_text(memory, text, language=None, curve=self.curve)
        else:
            after = in_own_words(memory, text, now=now)
        gain = whole_gain(memory, now=now, curve=self.curve)
        return reinforce(after, gain, now=now, curve=self.curve)

    async def _resting_on(self, note: Memory) -> Sequence[Memory]:
        everything = Scope.everything_of(note.person)
        notes = {
            each.id: each
            async for each in iterate_memories(self.forgetting.store, everything, kinds=NOTES)
        }
        found = await asyncio.to_thread(notes_resting_on, [note], notes)
        return [each for each in found.values() if each.id != note.id]

    async def _vectors(self, memories: Sequence[Memory]) -> list[Vector | None]:
        embedder = self.forgetting.embedder
        if embedder is None:
            return [None] * len(memories)
        return await embed_searched(embedder, memories)


def in_own_words(note: Memory, text: str, *, now: datetime) -> Memory:
    """Return a fact or a summary with its person's words, and marked as such.

    A fact that is still true counts as said now, so that nothing said before ends it. The summary
    of a day stays dated by its day.
    """
    mark, right = correction_mark(note.text), correction_mark(text)
    kept = (source for source in note.sources if source not in (mark, right))
    is_said = note.kind is Kind.FACT and note.ended_at is None
    return replace(
        note,
        text=text,
        language=detect(text, fallback=note.language),
        said_at=max(note.said_at, now) if is_said else note.said_at,
        sources=(*kept, mark),
    )
