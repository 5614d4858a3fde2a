"""Reads the turns and notes of a stale day, as of one revision of its person."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from msgspec.structs import replace

from brain.ids import MemoryId, PlaceId
from brain.memory.parts import rests_on_others
from brain.memory.periods import Group, node_id
from brain.memory.record import Kind, Memory
from brain.memory_iteration import iterate_memories
from brain.messages import Person, Scope, own_words
from brain.ports import MemoryStore
from brain.ports.derivations import StaleDay

ZONES_APART = timedelta(hours=14)
"""The furthest that a time zone may be from UTC."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """A stale day with its turns and notes."""

    stale: StaleDay
    person: Person
    revision: int
    """The person's revision from before the rest was read (`Derivations.revision`)."""
    turns: tuple[Memory, ...]
    """The turns of the day as notes may rest on them (`_in_own_words`), oldest first, with those
    that time has archived."""
    present: frozenset[MemoryId]
    """Ids of all turns of the day, also of those that have only words of others."""
    old: tuple[Memory, ...]
    """The day's present summary and insight."""
    facts: tuple[Memory, ...]
    """All facts of the group."""

    @property
    def group(self) -> Group:
        """The group that the turns belong to."""
        return Group(self.stale.person, self.stale.place)

    @property
    def period(self) -> str:
        """The day in ISO 8601."""
        return self.stale.day.isoformat()

    @property
    def corrections(self) -> tuple[Memory, ...]:
        """Return what the person corrected of the day: its summary, and facts that rest on it."""
        return tuple(
            note
            for note in (*self.old, *self.facts)
            if note.is_corrected and not note.ended_at and not self.present.isdisjoint(note.sources)
        )

    def earlier(self, kind: Kind) -> Memory | None:
        """Return the present note of a kind if turns that it was made of have been erased."""
        for note in self.old:
            if note.kind is kind and not self.present.issuperset(note.sources):
                return note
        return None


async def read_day(store: MemoryStore, stale: StaleDay, person: Person) -> Day:
    """Read everything that a day's notes are made of. Raises StoreError."""
    scope = Scope.everything_of(stale.person)
    # First, so that the result is discarded if anything is forgotten from here on.
    revision = await store.revision(stale.person)
    start = datetime.combine(stale.day, time.min, tzinfo=UTC)
    span = (start - ZONES_APART, start + timedelta(days=1) + ZONES_APART)
    turns: list[Memory] = []
    for archived in (False, True):
        found = await read_all(store, scope, {Kind.TURN}, span=span, archived=archived)
        turns += (
            turn
            for turn in found
            if turn.day == stale.day and belongs(turn, stale.place) and not turn.is_put_away
        )
    group = Group(stale.person, stale.place)
    period = stale.day.isoformat()
    ids = [node_id(group, kind, period) for kind in (Kind.DAY, Kind.INSIGHT)]
    facts = [
        fact
        for archived in (False, True)
        for fact in await read_all(store, scope, {Kind.FACT}, archived=archived)
        if belongs(fact, stale.place) and not fact.is_put_away
    ]
    return Day(
        stale=stale,
        person=person,
        revision=revision,
        turns=tuple(
            _in_own_words(turn)
            for turn in sorted(turns, key=lambda turn: (turn.said_at, turn.id))
            if own_words(turn.text)
        ),
        present=frozenset(turn.id for turn in turns),
        old=await store.get(scope, ids),
        facts=tuple(facts),
    )


def _in_own_words(turn: Memory) -> Memory:
    """Return a turn in own words, and without the reply if it answers what somebody else said."""
    reply = None if rests_on_others(turn.text) else turn.reply
    return replace(turn, text=own_words(turn.text), reply=reply)


async def read_all(
    store: MemoryStore,
    scope: Scope,
    kinds: set[Kind],
    *,
    span: tuple[datetime, datetime] | None = None,
    archived: bool = False,
) -> list[Memory]:
    """Return every memory of these kinds, newest first.

    Args:
        store: the store.
        scope: the person, and what may be seen of them.
        kinds: the kinds.
        span: only memories said from the first time until before the second; None for all.
        archived: return the archived memories instead of the living ones.

    Raises:
        StoreError: the store failed.
    """
    since, until = span or (None, None)
    found = iterate_memories(
        store, scope, kinds=kinds, archived=archived, said_from=since, said_until=until
    )
    return [memory async for memory in found]


def belongs(memory: Memory, place_id: PlaceId | None) -> bool:
    """Return whether a memory is of a shared place or, for None, of a private one."""
    return memory.private if place_id is None else memory.place == place_id and not memory.private
