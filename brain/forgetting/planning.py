"""Plans a forget and carries it out: what was said, what was made of it, and what repeats it.

Planning only reads; carrying out is one atomic write. With a turn go the notes of its day and of
every period above it, and the facts that rest on it: they are erased at once, and made anew from
what is left (`brain.consolidation`). A later reply that repeats it is taken out of its turn
(`brain.forgetting.echoes`). Work that is under way on any of this writes nothing.

What a turn was before it lost its reply, or a part of its text, is archived beside it
(`brain.forgetting.versions`). A version of a turn goes for good when the turn is edited or erased,
or when it repeats something that is forgotten later; a version of a note goes with the note.

Whoever forgets a fact or the summary of a day means what it says: the turns that it was made of go
with it. A history, an insight or a portrait goes alone: it would take a life with it.
"""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from msgspec.structs import replace

from brain.consolidation.day_reading import read_all
from brain.consolidation.notes import embed_searched
from brain.errors import ForgetDisturbed
from brain.forgetting.echoes import find_echoes, without_repetitions
from brain.forgetting.versions import as_before, version_of, when_archived
from brain.ids import MemoryId
from brain.memory.provenance import notes_resting_on
from brain.memory.record import FOREVER, NOTES, RECALLED, Kind, Memory, Vector
from brain.memory.retention import Curve
from brain.memory_iteration import iterate_all_memories
from brain.messages import Scope
from brain.ports import Clock, Embedder, MemoryStore

ATTEMPTS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a forget would do; nothing has happened yet."""

    scope: Scope
    turns: tuple[Memory, ...]
    """What was said, and is to be forgotten."""
    notes_meant: tuple[Memory, ...]
    """Notes that were named themselves, and do not go with the others anyway."""
    notes: tuple[Memory, ...]
    """Those and what was made of the turns: erased at once, and made anew from what is left."""
    echoes: tuple[Memory, ...]
    """Turns whose replies repeat it: they lose the replies, what the person said stays."""
    versions: tuple[Memory, ...]
    """Earlier versions of the turns."""
    lost_versions: tuple[Memory, ...]
    """Other earlier versions, which are erased for good: of the notes, and of turns whose replies
    repeated it then."""
    revived: tuple[Memory, ...]
    """Facts that count again, because what ended them is gone."""
    revision: int

    @property
    def evidence(self) -> tuple[MemoryId, ...]:
        """Other turns that erased facts rest on: what they say is to be found in them again."""
        gone = {turn.id for turn in self.turns}
        facts = (note for note in self.notes if note.kind is Kind.FACT)
        return tuple(dict.fromkeys(s for fact in facts for s in fact.sources if s not in gone))


@dataclass(frozen=True, slots=True, kw_only=True)
class Forgetting:
    """Plans and carries out."""

    store: MemoryStore
    embedder: Embedder | None
    """None: upkeep embeds later what has to be."""
    clock: Clock

    async def plan(self, scope: Scope, memories: Iterable[Memory]) -> Plan:
        """What forgetting those takes. Raises StoreError.

        Args:
            scope: of the person who asks; what was made of a memory goes wherever it is.
            memories: of that scope.
        """
        person, memories = Scope.everything_of(scope.person), list(memories)
        revision = await self.store.revision(scope.person)
        notes: dict[MemoryId, Memory] = {}
        old: list[Memory] = []
        async for note in iterate_all_memories(self.store, person, kinds=NOTES):
            if note.is_version:
                old.append(note)
            else:
                notes[note.id] = note
        meant, named, alone = await self._meant(person, memories, notes)
        roots = [*meant.values(), *named.values()]
        made = named | await asyncio.to_thread(notes_resting_on, roots, notes)
        others = {note.id: note for note in alone if note.id not in made}
        named |= others
        made |= others | await asyncio.to_thread(notes_resting_on, others.values(), notes)
        found, versions = await self._echoes(person, meant, made)
        echoes = [turn for turn in found if not turn.is_version]
        made |= await asyncio.to_thread(notes_resting_on, echoes, notes)
        asked = {memory.id for memory in memories}
        lost = [
            each
            for each in old
            if each.id in asked
            or each.ended_by in made
            or not meant.keys().isdisjoint(each.sources)
        ]
        return Plan(
            scope=scope,
            turns=tuple(meant.values()),
            notes_meant=tuple(named.values()),
            notes=tuple(made.values()),
            echoes=tuple(echoes),
            versions=tuple(versions),
            lost_versions=(*lost, *(turn for turn in found if turn.is_version)),
            revived=tuple(
                note for note in notes.values() if note.ended_by in made and note.id not in made
            ),
            revision=revision,
        )

    async def carry_out(
        self,
        plan: Plan,
        *,
        at_once: bool,
        instead: Callable[[Memory], Memory | None] | None = None,
    ) -> Plan:
        """Do it, and give the plan as it was done. Raises StoreError.

        What was said meanwhile is taken in: what is made of the same turns goes, too. Turns that
        went meanwhile stay away.

        Args:
            plan: as it was shown.
            at_once: erase the turns and replies for good; else they can be restored for the time
                of grace.
            instead: gives what takes the place of a turn, under its id; None: nothing does.

        Raises:
            ForgetDisturbed: something else of that person was rewritten again and again.
        """
        for _ in range(ATTEMPTS):
            ids = [turn.id for turn in plan.turns]
            without = await asyncio.to_thread(without_repetitions, plan.echoes, plan.turns)
            again = [replace(fact, ended_at=None, ended_by=None) for fact in plan.revived]
            turns = await self._as_they_are(plan.scope, ids) if instead else ()
            changed = [(turn, new) for turn in turns if instead and (new := instead(turn))]
            kept = {turn.id for turn, _ in changed}
            gone = [memory_id for memory_id in ids if memory_id not in kept]
            added = [*without, *again, *(new for _, new in changed)]
            erased = [note.id for note in (*plan.notes, *added, *plan.lost_versions)]
            now = self.clock.now()
            if at_once:
                erased += [*gone, *(version.id for version in plan.versions)]
            else:
                added += (
                    version_of(turn, now) for turn in (*plan.echoes, *(turn for turn, _ in changed))
                )
            done = await self.store.rewrite(
                Scope.everything_of(plan.scope.person),
                revision=plan.revision,
                now=now,
                archive=[] if at_once else gone,
                erase=erased,
                add=added,
                vectors=await self._vectors(added),
                stale=plan.evidence,
            )
            if done:
                return plan
            turns = await self._as_they_are(plan.scope, ids)
            plan = await self.plan(plan.scope, [*turns, *plan.notes_meant])
            if not (plan.turns or plan.notes):
                # Erased by somebody else, perhaps with all that there was of this person.
                return plan
        raise ForgetDisturbed

    async def restore(
        self, scope: Scope, memories: Iterable[Memory], *, curve: Curve
    ) -> tuple[MemoryId, ...]:
        """Bring archived memories back, and put earlier versions in the place of their turns.

        Returns:
            The ids of the memories that are back, and of the turns that are as they were. A version
            whose turn is gone stays where it is.

        Raises:
            ForgetDisturbed: something else of that person was rewritten again and again.
        """
        memories = list(memories)
        others = [memory.id for memory in memories if not memory.is_version]
        back = await self.store.restore(scope, others, now=self.clock.now(), curve=curve)
        versions = [memory.id for memory in memories if memory.is_version]
        return tuple(dict.fromkeys((*back, *await self._put_back(scope, versions, curve))))

    async def _put_back(
        self, scope: Scope, ids: Sequence[MemoryId], curve: Curve
    ) -> tuple[MemoryId, ...]:
        for _ in range(ATTEMPTS):
            revision = await self.store.revision(scope.person)
            versions = await self.store.get(scope, ids)
            # Of several versions of a turn, the earliest is what it was.
            first = {
                version.ended_by: version
                for version in sorted(versions, key=when_archived, reverse=True)
                if version.ended_by is not None
            }
            turns = await self.store.get(scope, list(first))
            if not turns:
                return ()
            again = [as_before(turn, first[turn.id], curve) for turn in turns]
            found = {turn.id for turn in turns}
            done = await self.store.rewrite(
                scope,
                revision=revision,
                now=self.clock.now(),
                erase=[
                    *found,
                    *(version.id for version in versions if version.ended_by in found),
                ],
                add=again,
                vectors=await self._vectors(again),
                stale=[
                    each
                    for note in again
                    if note.kind is not Kind.TURN
                    for each in (note.id, *note.sources)
                ],
            )
            if done:
                return tuple(turn.id for turn in turns)
        raise ForgetDisturbed

    async def _as_they_are(self, scope: Scope, ids: Sequence[MemoryId]) -> tuple[Memory, ...]:
        return await self.store.get(Scope.everything_of(scope.person), ids)

    async def _vectors(self, memories: Sequence[Memory]) -> list[Vector | None]:
        if self.embedder is None:
            return [None] * len(memories)
        return await embed_searched(self.embedder, memories)

    async def _meant(
        self, scope: Scope, memories: Iterable[Memory], notes: Mapping[MemoryId, Memory]
    ) -> tuple[dict[MemoryId, Memory], dict[MemoryId, Memory], list[Memory]]:
        """The turns, with those that notes were made of; those notes; notes that go alone."""
        meant: dict[MemoryId, Memory] = {}
        wanted: list[MemoryId] = []
        seen: dict[MemoryId, Memory] = {}
        alone: list[Memory] = []
        for memory in memories:
            if memory.kind is Kind.TURN:
                meant[memory.id] = memory
            elif memory.id not in notes:
                continue
            elif memory.kind in RECALLED:
                wanted.append(memory.id)
            else:
                alone.append(notes[memory.id])
        while wanted:
            note = notes.get(wanted.pop())
            if note is None or note.id in seen:
                continue
            seen[note.id] = note
            wanted += (source for source in note.sources if source in notes)
            others = [source for source in note.sources if source not in notes]
            meant.update((turn.id, turn) for turn in await self.store.get(scope, others))
        return meant, seen, alone

    async def _echoes(
        self, scope: Scope, meant: Mapping[MemoryId, Memory], made: Iterable[MemoryId]
    ) -> tuple[list[Memory], list[Memory]]:
        """Later turns whose replies give away what is forgotten; the turns' earlier versions."""
        if not meant:
            return [], []
        first = min(turn.said_at for turn in meant.values())
        later = [
            turn
            for archived in (False, True)
            for turn in await read_all(
                self.store, scope, {Kind.TURN}, span=(first, FOREVER), archived=archived
            )
        ]
        versions = [turn for turn in later if turn.is_version and turn.ended_by in meant]
        own = {version.id for version in versions}
        others = [turn for turn in later if turn.id not in own]
        # The words of years take seconds: never on the loop.
        found = await asyncio.to_thread(find_echoes, others, meant, frozenset(made))
        return found, versions
