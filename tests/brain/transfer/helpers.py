"""People, memories and functions that the tests of import, export and migration share."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from brain.clock import ManualClock
from brain.ids import MemoryId, PersonId, PlaceId
from brain.memory.creation import new_memory
from brain.memory.record import Kind, Memory
from brain.memory.retention import COMPANION, Curve
from brain.messages import Person, Place
from brain.ports import Embedder, MemoryStore
from brain.transfer.export import export_person
from brain.transfer.importing import ImportReceipt, import_file
from tests.doubles import HashEmbedder

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
SHANGHAI = ZoneInfo("Asia/Shanghai")
ANNA = Person(PersonId("terminal:anna"), "Anna", ZoneInfo("Europe/Berlin"), "en")
BERT = Person(PersonId("terminal:bert"), "Bert", SHANGHAI, "zh")
DM = Place(PlaceId("terminal:here"), private=True)


def by_name(name: str) -> Person:
    return Person(PersonId(f"terminal:{name}"), name, SHANGHAI)


def turn(index: int, *, person: Person = ANNA, said_at: datetime | None = None) -> Memory:
    return new_memory(
        id=MemoryId(f"{index:032x}"),
        person=person,
        place=DM,
        kind=Kind.TURN,
        text=f"Thought number {index}: my cat is called Mao\u2028 猫 {index}.",
        reply=f"Answer {index}",
        said_at=said_at or datetime.fromtimestamp(1_790_000_000 + index * 61, UTC),
        language="en",
        curve=COMPANION,
    )


async def bring(
    path: Path,
    store: MemoryStore,
    *,
    embedder: Embedder | None = None,
    now: datetime = NOW,
    curve: Curve = COMPANION,
    person: Person | None = None,
    steps: list[tuple[int, int]] | None = None,
) -> ImportReceipt:
    """Imports a file, with defaults for the arguments that a test does not name."""
    seen = [] if steps is None else steps
    return await import_file(
        path,
        store=store,
        embedder=embedder or HashEmbedder(),
        clock=ManualClock(now),
        curve=curve,
        zone=SHANGHAI,
        person_for=by_name,
        progress=lambda done, total: seen.append((done, total)),
        person=person,
    )


async def export(store: MemoryStore, person: str, *, now: datetime = NOW) -> list[str]:
    return [line async for line in lines_of(store, person, now=now)]


def lines_of(store: MemoryStore, person: str, *, now: datetime = NOW) -> AsyncIterator[str]:
    return export_person(store, PersonId(person), now=now)


async def everything(store: MemoryStore) -> list[list[str]]:
    """Returns the exports of all people in a store, to compare it with another state or store."""
    return [await export(store, person.id) for person in await store.people()]
