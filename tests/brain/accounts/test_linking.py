"""Two accounts become one person and part again; whatever dies in between, nothing is lost."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import fields
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from msgspec.structs import replace

from brain.accounts import linking
from brain.accounts.copying import LinkIncomplete, copied_id
from brain.accounts.linking import CannotLink, erase_with_accounts, join, split
from brain.ids import MemoryId, PersonId, PlaceId
from brain.memory.record import FOREVER, Kind, Memory, Vector
from brain.memory.retention import COMPANION
from brain.messages import Person, Place, Scope
from brain.ports import MemoryStore
from brain.preferences import (
    Preferences,
    load_preferences,
    mark_informed,
    set_paused,
    set_persona_preference,
)
from storage.sqlite.store import SqliteStore
from tests.factories import ANNA, ANNAS_DM, DAY, IN_PRIVATE, NOON, memory, vector
from tests.world import World

THERE = Person(PersonId("telegram:7"), "Anna T")
THEIR_DM = Place(PlaceId("telegram:7"), private=True)
THEIR_GROUP = Place(PlaceId("telegram:-9"), private=False)


class Killed(BaseException):
    """The process died here."""


class Mortal:
    """A store whose process dies at its n-th write."""

    def __init__(self, store: SqliteStore, *, writes: int) -> None:
        self._store = store
        self._left = writes
        self.values = SimpleNamespace(get=store.values.get, set=self._mortal(store.values.set))

    def __getattr__(self, name: str) -> object:
        found = getattr(self._store, name)
        if name not in {"save_person", "add", "erase_person", "erase"}:
            return found
        return self._mortal(found)

    def _mortal(self, found: Callable[..., Awaitable[object]]) -> Callable[..., Awaitable[object]]:
        async def write(*args: object, **options: object) -> object:
            if self._left == 0:
                raise Killed
            self._left -= 1
            return await found(*args, **options)

        return write


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqliteStore]:
    opened = await SqliteStore.open(tmp_path / "memories.db")
    await opened.check_embedder(curve=COMPANION, embedder="test", dimensions=384)
    await fill(opened)
    yield opened
    await opened.close()


async def fill(store: SqliteStore) -> None:
    await store.save_person(ANNA)
    await store.save_person(THERE)
    first = memory("A secret of Telegram.", id="t1", person=THERE, place=THEIR_DM)
    second = memory("In the group.", id="t2", person=THERE, place=THEIR_GROUP, sources=["t1"])
    gone = memory("Archived.", id="t3", person=THERE, place=THEIR_DM, archived_at=NOON + DAY)
    day = memory("A day.", id="t4", person=THERE, place=THEIR_DM, kind=Kind.DAY, sources=["t1"])
    fact = replace(
        memory("A fact.", id="t5", person=THERE, place=THEIR_DM, kind=Kind.FACT, pinned=True),
        fades_at=FOREVER,
        forgotten_at=FOREVER,
    )
    vectors: list[Vector | None] = [vector(n) for n in range(5)]
    await store.add([first, second, gone, day, fact], vectors)
    await store.add([memory("A secret of Discord.", id="d1")], [vector(9)])


async def everything(store: MemoryStore, person: str) -> dict[str, Memory]:
    scope = Scope.everything_of(PersonId(person))
    return {
        one.text: one
        for archived in (False, True)
        for one in (await store.page(scope, limit=100, archived=archived)).memories
    }


SAID_THERE = {"A secret of Telegram.", "In the group.", "Archived.", "A fact."}


async def test_what_was_said_comes_along_with_vectors_places_and_archive(
    store: SqliteStore,
) -> None:
    before = await everything(store, THERE.id)
    await join(store, ANNA.id, THERE.id)
    after = await everything(store, ANNA.id)
    assert set(after) == {"A secret of Discord.", *SAID_THERE}
    for text in SAID_THERE:
        old, new = before[text], after[text]
        assert new == replace(
            old,
            id=copied_id(old.id, ANNA.id),
            person=ANNA.id,
            sources=tuple(copied_id(source, ANNA.id) for source in old.sources),
        )
    ids = [after["A secret of Telegram."].id, after["Archived."].id]
    first, third = await store.vectors(Scope.everything_of(ANNA.id), ids)
    assert first is not None
    assert third is not None
    assert np.allclose(first, vector(0), atol=1e-3)
    assert np.allclose(third, vector(2), atol=1e-3)
    assert await everything(store, THERE.id) == {}
    joined, account = await store.person(ANNA.id), await store.person(THERE.id)
    assert joined is not None
    assert joined.accounts == (THERE.id,)
    assert account is not None
    assert account.same_as == ANNA.id


async def test_scopes_stay(store: SqliteStore) -> None:
    await join(store, ANNA.id, THERE.id)
    page = await store.page(Scope(ANNA.id, THEIR_GROUP.id), limit=10)
    assert [one.text for one in page.memories] == ["In the group."]


async def test_days_that_gained_turns_are_stale(store: SqliteStore) -> None:
    await store.mark_summarised(await store.stale_days(limit=100))
    await join(store, ANNA.id, THERE.id)
    stale = await store.stale_days(limit=100, person_id=ANNA.id)
    assert {day.place for day in stale} == {None, THEIR_GROUP.id}


@pytest.mark.parametrize("writes", range(9))
async def test_a_process_may_die_between_any_two_steps_of_a_join(
    store: SqliteStore, writes: int
) -> None:
    try:
        await join(Mortal(store, writes=writes), ANNA.id, THERE.id)  # type: ignore[arg-type]
    except Killed:
        assert {*await everything(store, ANNA.id), *await everything(store, THERE.id)} >= SAID_THERE
        if await linking.resume(store) == 0:
            await join(store, ANNA.id, THERE.id)
    assert set(await everything(store, ANNA.id)) == {"A secret of Discord.", *SAID_THERE}
    assert await everything(store, THERE.id) == {}
    account = await store.person(THERE.id)
    assert account is not None
    assert account.same_as == ANNA.id
    assert await linking.resume(store) == 0


@pytest.mark.parametrize("writes", range(9))
async def test_a_process_may_die_between_any_two_steps_of_a_split(
    store: SqliteStore, writes: int
) -> None:
    await join(store, ANNA.id, THERE.id)
    made = memory(
        "Both.",
        id="both",
        kind=Kind.PORTRAIT,
        sources=[copied_id(MemoryId("t1"), ANNA.id), MemoryId("d1")],
        period="life",
    )
    await store.add([made], [None])
    try:
        await split(Mortal(store, writes=writes), ANNA.id, THERE.id)  # type: ignore[arg-type]
    except Killed:
        if await linking.resume(store) == 0:
            assert await split(store, ANNA.id, THERE.id)
    assert set(await everything(store, ANNA.id)) == {"A secret of Discord."}
    assert set(await everything(store, THERE.id)) == SAID_THERE
    person, account = await store.person(ANNA.id), await store.person(THERE.id)
    assert person is not None
    assert person.accounts == ()
    assert account is not None
    assert account.same_as is None
    assert not await split(store, ANNA.id, THERE.id)


async def test_nothing_is_erased_before_everything_has_arrived(
    store: SqliteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def forgets(*_: object) -> tuple[str, ...]:
        return ()

    with monkeypatch.context() as broken:
        broken.setattr(store, "add", forgets)
        with pytest.raises(LinkIncomplete):
            await join(store, ANNA.id, THERE.id)
    assert set(await everything(store, THERE.id)) >= SAID_THERE
    assert await linking.resume(store) == 1
    assert set(await everything(store, ANNA.id)) >= SAID_THERE


@pytest.mark.parametrize("account", ["discord:1", "discord:2"])
async def test_one_platform_s_accounts_cannot_be_joined(store: SqliteStore, account: str) -> None:
    with pytest.raises(CannotLink):
        await join(store, ANNA.id, PersonId(account))
    assert await linking.resume(store) == 0


async def test_who_is_joined_is_not_joined_again(store: SqliteStore) -> None:
    await join(store, ANNA.id, THERE.id)
    for first, second in ((THERE.id, "matrix:3"), ("matrix:3", THERE.id), (ANNA.id, "telegram:8")):
        with pytest.raises(CannotLink):
            await join(store, PersonId(first), PersonId(second))


async def test_a_person_with_accounts_brings_them_along(store: SqliteStore) -> None:
    await join(store, THERE.id, PersonId("matrix:3"))
    await join(store, ANNA.id, THERE.id)
    third, person = await store.person(PersonId("matrix:3")), await store.person(ANNA.id)
    assert third is not None
    assert third.same_as == ANNA.id
    assert person is not None
    assert person.accounts == (THERE.id, "matrix:3")


async def test_a_turn_that_was_under_way_is_brought_over_at_the_next_start(
    store: SqliteStore,
) -> None:
    await join(store, ANNA.id, THERE.id)
    await store.add([memory("Late.", id="late", person=THERE, place=THEIR_DM)], [None])
    assert await linking.resume(store) == 1
    assert "Late." in await everything(store, ANNA.id)
    assert await linking.resume(store) == 0


async def test_erasing_a_person_erases_their_accounts(store: SqliteStore) -> None:
    await join(store, ANNA.id, THERE.id)
    assert await erase_with_accounts(store, ANNA.id) == 5
    assert await store.people() == ()


async def test_the_joined_person_s_own_are_untouched(store: SqliteStore) -> None:
    before = (await everything(store, ANNA.id))["A secret of Discord."]
    await join(store, ANNA.id, THERE.id)
    await split(store, ANNA.id, THERE.id)
    assert await everything(store, ANNA.id) == {before.text: before}
    assert before.place == ANNAS_DM.id


async def test_a_history_that_outlived_its_day_goes_with_the_account_it_tells_of(
    either_world: World,
) -> None:
    world, store = either_world, either_world.store
    cat = await world.say("My cat is called Mango and fears thunder.")
    secret = await world.say("My hidden word is xylophone.", person=THERE, place=THEIR_DM)
    await join(store, ANNA.id, THERE.id)
    await world.companion.consolidator.run(quiet=timedelta(0))
    for turn in (cat.id, copied_id(secret.id, ANNA.id)):
        await store.pin(IN_PRIVATE, turn, pinned=True, curve=COMPANION)
    for _ in range(2):
        world.clock.advance(3_000 * DAY)
        await world.companion.upkeep()
    assert not await world.notes(IN_PRIVATE, Kind.DAY)
    history = await world.notes(IN_PRIVATE, Kind.HISTORY)
    assert history
    assert all("xylophone" in note.text for note in history.values())

    assert await split(store, ANNA.id, THERE.id)
    assert not any("xylophone" in text for text in await everything(store, ANNA.id))
    await store.add([memory("I began work at the harbour.", said_at=NOON + 6 * DAY)], [None])
    await world.companion.consolidator.run(quiet=timedelta(0))
    assert not any("xylophone" in text for text in await everything(store, ANNA.id))
    for person, words in ((ANNA, ("Mango", "harbour")), (THERE, ("xylophone",))):
        notes = await world.notes(Scope.everything_of(person.id), Kind.HISTORY)
        assert all(word in note.text for note in notes.values() for word in words)
        assert {period for _, period in notes} == {"2026-03", "2026", ""}


async def test_every_preference_that_a_person_can_have_goes_along(store: SqliteStore) -> None:
    await mark_informed(store.values, THERE)
    await set_paused(store.values, THERE, THEIR_GROUP, paused=True)
    await set_persona_preference(store.values, THERE, "Be brief.")
    asked, nothing = (
        await load_preferences(store.values, THERE),
        await load_preferences(store.values, ANNA),
    )
    for preference in fields(Preferences):
        assert getattr(asked, preference.name) != getattr(nothing, preference.name), preference.name
    await join(store, ANNA.id, THERE.id)
    assert await load_preferences(store.values, ANNA) == asked
    await split(store, ANNA.id, THERE.id)
    assert await load_preferences(store.values, THERE) == asked


async def test_what_the_person_asked_for_themselves_comes_first(store: SqliteStore) -> None:
    await set_persona_preference(store.values, THERE, "Be brief.")
    await set_persona_preference(store.values, ANNA, "Take your time.")
    await join(store, ANNA.id, THERE.id)
    assert (await load_preferences(store.values, ANNA)).persona == "Take your time."
