"""A forget that forgets: what was said, what was made of it, and what repeats it.

Planning only reads; carrying out is one atomic write. With a turn go the notes of its day and of
every period above it, and the facts that rest on it: they are erased at once, and made anew from
what is left (`brain.consolidation`). A later reply that was given the turn, or came right after it,
and repeats its words loses them too. Work that is under way on any of this writes nothing.

Whoever forgets a note means what it says: the turns that it was made of go with it.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from brain.consolidation.notes import embedded
from brain.consolidation.reading import read_all
from brain.errors import ForgetDisturbed
from brain.memory.lexical import telling
from brain.memory.record import FOREVER, Kind, Memory, Vector
from brain.messages import Scope
from brain.ports import Clock, Embedder, MemoryStore

NOTES = frozenset({Kind.DAY, Kind.INSIGHT, Kind.HISTORY, Kind.PORTRAIT, Kind.FACT})
RIGHT_AFTER = timedelta(hours=6)
"""How long a reply may still have the turn before its eyes, as the conversation at hand."""
ATTEMPTS = 8
_COMMON = 0.2
"""A word in more than this share of a person's turns gives nothing away."""
_FEW = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a forget would do; nothing has happened yet."""

    scope: Scope
    turns: tuple[Memory, ...]
    """What was said, and is to be forgotten."""
    notes_meant: tuple[Memory, ...]
    """Notes that were named themselves."""
    notes: tuple[Memory, ...]
    """Those and what was made of the turns: erased at once, and made anew from what is left."""
    echoes: tuple[Memory, ...]
    """Turns whose replies repeat it: the replies are erased, what the person said stays."""
    revived: tuple[Memory, ...]
    """Facts that count again, because what ended them is gone."""
    revision: int


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
        person = Scope.everything_of(scope.person)
        revision = await self.store.revision(scope.person)
        notes = {
            note.id: note
            for archived in (False, True)
            for note in await read_all(self.store, person, set(NOTES), archived=archived)
        }
        meant, named = await self._meant(person, memories, notes)
        made = dict(named)
        echoes = await self._echoes(person, meant)
        made |= _made_of({*meant, *made, *(echo.id for echo in echoes)}, notes.values())
        return Plan(
            scope=scope,
            turns=tuple(meant.values()),
            notes_meant=tuple(named.values()),
            notes=tuple(made.values()),
            echoes=tuple(echoes),
            revived=tuple(
                note for note in notes.values() if note.ended_by in made and note.id not in made
            ),
            revision=revision,
        )

    async def carry_out(self, plan: Plan, *, at_once: bool, instead: Sequence[Memory] = ()) -> Plan:
        """Do it, and give the plan as it was done. Raises StoreError.

        What was said meanwhile is taken in: what is made of the same turns goes, too.

        Args:
            plan: as it was shown.
            at_once: erase the turns for good; else they can be restored for the time of grace.
            instead: what takes the place of turns that are erased, under their ids.

        Raises:
            ForgetDisturbed: something else of that person was rewritten again and again.
        """
        for _ in range(ATTEMPTS):
            ids = [turn.id for turn in plan.turns]
            without = [replace(echo, reply=None, sources=()) for echo in plan.echoes]
            again = [replace(fact, ended_at=None, ended_by=None) for fact in plan.revived]
            added = [*without, *again, *instead]
            done = await self.store.rewrite(
                Scope.everything_of(plan.scope.person),
                revision=plan.revision,
                now=self.clock.now(),
                archive=[] if at_once else ids,
                erase=[
                    *(ids if at_once else []),
                    *(note.id for note in plan.notes),
                    *(memory.id for memory in added),
                ],
                add=added,
                vectors=await self._vectors(added),
            )
            if done:
                return plan
            plan = await self.plan(plan.scope, [*plan.turns, *plan.notes_meant])
        raise ForgetDisturbed

    async def _vectors(self, memories: Sequence[Memory]) -> list[Vector | None]:
        if self.embedder is None:
            return [None] * len(memories)
        return await embedded(self.embedder, memories)

    async def _meant(
        self, scope: Scope, memories: Iterable[Memory], notes: dict[str, Memory]
    ) -> tuple[dict[str, Memory], dict[str, Memory]]:
        """The turns among them, with those that the notes among them were made of; those notes."""
        meant: dict[str, Memory] = {}
        wanted: list[str] = []
        seen: dict[str, Memory] = {}
        for memory in memories:
            if memory.kind is Kind.TURN:
                meant[memory.id] = memory
            else:
                wanted.append(memory.id)
        while wanted:
            note = notes.get(wanted.pop())
            if note is None or note.id in seen:
                continue
            seen[note.id] = note
            wanted += (source for source in note.sources if source in notes)
            others = [source for source in note.sources if source not in notes]
            meant.update((turn.id, turn) for turn in await self.store.get(scope, others))
        return meant, seen

    async def _echoes(self, scope: Scope, meant: dict[str, Memory]) -> list[Memory]:
        """Later turns whose replies give away what is forgotten."""
        if not meant:
            return []
        first = min(turn.said_at for turn in meant.values())
        later = [
            turn
            for archived in (False, True)
            for turn in await read_all(
                self.store, scope, {Kind.TURN}, span=(first, FOREVER), archived=archived
            )
        ]
        later.sort(key=lambda turn: turn.said_at)
        common = _common(later)
        secret = set().union(*(telling(turn.content) for turn in meant.values())) - common
        tainted = dict(meant)
        echoes: list[Memory] = []
        for turn in later:
            if turn.id in meant or not turn.reply:
                continue
            near = any(
                source.place == turn.place and turn.said_at - source.said_at <= RIGHT_AFTER
                for source in tainted.values()
            )
            if not near and tainted.keys().isdisjoint(turn.sources):
                continue
            if secret & (telling(turn.reply) - telling(turn.text)):
                echoes.append(turn)
                tainted[turn.id] = turn
        return echoes


def _made_of(ids: set[str], notes: Iterable[Memory]) -> dict[str, Memory]:
    """The notes that rest on those, directly or through other notes."""
    left = list(notes)
    made: dict[str, Memory] = {}
    tainted = set(ids)
    while True:
        found = [note for note in left if not tainted.isdisjoint(note.sources)]
        if not found:
            return made
        made.update((note.id, note) for note in found)
        tainted = {note.id for note in found}
        left = [note for note in left if note.id not in made]


def _common(turns: Sequence[Memory]) -> set[str]:
    counts = Counter(word for turn in turns for word in telling(turn.content))
    most = max(_FEW, _COMMON * len(turns))
    return {word for word, count in counts.items() if count > most}
