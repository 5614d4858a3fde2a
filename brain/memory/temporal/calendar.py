"""Computes which days of a person's calendar "last week" or "a month ago" covers.

Everything is computed in local wall time and converted to UTC at the very end, so that a day of 23
or 25 hours stays one day. Weeks begin on Monday; seasons are those of the northern hemisphere.

How much each expression covers, and why:

- a week includes the Sunday before it, because for some people the week begins there;
- a weekend begins on Friday at 17:00;
- a night ends at 05:00 on the next day, an evening at midnight;
- "N days ago" is that day, from 4 days on with a day before and after; "N weeks ago" has 3 days
  before and after;
- "N months ago" is the calendar month and half a month before and after the day, "N years ago" the
  calendar year and half a year before and after, because people mean either;
- a season is the meteorological and the astronomical one together: summer, 1 June to 22 September.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from dateutil.relativedelta import relativedelta

DAY = timedelta(days=1)
WEEK = timedelta(weeks=1)
FRIDAY, SATURDAY = 4, 5

# First and last month and day; a winter is named after the year in which it begins.
_SEASONS = {
    "spring": ((3, 1), (6, 20)),
    "summer": ((6, 1), (9, 22)),
    "autumn": ((9, 1), (12, 21)),
    "winter": ((12, 1), (3, 20)),
}
# Hours after midnight; those above 24 are on the next day.
_PARTS = {
    "morning": (4, 12),
    "noon": (11, 14),
    "afternoon": (12, 18),
    "evening": (17, 24),
    "night": (18, 29),
    "dawn": (0, 6),
}
# First and last day of a month's part; 31 is cut to the month's length.
_MONTH_PARTS = {
    "early": (1, 12),
    "middle": (9, 22),
    "late": (19, 31),
    "first half": (1, 16),
    "second half": (15, 31),
}
# First and last month of a year's part.
_YEAR_PARTS = {
    "early": (1, 4),
    "middle": (5, 8),
    "late": (9, 12),
    "first half": (1, 6),
    "second half": (7, 12),
}
_WEEKS_MARGIN = timedelta(days=3)
_EXACT_DAYS = 3


@dataclass(frozen=True, slots=True)
class Stretch:
    """Local wall time from `first` to `until` (not included), both without a zone."""

    first: datetime
    until: datetime


def days(first: date, last: date) -> Stretch:
    """Return the stretch of whole days from `first` to `last`, both included."""
    return Stretch(datetime.combine(first, time()), datetime.combine(last + DAY, time()))


def union(*stretches: Stretch) -> Stretch:
    """Return the stretch from the earliest beginning to the latest end."""
    return Stretch(min(one.first for one in stretches), max(one.until for one in stretches))


def part_of_day(day: date, part: str | None) -> Stretch:
    """Return a part of the day (`morning`, `noon`, ..., `night`, `dawn`), or the whole day."""
    if part is None:
        return days(day, day)
    midnight = datetime.combine(day, time())
    first, until = _PARTS[part]
    return Stretch(midnight + timedelta(hours=first), midnight + timedelta(hours=until))


def month_of(year: int, month: int, part: str | None = None) -> Stretch:
    """Return a calendar month or a part of it (`early`, `middle`, `late`, `first half`, ...)."""
    first, last = _MONTH_PARTS[part] if part else (1, 31)
    begin = date(year, month, 1)
    return days(begin + relativedelta(day=first), begin + relativedelta(day=last))


def year_of(year: int, part: str | None = None) -> Stretch:
    """Return a calendar year or a part of it, named as for `month_of`."""
    first, last = _YEAR_PARTS[part] if part else (1, 12)
    return days(date(year, first, 1), date(year, last, 1) + relativedelta(day=31))


def season_of(year: int, season: str) -> Stretch:
    """Return the season (`spring`, `summer`, `autumn`, `winter`) that begins in this year."""
    first, last = _SEASONS[season]
    return days(date(year, *first), date(year + (last < first), *last))


def week_of(day: date) -> Stretch:
    """Return the calendar week of a day, with the Sunday before it."""
    monday = day - day.weekday() * DAY
    return days(monday - DAY, monday + 6 * DAY)


def weekend_of(day: date) -> Stretch:
    """Return the weekend of a day's calendar week, from Friday 17:00."""
    monday = day - day.weekday() * DAY
    friday = part_of_day(monday + FRIDAY * DAY, "evening")
    return union(friday, days(monday + SATURDAY * DAY, monday + 6 * DAY))


def away(day: date, least: int, most: int, unit: str) -> Stretch:
    """Return the time between `least` and `most` units from a day, widened as the module says.

    Args:
        day: the day to count from.
        least: a number of units; negative numbers are in the past.
        most: another number of units.
        unit: `day`, `week`, `month` or `year`.
    """
    return union(_away(day, least, unit), _away(day, most, unit))


def _away(day: date, number: int, unit: str) -> Stretch:
    if unit == "day":
        target = day + number * DAY
        margin = DAY if abs(number) > _EXACT_DAYS else 0 * DAY
        return days(target - margin, target + margin)
    if unit == "week":
        target = day + number * WEEK
        return days(target - _WEEKS_MARGIN, target + _WEEKS_MARGIN)
    if unit == "month":
        target = day + relativedelta(months=number)
        half = timedelta(days=15)
        return union(month_of(target.year, target.month), days(target - half, target + half))
    target = day + relativedelta(years=number)
    half_year = timedelta(days=183)
    return union(year_of(target.year), days(target - half_year, target + half_year))


def rolling(day: date, number: int, unit: str) -> Stretch:
    """Return the `number` units that end with this day, as "the past three weeks" does."""
    spans = {
        "day": relativedelta(days=number),
        "week": relativedelta(weeks=number),
        "month": relativedelta(months=number),
        "year": relativedelta(years=number),
    }
    return days(day - spans[unit], day)


@dataclass(frozen=True, slots=True, kw_only=True)
class Today:
    """The day on which something is said, by which relative times are resolved."""

    day: date
    ahead: bool = False
    """Whether the text speaks of the future."""

    def year_for(self, extent: Callable[[int], Stretch], *, which: str | None = None) -> int:
        """Return the year that is meant of something yearly that was named without its year.

        Args:
            extent: returns what it covers in a given year; raises ValueError for a year that it
                does not occur in (29 February).
            which: `last` (the latest that is over), `this` (this year's), `next` (the first that
                has not begun). None for the latest that has begun or, where the text speaks of the
                future, the first that is not over.
        """
        now = datetime.combine(self.day, time())
        years = range(self.day.year - 8, self.day.year + 9)
        if which == "this":
            return self.day.year
        known = []
        for year in years:
            try:
                known.append((year, extent(year)))
            except ValueError:
                continue
        if which == "next":
            return next(year for year, one in known if one.first > now)
        if which == "last":
            return next(year for year, one in reversed(known) if one.until <= now)
        if self.ahead:
            return next(year for year, one in known if one.until > now)
        return next(year for year, one in reversed(known) if one.first <= now)

    def weekdays(self, weekday: int, which: str | None = None) -> tuple[date, ...]:
        """Return the days that "Tuesday" (1; Monday is 0) may mean.

        "Last Tuesday", said on a Friday, means Tuesday of this week to some people and of the week
        before to others, so both are returned; likewise for "next". On a Tuesday, neither is today.

        Args:
            weekday: the number of the weekday, from 0 for Monday.
            which: `last`, `this` or `next`; None for the latest, or the next one where the text
                speaks of the future.
        """
        monday = self.day - self.day.weekday() * DAY
        of_this_week = monday + weekday * DAY
        if which == "this":
            return (of_this_week,)
        if which == "last":
            latest = self.day - ((self.day.weekday() - weekday - 1) % 7 + 1) * DAY
            return tuple(sorted({latest, of_this_week - WEEK}))
        if which == "next":
            soonest = self.day + ((weekday - self.day.weekday() - 1) % 7 + 1) * DAY
            return tuple(sorted({soonest, of_this_week + WEEK}))
        if self.ahead:
            return (self.day + (weekday - self.day.weekday()) % 7 * DAY,)
        return (self.day - (self.day.weekday() - weekday) % 7 * DAY,)

    def weekend(self, which: str | None = None) -> Stretch:
        """Return the `last`, `this` or `next` weekend.

        None stands for the latest that has begun, or the next one where the text speaks of the
        future.
        """
        if which is None and not self.ahead and self.day.weekday() < SATURDAY:
            which = "last"
        shift = {"last": -1, "next": 1}.get(which or "this", 0)
        return weekend_of(self.day + shift * WEEK)
