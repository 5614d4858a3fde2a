"""A group chooses the voice that it hears."""

from brain.texts import say
from tests.bots.telegram.rig import Model, Rig
from tests.doubles import VoicedGenerator
from tests.platforms.telegram.records import Chat, User
from tests.platforms.telegram.world import World


class Choral(VoicedGenerator, Model):
    """Voices, for those who wait in the world."""


async def test_a_group_that_chose_a_voice_hears_it_and_a_private_chat_the_default_one(
    rig: Rig, world: World, ann: User, chat: Chat
) -> None:
    group = world.group("Friends", ann)
    group.administrators.add(ann.id)
    world.say(ann, chat, "Hello.")
    await world.reply(chat)
    world.say(ann, group, "/settings voice merry")
    assert (await world.reply(chat, count=2))["text"].endswith(say("en", "community-voice-only"))
    await rig.stop()
    rig.generator = Choral("calm", "merry")
    rig.generator.heard = world.changed
    await rig.start()
    world.say(ann, group, "/settings voice merry")
    assert "merry" in (await world.reply(chat, count=3))["text"]
    world.say(ann, group, f"@{world.bot.username} Who are you?")
    await world.until(lambda: rig.texts(group) and rig.texts(group)[-1] == "I am merry.")
    world.say(ann, chat, "Who are you?")
    assert (await world.reply(chat, count=4))["text"] == "I see."
