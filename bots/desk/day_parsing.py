"""Reads the days that a person names, in the same way on every platform."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from brain.forgetting.request_matching import asks_for_nothing
from brain.languages import languages
from brain.memory.temporal import spans


def read_days(
    text: str, *, now: datetime, zone: ZoneInfo, language: str
) -> tuple[date, date] | None:
    """Return the first and the last day of a time such as 2026-05-01, "yesterday" or 上周.

    Args:
        text: the time alone, or in a request that says nothing else ("what I said yesterday").
        now: the present time, which times such as "yesterday" refer to.
        zone: the person's time zone.
        language: the code of the person's language, which is tried before the others.

    Returns:
        The days, or None if the text is not a time or says more than a time.
    """
    if (day := parse_day(text)) is not None:
        return day, day
    for code in dict.fromkeys((language, *languages())):
        for span in spans(text, now=now, zone=zone, language=code):
            if asks_for_nothing(text.replace(span.phrase, " ", 1)):
                last = span.until - timedelta(seconds=1)
                return span.first.astimezone(zone).date(), last.astimezone(zone).date()
    return None


def parse_day(text: str) -> date | None:
    """Return the day of an ISO 8601 date, or None if the text is none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
