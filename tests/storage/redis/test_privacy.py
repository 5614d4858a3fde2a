"""Whose memories a query can reach, and what is left of somebody who was erased."""

import logging
from typing import Any

import pytest
from redis.asyncio import Redis

from brain.ids import MemoryId, PersonId, PlaceId
from brain.memory.record import Kind
from brain.memory.retention import COMPANION, PAPER
from brain.messages import Person, Place, Scope
from storage.conversions import digest
from storage.redis.keys import Keys
from storage.redis.rows import record_of, state_of
from storage.redis.store import RedisStore
from tests.factories import (
    ANNA,
    ANNAS_DM,
    BEN,
    BEN_IN_PRIVATE,
    BENS_DM,
    CAFE,
    DIMENSIONS,
    IN_CAFE,
    IN_PRIVATE,
    NOON,
    memory,
    vector,
    whole,
)
from tests.storage.redis.conftest import keys_under

ODD_IDS = [
    "*",
    "{*}",
    "a|b",
    "a,b",
    "a",
    "b",
    "x} | @who:{*",
    "') OR (",
    '"quoted"',
    "back\\slash",
    "new\nline",
    "tab\tbed",
    "-negated",
    "~optional",
    "@who:{x}",
    "[-inf +inf]",
    "(brackets)",
    "$param",
    "%fuzzy%",
    "🐈‍⬛",
    "mail@example.org",
    "dots.and-dashes_and spaces",
    "memory:{0}:x",
    "?glob[a-z]",
    " ",
]
ODD_TEXTS = [
    "@who:{*}",
    "*) | (@who:{*}",
    "secret | -nothing",
    "@words:(secret) => {$weight: 9}",
    '"secret" ~lemon',
    "secret*",
    "%secret%",
    "=>[KNN 9 @vector $vector]",
    "inf nan 1e5 0x1F",
    "\\",
    "''",
]
PLACED = (Kind.TURN, Kind.FACT)


async def everything(store: RedisStore, scope: Scope, text: str) -> set[str]:
    found = await store.search(scope, text=text, vector=vector(1), now=NOON, limit=99)
    return {known.id for ranking in (found.dense, found.lexical) for known, _ in ranking}


async def test_no_id_opens_the_memories_of_another(store: RedisStore) -> None:
    for odd in ODD_IDS:
        person, dm, here = (
            Person(PersonId(odd)),
            Place(PlaceId(odd), private=True),
            Place(PlaceId(odd), private=False),
        )
        mine = [
            memory("secret in private", id=f"{odd}/dm", person=person, place=dm),
            memory("secret here", id=f"{odd}/here", person=person, place=here),
            memory("secret there", id=f"{odd}/there", person=person, place=CAFE),
        ]
        assert len(await store.add(mine, [vector(1)] * 3)) == 3
    for odd in ODD_IDS:
        in_private, shared = Scope(PersonId(odd), None), Scope(PersonId(odd), PlaceId(odd))
        ids = {MemoryId(f"{odd}/{where}") for where in ("dm", "here", "there")}
        for text in ("secret", *ODD_TEXTS):
            assert await everything(store, in_private, text) == ids
            assert await everything(store, shared, text) == {f"{odd}/here"}
        assert {known.id for known in await store.get(in_private, sorted(ids))} == ids
        read = await store.conversation(shared, PlaceId(odd), limit=9)
        assert [known.id for known in read.recent] == [f"{odd}/here"]
        assert await store.count(shared) == 1
        assert (await store.person(PersonId(odd))) == Person(PersonId(odd))
    assert {person.id for person in await store.people()} == set(ODD_IDS)
    for erased, odd in enumerate(ODD_IDS, start=1):
        assert await store.erase_person(PersonId(odd)) == 3
        assert len(await store.people()) == len(ODD_IDS) - erased


async def test_nothing_is_left_of_an_erased_person(
    store: RedisStore, client: Redis, prefix: str
) -> None:
    await store.add([memory("Ben's.", person=BEN, place=BENS_DM)], [vector(9)])
    await store.save_person(BEN)
    before = await keys_under(client, prefix)
    await store.save_person(ANNA)
    said = [memory(f"Number {n}.", place=(ANNAS_DM, CAFE)[n % 2]) for n in range(1_200)]
    await store.add(said, [vector(1)] * len(said))
    await store.archive(IN_PRIVATE, [known.id for known in said[:100]], now=NOON)
    turn = memory("And now?")
    await store.begin(IN_PRIVATE, turn)
    facts = [memory("Who she is.", kind=kind) for kind in (Kind.FACT, Kind.PORTRAIT)]
    assert await store.rewrite(IN_PRIVATE, revision=1, now=NOON, add=facts, vectors=[None] * 2)
    await store.values.set(ANNA.id, "consent", "yes")
    await store.values.increment(ANNA.id, "tokens", by=1, ttl_s=600)
    assert await store.erase_person(ANNA.id) == 1_203
    # By the rule of `storage.redis.keys`, and by everything that is there.
    assert {key for key in await keys_under(client, prefix) if digest(ANNA.id) in key} == set()
    assert await keys_under(client, prefix) == before
    days = [str(day) for day in await client.zrange(f"{prefix}:stale", 0, -1)]
    assert len(days) == 1
    assert digest(BEN.id) in days[0]
    assert await everything(store, BEN_IN_PRIVATE, "ben") != set()
    assert (await store.diagnose())["memories"] == 1


async def test_what_was_erased_is_in_no_value_either(
    store: RedisStore, client: Redis, prefix: str
) -> None:
    kept, erased = memory("The lemon tea was good."), memory("My zanzibar password.")
    await store.add([kept, erased], [vector(1), vector(2)])
    assert await store.erase(IN_PRIVATE, [erased.id]) == (erased.id,)
    for key in await keys_under(client, prefix):
        assert b"zanzibar" not in (await client.dump(key) or b"")
        assert erased.id not in key


async def test_nothing_tells_of_a_shared_place_that_a_person_left(
    store: RedisStore, client: Redis, prefix: str
) -> None:
    away = Place(PlaceId("discord:zanzibar"), private=False)
    here = [memory(place=place, kind=kind) for place in (CAFE, away) for kind in PLACED]
    await store.add([memory(), *here], [None] * 5)
    await store.erase(IN_PRIVATE, [known.id for known in here if known.place == away.id])
    left = {day.place for day in await store.stale_days(limit=9)}
    assert left == {None, CAFE.id}
    for key in await keys_under(client, prefix):
        value = await client.dump(key) or b""
        assert b"zanzibar" not in value
        assert digest(away.id).encode() not in value
        assert digest(away.id) not in key


async def damaged(client: Redis, keys: Keys) -> None:
    """Hashes under the prefix that somebody else wrote, or broke."""
    person = digest(ANNA.id)
    complete: dict[Any, Any] = {
        "who": person,
        "place": digest(CAFE.id),
        "private": 0,
        "until": int(person[:3], 16) % 1_024 * 2**43 + 2**43 - 1,
        "due": 0,
        "embedded": "0",
        "words": "lemon tea",
        "vector": vector(1).tobytes(),
        "kind": "turn",
    }
    order, record = b"0000000000000001", record_of(memory())
    state = order + state_of(memory())
    broken: dict[str, dict[Any, Any]] = {
        "nothing but the index": {},
        "no state": {"record": record},
        "an empty record": {"record": "", "state": state},
        "no map": {"record": "hunter2", "state": state},
        "a list": {"record": b"\xdc" + record[1:], "state": state},
        "half a record": {"record": record[:40], "state": state},
        "nothing but a record's head": {"record": record[:3], "state": state},
        "a short state": {"record": record, "state": state[:-1]},
        "no order": {"record": record, "state": b"x" * 16 + state[16:]},
        "words for numbers": {"record": record, "state": state.replace(b"\xcb", b"\xa8")},
        "other names": {"record": record, "state": state.replace(b"fades", b"shade")},
        "bytes": {"record": b"\xff\xfe", "state": b"\xff" * len(state)},
    }
    for name, fields in broken.items():
        await client.hset(keys.memory(person, name), mapping={**complete, **fields})
        await client.zadd(keys.said(person), {f"0000000000000001:{name}": 1})
    await client.hset(keys.memory(person, "a short vector"), mapping={**complete, "vector": b"1"})
    await client.set(keys.memory(person, "a string"), "?")
    await client.hset(keys.memories + "no person", mapping={"due": 0, "embedded": "0"})


async def test_damaged_memories_break_nothing_and_tell_nothing(
    store: RedisStore, client: Redis, prefix: str, caplog: pytest.LogCaptureFixture
) -> None:
    keys = Keys(prefix)
    await damaged(client, keys)
    good = memory("Lemon tea.", place=CAFE)
    await store.add([good], [vector(1)])
    for scope in (IN_PRIVATE, IN_CAFE):
        found = await store.search(scope, text="lemon", vector=vector(1), now=NOON, limit=50)
        assert [known for known, _ in found.dense] == [good]
        assert [known for known, _ in found.lexical] == [good]
        assert (await store.page(scope, limit=50)).memories == (good,)
    told = " ".join(record.getMessage() for record in caplog.records)
    assert "damaged" in told
    assert all(record.levelno == logging.WARNING for record in caplog.records)
    for private in ("lemon", "hunter2", "no state", ANNA.id, digest(ANNA.id)):
        assert private not in told


async def test_upkeep_goes_round_damaged_memories(
    store: RedisStore, client: Redis, prefix: str
) -> None:
    await damaged(client, Keys(prefix))
    good = memory("Lemon tea.", strength=0.1)
    await store.add([good], [None])
    assert [found for _, found in await store.unembedded(limit=1)] == [good.id]
    # What can still be read of a damaged one is enough to put it away; the rest must not be in the
    # way of those behind it.
    while (await store.forget_due(now=good.forgotten_at, curve=COMPANION, limit=1)).archived:
        pass
    [after] = await store.get(IN_PRIVATE, [good.id])
    assert after.archived_at == good.forgotten_at
    await store.check_embedder(curve=PAPER, embedder="tests", dimensions=DIMENSIONS)
    [after] = await store.get(IN_PRIVATE, [good.id])
    assert after.fades_at == whole(PAPER.fades_at(good.last_recalled, 0.1, pinned=False))


async def test_a_damaged_person_is_passed_over(
    store: RedisStore, client: Redis, prefix: str
) -> None:
    await store.save_person(BEN)
    await client.hset(
        Keys(prefix).person(digest("x")), mapping={"id": "x", "zone": "Nowhere/At all"}
    )
    await client.hset(Keys(prefix).person(digest("y")), mapping={"id": b"\xff"})
    assert await store.people() == (BEN,)
    assert await store.person(PersonId("x")) is None


async def test_damaged_memories_go_with_their_person(
    store: RedisStore, client: Redis, prefix: str
) -> None:
    person = digest(ANNA.id)
    lost, taken = memory(), memory(id="Ben's by now")
    await store.add([memory(), lost, taken], [None] * 3)
    await damaged(client, Keys(prefix))
    for known in (lost, taken):
        await client.hset(Keys(prefix).memory(person, known.id), "state", "?")
    await client.delete(Keys(prefix).said(person))
    await client.set(f"{prefix}:owner:{taken.id}", digest(BEN.id))
    theirs = memory("Ben's.", id=f"tells of {{{person}}}", person=BEN, place=BENS_DM)
    await store.add([theirs], [None])
    await store.erase_person(ANNA.id)
    owners = {f"{prefix}:owner:{known.id}" for known in (taken, theirs)}
    left = await keys_under(client, prefix)
    assert {key for key in left if ":owner:" in key} == owners
    kept = Keys(prefix).memory(digest(BEN.id), theirs.id)
    assert {key for key in left - owners if person in key} == {kept}
    assert await store.get(BEN_IN_PRIVATE, [theirs.id]) == (theirs,)
