"""Which days are done when: after a quiet spell, once across all processes, never before a reply.

A person's days are done by the process that holds a lease on them, a month at a time: the days,
then what is above them, then they count as settled. A process that dies in between leaves them
stale, and doing them again gives the same notes. What the model makes a mess of is left alone for
some hours, and goes on counting as stale.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from brain.consolidation.days import write_day
from brain.consolidation.reading import read_day
from brain.consolidation.scribe import Idle, Scribe
from brain.consolidation.tree import months_skipped, raise_from
from brain.consolidation.workshop import Workshop
from brain.derivations import StaleDay
from brain.errors import AnswerUnusable, GeneratorError
from brain.lease import Leases, Pause
from brain.memory.periods import Group, above
from brain.memory.record import Memory
from brain.memory.retention import Curve
from brain.messages import Person, Place
from brain.ports import Clock, Embedder, Generator, MemoryStore

log = logging.getLogger(__name__)

QUIET = timedelta(minutes=45)
"""How long nothing was said before a day is summarised: then a conversation is over."""
AGAIN_AFTER = timedelta(hours=6)
"""How long a day rests whose summary the model made a mess of."""
LEASE = "consolidation"
"""In the place of a place: no platform's ids look like it."""
MOST_DAYS = 1_000
"""Stale days that one run takes up."""
ATTEMPTS = 3
"""How often a day is done when its person forgets something meanwhile."""


@dataclass(slots=True)
class Report:
    """What a run did."""

    days: int = 0
    """Settled."""
    waiting: int = 0
    """Left alone: still talking, or done by another process."""
    failed: int = 0
    """The model's answers could not be used."""
    error: GeneratorError | None = None
    """The model did not answer at all: the rest was left for later."""


class Consolidator:
    """Summarises what was said: one for a whole process."""

    def __init__(
        self,
        *,
        store: MemoryStore,
        embedder: Embedder,
        generator: Generator,
        clock: Clock,
        curve: Curve,
        idle: Idle,
        pause: Pause = asyncio.sleep,
    ) -> None:
        """See `brain.companion.Companion`; `idle` is awaited before each request to the model."""
        self._store = store
        self._clock = clock
        self._leases = Leases(store, pause=pause)
        self._rested: dict[tuple[str, str, str | None], tuple[int, datetime]] = {}
        self._shop = Workshop(
            store=store,
            embedder=embedder,
            generator=generator,
            clock=clock,
            curve=curve,
            scribe=Scribe(generator, idle=idle),
        )

    @property
    def finds_facts(self) -> bool:
        """False as soon as the model has proved unable to fill in forms."""
        return self._shop.scribe.fills_forms

    async def run(
        self,
        *,
        person: str | None = None,
        quiet: timedelta = QUIET,
        progress: Callable[[StaleDay], None] | None = None,
    ) -> Report:
        """Do the stale days of everybody or of one person.

        Args:
            person: None: everybody.
            quiet: how long nothing must have been said on a day; zero: whatever is stale.
            progress: called with each day when it is begun.

        Raises:
            StoreError: what was done stands.
        """
        report = Report()
        limit = MOST_DAYS + len(self._rested)
        stale = await self._store.stale_days(limit=limit, person=person)
        for name, days in groupby(sorted(stale, key=_by_month), key=lambda day: day.person):
            await self._person(name, list(days), quiet, progress, report)
            if report.error is not None:
                break
        return report

    async def drain(self) -> None:
        """Let go of every lease. Call before closing the store."""
        await self._leases.drain()

    async def _person(
        self,
        name: str,
        days: Sequence[StaleDay],
        quiet: timedelta,
        progress: Callable[[StaleDay], None] | None,
        report: Report,
    ) -> None:
        lease = await self._leases.try_take(name, LEASE)
        if lease is None:
            report.waiting += len(days)
            return
        try:
            person = await self._store.person(name) or Person(name)
            for _, month in groupby(days, key=lambda day: (day.place or "", _month(day))):
                await self._month(person, list(month), quiet, progress, report)
        except GeneratorError as error:
            report.error = error
        finally:
            await self._leases.release(lease)

    async def _month(
        self,
        person: Person,
        days: Sequence[StaleDay],
        quiet: timedelta,
        progress: Callable[[StaleDay], None] | None,
        report: Report,
    ) -> None:
        done: list[StaleDay] = []
        last: Memory | None = None
        for day in days:
            if self._rests(day) and quiet:
                report.failed += 1
                continue
            if progress is not None:
                progress(day)
            try:
                outcome = await self._day(person, day, quiet)
            except AnswerUnusable:
                self._rested[_key(day)] = (day.change, self._clock.now())
                report.failed += 1
                continue
            if outcome is None:
                report.waiting += 1
                continue
            done.append(day)
            last = max([*outcome, *([last] if last else [])], key=_said_at, default=last)
        if done and await self._raise(person, done[0], last):
            await self._store.settled(done)
            for day in done:
                self._rested.pop(_key(day), None)
            report.days += len(done)

    async def _day(
        self, person: Person, stale: StaleDay, quiet: timedelta
    ) -> Sequence[Memory] | None:
        """The day's turns, now summarised; None: not yet."""
        for _ in range(ATTEMPTS):
            day = await read_day(self._store, stale, person)
            if day.turns and self._clock.now() - day.turns[-1].said_at < quiet:
                return None
            if await write_day(self._shop, day):
                return day.turns
        return None

    async def _raise(self, person: Person, day: StaleDay, last: Memory | None) -> bool:
        """What is above those days, in their group and in private, where all of it is seen."""
        month = _month(day)
        place = Place(day.place or (last.place if last else ""), private=day.place is None)
        groups = [(Group(day.person, day.place), place)]
        if day.place is not None:
            groups.append((Group(day.person, None), Place(day.place, private=True)))
        try:
            for group, where in groups:
                for each in sorted({month, *await months_skipped(self._shop, group)}):
                    if not await raise_from(self._shop, group, each, person=person, place=where):
                        return False
        except AnswerUnusable:
            self._rested[_key(day)] = (day.change, self._clock.now())
            return False
        return True

    def _rests(self, day: StaleDay) -> bool:
        change, since = self._rested.get(_key(day), (None, self._clock.now()))
        return change == day.change and self._clock.now() - since < AGAIN_AFTER


def _month(day: StaleDay) -> str:
    return above(day.day.isoformat())


def _by_month(day: StaleDay) -> tuple[str, str, str]:
    return (day.person, day.place or "", day.day.isoformat())


def _key(day: StaleDay) -> tuple[str, str, str | None]:
    return (day.person, day.day.isoformat(), day.place)


def _said_at(memory: Memory) -> datetime:
    return memory.said_at
