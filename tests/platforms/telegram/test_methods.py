"""What the server takes and refuses, asked by python-telegram-bot's own `Bot`."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from telegram import (
    Bot,
    BotCommand,
    BotCommandScopeChat,
    ForceReply,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    MessageEntity,
)
from telegram.error import (
    BadRequest,
    ChatMigrated,
    EndPointNotFound,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
)

from tests.platforms.telegram.flood_limits import BURST, GROUP_A_MINUTE
from tests.platforms.telegram.records import Chat, User
from tests.platforms.telegram.server import TelegramServer
from tests.platforms.telegram.world import World


@pytest.fixture
async def bot(telegram: TelegramServer) -> AsyncIterator[Bot]:
    async with Bot(telegram.token, telegram.base_url, telegram.base_file_url) as bot:
        yield bot


@pytest.fixture
def ann(world: World) -> User:
    return world.user("Ann")


@pytest.fixture
def chat(world: World, ann: User) -> Chat:
    """A private chat in which Ann wrote first."""
    private = world.private(ann)
    world.say(ann, private, "/start")
    world.clock.freeze()
    return private


async def test_a_wrong_token_is_unauthorized(telegram: TelegramServer) -> None:
    for token in (telegram.token[:-1] + "x", "nonsense"):
        bot = Bot(token, telegram.base_url)
        with pytest.raises(InvalidToken):
            await bot.initialize()
        # It closes only what it could open.
        await asyncio.gather(*(request.shutdown() for request in bot._request))
    assert [call.status for call in telegram.world.calls] == [401, 404]


@pytest.mark.parametrize("text", ["a" * 4096, "😀" * 2048, "𠀋" * 2048, "中" * 4096])
async def test_a_text_may_have_4096_units(bot: Bot, chat: Chat, text: str) -> None:
    assert (await bot.send_message(chat.id, text)).text == text
    with pytest.raises(BadRequest, match=r"(?i)message is too long"):
        await bot.send_message(chat.id, text + "b")


@pytest.mark.parametrize("text", ["", " \n", "\u200b", "\u2800\ufeff"])
async def test_a_text_without_anything_to_see_is_refused(bot: Bot, chat: Chat, text: str) -> None:
    with pytest.raises(BadRequest, match=r"(?i)text is empty"):
        await bot.send_message(chat.id, text)


@pytest.mark.parametrize(
    ("entities", "why"),
    [
        ([("bold", 0, 99)], "ENTITY_BOUNDS_INVALID"),
        ([("bold", -1, 2)], "ENTITY_BOUNDS_INVALID"),
        ([("bold", 1, 3)], "middle of a UTF-16 symbol"),
        ([("bold", 0, 4), ("italic", 2, 6)], "cross"),
        ([("bold", 0, 6), ("code", 2, 2)], "nested"),
        ([("blockquote", 0, 6), ("blockquote", 2, 2)], "nested"),
        ([("blinking", 0, 2)], "unknown type"),
        ([("bold", 0, 2)] * 101, "ENTITIES_TOO_LONG"),
    ],
)
async def test_entities_that_cannot_be_shown_are_refused(
    bot: Bot, chat: Chat, entities: list[tuple[str, int, int]], why: str
) -> None:
    with pytest.raises(BadRequest, match=rf"(?i){why}"):
        await bot.send_message(
            chat.id, "😀😀 and more", entities=[MessageEntity(*e) for e in entities]
        )


async def test_entities_move_with_a_text_that_is_trimmed(bot: Bot, chat: Chat) -> None:
    sent = await bot.send_message(chat.id, "\n 😀\rbold \n", entities=[MessageEntity("bold", 5, 5)])
    assert sent.text == "😀bold"
    assert sent.parse_entities() == {sent.entities[0]: "bold"}


@pytest.mark.parametrize(
    ("mode", "source", "text", "kinds"),
    [
        ("MarkdownV2", r"*b _i_* \. `c` ||s|| [l](https://x\.y)", "b i . c s l", "bicsl"),
        ("MarkdownV2", "```py\nx = 1```", "x = 1", "p"),
        ("MarkdownV2", ">q\n>r\nno", "q\nr\nno", "q"),
        ("HTML", "<b>b <i>i</i></b> &lt; <code>c</code>", "b i < c", "bic"),
    ],
)
async def test_markup_is_parsed(
    bot: Bot, chat: Chat, *, mode: str, source: str, text: str, kinds: str
) -> None:
    names = {"b": "bold", "i": "italic", "c": "code", "s": "spoiler", "l": "text_link"}
    names |= {"p": "pre", "q": "blockquote"}
    sent = await bot.send_message(chat.id, source, parse_mode=mode)
    assert sent.text == text
    assert [entity.type for entity in sent.entities] == [names[kind] for kind in kinds]


@pytest.mark.parametrize(
    ("mode", "source"),
    [
        ("MarkdownV2", "No. Escape"),
        ("MarkdownV2", "*open"),
        ("MarkdownV2", "`open"),
        ("MarkdownV2", "*a _b* c_"),
        ("HTML", "<b>open"),
        ("HTML", "<div>x</div>"),
        ("HTML", "a < b"),
        ("HTML", "<b>a<i>b</b></i>"),
    ],
)
async def test_broken_markup_is_refused(bot: Bot, chat: Chat, mode: str, source: str) -> None:
    with pytest.raises(BadRequest, match=r"(?i)can't parse entities"):
        await bot.send_message(chat.id, source, parse_mode=mode)


async def test_an_edit_that_changes_nothing_is_refused(bot: Bot, chat: Chat) -> None:
    sent = await bot.send_message(chat.id, "Hello")
    with pytest.raises(BadRequest, match=r"(?i)message is not modified"):
        await bot.edit_message_text("Hello", chat.id, sent.message_id)
    keys = InlineKeyboardMarkup([[InlineKeyboardButton("Yes", callback_data="y")]])
    await bot.edit_message_text("Hello", chat.id, sent.message_id, reply_markup=keys)
    with pytest.raises(BadRequest, match=r"(?i)message is not modified"):
        await bot.edit_message_reply_markup(chat.id, sent.message_id, reply_markup=keys)


async def test_a_flood_is_refused_until_the_time_it_names(
    bot: Bot, chat: Chat, world: World
) -> None:
    sent = [await bot.send_message(chat.id, f"{number}") for number in range(BURST)]
    with pytest.raises(RetryAfter) as refused:
        await bot.edit_message_text("edits count", chat.id, sent[0].message_id)
    assert refused.value.retry_after == timedelta(seconds=1)
    world.clock.advance(1)
    await bot.send_message(chat.id, "patient")
    with pytest.raises(RetryAfter):
        await bot.send_message(chat.id, "impatient")
    world.flood.enforced = False
    await bot.send_message(chat.id, "free")


async def test_a_group_takes_twenty_messages_a_minute(bot: Bot, world: World, ann: User) -> None:
    group = world.group("Friends", ann)
    world.clock.freeze()
    for number in range(GROUP_A_MINUTE):
        await bot.send_message(group.id, f"{number}")
        world.clock.advance(1)
    with pytest.raises(RetryAfter) as refused:
        await bot.send_message(group.id, "one more")
    assert refused.value.retry_after == timedelta(seconds=40)


async def test_who_blocked_the_bot_is_not_reached(
    bot: Bot, chat: Chat, ann: User, world: World
) -> None:
    world.block(ann)
    with pytest.raises(Forbidden, match="bot was blocked by the user"):
        await bot.send_message(chat.id, "Hello?")
    world.block(ann, blocked=False)
    await bot.send_message(chat.id, "Hello")


async def test_who_never_wrote_cannot_be_written_to(bot: Bot, world: World) -> None:
    bob = world.private(world.user("Bob"))
    with pytest.raises(Forbidden, match="initiate conversation"):
        await bot.send_message(bob.id, "Hello")
    with pytest.raises(BadRequest, match=r"(?i)chat not found"):
        await bot.send_message(404, "Hello")


async def test_a_group_that_became_a_supergroup_names_the_new_one(
    bot: Bot, world: World, ann: User
) -> None:
    group = world.group("Friends", ann)
    new = world.migrate(ann, group)
    with pytest.raises(ChatMigrated) as moved:
        await bot.send_message(group.id, "Hello")
    assert moved.value.new_chat_id == new.id
    await bot.send_message(new.id, "Hello")


async def test_drafts_stream_in_private_chats_alone(
    bot: Bot, chat: Chat, world: World, ann: User
) -> None:
    for text in ("", "Hel", "Hello"):
        await bot.send_message_draft(chat.id, 7, text)
    assert chat.drafts == {7: ["", "Hel", "Hello"]}
    with pytest.raises(BadRequest, match=r"(?i)peer"):
        await bot.send_message_draft(world.group("Friends", ann).id, 7, "Hello")
    world.has_drafts = False
    with pytest.raises((EndPointNotFound, InvalidToken)):
        await bot.send_message_draft(chat.id, 7, "Hello")


async def test_files_go_both_ways(bot: Bot, chat: Chat, world: World, ann: User) -> None:
    sent = await bot.send_document(chat.id, b"all that I kept", caption="Yours", filename="a.txt")
    assert sent.document is not None
    assert world.files[sent.document.file_id].name == "a.txt"
    with pytest.raises(BadRequest, match="caption is too long"):
        await bot.send_photo(chat.id, b"picture", caption="a" * 1025)
    photo = world.attach(ann, chat, "photo", b"a cat")["photo"][0]
    file = await bot.get_file(photo["file_id"])
    assert await file.download_as_bytearray() == b"a cat"


async def test_the_menu_is_kept_per_scope_and_language(bot: Bot, chat: Chat) -> None:
    english, chinese = [BotCommand("help", "Help")], [BotCommand("help", "帮助")]
    own = [BotCommand("pause", "Pause")]
    await bot.set_my_commands(english)
    await bot.set_my_commands(chinese, language_code="zh")
    await bot.set_my_commands(own, scope=BotCommandScopeChat(chat.id))
    assert list(await bot.get_my_commands()) == english
    assert list(await bot.get_my_commands(language_code="zh")) == chinese
    assert list(await bot.get_my_commands(scope=BotCommandScopeChat(chat.id))) == own
    with pytest.raises(BadRequest, match=r"(?i)BOT_COMMAND_INVALID"):
        await bot.set_my_commands([BotCommand("Hello!", "Help")])


async def test_topics_are_told_apart(bot: Bot, world: World, ann: User) -> None:
    forum = world.supergroup("Forum", ann, forum=True)
    topic = world.topic(forum, "Cats")
    sent = await bot.send_message(forum.id, "Meow", message_thread_id=topic)
    assert sent.message_thread_id == topic
    with pytest.raises(BadRequest, match=r"(?i)thread not found"):
        await bot.send_message(forum.id, "Meow", message_thread_id=99)


async def test_buttons_with_too_much_data_are_refused(bot: Bot, chat: Chat) -> None:
    for data in ("a" * 65, "中" * 22):
        keys = InlineKeyboardMarkup([[InlineKeyboardButton("Yes", callback_data=data)]])
        with pytest.raises(BadRequest, match=r"(?i)BUTTON_DATA_INVALID"):
            await bot.send_message(chat.id, "Well?", reply_markup=keys)


async def test_a_message_does_not_show_that_it_asked_for_a_reply(bot: Bot, chat: Chat) -> None:
    sent = await bot.send_message(chat.id, "Well?", reply_markup=ForceReply())
    assert sent.reply_markup is None


async def test_an_answer_can_be_lost_though_the_message_was_sent(
    telegram: TelegramServer, bot: Bot, chat: Chat, world: World
) -> None:
    telegram.lose_answers("sendMessage")
    with pytest.raises(NetworkError):
        await bot.send_message(chat.id, "Hello")
    assert [one["text"] for one in world.replies(chat)] == ["Hello"]


async def test_small_questions_are_answered(bot: Bot, chat: Chat, ann: User, world: World) -> None:
    await bot.send_chat_action(chat.id, "typing")
    assert chat.actions == ["typing"]
    with pytest.raises(BadRequest, match=r"(?i)wrong parameter action"):
        await bot.send_chat_action(chat.id, "dancing")
    group = world.group("Friends", ann)
    assert (await bot.get_chat(group.id)).title == "Friends"
    assert (await bot.get_chat_member(group.id, ann.id)).status == "member"
    assert await bot.leave_chat(group.id)
    with pytest.raises(Forbidden):
        await bot.send_message(group.id, "Still here?")
    await bot.set_my_description("A friend", language_code="en")
    assert (await bot.get_my_description("en")).description == "A friend"
    sent = await bot.send_message(chat.id, "Oops")
    assert await bot.delete_message(chat.id, sent.message_id)
    with pytest.raises(BadRequest, match=r"(?i)not found"):
        await bot.delete_message(chat.id, sent.message_id)
    with pytest.raises(BadRequest, match=r"(?i)query is too old"):
        await bot.answer_callback_query("404")
