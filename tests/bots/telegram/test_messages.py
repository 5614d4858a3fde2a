"""People talk to the bot, in private and in groups."""

import asyncio

import pytest

from brain.messages import Image
from tests.bots.telegram.conftest import Open
from tests.bots.telegram.rig import CONSENT, Rig
from tests.platforms.telegram.records import Chat, User
from tests.platforms.telegram.world import World


async def test_a_message_is_answered_and_remembered(
    rig: Rig, world: World, ann: User, chat: Chat
) -> None:
    world.say(ann, chat, "My cat is called Mochi.")
    assert (await world.reply(chat))["text"] == "I see."
    await rig.settled()
    [turn] = await rig.remembered(ann)
    assert (turn.text, turn.reply) == ("My cat is called Mochi.", "I see.")
    assert "reply_to_message" not in world.replies(chat)[0]


async def test_a_newcomer_is_told_first_what_is_kept(rig: Rig, world: World) -> None:
    bob = world.user("Bob")
    chat = world.private(bob)
    world.say(bob, chat, "Hello")
    await world.reply(chat, count=2)
    consent, reply = rig.texts(chat)
    assert CONSENT in consent
    assert reply == "I see."
    world.say(bob, chat, "And again")
    await world.reply(chat, count=3)
    assert rig.texts(chat)[2] == "I see."


async def test_what_one_person_says_is_answered_in_order(
    rig: Rig, world: World, ann: User, chat: Chat
) -> None:
    go_on = asyncio.Event()
    rig.says([go_on, "one"], ["two"], ["three"])
    for text in ("First", "Second", "Third"):
        world.say(ann, chat, text)
    await world.until(lambda: not world.queue)
    go_on.set()
    await world.reply(chat, count=3)
    assert rig.texts(chat) == ["one", "two", "three"]
    asked = [messages[-1].content for messages in rig.generator.asked]
    assert asked == ["First", "Second", "Third"]


async def test_a_command_does_not_wait_for_a_reply_under_way(
    rig: Rig, world: World, ann: User, chat: Chat
) -> None:
    go_on = asyncio.Event()
    rig.says([go_on, "At last."])
    world.say(ann, chat, "Think about it")
    await world.until(lambda: rig.generator.asked)
    world.say(ann, chat, "/help")
    assert "/memories" in (await world.reply(chat))["text"]
    go_on.set()
    assert (await world.reply(chat, count=2))["text"] == "At last."


async def test_what_is_said_behind_a_pause_is_not_kept(
    rig: Rig, world: World, ann: User, chat: Chat
) -> None:
    world.say(ann, chat, "/pause")
    world.say(ann, chat, "This is a secret.")
    await world.reply(chat, count=2)
    await rig.settled()
    assert await rig.remembered(ann) == []


async def test_in_a_group_it_answers_mentions_replies_and_its_name(
    open_bot: Open, world: World
) -> None:
    rig = await open_bot(names="Sam,小友")
    ann = world.user("Ann")
    await rig.introduce(ann)
    group = world.supergroup("Friends", ann)
    world.privacy_mode = False
    for text in (
        "Nobody asked",
        "Samantha is here",
        "@friend_bots hello",
        "friendly folk",
        "my friend said so",
    ):
        world.say(ann, group, text)
    await rig.settled()
    assert rig.texts(group) == []
    said = world.say(ann, group, "@friend_bot, hello")
    first = await world.reply(group)
    assert first["reply_to_message"]["message_id"] == said["message_id"]
    for number, text in enumerate(["How are you, sam?", "你好小友，在吗", "Friend!"], start=2):
        world.say(ann, group, text)
        await world.reply(group, count=number)
    world.say(ann, group, "I like that", reply_to=first)
    await world.reply(group, count=5)
    asked = [messages[-1].content for messages in rig.generator.asked]
    assert asked == [
        "hello",
        "How are you, sam?",
        "你好小友，在吗",
        "Friend!",
        "> [Quoted from the companion]\n> I see.\n\nI like that",
    ]


async def test_what_was_said_in_private_stays_there(
    rig: Rig, world: World, ann: User, chat: Chat
) -> None:
    world.say(ann, chat, "My password is swordfish.")
    await world.reply(chat)
    group = world.group("Friends", ann)
    world.say(ann, group, "@friend_bot what is my password?")
    await world.reply(group)
    assert "swordfish" not in str(rig.generator.asked[-1])
    world.say(ann, chat, "what is my password?")
    await world.reply(chat, count=2)
    assert "swordfish" in str(rig.generator.asked[-1])


async def test_topics_are_conversations_of_their_own(rig: Rig, world: World, ann: User) -> None:
    forum = world.supergroup("Forum", ann, forum=True)
    cats, dogs = world.topic(forum, "Cats"), world.topic(forum, "Dogs")
    world.say(ann, forum, "@friend_bot Mochi purrs.", topic=cats)
    assert (await world.reply(forum))["message_thread_id"] == cats
    world.say(ann, forum, "@friend_bot who purrs?", topic=dogs)
    assert (await world.reply(forum, count=2))["message_thread_id"] == dogs
    assert "Mochi" not in str(rig.generator.asked[-1])
    places = {turn.place for turn in await rig.remembered(ann)}
    assert places == {f"telegram:{forum.id}/{cats}", f"telegram:{forum.id}/{dogs}"}


async def test_channels_and_other_bots_are_passed_over(rig: Rig, world: World, ann: User) -> None:
    world.privacy_mode = False
    channel, group = world.channel("News"), world.group("Friends", ann)
    other = world.user("Robot")
    other.is_bot = True
    world.say(ann, channel, "@friend_bot news!")
    world.say(other, group, "@friend_bot hello, I am a bot as well")
    world.say(ann, group, "@friend_bot hello")
    await world.reply(group)
    await rig.settled()
    assert len(rig.generator.asked) == 1
    assert rig.texts(channel) == []


async def test_an_edited_message_changes_its_memory(
    rig: Rig, world: World, ann: User, chat: Chat
) -> None:
    said = world.say(ann, chat, "I moved to Paris.")
    await world.reply(chat)
    world.edit(said, "I moved to Berlin.")
    await rig.settled()
    assert [turn.text for turn in await rig.remembered(ann)] == ["I moved to Berlin."]
    assert len(rig.generator.asked) == 1


async def test_a_group_that_became_a_supergroup_stays_the_same_place(
    rig: Rig, world: World, ann: User
) -> None:
    group = world.group("Friends", ann)
    world.say(ann, group, "@friend_bot the key is under the mat")
    await world.reply(group)
    new = world.migrate(ann, group)
    await rig.settled()
    await rig.stop()
    await rig.start()
    world.say(ann, new, "@friend_bot where is the key?")
    await world.reply(new)
    assert "under the mat" in str(rig.generator.asked[-1])
    assert {turn.place for turn in await rig.remembered(ann)} == {f"telegram:{group.id}"}


async def test_a_reply_follows_a_group_that_moves_meanwhile(
    rig: Rig, world: World, ann: User
) -> None:
    group = world.group("Friends", ann)
    go_on = asyncio.Event()
    rig.says([go_on, "Here I am."])
    world.say(ann, group, "@friend_bot are you there?")
    await world.until(lambda: rig.generator.asked)
    new = world.migrate(ann, group)
    go_on.set()
    assert (await world.reply(new))["text"] == "Here I am."


async def test_a_picture_reaches_a_model_that_sees(
    rig: Rig, world: World, ann: User, chat: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(rig.generator), "sees", True, raising=False)
    world.attach(ann, chat, "photo", b"\xff\xd8jpeg", caption="My cat")
    await world.reply(chat)
    last = rig.generator.asked[-1][-1]
    assert last.images == (Image("image/jpeg", b"\xff\xd8jpeg"),)
    assert "My cat" in last.content


async def test_a_model_that_cannot_see_says_so_and_nothing_is_fetched(
    world: World, ann: User, chat: Chat
) -> None:
    world.attach(ann, chat, "photo", b"\xff\xd8jpeg")
    assert "cannot see" in (await world.reply(chat))["text"]
    assert not world.called("getFile")


async def test_a_text_file_is_read(rig: Rig, world: World, ann: User, chat: Chat) -> None:
    world.attach(
        ann,
        chat,
        "document",
        "你好 from a file".encode(),
        name="a.txt",
        mime_type="text/plain",
        caption="Read this",
    )
    await world.reply(chat)
    assert rig.generator.asked[-1][-1].content == "Read this\n\n[a.txt]\n你好 from a file"


async def test_a_text_file_from_an_old_editor_is_read(rig: Rig, world: World) -> None:
    mei = world.user("Mei", language="zh-hans")
    await rig.introduce(mei)
    chat = world.private(mei)
    data = "喝café，睡觉".encode("gb18030")
    world.attach(mei, chat, "document", data, name="a.txt", mime_type="text/plain")
    await world.reply(chat)
    assert rig.generator.asked[-1][-1].content == "[a.txt]\n喝café，睡觉"


@pytest.mark.parametrize(
    ("data", "name", "said_size", "line"),
    [
        (b"\x00\x01", "a.txt", None, "text files only"),
        (b"PK", "a.zip", None, "text files only"),
        (b"long", "a.txt", 10**9, "too large"),
    ],
)
async def test_other_files_get_a_friendly_line(
    rig: Rig,
    world: World,
    ann: User,
    chat: Chat,
    *,
    data: bytes,
    name: str,
    said_size: int | None,
    line: str,
) -> None:
    world.attach(ann, chat, "document", data, name=name, said_size=said_size)
    assert line in (await world.reply(chat))["text"]
    assert not rig.generator.asked


async def test_voice_stickers_and_places_get_a_friendly_line_once(
    rig: Rig, world: World, ann: User, chat: Chat
) -> None:
    sticker = {
        "file_id": "s",
        "file_unique_id": "u",
        "type": "regular",
        "width": 9,
        "height": 9,
        "is_animated": False,
        "is_video": False,
    }
    for _ in range(3):
        world.send(ann, chat, {"sticker": sticker})
    world.send(ann, chat, {"game": {"title": "Go", "description": "Go", "photo": []}})
    world.attach(ann, chat, "voice", b"ogg", mime_type="audio/ogg")
    world.send(ann, chat, {"new_chat_title": "A title"})
    await rig.settled()
    found = sorted(rig.texts(chat))
    assert [text.split()[:3] for text in found] == [
        ["I", "cannot", "listen"],
        ["I", "cannot", "read"],
        ["I", "see", "that"],
    ]
    assert not rig.generator.asked


async def test_whoever_is_blocked_hears_nothing(open_bot: Open, world: World) -> None:
    ann = world.user("Ann")
    rig = await open_bot(access={"block_people": f"telegram:{ann.id}", "when_refused": "silence"})
    chat = world.private(ann)
    world.say(ann, chat, "Hello")
    world.attach(ann, chat, "voice", b"ogg", mime_type="audio/ogg")
    await rig.settled()
    assert rig.texts(chat) == []


@pytest.mark.usefixtures("rig")
async def test_the_interface_speaks_the_language_of_the_app(world: World) -> None:
    mei = world.user("Mei", language="zh-hans")
    chat = world.private(mei)
    world.say(mei, chat, "/help")
    assert (
        "直接" in (await world.reply(chat))["text"] or "命令" in (await world.reply(chat))["text"]
    )


async def test_added_to_a_group_it_says_how_it_is_spoken_to(
    rig: Rig, world: World, ann: User
) -> None:
    group = world.group("Friends", ann)
    group.bot_status = "left"
    world.set_bot_status(ann, group, "member")
    assert "@friend_bot" in (await world.reply(group))["text"]
    world.set_bot_status(ann, group, "administrator")
    world.block(ann)
    await rig.settled()
    assert len(rig.texts(group)) == 1
