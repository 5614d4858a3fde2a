"""Events of a malformed shape are set aside, and the others are answered."""

import asyncio
import json
from typing import Any

import pytest

from tests.bots.discord.rig import Rig
from tests.malformed import malformed
from tests.platforms.discord import payloads
from tests.platforms.discord.records import Payload
from tests.platforms.discord.world import World


def frames(world: World) -> list[Payload]:
    """Events as Discord sent them in this world."""
    [session] = world.sessions.live()
    kinds: dict[str, Payload] = {}
    for frame in session.sent:
        kinds.setdefault(frame["t"], frame)
    return [frame for kind, frame in kinds.items() if kind != "READY"]


async def test_the_others_are_answered(
    world: World, rig: Rig, caplog: pytest.LogCaptureFixture
) -> None:
    ann = world.user("Ann")
    await rig.introduce(ann)
    channel = world.channel(world.guild("Home", ann), "general")
    first = world.say(ann, channel, f"{world.bot.mention} Hello")
    await world.until(lambda: rig.said(channel))
    world.edit(first, f"{world.bot.mention} Hello!")
    asked = world.slash(ann, channel, "/memories", {})
    await world.until(lambda: asked.answered)
    world.delete(first)
    [session] = world.sessions.live()
    assert session.wire is not None
    caplog.clear()
    count = 0
    for frame in frames(world):
        for broken in malformed(frame["d"]):
            session.dispatch(frame["t"], broken)
            count += 1
        session.dispatch(str([frame["t"]]), frame["d"])
    none: tuple[Any, ...] = ([1], "x", None, {"op": "x"}, {"op": 0, "t": ["READY"], "d": {}}, {})
    for nothing in none:
        session.wire.put_nowait(nothing)
    assert count > 300
    world.say(ann, channel, f"{world.bot.mention} Still there?")
    await world.until(
        lambda: any("Still there?" in str(a[-1]) for a in rig.generator.asked), seconds=60
    )
    assert rig.platform is not None
    assert rig.platform.is_healthy
    assert world.sessions.opened == 1
    set_aside = [r.getMessage() for r in caplog.records if "set aside" in r.getMessage()]
    assert len(set_aside) == len(set(set_aside))


async def test_what_a_dead_process_left_ends_no_later_start(world: World, rig: Rig) -> None:
    ann = world.user("Ann")
    await rig.introduce(ann)
    world.dm(ann, "Hello")
    await world.until(lambda: rig.said(ann))
    await rig.stop()
    said = world.dm(ann, "What was I saying?")
    note = {"channel": said.channel.id, "message": said.id}
    bad = ["", "no JSON", "[" * 100_000, "[]", "{}", '{"kind": 5}', '{"kind": "left"}']
    bad += [json.dumps(broken) for broken in malformed(note)]
    for number, payload in enumerate([*bad, json.dumps(note)]):
        await rig.store.values.set("inbox:discord", str(number), f"left\n{payload}", ttl_s=9_999)
    before = len(rig.generator.asked)
    await rig.start()
    await world.until(lambda: len(rig.generator.asked) > before)
    async with asyncio.timeout(30):
        while await rig.store.values.get("inbox:discord"):
            await world.a_moment()
    assert len(rig.generator.asked) == before + 1


async def test_a_conversation_that_cannot_be_read_on_hides_no_other(
    world: World, rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann, bob = world.user("Ann"), world.user("Bob")
    await rig.introduce(ann, bob)
    for person in (ann, bob):
        world.dm(person, "Hello")
    await world.until(lambda: rig.said(ann) and rig.said(bob))
    await rig.stop()
    world.dm(ann, "broken")
    world.dm(bob, "whole")
    whole = payloads.message

    def breaking(of, root):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
        found = whole(of, root)
        return {**found, "author": [1]} if of.content == "broken" else found

    monkeypatch.setattr(payloads, "message", breaking)
    await rig.start()
    await world.until(lambda: any("whole" in str(a[-1]) for a in rig.generator.asked))
