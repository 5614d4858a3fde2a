"""Written dates in English ("the 3rd of May, 2022", "2023-05-03"), read by dateparser.

Only the reading is its own: its search takes "may", "we" and "the day before yesterday" for other
days than are meant, so the phrases are found by our rules. Its settings never change between calls:
it keeps every setting that it ever saw.
"""

import re
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from brain.memory.temporal.calendar import Today
from brain.memory.temporal.dates import FIRST_YEAR, LAST_YEAR, Written

if TYPE_CHECKING:
    from dateparser.date import DateDataParser

# "May" and "March" are words as well as months.
_WORDS = re.compile(r"\b(?:may|march)\b")
_NUMERIC = re.compile(r"^(\d{1,2})[/.-](\d{1,2})[/.-]\d{2,4}$")
_MONTHS_A_YEAR = 12


@lru_cache(maxsize=1)
def reader() -> "DateDataParser":
    """The parser; loads its library the first time (0.3 s) and is then kept."""
    from dateparser.date import DateDataParser  # noqa: PLC0415 - only a text with a date needs it

    parser = DateDataParser(
        languages=["en"],
        # A leap year, or 29 February would have no place.
        settings={"RELATIVE_BASE": datetime(2000, 1, 1), "PARSERS": ["absolute-time"]},  # noqa: DTZ001 - wall time
    )
    parser.get_date_data("3 May")
    return parser


def written(phrase: str, today: Today) -> Written | None:
    """Read a phrase that looks like a date; None where it is none, or could be two.

    3/5/2023 is March to some and May to others: none. Two digits of a year: the past one.
    """
    numeric = _NUMERIC.match(phrase)
    if numeric:
        one, other = sorted((int(numeric[1]), int(numeric[2])))
        if other <= _MONTHS_A_YEAR and one != other:
            return None
    elif _WORDS.search(phrase) and not re.search(r"\d(?:st|nd|rd|th)|\d{4}", phrase):
        return None
    # Its published types do not know `parts`.
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
