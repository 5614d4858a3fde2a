"""People write, and the bot answers: in DMs, servers and threads, each in its order."""

import asyncio

import pytest

from brain.errors import GeneratorBusy
from brain.texts import say
from tests.bots.discord.conftest import Open
from tests.bots.discord.rig import Rig
from tests.platforms.discord.records import Channel, User
from tests.platforms.discord.world import World


async def test_a_dm_is_answered_and_remembered(world: World, rig: Rig) -> None:
    ann = world.user("Ann")
    rig.says(["Hello ", "Ann."])

    world.dm(ann, "I have a cat called Mochi.")
    await world.until(lambda: rig.said(ann) == ["Hello Ann."])
    await rig.stop()

    [turn] = await rig.remembered(ann)
    assert (turn.text, turn.reply) == ("I have a cat called Mochi.", "Hello Ann.")


async def test_the_first_contact_tells_what_is_kept_once(world: World, rig: Rig) -> None:
    ann = world.user("Ann")

    for text in ("one", "two"):
        world.dm(ann, text)
    await world.until(lambda: len(rig.said(ann)) == 2)

    assert len(world.replies(ann)) == 3


@pytest.mark.parametrize(
    "text", ["{me} hello", "hello {me}", "hello @everyone {me}", "well, {me}, hello"]
)
async def test_in_a_server_the_bot_answers_who_mentions_it(
    world: World, rig: Rig, text: str
) -> None:
    ann, channel = _in_server(world)

    sent = world.say(ann, channel, text.format(me=world.bot.mention))
    await world.until(lambda: rig.said(channel))
    await rig.stop()

    assert rig.answers(channel)[0].reply_to is sent or world.replies(channel)[0].reply_to is sent
    [turn] = await rig.remembered(ann)
    assert "hello" in turn.text
    assert "<@" not in turn.text


async def test_the_bot_is_silent_where_it_is_not_meant(world: World, rig: Rig) -> None:
    ann, channel = _in_server(world)
    bot = world.user("Other", bot=True)
    assert channel.guild is not None
    channel.guild.members[bot.id] = bot
    other = world.say(ann, channel, "just talking")

    world.say(ann, channel, "@everyone listen")
    world.say(ann, channel, "a reply to somebody else", reply_to=other)
    world.say(bot, channel, f"{world.bot.mention} beep")
    world.say(ann, channel, f"{world.bot.mention} and now you")
    await world.until(lambda: rig.said(channel))
    await rig.stop()

    assert len(rig.said(channel)) == 1
    assert [turn.text for turn in await rig.remembered(ann)] == ["and now you"]


async def test_everybody_and_roles_call_it_where_the_settings_say_so(
    world: World, open_bot: Open
) -> None:
    ann = world.user("Ann")
    guild = world.guild("Home", ann)
    rig = await open_bot(answer_pings=True)
    channel = world.channel(guild, "general")

    world.say(ann, channel, "@everyone listen")

    await world.until(lambda: rig.said(channel))


@pytest.mark.parametrize("ping", [True, False])
async def test_a_reply_to_the_bot_means_it(world: World, rig: Rig, *, ping: bool) -> None:
    ann, channel = _in_server(world)
    world.say(ann, channel, f"{world.bot.mention} hello")
    await world.until(lambda: rig.said(channel))

    world.say(ann, channel, "and more", reply_to=rig.answers(channel)[0], ping_reply=ping)

    await world.until(lambda: len(rig.said(channel)) == 2)


async def test_free_channels_and_their_threads_need_no_mention(
    world: World, open_bot: Open
) -> None:
    ann, channel = _in_server(world)
    thread = world.thread(channel, "tea")
    rig = await open_bot(free_channels=(str(channel.id),))

    world.say(ann, channel, "in the channel")
    world.say(ann, thread, "in the thread")

    await world.until(lambda: rig.said(channel) and rig.said(thread))


async def test_each_thread_is_a_conversation_of_its_own(world: World, rig: Rig) -> None:
    ann, channel = _in_server(world)
    tea, rice = world.thread(channel, "tea"), world.thread(channel, "rice")
    world.say(ann, tea, f"{world.bot.mention} green tea")
    await world.until(lambda: rig.said(tea))

    world.say(ann, rice, f"{world.bot.mention} brown rice")
    await world.until(lambda: rig.said(rice))

    assert "green tea" not in str(rig.generator.asked[-1])
    places = {turn.place for turn in await rig.remembered(ann)}
    assert places == {f"discord:{tea.id}", f"discord:{rice.id}"}


async def test_what_was_said_in_private_does_not_come_up_in_a_server(
    world: World, rig: Rig
) -> None:
    ann, channel = _in_server(world)
    world.dm(ann, "My secret is the treehouse.")
    await world.until(lambda: rig.said(ann))

    world.say(ann, channel, f"{world.bot.mention} what is my secret about the treehouse?")
    await world.until(lambda: rig.said(channel))

    assert "My secret is the treehouse." not in str(rig.generator.asked[-1])


async def test_messages_that_arrive_while_it_answers_wait_in_order(world: World, rig: Rig) -> None:
    ann = world.user("Ann")
    await rig.introduce(ann)
    go = asyncio.Event()
    rig.says(["one", go], ["two"], ["three"])

    for text in ("first", "second", "third"):
        world.dm(ann, text)
    await world.until(lambda: rig.generator.asked)
    go.set()
    await world.until(lambda: len(rig.said(ann)) == 3)
    await rig.stop()

    assert rig.said(ann) == ["one", "two", "three"]
    asked = [prompt[-1].content for prompt in rig.generator.asked]
    assert [text in asked[n] for n, text in enumerate(("first", "second", "third"))] == [True] * 3


async def test_a_hundred_people_at_once_are_all_answered(world: World, open_bot: Open) -> None:
    people = [world.user(f"P{number}") for number in range(100)]
    channel = world.channel(world.guild("Home", *people), "general")
    rig = await open_bot(free_channels=(str(channel.id),))
    await rig.introduce(*people)

    for person in people:
        world.dm(person, "hello")
        world.say(person, channel, "hello all")

    await world.until(
        lambda: all(rig.said(person) for person in people) and len(rig.said(channel)) == 100,
        seconds=40,
    )
    assert all(len(rig.said(person)) == 1 for person in people)


async def test_names_stand_in_the_place_of_marks(world: World, rig: Rig) -> None:
    ann, channel = _in_server(world)
    ben = world.user("Ben")
    assert channel.guild is not None
    channel.guild.members[ben.id] = ben

    text = f"{world.bot.mention} {ben.mention} likes <:tea:123> in <#{channel.id}>"
    world.say(ann, channel, text)
    await world.until(lambda: rig.said(channel))
    await rig.stop()

    [turn] = await rig.remembered(ann)
    assert turn.text == "@Ben likes :tea: in #general"


async def test_its_own_words_ping_nobody(world: World, rig: Rig) -> None:
    ann, channel = _in_server(world)
    rig.says([f"@everyone {ann.mention}"])

    world.say(ann, channel, f"{world.bot.mention} wake them")
    await world.until(lambda: rig.said(channel))

    assert all(not found.pings for found in world.replies(channel))


async def test_an_error_of_the_model_is_told_in_the_language_of_the_person(
    world: World, rig: Rig
) -> None:
    ann = world.user("Ann")
    await rig.introduce(ann)
    rig.says([GeneratorBusy(model="a script")])

    world.dm(ann, "今天天气怎么样？我想出去走走。")

    [line] = await world.until(lambda: rig.said(ann))
    assert any("\u4e00" <= character <= "\u9fff" for character in line)


async def test_who_is_blocked_hears_nothing(world: World, open_bot: Open) -> None:
    ann, ben = world.user("Ann"), world.user("Ben")
    access = {"block_people": [f"discord:{ann.id}"], "when_refused": "silence"}
    rig = await open_bot(access=access)

    world.dm(ann, "hello?")
    world.dm(ben, "hello")
    await world.until(lambda: rig.said(ben))
    await rig.stop()

    assert world.replies(ann) == []


async def test_roles_and_threads_are_seen_by_the_rules(world: World, open_bot: Open) -> None:
    ann, ben = world.user("Ann"), world.user("Ben")
    guild = world.guild("Home", ann, ben)
    role = world.role(guild, "friends", ann)
    channel, closed = world.channel(guild, "general"), world.channel(guild, "closed")
    thread = world.thread(closed, "below")
    access = {
        "allow_roles": [str(role.id)],
        "block_places": [f"discord:{closed.id}"],
        "when_refused": "silence",
    }
    rig = await open_bot(access=access)
    hello = f"{world.bot.mention} hello"

    world.say(ben, channel, hello)
    world.say(ann, closed, hello)
    world.say(ann, thread, hello)
    world.say(ann, channel, hello)
    await world.until(lambda: rig.said(channel))
    await rig.stop()

    assert [len(rig.said(place)) for place in (channel, closed, thread)] == [1, 0, 0]


def _in_server(world: World) -> tuple[User, Channel]:
    ann = world.user("Ann")
    return ann, world.channel(world.guild("Home", ann), "general")


@pytest.mark.parametrize(
    ("text", "meant"), [("/memories", "/memories"), ("/memorie tea", "/memories"), ("/pin", "/pin")]
)
async def test_a_command_that_came_as_a_message_is_told_how_to_call_it(
    world: World, rig: Rig, text: str, meant: str
) -> None:
    ann = world.user("Ann")
    await rig.introduce(ann)
    channel = world.channel(world.guild("Home", ann), "general")
    world.dm(ann, text)
    world.say(ann, channel, f"{world.bot.mention} {text}")
    hint = say("en", "discord-typed-command", name=meant)
    await world.until(lambda: rig.said(ann) == [hint] and rig.said(channel) == [hint])
    world.dm(ann, "/shrug")
    await world.until(lambda: rig.said(ann) == [hint, "I see."])
    assert [memory.text for memory in await rig.remembered(ann)] == ["/shrug"]
