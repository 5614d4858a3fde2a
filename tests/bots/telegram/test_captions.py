"""Captions are edited as text is: the memory changes with them."""

import pytest

from bots.telegram.albums import QUIET_S
from tests.bots.telegram.conftest import Open
from tests.bots.telegram.rig import Moments, Rig
from tests.platforms.telegram.people import Chat, User
from tests.platforms.telegram.world import World


@pytest.fixture
async def rig(open_bot: Open, monkeypatch: pytest.MonkeyPatch) -> Rig:
    """The bot, with a model that sees."""
    found = await open_bot()
    monkeypatch.setattr(type(found.generator), "sees", True, raising=False)
    return found


async def texts(rig: Rig, user: User) -> list[str]:
    """What is kept of somebody, newest first."""
    await rig.settled()
    return [turn.text for turn in await rig.remembered(user)]


@pytest.mark.parametrize("kind", ["photo", "video", "voice"])
async def test_an_edited_caption_changes_the_memory(
    rig: Rig, world: World, ann: User, chat: Chat, *, kind: str
) -> None:
    sent = world.attach(ann, chat, kind, b"data", caption="I moved to Paris.")
    await world.until(lambda: "I see." in rig.texts(chat))
    world.edit(sent, "I moved to Berlin.")
    assert await texts(rig, ann) == ["I moved to Berlin."]
    assert len(rig.generator.asked) == 1


async def test_a_caption_that_is_added_or_taken_away_changes_the_memory(
    rig: Rig, world: World, ann: User, chat: Chat
) -> None:
    sent = world.attach(ann, chat, "photo", b"data")
    await world.reply(chat)
    [alone] = await texts(rig, ann)
    world.edit(sent, "My secret garden")
    assert await texts(rig, ann) == ["My secret garden"]
    world.edit(sent, "")
    assert await texts(rig, ann) == [alone]


async def test_an_edited_caption_of_a_text_file_keeps_what_the_file_says(
    rig: Rig, world: World, ann: User, chat: Chat
) -> None:
    sent = world.attach(
        ann, chat, "document", b"Milk", name="a.txt", mime_type="text/plain", caption="For Friday"
    )
    await world.reply(chat)
    world.edit(sent, "For Monday")
    assert await texts(rig, ann) == ["For Monday\n\na.txt:\nMilk"]
    world.edit(sent, "")
    assert await texts(rig, ann) == ["a.txt:\nMilk"]


async def test_an_edited_caption_counts_even_if_its_file_is_gone(
    rig: Rig, world: World, ann: User, chat: Chat
) -> None:
    sent = world.attach(
        ann, chat, "document", b"Milk", name="a.txt", mime_type="text/plain", caption="A secret"
    )
    await world.reply(chat)
    world.files.clear()
    world.edit(sent, "No secret")
    assert await texts(rig, ann) == ["No secret"]


async def test_an_edited_caption_of_a_file_that_was_not_read_changes_the_memory(
    rig: Rig, world: World, ann: User, chat: Chat
) -> None:
    sent = world.attach(ann, chat, "document", b"PK", name="a.zip", caption="Old words")
    await world.reply(chat, count=2)
    world.edit(sent, "New words")
    assert await texts(rig, ann) == ["New words"]
    assert len(rig.texts(chat)) == 2


@pytest.mark.parametrize("part", [0, 2])
async def test_an_edited_caption_of_an_album_changes_its_memory_whichever_part_it_is_of(
    open_bot: Open, world: World, ann: User, *, part: int
) -> None:
    moments = Moments(world, QUIET_S)
    rig = await open_bot(pause=moments)
    await rig.introduce(ann)
    chat = world.private(ann)
    parts = [
        world.attach(ann, chat, "photo", b"x", album="a", caption="Three cats" if n == part else "")
        for n in range(3)
    ]
    await world.until(lambda: moments.begun and not world.queue)
    moments.over.set()
    await world.reply(chat)
    await rig.settled()
    # Another process knows as well.
    await rig.stop()
    await rig.start()
    world.edit(parts[part], "Three dogs")
    assert await texts(rig, ann) == ["Three dogs"]


async def test_an_edited_caption_that_was_not_said_to_it_is_nothing_to_it(
    rig: Rig, world: World, ann: User
) -> None:
    world.privacy_mode = False
    group = world.group("Friends", ann)
    sent = world.attach(ann, group, "photo", b"x", caption="Not to you")
    world.edit(sent, "Nor this")
    assert await texts(rig, ann) == []
    assert not rig.generator.asked
