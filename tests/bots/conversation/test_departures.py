"""Who leaves while what they said waits for the store."""

from datetime import timedelta
from pathlib import Path

import pytest

from brain.errors import StoreUnavailable
from tests.bots.desk.bench import caller, open_bench
from tests.factories import CAFE


@pytest.mark.parametrize("is_back", [False, True])
async def test_what_waits_for_the_store_goes_with_who_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, is_back: bool
) -> None:
    async def away(*_: object, **__: object) -> None:
        raise StoreUnavailable(reason="test")

    async with open_bench(tmp_path) as bench:
        await bench.communities.set_forget_leavers("discord:guild:1", forget=True)
        await bench.say("In private.")
        await bench.say("In the café.", place=CAFE)
        with monkeypatch.context() as outage:
            for name in ("person", "profile", "conversation", "claim", "begin", "finish"):
                outage.setattr(bench.store, name, away)
            await bench.say("Waiting in private.")
            await bench.say("Waiting in the café.", place=CAFE)
            left_at = bench.clock.now() + timedelta(seconds=1)
            if is_back:
                bench.clock.advance(timedelta(minutes=1))
                await bench.say("Here again.", place=CAFE)
        await bench.message_handler.forget_leaver(
            caller(place=CAFE), [CAFE.id].__contains__, until=left_at if is_back else None
        )
        await bench.companion.drain()
        kept = {memory.text for memory in await bench.memories()}
        assert kept == {"In private.", "Waiting in private.", *(["Here again."] if is_back else [])}
