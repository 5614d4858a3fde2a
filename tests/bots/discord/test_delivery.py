"""Replies on their way: they grow, are cut right, and survive what Discord does to requests."""

import asyncio
import re
from dataclasses import replace

import pytest

from brain.errors import GeneratorBusy
from tests.bots.discord.conftest import Open
from tests.bots.discord.rig import HURRIED, Rig
from tests.platforms.discord.faults import Drop
from tests.platforms.discord.limits import Limits
from tests.platforms.discord.server import DiscordServer
from tests.platforms.discord.world import World

SEND = r"POST /channels/\d+/messages"
PARAGRAPH = "A sentence that is neither short nor long, and has an end. " * 4


async def test_a_reply_grows_before_ones_eyes(world: World, rig: Rig) -> None:
    ann = world.user("Ann")
    await rig.introduce(ann)
    more, end = asyncio.Event(), asyncio.Event()
    rig.says(["One", more, " two", end, " three."])

    world.dm(ann, "count")
    await world.until(lambda: rig.said(ann) == ["One"])
    more.set()
    await world.until(lambda: rig.said(ann) == ["One two"])
    end.set()
    await world.until(lambda: rig.said(ann) == ["One two three."])

    assert rig.answers(ann)[0].revisions == ["One", "One two", "One two three."]


async def test_a_reply_that_is_there_at_once_takes_one_request(
    world: World, open_bot: Open
) -> None:
    timing = replace(HURRIED, draft_after_s=600.0, typing_after_s=600.0)
    rig = await open_bot(timing=timing)
    ann = world.user("Ann")
    await rig.introduce(ann)
    before = len(rig.server.edge.requests)

    world.dm(ann, "hello")
    await world.until(lambda: rig.said(ann))
    await rig.stop()

    assert len(rig.server.edge.requests) == before + 1


async def test_a_long_reply_is_cut_without_breaking_fences(world: World, rig: Rig) -> None:
    ann = world.user("Ann")
    await rig.introduce(ann)
    code = "\n".join(f"print('line {number} of the program')" for number in range(80))
    text = f"{PARAGRAPH}\n\n```python\n{code}\n```\n\n{PARAGRAPH * 10}👩‍👩‍👧‍👦"
    assert len(text) > 5_000
    rig.says([text[start : start + 700] for start in range(0, len(text), 700)])

    world.dm(ann, "tell me all")
    await world.until(lambda: rig.said(ann) and rig.said(ann)[-1].endswith("👩‍👩‍👧‍👦"))
    await rig.stop()

    parts = rig.said(ann)
    assert all(len(part) <= 2_000 for part in parts)
    assert all(part.count("```") % 2 == 0 for part in parts)
    whole = "\n".join(parts)
    lines = re.findall(r"line (\d+) of the program", whole)
    assert lines == [str(number) for number in range(80)]
    assert whole.count("A sentence that is") == text.count("A sentence that is")
    [turn] = await rig.remembered(ann)
    assert turn.reply == text


async def test_typing_shows_while_it_thinks_and_ends_with_the_reply(
    world: World, open_bot: Open
) -> None:
    rig = await open_bot(timing=replace(HURRIED, typing_every_s=0.01))
    ann = world.user("Ann")
    await rig.introduce(ann)
    go = asyncio.Event()
    rig.says([go, "Yes."])

    world.dm(ann, "are you there?")
    await world.until(lambda: world.typed(ann) >= 3)
    go.set()
    await world.until(lambda: rig.said(ann))
    await rig.stop()

    assert world.typings[-1].at <= rig.answers(ann)[0].at


@pytest.mark.parametrize("trouble", ["typing", "model"])
async def test_typing_ends_when_something_fails(world: World, open_bot: Open, trouble: str) -> None:
    rig = await open_bot(timing=replace(HURRIED, typing_every_s=0.01))
    ann = world.user("Ann")
    await rig.introduce(ann)
    if trouble == "typing":
        rig.server.faults.order(r"POST /channels/\d+/typing", 403, times=1_000)
        rig.says(["Yes."])
    else:
        rig.says([GeneratorBusy(model="a script")])

    world.dm(ann, "are you there?")
    await world.until(lambda: rig.said(ann))
    await rig.stop()

    assert not [task for task in asyncio.all_tasks() if "_type" in repr(task.get_coro())]


@pytest.mark.parametrize("how", [Drop.UNHEARD, Drop.UNANSWERED, 500, 502, 503, 429])
async def test_a_reply_whose_request_is_lost_arrives_exactly_once(
    world: World, rig: Rig, how: Drop | int
) -> None:
    ann = world.user("Ann")
    await rig.introduce(ann)
    rig.server.faults.order(SEND, how, times=2 if how in {503, 429} else 1)

    world.dm(ann, "hello")
    await world.until(lambda: rig.said(ann) == ["I see."])
    await rig.stop()

    assert len(world.replies(ann)) == 1
    [turn] = await rig.remembered(ann)
    assert turn.reply == "I see."


async def test_a_storm_of_429s_delays_and_loses_nothing(world: World, rig: Rig) -> None:
    people = [world.user(f"P{number}") for number in range(5)]
    await rig.introduce(*people)
    rig.says(["One ", "two ", "three."])
    rig.server.faults.order(r"(POST|PATCH) /channels", 429, times=15, retry_after=0.02)

    for person in people:
        world.dm(person, "count")

    await world.until(lambda: all(rig.said(person) == ["One two three."] for person in people))


async def test_a_draft_that_a_moderator_removed_is_said_anew(world: World, rig: Rig) -> None:
    ann = world.user("Ann")
    await rig.introduce(ann)
    go = asyncio.Event()
    rig.says(["One", go, " two."])
    world.dm(ann, "count")
    await world.until(lambda: rig.said(ann) == ["One"])

    world.delete(rig.answers(ann)[0])
    go.set()

    await world.until(lambda: rig.said(ann) == ["One two."])


async def test_where_it_may_not_write_the_turn_is_kept(world: World, rig: Rig) -> None:
    ann = world.user("Ann")
    locked = world.channel(world.guild("Home", ann), "rules", writable=False)

    world.say(ann, locked, f"{world.bot.mention} hello")
    await world.until(lambda: rig.generator.asked)
    await rig.stop()

    assert [turn.text for turn in await rig.remembered(ann)] == ["hello"]


async def test_talking_for_long_earns_no_429_under_discords_limits(
    world: World, discord_server: DiscordServer, open_bot: Open
) -> None:
    # The limits are Discord's own with each window and pause a fifth as long. What is added for the
    # way there is not: this machine is no faster than others.
    faster = 5.0
    timing = replace(
        HURRIED,
        requests_per_second=40.0 * faster,
        window_s=5.0 / faster + 0.25,
        typing_after_s=0.05,
    )
    rig = await open_bot(timing=timing, edit_every_s=1.2 / faster)
    people = [world.user(f"P{number}") for number in range(12)]
    await rig.introduce(*people)
    channel = world.channel(world.guild("Home", *people), "general")
    discord_server.edge.set_limits(_times(faster))
    words = [f"word{number} " for number in range(12)]
    rig.says([piece for word in words for piece in (word, Slow(0.02))])

    for _ in range(4):
        for person in people:
            world.dm(person, "tell")
        for person in people[:3]:
            world.say(person, channel, f"{world.bot.mention} tell")
    await world.until(
        lambda: (
            all(len(rig.said(person)) == 4 for person in people) and len(rig.said(channel)) == 12
        ),
        seconds=60,
    )
    await rig.stop()

    assert not discord_server.edge.limited
    edits = [asked for asked in discord_server.edge.requests if asked.method == "PATCH"]
    assert edits


class Slow(asyncio.Event):
    """Waited for, it takes its time: a model that speaks word by word."""

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self._seconds = seconds

    async def wait(self) -> bool:  # type: ignore[override]
        await asyncio.sleep(self._seconds)
        return True


def _times(faster: float) -> Limits:
    own = Limits()
    shorter = {
        name: replace(getattr(own, name), seconds=getattr(own, name).seconds / faster)
        for name in ("messages", "edits", "webhooks", "others", "overall")
    }
    return Limits(**shorter)
