"""Opening a file brings it to the present format, once."""

from datetime import timedelta
from pathlib import Path

import apsw
import pytest

from brain.clock import ManualClock
from brain.errors import StoreError
from brain.memory.record import Kind
from storage.conversions import to_milliseconds
from storage.sqlite.rows import local_day
from storage.sqlite.schema import APPLICATION_ID, MIGRATIONS
from storage.sqlite.store import SqliteStore
from tests.factories import ANNA, CAFE, DAY, IN_PRIVATE, NOON, memory


def schema(path: Path) -> list[object]:
    db = apsw.Connection(str(path))
    try:
        return [
            db.pragma("application_id"),
            db.pragma("user_version"),
            db.pragma("journal_mode"),
            *db.execute("SELECT type, name, sql FROM sqlite_schema ORDER BY type, name"),
        ]
    finally:
        db.close()


async def test_opening_again_changes_nothing(path: Path) -> None:
    await (await SqliteStore.open(path)).close()
    first = schema(path)
    assert first[:3] == [APPLICATION_ID, len(MIGRATIONS), "wal"]
    await (await SqliteStore.open(path)).close()
    assert schema(path) == first


async def test_a_migration_that_fails_leaves_the_file_as_it_was(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = await SqliteStore.open(path)
    known = memory()
    await store.add([known], [None])
    await store.close()
    before = schema(path)
    broken = (*MIGRATIONS, "CREATE TABLE half (x); CREATE TABLE half (x)")
    with monkeypatch.context() as patched:
        patched.setattr("storage.sqlite.opening.MIGRATIONS", broken)
        with pytest.raises(StoreError):
            await SqliteStore.open(path)
    assert schema(path) == before
    store = await SqliteStore.open(path)
    assert await store.get(IN_PRIVATE, [known.id]) == (known,)
    await store.close()


async def test_a_later_migration_runs_once_and_keeps_the_memories(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = await SqliteStore.open(path)
    known = memory()
    await store.add([known], [None])
    await store.close()
    later = (*MIGRATIONS, "CREATE TABLE later (x INTEGER) STRICT")
    monkeypatch.setattr("storage.sqlite.opening.MIGRATIONS", later)
    for _ in range(2):
        store = await SqliteStore.open(path)
        assert await store.get(IN_PRIVATE, [known.id]) == (known,)
        assert (await store.diagnose())["schema"] == len(MIGRATIONS) + 1
        await store.close()


async def test_the_folder_is_made_where_there_is_none(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b" / "memories.db"
    await (await SqliteStore.open(path)).close()
    assert path.is_file()


async def test_a_file_of_the_second_format_keeps_its_memories_and_all_its_days_are_stale(
    path: Path,
) -> None:
    db = apsw.Connection(str(path))
    for migration in MIGRATIONS[:2]:
        db.execute(migration)
    db.pragma("application_id", APPLICATION_ID)
    db.pragma("user_version", 2)
    db.execute("INSERT INTO people (id, name, zone) VALUES ('discord:1', 'Anna', 'Europe/Berlin')")
    said = [memory(said_at=NOON), memory(place=CAFE, said_at=NOON + DAY / 2), memory(kind=Kind.DAY)]
    for known in said:
        db.execute(
            "INSERT INTO memories VALUES"
            " (NULL, ?, 1, ?, ?, ?, ?, NULL, ?, ?, 'en', ?, ?, ?, 0, 0, ?, ?, NULL, '[]', 1, 0)",
            (
                *(known.id, known.place, int(known.private), known.kind.value, known.text),
                *(to_milliseconds(known.said_at), known.zone, known.importance, known.strength),
                *map(to_milliseconds, (known.last_recalled, known.fades_at, known.forgotten_at)),
            ),
        )
    db.close()
    store = await SqliteStore.open(path)
    assert await store.person(ANNA.id) == ANNA
    assert await store.get(IN_PRIVATE, [known.id for known in said]) == tuple(said)
    stale = await store.stale_days(limit=9)
    assert [(day.day.day, day.place) for day in stale] == [(1, None), (2, CAFE.id)]
    await store.close()


async def test_a_file_of_the_fourth_format_keeps_its_values_and_when_they_expire(
    path: Path,
) -> None:
    db = apsw.Connection(str(path))
    db.create_scalar_function("local_day", local_day, 2)  # type: ignore[arg-type]
    for migration in MIGRATIONS[:4]:
        db.execute(migration)
    db.pragma("application_id", APPLICATION_ID)
    db.pragma("user_version", 4)
    ends = to_milliseconds(NOON) + 60_000
    db.executemany(
        "INSERT INTO notes VALUES (?, ?, ?, ?)",
        [(ANNA.id, "informed", "1", None), (ANNA.id, "code", "1234", ends)],
    )
    db.close()
    clock = ManualClock(NOON)
    store = await SqliteStore.open(path, clock=clock)
    assert await store.values.get(ANNA.id) == {"informed": "1", "code": "1234"}
    assert await store.values.get_with_ttl(ANNA.id) == {
        "informed": ("1", None),
        "code": ("1234", 60.0),
    }
    clock.advance(timedelta(seconds=60))
    assert await store.values.get(ANNA.id) == {"informed": "1"}
    await store.close()


async def test_a_file_of_the_fifth_format_weighs_replies_apart_once_upkeep_has_indexed_them(
    path: Path, tmp_path: Path
) -> None:
    said = [
        memory("A heron came.", reply="Lovely!"),
        memory("A bird came.", reply="Was it a heron?"),
        memory("The kettle leaks."),
    ]
    fresh = await SqliteStore.open(tmp_path / "fresh.db")
    await fresh.add(said, [None] * 3)
    await fresh.close()
    db = apsw.Connection(str(path))
    db.create_scalar_function("local_day", local_day, 2)  # type: ignore[arg-type]
    for migration in MIGRATIONS[:5]:
        db.execute(migration)
    db.pragma("application_id", APPLICATION_ID)
    db.pragma("user_version", 5)
    db.execute("ATTACH ? AS fresh", (str(tmp_path / "fresh.db"),))
    db.execute("INSERT INTO people (id, name, zone) SELECT id, name, zone FROM fresh.people")
    db.execute("INSERT INTO memories SELECT * FROM fresh.memories")
    db.execute(
        "INSERT INTO recallable SELECT person, memory, place, private, fades_at,"
        " words + reply_words, bits FROM fresh.recallable"
    )
    db.execute(
        "INSERT INTO terms (rowid, words) SELECT rowid, words || ' ' || reply FROM fresh.terms"
    )
    db.close()

    async def found(store: SqliteStore) -> dict[str, float]:
        ranking = await store.search(IN_PRIVATE, text="heron", vector=None, now=NOON, limit=9)
        return {known.id: score for known, score in ranking.lexical}

    fresh, store = await SqliteStore.open(tmp_path / "fresh.db"), await SqliteStore.open(path)
    expected = await found(fresh)
    assert expected[said[0].id] > expected[said[1].id]
    assert (await found(store)).keys() == expected.keys()
    assert await store.update_terms() == 3
    assert await found(store) == pytest.approx(expected)
    await store.close()
    await fresh.close()
