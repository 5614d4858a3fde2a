import discord
import pytest

from tests.platforms.discord.command_bot import CommandBot
from tests.platforms.discord.conftest import Run
from tests.platforms.discord.server import DiscordServer
from tests.platforms.discord.world import World


@pytest.fixture
async def bot(run_bot: Run) -> CommandBot:
    client = CommandBot()
    await run_bot(client)
    return client


@pytest.mark.usefixtures("bot")
async def test_a_deferred_answer_is_filled_by_the_first_follow_up(world: World) -> None:
    ann, bob = world.user("Ann", locale="zh-CN"), world.user("Bob")
    channel = world.channel(world.guild("Home", ann, bob), "general")
    file = world.file("a.txt", b"leaf")

    asked = world.slash(ann, channel, "/memories", {"search": "tea", "person": bob, "file": file})
    await world.until(lambda: asked.followups)

    assert asked.text == "tea bob leaf zh-CN"
    assert [found.content for found in world.seen(ann, channel)] == [asked.text, "and this"]
    assert world.seen(bob, channel) == []


@pytest.mark.usefixtures("bot")
async def test_autocompletion_offers_choices(world: World) -> None:
    ann = world.user("Ann")

    asked = world.autocomplete(ann, world.dm_channel(ann), "/memories", option="search", typed="ca")

    assert await world.until(lambda: asked.choices) == [{"name": "ca!", "value": "ca"}]


@pytest.mark.usefixtures("bot")
async def test_buttons_menus_and_modals_work(world: World) -> None:
    ann = world.user("Ann")
    asked = world.slash(ann, world.dm_channel(ann), "/pages")
    await world.until(lambda: asked.text)
    message = asked.original
    assert message is not None

    world.press(ann, message, "Next")
    await world.until(lambda: message.content == "page 2")

    opened = world.press(ann, message, "Name it")
    await world.until(lambda: opened.modal)
    sent = world.submit(opened, {"Name": "Ann"})
    assert await world.until(lambda: sent.text) == "hello Ann"
    with pytest.raises(LookupError):
        world.submit(opened, {})

    opened = world.press(ann, message, "Name it")
    await world.until(lambda: opened.modal)
    kept = world.submit(opened, {})
    assert await world.until(lambda: kept.text) == "hello nobody"

    [menu] = [row["components"][0] for row in message.components if _is_menu(row)]
    world.press(ann, message, menu["custom_id"], ["Tea"])
    await world.until(lambda: message.content == "Tea")
    assert message.components == ()


async def test_an_answer_after_three_seconds_finds_nobody(world: World, bot: CommandBot) -> None:
    ann = world.user("Ann")
    asked = world.slash(ann, world.dm_channel(ann), "/slow")
    await bot.notes.waiting.wait()

    asked.too_late = True
    bot.notes.go_on.set()

    assert await world.until(lambda: bot.notes.errors) == [(404, 10062)]
    assert asked.answered is None


async def test_only_one_first_answer_is_taken(world: World, bot: CommandBot) -> None:
    ann = world.user("Ann")
    asked = world.slash(ann, world.dm_channel(ann), "/twice")

    assert await world.until(lambda: bot.notes.errors) == [(400, 40060)]
    assert asked.text == "once"


async def test_a_file_can_answer_and_the_token_ends(world: World, bot: CommandBot) -> None:
    ann = world.user("Ann")
    asked = world.slash(ann, world.dm_channel(ann), "/export")
    await bot.notes.waiting.wait()

    asked.token_over = True
    bot.notes.go_on.set()

    assert await world.until(lambda: bot.notes.errors) == [(401, 50027)]
    assert asked.original is not None
    [file] = asked.original.attachments
    assert (file.filename, file.content, file.description) == ("memories.jsonl", b"all", "Yours")


async def test_what_one_person_sees_nobody_else_can_fetch(world: World, bot: CommandBot) -> None:
    ann = world.user("Ann")
    asked = world.slash(ann, world.dm_channel(ann), "/export")
    await bot.notes.waiting.wait()
    assert asked.original is not None
    channel = await (await bot.fetch_user(ann.id)).create_dm()

    with pytest.raises(discord.NotFound) as unknown:
        await channel.fetch_message(asked.original.id)

    assert unknown.value.code == 10008
    assert [found async for found in channel.history()] == []
    bot.notes.go_on.set()
    await world.until(lambda: asked.text == "gone")


@pytest.mark.usefixtures("bot")
async def test_subcommands_take_their_own_options(world: World) -> None:
    ann = world.user("Ann")

    asked = world.slash(ann, world.dm_channel(ann), "/admin status", {"full": True})

    assert await world.until(lambda: asked.text) == "well, True"


@pytest.mark.usefixtures("bot")
async def test_an_app_that_a_person_installed_answers_where_the_bot_is_not(world: World) -> None:
    ann, bob = world.user("Ann"), world.user("Bob")
    elsewhere = world.channel(world.guild("Away", ann, bob, bot=False), "general")
    between = world.private_channel(ann, bob)

    for channel in (elsewhere, between):
        asked = world.slash(ann, channel, "/memories", {"search": "tea"})
        await world.until(lambda asked=asked: asked.text)  # type: ignore[misc]

    with pytest.raises(LookupError, match="installation"):
        world.slash(ann, elsewhere, "/pages")


@pytest.mark.usefixtures("bot")
async def test_what_discords_own_program_would_not_send_is_refused(world: World) -> None:
    ann = world.user("Ann")
    dm = world.dm_channel(ann)

    with pytest.raises(LookupError, match="not registered"):
        world.slash(ann, dm, "/nothing")
    with pytest.raises(LookupError, match="no option"):
        world.slash(ann, dm, "/memories", {"search": "a", "colour": "red"})
    with pytest.raises(LookupError, match="needs"):
        world.slash(ann, dm, "/memories")
    with pytest.raises(LookupError, match="wants"):
        world.slash(ann, dm, "/admin status", {"full": "yes"})
    with pytest.raises(LookupError, match="subcommands"):
        world.slash(ann, dm, "/admin")
    with pytest.raises(LookupError, match="no autocompletion"):
        world.autocomplete(ann, dm, "/admin status", option="full", typed="t")


async def test_commands_of_a_guild_stay_in_it_and_keep_their_ids(
    world: World, discord_server: DiscordServer, bot: CommandBot
) -> None:
    ann = world.user("Ann")
    guild = world.guild("Home", ann)
    bot.tree.copy_global_to(guild=discord.Object(guild.id))
    before = await bot.tree.sync(guild=discord.Object(guild.id))
    after = await bot.tree.sync(guild=discord.Object(guild.id))
    bot.tree.clear_commands(guild=None)
    await bot.tree.sync()

    assert [found.id for found in before] == [found.id for found in after]
    with pytest.raises(LookupError):
        world.slash(ann, world.dm_channel(ann), "/pages")
    asked = world.slash(ann, world.channel(guild, "general"), "/pages")
    await world.until(lambda: asked.text)
    assert not discord_server.edge.violations


def _is_menu(row: dict[str, list[dict[str, object]]]) -> bool:
    return row["components"][0]["type"] == 3
