"""Drafts at a lawful pace."""

import asyncio

from bots.transport.streaming import DraftPacer, SlowDown
from tests.pauses import Pauses


class Screen:
    def __init__(self, *refusals: Exception | None) -> None:
        self.shown: list[str] = []
        self._refusals = list(refusals)

    async def show(self, text: str) -> None:
        refusal = self._refusals.pop(0) if self._refusals else None
        if refusal is not None:
            raise refusal
        self.shown.append(text)


async def settle() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


async def test_the_latest_text_wins_and_one_is_shown_an_interval() -> None:
    screen, pauses = Screen(), Pauses()
    pacer = DraftPacer(screen.show, every_s=1.0, pause=pauses)
    pacer.draft("a")
    await pauses.begun()
    for text in ("ab", "abc", "abcd"):
        pacer.draft(text)
    await settle()
    assert screen.shown == ["a"]
    await pauses.end()
    await settle()
    assert screen.shown == ["a", "abcd"]
    await pacer.stop()


async def test_nothing_is_shown_twice() -> None:
    screen, pauses = Screen(), Pauses()
    pacer = DraftPacer(screen.show, every_s=1.0, pause=pauses)
    pacer.draft("a")
    await pauses.end()
    await settle()
    pacer.draft("a")
    await settle()
    assert screen.shown == ["a"]
    await pacer.stop()


async def test_a_refusal_is_waited_for_and_slows_the_rest() -> None:
    screen, pauses = Screen(SlowDown(7.0)), Pauses()
    pacer = DraftPacer(screen.show, every_s=1.0, pause=pauses)
    pacer.draft("a")
    await pauses.begun(7.0)
    pacer.draft("ab")
    await pauses.end(7.0)
    await pauses.begun(1.5)
    assert screen.shown == ["ab"]
    assert pauses.asked == [7.0, 1.5]
    await pacer.stop()


async def test_an_error_ends_the_drafts_in_silence() -> None:
    screen, pauses = Screen(OSError("a secret")), Pauses()
    pacer = DraftPacer(screen.show, every_s=1.0, pause=pauses)
    pacer.draft("a")
    await settle()
    pacer.draft("ab")
    await settle()
    assert screen.shown == []
    await pacer.stop()


async def test_after_stopping_nothing_comes_and_what_was_on_its_way_has_arrived() -> None:
    sent, arrived = asyncio.Event(), asyncio.Event()
    shown: list[str] = []

    async def show(text: str) -> None:
        sent.set()
        await arrived.wait()
        shown.append(text)

    pacer = DraftPacer(show, every_s=1.0, pause=Pauses())
    pacer.draft("a")
    await sent.wait()
    pacer.draft("ab")
    stopping = asyncio.create_task(pacer.stop())
    await settle()
    assert not stopping.done()
    arrived.set()
    await stopping
    pacer.draft("abc")
    await settle()
    assert shown == ["a"]


async def test_stopping_before_anything_was_drafted_is_fine() -> None:
    await DraftPacer(Screen().show, every_s=1.0).stop()


async def test_stopping_while_a_draft_fails_is_fine() -> None:
    sent, broken = asyncio.Event(), asyncio.Event()

    async def show(_: str) -> None:
        sent.set()
        await broken.wait()
        raise OSError

    pacer = DraftPacer(show, every_s=1.0, pause=Pauses())
    pacer.draft("a")
    await sent.wait()
    stopping = asyncio.create_task(pacer.stop())
    await settle()
    broken.set()
    await stopping


async def test_the_first_draft_waits_and_then_shows_the_latest_text() -> None:
    screen, pauses = Screen(), Pauses()
    pacer = DraftPacer(screen.show, every_s=1.0, first_after_s=3.0, pause=pauses)
    pacer.draft("a")
    await pauses.begun(3.0)
    pacer.draft("ab")
    await settle()
    assert screen.shown == []
    await pauses.end(3.0)
    await pauses.begun(1.0)
    assert screen.shown == ["ab"]
    pacer.draft("abc")
    await pauses.end(1.0)
    await settle()
    assert screen.shown == ["ab", "abc"]
    await pacer.stop()
