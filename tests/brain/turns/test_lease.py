"""Order in one process, and across processes as one sees it; that of stores is in `contracts`."""

import asyncio

import pytest

from brain.errors import StoreUnavailable
from brain.ids import PersonId, PlaceId
from brain.turns.lease import FIRST_POLL_S, LAST_POLL_S, RENEW_S, Leases, TurnOrder
from tests.pauses import Pauses


class Lock:
    """Fulfils the port `ConversationLocks` for one conversation, without time."""

    def __init__(self) -> None:
        self.holder: str | None = None
        self.renewed = 0
        self.away = False
        self.answer = asyncio.Event()
        """Cleared: the store takes its time."""
        self.answer.set()
        self.asked = asyncio.Event()

    async def acquire(self, person_id: str, place_id: str, *, holder: str, lease_s: float) -> bool:
        del person_id, place_id, lease_s
        await self._reach()
        self.renewed += self.holder == holder
        self.holder = self.holder or holder
        return self.holder == holder

    async def release(self, person_id: str, place_id: str, *, holder: str) -> None:
        del person_id, place_id
        await self._reach()
        if self.holder == holder:
            self.holder = None

    def free(self) -> None:
        self.holder = None

    async def _reach(self) -> None:
        self.asked.set()
        await self.answer.wait()
        if self.away:
            raise StoreUnavailable(reason="unplugged")


@pytest.fixture
def pauses() -> Pauses:
    return Pauses()


@pytest.fixture
def lock() -> Lock:
    return Lock()


@pytest.fixture
def leases(lock: Lock, pauses: Pauses) -> Leases:
    return Leases(lock, pause=pauses)


async def test_a_free_conversation_is_taken_at_once(leases: Leases, lock: Lock) -> None:
    lease = await leases.acquire(PersonId("anna"), PlaceId("dm"))
    assert lock.holder == lease.holder
    await leases.release(lease)
    assert lock.holder is None


async def test_who_waits_asks_more_and_more_rarely(
    leases: Leases, lock: Lock, pauses: Pauses
) -> None:
    lock.holder = "another process"
    waiting = asyncio.create_task(leases.acquire(PersonId("anna"), PlaceId("dm")))
    for _ in range(8):
        await pauses.end()
    await pauses.begun()
    lock.free()
    await pauses.end()
    lease = await waiting
    assert lock.holder == lease.holder
    assert pauses.asked[:3] == [FIRST_POLL_S, 2 * FIRST_POLL_S, 4 * FIRST_POLL_S]
    assert pauses.asked[8] == LAST_POLL_S
    await leases.release(lease)


async def test_a_lease_is_renewed_while_it_is_held_and_not_after(
    leases: Leases, lock: Lock, pauses: Pauses
) -> None:
    lease = await leases.acquire(PersonId("anna"), PlaceId("dm"))
    for _ in range(3):
        await pauses.end(RENEW_S)
    await pauses.begun(RENEW_S)
    assert lock.renewed == 3
    await leases.release(lease)
    assert lease.renewing is not None
    await asyncio.gather(lease.renewing, return_exceptions=True)
    assert lease.renewing.cancelled()
    assert lock.holder is None


async def test_a_store_that_is_away_for_a_moment_ends_no_renewal(
    leases: Leases, lock: Lock, pauses: Pauses
) -> None:
    lease = await leases.acquire(PersonId("anna"), PlaceId("dm"))
    lock.away = True
    await pauses.end(RENEW_S)
    await pauses.begun(RENEW_S)
    lock.away = False
    await pauses.end(RENEW_S)
    await pauses.begun(RENEW_S)
    assert lock.renewed == 1
    await leases.release(lease)


async def test_a_lease_that_another_took_is_theirs(
    leases: Leases, lock: Lock, pauses: Pauses, caplog: pytest.LogCaptureFixture
) -> None:
    lease = await leases.acquire(PersonId("anna"), PlaceId("dm"))
    lock.holder = "another process"
    await pauses.end(RENEW_S)
    assert lease.renewing is not None
    await lease.renewing
    assert "outlived its lease" in caplog.text
    await leases.release(lease)
    assert lock.holder == "another process"


async def test_a_release_waits_for_a_renewal_under_way(
    leases: Leases, lock: Lock, pauses: Pauses
) -> None:
    lease = await leases.acquire(PersonId("anna"), PlaceId("dm"))
    lock.answer.clear()
    lock.asked.clear()
    await pauses.end(RENEW_S)
    await lock.asked.wait()
    releasing = asyncio.create_task(leases.release(lease))
    await asyncio.sleep(0)
    lock.answer.set()
    await releasing
    assert (lock.renewed, lock.holder) == (1, None)


async def test_who_is_cut_off_while_asking_leaves_nothing_behind(
    leases: Leases, lock: Lock
) -> None:
    lock.answer.clear()
    asking = asyncio.create_task(leases.acquire(PersonId("anna"), PlaceId("dm")))
    await asyncio.sleep(0)
    asking.cancel()
    lock.answer.set()
    with pytest.raises(asyncio.CancelledError):
        await asking
    await leases.drain()
    assert lock.holder is None


async def test_who_is_cut_off_while_waiting_leaves_the_queue(
    leases: Leases, lock: Lock, pauses: Pauses
) -> None:
    lock.holder = "another process"
    waiting = asyncio.create_task(leases.acquire(PersonId("anna"), PlaceId("dm")))
    await pauses.begun()
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    await leases.drain()
    assert lock.holder == "another process"


async def test_what_could_not_be_let_go_is_gone_on_with(leases: Leases, lock: Lock) -> None:
    lease = await leases.acquire(PersonId("anna"), PlaceId("dm"))
    lock.away = True
    await leases.release(lease)
    with pytest.raises(StoreUnavailable):
        await leases.acquire(PersonId("anna"), PlaceId("dm"))
    lock.away = False
    assert lock.holder == lease.holder
    again = await leases.acquire(PersonId("anna"), PlaceId("dm"))
    assert again.holder == lease.holder
    await leases.release(again)
    assert lock.holder is None


async def test_turns_of_one_conversation_run_one_after_another_in_order() -> None:
    order = TurnOrder()
    log: list[str] = []

    async def turn(number: int) -> None:
        async with order.turn_of("anna"):
            log.append(f"{number} in")
            await asyncio.sleep(0)
            log.append(f"{number} out")

    await asyncio.gather(*(turn(n) for n in range(20)))
    assert log == [f"{n} {step}" for n in range(20) for step in ("in", "out")]


async def test_different_conversations_run_side_by_side() -> None:
    order = TurnOrder()
    ben_spoke = asyncio.Event()

    async def anna() -> None:
        async with order.turn_of("anna"):
            await ben_spoke.wait()

    async def ben() -> None:
        async with order.turn_of("ben"):
            ben_spoke.set()

    await asyncio.gather(anna(), ben())


async def test_nothing_is_kept_of_a_conversation_that_is_over() -> None:
    order = TurnOrder()

    async def cut_off() -> None:
        async with order.turn_of("anna"):
            assert len(order) == 1
            raise RuntimeError("cut off")

    with pytest.raises(RuntimeError, match="cut off"):
        await cut_off()
    assert len(order) == 0


async def test_one_who_gives_up_waiting_does_not_block_the_rest() -> None:
    order = TurnOrder()
    go = asyncio.Event()
    log: list[int] = []

    async def turn(number: int) -> None:
        async with order.turn_of("anna"):
            await go.wait()
            log.append(number)

    first, second, third = (asyncio.create_task(turn(n)) for n in range(3))
    await asyncio.sleep(0)
    second.cancel()
    go.set()
    await asyncio.gather(first, second, third, return_exceptions=True)
    assert log == [0, 2]
    assert len(order) == 0
