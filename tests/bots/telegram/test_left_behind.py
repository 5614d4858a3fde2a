"""What a process left unanswered is answered after the next start: albums whole, all in order."""

import asyncio
from collections.abc import AsyncIterator, Hashable, Sequence
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import pytest
from telegram import Message

from bots.telegram.albums import QUIET_S, Albums
from bots.transport.inbox import Inbox, Left
from tests.bots.telegram.conftest import Open
from tests.bots.telegram.rig import Moments, Rig, hurried
from tests.bots.telegram.test_albums import moments, pictures, rig, seen, sends
from tests.bots.telegram.test_killed import process
from tests.ending import pass_leases
from tests.platforms.telegram.records import Chat, User
from tests.platforms.telegram.server import TelegramServer
from tests.platforms.telegram.world import World

__all__ = ["moments", "rig"]


async def kept_anew(rig: Rig, *, parts: int) -> None:
    """So many parts that were left behind are being gathered."""
    async with asyncio.timeout(30):
        while True:
            kept = await rig.store.values.get(f"inbox:telegram:{rig.world.bot.id}")
            if len(kept) == parts and not any(each.startswith("left-") for each in kept.values()):
                return
            # The store is asked, and tells nobody when something changed.
            await asyncio.sleep(0.005)


def gatherings(world: World, monkeypatch: pytest.MonkeyPatch) -> list[Message]:
    """Return the parts that reach an album from now on, as they do."""
    gather, parts = Albums.gather, list[Message]()

    def noted(
        self: Albums, album: Hashable, part: Message
    ) -> AbstractAsyncContextManager[Sequence[Message]]:
        parts.append(part)
        world.changed()
        return gather(self, album, part)

    monkeypatch.setattr(Albums, "gather", noted)
    return parts


@pytest.mark.parametrize("answering", [False, True])
async def test_an_album_that_a_stop_cut_off_is_answered_once_after_the_next_start(
    rig: Rig,
    world: World,
    moments: Moments,
    ann: User,
    chat: Chat,
    *,
    monkeypatch: pytest.MonkeyPatch,
    answering: bool,
) -> None:
    rig.says([asyncio.Event(), "Never said."])
    sends(world, ann, chat, "Look", None, None)
    await world.until(lambda: moments.begun and not world.queue)
    if answering:
        moments.over.set()
        await world.until(lambda: rig.generator.asked)
    await rig.stop(limit_s=0.05)
    assert rig.texts(chat) == []
    rig.says(["Sorry, here I am."])
    rig.pause = again = Moments(world, QUIET_S)
    gathered = gatherings(world, monkeypatch)
    await rig.start()
    await kept_anew(rig, parts=3)
    await world.until(lambda: len(gathered) == 3)
    again.over.set()
    await world.reply(chat)
    await rig.stop()
    # Nothing is left to answer.
    await rig.start()
    world.say(ann, chat, "And now?")
    await world.reply(chat, count=2)
    await rig.settled()
    assert rig.texts(chat) == ["Sorry, here I am."] * 2
    assert seen(rig) == [pictures(0, 1, 2), []]
    assert [turn.text for turn in await rig.remembered(ann)] == ["And now?", "Look"]


async def test_what_was_said_behind_an_album_that_was_cut_off_is_answered_behind_it(
    rig: Rig, world: World, moments: Moments, ann: User, chat: Chat
) -> None:
    sends(world, ann, chat, "What is this?", None)
    world.say(ann, chat, "And then?")
    await world.until(lambda: moments.begun and not world.queue)
    await rig.stop(limit_s=0.05)
    rig.says(["Cats."], ["And a dog."])
    rig.pause = again = Moments(world, QUIET_S)
    await rig.start()
    await kept_anew(rig, parts=3)
    await world.until(lambda: again.begun)
    assert not rig.generator.asked
    again.over.set()
    await world.reply(chat, count=2)
    await rig.settled()
    assert [asked[-1].content for asked in rig.generator.asked] == ["What is this?", "And then?"]
    assert rig.texts(chat) == ["Cats.", "And a dog."]


async def test_an_album_that_was_cut_off_is_one_whoever_spoke_between_its_parts(
    rig: Rig, world: World, moments: Moments, ann: User, chat: Chat
) -> None:
    bob = world.user("Bob")
    await rig.introduce(bob)
    sends(world, ann, chat, "Look")
    world.say(bob, world.private(bob), "Hello")
    world.attach(ann, chat, "photo", b"picture 1", album="album")
    rig.says([asyncio.Event(), "Never said."])
    await world.until(lambda: moments.begun and rig.generator.asked and not world.queue)
    await rig.stop(limit_s=0.05)
    end = asyncio.Event()
    # Whoever is asked first is not answered before the other is asked as well.
    rig.says([end, "Here I am."])
    rig.pause = hurried
    await rig.start()
    await world.until(lambda: len(rig.generator.asked) == 2)
    end.set()
    await world.reply(chat)
    await rig.settled()
    assert sorted(seen(rig), key=len) == [[], pictures(0, 1)]


async def test_what_was_left_is_answered_in_the_order_in_which_it_came(
    rig: Rig, world: World, ann: User, chat: Chat
) -> None:
    texts = [f"Number {number}" for number in range(4)]
    # As words are ordered, the last ones would be the first.
    assert world.next_number("update", 99_997) == 99_997
    rig.says([asyncio.Event(), "Never said."])
    for text in texts:
        world.say(ann, chat, text)
    await world.until(lambda: rig.generator.asked and not world.queue)
    await rig.stop(limit_s=0.05)
    rig.says(["Here I am."])
    await rig.start()
    await world.reply(chat, count=4)
    await rig.settled()
    assert [asked[-1].content for asked in rig.generator.asked] == texts


async def test_what_is_said_while_it_is_not_certain_who_is_dead_waits_for_what_was_left(
    rig: Rig, world: World, ann: User, chat: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    bob = world.user("Bob")
    await rig.introduce(bob)
    rig.says([asyncio.Event(), "Never said."])
    for text in ("One", "Two"):
        world.say(ann, chat, text)
    await world.until(lambda: rig.generator.asked and not world.queue)
    await rig.stop(limit_s=0.05)
    taken_over, go_on = Inbox.taken_over, asyncio.Event()

    async def late(self: Inbox, keys: Sequence[str]) -> AsyncIterator[list[Left]]:
        await go_on.wait()
        async for each in taken_over(self, keys):
            yield each

    monkeypatch.setattr(Inbox, "taken_over", late)
    rig.says(["Here I am."])
    await rig.start()
    world.say(ann, chat, "Three")
    # Others do not wait.
    world.say(bob, world.private(bob), "Hello")
    await world.reply(world.private(bob))
    go_on.set()
    await world.reply(chat, count=3)
    await rig.settled()
    asked = [asked[-1].content for asked in rig.generator.asked]
    assert asked == ["Hello", "One", "Two", "Three"]


async def test_a_reply_that_was_shown_in_part_is_completed_in_the_same_message(
    open_bot: Open, world: World
) -> None:
    rig = await open_bot(draft_after_s=0.0)
    ann = world.user("Ann")
    await rig.introduce(ann)
    group = world.group("Friends", ann)
    rig.says(["Once upon a time", asyncio.Event()])
    world.say(ann, group, f"@{world.bot.username} Tell me a story.")
    await world.until(lambda: rig.texts(group))
    await rig.stop(limit_s=0.05)
    rig.says(["There was a cat."])
    await rig.start()
    await world.until(lambda: rig.texts(group) == ["There was a cat."])
    await rig.settled()
    assert rig.texts(group) == ["There was a cat."]


@pytest.mark.parametrize("answering", [False, True])
async def test_an_album_whose_process_was_killed_is_answered_once_after_the_restart(
    telegram: TelegramServer, world: World, tmp_path: Path, *, answering: bool
) -> None:
    ann = world.user("Ann")
    chat = world.private(ann)
    async with process(telegram, tmp_path, "hang") as first:
        sends(world, ann, chat, "Look", None, None)
        await world.until(lambda: world.updates and not world.queue)
        if answering:
            await world.until(lambda: chat.actions)
        first.kill()
        await first.wait()
    pass_leases(tmp_path / "memories.db")
    fetched = len(world.called("getFile"))
    async with process(telegram, tmp_path, "answer"):
        await world.until(lambda: answered(world, chat) == 1)
        assert len(world.called("getFile")) == fetched + 3
        world.say(ann, chat, "And now?")
        await world.until(lambda: answered(world, chat) == 2)
    assert len(world.called("getFile")) == fetched + 3


def answered(world: World, chat: Chat) -> int:
    """How often the process that answers did so."""
    return [message["text"] for message in world.replies(chat)].count("Here I am.")
