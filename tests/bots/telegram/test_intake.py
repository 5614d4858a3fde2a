"""What is taken up is worked on, whatever becomes of who brought it."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from contextlib import suppress

import pytest
from telegram import Bot, InaccessibleMessage, Update

from bots.telegram.intake import Intake, inbox_key
from bots.transport.inbox import Inbox
from bots.transport.journal import Entry, Journal
from bots.transport.lanes import Lane
from tests.bots.telegram.rig import Rig


def inbox_of(rig: Rig) -> Inbox:
    """An inbox over the store of a bot."""
    return Inbox(rig.store, platform="telegram:1", journal=Journal(rig.settings.data_dir / "other"))


class Handling:
    """Handles each update by a function, all at once."""

    def __init__(self, handle: Callable[[Update], Awaitable[None]]) -> None:
        self._handle = handle

    def lane(self, update: Update) -> Lane:  # noqa: ARG002
        return Lane()

    async def admits(self, update: Update, *, waiting: int) -> bool:  # noqa: ARG002
        return True

    async def handle(self, update: Update, entry: Entry) -> None:  # noqa: ARG002
        await self._handle(update)


async def test_an_update_whose_bringer_is_cut_off_while_it_is_being_kept_is_handled_once(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    add, reached, go_on = rig.store.values.add, asyncio.Event(), asyncio.Event()

    async def slow(
        owner: str, name: str, value: str, *, ttl_s: float, once_for_s: float | None = None
    ) -> bool:
        reached.set()
        await go_on.wait()
        return await add(owner, name, value, ttl_s=ttl_s, once_for_s=once_for_s)

    handled: list[int] = []

    async def handle(update: Update) -> None:
        handled.append(update.update_id)

    monkeypatch.setattr(rig.store.values, "add", slow)
    inbox = inbox_of(rig)
    intake = Intake(inbox, Bot("1:token"), Handling(handle))
    taking = asyncio.create_task(intake.take(Update(7)))
    async with asyncio.timeout(30):
        await reached.wait()
    taking.cancel()
    with suppress(asyncio.CancelledError):
        await taking
    go_on.set()
    await intake.idle()
    assert handled == [7]
    assert not await rig.store.values.get("inbox:telegram:1")


@pytest.fixture
async def full(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> tuple[Intake, asyncio.Event]:
    """Its one place is taken, until the event is set."""
    monkeypatch.setattr("bots.telegram.intake.IN_PROGRESS", 1)
    go_on = asyncio.Event()

    async def handle(_: Update) -> None:
        await go_on.wait()

    inbox = inbox_of(rig)
    intake = Intake(inbox, Bot("1:token"), Handling(handle))
    assert await intake.take(Update(1))
    return intake, go_on


async def brought(intake: Intake) -> asyncio.Task[bool]:
    """The second update, by somebody who waits as long as it takes."""
    task = asyncio.create_task(intake.take(Update(2)))
    for _ in range(5):
        await asyncio.sleep(0)
    return task


async def test_an_update_that_comes_again_is_not_confirmed_before_it_is_kept(
    rig: Rig, full: tuple[Intake, asyncio.Event]
) -> None:
    intake, go_on = full
    first = await brought(intake)
    again = await brought(intake)
    assert not again.done()
    assert list(await rig.store.values.get("inbox:telegram:1")) == [inbox_key(Update(1))]
    go_on.set()
    assert await first
    assert await again
    assert await intake.take(Update(2))
    await intake.idle()


async def test_an_update_whose_bringer_is_cut_off_while_there_is_no_room_has_to_come_again(
    full: tuple[Intake, asyncio.Event],
) -> None:
    intake, go_on = full
    first = await brought(intake)
    again = await brought(intake)
    first.cancel()
    assert not await again
    third = await brought(intake)
    assert not third.done()
    go_on.set()
    assert await third
    await intake.idle()


async def test_a_message_that_is_gone_and_was_pinned_is_kept_as_it_came(rig: Rig) -> None:
    bot, values = Bot("1:token"), rig.store.values
    kept: list[Update | None] = []

    async def handle(update: Update) -> None:
        for noted in (await values.get("inbox:telegram:1")).values():
            kept.extend((update, intake.parse(json.loads(noted.partition("\n")[2]))))

    chat = {"id": 3, "type": "private"}
    gone = {"message_id": 5, "date": 0, "chat": chat}
    message = {"message_id": 6, "date": 1, "chat": chat, "pinned_message": gone}
    intake = Intake(inbox_of(rig), bot, Handling(handle))
    pinned = intake.parse({"update_id": 2, "message": message})
    assert pinned is not None
    assert await intake.take(pinned)
    await intake.idle()
    for update in kept:
        assert update is not None
        assert update.message is not None
        assert isinstance(update.message.pinned_message, InaccessibleMessage)
    assert len(kept) == 2


async def test_what_cannot_be_kept_for_any_reason_is_handled_and_does_not_come_again(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    handled: list[int] = []

    async def handle(update: Update) -> None:
        handled.append(update.update_id)

    async def broken(*_: object, **__: object) -> bool:
        raise RuntimeError

    monkeypatch.setattr(rig.store.values, "add", broken)
    inbox = inbox_of(rig)
    intake = Intake(inbox, Bot("1:token"), Handling(handle))
    assert await intake.take(Update(7))
    assert await intake.take(Update(7))
    await intake.idle()
    assert handled == [7]


def test_keys_are_ordered_as_the_updates_are() -> None:
    keys = [inbox_key(Update(number)) for number in (9, 99, 100)]
    assert keys == sorted(keys, key=lambda key: (len(key), key))
    assert len(set(keys)) == len(keys)
