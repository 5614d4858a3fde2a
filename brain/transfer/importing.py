"""From a file to memories: an export of ours, or a MemoryBank file; the content tells which.

The whole file is checked before anything is written, so a wrong one changes nothing. Then batch
after batch is embedded and added; each batch is durable, and ids follow from the file, so an
import that was interrupted is completed by importing again, and a second import adds nothing.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5
from zoneinfo import ZoneInfo

from msgspec import structs

from brain.memory.creation import on_curve
from brain.memory.periods import Group, node_id
from brain.memory.record import Memory
from brain.memory.retention import Curve
from brain.messages import Person, Scope
from brain.ports import Clock, Embedder, MemoryStore
from brain.ports.derivations import StaleDay
from brain.transfer.export_format import read_memories
from brain.transfer.file_check import Days, Export, check, open_file
from brain.transfer.import_errors import refuse
from brain.transfer.memorybank import Bank, BankPerson
from brain.transfer.memorybank_placement import memories_of

BATCH = 64
"""Memories embedded and written at a time: a second or two of work that a kill can cost."""
_ALL = 1_000_000
"""More days than anybody lives in all of their places."""
_NAMESPACE = uuid5(NAMESPACE_URL, "siliconfriend:import")


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReceipt:
    """What an import did."""

    people: tuple[Person, ...]
    """Whose memories the file holds, as the store knows them."""
    added: int
    known: int
    """Memories that were there already and stay as they are."""
    skipped: int
    """Entries of a MemoryBank file that could not be read."""


@dataclass(frozen=True, slots=True)
class _Share:
    """What one person gets."""

    person: Person
    memories: Iterator[Memory]
    days: Days


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
) -> ImportReceipt:
    """Take in a file.

    An export keeps everything as it was but for the times at which its memories fade and are
    forgotten: these are solved anew by the curve in force. What the store knows about a person
    already (name, zone, language) stays. Accounts are joined by who holds them, never by a file.
    Days that come with their summary count as summarised, all others as stale.

    Args:
        path: the file.
        store: where its memories go.
        embedder: for their vectors.
        clock: for the time of the import.
        curve: of forgetting.
        zone: in which the dates of a MemoryBank file are days.
        person_for: who a name of a MemoryBank file is here; distinct names, distinct people.
        progress: told the memories done and their number after each batch.
        person: import as this person's. The ids of an export of somebody else are then derived
            anew, because an id belongs to one memory of the store.

    Raises:
        BadImport: before anything is written.
        EmbedderError, StoreError: in between; importing again goes on where this ended.
    """
    file = await asyncio.to_thread(open_file, path)
    try:
        found = await asyncio.to_thread(check, file, path)
        if isinstance(found, Bank):
            matched = _match(found, path, person_for=person_for, person=person)
            now = clock.now()
            shares = [
                _Share(
                    who,
                    memories_of(source, person=who, zone=zone, curve=curve, now=now),
                    frozenset((entry.day, None) for entry in source.summaries),
                )
                for source, who in matched
            ]
            total = sum(source.total for source in found.people)
            skipped = found.junk
        else:
            who, total, skipped = person or found.owner, found.total, 0
            memories = read_memories(file, path, person_id=found.owner.id)
            placed = _placed(memories, found, person=who, curve=curve)
            shares = [_Share(who, placed, found.days)]
        people = []
        added = done = 0
        for share in shares:
            people.append(await _know(store, share.person))
            # Reading on, decoding and judging the language are work for a thread.
            while batch := await asyncio.to_thread(list, islice(share.memories, BATCH)):
                stale = await _stale(store, share)
                added += await _add(
                    batch,
                    scope=Scope.everything_of(share.person.id),
                    store=store,
                    embedder=embedder,
                )
                # What was stale before stays so: the person has changed it since.
                now_stale = await _stale(store, share)
                await store.mark_summarised(
                    [now_stale[day] for day in now_stale.keys() - stale.keys()]
                )
                done += len(batch)
                progress(done, total)
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
    """Who is who. Two names that became one person would share ids and lose memories."""
    if person:
        if len(bank.people) > 1:
            raise refuse("import-several", path=path, count=len(bank.people))
        return [(source, person) for source in bank.people]
    matched = [(source, person_for(source.name)) for source in bank.people]
    counts = Counter(who.id for _, who in matched)
    if shared := [source.name for source, who in matched if counts[who.id] > 1]:
        raise refuse("import-same-person", path=path, names=", ".join(shared))
    return matched


def _placed(
    memories: Iterator[Memory], export: Export, *, person: Person, curve: Curve
) -> Iterator[Memory]:
    """Exported memories as this person's, on the curve in force."""

    def own(memory_id: str) -> str:
        if person.id == export.owner.id:
            return memory_id
        if memory_id in export.nodes:
            place, kind, period = export.nodes[memory_id]
            return node_id(Group(person.id, place), kind, period)
        return uuid5(_NAMESPACE, f"{person.id}/{memory_id}").hex

    for memory in memories:
        moved = structs.replace(
            memory,
            id=own(memory.id),
            person=person.id,
            sources=tuple(own(source) for source in memory.sources),
            ended_by=None if memory.ended_by is None else own(memory.ended_by),
        )
        yield on_curve(moved, curve)


async def _know(store: MemoryStore, person: Person) -> Person:
    known = await store.person(person.id)
    if known:
        return known
    alone = replace(person, same_as=None, accounts=())
    await store.save_person(alone)
    return alone


async def _stale(store: MemoryStore, share: _Share) -> dict[tuple[date, str | None], StaleDay]:
    """Of the days that come with their summary, those that are stale."""
    if not share.days:
        return {}
    found = await store.stale_days(limit=_ALL, person_id=share.person.id)
    return {(day.day, day.place): day for day in found if (day.day, day.place) in share.days}


async def _add(
    batch: Sequence[Memory], *, scope: Scope, store: MemoryStore, embedder: Embedder
) -> int:
    """Add those that are new, and say how many they were."""
    known = {memory.id for memory in await store.get(scope, [memory.id for memory in batch])}
    # An export comes newest first. Stores order what was said in the same millisecond by when it
    # was added: so the older of such a pair goes in first. Of doubles, the first one counts.
    new = {memory.id: memory for memory in reversed(batch) if memory.id not in known}
    if not new:
        return 0
    vectors = await embedder.passages([memory.content for memory in new.values()])
    return len(await store.add(list(new.values()), vectors))
