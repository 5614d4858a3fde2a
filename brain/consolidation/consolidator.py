"""Which days are done when: after a quiet spell, once across all processes, never before a reply.

A person's days are done by the process that holds a lease on them, a month at a time: the days,
then what is above them, then they are marked as summarised. A process that dies in between leaves
them stale, and doing them again gives the same notes.

Where the model's answers are unusable, the day is written as far as they are sound, is left alone
for some hours, and is tried again; after three such attempts it is marked as summarised, with what
there is, until the day changes. A day that the model refuses is left alone, too, and is never given
up. Only a model that is away, or refuses one day after the other, ends a run for everybody.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import groupby

from brain.consolidation.context import ConsolidationContext
from brain.consolidation.cooldown import AGAIN_AFTER, ALL_PARTS, Cooldowns, DayProgress
from brain.consolidation.day_reading import Day, read_day
from brain.consolidation.days import WrittenDay, write_day
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

__all__ = ["AGAIN_AFTER", "LEASE", "QUIET", "Consolidator", "Progress", "Report"]

QUIET = timedelta(minutes=45)
"""How long nothing was said before a day is summarised: then a conversation is over."""
LEASE = PlaceId("consolidation")
"""In the place of a place: no platform's ids look like it."""
MOST_DAYS = 1_000
"""Stale days that one run takes up."""
ATTEMPTS = 3
"""How often a day is done when its person forgets something meanwhile."""
MOST_REFUSED = 3
"""Days of one person that are refused in a row before the refusal counts as one of everything."""

Progress = Callable[[StaleDay, int], None]
"""Gets the day at hand and how often the model has answered for it: when it is begun, and at each
answer."""


@dataclass(slots=True)
class Report:
    """What a run did."""

    days: int = 0
    """Summarised."""
    waiting: int = 0
    """Left alone: still talking, or done by another process."""
    failed: int = 0
    """The model's answers could not be used, or it refused."""
    error: GeneratorError | None = None
    """The model did not answer at all: the rest was left for later."""


@dataclass(slots=True, kw_only=True)
class _Run:
    """One call of `Consolidator.run`."""

    quiet: timedelta
    progress: Progress | None
    report: Report = field(default_factory=Report)
    answered: bool = False
    refusal: GeneratorRefused | None = None
    refused: list[PersonId] = field(default_factory=list)
    """Whose days were refused since the model last answered."""


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
        talking: asyncio.Event | None = None,
        pause: Pause = asyncio.sleep,
    ) -> None:
        """See `brain.companion.Companion`; for `idle` and `talking`, `Summariser`."""
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
        """Do the stale days of everybody or of one person.

        Args:
            person_id: None: everybody.
            quiet: how long nothing must have been said on a day; zero: whatever is stale.
            progress: see there.

        Raises:
            StoreError: what was done stands.
        """
        run = _Run(quiet=quiet, progress=progress)
        stale = await self._store.stale_days(
            limit=MOST_DAYS + len(self._cooldowns), person_id=person_id
        )
        try:
            for each, days in groupby(sorted(stale, key=_by_month), key=lambda day: day.person):
                await self._consolidate_person(each, list(days), run)
        except GeneratorError as error:
            run.report.error = error
        else:
            # Nobody could be served: that is more than a day that a filter does not like.
            run.report.error = None if run.answered else run.refusal
        finally:
            self._context.summariser.on_answer = None
        return run.report

    async def drain(self) -> None:
        """Let go of every lease. Call before closing the store."""
        await self._leases.drain()

    async def _consolidate_person(
        self, person_id: PersonId, days: Sequence[StaleDay], run: _Run
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

    async def _consolidate_month(self, person: Person, days: Sequence[StaleDay], run: _Run) -> None:
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
        self, person: Person, day: StaleDay, run: _Run
    ) -> tuple[DayProgress | None, bool]:
        """What is written of a day (None: it has to wait), and whether that is all of it."""
        known = self._cooldowns.progress(day)
        if known is not None and not known.missing:
            return known, True
        self._report_progress(day, run)
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
            run.answered = True
            run.refused.clear()
        return progress, written.failure is None or self._record_failure(
            [day], written.failure, run
        )

    async def _read_and_write(
        self, person: Person, stale: StaleDay, known: DayProgress | None, quiet: timedelta
    ) -> tuple[Day, WrittenDay] | None:
        """The day as it was read, and what became of what is missing of it; None: not yet."""
        parts = ALL_PARTS if known is None else known.missing
        for _ in range(ATTEMPTS):
            day = await read_day(self._store, stale, person)
            if day.turns and self._clock.now() - day.turns[-1].said_at < quiet:
                return None
            written = await write_day(self._context, day, parts=parts)
            if written is not None:
                return day, written
        return None

    async def _build_upwards(self, person: Person, written_days: Sequence[DayProgress]) -> bool:
        """What is above those days, in their group and in private, where all of it is seen."""
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

    def _record_failure(self, days: Sequence[StaleDay], error: GeneratorError, run: _Run) -> bool:
        """Leave days alone. True: given up, until they change. Raises an error about everything."""
        is_unusable = isinstance(error, AnswerUnusable)
        given_up = self._cooldowns.record_failure(
            days, now=self._clock.now(), is_unusable=is_unusable
        )
        if not given_up:
            run.report.failed += len(days)
        if is_unusable:
            run.answered = True
            run.refused.clear()
        elif isinstance(error, GeneratorRefused):
            run.refusal = error
            run.refused += (day.person for day in days[:1])
            if len(run.refused) >= MOST_REFUSED or len(set(run.refused)) > 1:
                raise error
        return given_up

    def _report_progress(self, day: StaleDay, run: _Run) -> None:
        """Tell of a day from now on."""
        if run.progress is None:
            return
        progress, answers = run.progress, 0

        def on_answer() -> None:
            nonlocal answers
            answers += 1
            progress(day, answers)

        progress(day, 0)
        self._context.summariser.on_answer = on_answer


def _month(day: StaleDay) -> str:
    return parent_period(day.day.isoformat())


def _by_month(day: StaleDay) -> tuple[str, str, str]:
    return (day.person, day.place or "", day.day.isoformat())
