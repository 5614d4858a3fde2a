"""`brain.ports.derivations.Derivations.rewrite`: all or nothing, and never by who is late."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

import pytest
from msgspec import structs

from brain.ids import MemoryId
from brain.memory.record import FOREVER, Kind, Memory, Vector
from brain.memory.retention import COMPANION
from brain.messages import Scope
from brain.ports import MemoryStore
from tests.contracts.harness import Harness
from tests.factories import (
    ANNA,
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


async def rewrite(
    store: MemoryStore,
    *,
    scope: Scope = IN_PRIVATE,
    revision: int | None = None,
    archive: Sequence[MemoryId] = (),
    erase: Sequence[MemoryId] = (),
    add: Sequence[Memory] = (),
) -> bool:
    """With the revision of now, and a vector for each memory."""
    if revision is None:
        revision = await store.revision(scope.person)
    return await store.rewrite(
        scope,
        revision=revision,
        now=NOON,
        archive=archive,
        erase=erase,
        add=add,
        vectors=[vector(n) for n, _ in enumerate(add)],
    )


async def everything(store: MemoryStore, scope: Scope = IN_PRIVATE) -> set[Memory]:
    pages = [await store.page(scope, limit=100, archived=archived) for archived in (False, True)]
    return {known for page in pages for known in page.memories}


async def test_it_archives_erases_and_adds(harness: Harness) -> None:
    archived, erased, kept = (memory(f"Fact {n}.", kind=Kind.FACT) for n in range(3))
    await harness.store.add([archived, erased, kept], [vector(1)] * 3)
    new = memory("Something new.", kind=Kind.FACT)
    assert await rewrite(harness.store, archive=[archived.id], erase=[erased.id], add=[new])
    async for store in harness.twice():
        assert await everything(store) == {
            structs.replace(archived, archived_at=NOON, forgotten_at=FOREVER),
            kept,
            new,
        }
        assert await store.revision(ANNA.id) == 1
        assert await store.count(IN_PRIVATE) == 2
        found = await store.search(IN_PRIVATE, text="fact new", vector=vector(0), now=NOON, limit=9)
        assert {known.id for known, _ in found.lexical} == {kept.id, new.id}
        assert {known.id for known, _ in found.dense} == {kept.id, new.id}


async def test_what_it_archives_can_be_restored(store: MemoryStore) -> None:
    fact = memory(kind=Kind.FACT)
    await store.add([fact], [None])
    await rewrite(store, archive=[fact.id])
    assert await store.restore(IN_PRIVATE, [fact.id], now=NOON, curve=COMPANION) == (fact.id,)
    assert await store.count(IN_PRIVATE) == 1


@pytest.mark.parametrize("kind", list(Kind))
async def test_who_is_erased_and_added_is_replaced_by_exactly_that(
    harness: Harness, kind: Kind
) -> None:
    old = memory("She has a black cat.", kind=kind, period="2026-03-01")
    await harness.store.add([old], [vector(7)])
    new = structs.replace(
        memory("He drinks only tea.", id=old.id, kind=kind, period="2026-03-02", pinned=True),
        recalls=3,
        sources=("a", "b"),
        ended_at=NOON + DAY,
        ended_by="c",
    )
    assert await rewrite(harness.store, erase=[old.id], add=[new])
    async for store in harness.twice():
        assert await everything(store) == {new}
        [found] = await store.vectors(IN_PRIVATE, [old.id])
        if found is not None:
            assert found.tolist() == vector(0).tolist()
        lexical = await store.search(IN_PRIVATE, text="black", vector=None, now=NOON, limit=9)
        assert lexical.lexical == ()


async def test_an_id_that_is_still_there_stays_untouched(store: MemoryStore) -> None:
    old = memory("old", kind=Kind.FACT)
    await store.add([old], [None])
    assert await rewrite(store, add=[memory("new", id=old.id, kind=Kind.FACT)])
    assert await everything(store) == {old}


async def test_what_is_archived_already_is_erased_for_good(store: MemoryStore) -> None:
    old = memory(archived_at=NOON - DAY)
    await store.add([old], [None])
    assert await rewrite(store, erase=[old.id])
    assert await everything(store) == set()


async def test_what_is_archived_already_stays_archived_since_then(store: MemoryStore) -> None:
    old = memory(archived_at=NOON - DAY)
    await store.add([old], [None])
    assert await rewrite(store, archive=[old.id, old.id, MemoryId("gone")])
    assert await everything(store) == {old}


async def test_what_time_has_archived_is_put_away_by_a_rewrite(store: MemoryStore) -> None:
    old = structs.replace(memory(archived_at=NOON - DAY), forgotten_at=NOON - 2 * DAY)
    await store.add([old], [None])
    assert await rewrite(store, archive=[old.id])
    assert await everything(store) == {structs.replace(old, archived_at=NOON, forgotten_at=FOREVER)}


async def test_thousands_are_archived_and_erased_in_one_rewriting(harness: Harness) -> None:
    archived = [memory(f"Put away {n}.") for n in range(1_500)]
    erased = [memory(f"Erased {n}.") for n in range(1_500)]
    elsewhere = memory(place=CAFE)
    await harness.store.add([*archived, *erased, elsewhere], [None] * 3_001)
    new = structs.replace(erased[0], text="Something else.")
    assert await rewrite(
        harness.store,
        archive=[known.id for known in archived],
        erase=[known.id for known in erased],
        add=[new],
    )
    async for store in harness.twice():
        page = await store.page(IN_PRIVATE, limit=5_000)
        assert set(page.memories) == {new, elsewhere}
        page = await store.page(IN_PRIVATE, limit=5_000, archived=True)
        assert set(page.memories) == {
            structs.replace(known, archived_at=NOON, forgotten_at=FOREVER) for known in archived
        }
        assert await store.revision(ANNA.id) == 1
        assert await store.count(IN_PRIVATE) == 2


async def test_thousands_that_a_scope_does_not_see_are_left_alone(store: MemoryStore) -> None:
    kept = [memory(f"Kept {n}.") for n in range(300)]
    gone = memory(place=CAFE)
    await store.add([*kept, gone], [None] * 301)
    names = [known.id for known in kept]
    assert await rewrite(store, scope=IN_CAFE, archive=names, erase=[*names, gone.id])
    assert set((await store.page(IN_PRIVATE, limit=500)).memories) == set(kept)


async def test_a_turn_that_is_replaced_while_it_is_answered_still_gets_its_reply(
    harness: Harness,
) -> None:
    answered, waiting = memory("Answered."), memory("My sister livs in Rome.")
    await harness.store.add([structs.replace(answered, reply="Yes.")], [None])
    await harness.store.begin(IN_PRIVATE, waiting)
    edited = structs.replace(waiting, text="My sister lives in Rome.")
    ids = [answered.id, waiting.id]
    assert await rewrite(harness.store, erase=ids, add=[answered, edited])
    async for store in harness.twice():
        assert await everything(store) == {answered, edited}
    for turn, done in ((answered, False), (waiting, True)):
        assert done == await harness.store.finish(
            IN_PRIVATE, turn.id, reply="Good.", vector=None, recalled=[], now=NOON, curve=COMPANION
        )
    assert await everything(harness.store) == {answered, structs.replace(edited, reply="Good.")}


@pytest.mark.parametrize(
    ("old", "new", "word"),
    [
        ("My sister livs in Rome.", "My sister lives in Lisbon.", "Lisbon"),
        ("我妹妹住在罗马。", "我妹妹住在里斯本。", "里斯本"),
        ("Mi hermana vive en Roma.", "Mi hermana vive en Lisboa.", "Lisboa"),
        ("I am from AU.", "I am from NZ.", "NZ"),
    ],
)
@pytest.mark.parametrize("near", [vector(1), None])
async def test_a_turn_without_a_reply_that_is_edited_is_found_by_its_new_words(
    harness: Harness, old: str, new: str, word: str, near: Vector | None
) -> None:
    waiting = memory(old)
    await harness.store.begin(IN_PRIVATE, waiting)
    for text in ("In between.", new):
        assert await harness.store.rewrite(
            IN_PRIVATE,
            revision=await harness.store.revision(ANNA.id),
            now=NOON,
            erase=[waiting.id],
            add=[structs.replace(waiting, text=text)],
            vectors=[near],
        )
    async for store in harness.twice():
        for words, expected in ((word, [waiting.id]), ("between", [])):
            found = await store.search(IN_PRIVATE, text=words, vector=None, now=NOON, limit=5)
            assert [known.id for known, _ in found.lexical] == expected
    await harness.store.finish(
        IN_PRIVATE,
        waiting.id,
        reply="Xylophone.",
        vector=None,
        recalled=[],
        now=NOON,
        curve=COMPANION,
    )
    for words in (word, "xylophone"):
        found = await harness.store.search(IN_PRIVATE, text=words, vector=None, now=NOON, limit=5)
        assert [known.id for known, _ in found.lexical] == [waiting.id]


async def test_an_empty_rewrite_is_a_revision_too(store: MemoryStore) -> None:
    assert await rewrite(store)
    assert await store.revision(ANNA.id) == 1


@pytest.mark.parametrize("off", [-1, 1, 100])
async def test_who_read_another_revision_changes_nothing(harness: Harness, off: int) -> None:
    archived, erased = memory(kind=Kind.FACT), memory(kind=Kind.FACT)
    await harness.store.add([archived, erased], [None] * 2)
    await rewrite(harness.store)
    revision = await harness.store.revision(ANNA.id)
    assert not await rewrite(
        harness.store,
        revision=revision + off,
        archive=[archived.id],
        erase=[erased.id],
        add=[memory(kind=Kind.FACT)],
    )
    async for store in harness.twice():
        assert await everything(store) == {archived, erased}
        assert await store.revision(ANNA.id) == revision


async def test_what_was_under_way_while_its_person_forgot_something_is_not_written(
    store: MemoryStore,
) -> None:
    turn = memory("My PIN is 1234.")
    await store.add([turn], [None])
    revision = await store.revision(ANNA.id)
    await store.erase(IN_PRIVATE, [turn.id])
    summary = memory("She told her PIN, 1234.", kind=Kind.DAY)
    assert not await rewrite(store, revision=revision, add=[summary])
    assert await everything(store) == set()


@pytest.mark.parametrize("returns", [False, True])
async def test_what_was_under_way_while_its_person_was_erased_is_not_written(
    harness: Harness,
    returns: bool,  # noqa: FBT001 drawn by position
) -> None:
    store = harness.store
    await store.add([memory(), memory(person=BEN, place=BENS_DM)], [None] * 2)
    revision, bens = await store.revision(ANNA.id), await store.revision(BEN.id)
    await store.erase_person(ANNA.id)
    if returns:
        await store.save_person(ANNA)
    assert not await rewrite(store, revision=revision, add=[memory(kind=Kind.DAY)])
    store = await harness.reopen()
    assert not await rewrite(store, revision=revision, add=[memory(kind=Kind.DAY)])
    assert await everything(store) == set()
    # Whoever comes anew is rewritten as anybody else, and nobody else was disturbed.
    assert await rewrite(store)
    assert await store.revision(BEN.id) == bens


async def test_what_the_scope_does_not_see_is_passed_over(store: MemoryStore) -> None:
    private, elsewhere = memory(), memory(place=GARDEN)
    bens = memory(person=BEN, place=CAFE)
    kept = [private, elsewhere, bens]
    await store.add(kept, [None] * 3)
    names = [known.id for known in kept]
    assert await rewrite(store, scope=IN_CAFE, archive=names, erase=names)
    assert await rewrite(store, scope=BEN_IN_PRIVATE, erase=names[:2])
    assert await everything(store) == {private, elsewhere}
    assert await everything(store, BEN_IN_PRIVATE) == {bens}


async def test_the_id_of_somebody_else_is_not_replaced(store: MemoryStore) -> None:
    bens = memory("Ben's own", person=BEN, place=BENS_DM, kind=Kind.FACT)
    await store.add([bens], [None])
    theft = memory("Anna's now", id=bens.id, kind=Kind.FACT)
    assert await rewrite(store, erase=[bens.id], add=[theft])
    assert await everything(store) == set()
    assert await everything(store, BEN_IN_PRIVATE) == {bens}


@pytest.mark.parametrize("foreign", [memory(), memory(place=GARDEN), memory(person=BEN)])
async def test_a_memory_that_the_scope_does_not_see_is_an_error(
    store: MemoryStore, foreign: Memory
) -> None:
    erased = memory(place=CAFE)
    await store.add([erased], [None])
    with pytest.raises(ValueError, match="scope"):
        await rewrite(store, scope=IN_CAFE, erase=[erased.id], add=[foreign])
    assert await everything(store) == {erased}
    assert await store.revision(ANNA.id) == 0


async def test_a_vector_too_few_is_an_error(store: MemoryStore) -> None:
    with pytest.raises(ValueError, match="shorter"):
        await store.rewrite(
            IN_PRIVATE, revision=0, now=NOON, add=[memory(), memory()], vectors=[None]
        )
    assert await everything(store) == set()


async def test_one_persons_rewriting_is_no_revision_of_anothers(store: MemoryStore) -> None:
    bens = await store.revision(BEN.id)
    await rewrite(store, add=[memory(kind=Kind.FACT)])
    assert await store.revision(BEN.id) == bens
    assert await rewrite(store, scope=BEN_IN_PRIVATE, revision=bens)


async def test_of_many_at_once_exactly_one_writes(harness: Harness) -> None:
    other = await harness.open()
    try:
        stores = [harness.store, other] * 5
        facts = [memory(f"Fact {n}", kind=Kind.FACT) for n, _ in enumerate(stores)]
        done = await asyncio.gather(
            *(
                rewrite(store, revision=0, add=[fact])
                for store, fact in zip(stores, facts, strict=True)
            )
        )
    finally:
        await other.close()
    [written] = [fact for fact, mine in zip(facts, done, strict=True) if mine]
    assert await everything(harness.store) == {written}
    assert await harness.store.revision(ANNA.id) == 1


@pytest.mark.parametrize("kind", [Kind.INSIGHT, Kind.HISTORY, Kind.PORTRAIT])
async def test_what_recall_does_not_search_keeps_the_times_that_it_came_with(
    harness: Harness, kind: Kind
) -> None:
    node = memory(kind=kind, period="2026")
    assert node.forgotten_at == FOREVER
    await rewrite(harness.store, add=[node])
    steeper = replace(COMPANION, fade=0.5, forget=0.25)
    async for store in harness.twice(curve=steeper):
        await store.pin(IN_PRIVATE, node.id, pinned=True, curve=steeper)
        await store.pin(IN_PRIVATE, node.id, pinned=False, curve=steeper)
        assert await everything(store) == {node}
