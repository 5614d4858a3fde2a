"""Many at once: nothing is lost, nothing is counted twice."""

import asyncio

import pytest
from msgspec.structs import replace

from brain.ids import MemoryId, PersonId
from brain.memory.reinforcement import Gain
from brain.memory.retention import COMPANION, PAPER
from brain.messages import Person, Scope
from brain.ports import Due, MemoryStore
from tests.contracts.harness import Harness
from tests.factories import (
    ANNA,
    ANNAS_DM,
    BEN,
    CAFE,
    DAY,
    IN_PRIVATE,
    MILLISECOND,
    NOON,
    conversation,
    memory,
    vector,
)


async def finish(
    store: MemoryStore, turn_id: MemoryId, *recalled: MemoryId, reply: str = "Yes."
) -> bool:
    return await store.finish(
        IN_PRIVATE,
        turn_id,
        reply=reply,
        vector=vector(1),
        recalled=recalled,
        reinforced={memory_id: Gain(PAPER.step) for memory_id in recalled},
        now=NOON + DAY,
        curve=PAPER,
    )


async def test_two_hundred_turns_at_once_reinforce_a_memory_two_hundred_times(
    harness: Harness,
) -> None:
    known = memory("I love tea.", strength=1.0)
    await harness.store.add([known], [vector(2)])
    turns = conversation(200)
    started = await asyncio.gather(*(harness.store.begin(IN_PRIVATE, turn) for turn in turns))
    assert all(started)
    done = await asyncio.gather(*(finish(harness.store, turn.id, known.id) for turn in turns))
    assert all(done)
    async for store in harness.twice(curve=PAPER):
        [after] = await store.get(IN_PRIVATE, [known.id])
        assert after.recalls == 200
        assert after.strength == pytest.approx(201.0, abs=1e-6)
        fades_at = PAPER.fades_at(NOON + DAY, 201.0, pinned=False)
        assert abs(after.fades_at - fades_at) <= 2 * MILLISECOND
        assert await store.count(IN_PRIVATE) == 201


async def test_a_turn_is_begun_once_however_often_it_is_delivered(store: MemoryStore) -> None:
    turn = memory()
    variants = [replace(turn, text=f"Delivery {n}.") for n in range(20)]
    begun = await asyncio.gather(*(store.begin(IN_PRIVATE, variant) for variant in variants))
    assert sorted(begun) == [False] * 19 + [True]
    assert await store.get(IN_PRIVATE, [turn.id]) == (variants[begun.index(True)],)


async def test_a_turn_is_finished_once_however_often_it_is_tried(store: MemoryStore) -> None:
    known, turn = memory(), memory()
    await store.add([known], [None])
    await store.begin(IN_PRIVATE, turn)
    done = await asyncio.gather(
        *(finish(store, turn.id, known.id, reply=f"Reply {n}.") for n in range(20))
    )
    assert sorted(done) == [False] * 19 + [True]
    after_turn, after_known = await store.get(IN_PRIVATE, [turn.id, known.id])
    assert after_turn.reply == f"Reply {done.index(True)}."
    assert after_known.recalls == 1


async def test_what_is_known_is_added_once(store: MemoryStore) -> None:
    made = [memory(f"Number {n}.") for n in range(30)]
    added = await asyncio.gather(*(store.add(made, [None] * 30) for _ in range(5)))
    assert sorted(name for new in added for name in new) == sorted(known.id for known in made)
    assert await store.count(IN_PRIVATE) == 30


async def test_each_memory_is_archived_restored_and_erased_by_one_of_many(
    store: MemoryStore,
) -> None:
    made = [memory(f"Number {n}.") for n in range(30)]
    ids = [known.id for known in made]
    await store.add(made, [vector(1)] * 30)
    archived = await asyncio.gather(*(store.archive(IN_PRIVATE, ids, now=NOON) for _ in range(8)))
    assert sorted(name for some in archived for name in some) == sorted(ids)
    restored = await asyncio.gather(
        *(store.restore(IN_PRIVATE, ids, now=NOON, curve=COMPANION) for _ in range(8))
    )
    assert sorted(name for some in restored for name in some) == sorted(ids)
    assert await store.count(IN_PRIVATE) == 30
    erased = await asyncio.gather(*(store.erase(IN_PRIVATE, ids) for _ in range(8)))
    assert sorted(name for some in erased for name in some) == sorted(ids)
    assert await store.count(IN_PRIVATE) == 0


async def test_upkeep_in_several_places_at_once_counts_each_memory_once(
    store: MemoryStore,
) -> None:
    alive = [memory(strength=1.0) for _ in range(40)]
    archived = [memory(archived_at=NOON) for _ in range(40)]
    await store.add([*alive, *archived], [None] * 80)
    now = NOON + 99 * DAY
    done = await asyncio.gather(
        *(store.forget_due(now=now, curve=COMPANION, limit=7) for _ in range(12))
    )
    assert sum(step.archived for step in done) == 40
    assert sum(step.erased for step in done) == 40
    assert await store.count_due(now=now, curve=COMPANION) == Due(0, 0)


async def test_turns_of_many_people_run_side_by_side(store: MemoryStore) -> None:
    people = [Person(PersonId(f"discord:{n}"), f"Person {n}") for n in range(40)]

    async def live(person: Person) -> None:
        scope = Scope.everything_of(person.id)
        await store.save_person(person)
        known = memory("I love tea.", person=person)
        turn = memory("And you?", person=person)
        await store.add([known], [vector(1)])
        assert await store.begin(scope, turn)
        found = await store.search(scope, text="tea", vector=vector(1), now=NOON, limit=5)
        assert [kept for kept, _ in found.dense] == [known]
        assert await store.finish(
            scope,
            turn.id,
            reply="Me too.",
            vector=vector(2),
            recalled=[kept.id for kept, _ in found.dense],
            now=NOON,
            curve=COMPANION,
        )
        assert len((await store.conversation(scope, ANNAS_DM.id, limit=5)).recent) == 2
        assert await store.count(scope) == 2

    await asyncio.gather(*(live(person) for person in people))
    assert {person.id for person in await store.people()} == {person.id for person in people}


async def test_a_person_is_erased_while_others_write(store: MemoryStore) -> None:
    bens = [memory(f"Number {n}.", person=BEN, place=CAFE) for n in range(50)]
    await store.add([memory() for _ in range(50)], [vector(1)] * 50)
    erased, *_ = await asyncio.gather(
        store.erase_person(ANNA.id), *(store.add([known], [vector(2)]) for known in bens)
    )
    assert erased == 50
    assert await store.count(IN_PRIVATE) == 0
    assert await store.count(Scope.everything_of(BEN.id)) == 50


async def test_a_finish_and_an_erasure_at_once_leave_no_ghost(store: MemoryStore) -> None:
    known = memory("tea")
    await store.add([known], [vector(1)])
    turns = conversation(20)
    for turn in turns:
        await store.begin(IN_PRIVATE, turn)
    ids = [turn.id for turn in turns]
    done, erased = await asyncio.gather(
        asyncio.gather(*(finish(store, name, known.id) for name in ids)),
        asyncio.gather(*(store.erase(IN_PRIVATE, [name]) for name in ids)),
    )
    assert [name for some in erased for name in some] == ids
    assert await store.get(IN_PRIVATE, ids) == ()
    [after] = await store.get(IN_PRIVATE, [known.id])
    assert after.recalls == sum(done)
    found = await store.search(IN_PRIVATE, text="yes turn", vector=vector(1), now=NOON, limit=50)
    assert [kept.id for kept, _ in found.dense] == [known.id]
    assert found.lexical == ()


async def test_a_write_whose_caller_gave_up_is_whole_or_not_at_all(store: MemoryStore) -> None:
    known = memory("tea", strength=1.0)
    await store.add([known], [None])
    turns = conversation(30)
    for turn in turns:
        await store.begin(IN_PRIVATE, turn)
    tasks = [asyncio.ensure_future(finish(store, turn.id, known.id)) for turn in turns]
    await asyncio.sleep(0)
    for task in tasks[::2]:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    # The store still works, and what is counted is what is written.
    last = memory("last")
    assert await store.begin(IN_PRIVATE, last)
    finished = [turn for turn in await store.get(IN_PRIVATE, [t.id for t in turns]) if turn.reply]
    assert len(finished) >= 15
    [after] = await store.get(IN_PRIVATE, [known.id])
    assert after.recalls == len(finished)
