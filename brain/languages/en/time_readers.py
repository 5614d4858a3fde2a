"""Reads the English phrases of time that the rules of `brain.languages.en.times` find."""

import re
from collections.abc import Iterable

from brain.languages.en.dates import written
from brain.memory.temporal.calendar import (
    DAY,
    WEEK,
    Stretch,
    Today,
    away,
    days,
    month_of,
    part_of_day,
    rolling,
    season_of,
    union,
    week_of,
    year_of,
)
from brain.memory.temporal.dates import Written

MONTHS = "january february march april may june july august september october november december"
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
NUMBERS = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine",
    "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen",
    "seventeen", "eighteen", "nineteen", "twenty",
)  # fmt: skip
_PREFIXES = {"past": "last", "previous": "last", "coming": "next", "that": "last"}
# Words that tell of a habit, so that a weekday means every week and no single day.
_HABIT = re.compile(r"\b(?:every|each|usually|always|often|normally)\b", re.IGNORECASE)


def _number(words: str) -> tuple[int, int]:
    words = words.lower()
    if words.isdigit():
        return int(words), int(words)
    if words in NUMBERS:
        return NUMBERS.index(words), NUMBERS.index(words)
    tens = {"thirty": 30, "forty": 40, "fifty": 50}.get(words)
    if tens:
        return tens, tens
    if "couple" in words:
        return 2, 3
    return (2, 6) if "few" in words or words == "several" else (1, 1)


def _year(words: str | None, today: Today) -> int | None:
    if words is None:
        return None
    if words.startswith("'"):
        year = today.day.year // 100 * 100 + int(words[1:])
        return year - 100 if year > today.day.year + 1 else year
    if words[:4].isdigit():
        return int(words[:4])
    return today.day.year + {"last": -1, "this": 0, "next": 1}[words.split()[0].lower()]


def _part(words: str | None) -> str | None:
    if words is None:
        return None
    words = words.lower()
    if "half" in words:
        return "first half" if "first" in words else "second half"
    if words.startswith("mid") or "middle" in words:
        return "middle"
    return "late" if "late" in words or "end" in words else "early"


def _which(words: str | None) -> str | None:
    first = words.split()[-1].lower() if words else None
    first = _PREFIXES.get(first, first) if first else None
    return first if first in {"last", "this", "next"} else None


def on_date(match: re.Match[str], today: Today) -> Iterable[Stretch] | None:
    """Read "On 3 May", "the 3rd of May, 2022"."""
    phrase = match["date"]
    # After "on", "may" in lower case is the month; without it, the verb.
    if match["on"]:
        phrase = phrase.title()
    read = written(phrase, today)
    return None if read is None else (read.placed(today),)


def open_date(match: re.Match[str], today: Today) -> Iterable[Stretch] | None:
    """Read "Before June", a time that is open at one end and narrows no search."""
    del match, today
    return ()


def between(match: re.Match[str], today: Today) -> Iterable[Stretch] | None:
    """Read "Between August 11 and August 15 2023"."""
    first, last = written(match["date"], today), written(match["until"], today)
    if first is None or last is None:
        return None
    end = last.placed(today)
    begin = first.placed(today)
    if first.year is None:
        begin = Written(end.first.year, first.month, first.day).placed(today)
    return (union(begin, end),) if begin.first <= end.first else None


def beside_date(match: re.Match[str], today: Today) -> Iterable[Stretch] | None:
    """Read "The week before 16 November", "two days after 3 May"."""
    read = written(match["date"], today)
    if read is None or read.day is None:
        return None
    day = read.placed(today).first.date()
    sign = -1 if match["side"].lower() == "before" else 1
    unit = match["unit"].lower().rstrip("s")
    there = Today(day=day)
    if unit in WEEKDAYS:
        shown = there.weekdays(WEEKDAYS.index(unit), "last" if sign < 0 else "next")
        nearest = shown[-1] if sign < 0 else shown[0]
        return (days(nearest, nearest),)
    if unit == "weekend":
        monday = there.weekend("last") if sign < 0 else there.weekend("next")
        return (monday,)
    if not match["number"]:
        if unit == "day":
            return (days(day + sign * DAY, day + sign * DAY),)
        other = rolling(day, 1, unit) if sign < 0 else days(day, away(day, 1, 1, unit).until.date())
        return (other,)
    least, most = _number(match["number"])
    return (away(day, sign * least, sign * most, unit),)


def month(match: re.Match[str], today: Today) -> Iterable[Stretch] | None:
    """Read "In March", "early June", "the second week of November"."""
    name = match["month"].lower().rstrip(".")
    month = next(i for i, full in enumerate(MONTHS.split(), 1) if full.startswith(name[:3]))
    year = _year(match["year"], today)
    if year is None:
        if not (match["which"] or match["part"] or match["nth"]):
            return None
        which = _which(match["which"])
        year = today.year_for(lambda each: month_of(each, month), which=which)
    if match["nth"]:
        nth = match["nth"].lower().split()[0]
        if nth == "last":
            return (month_of(year, month, "late"),)
        number = ("first", "second", "third", "fourth").index(nth)
        first = month_of(year, month).first.date() + number * WEEK
        return (days(first - 3 * DAY, first + 9 * DAY),)
    return (month_of(year, month, _part(match["part"])),)


def season(match: re.Match[str], today: Today) -> Iterable[Stretch] | None:
    """Read "Last summer", "the winter of 2022"."""
    season = match["season"].lower().replace("fall", "autumn")
    year = _year(match["year"], today)
    if year is None:
        if not match["which"]:
            return None
        which = _which(match["which"])
        year = today.year_for(lambda each: season_of(each, season), which=which)
    elif season == "winter":
        # "The winter of 2022" can begin or end in 2022.
        return (season_of(year - 1, season), season_of(year, season))
    return (season_of(year, season),)


def in_year(match: re.Match[str], today: Today) -> Iterable[Stretch] | None:
    """Read "In 2021", "the end of 2020"."""
    year = _year(match["year"], today)
    return None if year is None else (year_of(year, _part(match["part"])),)


def weekday(match: re.Match[str], today: Today) -> Iterable[Stretch] | None:
    """Read "Last Tuesday", "on Sunday evening"."""
    which = _which(match["which"])
    if which is None and _HABIT.search(match.string):
        return None
    shown = today.weekdays(WEEKDAYS.index(match["weekday"].lower()), which)
    part = match["hours"]
    return [part_of_day(day, part.lower() if part else None) for day in shown]


_DAYS = {
    "the day before yesterday": -2,
    "yesterday": -1,
    "today": 0,
    "tomorrow": 1,
    "the day after tomorrow": 2,
}


def day(match: re.Match[str], today: Today) -> Iterable[Stretch] | None:
    """Read "Yesterday evening", "the day after tomorrow"."""
    day = today.day + _DAYS[" ".join(match["day"].lower().split())] * DAY
    part = match["hours"]
    return (part_of_day(day, part.lower() if part else None),)


def hours(match: re.Match[str], today: Today) -> Iterable[Stretch] | None:
    """Read "Last night", "this morning"."""
    words = match[0].lower()
    if words == "last night":
        return (part_of_day(today.day - DAY, "night"),)
    return (part_of_day(today.day, "night" if words == "tonight" else words.split()[-1]),)


def unit(match: re.Match[str], today: Today) -> Iterable[Stretch] | None:
    """Read "Last week", "next month", "over the weekend"."""
    which, unit = _which(match["which"]), match["unit"].lower()
    if unit == "weekend":
        if which is None and _HABIT.search(match.string):
            return None
        return (today.weekend(which),)
    shift = {"last": -1, "this": 0, "next": 1}[which or "this"]
    part = _part(match["part"])
    if unit == "week":
        return (week_of(today.day + shift * WEEK),)
    if unit == "year":
        return (year_of(today.day.year + shift, part),)
    months = today.day.year * 12 + today.day.month - 1 + shift
    return (month_of(months // 12, months % 12 + 1, part),)


def ago(match: re.Match[str], today: Today) -> Iterable[Stretch] | None:
    """Read "Three weeks ago", "two days from now"."""
    least, most = _number(match["number"])
    unit = match["unit"].lower().rstrip("s")
    if unit == "fortnight":
        least, most, unit = 2 * least, 2 * most, "week"
    sign = -1 if match["ago"] else 1
    return (away(today.day, sign * least, sign * most, unit),)


def past(match: re.Match[str], today: Today) -> Iterable[Stretch] | None:
    """Read "In the past three days"."""
    _, most = _number(match["number"])
    return (rolling(today.day, most, match["unit"].lower().rstrip("s")),)
