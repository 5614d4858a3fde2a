"""What is held of a conversation of which nothing is kept."""

from datetime import timedelta

from brain.ids import MessageId
from brain.messages import Incoming
from brain.turns.off_record import OffRecord
from brain.turns.options import TurnOptions
from tests.factories import ANNA, ANNAS_DM, BEN, BENS_DM, MINUTE, NOON, memory
from tests.world import World


def test_what_was_said_too_long_ago_is_dropped_in_every_conversation() -> None:
    held = OffRecord()
    held.add(memory("Long ago.", said_at=NOON))
    held.add(memory("Just now.", said_at=NOON + 9 * MINUTE))
    held.add(memory("I am Ben.", person=BEN, place=BENS_DM, said_at=NOON))
    since = NOON + MINUTE
    assert [turn.text for turn in held.recent(ANNA.id, ANNAS_DM.id, since=since)] == ["Just now."]
    assert held.recent(BEN.id, BENS_DM.id, since=NOON - MINUTE) == ()


async def test_a_later_conversation_is_not_given_what_was_said_off_the_record(
    world: World,
) -> None:
    seen = []
    for number in range(3):
        text = f"This is word number {number}."
        incoming = Incoming(
            id=MessageId(f"aside {number}"), person=ANNA, place=ANNAS_DM, text=text, off_record=True
        )
        async with world.companion.turn(incoming) as turn:
            seen.append([each.text for each in turn.prompt.recent])
            async for _ in turn:
                pass
        world.clock.advance(MINUTE + number * timedelta(hours=TurnOptions().recent_hours))
    assert seen == [[], ["This is word number 0."], []]
