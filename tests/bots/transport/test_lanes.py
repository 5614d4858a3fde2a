import asyncio

from bots.transport.lanes import Lane, Lanes, Ticket


def lane(name: str, *, together: str | None = None) -> Lane:
    return Lane(joins=frozenset({name}), behind=frozenset({name}), together=together)


async def test_a_lane_lets_in_one_after_the_other_and_goes_when_it_is_empty() -> None:
    lanes, order = Lanes(), list[str]()
    first, second, third = (lanes.join(lane("a")) for _ in range(3))
    other = lanes.join(lane("b"))

    async def enter(name: str, ticket: Ticket) -> None:
        await ticket.wait()
        order.append(name)

    tasks = [asyncio.create_task(enter("third", third))]
    await enter("other", other)
    # Somebody who gives up in the middle does not let those behind them overtake.
    second.leave()
    await asyncio.sleep(0)
    assert order == ["other"]
    first.leave()
    await asyncio.gather(*tasks)
    third.leave()
    other.leave()

    assert order == ["other", "third"]
    assert len(lanes) == 0


async def test_those_that_belong_together_wait_for_others_and_not_for_one_another() -> None:
    lanes = Lanes()
    before = lanes.join(lane("a"))
    first, second = (lanes.join(lane("a", together="album")) for _ in range(2))
    behind = lanes.join(lane("a"))

    waiting = asyncio.create_task(second.wait())
    await asyncio.sleep(0)
    assert not waiting.done()
    before.leave()
    await waiting

    waiting = asyncio.create_task(behind.wait())
    second.leave()
    await asyncio.sleep(0)
    assert not waiting.done()
    first.leave()
    await waiting
    behind.leave()
    assert len(lanes) == 0


async def test_a_ticket_leaves_with_its_block_and_may_leave_before() -> None:
    lanes = Lanes()
    with lanes.join(lane("a")) as ticket:
        ticket.leave()
        assert ticket.left.done()
    assert len(lanes) == 0


async def test_a_person_has_some_places_and_keeps_none_from_others_while_they_wait() -> None:
    lanes, order = Lanes(at_once=2, at_once_of_a_person=1), list[str]()
    mine = [lanes.join(Lane(person="me")) for _ in range(3)]
    theirs = [lanes.join(Lane(person=who)) for who in ("you", "they")]
    aside = lanes.join(Lane())

    async def enter(name: str, ticket: Ticket) -> None:
        await ticket.wait()
        order.append(name)

    tasks = [asyncio.create_task(enter(f"mine {n}", each)) for n, each in enumerate(mine)]
    tasks += [asyncio.create_task(enter(f"theirs {n}", each)) for n, each in enumerate(theirs)]
    await enter("aside", aside)
    await asyncio.sleep(0)
    assert order == ["aside", "mine 0", "theirs 0"]
    tasks[1].cancel()
    theirs[0].leave()
    await tasks[4]
    mine[0].leave()
    await tasks[2]
    assert order == ["aside", "mine 0", "theirs 0", "theirs 1", "mine 2"]
    for ticket in (*mine, *theirs, aside):
        ticket.leave()
    again = [lanes.join(Lane(person=who)) for who in ("me", "you")]
    await asyncio.gather(*(each.wait() for each in again))
