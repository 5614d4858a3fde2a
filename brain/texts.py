"""The one catalogue of what people and models read: prompts and interface, per language.

`brain/languages/<language>/*.ftl` (Project Fluent). A text that a language lacks falls back to
English.
"""

from collections.abc import Generator
from datetime import date, datetime, timedelta
from functools import cache, lru_cache
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime, format_timedelta
from fluent.runtime import AbstractResourceLoader, FluentLocalization
from fluent.syntax import FluentParser
from fluent.syntax.ast import Resource

from brain.languages import DEFAULT_LANGUAGE, FOLDER, languages


class _Loader(AbstractResourceLoader):
    """As Fluent's own, which leaves its files open."""

    def resources(
        self, locale: str, resource_ids: list[str]
    ) -> Generator[list[Resource], None, None]:
        """The parsed files of one language."""
        paths = (FOLDER / locale / name for name in resource_ids)
        yield [FluentParser().parse(path.read_text("utf-8")) for path in paths if path.exists()]


@cache
def _catalogue(language: str) -> FluentLocalization:
    files = sorted(path.name for path in (FOLDER / DEFAULT_LANGUAGE).glob("*.ftl"))
    # Isolation marks around values would land in prompts and terminals as stray characters.
    return FluentLocalization([language, DEFAULT_LANGUAGE], files, _Loader(), use_isolating=False)


def say(language: str, key: str, /, **values: str | float) -> str:
    """The text of that key in that language, filled with the values (`_` in names becomes `-`)."""
    filled = {name.replace("_", "-"): value for name, value in values.items()}
    return _catalogue(language).format_value(key, filled)


@cache
def answers(key: str) -> frozenset[str]:
    """The words of that key in all languages, such as those that mean yes, in small letters."""
    listed = (say(language, key).split(",") for language in languages())
    return frozenset(word.strip().casefold() for words in listed for word in words)


def on_day(language: str, moment: datetime, zone: ZoneInfo) -> str:
    """The date in the person's zone, such as `Thu, 20 Nov 2026`."""
    return _written(language, moment.astimezone(zone).date())


@lru_cache(maxsize=4_096)
def _written(language: str, day: date) -> str:
    return format_date(day, say(language, "date-pattern"), locale=language)


def at_time(language: str, moment: datetime, zone: ZoneInfo) -> str:
    """Date and time to the minute in the person's zone."""
    pattern = say(language, "datetime-pattern")
    return format_datetime(moment.astimezone(zone), pattern, locale=language)


def ago(language: str, moment: datetime, now: datetime, zone: ZoneInfo) -> str:
    """How far off, in whole days of the person's calendar where it is a day or more.

    "yesterday" is the day before, not 24 hours before; the future reads "in 3 days".
    """
    return _apart(language, (moment.astimezone(zone).date() - now.astimezone(zone).date()).days)


@lru_cache(maxsize=4_096)
def _apart(language: str, days: int) -> str:
    if days in (0, -1, 1):
        if days == 0:
            return say(language, "day-today")
        return say(language, "day-yesterday" if days < 0 else "day-tomorrow")
    return format_timedelta(
        timedelta(days=days), threshold=1.4, add_direction=True, locale=language
    )
