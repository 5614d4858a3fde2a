"""How a reply gets to where it is read: growing, in pieces, at a lawful rate, and never twice."""

import asyncio
import json
from functools import partial

import pytest

from brain.languages import languages
from tests.bots.telegram.conftest import Open
from tests.bots.telegram.rig import Rig
from tests.platforms.telegram.records import Chat, User
from tests.platforms.telegram.server import TelegramServer
from tests.platforms.telegram.world import World

LONG = "One sentence of many. " * 400


def units(text: str) -> int:
    """Its length as Telegram counts."""
    return len(text.encode("utf-16-le")) // 2


def _more_than(count: int, world: World) -> bool:
    return len(world.calls) > count


async def seen(rig: Rig, world: World) -> tuple[User, Chat]:
    """Somebody who knows what is kept, and their private chat."""
    user = world.user("Ann")
    await rig.introduce(user)
    return user, world.private(user)


async def test_in_a_private_chat_a_reply_grows_as_a_draft(open_bot: Open, world: World) -> None:
    rig = await open_bot(draft_after_s=0.0)
    ann, chat = await seen(rig, world)
    more, end = asyncio.Event(), asyncio.Event()
    rig.says(["Once", more, " upon", end, " a **time**"])
    world.say(ann, chat, "A story?")
    await world.until(lambda: list(chat.drafts.values()) == [["Once"]])
    more.set()
    await world.until(lambda: list(chat.drafts.values()) == [["Once", "Once upon"]])
    assert world.replies(chat) == []
    end.set()
    reply = await world.reply(chat)
    assert reply["text"] == "Once upon a time"
    assert [entity["type"] for entity in reply["entities"]] == ["bold"]
    assert not world.called("editMessageText")


@pytest.mark.parametrize("where", ["group", "old server"])
async def test_elsewhere_a_reply_grows_by_edits(open_bot: Open, world: World, where: str) -> None:
    world.has_drafts = where == "group"
    rig = await open_bot(draft_after_s=0.0)
    ann, chat = await seen(rig, world)
    place = world.group("Friends", ann) if where == "group" else chat
    more, end = asyncio.Event(), asyncio.Event()
    rig.says(["Once", more, " upon", end, " a time"])
    world.say(ann, place, "@friend_bot A story?")
    message = await world.reply(place)
    more.set()
    await world.until(lambda: message["text"] == "Once upon")
    end.set()
    await world.until(lambda: message["text"] == "Once upon a time")
    assert place.versions[message["message_id"]] == ["Once", "Once upon", "Once upon a time"]
    assert len(world.replies(place)) == 1
    assert not world.called("editMessageText", ok=False)
    await rig.settled()


async def test_the_last_draft_is_not_edited_when_nothing_changed(
    open_bot: Open, world: World
) -> None:
    rig = await open_bot(draft_after_s=0.0)
    ann, _ = await seen(rig, world)
    group = world.group("Friends", ann)
    end = asyncio.Event()
    rig.says(["All of it", end])
    world.say(ann, group, "@friend_bot tell me")
    await world.reply(group)
    end.set()
    await rig.settled()
    assert not world.called("editMessageText")


async def test_drafts_in_a_group_leave_room_for_replies(open_bot: Open, world: World) -> None:
    rig = await open_bot(draft_after_s=0.0)
    ann, _ = await seen(rig, world)
    world.flood.enforced = True
    group = world.group("Friends", ann)
    steps: list[str | asyncio.Event] = []
    events = [asyncio.Event() for _ in range(40)]
    for event in events:
        steps += ["word ", event]
    rig.says([*steps, "end"])
    world.say(ann, group, "@friend_bot tell me")
    message = await world.reply(group)
    for number, event in enumerate(events, start=2):
        before = len(world.calls)
        event.set()
        if number <= 4:
            await world.until(partial(_more_than, before, world))
    await world.until(lambda: message["text"].endswith("end"))
    await rig.settled()
    sent = len(world.called("sendMessage", ok=True)) + len(world.called("editMessageText", ok=True))
    assert sent < 20


async def test_it_types_while_it_thinks_and_not_after(open_bot: Open, world: World) -> None:
    rig = await open_bot(draft_after_s=0.0, typing_every_s=600.0)
    ann, chat = await seen(rig, world)
    end = asyncio.Event()
    rig.says([end, "Done."])
    world.say(ann, chat, "Think")
    await world.until(lambda: chat.actions == ["typing"])
    end.set()
    await world.reply(chat)
    await rig.settled()
    assert chat.actions == ["typing"]


async def test_an_instant_reply_needs_one_call(
    rig: Rig, world: World, ann: User, chat: Chat
) -> None:
    # Once for everybody and once for administrators, in each language.
    await world.until(lambda: len(world.called("setMyCommands")) == 2 * len(languages()))
    before = len(world.calls)
    world.say(ann, chat, "Quick")
    await world.reply(chat)
    await rig.settled()
    after = [call.method for call in world.calls[before:] if call.method != "getUpdates"]
    assert after == ["sendMessage"]


@pytest.mark.parametrize("text", [LONG, "😀" * 5000, "𠀋你好。" * 3000, "```py\n" + LONG + "\n```"])
async def test_a_long_reply_comes_in_whole_messages(
    rig: Rig, world: World, ann: User, chat: Chat, text: str
) -> None:
    rig.says([text])
    world.say(ann, chat, "At length, please")
    await world.until(lambda: "".join(rig.texts(chat)) and not world.queue)
    await rig.settled()
    texts = rig.texts(chat)
    assert len(texts) > 1
    assert all(units(one) <= 4096 for one in texts)
    plain = "".join(text.removeprefix("```py").removesuffix("```").split())
    assert "".join("".join(texts).split()) == plain


async def test_a_long_draft_becomes_the_same_messages(open_bot: Open, world: World) -> None:
    world.has_drafts = False
    rig = await open_bot(draft_after_s=0.0)
    ann, chat = await seen(rig, world)
    end = asyncio.Event()
    rig.says([LONG, end, "The end."])
    world.say(ann, chat, "At length, please")
    await world.reply(chat, count=3)
    end.set()
    await world.until(lambda: rig.texts(chat)[-1].endswith("The end."))
    await rig.settled()
    assert "".join("".join(rig.texts(chat)).split()) == "".join(f"{LONG}The end.".split())


async def test_refused_formatting_is_sent_plain_without_escapes(
    telegram: TelegramServer, rig: Rig, world: World, ann: User, chat: Chat
) -> None:
    rig.says(["**Bold** and 1.5 * 2 = 3! (so)"])
    telegram.refuse("sendMessage", 400, "Bad Request: can't parse entities: too fancy")
    world.say(ann, chat, "Hello")
    reply = await world.reply(chat)
    assert reply["text"] == "Bold and 1.5 * 2 = 3! (so)"
    assert "entities" not in reply


async def test_too_many_requests_are_waited_for_and_keep_their_formatting(
    telegram: TelegramServer, rig: Rig, world: World, ann: User, chat: Chat
) -> None:
    rig.says(["**Bold**"])
    telegram.refuse("sendMessage", 429, "Too Many Requests: retry after 7", times=3, retry_after=7)
    world.say(ann, chat, "Hello")
    reply = await world.reply(chat)
    assert reply["entities"]
    assert [call.status for call in world.called("sendMessage")] == [429, 429, 429, 200]
    given = [json.loads(call.params["entities"]) for call in world.called("sendMessage")]
    assert all(given)


async def test_a_draft_that_is_too_much_is_shown_later(
    telegram: TelegramServer, open_bot: Open, world: World
) -> None:
    rig = await open_bot(draft_after_s=0.0)
    ann, chat = await seen(rig, world)
    telegram.refuse("sendMessageDraft", 429, "Too Many Requests: retry after 3", retry_after=3)
    end = asyncio.Event()
    rig.says(["Once", end, " upon"])
    world.say(ann, chat, "A story?")
    await world.until(lambda: chat.drafts)
    end.set()
    assert (await world.reply(chat))["text"] == "Once upon"
    assert len(world.called("sendMessageDraft", ok=False)) == 1


async def test_a_reply_whose_answer_was_lost_is_said_once_and_owned_up_to(
    telegram: TelegramServer, rig: Rig, world: World, ann: User, chat: Chat
) -> None:
    telegram.lose_answers("sendMessage")
    world.say(ann, chat, "Hello")
    await world.reply(chat, count=2)
    await rig.settled()
    reply, owned = rig.texts(chat)
    assert reply == "I see."
    assert "line broke" in owned
    assert [turn.reply for turn in await rig.remembered(ann)] == ["I see."]


async def test_an_edit_whose_answer_was_lost_is_made_again(
    telegram: TelegramServer, open_bot: Open, world: World
) -> None:
    rig = await open_bot(draft_after_s=0.0)
    ann, _ = await seen(rig, world)
    group = world.group("Friends", ann)
    end = asyncio.Event()
    rig.says(["Once", end, " upon"])
    world.say(ann, group, "@friend_bot A story?")
    message = await world.reply(group)
    telegram.lose_answers("editMessageText")
    end.set()
    await world.until(lambda: message["text"] == "Once upon")
    await rig.settled()
    assert rig.texts(group) == ["Once upon"]


async def test_a_refused_gateway_is_asked_again(
    telegram: TelegramServer, rig: Rig, world: World, ann: User, chat: Chat
) -> None:
    telegram.refuse("sendMessage", 502, "Bad Gateway", times=3)
    world.say(ann, chat, "Hello")
    await world.reply(chat)
    await rig.settled()
    assert rig.texts(chat) == ["I see."]


async def test_who_blocks_the_bot_is_left_alone(
    rig: Rig, world: World, ann: User, chat: Chat
) -> None:
    end = asyncio.Event()
    rig.says([end, "Are you there?"])
    world.say(ann, chat, "Hello")
    await world.until(lambda: rig.generator.asked)
    world.block(ann)
    end.set()
    await rig.settled()
    assert len(world.called("sendMessage", ok=False)) == 1
    assert rig.texts(chat) == []
    assert [turn.reply for turn in await rig.remembered(ann)] == ["Are you there?"]
    world.block(ann, blocked=False)
    world.say(ann, chat, "Here I am again")
    await world.reply(chat)


async def test_a_message_that_was_deleted_is_answered_all_the_same(
    rig: Rig, world: World, ann: User
) -> None:
    group = world.group("Friends", ann)
    end = asyncio.Event()
    rig.says([end, "Gone?"])
    said = world.say(ann, group, "@friend_bot hello")
    await world.until(lambda: rig.generator.asked)
    del group.messages[said["message_id"]]
    end.set()
    assert (await world.reply(group))["text"] == "Gone?"


async def test_a_reply_of_nothing_visible_becomes_words(
    rig: Rig, world: World, ann: User, chat: Chat
) -> None:
    rig.says(["\u200b"])
    world.say(ann, chat, "Hello")
    assert "no words" in (await world.reply(chat))["text"]


async def test_a_model_that_fails_is_owned_up_to(
    rig: Rig, world: World, ann: User, chat: Chat
) -> None:
    rig.says(["Half a", RuntimeError("broken")])
    world.say(ann, chat, "Hello")
    assert "went wrong" in (await world.reply(chat))["text"]


async def test_beyond_a_message_a_draft_goes_on_in_the_next_one(
    open_bot: Open, world: World
) -> None:
    rig = await open_bot(draft_after_s=0.0)
    ann, chat = await seen(rig, world)
    more, end = asyncio.Event(), asyncio.Event()
    rig.says([LONG[:4_000], more, LONG[:4_000], end, "The **end**."])
    world.say(ann, chat, "A story?")
    await world.until(lambda: chat.drafts)
    assert world.replies(chat) == []
    more.set()
    message = await world.reply(chat)
    [drafts] = chat.drafts.values()
    await world.until(lambda: len(drafts) > 1)
    begin, goes_on = str(message["text"]), drafts[-1]
    whole = "".join(f"{LONG[:4_000] * 2}The end.".split())
    assert whole.startswith("".join(f"{begin}{goes_on}".split()))
    end.set()
    await world.reply(chat, count=2)
    await rig.settled()
    assert "".join(rig.texts(chat)).replace(" ", "") == whole
    assert rig.texts(chat)[0] == begin
    assert not world.called("editMessageText")
