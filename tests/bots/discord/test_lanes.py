import asyncio

from bots.discord.lanes import departure_lane, message_lane
from bots.transport.lanes import Lanes, Ticket


async def test_who_leaves_a_server_waits_for_all_their_lanes_there_and_they_wait_for_that() -> None:
    lanes, order = Lanes(), list[str]()
    here, there = lanes.join(message_lane(1, 10, 5)), lanes.join(message_lane(1, 11, 5))
    elsewhere, in_private = (
        lanes.join(message_lane(2, 20, 5)),
        lanes.join(message_lane(None, 30, 5)),
    )
    gone = lanes.join(departure_lane(1, 5))
    back, another = lanes.join(message_lane(1, 11, 5)), lanes.join(message_lane(1, 10, 6))

    async def enter(name: str, ticket: Ticket) -> None:
        await ticket.wait()
        order.append(name)
        ticket.leave()

    waiting = [asyncio.create_task(enter(*each)) for each in (("back", back), ("gone", gone))]
    await asyncio.sleep(0)
    await enter("another", another)
    here.leave()
    await asyncio.sleep(0)
    assert order == ["another"]
    there.leave()
    await asyncio.gather(*waiting)
    assert order == ["another", "gone", "back"]
    elsewhere.leave()
    in_private.leave()
    assert len(lanes) == 0
