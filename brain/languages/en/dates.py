"""Reads written dates in English ("the 3rd of May, 2022", "2023-05-03") with dateparser.

Only the parser of dateparser is used: its search misreads "may", "we" and "the day before
yesterday", so that the rules of `brain.languages.en.times` find the phrases. Its settings are
always the same, since it keeps every combination of settings in memory.
"""

import re
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from brain.memory.temporal.calendar import Today
from brain.memory.temporal.dates import FIRST_YEAR, LAST_YEAR, Written

if TYPE_CHECKING:
    from dateparser.date import DateDataParser

# "May" and "March" are verbs as well as months.
_WORDS = re.compile(r"\b(?:may|march)\b")
_NUMERIC = re.compile(r"^(\d{1,2})[/.-](\d{1,2})[/.-]\d{2,4}$")
_MONTHS_A_YEAR = 12


@lru_cache(maxsize=1)
def reader() -> "DateDataParser":
    """Return the parser; the first call loads its library, which takes 0.3 s."""
    from dateparser.date import DateDataParser  # noqa: PLC0415 - only a text with a date needs it

    parser = DateDataParser(
        languages=["en"],
        # A leap year, so that 29 February exists.
        settings={"RELATIVE_BASE": datetime(2000, 1, 1), "PARSERS": ["absolute-time"]},  # noqa: DTZ001 - wall time
    )
    parser.get_date_data("3 May")
    return parser


def written(phrase: str, today: Today) -> Written | None:
    """Return the date that a phrase names, or None if it is no date or is ambiguous.

    3/5/2023 is ambiguous, as it is in March for some people and in May for others. A year of two
    digits is the latest one that is not in the future.
    """
    numeric = _NUMERIC.match(phrase)
    if numeric:
        one, other = sorted((int(numeric[1]), int(numeric[2])))
        if other <= _MONTHS_A_YEAR and one != other:
            return None
    elif _WORDS.search(phrase) and not re.search(r"\d(?:st|nd|rd|th)|\d{4}", phrase):
        return None
    # The published types lack `parts`.
    data: Any = reader().get_date_data(re.sub(r"(?<=\d)\s*,\s*(?=\d)", ", ", phrase))
    if data.date_obj is None or "month" not in data.parts:
        return None
    year = data.date_obj.year if "year" in data.parts else None
    if year is not None:
        if year > today.day.year + 1 and not re.search(r"\d{4}", phrase):
            year -= 100
        if not FIRST_YEAR <= year <= LAST_YEAR:
            return None
    return Written(year, data.date_obj.month, data.date_obj.day if "day" in data.parts else None)
