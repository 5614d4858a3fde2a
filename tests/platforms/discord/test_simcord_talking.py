"""Scenarios of talking: who is answered, where, and what the friend has in mind there."""

import pytest
from discord import Permissions

from brain.errors import GeneratorUnreachable
from tests.platforms.discord.simcord_bot import (
    Channel,
    Guild,
    Later,
    Member,
    MessageType,
    Sim,
    ann,
    ben,
    general,
    home,
    sim,
)

__all__ = ["ann", "ben", "general", "home", "sim"]


async def test_a_stranger_is_told_once_what_is_kept(sim: Sim) -> None:
    eve = sim.env.create_user("Eve")

    await eve.send_dm("My cat is called Mochi.")
    await eve.send_dm("And my dog is called Rex.")

    consent, *replies = sim.said(eve.dm_channel)
    assert "I remember what you tell me" in consent
    assert replies == ["I see.", "I see."]


async def test_what_was_told_in_private_is_known_there(sim: Sim, ann: Member) -> None:
    await ann.send_dm("My cat is called Mochi.")
    await sim.env.advance_time(86_400)
    await ann.send_dm("What is my cat called?")

    assert "Mochi" in sim.prompt
    assert sim.said(ann.user.dm_channel) == ["I see.", "I see."]


async def test_what_is_never_spoken_of_again_is_forgotten(sim: Sim, ann: Member) -> None:
    await ann.send_dm("The tram was late today.")
    await ann.user.slash("remember", text="The tram is my favourite")
    await sim.env.advance_time(5 * 365 * 86_400)
    await ann.send_dm("What do you know about the tram?")

    assert "late" not in sim.prompt
    assert "favourite" in sim.prompt


async def test_in_a_server_it_answers_who_names_it(sim: Sim, general: Channel, ann: Member) -> None:
    await ann.send(general, "Nobody in particular, hello.")
    asked = await ann.send(general, f"{sim.mention} My cat is called Mochi.")

    [reply] = sim.messages(general)
    assert reply.reference is not None
    assert reply.reference.message_id == asked.id
    assert await sim.remembered(ann) == ["My cat is called Mochi."]


async def test_in_a_server_it_answers_who_replies_to_it(
    sim: Sim, general: Channel, ann: Member, ben: Member
) -> None:
    asked = await ann.send(general, f"{sim.mention} Hello.")
    [reply] = sim.messages(general)

    await ben.send(general, "What a nice thing to say.", reply_to=reply)
    await ben.send(general, "Hello to you, too.", reply_to=asked)

    assert len(sim.said(general)) == 2
    assert await sim.remembered(ben) == [
        "> [Quoted from the companion]\n> I see.\n\nWhat a nice thing to say."
    ]


async def test_a_thread_is_a_conversation_of_its_own(
    sim: Sim, general: Channel, ann: Member
) -> None:
    thread = sim.thread(general, "cats", by=ann.id)
    await ann.send(general, f"{sim.mention} My dog is called Rex.")

    await ann.send(thread, f"{sim.mention} What is my dog called?")
    assert "Rex" not in sim.prompt
    await ann.send(general, f"{sim.mention} What is my dog called?")
    assert "Rex" in sim.prompt

    assert (len(sim.said(thread)), len(sim.said(general))) == (1, 2)


async def test_in_a_thread_of_its_own_it_needs_no_mention(
    sim: Sim, general: Channel, ann: Member
) -> None:
    me = sim.env.bot.user
    assert me is not None
    thread = sim.thread(general, "talk", by=me.id)

    await ann.send(thread, "Hello.")

    assert sim.said(thread) == ["I see."]


async def test_in_a_free_channel_it_needs_no_mention(
    sim: Sim, home: Guild, general: Channel, ann: Member
) -> None:
    free = home.create_text_channel("free")
    await sim.restart(free_channels=[str(free.id)])
    thread = sim.thread(free, "cats", by=ann.id)

    for where in (free, thread, general):
        await ann.send(where, "Hello.")

    assert [len(sim.said(where)) for where in (free, thread, general)] == [1, 1, 0]


@pytest.mark.parametrize("told_to", [False, True])
async def test_a_call_to_everybody_is_answered_only_if_it_is_told_to(
    sim: Sim, home: Guild, general: Channel, *, told_to: bool
) -> None:
    await sim.restart(answer_pings=told_to)
    may = home.create_role("Criers", permissions=Permissions(mention_everyone=True))
    crier = home.add_member(await sim.friend("Cora"), roles=[may])

    await crier.send(general, f"@everyone {may.mention} dinner is ready.")

    assert len(sim.said(general)) == (1 if told_to else 0)


async def test_bots_webhooks_and_notices_are_never_answered(
    sim: Sim, home: Guild, general: Channel, ann: Member
) -> None:
    await sim.restart(free_channels=[str(general.id)])
    robot = home.add_member(await sim.friend("Robot", bot=True))
    webhook = home.create_webhook(general)

    await robot.send(general, f"{sim.mention} hello")
    await webhook.send(f"{sim.mention} hello")
    home.create_system_message(general, MessageType.NEW_MEMBER, author=ann)
    await sim.env.settle()
    assert sim.model.asked == []
    await ann.send(general, "hello")

    assert sim.said(general) == ["I see."]


async def test_a_secret_of_a_private_talk_stays_out_of_the_server(
    sim: Sim, general: Channel, ann: Member
) -> None:
    await ann.send_dm("My secret is the treehouse.")
    await ann.send(general, f"{sim.mention} My hobby is chess.")

    await ann.send(general, f"{sim.mention} What is my secret, and what my hobby?")
    assert "treehouse" not in sim.prompt
    assert "chess" in sim.prompt
    await ann.send_dm("What is my secret, and what my hobby?")
    assert "treehouse" in sim.prompt
    assert "chess" in sim.prompt


async def test_two_people_in_a_channel_are_not_mixed_up(
    sim: Sim, general: Channel, ann: Member, ben: Member
) -> None:
    await ann.send(general, f"{sim.mention} My cat is called Mochi.")
    await ben.send(general, f"{sim.mention} What is my cat called?")

    assert "Mochi" not in sim.prompt
    assert await sim.remembered(ben) == ["What is my cat called?"]


async def test_a_text_file_is_read(sim: Sim, general: Channel, ann: Member) -> None:
    await ann.send(general, sim.mention, attachments=[("list.txt", b"milk and tea")])

    assert "milk and tea" in sim.prompt
    assert sim.said(general) == ["I see."]


async def test_a_long_reply_comes_in_parts_and_pings_nobody(
    sim: Sim, general: Channel, ann: Member, ben: Member
) -> None:
    line = f"{ben.mention} and @everyone, this is a line of the story.\n"
    sim.model.say_next(line * 80)

    await ann.send(general, f"{sim.mention} Tell me a story.")

    parts = sim.messages(general)
    assert len(parts) > 2
    assert all(len(part.content) <= 2_000 for part in parts)
    assert "".join(part.content for part in parts).count("of the story") == 80
    assert not any(part.mention_everyone or ben.member in part.mentions for part in parts)


async def test_a_model_that_is_away_is_told_in_a_sentence(
    sim: Sim, ann: Member, caplog: pytest.LogCaptureFixture
) -> None:
    sim.model.say_next(GeneratorUnreachable(address="http://127.0.0.1:9"))
    await ann.send_dm("My cat is called Mochi.")
    caplog.clear()
    sim.model.say_next("Here I am.")
    await ann.send_dm("What is my cat called?")

    line, reply = sim.said(ann.user.dm_channel)
    assert "127.0.0.1" not in line
    assert "my model does not answer" in line
    assert reply == "Here I am."
    assert "Mochi" in sim.prompt


async def test_it_types_as_long_as_it_thinks(sim: Sim, ann: Member) -> None:
    sim.model.say_next(Later(20), "At last.")
    await ann.send_dm("Hello.")
    await sim.env.advance_time(10)
    thinking = _typed(sim)
    await sim.env.advance_time(10)
    done = _typed(sim)
    await sim.env.advance_time(60)

    assert 0 < thinking < done == _typed(sim)
    assert sim.said(ann.user.dm_channel) == ["At last."]


async def test_after_a_restart_nothing_is_lost_and_nothing_is_said_twice(
    sim: Sim, general: Channel, ann: Member
) -> None:
    await ann.send(general, f"{sim.mention} My cat is called Mochi.")
    await sim.restart()
    assert sim.said(general) == ["I see."]

    await ann.send(general, f"{sim.mention} What is my cat called?")

    assert "Mochi" in sim.prompt
    assert sim.said(general) == ["I see.", "I see."]


def _typed(sim: Sim) -> int:
    return sum(found.path.endswith("/typing") for found in sim.env.http_requests)
