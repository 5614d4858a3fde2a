"""`brain.ports.people.People`: who is known, whatever their ids are, and how they are forgotten."""

from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from brain.ids import PersonId, PlaceId
from brain.memory.record import Kind
from brain.memory.retention import COMPANION
from brain.messages import Person, Place, Scope
from brain.ports import Candidates, Due, MemoryStore, Page
from tests.contracts.harness import Harness
from tests.factories import (
    ANNA,
    ANNAS_DM,
    BEN,
    BEN_IN_PRIVATE,
    BENS_DM,
    CAFE,
    DAY,
    GARDEN,
    IN_CAFE,
    IN_PRIVATE,
    NOON,
    memory,
    vector,
)

STRANGE_NAMES = [
    "a_b",
    "a/b",
    "../..",
    'a"b',
    "a'b",
    "a`b",
    "anna bell",
    " anna",
    "anna ",
    "anna\nbell",
    "{}|,.-@*",
    "{anna}",
    "a|b",
    "a,b",
    "*",
    "%",
    "a%",
    "a:b:c",
    "a\\b",
    "$a",
    "~a!b^c&d(e)f[g]h=i;j<k>l?m",
    "'; DROP TABLE people; --",
    "' OR '1'='1",
    "🐈‍⬛👩‍👩‍👧",
    "عَلِيّ",
    "\u202eannA\u202c",
    "猫",
    "e\u0301",
    "é",
    "NULL",
    "0",
    "x" * 500,
]


async def test_a_person_is_what_was_saved_last(harness: Harness) -> None:
    assert await harness.store.person(ANNA.id) is None
    await harness.store.save_person(ANNA)
    assert await harness.store.person(ANNA.id) == ANNA
    changed = replace(ANNA, name="Änne", zone=ZoneInfo("Asia/Shanghai"), language="zh")
    await harness.store.save_person(changed)
    await harness.store.save_person(BEN)
    async for store in harness.twice():
        assert await store.person(ANNA.id) == changed
        assert sorted(await store.people(), key=lambda person: person.id) == [changed, BEN]
    await harness.store.save_person(ANNA)
    assert await harness.store.person(ANNA.id) == ANNA


async def test_saving_a_person_leaves_their_memories_alone(store: MemoryStore) -> None:
    known = memory()
    await store.begin(IN_PRIVATE, known)
    await store.save_person(ANNA)
    await store.save_person(replace(ANNA, name="Änne"))
    assert await store.get(IN_PRIVATE, [known.id]) == (known,)
    assert await store.count(IN_PRIVATE) == 1


async def test_only_what_is_alive_in_the_scope_is_counted(harness: Harness) -> None:
    made = [
        memory(place=CAFE),
        memory(place=CAFE, kind=Kind.DAY),
        memory(place=GARDEN),
        memory(place=ANNAS_DM),
        memory(place=CAFE, strength=0.001),
        memory(place=CAFE, archived_at=NOON),
        memory(place=CAFE, person=BEN),
    ]
    await harness.store.add(made, [None] * len(made))
    async for store in harness.twice():
        assert await store.count(IN_PRIVATE) == 5
        assert await store.count(IN_CAFE) == 3
        assert await store.count(Scope(ANNA.id, ANNAS_DM.id)) == 0
        assert await store.count(BEN_IN_PRIVATE) == 1
        assert await store.count(Scope.everything_of(PersonId("nobody"))) == 0


async def test_the_count_follows_every_change(store: MemoryStore) -> None:
    a, b, c = memory(), memory(), memory(strength=1.0)
    await store.begin(IN_PRIVATE, a)
    await store.begin(IN_PRIVATE, a)
    await store.add([b, b, c], [None] * 3)
    assert await store.count(IN_PRIVATE) == 3
    await store.archive(IN_PRIVATE, [a.id], now=NOON)
    await store.archive(IN_PRIVATE, [a.id], now=NOON)
    assert await store.count(IN_PRIVATE) == 2
    await store.restore(IN_PRIVATE, [a.id], now=NOON, curve=COMPANION)
    await store.restore(IN_PRIVATE, [a.id], now=NOON, curve=COMPANION)
    assert await store.count(IN_PRIVATE) == 3
    await store.erase(IN_PRIVATE, [b.id])
    await store.forget_due(now=NOON + 10 * DAY, curve=COMPANION, limit=10)
    assert await store.count(IN_PRIVATE) == 1


async def test_erasing_a_person_leaves_nothing_of_them_and_all_of_others(harness: Harness) -> None:
    store = harness.store
    await store.save_person(ANNA)
    await store.save_person(BEN)
    hers = [
        memory("tea", place=ANNAS_DM),
        memory("tea", place=CAFE),
        memory("tea", kind=Kind.FACT, pinned=True),
        memory("tea", archived_at=NOON),
        memory("tea", strength=0.001),
    ]
    his = [memory("tea", person=BEN, place=BENS_DM), memory("tea", person=BEN, place=CAFE)]
    await store.add([*hers, *his], [vector(1)] * 7)
    begun = memory("tea")
    await store.begin(IN_PRIVATE, begun)

    assert await store.erase_person(ANNA.id) == 6
    async for opened in harness.twice():
        assert await opened.person(ANNA.id) is None
        assert await opened.people() == (BEN,)
        for scope in (IN_PRIVATE, IN_CAFE):
            assert await opened.get(scope, [known.id for known in (*hers, begun)]) == ()
            assert await opened.page(scope, limit=9) == Page((), None)
            assert await opened.page(scope, limit=9, archived=True) == Page((), None)
            assert await opened.count(scope) == 0
            assert (await opened.conversation(scope, CAFE.id, limit=9)).recent == ()
            found = await opened.search(scope, text="tea", vector=vector(1), now=NOON, limit=9)
            assert found == Candidates()
        assert await opened.unembedded(limit=9) == ()
        assert await opened.count_due(now=NOON + 999 * DAY, curve=COMPANION) == Due(2, 0)
        assert await opened.get(BEN_IN_PRIVATE, [known.id for known in his]) == tuple(his)
        assert await opened.erase_person(ANNA.id) == 0
    assert not await harness.store.finish(
        IN_PRIVATE,
        begun.id,
        reply="Too late.",
        vector=vector(1),
        recalled=[known.id for known in hers],
        now=NOON,
        curve=COMPANION,
    )
    assert await harness.store.people() == (BEN,)


async def test_erasing_a_stranger_is_no_error(store: MemoryStore) -> None:
    assert await store.erase_person(PersonId("nobody")) == 0


async def test_an_erased_person_can_come_back_as_a_new_one(store: MemoryStore) -> None:
    await store.save_person(ANNA)
    await store.add([memory("tea") for _ in range(1_100)], [vector(n) for n in range(1_100)])
    assert await store.erase_person(ANNA.id) == 1_100
    known = memory("milk")
    await store.add([known], [vector(1)])
    assert await store.count(IN_PRIVATE) == 1
    found = await store.search(IN_PRIVATE, text="tea milk", vector=vector(1), now=NOON, limit=9)
    assert [kept for kept, _ in found.dense] == [kept for kept, _ in found.lexical] == [known]


async def test_everybody_is_told_apart_whatever_they_are_called(harness: Harness) -> None:
    people = [Person(PersonId(name), name) for name in STRANGE_NAMES]
    upper = [Person(PersonId(name.upper()), "upper") for name in ("a_b", "anna bell")]
    everybody = [*people, *upper]
    own = {person.id: Place(PlaceId(f"{person.id}/dm"), private=True) for person in everybody}
    shared = {person.id: Place(PlaceId(person.id), private=False) for person in everybody}
    store = harness.store
    kept = {}
    for n, person in enumerate(everybody):
        await store.save_person(person)
        kept[person.id] = (
            memory("tea", person=person, place=own[person.id]),
            memory("tea", person=person, place=shared[person.id]),
        )
        await store.add(kept[person.id], [vector(n), vector(n)])
    async for opened in harness.twice():
        assert len(await opened.people()) == len(everybody)
        for n, person in enumerate(everybody):
            private, public = kept[person.id]
            assert await opened.person(person.id) == person
            for scope, visible in (
                (Scope.everything_of(person.id), {private.id, public.id}),
                (Scope(person.id, shared[person.id].id), {public.id}),
                (Scope(person.id, own[person.id].id), set[str]()),
            ):
                assert await opened.count(scope) == len(visible)
                page = await opened.page(scope, limit=9)
                assert {known.id for known in page.memories} == visible
                found = await opened.search(scope, text="tea", vector=vector(n), now=NOON, limit=9)
                assert {known.id for known, _ in found.dense} == visible
                assert {known.id for known, _ in found.lexical} == visible
            recent = (
                await opened.conversation(
                    Scope.everything_of(person.id), shared[person.id].id, limit=9
                )
            ).recent
            assert recent == (public,)


@pytest.mark.parametrize("name", STRANGE_NAMES)
async def test_one_strange_name_is_erased_and_nobody_else(store: MemoryStore, name: str) -> None:
    bystanders = [
        Person(PersonId("anna")),
        Person(PersonId("a")),
        Person(PersonId("b")),
        Person(PersonId(f"{name}2")),
        Person(PersonId(f"2{name}")),
    ]
    for person in (*bystanders, Person(PersonId(name))):
        await store.save_person(person)
        await store.add([memory("tea", person=person, place=CAFE)], [None])
    assert await store.erase_person(PersonId(name)) == 1
    assert await store.person(PersonId(name)) is None
    assert await store.count(Scope.everything_of(PersonId(name))) == 0
    assert {person.id for person in await store.people()} == {person.id for person in bystanders}
    for person in bystanders:
        assert await store.count(Scope.everything_of(person.id)) == 1
