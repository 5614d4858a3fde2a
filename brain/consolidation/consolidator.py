"""Runs consolidation: decides which stale days are summarised when, and what happens on failure.

A day is summarised once nothing was said for a while, by one of all processes, and only while no
reply is under way. The process that holds a lease on a person goes through their days month by
month: it writes the days, then the notes above them, then marks the days as summarised. If it dies
in between, the days stay stale, and summarising them again writes the same notes.

Where the model's answers are unusable, the usable parts of the day are written, and the day is
tried again after some hours; after three such attempts it is marked as summarised with what there
is, until it changes. A day that the model refuses is tried again later, too, and never given up.
Only a model that is unavailable, or refuses several days in a row, ends a run for everybody.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import groupby

from brain.consolidation.context import ConsolidationContext
from brain.consolidation.day_reading import Day, read_day
from brain.consolidation.days import WrittenDay, write_day
from brain.consolidation.failed_days import AGAIN_AFTER, ALL_PARTS, Cooldowns, DayProgress
from brain.consolidation.run_progress import Progress, Report, Run
from brain.consolidation.summariser import USELESS, Idle, Summariser
from brain.consolidation.summary_tree import build_upwards, find_skipped_months
from brain.errors import AnswerUnusable, GeneratorError, GeneratorRefused
from brain.ids import MemoryId, PersonId, PlaceId
from brain.memory.periods import Group, parent_period
from brain.memory.retention import Curve
from brain.messages import Person, Place
from brain.ports import Clock, Embedder, Generator, MemoryStore
from brain.ports.derivations import StaleDay
from brain.turns.lease import Leases, Pause

__all__ = ["AGAIN_AFTER", "LEASE", "QUIET", "Consolidator"]

QUIET = timedelta(minutes=45)
"""How long nothing must have been said before a day is summarised, so that a conversation is
over."""
LEASE = PlaceId("consolidation")
"""The id that stands for a place in the lease on a person; no platform's ids look like it."""
MOST_DAYS = 1_000
"""The most stale days of one run."""
ATTEMPTS = 3
"""How often a day is summarised when its person forgets something meanwhile."""


class Consolidator:
    """Summarises what was said. A process has one."""

    def __init__(
        self,
        *,
        store: MemoryStore,
        embedder: Embedder,
        generator: Generator,
        clock: Clock,
        curve: Curve,
        idle: Idle,
        talking: asyncio.Event | None = None,
        pause: Pause = asyncio.sleep,
    ) -> None:
        """Create it of the parts of `brain.companion.Companion`.

        Args:
            store: the store.
            embedder: the embedder of the store's vectors.
            generator: the model that summarises.
            clock: the time.
            curve: the constants of forgetting.
            idle: waits until no reply is under way (`Summariser`).
            talking: set while a reply is under way (`Summariser`).
            pause: waits the given number of seconds.
        """
        self._store = store
        self._clock = clock
        self._leases = Leases(store, pause=pause)
        self._cooldowns = Cooldowns()
        self._context = ConsolidationContext(
            store=store,
            embedder=embedder,
            generator=generator,
            clock=clock,
            curve=curve,
            summariser=Summariser(generator, idle=idle, talking=talking),
        )

    async def run(
        self,
        *,
        person_id: PersonId | None = None,
        quiet: timedelta = QUIET,
        progress: Progress | None = None,
    ) -> Report:
        """Summarise the stale days of everybody or of one person.

        Args:
            person_id: the person; None for everybody.
            quiet: how long nothing must have been said on a day; zero also tries days again that
                failed a short time ago.
            progress: called at the start of each day and at each answer.

        Raises:
            StoreError: the store failed; days that are done stay summarised.
        """
        run = Run(quiet=quiet, progress=progress)
        stale = await self._store.stale_days(
            limit=MOST_DAYS + len(self._cooldowns), person_id=person_id
        )
        try:
            for each, days in groupby(sorted(stale, key=_by_month), key=lambda day: day.person):
                await self._consolidate_person(each, list(days), run)
        except GeneratorError as error:
            run.report.error = error
        else:
            # The model refused everything: the cause is more than a filter on one day.
            run.report.error = None if run.answered else run.refusal
        finally:
            self._context.summariser.on_answer = None
        return run.report

    async def drain(self) -> None:
        """Wait until every lease is released. Call before closing the store."""
        await self._leases.drain()

    async def _consolidate_person(
        self, person_id: PersonId, days: Sequence[StaleDay], run: Run
    ) -> None:
        lease = await self._leases.try_acquire(person_id, LEASE)
        if lease is None:
            run.report.waiting += len(days)
            return
        try:
            person = await self._store.person(person_id) or Person(person_id)
            for _, month in groupby(days, key=lambda day: (day.place or "", _month(day))):
                await self._consolidate_month(person, list(month), run)
        finally:
            await self._leases.release(lease)

    async def _consolidate_month(self, person: Person, days: Sequence[StaleDay], run: Run) -> None:
        written_days: list[DayProgress] = []
        done: list[StaleDay] = []
        for day in days:
            if run.quiet and self._cooldowns.is_cooling_down(day, now=self._clock.now()):
                run.report.failed += 1
                continue
            progress, is_done = await self._consolidate_day(person, day, run)
            if progress is not None:
                written_days.append(progress)
            if is_done:
                done.append(day)
        if not done and not any(progress.notes for progress in written_days):
            return
        try:
            above_is_done = await self._build_upwards(person, written_days)
        except USELESS as error:
            above_is_done = self._record_failure(done, error, run)
        else:
            for progress in written_days if above_is_done else ():
                self._cooldowns.record_progress(replace(progress, notes=frozenset()))
        if above_is_done and done:
            await self._store.mark_summarised(done)
            self._cooldowns.clear(done)
            run.report.days += len(done)

    async def _consolidate_day(
        self, person: Person, day: StaleDay, run: Run
    ) -> tuple[DayProgress | None, bool]:
        """Return what is written of a day (None: it has to wait), and whether it is done."""
        known = self._cooldowns.progress(day)
        if known is not None and not known.missing:
            return known, True
        self._context.summariser.on_answer = run.answers_of(day)
        made = await self._read_and_write(person, day, known, run.quiet)
        if made is None:
            run.report.waiting += 1
            return None, False
        read, written = made
        progress = DayProgress(
            day=day,
            notes=written.notes | (known.notes if known else frozenset()),
            missing=written.missing,
            said_in=read.turns[-1].place if read.turns else PlaceId(""),
        )
        self._cooldowns.record_progress(progress)
        if written.notes or written.failure is None:
            run.record_answer()
        return progress, written.failure is None or self._record_failure(
            [day], written.failure, run
        )

    async def _read_and_write(
        self, person: Person, stale: StaleDay, known: DayProgress | None, quiet: timedelta
    ) -> tuple[Day, WrittenDay] | None:
        """Return the day as it was read and what was written of it; None where it has to wait."""
        parts = ALL_PARTS if known is None else known.missing
        for _ in range(ATTEMPTS):
            day = await read_day(self._store, stale, person)
            # With the clock set ahead, something may be said on a day to come, which never rests.
            if quiet and day.turns and self._clock.now() - day.turns[-1].said_at < quiet:
                return None
            written = await write_day(self._context, day, parts=parts)
            if written is not None:
                return day, written
        return None

    async def _build_upwards(self, person: Person, written_days: Sequence[DayProgress]) -> bool:
        """Rebuild the notes above days, in their group and in the private one, which sees all."""
        day = written_days[0].day
        touched = frozenset().union(*(progress.notes for progress in written_days))
        said_in = next(
            (progress.said_in for progress in reversed(written_days) if progress.said_in),
            PlaceId(""),
        )
        groups = [(Group(day.person, day.place), Place(day.place or said_in, day.place is None))]
        if day.place is not None:
            groups.append((Group(day.person, None), Place(day.place, private=True)))
        failure: GeneratorError | None = None
        for group, where in groups:
            try:
                if not await self._build_group_upwards(person, group, where, _month(day), touched):
                    return False
            except USELESS as error:
                failure = failure or error
        if failure is not None:
            raise failure
        return True

    async def _build_group_upwards(
        self, person: Person, group: Group, place: Place, month: str, touched: frozenset[MemoryId]
    ) -> bool:
        for _ in range(ATTEMPTS):
            months = {month, *await find_skipped_months(self._context, group)}
            if await build_upwards(
                self._context, group, months, touched=touched, person=person, place=place
            ):
                return True
        return False

    def _record_failure(self, days: Sequence[StaleDay], error: GeneratorError, run: Run) -> bool:
        """Postpone days; return whether they are given up until they change.

        Raises:
            GeneratorRefused: the model refused so many days that the run has to end.
        """
        is_unusable = isinstance(error, AnswerUnusable)
        given_up = self._cooldowns.record_failure(
            days, now=self._clock.now(), is_unusable=is_unusable
        )
        if not given_up:
            run.report.failed += len(days)
        if is_unusable:
            run.record_answer()
        elif isinstance(error, GeneratorRefused):
            run.record_refusal(error, days)
        return given_up


def _month(day: StaleDay) -> str:
    return parent_period(day.day.isoformat())


def _by_month(day: StaleDay) -> tuple[str, str, str]:
    return (day.person, day.place or "", day.day.isoformat())
