"""Builds the rules of a language that has none of its own from dateparser's tables of words.

The tables have the names of days and months, "yesterday", "last week" and "3 weeks ago" in two
hundred languages. Dateparser's own search is not used: it misses most phrases within a sentence,
takes common words for dates, and returns a moment where a week or a month is meant. What the tables
do not have ("the summer of 2021", "three weeks ago" in words) needs rules.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cache, lru_cache
from importlib import import_module
from typing import Any

from brain.languages.parts import Times
from brain.memory.temporal.calendar import (
    DAY,
    WEEK,
    Stretch,
    Today,
    away,
    days,
    month_of,
    week_of,
    year_of,
)
from brain.memory.temporal.dates import FIRST_YEAR, LAST_YEAR, Written
from brain.memory.temporal.finding import Reader, Rule

_MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_RELATIVE = re.compile(r"(?P<ahead>in )?(?P<number>\d+|\\1) (?P<unit>day|week|month|year)( ago)?")
_NUMBER = r"(\d++[.,]?\d*+)"
"""The pattern of a number in the tables."""
_SHORTEST = 4
"""The fewest letters of a name without a day or year: "mar" is the sea, Tuesday and March."""
_ISO = r"(?<![\d.-])(?P<year>\d{4})-(?P<month>0[1-9]|1[0-2])-(?P<day>\d\d)(?![\d.-])"
_YEAR = r"(?:\W{1,2}(?:[^\W\d]{1,3} )?(?P<year>(?:19|20)\d\d)(?!\d))?"
_LETTER_WITH_MARK = re.compile("[\u00c0-\u024f]")
_WITHOUT_SPACES = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff"
# These parts are case-sensitive, because so large a class takes 0.1 s to compile with IGNORECASE.
_BEGIN = rf"(?:(?<!\w)|(?-i:(?<=[{_WITHOUT_SPACES}])))"
_END = rf"(?:(?!\w)|(?-i:(?<=[{_WITHOUT_SPACES}])))"
_GROUP_NAME = re.compile(r"\?P<\w+>")


@cache
def from_tables(code: str) -> Times | None:
    """Return the rules of a language that follow from its tables; None where it has no tables."""
    try:
        # Only the table is imported: the parser itself takes many times as long to load.
        info = import_module(f"dateparser.data.date_translation_data.{code}").info
    except ModuleNotFoundError:
        return None
    rules = tuple(Rule(re.compile(form, re.IGNORECASE), reader) for form, reader in _rules(info))
    hint = "|".join(_GROUP_NAME.sub("", rule.pattern.pattern) for rule in rules)
    return Times(rules=rules, hint=re.compile(hint, re.IGNORECASE), plain=_bare)


def _rules(info: Mapping[str, Any]) -> Iterator[tuple[str, Reader]]:
    """Yield patterns and readers; longer phrases come before those that they contain."""
    yield _ISO, _dated({f"{month:02}": month for month in range(1, 13)})
    relative = dict[str, list[str]](info.get("relative-type", {}))
    months, weekdays = _names(info, _MONTHS), _names(info, _WEEKDAYS)
    day, link = r"(?P<day>\d{1,2})(?:\.|º|er)?", r"(?: [^\W\d]{1,3})? ?"
    article = r"(?:[^\W\d]{1,3} )?"
    if months:
        month = f"(?P<month>{_any(months)})"
        yield _whole(rf"{article}{day}{link}{month}{_YEAR}"), _dated(months)
        yield _whole(rf"{month}{link}{day}(?![\d:]){_YEAR}"), _dated(months)
    for key, forms in info.get("relative-type-regex", {}).items():
        if found := _RELATIVE.fullmatch(key):
            counted = _any(forms).replace(_NUMBER, r"(?:\d{1,3})")
            yield _whole(counted), _counted(found["unit"], ahead=bool(found["ahead"]))
    phrases = [
        (form, _relative(found["unit"], int(found["number"]) * (1 if found["ahead"] else -1)))
        for key, forms in relative.items()
        if (found := _RELATIVE.fullmatch(key))
        for form in forms
    ]
    for form, reader in sorted(phrases, key=lambda one: -len(one[0])):
        yield _whole(re.escape(_bare(form))), reader
    which = _which(relative)
    for names, reading in ((months, _in_month), (weekdays, _on_weekday)):
        alone = {name: number for name, number in names.items() if _stands_alone(name, names)}
        if alone:
            before, after = (f"(?P<{side}>{_any(which)})" for side in ("before", "after"))
            named = f"(?P<name>{_any(alone)})"
            yield (
                _whole(f"{article}(?:{before} )?{named}(?: {after})?{_YEAR}"),
                reading(alone, which),
            )


def _names(info: Mapping[str, Any], keys: Iterable[str]) -> dict[str, int]:
    """Return names and abbreviations of months or weekdays, with their numbers from 1."""
    return {
        _bare(name).lower(): number
        for number, key in enumerate(keys, 1)
        for name in info.get(key, ())
        if name[0].isalnum()
    }


def _stands_alone(name: str, names: Mapping[str, int]) -> bool:
    alike = [other for other, number in names.items() if number == names[name]]
    return len(name) >= _SHORTEST or name == max(alike, key=len)


def _which(relative: Mapping[str, Collection[str]]) -> dict[str, str]:
    """Return the words for "last" and "next": those in which "last week" and "next week" differ."""

    def words(form: str) -> set[str]:
        phrases = (relative.get(form.format(unit), ()) for unit in ("week", "month", "year"))
        return {word for each in phrases for phrase in each for word in _bare(phrase).split()}

    last, following = words("1 {} ago"), words("in 1 {}")
    return dict.fromkeys(last - following, "last") | dict.fromkeys(following - last, "next")


def _any(forms: Collection[str]) -> str:
    # The forms of the tables are regular expressions already, so they are not escaped.
    return "|".join(sorted((_bare(form) for form in forms), key=len, reverse=True)) or r"(?!)"


def _whole(pattern: str) -> str:
    return f"{_BEGIN}(?:{pattern}){_END}"


def _bare(text: str) -> str:
    """Remove accents, which many people leave out; the length stays the same."""
    return _LETTER_WITH_MARK.sub(lambda found: _base(found[0]), text)


@lru_cache(maxsize=512)
def _base(letter: str) -> str:
    return unicodedata.normalize("NFD", letter)[0]


def _dated(months: Mapping[str, int]) -> Reader:
    """Read "3 May 2022", "3 May"."""

    def read(match: re.Match[str], today: Today) -> Iterable[Stretch] | None:
        year = int(match["year"]) if match["year"] else None
        if year is not None and not FIRST_YEAR <= year <= LAST_YEAR:
            return None
        written = Written(year, months[match["month"].lower()], int(match["day"]))
        return (written.placed(today),)

    return read


def _counted(unit: str, *, ahead: bool) -> Reader:
    """Read "3 weeks ago", "in 3 weeks"."""

    def read(match: re.Match[str], today: Today) -> Iterable[Stretch] | None:
        number = int("".join(filter(str.isdigit, match[0])))
        number = number if ahead else -number
        return (away(today.day, number, number, unit),)

    return read


def _relative(unit: str, number: int) -> Reader:
    """Read "yesterday", "last week"."""

    def read(match: re.Match[str], today: Today) -> Iterable[Stretch] | None:
        del match
        if unit == "day":
            return (days(today.day + number * DAY, today.day + number * DAY),)
        if unit == "week":
            return (week_of(today.day + number * WEEK),)
        if unit == "year":
            return (year_of(today.day.year + number),)
        months = today.day.year * 12 + today.day.month - 1 + number
        return (month_of(months // 12, months % 12 + 1),)

    return read


def _in_month(names: Mapping[str, int], which: Mapping[str, str]) -> Reader:
    """Read "March", "last March", "March 2021"."""

    def read(match: re.Match[str], today: Today) -> Iterable[Stretch] | None:
        month = names[match["name"].lower()]
        said = which.get((match["before"] or match["after"] or "").lower())
        if match["year"]:
            return (month_of(int(match["year"]), month),)
        return (month_of(today.year_for(lambda year: month_of(year, month), which=said), month),)

    return read


def _on_weekday(names: Mapping[str, int], which: Mapping[str, str]) -> Reader:
    """Read "Tuesday", "last Tuesday"."""

    def read(match: re.Match[str], today: Today) -> Iterable[Stretch] | None:
        said = which.get((match["before"] or match["after"] or "").lower())
        shown = today.weekdays(names[match["name"].lower()] - 1, said)
        return [days(day, day) for day in shown]

    return read
