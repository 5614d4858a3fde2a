"""Commands and buttons."""

import json

import pytest

from bots.desk.commands import COMMANDS
from brain.ids import PersonId
from brain.languages import languages
from brain.messages import Scope
from brain.texts import say
from tests.bots.telegram.conftest import Open
from tests.bots.telegram.rig import CONSENT, Rig, labels
from tests.platforms.telegram.records import Chat, Json, User
from tests.platforms.telegram.world import World


def menus(world: World) -> dict[tuple[str, str], list[str]]:
    """What setMyCommands said, by scope and language."""
    found = {}
    for call in world.called("setMyCommands", ok=True):
        scope = json.loads(call.params["scope"])
        key = (str(scope.get("chat_id", scope["type"])), call.params.get("language_code", ""))
        found[key] = [command["command"] for command in json.loads(call.params["commands"])]
    return found


async def told(rig: Rig, world: World, ann: User, chat: Chat, *texts: str) -> None:
    """Ann says so much."""
    before = len(world.replies(chat))
    for number, text in enumerate(texts, start=1):
        world.say(ann, chat, text)
        await world.reply(chat, count=before + number)
    await rig.settled()


async def pressed(rig: Rig, world: World, user: User, message: Json, button: str) -> str:
    """The button is pressed and answered; gives the query's id."""
    query = world.press(user, message, button)
    await world.until(lambda: world.answers[query])
    await rig.settled()
    return query


async def test_the_menu_is_set_for_every_language(open_bot: Open, world: World) -> None:
    owner = world.user("Ona")
    world.private(owner)
    rig = await open_bot(access={"owners": f"telegram:{owner.id},discord:1"})
    await world.until(lambda: len(menus(world)) == 3 * len(languages()))
    managers = [command.name for command in COMMANDS if not command.for_owner]
    found = menus(world)
    assert found["default", ""] == found["default", "zh"]
    assert "memories" in found["default", ""]
    assert found["all_chat_administrators", "zh"] == managers
    assert "settings" in set(managers) - set(found["default", ""])
    assert found[str(owner.id), ""] == [command.name for command in COMMANDS]
    assert rig.platform is not None


async def test_start_greets_and_says_what_is_kept(rig: Rig, world: World) -> None:
    bob = world.user("Bob")
    chat = world.private(bob)
    world.say(bob, chat, "/start")
    assert CONSENT in (await world.reply(chat))["text"]
    world.say(bob, chat, "Hello")
    await world.reply(chat, count=2)
    assert rig.texts(chat)[1] == "I see."


async def test_memories_are_leafed_through_opened_and_pinned(
    rig: Rig, world: World, ann: User, chat: Chat
) -> None:
    await told(rig, world, ann, chat, *(f"Fact number {n} about tea." for n in range(7)))
    world.say(ann, chat, "/memories")
    page = await world.reply(chat, count=8)
    assert "number 6" in page["text"]
    await pressed(rig, world, ann, page, "older")
    assert "number 0" in page["text"]
    await pressed(rig, world, ann, page, "1")
    await pressed(rig, world, ann, page, "pin")
    assert "unpin" in labels(page)
    assert sum(memory.pinned for memory in await rig.remembered(ann)) == 1
    assert len(world.replies(chat)) == 8


async def test_the_curves_come_as_a_picture_and_go_again(
    rig: Rig, world: World, ann: User, chat: Chat
) -> None:
    pytest.importorskip("matplotlib")
    await told(rig, world, ann, chat, "I like tea.")
    world.say(ann, chat, "/memories")
    page = await world.reply(chat, count=2)
    await pressed(rig, world, ann, page, "curves")
    picture = await world.until(lambda: [one for one in world.replies(chat) if "photo" in one])
    assert page["message_id"] not in chat.messages
    await pressed(rig, world, ann, picture[0], "all")
    assert "tea" in world.replies(chat)[-1]["text"]
    assert not [one for one in world.replies(chat) if "photo" in one]


async def test_what_is_forgotten_is_shown_first_and_can_be_undone(
    rig: Rig, world: World, ann: User, chat: Chat
) -> None:
    await told(rig, world, ann, chat, "My cat is called Mochi.", "I like tea.")
    world.say(ann, chat, "/forget Mochi")
    asked = await world.reply(chat, count=3)
    assert "Mochi" in asked["text"]
    assert len(await rig.remembered(ann)) == 2
    await pressed(rig, world, ann, asked, "forget")
    assert [turn.text for turn in await rig.remembered(ann)] == ["I like tea."]
    await pressed(rig, world, ann, asked, "undo")
    assert len(await rig.remembered(ann)) == 2


async def test_a_memory_is_corrected_by_a_reply_to_the_question(
    rig: Rig, world: World, ann: User, chat: Chat
) -> None:
    await told(rig, world, ann, chat, "My cat is called Mango.", "I like tea.")
    world.say(ann, chat, "/correct cat Mango")
    chosen = await world.reply(chat, count=3)
    line = next(line for line in chosen["text"].splitlines()[1:] if "Mango" in line)
    await pressed(rig, world, ann, chosen, line.partition(".")[0])
    question = await world.reply(chat, count=4)
    assert "Mango" in question["text"]
    assert say("en", "correct-how") in question["text"]
    assert asks(world)
    # Answers are understood after a restart, and a mistake may be mended.
    await rig.stop()
    await rig.start()
    world.say(ann, chat, "My cat is called Mango.", reply_to=question)
    again = await world.reply(chat, count=5)
    assert "already" in again["text"]
    assert asks(world)
    world.say(ann, chat, "My cat is called Miso.", reply_to=again)
    done = await world.reply(chat, count=6)
    assert "Miso" in done["text"]
    turns = {turn.text for turn in await rig.remembered(ann)}
    assert turns == {"My cat is called Miso.", "I like tea."}
    # What is said later to the old question is talk.
    await rig.settled()
    quoted = "\n".join(f"> {line}" for line in question["text"].split("\n"))
    world.say(ann, chat, "Thank you!", reply_to=question)
    await world.reply(chat, count=7)
    await rig.settled()
    assert {turn.text for turn in await rig.remembered(ann)} == turns | {
        f"> [Quoted from the companion]\n{quoted}\n\nThank you!"
    }
    await pressed(rig, world, ann, done, "undo")
    assert "My cat is called Mango." in {turn.text for turn in await rig.remembered(ann)}


async def test_an_id_and_new_words_correct_in_one_line(
    rig: Rig, world: World, ann: User, chat: Chat
) -> None:
    await told(rig, world, ann, chat, "My cat is called Mango.")
    [turn] = await rig.remembered(ann)
    world.say(ann, chat, f"/correct {turn.id[:8]} My cat is called Miso.")
    assert "Miso" in (await world.reply(chat, count=2))["text"]
    assert [turn.text for turn in await rig.remembered(ann)] == ["My cat is called Miso."]


async def test_a_correction_from_a_group_is_asked_for_in_private_and_sees_the_group_alone(
    rig: Rig, world: World, ann: User, chat: Chat
) -> None:
    await told(rig, world, ann, chat, "My secret cat is called Mango.")
    group = world.group("Home", ann)
    world.say(ann, group, f"@{world.bot.username} Our dog is called Rex.")
    await world.reply(group)
    await rig.settled()
    world.say(ann, group, "/correct")
    chosen = await world.reply(chat, count=2)
    assert "Rex" in chosen["text"]
    assert "Mango" not in chosen["text"]
    await pressed(rig, world, ann, chosen, "1")
    question = await world.reply(chat, count=3)
    world.say(ann, chat, "Our dog is called Max.", reply_to=question)
    done = await world.reply(chat, count=4)
    assert "Max" in done["text"]
    texts = {turn.text for turn in await rig.remembered(ann)}
    assert texts == {"My secret cat is called Mango.", "Our dog is called Max."}


def asks(world: World) -> bool:
    """Whether the last message asks for a reply."""
    return '"force_reply"' in world.called("sendMessage", ok=True)[-1].params["reply_markup"]


async def test_buttons_survive_a_restart(rig: Rig, world: World, ann: User, chat: Chat) -> None:
    await told(rig, world, ann, chat, "My cat is called Mochi.")
    world.say(ann, chat, "/forget Mochi")
    asked = await world.reply(chat, count=2)
    await rig.stop()
    await rig.start()
    await pressed(rig, world, ann, asked, "forget")
    assert await rig.remembered(ann) == []


async def test_a_made_up_button_gets_a_kind_line(
    rig: Rig, world: World, ann: User, chat: Chat
) -> None:
    await told(rig, world, ann, chat, "Hello")
    message = world.put(world.bot, chat, {"text": "Old"})
    query = world.query(ann, "fe|everything|AAAAAAAAAAAA", message)
    await world.until(lambda: world.answers[query])
    await rig.settled()
    assert "no longer good" in message["text"]
    assert len(await rig.remembered(ann)) == 1


async def test_the_button_of_a_deleted_message_is_answered_below(
    rig: Rig, world: World, ann: User, chat: Chat
) -> None:
    await told(rig, world, ann, chat, "I like tea.")
    world.say(ann, chat, "/memories")
    page = await world.reply(chat, count=2)
    del chat.messages[page["message_id"]]
    await pressed(rig, world, ann, page, "1")
    assert "tea" in world.replies(chat)[-1]["text"]


async def test_an_export_is_a_file(rig: Rig, world: World, ann: User, chat: Chat) -> None:
    await told(rig, world, ann, chat, "My cat is called Mochi.")
    world.say(ann, chat, "/export")
    sent = await world.reply(chat, count=2)
    assert sent["document"]["file_name"].endswith(".jsonl")
    assert b"Mochi" in world.files[sent["document"]["file_id"]].data


async def test_in_a_group_private_screens_go_to_the_private_chat(
    rig: Rig, world: World, ann: User, chat: Chat
) -> None:
    bob = world.user("Bob")
    group = world.group("Friends", ann, bob)
    await told(rig, world, ann, chat, "A secret.")
    await told(rig, world, ann, group, "@friend_bot The party is on Friday.")
    world.say(ann, group, "/memories@friend_bot")
    line = await world.reply(group, count=2)
    assert "private chat" in line["text"]
    page = await world.reply(chat, count=2)
    assert page["text"].startswith("About “Friends”")
    assert "Friday" in page["text"]
    assert "secret" not in page["text"]
    # It goes on being about the group, in private and after a restart.
    await rig.stop()
    await rig.start()
    await pressed(rig, world, ann, page, "1")
    assert page["text"].startswith("About “Friends”")
    assert "Friday" in page["text"]
    await pressed(rig, world, ann, page, "forget")
    await pressed(rig, world, ann, page, "forget")
    assert [turn.text for turn in await rig.remembered(ann)] == ["A secret."]


async def test_who_never_wrote_to_it_is_asked_to_do_so_first(rig: Rig, world: World) -> None:
    bob, eve = world.user("Bob"), world.user("Eve")
    world.private(bob)
    group = world.group("Friends", bob, eve)
    # Telegram refuses in two ways: one has an empty chat with the bot, the other none at all.
    for number, user in enumerate([bob, eve], start=1):
        world.say(user, group, "/privacy@friend_bot")
        line = await world.reply(group, count=number)
        assert "https://t.me/friend_bot" in line["text"]
    assert rig.texts(world.private(bob)) == []


async def test_commands_of_other_bots_are_passed_over(
    rig: Rig, world: World, ann: User, chat: Chat
) -> None:
    world.privacy_mode = False
    group = world.group("Friends", ann)
    world.say(ann, group, "/roll 6")
    world.say(ann, group, "/help@other_bot")
    await rig.settled()
    assert rig.texts(group) == []
    world.say(ann, chat, "/roll 6")
    assert "/roll" in (await world.reply(chat))["text"]


async def test_words_behind_a_command_are_its_options(world: World, ann: User, chat: Chat) -> None:
    world.say(ann, chat, "/remember my sister is called Ida")
    assert "Ida" in (await world.reply(chat))["text"]
    world.say(ann, chat, "/memories fact Ida")
    assert "Ida" in (await world.reply(chat, count=2))["text"]
    world.say(ann, chat, "/memories sister")
    assert "Ida" in (await world.reply(chat, count=3))["text"]


async def test_an_administrator_makes_a_group_one_where_it_answers_to_all(
    rig: Rig, world: World, ann: User, chat: Chat
) -> None:
    world.say(ann, chat, "/help")
    await world.reply(chat)
    world.privacy_mode = False
    group = world.group("Friends", ann)
    world.say(ann, group, "/settings free on")
    await world.until(lambda: rig.texts(group))
    world.say(ann, group, "Not to you")
    await rig.settled()
    assert not rig.generator.asked
    group.administrators.add(ann.id)
    world.say(ann, group, "/settings free on")
    await rig.settled()
    world.say(ann, group, "To everybody")
    await world.until(lambda: rig.generator.asked)


async def test_what_is_forgotten_altogether_leaves_nothing(
    rig: Rig, world: World, ann: User, chat: Chat
) -> None:
    await told(rig, world, ann, chat, "My cat is called Mochi.")
    world.say(ann, chat, "/forget everything")
    asked = await world.reply(chat, count=2)
    await pressed(rig, world, ann, asked, "erase for good")
    scope = Scope.everything_of(PersonId(f"telegram:{ann.id}"))
    for archived in (False, True):
        page = await rig.store.page(scope, limit=9, archived=archived)
        assert page.memories == ()
