"""Keeps what one run of consolidation has done, and decides when refusals end it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from brain.errors import GeneratorError, GeneratorRefused
from brain.ids import PersonId
from brain.ports.derivations import StaleDay

MOST_REFUSED = 3
"""How many days of one person the model must refuse in a row to end a run."""

Progress = Callable[[StaleDay, int], None]
"""Called with a day and the number of the model's answers for it, at its start and at each
answer."""


@dataclass(slots=True)
class Report:
    """The result of a run."""

    days: int = 0
    """Days that were summarised."""
    waiting: int = 0
    """Days that have to wait: the conversation goes on, or another process works on them."""
    failed: int = 0
    """Days for which the model's answers were unusable, or which it refused."""
    error: GeneratorError | None = None
    """Why the model did not answer at all, so that the rest was left for later."""


@dataclass(slots=True, kw_only=True)
class Run:
    """The state of one call of `Consolidator.run`."""

    quiet: timedelta
    progress: Progress | None
    report: Report = field(default_factory=Report)
    answered: bool = False
    """Whether the model has answered at all."""
    refusal: GeneratorRefused | None = None
    """The last refusal of the model."""
    refused: list[PersonId] = field(default_factory=list)
    """The people whose days were refused since the model last answered, one entry per refusal."""

    def record_answer(self) -> None:
        """Record that the model has answered, so that earlier refusals no longer count."""
        self.answered = True
        self.refused.clear()

    def record_refusal(self, error: GeneratorRefused, days: Sequence[StaleDay]) -> None:
        """Record that the model refused days of one person, which count as one refusal.

        Raises:
            GeneratorRefused: it refused so many days that the run has to end.
        """
        self.refusal = error
        self.refused += (day.person for day in days[:1])
        if len(self.refused) >= MOST_REFUSED or len(set(self.refused)) > 1:
            raise error

    def answers_of(self, day: StaleDay) -> Callable[[], None] | None:
        """Report the start of a day, and return what to call at each answer for it."""
        if self.progress is None:
            return None
        progress, answers = self.progress, 0

        def on_answer() -> None:
            nonlocal answers
            answers += 1
            progress(day, answers)

        progress(day, 0)
        return on_answer
