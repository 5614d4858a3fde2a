"""Captions are edited as text is: the memory changes with them."""

import pytest

from tests.bots.telegram.conftest import Open
from tests.bots.telegram.rig import Rig
from tests.platforms.telegram.records import Chat, Json, Upload, User
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


def replace_file(world: World, message: Json, data: bytes) -> None:
    """As the apps do, with a caption that is edited next."""
    old = message["document"]
    file = world.keep(Upload(old["file_name"], old["mime_type"], data))
    about = {"file_id": file, "file_unique_id": f"u{file}", "file_size": len(data)}
    message["document"] = {**old, **about}


async def forget_layouts(rig: Rig, chat: Chat) -> None:
    """As when the store was away, or days went by."""
    owner = f"telegram:layouts:{chat.id}"
    kept = await rig.store.values.get(owner)
    assert kept
    for name in kept:
        await rig.store.values.pop(owner, name)


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
    assert await texts(rig, ann) == ["For Monday\n\n[a.txt]\nMilk"]
    world.edit(sent, "")
    assert await texts(rig, ann) == ["[a.txt]\nMilk"]


async def test_an_edited_caption_keeps_what_a_file_says_that_is_gone_by_now(
    rig: Rig, world: World, ann: User, chat: Chat
) -> None:
    sent = world.attach(
        ann, chat, "document", b"Milk", name="a.txt", mime_type="text/plain", caption="A secret"
    )
    await world.reply(chat)
    world.files.clear()
    world.edit(sent, "No secret")
    assert await texts(rig, ann) == ["No secret\n\n[a.txt]\nMilk"]
    assert len(world.called("getFile")) == 1


async def test_a_file_that_was_replaced_is_read(
    rig: Rig, world: World, ann: User, chat: Chat
) -> None:
    sent = world.attach(
        ann, chat, "document", b"Milk", name="a.txt", mime_type="text/plain", caption="For Friday"
    )
    await world.reply(chat)
    replace_file(world, sent, b"Eggs")
    world.edit(sent, "For Monday")
    assert await texts(rig, ann) == ["For Monday\n\n[a.txt]\nEggs"]


async def test_a_file_that_was_replaced_and_cannot_be_had_leaves_what_the_old_one_said(
    rig: Rig, world: World, ann: User, chat: Chat
) -> None:
    sent = world.attach(
        ann, chat, "document", b"Milk", name="a.txt", mime_type="text/plain", caption="For Friday"
    )
    await world.reply(chat)
    replace_file(world, sent, b"Eggs")
    rig.server.refuse("getFile", 400, "Bad Request: temporarily unavailable", times=1)
    world.edit(sent, "For Monday")
    assert await texts(rig, ann) == ["For Monday\n\n[a.txt]\nMilk"]
    world.edit(sent, "For Tuesday")
    assert await texts(rig, ann) == ["For Tuesday\n\n[a.txt]\nEggs"]


async def test_a_file_of_which_nothing_is_known_any_more_is_read_as_soon_as_it_can_be_had(
    rig: Rig, world: World, ann: User, chat: Chat
) -> None:
    sent = world.attach(
        ann, chat, "document", b"Milk", name="a.txt", mime_type="text/plain", caption="A secret"
    )
    await world.reply(chat)
    await rig.settled()
    await forget_layouts(rig, chat)
    rig.server.refuse("getFile", 400, "Bad Request: temporarily unavailable", times=2)
    world.edit(sent, "")
    assert await texts(rig, ann) == ["[a.txt]\nMilk"]
    assert len(world.called("getFile", ok=False)) == 2


async def test_an_edited_caption_of_a_file_that_was_not_read_changes_the_memory(
    rig: Rig, world: World, ann: User, chat: Chat
) -> None:
    sent = world.attach(ann, chat, "document", b"PK", name="a.zip", caption="Old words")
    await world.reply(chat, count=2)
    world.edit(sent, "New words")
    assert await texts(rig, ann) == ["New words"]
    assert len(rig.texts(chat)) == 2


@pytest.mark.parametrize("kind", ["document", "voice"])
async def test_a_caption_taken_away_from_what_was_neither_read_nor_seen_leaves_nothing(
    rig: Rig, world: World, ann: User, chat: Chat, *, kind: str
) -> None:
    sent = world.attach(ann, chat, kind, b"PK", name="a.zip", caption="My PIN is 4711")
    await world.reply(chat, count=2)
    assert await texts(rig, ann) == ["My PIN is 4711"]
    world.edit(sent, "")
    assert await texts(rig, ann) == []


@pytest.mark.parametrize("kind", ["photo", "document"])
async def test_an_edited_caption_that_was_not_said_to_it_is_nothing_to_it(
    rig: Rig, world: World, ann: User, *, kind: str
) -> None:
    world.privacy_mode = False
    group = world.group("Friends", ann)
    sent = world.attach(
        ann, group, kind, b"x", name="a.txt", mime_type="text/plain", caption="Not to you"
    )
    world.edit(sent, "Nor this")
    assert await texts(rig, ann) == []
    assert not rig.generator.asked
    assert not world.called("getFile")
