import discord
import pytest

from tests.platforms.discord.conftest import Run
from tests.platforms.discord.echo_bot import Bare, Echo
from tests.platforms.discord.records import EVERYONE, User
from tests.platforms.discord.sessions import MESSAGE_CONTENT
from tests.platforms.discord.world import World


async def test_a_dm_comes_back(world: World, echo: Bare) -> None:
    ann = world.user("Ann")
    sent = world.dm(ann, "hello")

    [reply] = await world.until(lambda: world.replies(ann))

    assert (reply.content, reply.reply_to) == ("hello", sent)
    assert not echo.guilds


@pytest.mark.usefixtures("echo")
async def test_guilds_and_threads_may_come_while_the_bot_runs(world: World) -> None:
    ann = world.user("Ann")
    channel = world.channel(world.guild("Home", ann), "general")
    thread = world.thread(channel, "tea")

    world.say(ann, channel, "in the channel")
    world.say(ann, thread, "in the thread")

    assert (await world.until(lambda: world.replies(channel)))[0].content == "in the channel"
    assert (await world.until(lambda: world.replies(thread)))[0].content == "in the thread"


async def test_a_message_of_more_than_2000_characters_is_refused(world: World, echo: Bare) -> None:
    channel = await _dm(world, echo)

    await channel.send("x" * 2_000)
    with pytest.raises(discord.HTTPException) as refused:
        await channel.send("x" * 2_001)

    assert (refused.value.status, refused.value.code) == (400, 50035)
    assert "2000 or fewer" in refused.value.text


async def test_a_message_without_anything_is_refused(world: World, echo: Bare) -> None:
    channel = await _dm(world, echo)

    with pytest.raises(discord.HTTPException) as refused:
        await channel.send(" \n")

    assert refused.value.code == 50006


async def test_edits_are_kept_in_order_and_deletions_end_them(world: World, echo: Bare) -> None:
    message = await (await _dm(world, echo)).send("one")
    await message.edit(content="one two")
    await message.edit(content="one two three")

    kept = world.messages[message.id]
    await message.delete()

    assert kept.revisions == ["one", "one two", "one two three"]
    with pytest.raises(discord.NotFound) as unknown:
        await message.edit(content="four")
    assert (unknown.value.code, kept.deleted) == (10008, True)


async def test_nobody_edits_what_another_wrote(world: World, echo: Bare) -> None:
    ann = world.user("Ann")
    message = world.dm(ann, "mine")
    channel = await _dm(world, echo, ann)

    with pytest.raises(discord.Forbidden) as refused:
        await channel.get_partial_message(message.id).edit(content="yours")

    assert refused.value.code == 50005


async def test_what_a_message_may_ping_is_what_its_sender_allowed(world: World, echo: Bare) -> None:
    ann = world.user("Ann")
    guild = world.guild("Home", ann)
    role = world.role(guild, "cooks", ann)
    general = world.channel(guild, "general")
    channel = await world.until(lambda: echo.get_channel(general.id))
    assert isinstance(channel, discord.TextChannel)
    text = f"{ann.mention} {role.mention} @everyone"

    quiet = await channel.send(text)
    loud = await channel.send(text, allowed_mentions=discord.AllowedMentions.all())

    assert world.messages[quiet.id].pings == frozenset()
    assert world.messages[loud.id].pings == {ann.id, role.id, EVERYONE}


async def test_the_bot_is_told_where_it_may_not_write(world: World, echo: Bare) -> None:
    ann = world.user("Ann")
    ann.accepts_dms = False
    locked = world.channel(world.guild("Home", ann), "rules", writable=False)
    channel = await world.until(lambda: echo.get_channel(locked.id))
    assert isinstance(channel, discord.TextChannel)

    with pytest.raises(discord.Forbidden) as closed:
        await (await _dm(world, echo, ann)).send("hello")
    with pytest.raises(discord.Forbidden) as read_only:
        await channel.send("hello")

    assert (closed.value.code, read_only.value.code) == (50007, 50013)


async def test_typing_is_counted(world: World, echo: Bare) -> None:
    ann = world.user("Ann")
    channel = await _dm(world, echo, ann)

    async with channel.typing():
        assert world.typed(ann) == 1


async def test_files_travel_both_ways(world: World, run_bot: Run) -> None:
    class Copier(Echo):
        async def on_message(self, message: discord.Message) -> None:
            if not message.author.bot:
                [file] = [await found.to_file() for found in message.attachments]
                await message.channel.send("a copy", file=file)

    await run_bot(Copier())
    ann = world.user("Ann")
    world.dm(ann, "", files=[world.file("notes.txt", b"milk")])

    [reply] = await world.until(lambda: world.replies(ann))

    assert [(found.filename, found.content) for found in reply.attachments] == [
        ("notes.txt", b"milk")
    ]


async def test_the_bot_hears_of_edits_deletions_and_departures(world: World, run_bot: Run) -> None:
    heard: list[str] = []

    class Listener(Echo):
        async def on_message_edit(self, _: discord.Message, after: discord.Message) -> None:
            heard.append(f"edited to {after.content}")

        async def on_message_delete(self, message: discord.Message) -> None:
            heard.append(f"deleted {message.content}")

        async def on_raw_member_remove(self, event: discord.RawMemberRemoveEvent) -> None:
            heard.append(f"{event.user.name} left")

    ann = world.user("Ann")
    guild = world.guild("Home", ann)
    await run_bot(Listener())
    message = world.dm(ann, "tea")
    await world.until(lambda: world.replies(ann))

    world.edit(message, "coffee")
    world.delete(message)
    world.leave(ann, guild)

    await world.until(lambda: len(heard) == 3)
    assert heard == ["edited to coffee", "deleted coffee", "ann left"]


async def test_without_the_content_intent_a_guild_is_read_only_where_the_bot_is_named(
    world: World, run_bot: Run
) -> None:
    heard: list[str] = []

    class Listener(discord.Client):
        async def on_message(self, message: discord.Message) -> None:
            heard.append(message.content)

    ann = world.user("Ann")
    channel = world.channel(world.guild("Home", ann), "general")
    client = Listener(intents=discord.Intents.default(), guild_ready_timeout=0.05)
    assert not client.intents.value & MESSAGE_CONTENT
    await run_bot(client)

    world.say(ann, channel, "unheard")
    world.say(ann, channel, f"{world.bot.mention} heard")
    world.dm(ann, "heard too")

    await world.until(lambda: len(heard) == 3)
    assert heard == ["", f"{world.bot.mention} heard", "heard too"]


async def test_a_thread_below_a_message_has_its_id(world: World, echo: Bare) -> None:
    ann = world.user("Ann")
    general = world.channel(world.guild("Home", ann), "general")
    asked = world.say(ann, general, "tea?")
    [reply] = await world.until(lambda: world.replies(general))
    channel = await world.until(lambda: echo.get_channel(general.id))
    assert isinstance(channel, discord.TextChannel)

    thread = await channel.get_partial_message(asked.id).create_thread(name="Tea")
    world.say(ann, world.channels[thread.id], "green")

    assert (thread.id, reply.content) == (asked.id, "tea?")
    await world.until(lambda: world.replies(world.channels[thread.id]))


async def test_a_bot_that_is_thrown_out_hears_no_more(world: World, echo: Bare) -> None:
    ann = world.user("Ann")
    guild = world.guild("Home", ann)
    general = world.channel(guild, "general")
    channel = await world.until(lambda: echo.get_channel(general.id))
    assert isinstance(channel, discord.TextChannel)

    world.remove_bot(guild)
    world.say(ann, general, "finally")
    world.dm(ann, "sorry")

    await world.until(lambda: world.replies(ann))
    assert world.replies(general) == []
    assert not echo.guilds
    with pytest.raises(discord.Forbidden) as refused:
        await channel.send("let me in")
    assert refused.value.code == 50001


async def test_members_come_and_can_be_asked_for(world: World, echo: Bare) -> None:
    ann, bob = world.user("Ann"), world.user("Bob")
    home = world.guild("Home", ann)
    guild = await world.until(lambda: echo.get_guild(home.id))
    assert guild is not None

    world.join(bob, home)

    await world.until(lambda: guild.get_member(bob.id))
    assert [found.id for found in await guild.query_members(user_ids=[ann.id])] == [ann.id]
    assert (await guild.fetch_member(bob.id)).name == "bob"


async def test_history_comes_newest_first(world: World, echo: Bare) -> None:
    ann = world.user("Ann")
    channel = await _dm(world, echo, ann)
    for text in "abc":
        await channel.send(text)

    assert [found.content async for found in channel.history(limit=2)] == ["c", "b"]


async def _dm(world: World, echo: Bare, user: User | None = None) -> discord.DMChannel:
    return await (await echo.fetch_user((user or world.user("Ann")).id)).create_dm()
