"""Finds the times that a text speaks of ("last Tuesday", "three weeks ago", 去年夏天), as spans.

Pure: the time and the time zone of the speaker are given. A phrase that cannot be resolved without
knowing more ("two days before my birthday"), or that may be no time at all ("may I"), gives no
span, because a wrong one would rank other memories above the one that is asked for. `calendar` says
how much each expression covers.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from brain.languages import known, languages
from brain.languages import language as language_of
from brain.languages.parts import Times
from brain.memory.temporal.calendar import Stretch, Today
from brain.memory.temporal.finding import Found, find
from brain.memory.temporal.tables import from_tables

_READ_CHARACTERS = 2_000
"""How many characters of a text are read."""
_MOST = 16
"""The most spans of a text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A span of time that a phrase speaks of, from `first` to `until` (not included), in UTC."""

    first: datetime
    until: datetime
    phrase: str
    """The phrase as it is in the text."""
    position: int
    """Where the phrase begins, in characters."""


def spans(text: str, *, now: datetime, zone: ZoneInfo, language: str) -> tuple[Span, ...]:
    """Return the times that a text speaks of, in the order of the text.

    There are 16 at most, from the first 2,000 characters. A phrase that means one of two days
    ("last Tuesday", said on a Friday) gives both. A day or a month without a year is the latest
    that has begun or, where the text speaks of the future ("will", 打算), the next. Future times
    give spans as well, so a caller that narrows a search should look at `until`.

    Args:
        text: a question or a statement.
        now: when it was said, as an aware datetime.
        zone: the time zone of the speaker.
        language: a code known to `brain.languages`, with or without a region; for others there are
            no spans. A language without rules of its own is read by dateparser's tables
            (`brain.memory.temporal.tables`).
    """
    times, text = _times(language), text[:_READ_CHARACTERS]
    if times is None:
        return ()
    plain = times.plain(text) if times.plain else text
    if not times.hint.search(plain):
        return ()
    ahead = bool(times.ahead and times.ahead.search(text))
    if times.behind and times.behind.search(text):
        ahead = False
    today = Today(day=now.astimezone(zone).date(), ahead=ahead)
    # A time that is named twice is one time.
    found: dict[Stretch, Found] = {}
    for one in find(plain, times.rules, today, most=_MOST):
        found.setdefault(one.stretch, one)
    return tuple(_span(text, one, zone) for one in list(found.values())[:_MOST])


def hints(text: str, *, language: str) -> bool:
    """Return whether a text may speak of a time; much faster than `spans`, and loads no library."""
    times, text = _times(language), text[:_READ_CHARACTERS]
    if times is None:
        return False
    return bool(times.hint.search(times.plain(text) if times.plain else text))


def prepare() -> None:
    """Load the rules of every language, so that no message has to wait for it."""
    for code in languages():
        _times(code)


@lru_cache(maxsize=512)
def _times(code: str) -> Times | None:
    name = known(code)
    return None if name is None else language_of(name).times or from_tables(name)


def resolved(text: str, *, said_at: datetime, zone: ZoneInfo, language: str) -> tuple[Span, ...]:
    """Return the times that a statement speaks of, as its words meant them when it was said."""
    return spans(text, now=said_at, zone=zone, language=language)


def _span(text: str, found: Found, zone: ZoneInfo) -> Span:
    return Span(
        first=found.stretch.first.replace(tzinfo=zone).astimezone(UTC),
        until=found.stretch.until.replace(tzinfo=zone).astimezone(UTC),
        phrase=text[found.begin : found.end],
        position=found.begin,
    )
