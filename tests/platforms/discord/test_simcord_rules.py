"""Scenarios of access: who may talk, how much, what is taken back, and what Discord forbids."""

import pytest
from discord import PermissionOverwrite

from tests.platforms.discord.simcord_bot import (
    Channel,
    Guild,
    Member,
    Sim,
    ann,
    general,
    home,
    sim,
)

__all__ = ["ann", "general", "home", "sim"]


async def test_an_edited_message_is_remembered_as_it_reads_now(sim: Sim, ann: Member) -> None:
    message = await ann.send_dm("My cat is called Mochi.")

    await ann.user.edit(message, "My cat is called Miso.")

    assert await sim.remembered(ann) == ["My cat is called Miso."]
    assert len(sim.said(ann.user.dm_channel)) == 1


@pytest.mark.parametrize("restart", [False, True])
async def test_a_deleted_message_is_forgotten(
    sim: Sim, general: Channel, ann: Member, *, restart: bool
) -> None:
    private = await ann.send_dm("My secret is the treehouse.")
    public = await ann.send(general, f"{sim.mention} My cat is called Mochi.")
    if restart:
        await sim.restart()

    await ann.delete(public)
    assert await sim.remembered(ann) == ["My secret is the treehouse."]
    await ann.user.delete(private)

    assert await sim.remembered(ann) == []


async def test_who_leaves_is_forgotten_there_where_the_server_wants_it(
    sim: Sim, home: Guild, general: Channel, ann: Member
) -> None:
    await sim.restart(forget_leavers=True)
    await ann.send(general, f"{sim.mention} My cat is called Mochi.")
    await ann.send_dm("My secret is the treehouse.")

    home.remove_member(ann)
    await sim.env.settle()

    assert await sim.remembered(ann) == ["My secret is the treehouse."]


async def test_where_it_may_not_write_it_keeps_silent_and_goes_on(
    sim: Sim, home: Guild, ann: Member, caplog: pytest.LogCaptureFixture
) -> None:
    silent = PermissionOverwrite(send_messages=False)
    me = home.me
    assert me is not None
    library = home.create_text_channel("library", overwrites={me: silent})

    await ann.send(library, f"{sim.mention} Hello.")
    assert "could not be delivered" in caplog.text
    caplog.clear()
    await ann.send_dm("Hello.")

    assert sim.said(library) == []
    assert sim.said(ann.user.dm_channel) == ["I see."]


async def test_where_it_may_not_read_back_it_answers_without_a_reference(
    sim: Sim, general: Channel, ann: Member
) -> None:
    sim.env.inject_error("POST", "/channels/*/messages", status=403, code=160002)

    await ann.send(general, f"{sim.mention} Hello.")

    [reply] = sim.messages(general)
    assert reply.content == "I see."
    assert reply.reference is None


async def test_who_is_blocked_is_told_once_and_keeps_what_is_theirs(sim: Sim, ann: Member) -> None:
    await ann.send_dm("My cat is called Mochi.")
    await sim.restart(access={"block_people": [f"discord:{ann.id}"]})
    await ann.send_dm("Are you there?")
    await ann.send_dm("Hello?")

    first, line = sim.said(ann.user.dm_channel)
    assert first == "I see."
    assert "I may not talk with you here" in line
    assert len(sim.model.asked) == 1
    asked = await ann.user.slash("memories")
    assert asked.response is not None
    assert "Mochi" in asked.response.content


async def test_who_may_talk_is_chosen_by_server_channel_and_role(
    sim: Sim, home: Guild, general: Channel
) -> None:
    role = home.create_role("Friends")
    ann = home.add_member(await sim.friend("Ann"), roles=[role])
    ben = home.add_member(await sim.friend("Ben"))
    closed = home.create_text_channel("closed")
    abroad = sim.env.create_guild("Abroad")
    square = abroad.create_text_channel("square")
    friends_too = abroad.create_role("Friends")
    anna = abroad.add_member(ann.user, roles=[friends_too])
    await sim.restart(
        access={
            "allow_roles": [str(role.id), str(friends_too.id)],
            "allow_communities": [f"discord:guild:{home.id}"],
            "block_places": [f"discord:{closed.id}"],
            "when_refused": "silence",
        }
    )

    for who, where in ((ann, general), (ben, general), (ann, closed), (anna, square)):
        await who.send(where, f"{sim.mention} hello from {who.name}")

    assert [len(sim.said(where)) for where in (general, closed, square)] == [1, 0, 0]
    assert "hello from Ann" in sim.prompt


async def test_who_writes_too_fast_is_asked_once_to_wait(sim: Sim, ann: Member) -> None:
    await sim.restart(access={"messages_per_minute": 2})

    for _ in range(4):
        await ann.send_dm("Hello.")
    await sim.env.advance_time(60)
    await ann.send_dm("Hello.")

    first, second, line, after = sim.said(ann.user.dm_channel)
    assert {first, second, after} == {"I see."}
    assert "a lot at once" in line


async def test_who_has_used_up_their_day_is_told_until_when(sim: Sim, ann: Member) -> None:
    await sim.restart(access={"messages_per_day": 1})

    for _ in range(3):
        await ann.send_dm("Hello.")
    await sim.env.advance_time(86_400)
    await ann.send_dm("Good morning.")

    first, line, after = sim.said(ann.user.dm_channel)
    assert {first, after} == {"I see."}
    assert "That is all for today" in line
