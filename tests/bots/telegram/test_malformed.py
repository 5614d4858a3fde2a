"""Updates of a malformed shape are set aside, and the others are answered."""

import json

import pytest

from bots.telegram.intake import is_id
from tests.bots.telegram.conftest import Open
from tests.bots.telegram.rig import Rig
from tests.bots.telegram.test_transport import port, webhook
from tests.malformed import malformed
from tests.platforms.telegram.records import Chat, Json, User
from tests.platforms.telegram.world import World

__all__ = ["port"]


async def friend(rig: Rig, world: World) -> tuple[User, Chat]:
    user = world.user("Ann")
    await rig.introduce(user)
    return user, world.private(user)


def broken_ones(world: World, *events: Json) -> list[Json]:
    """Malformed updates, each with an id of its own that can be confirmed."""
    found = []
    for event in events:
        for broken in malformed({key: event[key] for key in event if key != "update_id"}):
            if not broken:
                continue
            found.append({"update_id": world.next_number("update", 1), **broken})
    return found


async def examples(rig: Rig, world: World, ann: User, chat: Chat) -> list[Json]:
    """A message of a group, an edit, a button and a departure, as Telegram sends them."""
    said = world.say(ann, chat, "Hello")
    await world.reply(chat)
    world.edit(said, "Hello!")
    world.say(ann, chat, "/privacy now")
    await rig.settled()
    buttons = [one for one in world.replies(chat) if one.get("reply_markup")]
    if buttons:
        world.query(ann, "nonsense", buttons[-1])
    await rig.settled()
    return list(world.updates)


@pytest.mark.parametrize("by_webhook", [False, True])
async def test_the_others_are_answered(
    open_bot: Open, world: World, port: int, caplog: pytest.LogCaptureFixture, *, by_webhook: bool
) -> None:
    rig = await open_bot(**webhook(port) if by_webhook else {})
    ann, chat = await friend(rig, world)
    bad = broken_ones(world, *await examples(rig, world, ann, chat))
    assert len(bad) > 100
    caplog.clear()
    world.hold()
    world.say(ann, chat, "Still there?")
    good = world.updates[-1]
    world.release(lambda held: [*bad[::2], *held, *bad[1::2]])
    await world.until(lambda: any("Still there?" in str(a[-1]) for a in rig.generator.asked))
    await rig.settled()
    assert good not in world.queue
    set_aside = [r.getMessage() for r in caplog.records if "set aside" in r.getMessage()]
    assert set_aside
    assert len(set_aside) == len(set(set_aside))
    assert not await rig.store.values.get(f"inbox:telegram:{world.bot.id}")


async def test_what_a_dead_process_left_ends_no_later_start(rig: Rig, world: World) -> None:
    ann, chat = await friend(rig, world)
    events = await examples(rig, world, ann, chat)
    await rig.stop()
    bad = [json.dumps(each) for each in broken_ones(world, *events[:2])[::3]]
    bad += ["", "no JSON", "[" * 100_000, '{"update_id": [1]}', "[]", "{}"]
    new = {**events[0]["message"], "message_id": 9_999}
    good = json.dumps({"update_id": world.next_number("update", 1), "message": new})
    for number, payload in enumerate([*bad, good]):
        key = f"{number:012}.00" if number % 5 else f"no number {number}.x"
        await rig.store.values.set(
            f"inbox:telegram:{world.bot.id}", key, f"left\n{payload}", ttl_s=9_999
        )
    before = len(rig.generator.asked)
    await rig.start()
    await world.until(lambda: len(rig.generator.asked) > before)
    await rig.settled()
    assert not await rig.store.values.get(f"inbox:telegram:{world.bot.id}")


@pytest.mark.parametrize("wrong", [[1], None, True, -1, 10**60, "7", 1.5])
def test_what_cannot_be_confirmed_is_no_id(wrong: object) -> None:
    assert not is_id(wrong)
