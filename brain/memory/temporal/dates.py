"""Resolves written dates, with or without a year."""

from dataclasses import dataclass
from datetime import date

from brain.memory.temporal.calendar import Stretch, Today, days, month_of

FIRST_YEAR, LAST_YEAR = 1900, 2199


@dataclass(frozen=True, slots=True)
class Written:
    """A date as it is written: the year or the day may be missing."""

    year: int | None
    month: int
    day: int | None

    def extent(self, year: int) -> Stretch:
        """Return the day, or the month where there is no day, in a year."""
        if self.day is None:
            return month_of(year, self.month)
        day = date(year, self.month, self.day)
        return days(day, day)

    def placed(self, today: Today, *, which: str | None = None) -> Stretch:
        """Return the day or month in its year, or in the likely one (`Today.year_for`)."""
        year = self.year if self.year is not None else today.year_for(self.extent, which=which)
        return self.extent(year)
