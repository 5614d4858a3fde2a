"""Imports the memories in a file, which is an export or a MemoryBank file by its content.

The whole file is checked before anything is written, so that a wrong one changes nothing. Then
batch after batch is embedded and added. Each batch is durable and ids follow from the file, so that
importing again completes an interrupted import, and adds nothing after a complete one.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5
from zoneinfo import ZoneInfo

from msgspec import structs

from brain.ids import MemoryId
from brain.memory.creation import recompute_times
from brain.memory.periods import Group, node_id
from brain.memory.record import CORRECTED, Memory
from brain.memory.retention import Curve
from brain.messages import Person, Scope
from brain.ports import Clock, Embedder, MemoryStore
from brain.ports.derivations import StaleDay
from brain.transfer.adding import add_unknown, embedding_with, stale_days_of
from brain.transfer.export_format import read_memories
from brain.transfer.file_check import CheckedExport, Days, check, open_file
from brain.transfer.import_errors import refuse
from brain.transfer.memorybank import Bank, BankPerson
from brain.transfer.memorybank_placement import memories_of
from brain.turns.replacing import link_all

BATCH = 64
"""Memories embedded and written at a time; a killed process loses a second or two of work."""
_NAMESPACE = uuid5(NAMESPACE_URL, "siliconfriend:import")


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReceipt:
    """What an import did."""

    people: tuple[Person, ...]
    """The people whose memories the file holds, as the store knows them."""
    added: int
    """Number of memories that were added."""
    known: int
    """Number of memories that the store had already; they stay as they are."""
    skipped: int
    """Number of entries of a MemoryBank file that could not be understood."""


@dataclass(frozen=True, slots=True)
class _PersonImport:
    """The memories to be imported for one person."""

    person: Person
    memories: Iterator[Memory]
    days: Days | None
    """The days that count as summarised once they are imported; None: all of them."""


async def import_file(
    path: Path,
    *,
    store: MemoryStore,
    embedder: Embedder,
    clock: Clock,
    curve: Curve,
    zone: ZoneInfo,
    person_for: Callable[[str], Person],
    progress: Callable[[int, int], None],
    person: Person | None = None,
    summarising: bool = True,
) -> ImportReceipt:
    """Import a file into a store.

    The memories of an export stay as they are but for the times at which they fade and are
    forgotten, which follow from the curve in force. A person's name, zone and language stay as the
    store has them. Accounts are never joined by a file, because only their owner may join them.
    Days that come with their summary count as summarised, all others as stale.

    Args:
        path: the file.
        store: the store to add memories to.
        embedder: makes their vectors.
        clock: gives the time of the import.
        curve: the curve of forgetting that is in force.
        zone: the time zone of the dates in a MemoryBank file.
        person_for: returns the person for a name in a MemoryBank file; distinct names must give
            distinct people.
        progress: called after each batch with the memories done and their number.
        person: the person to import the memories for, if not the one in the file. The memories of
            another person's export get new ids, because an id belongs to one memory of the store.
        summarising: False lets days without their summary count as summarised as well, so that no
            model is asked for them until they change.

    Raises:
        BadImport: the file cannot be imported; nothing was written.
        EmbedderError: the embedder failed; importing again goes on where this ended.
        StoreError: the store failed; importing again goes on where this ended.
    """
    file = await asyncio.to_thread(open_file, path)
    try:
        found = await asyncio.to_thread(check, file, path)
        if isinstance(found, Bank):
            matched = _match(found, path, person_for=person_for, person=person)
            now = clock.now()
            imports = [
                _PersonImport(
                    who,
                    memories_of(source, person=who, zone=zone, curve=curve, now=now),
                    frozenset((entry.day, None) for entry in source.summaries)
                    if summarising
                    else None,
                )
                for source, who in matched
            ]
            total = sum(source.total for source in found.people)
            skipped = found.junk
        else:
            who, total, skipped = person or found.owner, found.total, 0
            exported = read_memories(file, path, person_id=found.owner.id)
            memories = _reassigned(exported, found, person=who, curve=curve)
            imports = [_PersonImport(who, memories, found.days if summarising else None)]
        people = []
        added = done = 0
        for one in imports:
            people.append(await _ensure_person(store, one.person))
            # Reading, decoding and detecting the language would block the event loop.
            while batch := await asyncio.to_thread(list, islice(one.memories, BATCH)):
                stale = await _stale(store, one)
                # An export comes newest first. Of two memories with one id the first counts.
                added += await add_unknown(
                    batch[::-1],
                    scope=Scope.everything_of(one.person.id),
                    store=store,
                    vectors_of=embedding_with(embedder),
                )
                # A day that was stale before stays so, because the person has changed it since.
                now_stale = await _stale(store, one)
                await store.mark_summarised(
                    [now_stale[day] for day in now_stale.keys() - stale.keys()]
                )
                done += len(batch)
                progress(done, total)
            if isinstance(found, Bank):
                # An export has the links that its store had.
                await link_all(store, Scope.everything_of(one.person.id))
    finally:
        file.close()
    return ImportReceipt(
        people=tuple(people),
        added=added,
        known=done - added,
        skipped=skipped,
    )


def _match(
    bank: Bank, path: Path, *, person_for: Callable[[str], Person], person: Person | None
) -> list[tuple[BankPerson, Person]]:
    """Return the names of a bank with the person of each, who must be distinct.

    Two names for one person would share ids, and memories would be lost.
    """
    if person:
        if len(bank.people) > 1:
            raise refuse("import-several", path=path, count=len(bank.people))
        return [(source, person) for source in bank.people]
    matched = [(source, person_for(source.name)) for source in bank.people]
    counts = Counter(who.id for _, who in matched)
    if shared := [source.name for source, who in matched if counts[who.id] > 1]:
        raise refuse("import-same-person", path=path, names=", ".join(shared))
    return matched


def _reassigned(
    memories: Iterator[Memory], export: CheckedExport, *, person: Person, curve: Curve
) -> Iterator[Memory]:
    """Yield exported memories as those of a person, on the curve in force."""

    def new_id(memory_id: MemoryId) -> str:
        if person.id == export.owner.id or memory_id.startswith(CORRECTED):
            return memory_id
        if memory_id in export.nodes:
            place, kind, period = export.nodes[memory_id]
            return node_id(Group(person.id, place), kind, period)
        return MemoryId(uuid5(_NAMESPACE, f"{person.id}/{memory_id}").hex)

    for memory in memories:
        moved = structs.replace(
            memory,
            id=new_id(memory.id),
            person=person.id,
            sources=tuple(new_id(source) for source in memory.sources),
            ended_by=None if memory.ended_by is None else new_id(memory.ended_by),
        )
        yield recompute_times(moved, curve)


async def _ensure_person(store: MemoryStore, person: Person) -> Person:
    known = await store.person(person.id)
    if known:
        return known
    alone = replace(person, same_as=None, accounts=())
    await store.save_person(alone)
    return alone


async def _stale(
    store: MemoryStore, part: _PersonImport
) -> dict[tuple[date, str | None], StaleDay]:
    """Return the stale days among those that come with their summary, by date and place."""
    if part.days is not None and not part.days:
        return {}
    by_day = await stale_days_of(store, part.person.id)
    return {key: day for key, day in by_day.items() if part.days is None or key in part.days}
