"""Scenarios of commands: what people see of their memories, and how they set things up."""

import discord

from tests.platforms.discord.simcord_bot import (
    Channel,
    Guild,
    Member,
    Sim,
    ann,
    ben,
    general,
    home,
    response,
    shown,
    sim,
)

__all__ = ["ann", "ben", "general", "home", "sim"]


async def test_help_names_every_command_that_discord_offers(
    sim: Sim, general: Channel, ann: Member
) -> None:
    offered = ann.available_commands(general)
    told = shown(await ann.slash(general, "help"))

    assert len(offered) > 10
    assert [name for name in offered if f"/{name} " not in told] == []
    assert sim.said(general) == []


async def test_what_a_command_shows_in_a_channel_is_for_the_caller_alone(
    sim: Sim, general: Channel, ann: Member, ben: Member
) -> None:
    await ann.send(general, f"{sim.mention} My cat is called Mochi.")
    before = len(general.history(viewer=ben))

    for name in ("memories", "forget", "portrait", "pause", "privacy", "persona", "link", "help"):
        assert (await ann.slash(general, name)).ephemeral, name
    assert (await ann.slash(general, "remember", text="I like tea")).ephemeral
    assert (await ann.slash(general, "export")).ephemeral

    assert len(general.history(viewer=ben)) == before


async def test_memories_come_in_pages(sim: Sim, general: Channel, ann: Member) -> None:
    for number in range(1, 8):
        await ann.send(general, f"{sim.mention} This is line {number} of my poem.")

    asked = await ann.slash(general, "memories")
    newest = shown(asked)
    await ann.click(response(asked), label="older ▶")
    oldest = shown(asked)
    await ann.click(response(asked), label="◀ newer")

    assert "7 memories" in newest
    assert [f"line {number} of" in newest for number in range(1, 8)] == [False] * 2 + [True] * 5
    assert [f"line {number} of" in oldest for number in range(1, 8)] == [True] * 2 + [False] * 5
    assert shown(asked) == newest


async def test_memories_are_searched_and_sorted_by_kind(
    sim: Sim, general: Channel, ann: Member
) -> None:
    await ann.send(general, f"{sim.mention} My cat is called Mochi.")
    await ann.send(general, f"{sim.mention} Tomorrow I travel to Lisbon.")
    await ann.slash(general, "remember", text="I am allergic to nuts")

    found = shown(await ann.slash(general, "memories", search="cat Mochi"))
    facts = shown(await ann.slash(general, "memories", kind="fact"))

    assert found.splitlines()[1].startswith("1. My cat is called Mochi")
    assert "nuts" in facts
    assert "Mochi" not in facts


async def test_a_memory_that_is_pinned_does_not_fade(sim: Sim, ann: Member) -> None:
    await ann.send_dm("My cat is called Mochi.")
    asked = await ann.user.slash("memories")

    await ann.user.click(response(asked), label="1")
    assert "fades in" in shown(asked)
    await ann.user.click(response(asked), label="pin")
    assert "never fades" in shown(asked)
    await sim.env.advance_time(20 * 365 * 86_400)
    await ann.user.click(response(asked), label="all")
    assert "Mochi" in shown(asked)
    await ann.send_dm("What is my cat called?")

    assert "Mochi" in sim.prompt


async def test_the_curves_of_forgetting_are_a_picture(ann: Member) -> None:
    await ann.send_dm("My cat is called Mochi.")
    asked = await ann.user.slash("memories")

    await ann.user.click(response(asked), label="curves")

    [picture] = response(asked).attachments
    assert (await picture.read()).startswith(b"\x89PNG")
    assert "Mochi" in shown(asked)


async def test_a_portrait_shows_what_is_to_be_remembered(sim: Sim, ann: Member) -> None:
    assert "no picture of you" in shown(await ann.user.slash("portrait"))

    kept = await ann.user.slash("remember", text="I am allergic to nuts")
    assert "I am allergic to nuts" in shown(await ann.user.slash("portrait"))
    await ann.user.click(response(kept), label="forget")
    await ann.user.click(response(kept), label="erase for good")

    assert "nuts" not in shown(await ann.user.slash("portrait"))
    assert await sim.remembered(ann) == []


async def test_a_pause_keeps_nothing_there_until_it_ends(
    sim: Sim, general: Channel, ann: Member
) -> None:
    asked = await ann.slash(general, "pause")
    await ann.send(general, f"{sim.mention} My cat is called Mochi.")
    await ann.send_dm("My secret is the treehouse.")
    assert "paused" in shown(await ann.slash(general, "privacy"))
    await ann.click(response(asked), label="remember again")
    await ann.send(general, f"{sim.mention} My dog is called Rex.")

    assert "I remember again" in shown(asked)
    assert len(sim.said(general)) == 2
    assert await sim.remembered(ann) == [
        "My dog is called Rex.",
        "My secret is the treehouse.",
    ]


async def test_an_export_comes_by_direct_message_and_holds_everything(
    sim: Sim, general: Channel, ann: Member
) -> None:
    await ann.send_dm("My secret is the treehouse.")
    await ann.send(general, f"{sim.mention} My cat is called Mochi.")

    asked = await ann.slash(general, "export")

    assert "direct message" in shown(asked)
    assert response(asked).attachments == []
    [file] = sim.messages(ann.user.dm_channel)[-1].attachments
    content = (await file.read()).decode()
    assert "treehouse" in content
    assert "Mochi" in content


async def test_a_preference_for_the_persona_holds_in_private(
    sim: Sim, general: Channel, ann: Member
) -> None:
    refused = await ann.slash(general, "persona", text="Call me Captain")
    assert "private conversation" in shown(refused)
    asked = await ann.user.slash("persona", text="Call me Captain")
    assert "Call me Captain" in shown(asked)

    await ann.send_dm("Hello.")
    assert "Call me Captain" in sim.prompt
    await ann.send(general, f"{sim.mention} Hello.")
    assert "Captain" not in sim.prompt
    await ann.user.click(response(asked), label="be as with everybody")
    await ann.send_dm("Hello.")
    assert "Captain" not in sim.prompt


async def test_a_link_begins_in_private_and_joins_no_two_accounts_of_discord(
    general: Channel, ann: Member, ben: Member
) -> None:
    assert "private conversation" in shown(await ann.slash(general, "link"))

    told = shown(await ann.user.slash("link"))
    code = told.partition("**")[2].partition("**")[0]

    assert f"/link {code}" in told
    assert "cannot be joined" in shown(await ben.user.slash("link", code=code))


async def test_what_a_day_is_follows_the_zone_of_the_person(sim: Sim, ann: Member) -> None:
    choices = await ann.user.autocomplete("zone", "name", "auck")
    asked = await ann.user.slash("zone", name=choices[0]["value"])
    await sim.env.advance_time(12 * 3_600)
    await ann.send_dm("My cat is called Mochi.")

    assert "Pacific/Auckland" in shown(asked)
    assert "2 Jan" in shown(await ann.user.slash("memories"))


async def test_who_manages_a_server_sets_it_up(
    sim: Sim, home: Guild, general: Channel, ann: Member
) -> None:
    role = home.create_role("Managers", permissions=discord.Permissions(manage_guild=True))
    cora = home.add_member(await sim.friend("Cora"), roles=[role])
    assert "settings" not in ann.available_commands(general)

    asked = await cora.slash(general, "settings", name="free", value="on")
    await ann.send(general, "Good morning.")
    await cora.click(response(asked), label="answer mentions only")
    await ann.send(general, "Good evening.")
    await cora.slash(general, "settings", name="language", value="zh")

    assert sim.said(general) == ["I see."]
    assert "Good morning." in sim.prompt
    assert shown(await ann.slash(general, "memories")).startswith("我在这里有")
    assert "one memory" in shown(await ann.user.slash("memories"))


async def test_the_owner_alone_sees_how_the_installation_is(sim: Sim, ann: Member) -> None:
    assert "whoever runs me" in shown(await ann.user.slash("status"))

    await sim.restart(access={"owners": [f"discord:{ann.id}"]})

    assert "a script answers" in shown(await ann.user.slash("status"))
