"""The catalogue of the texts that people and models read, and dates in a person's language.

The texts are in `brain/languages/<language>/*.ftl` (Project Fluent). A text that a language lacks
is read in English.
"""

import math
from collections.abc import Generator
from contextlib import suppress
from datetime import date, datetime, timedelta
from functools import cache, lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

from babel.core import Locale, UnknownLocaleError
from babel.dates import format_date, format_datetime, format_timedelta
from fluent.runtime import AbstractResourceLoader, FluentLocalization, resolver
from fluent.syntax import FluentParser
from fluent.syntax.ast import Resource

from brain.languages import DEFAULT_LANGUAGE, FOLDER, known, languages

# Fluent puts a mark in place of a longer value, against texts of strangers that expand without end.
# The texts here are this program's own, and a value may be as long as a message.
resolver.MAX_PART_LENGTH = 100_000_000
_Unit = Literal["day", "week", "month", "year"]
_DAYS_OF: dict[_Unit, int] = {"day": 1, "week": 7, "month": 30, "year": 365}
"""As Babel counts them."""
_YEAR = 365.25
_MONTH = _YEAR / 12
"""Mean length in days."""


class _Loader(AbstractResourceLoader):
    """Loads the files of a language; Fluent's own loader leaves them open."""

    def resources(
        self, locale: str, resource_ids: list[str]
    ) -> Generator[list[Resource], None, None]:
        """Yield the parsed files of one language."""
        paths = (FOLDER / locale / name for name in resource_ids)
        yield [FluentParser().parse(path.read_text("utf-8")) for path in paths if path.exists()]


@cache
def _catalogue(language: str) -> FluentLocalization:
    files = sorted(path.name for path in (FOLDER / DEFAULT_LANGUAGE).glob("*.ftl"))
    # Isolation marks around values would appear in prompts and terminals as stray characters.
    return FluentLocalization([language, DEFAULT_LANGUAGE], files, _Loader(), use_isolating=False)


def say(language: str, key: str, /, **values: str | float) -> str:
    """Return the text of a key in a language, filled with values (`_` in names becomes `-`)."""
    filled = {name.replace("_", "-"): value for name, value in values.items()}
    return _catalogue(texts_of(language)).format_value(key, filled)


def texts_of(language: str) -> str:
    """Return the language whose texts are read in a language: English where it has none."""
    return known(language) or DEFAULT_LANGUAGE


@lru_cache(maxsize=512)
def name_of(language: str) -> str:
    """Return the name of a language in the language of its texts: English, 中文; Russian."""
    read = texts_of(language)
    for code in (language, read):
        with suppress(UnknownLocaleError, ValueError):
            name = Locale.parse(code, sep="-").get_language_name(read)
            if name:
                return name
    return read


@cache
def answers(key: str) -> frozenset[str]:
    """Return the words that a key lists in all languages, case-folded, such as those for "yes"."""
    listed = (say(language, key).split(",") for language in languages())
    return frozenset(word.strip().casefold() for words in listed for word in words)


def on_day(language: str, moment: datetime, zone: ZoneInfo) -> str:
    """Return the date in the person's zone, such as `Thu, 20 Nov 2026`."""
    return _formatted(language, moment.astimezone(zone).date())


@lru_cache(maxsize=4_096)
def _formatted(language: str, day: date) -> str:
    return format_date(day, say(language, "date-pattern"), locale=texts_of(language))


def as_told(language: str, text: str, replaced_at: datetime | None, zone: ZoneInfo) -> str:
    """Return the text of a memory in a list, marked if the person said otherwise since then.

    Args:
        language: the code of the language of the mark.
        text: the text.
        replaced_at: when the person said otherwise; None where they did not.
        zone: the person's time zone.
    """
    if replaced_at is None:
        return text
    return say(language, "memory-earlier", text=text, since=on_day(language, replaced_at, zone))


def at_time(language: str, moment: datetime, zone: ZoneInfo) -> str:
    """Return the date and the time to the minute in the person's zone."""
    pattern = say(language, "datetime-pattern")
    return format_datetime(moment.astimezone(zone), pattern, locale=texts_of(language))


def ago(language: str, moment: datetime, now: datetime, zone: ZoneInfo) -> str:
    """Return how far a time is from now in days of the person's calendar, such as "3 days ago".

    "yesterday" is the calendar day before, not 24 hours before; a future time reads "in 3 days".
    """
    apart = moment.astimezone(zone).date() - now.astimezone(zone).date()
    return _relative_days(language, apart.days)


@lru_cache(maxsize=4_096)
def _relative_days(language: str, days: int) -> str:
    if days in (0, -1, 1):
        if days == 0:
            return say(language, "day-today")
        return say(language, "day-yesterday" if days < 0 else "day-tomorrow")
    unit, count = _as_people_count(abs(days))
    if count % 1:
        key = "years-and-a-half-ago" if days < 0 else "in-years-and-a-half"
        return say(language, key, years=int(count))
    apart = timedelta(days=count * _DAYS_OF[unit])
    return format_timedelta(
        apart if days > 0 else -apart,
        granularity=unit,
        threshold=math.inf,
        add_direction=True,
        locale=texts_of(language),
    )


def _as_people_count(days: int) -> tuple[_Unit, float]:
    """Return unit and count as people round them; of years up to ten, halves count as well."""
    weeks, months, years = days / 7, days / _MONTH, days / _YEAR
    if days < 14 and days != 7:  # noqa: PLR2004 nobody says "1 week" of ten days
        return "day", days
    if months < 0.9 or 1.25 <= months < 1.75:  # noqa: PLR2004 "6 weeks", but "1 month"
        return "week", round(weeks)
    if months < 11.5:  # noqa: PLR2004 of twelve
        return "month", round(months)
    return "year", round(years) if years >= 10 else round(2 * years) / 2  # noqa: PLR2004 likewise
