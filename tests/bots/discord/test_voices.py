"""A server chooses the voice that it hears."""

from tests.bots.discord.conftest import Open
from tests.doubles import VoicedGenerator
from tests.platforms.discord.world import World


def _settings(world: World) -> list[str]:
    """What `/settings` offers as names."""
    [found] = [found for found in world.commands[None] if found["name"] == "settings"]
    return [choice["value"] for choice in found["options"][0]["choices"]]


async def test_a_server_that_chose_a_voice_hears_it_and_a_dm_the_default_one(
    open_bot: Open, world: World
) -> None:
    rig = await open_bot()
    assert "voice" not in _settings(world)
    await rig.stop()
    rig.generator = VoicedGenerator("calm", "merry")
    await rig.start()
    assert "voice" in _settings(world)
    ann = world.user("Ann")
    await rig.introduce(ann)
    channel = world.channel(world.guild("Home", ann), "general")
    asked = world.slash(ann, channel, "/settings", {"name": "voice", "value": "merry"})
    await world.until(lambda: asked.original is not None and "merry" in asked.original.content)
    world.say(ann, channel, f"{world.bot.mention} Who are you?")
    await world.until(lambda: "I am merry." in rig.said(channel))
    world.dm(ann, "Who are you?")
    await world.until(lambda: rig.said(ann) == ["I see."])
