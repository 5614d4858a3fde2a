"""Whatever people send: nothing crashes, and what is said to the bot is never met with silence."""

import pytest

from tests.bots.telegram.conftest import Open
from tests.bots.telegram.rig import Rig
from tests.platforms.telegram.records import Chat, Json, User
from tests.platforms.telegram.world import World

FILE = {"file_id": "f", "file_unique_id": "u"}
SIZE = {"width": 9, "height": 9}
PLACE = {"latitude": 1.5, "longitude": 2.5}
MOVING = {**FILE, **SIZE, "duration": 3}
STICKER = {**FILE, **SIZE, "type": "regular", "is_animated": False, "is_video": False}
HEARD = "cannot listen to that or watch it"
STUCK = "picture to smile at"
WORDS = "put it in words"
KINDS: dict[str, tuple[Json, str]] = {
    "voice": ({"voice": {**FILE, "duration": 3}}, HEARD),
    "audio": ({"audio": {**FILE, "duration": 3}}, HEARD),
    "video": ({"video": MOVING}, HEARD),
    "video note": ({"video_note": {**FILE, "duration": 3, "length": 9}}, HEARD),
    "sticker": ({"sticker": STICKER}, STUCK),
    # Telegram sends an animation as a document as well.
    "animation": (
        {"animation": MOVING, "document": {**FILE, "file_name": "a.mp4", "mime_type": "video/mp4"}},
        STUCK,
    ),
    "animated picture": (
        {"animation": MOVING, "document": {**FILE, "file_name": "a.gif", "mime_type": "image/gif"}},
        STUCK,
    ),
    "game": ({"game": {"title": "Go", "description": "Go", "photo": [{**FILE, **SIZE}]}}, WORDS),
    "story": ({"story": {"id": 1, "chat": {"id": 5, "type": "private"}}}, WORDS),
    "rich message": ({"rich_message": {"blocks": []}}, WORDS),
}
SERVICE: dict[str, Json] = {
    "a new title": {"new_chat_title": "A title"},
    "a pinned message": {
        "pinned_message": {"message_id": 1, "date": 0, "chat": {"id": 1, "type": "group"}}
    },
    "somebody new": {"new_chat_members": [{"id": 5, "is_bot": False, "first_name": "Eve"}]},
    "a topic": {"forum_topic_created": {"name": "Tea", "icon_color": 1}},
    "a timer": {"message_auto_delete_timer_changed": {"message_auto_delete_time": 60}},
    "what is not known yet": {"something_of_tomorrow": {"key": "value"}},
    "nothing at all": {},
}


@pytest.mark.parametrize("kind", KINDS)
async def test_what_it_cannot_take_in_private_gets_a_friendly_line(
    rig: Rig, world: World, ann: User, chat: Chat, *, kind: str
) -> None:
    content, line = KINDS[kind]
    world.send(ann, chat, content)
    assert line in (await world.reply(chat))["text"]
    world.say(ann, chat, "And now in words")
    await world.reply(chat, count=2)
    await rig.settled()
    assert rig.texts(chat)[1:] == ["I see."]


@pytest.mark.parametrize("kind", ["voice", "video", "animation"])
async def test_what_is_written_below_it_is_answered_besides(
    rig: Rig, world: World, ann: User, chat: Chat, *, kind: str
) -> None:
    content, line = KINDS[kind]
    world.send(ann, chat, {**content, "caption": "What a day"})
    await world.reply(chat, count=2)
    await rig.settled()
    assert line in rig.texts(chat)[0]
    assert rig.texts(chat)[1] == "I see."
    assert [turn.text for turn in await rig.remembered(ann)] == ["What a day"]


async def test_in_a_group_it_says_nothing_of_what_is_not_for_it(
    rig: Rig, world: World, ann: User
) -> None:
    world.privacy_mode = False
    group = world.group("Friends", ann)
    for content, _ in KINDS.values():
        world.send(ann, group, content)
    await rig.settled()
    assert rig.texts(group) == []
    world.say(ann, group, "@friend_bot hello")
    said = await world.reply(group)
    world.send(ann, group, KINDS["voice"][0], reply_to=said)
    assert HEARD in (await world.reply(group, count=2))["text"]


@pytest.mark.parametrize("what", SERVICE)
async def test_what_nobody_said_gets_no_answer(
    rig: Rig, world: World, ann: User, chat: Chat, *, what: str
) -> None:
    group = world.group("Friends", ann)
    for room in (chat, group):
        world.update("message", world.put(ann, room, SERVICE[what]))
    world.say(ann, chat, "Hello")
    await world.reply(chat)
    await rig.settled()
    assert rig.texts(chat) == ["I see."]
    assert rig.texts(group) == []


async def test_a_place_that_moves_is_told_about_once(
    rig: Rig, world: World, ann: User, chat: Chat
) -> None:
    sent = world.send(ann, chat, {"location": {**PLACE, "live_period": 60}})
    await world.reply(chat)
    for _ in range(3):
        moved = {"location": {"latitude": 9.5, "longitude": 2.5, "live_period": 60}}
        world.update("edited_message", {**sent, **moved, "edit_date": sent["date"] + 1})
    await rig.settled()
    assert len(rig.texts(chat)) == 1
    assert [turn.text for turn in await rig.remembered(ann)] == ["(place: 1.50000, 2.50000)"]


async def test_lines_about_what_it_cannot_take_are_in_the_language_of_the_app(
    open_bot: Open, world: World
) -> None:
    rig = await open_bot()
    mei = world.user("Mei", language="zh-hans")
    await rig.introduce(mei)
    chat = world.private(mei)
    world.send(mei, chat, KINDS["voice"][0])
    assert "写成文字" in (await world.reply(chat))["text"]


async def test_an_update_that_cannot_be_read_harms_no_other(
    rig: Rig, world: World, ann: User, chat: Chat
) -> None:
    world.hold()
    world.say(ann, chat, "Before")
    # Without the chat's type, which the library cannot do without.
    world.update("message", {"message_id": 5, "date": 1, "chat": {"id": ann.id}})
    world.say(ann, chat, "Behind")
    world.release()
    await world.reply(chat, count=2)
    await rig.settled()
    assert [asked[-1].content for asked in rig.generator.asked] == ["Before", "Behind"]
    assert rig.platform is not None
    assert rig.platform.is_healthy
