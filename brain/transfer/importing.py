"""From a file to memories: an export of ours, or a MemoryBank file; the content tells which.

The whole file is checked before anything is written, so a wrong one changes nothing. Then batch
after batch is embedded and added; each batch is durable, and ids follow from the file, so an
import that was interrupted is completed by importing again, and a second import adds nothing.
"""

import asyncio
import json
import stat
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import BinaryIO
from uuid import NAMESPACE_URL, uuid5
from zoneinfo import ZoneInfo

from brain.memory.record import Memory
from brain.memory.retention import Curve
from brain.messages import Person, Scope
from brain.ports import Clock, Embedder, MemoryStore
from brain.transfer.lines import is_export, read_memories, read_person
from brain.transfer.memorybank import Bank, BankPerson, is_bank, read_bank
from brain.transfer.placing import memories_of
from brain.transfer.refusal import refuse

BATCH = 64
"""Memories embedded and written at a time: a second or two of work that a kill can cost."""
BANK_MEBIBYTES = 64
"""The largest MemoryBank file: it is parsed as a whole, which takes some times its size."""

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
    """Entries of a MemoryBank file that were not taken: unreadable ones and portraits."""
    portraits: int = 0
    """How many of `skipped` are texts about a whole person, which are concluded anew instead."""


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
    already (name, zone, language) stays.

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
    file = await asyncio.to_thread(_open, path)
    try:
        found = await asyncio.to_thread(_check, file, path)
        if isinstance(found, Bank):
            matched = _match(found, path, person_for=person_for, person=person)
            now = clock.now()
            shares = [
                (who, memories_of(source, person=who, zone=zone, curve=curve, now=now))
                for source, who in matched
            ]
            total = sum(source.total for source in found.people)
            skipped, portraits = found.junk + found.portraits, found.portraits
        else:
            owner, total = found
            who = person or owner
            memories = read_memories(file, path, person=owner.id)
            shares = [(who, _placed(memories, owner=owner, person=who, curve=curve))]
            skipped = portraits = 0
        people = []
        added = done = 0
        for who, memories in shares:
            people.append(await _know(store, who))
            # Reading on, decoding and judging the language are work for a thread.
            while batch := await asyncio.to_thread(list, islice(memories, BATCH)):
                added += await _add(
                    batch,
                    scope=Scope.everything_of(who.id),
                    store=store,
                    embedder=embedder,
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
        portraits=portraits,
    )


def _open(path: Path) -> BinaryIO:
    try:
        # Asked first: opening a pipe or a device may never return.
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            raise refuse("import-directory", path=path)
        if not stat.S_ISREG(mode):
            raise refuse("import-not-a-file", path=path)
        return path.open("rb")
    except FileNotFoundError as error:
        raise refuse("import-missing", path=path) from error
    except OSError as error:
        problem = error.strerror or type(error).__name__
        raise refuse("import-unreadable", path=path, problem=problem) from error


def _check(file: BinaryIO, path: Path) -> Bank | tuple[Person, int]:
    """All of the file: a bank, or whose export it is and how many memories it holds."""
    try:
        if is_export(file):
            owner = read_person(file, path)
            return owner, sum(1 for _ in read_memories(file, path, person=owner.id))
        return _check_bank(file.read((BANK_MEBIBYTES << 20) + 1), path)
    except OSError as error:
        problem = error.strerror or type(error).__name__
        raise refuse("import-unreadable", path=path, problem=problem) from error


def _check_bank(raw: bytes, path: Path) -> Bank:
    if len(raw) > BANK_MEBIBYTES << 20:
        raise refuse("import-too-big", path=path, limit=BANK_MEBIBYTES)
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise refuse("import-not-utf8", path=path) from error
    if not text.strip():
        raise refuse("import-empty", path=path)
    try:
        data = json.loads(text)
    except json.JSONDecodeError as error:
        raise refuse("import-not-json", path=path, line=error.lineno, problem=error.msg) from error
    except (ValueError, RecursionError) as error:
        raise refuse("import-not-json", path=path, problem=str(error)) from error
    if not is_bank(data):
        raise refuse("import-wrong-shape", path=path)
    bank = read_bank(data)
    if not bank.people:
        raise refuse("import-nobody", path=path)
    return bank


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
    memories: Iterator[Memory], *, owner: Person, person: Person, curve: Curve
) -> Iterator[Memory]:
    """Exported memories as this person's, on the curve in force."""

    def own(memory: str) -> str:
        return memory if person.id == owner.id else uuid5(_NAMESPACE, f"{person.id}/{memory}").hex

    for memory in memories:
        since, strength, pinned = memory.last_recalled, memory.strength, memory.pinned
        yield replace(
            memory,
            id=own(memory.id),
            person=person.id,
            sources=tuple(own(source) for source in memory.sources),
            fades_at=curve.fades_at(since, strength, pinned=pinned),
            forgotten_at=curve.forgotten_at(since, strength, pinned=pinned),
        )


async def _know(store: MemoryStore, person: Person) -> Person:
    known = await store.person(person.id)
    if known:
        return known
    await store.save_person(person)
    return person


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
