"""Scenarios of forgetting: what is shown before, what is gone after, and the way back."""

import discord
import pytest

from tests.platforms.discord.simcord_bot import (
    Channel,
    Member,
    Sim,
    ann,
    ben,
    general,
    home,
    labels,
    response,
    shown,
    sim,
)

__all__ = ["ann", "ben", "general", "home", "sim"]


async def test_a_private_memory_is_not_shown_in_a_server(general: Channel, ann: Member) -> None:
    await ann.send_dm("My secret is the treehouse.")
    await ann.user.slash("remember", text="The treehouse has a rope ladder")

    for name in ("memories", "portrait", "privacy", "forget"):
        assert "treehouse" not in shown(await ann.slash(general, name)), name
    assert "treehouse" not in shown(await ann.slash(general, "memories", search="treehouse"))
    assert "treehouse" not in shown(await ann.slash(general, "forget", what="treehouse"))
    assert await ann.autocomplete(general, "forget", "what", "tree") == []
    assert "treehouse" in shown(await ann.user.slash("memories"))
    assert len(await ann.user.autocomplete("forget", "what", "tree")) == 2


async def test_a_memory_is_chosen_forgotten_and_brought_back(sim: Sim, ann: Member) -> None:
    await ann.send_dm("My cat is called Mochi.")
    await ann.send_dm("Tomorrow I travel to Lisbon.")

    [choice] = await ann.user.autocomplete("forget", "what", "moch")
    asked = await ann.user.slash("forget", what=choice["value"])
    assert "Mochi" in choice["name"]
    assert "Mochi" in shown(asked)
    assert len(await sim.remembered(ann)) == 2
    await ann.user.click(response(asked), label="forget")
    assert "One memory is forgotten" in shown(asked)
    assert await sim.remembered(ann) == ["Tomorrow I travel to Lisbon."]
    await ann.user.click(response(asked), label="undo")

    assert "One memory is back" in shown(asked)
    assert len(await sim.remembered(ann)) == 2


@pytest.mark.parametrize("what", ["yesterday", "2026-01-01", "2025-12-30..2026-01-01", "Mochi"])
async def test_a_time_or_a_topic_is_forgotten(sim: Sim, ann: Member, what: str) -> None:
    await ann.send_dm("My cat is called Mochi.")
    await sim.env.advance_time(86_400)
    await ann.send_dm("Tomorrow I travel to Lisbon.")

    asked = await ann.user.slash("forget", what=what)
    await ann.user.click(response(asked), label="forget")

    assert await sim.remembered(ann) == ["Tomorrow I travel to Lisbon."]


async def test_who_changes_their_mind_forgets_nothing(sim: Sim, ann: Member) -> None:
    await ann.send_dm("My cat is called Mochi.")
    asked = await ann.user.slash("forget", what="everything")

    await ann.user.click(response(asked), label="cancel")

    assert "Nothing was forgotten" in shown(asked)
    assert labels(asked) == []
    assert await sim.remembered(ann) == ["My cat is called Mochi."]


async def test_what_is_said_after_the_preview_is_not_forgotten_unseen(
    sim: Sim, ann: Member
) -> None:
    await ann.send_dm("My cat is called Mochi.")
    asked = await ann.user.slash("forget", what="everything")
    await ann.send_dm("Tomorrow I travel to Lisbon.")

    await ann.user.click(response(asked), label="forget")

    assert "not the same any more" in shown(asked)
    assert "Lisbon" in shown(asked)
    assert len(await sim.remembered(ann)) == 2


async def test_everything_is_erased_for_good_by_a_button_from_before_a_restart(
    sim: Sim, general: Channel, ann: Member, ben: Member
) -> None:
    await ann.send(general, f"{sim.mention} My cat is called Mochi.")
    await ben.send(general, f"{sim.mention} My dog is called Rex.")
    await ann.send_dm("My secret is the treehouse.")
    asked = await ann.user.slash("forget", what="everything")
    await sim.restart()

    await ann.user.click(response(asked), label="erase for good")

    assert "2 memories are erased" in shown(asked)
    assert await sim.remembered(ann) == []
    assert await sim.remembered(ben) == ["My dog is called Rex."]


async def test_nobody_presses_the_buttons_of_another(
    sim: Sim, general: Channel, ann: Member, ben: Member
) -> None:
    await ann.send(general, f"{sim.mention} My cat is called Mochi.")
    await ben.send(general, f"{sim.mention} My dog is called Rex.")
    asked = await ann.slash(general, "forget", what="everything")
    stolen = discord.ui.View(timeout=None)
    for button in response(asked).components[0]["components"]:
        stolen.add_item(discord.ui.Button(label=button["label"], custom_id=button["custom_id"]))
    channel = sim.env.bot.get_channel(general.id)
    assert isinstance(channel, discord.TextChannel)
    bait = await channel.send("Press here!", view=stolen)

    pressed = await ben.click(bait, label="erase for good")

    assert "no longer good here" in shown(pressed)
    assert await sim.remembered(ann) == ["My cat is called Mochi."]
    assert await sim.remembered(ben) == ["My dog is called Rex."]
