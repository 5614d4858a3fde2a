"""Reads the days that a person names, in the same way on every platform."""

import re
from datetime import date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from brain.forgetting.request_matching import asks_for_nothing
from brain.languages import languages
from brain.memory.temporal import spans
from brain.texts import answers


def read_days(
    text: str, *, now: datetime, zone: ZoneInfo, language: str
) -> tuple[date, date] | None:
    """Return the first and the last day of a time such as 2026-05-01, "yesterday" or 上周.

    A time with a word such as "since" reaches from its first day to today.

    Args:
        text: the time alone, or in a request that says nothing else ("what I said yesterday").
        now: the present time, which times such as "yesterday" refer to.
        zone: the person's time zone.
        language: the code of the person's language, which is tried before the others.

    Returns:
        The days, or None if the text is not a time, says more than a time, or means what is before
        or after it.
    """
    if (day := parse_day(text)) is not None:
        return day, day
    told, since = _words("answer-since").subn(" ", text)
    for code in dict.fromkeys((language, *languages())):
        for span in spans(told, now=now, zone=zone, language=code):
            rest = told.replace(span.phrase, " ", 1)
            if asks_for_nothing(rest) and not _words("answer-beyond").search(rest):
                last = now if since else span.until - timedelta(seconds=1)
                return span.first.astimezone(zone).date(), last.astimezone(zone).date()
    return None


@cache
def _words(key: str) -> re.Pattern[str]:
    """Return a pattern of the words that a key of the texts lists in all languages."""
    # Words of languages without spaces have no boundaries.
    forms = (rf"\b{re.escape(word)}\b" if word.isascii() else word for word in answers(key))
    return re.compile("|".join(forms), re.IGNORECASE)


def parse_day(text: str) -> date | None:
    """Return the day of an ISO 8601 date, or None if the text is none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
