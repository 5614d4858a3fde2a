"""What is taken up is worked on, whatever becomes of who brought it."""

import asyncio
from contextlib import suppress

import pytest
from telegram import Bot, Update

from bots.inbox import Inbox
from bots.telegram.intake import Intake, key_of
from tests.bots.telegram.rig import Rig


async def test_an_update_whose_bringer_is_cut_off_while_it_is_being_kept_is_handled_once(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    claim, reached, go_on = rig.store.claim, asyncio.Event(), asyncio.Event()

    async def slow(key: str, *, ttl_s: float) -> bool:
        reached.set()
        await go_on.wait()
        return await claim(key, ttl_s=ttl_s)

    handled: list[int] = []

    async def handle(update: Update) -> None:
        handled.append(update.update_id)

    monkeypatch.setattr(rig.store, "claim", slow)
    inbox = Inbox(rig.store, platform="telegram:1")
    intake = Intake(inbox, Bot("1:token"), handle, lambda _: None)
    taking = asyncio.create_task(intake.take(Update(7)))
    async with asyncio.timeout(30):
        await reached.wait()
    taking.cancel()
    with suppress(asyncio.CancelledError):
        await taking
    go_on.set()
    await intake.drain()
    assert handled == [7]
    assert not await rig.store.notes("inbox:telegram:1")


def test_keys_are_ordered_as_the_updates_are_however_often_they_were_left_behind() -> None:
    keys = []
    for number in (9, 99, 100):
        keys.append(key_of(Update(number)))
        keys.append(key_of(Update(number), after=keys[-1]))
        keys.append(key_of(Update(number), after=keys[-1]))
    assert keys == sorted(keys, key=lambda key: (len(key), key))
    assert len(set(keys)) == len(keys)
