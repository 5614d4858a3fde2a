"""`People.profile`, and the revision by which a join or a split is noticed."""

from dataclasses import replace

import pytest

from brain.ids import PersonId
from brain.memory.retention import COMPANION
from brain.messages import Person
from brain.ports import MemoryStore
from brain.ports.people import MOST_JOINS, Profile
from tests.contracts.harness import Harness
from tests.factories import ANNA, BEN, IN_PRIVATE, NOON, memory


async def test_of_a_stranger_only_the_id_is_known(store: MemoryStore) -> None:
    assert await store.profile(ANNA.id) == Profile(Person(ANNA.id), {})


async def test_a_profile_has_the_person_and_their_valid_values(harness: Harness) -> None:
    await harness.store.save_person(ANNA)
    await harness.store.values.set(ANNA.id, "informed", "1")
    await harness.store.values.set(ANNA.id, "code", "1234", ttl_s=60)
    await harness.store.values.increment(ANNA.id, "tokens", by=3, ttl_s=600)
    await harness.store.values.set(BEN.id, "informed", "1")
    await harness.pass_time(61)
    async for store in harness.twice():
        values = {"informed": "1", "tokens": "3"}
        assert await store.profile(ANNA.id) == Profile(ANNA, values)
        assert await store.profile(BEN.id) == Profile(Person(BEN.id), {"informed": "1"})


@pytest.mark.parametrize("saved", [True, False])
async def test_a_joined_account_has_the_profile_of_its_person(
    store: MemoryStore, *, saved: bool
) -> None:
    account = Person(PersonId("telegram:7"), same_as=ANNA.id)
    mine = replace(ANNA, accounts=(account.id,)) if saved else Person(ANNA.id)
    await store.save_person(account)
    if saved:
        await store.save_person(mine)
    await store.values.set(account.id, "persona", "an old one")
    await store.values.set(ANNA.id, "persona", "kind")
    assert await store.profile(account.id) == Profile(mine, {"persona": "kind"})


async def test_only_so_many_joins_are_followed(store: MemoryStore) -> None:
    chain = [
        Person(PersonId(f"discord:{n}"), same_as=PersonId(f"discord:{n + 1}"))
        for n in range(MOST_JOINS + 2)
    ]
    for account in chain:
        await store.save_person(account)
        await store.values.set(account.id, "name", account.id)
    for first in (0, 1):
        last = chain[first + MOST_JOINS]
        assert await store.profile(chain[first].id) == Profile(last, {"name": last.id})
    await store.save_person(replace(chain[1], same_as=chain[0].id))
    assert (await store.profile(chain[0].id)).person.id in (chain[0].id, chain[1].id)


async def test_the_revision_counts_joins_and_splits(harness: Harness) -> None:
    store = harness.store
    changes = [
        replace(ANNA, accounts=(PersonId("telegram:7"),)),
        replace(ANNA, accounts=(PersonId("telegram:7"), PersonId("telegram:8"))),
        replace(ANNA, accounts=(PersonId("telegram:7"),)),
        replace(ANNA, same_as=BEN.id),
        ANNA,
    ]
    await store.save_person(ANNA)
    assert await store.revision(ANNA.id) == 0
    for number, change in enumerate(changes, start=1):
        await store.save_person(change)
        await store.save_person(replace(change, name="Änne"))
        assert await store.revision(ANNA.id) == number
    await store.save_person(Person(PersonId("telegram:9"), same_as=ANNA.id))
    async for again in harness.twice():
        assert await again.revision(PersonId("telegram:9")) == 1
        assert await again.revision(ANNA.id) == len(changes)


async def test_a_reply_is_not_written_past_a_join(store: MemoryStore) -> None:
    await store.save_person(ANNA)
    turn = memory()
    await store.begin(IN_PRIVATE, turn)
    read = await store.conversation(IN_PRIVATE, turn.place, limit=9)
    await store.save_person(replace(ANNA, same_as=BEN.id))

    async def finish(revision: int) -> bool:
        return await store.finish(
            IN_PRIVATE,
            turn.id,
            reply="I see.",
            vector=None,
            recalled=[],
            now=NOON,
            curve=COMPANION,
            revision=revision,
        )

    assert not await finish(read.revision)
    assert await finish(await store.revision(ANNA.id))
