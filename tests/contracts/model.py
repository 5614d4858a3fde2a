"""A reference model of a store in plain Python, which the stores under test must agree with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from msgspec.structs import replace

from brain.ids import MemoryId, PersonId, PlaceId
from brain.memory.lexical import terms
from brain.memory.record import FOREVER, RECALLED, Kind, Memory
from brain.memory.reinforcement import Gain, reinforce
from brain.memory.retention import Curve
from brain.messages import Scope
from brain.ports import Due
from tests.factories import solved


@dataclass(slots=True)
class Kept:
    """A memory, with what the store knows about it besides."""

    memory: Memory
    finished: bool
    embedded: bool
    order: int
    """Its place in the order in which memories were added, from 1."""


class Model:
    """Applies the writes that are made to the store under test, and predicts its answers."""

    def __init__(self, curve: Curve) -> None:
        self.kept: dict[MemoryId, Kept] = {}
        self.stale: set[tuple[PersonId, date, PlaceId | None]] = set()
        """Person, day and place (None in private) of the days that need a new summary."""
        self._curve = curve
        self._arrivals = 0

    def begin(self, turn: Memory) -> bool:
        return self._enter(turn, finished=False, embedded=False)

    def add(self, memory: Memory, *, embedded: bool) -> bool:
        return self._enter(memory, finished=True, embedded=embedded)

    def _enter(self, memory: Memory, *, finished: bool, embedded: bool) -> bool:
        if memory.id in self.kept:
            return False
        self._arrivals += 1
        self.kept[memory.id] = Kept(memory, finished, embedded, self._arrivals)
        self._mark(memory)
        return True

    def finish(
        self,
        scope: Scope,
        turn_id: MemoryId,
        *,
        reply: str,
        recalled: Sequence[MemoryId],
        reinforced: Mapping[MemoryId, Gain],
        now: datetime,
    ) -> bool:
        kept = self._seen(scope, turn_id)
        if kept is None or kept.finished:
            return False
        kept.finished = kept.embedded = True
        self._mark(kept.memory)
        kept.memory = replace(kept.memory, reply=reply, sources=tuple(recalled))
        for memory_id, gain in reinforced.items():
            used = self._seen(scope, memory_id)
            if used is not None and used is not kept and used.memory.archived_at is None:
                stronger = reinforce(used.memory, gain, now=now, curve=self._curve)
                used.memory = solved(stronger, self._curve)
        return True

    def pin(
        self, scope: Scope, memory_id: MemoryId, *, pinned: bool, gain: Gain, now: datetime
    ) -> bool:
        kept = self._seen(scope, memory_id)
        if kept is None:
            return False
        kept.memory = replace(kept.memory, pinned=pinned)
        if kept.memory.archived_at is None:
            stronger = reinforce(kept.memory, gain, now=now, curve=self._curve)
            kept.memory = solved(stronger, self._curve)
        return True

    def archive(self, scope: Scope, memory_id: MemoryId, *, now: datetime) -> bool:
        kept = self._seen(scope, memory_id)
        if kept is None:
            return False
        since = kept.memory.archived_at
        if since is not None and since < kept.memory.forgotten_at:
            return False
        kept.memory = replace(kept.memory, archived_at=now, forgotten_at=FOREVER)
        self._mark(kept.memory)
        return True

    def restore(self, scope: Scope, memory_id: MemoryId, *, now: datetime) -> bool:
        kept = self._seen(scope, memory_id)
        if kept is None or kept.memory.archived_at is None:
            return False
        kept.memory = solved(replace(kept.memory, archived_at=None, last_recalled=now), self._curve)
        self._mark(kept.memory)
        return True

    def erase(self, scope: Scope, memory_id: MemoryId) -> bool:
        if self._seen(scope, memory_id) is None:
            return False
        self._mark(self.kept.pop(memory_id).memory)
        return True

    def rewrite(
        self,
        scope: Scope,
        *,
        now: datetime,
        archive: Sequence[MemoryId],
        erase: Sequence[MemoryId],
        add: Memory,
    ) -> None:
        for memory_id in erase:
            self.erase(scope, memory_id)
        for memory_id in archive:
            self.archive(scope, memory_id, now=now)
        self.add(add, embedded=True)

    def set_importance(self, scope: Scope, memory_id: MemoryId, importance: float) -> None:
        kept = self._seen(scope, memory_id)
        if kept is None or kept.memory.archived_at is not None:
            return
        old, first = kept.memory, self._curve.strength_of(importance)
        moved = old.strength + first - self._curve.strength_of(old.importance)
        strength = max(moved, min(old.strength, first))
        weighed = replace(old, importance=importance, strength=strength)
        kept.memory = solved(weighed, self._curve)

    def set_vector(self, scope: Scope, memory_id: MemoryId) -> bool:
        kept = self._seen(scope, memory_id)
        if kept is None or kept.embedded:
            return False
        kept.embedded = True
        return True

    def erase_person(self, person_id: PersonId) -> int:
        theirs = [
            memory_id for memory_id, kept in self.kept.items() if kept.memory.person == person_id
        ]
        for memory_id in theirs:
            del self.kept[memory_id]
        self.stale = {day for day in self.stale if day[0] != person_id}
        return len(theirs)

    def due(self, now: datetime) -> tuple[list[MemoryId], list[MemoryId]]:
        """Returns the ids that are due to be archived, and those that are due to be erased."""
        grace = timedelta(days=self._curve.grace)
        archived: list[MemoryId] = []
        erased: list[MemoryId] = []
        for memory_id, kept in self.kept.items():
            if kept.memory.archived_at is None and kept.memory.forgotten_at <= now:
                archived.append(memory_id)
            if kept.memory.archived_at is not None and kept.memory.archived_at + grace <= now:
                erased.append(memory_id)
        return archived, erased

    def forget_due(self, now: datetime) -> Due:
        archived, erased = self.due(now)
        for memory_id in erased:
            del self.kept[memory_id]
        for memory_id in archived:
            self.kept[memory_id].memory = replace(self.kept[memory_id].memory, archived_at=now)
        return Due(len(archived), len(erased))

    def visible(self, scope: Scope, *, archived: bool | None = None) -> list[Memory]:
        """Returns what a scope sees in the order of arrival: archived, alive, or both (None)."""
        return [
            kept.memory
            for kept in self.kept.values()
            if sees(scope, kept.memory) and archived in (None, kept.memory.archived_at is not None)
        ]

    def recent(self, scope: Scope, place_id: PlaceId) -> list[Memory]:
        return [
            memory
            for memory in self.visible(scope, archived=False)
            if memory.place == place_id and memory.kind is Kind.TURN
        ]

    def dense(self, scope: Scope, now: datetime) -> set[MemoryId]:
        return {
            memory.id
            for memory in self.visible(scope, archived=False)
            if memory.kind in RECALLED and memory.fades_at > now and self.kept[memory.id].embedded
        }

    def lexical(
        self, scope: Scope, text: str, now: datetime
    ) -> tuple[set[MemoryId], set[MemoryId]]:
        """Returns the ids that must be found by words, and those that may be found.

        An unfinished turn may be found, as a store may index its words before it is finished.
        """
        may = {
            memory.id
            for memory in self.visible(scope, archived=False)
            if memory.kind in RECALLED
            and memory.fades_at > now
            and set(terms(text)) & set(terms(memory.content))
        }
        return {memory_id for memory_id in may if self.kept[memory_id].finished}, may

    def waiting(self) -> set[MemoryId]:
        return {
            memory_id
            for memory_id, kept in self.kept.items()
            if not kept.embedded
            and kept.memory.archived_at is None
            and kept.memory.kind in RECALLED
        }

    def turn_left(self, person_id: PersonId, day: date, place_id: PlaceId | None) -> bool:
        """Returns whether a turn of that day is left; otherwise the store may drop a stale mark."""
        turns = [kept.memory for kept in self.kept.values() if kept.memory.kind is Kind.TURN]
        return any(
            (turn.person, turn.day, None if turn.private else turn.place)
            == (person_id, day, place_id)
            for turn in turns
        )

    def _mark(self, memory: Memory) -> None:
        if memory.kind is Kind.TURN:
            place = None if memory.private else memory.place
            self.stale.add((memory.person, memory.day, place))

    def _seen(self, scope: Scope, memory_id: MemoryId) -> Kept | None:
        kept = self.kept.get(memory_id)
        return kept if kept is not None and sees(scope, kept.memory) else None


def sees(scope: Scope, memory: Memory) -> bool:
    return scope.sees(person_id=memory.person, place_id=memory.place, private=memory.private)
