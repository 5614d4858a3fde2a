"""What is edited or deleted of turns that the store does not have. On the real SQLite store."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bots.conversation.departures import forget_leaver
from brain.errors import StoreUnavailable
from brain.memory.record import Memory
from brain.messages import Incoming, Scope
from brain.turns.outage import FIRST_TRY_S
from tests.brain.turns.test_outage import CAT, Bench, Cable
from tests.factories import ANNA, ANNAS_DM, CAFE

DOG = "My dog is called Bello"


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[Bench]:
    cable = Cable(tmp_path / "memories.db")
    await cable.open()
    bench = Bench(cable)
    await bench.store.check_embedder(
        curve=bench.companion.curve, embedder="hash-384", dimensions=384
    )
    yield bench
    cable.plug_in()
    await bench.companion.drain()
    await bench.store.close()


async def change(bench: Bench, message: Incoming, *, edited: bool) -> bool:
    """Have it speak of a dog, or be gone."""
    if edited:
        return await bench.companion.edit(replace(message, text=DOG))
    return await bench.companion.retract(ANNA.id, ANNAS_DM, message.id)


async def texts(bench: Bench) -> list[str]:
    return [text for text, _ in await bench.told()]


@pytest.mark.parametrize("edited", [False, True])
async def test_a_message_that_waits_is_written_as_it_is_when_the_store_is_back(
    bench: Bench, *, edited: bool
) -> None:
    bench.cable.is_out = True
    message = bench.incoming(CAT)
    async with bench.companion.turn(message) as turn:
        async for _ in turn:
            pass
    with pytest.raises(StoreUnavailable):
        await change(bench, message, edited=edited)
    await bench.come_back()
    assert await texts(bench) == ([DOG] if edited else [])
    assert not bench.companion._ledger._pending_edits._edits


@pytest.mark.parametrize("edited", [False, True])
async def test_a_message_that_changes_while_it_is_answered_without_the_store_is_written_so(
    bench: Bench, *, edited: bool
) -> None:
    bench.says(["Mango is a ", "fine name."])
    bench.cable.is_out = True
    message = bench.incoming(CAT)
    async with bench.companion.turn(message) as turn:
        async for _ in turn:
            with pytest.raises(StoreUnavailable):
                await change(bench, message, edited=edited)
    await bench.come_back()
    # The reply repeats what was taken back.
    assert await bench.told() == ([(DOG, None)] if edited else [])


async def test_a_message_that_is_deleted_between_its_writing_and_its_reply_stays_away(
    bench: Bench,
) -> None:
    bench.cable.is_out = True
    message = bench.incoming(CAT)
    async with bench.companion.turn(message) as turn:
        bench.cable.plug_in()
        await bench.pauses.end(FIRST_TRY_S)
        assert bench.outage._catching_up is not None
        await bench.outage._catching_up
        assert await texts(bench) == [CAT]
        assert await change(bench, message, edited=False)
        async for _ in turn:
            pass
    assert await texts(bench) == []
    assert not bench.companion._ledger._pending_edits._edits


async def test_what_is_deleted_while_it_is_answered_off_the_record_is_not_held(
    bench: Bench,
) -> None:
    message = replace(bench.incoming(CAT), off_record=True)
    async with bench.companion.turn(message) as turn:
        async for _ in turn:
            assert await change(bench, message, edited=False)
    assert await bench.companion.find_turn(ANNA.id, ANNAS_DM, message.id) is None


async def test_who_is_erased_is_not_written_when_what_they_said_waits(bench: Bench) -> None:
    bench.cable.is_out = True
    await bench.say(CAT)
    bench.cable.plug_in()
    await bench.companion.erase_person(ANNA.id)
    await bench.come_back()
    assert await texts(bench) == []


async def test_what_is_just_being_written_is_in_the_store_when_the_rest_is_let_go_of(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.cable.is_out = True
    async with bench.companion.turn(replace(bench.incoming(CAT), place=CAFE)) as turn:
        async for _ in turn:
            pass
    bench.cable.plug_in()
    begin = bench.store.begin
    at_it, go = asyncio.Event(), asyncio.Event()

    async def slowly(scope: Scope, turn: Memory) -> bool:
        at_it.set()
        await go.wait()
        return await begin(scope, turn)

    monkeypatch.setattr(bench.store, "begin", slowly)
    coming_back = asyncio.create_task(bench.come_back())
    async with asyncio.timeout(60):
        await at_it.wait()
        leaving = asyncio.create_task(forget_leaver(bench.companion, ANNA.id, lambda _: True))
        for _ in range(9):
            await asyncio.sleep(0)
        go.set()
        await asyncio.gather(coming_back, leaving)
    assert not (await bench.store.page(Scope.everything_of(ANNA.id), limit=9)).memories


async def test_who_is_about_to_write_what_is_let_go_of_writes_it_no_more(bench: Bench) -> None:
    bench.cable.is_out = True
    await bench.say(CAT)
    bench.cable.plug_in()
    pending_edits = bench.companion._ledger._pending_edits
    async with asyncio.timeout(60):
        async with pending_edits.writing:
            letting_go = asyncio.create_task(bench.companion.forget_held(lambda _: True))
            for _ in range(9):
                await asyncio.sleep(0)
            coming_back = asyncio.create_task(bench.come_back())
            for _ in range(99):
                await asyncio.sleep(0)
            assert bench.outage.is_at(next(iter(bench.outage.waiting)))
        await asyncio.gather(letting_go, coming_back)
    assert await texts(bench) == []
    assert not pending_edits._edits


async def test_what_is_let_go_of_while_it_is_answered_is_not_written(bench: Bench) -> None:
    bench.cable.is_out = True
    async with bench.companion.turn(bench.incoming(CAT)) as turn:
        async for _ in turn:
            await bench.companion.forget_held(lambda waiting: waiting.text == CAT)
    await bench.come_back()
    assert await texts(bench) == []
    assert not bench.companion._ledger._pending_edits._edits


async def test_nothing_is_held_of_a_changed_turn_that_is_let_go_of(bench: Bench) -> None:
    bench.cable.is_out = True
    message = bench.incoming(CAT)
    async with bench.companion.turn(message) as turn:
        async for _ in turn:
            pass
    with pytest.raises(StoreUnavailable):
        await change(bench, message, edited=True)
    pending_edits = bench.companion._ledger._pending_edits
    assert pending_edits._edits
    await bench.companion.forget_held(lambda _: True)
    assert not pending_edits._edits
    await bench.come_back()
    assert await texts(bench) == []


async def test_what_was_never_said_cannot_be_changed(bench: Bench) -> None:
    message = bench.incoming(CAT)
    assert not await change(bench, message, edited=True)
    assert not await change(bench, message, edited=False)
    assert await bench.companion.find_turn(ANNA.id, ANNAS_DM, message.id) is None
