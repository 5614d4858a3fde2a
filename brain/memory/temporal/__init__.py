"""When a text speaks of: "last Tuesday", "three weeks ago", 去年夏天, as spans of time.

Pure: the moment and the zone of the speaker are given. What cannot be told without knowing more
("two days before my birthday"), and what may be no time at all ("may I"), gives no span: a
false one would hide the memory that is asked for. What each expression covers: `calendar`.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from types import ModuleType
from zoneinfo import ZoneInfo

from brain.memory.temporal import chinese, english
from brain.memory.temporal.calendar import Stretch, Today
from brain.memory.temporal.finding import Found, find

_READ_CHARACTERS = 2_000
_MOST = 16
_LANGUAGES: dict[str, ModuleType] = {"en": english, "zh": chinese}


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A stretch of time that a phrase speaks of, from `first` to `until` (not included), in UTC."""

    first: datetime
    until: datetime
    phrase: str
    """As it stands in the text."""
    position: int
    """Where it begins, in characters."""


def spans(text: str, *, now: datetime, zone: ZoneInfo, language: str) -> tuple[Span, ...]:
    """What times a text speaks of, in its order; of 16 at most and of its first 2,000 characters.

    A phrase that means one of two days ("last Tuesday", said on a Friday) gives both. A day or a
    month without a year is the latest that has begun, or, where the text speaks of what is to come
    ("will", 打算), the next. Future times give spans as well: a caller who narrows a search should
    look at `until`: "how are you today?" asks for no memory of today.

    Args:
        text: a question or a statement.
        now: when it was said, aware.
        zone: the speaker's.
        language: `en` or `zh`, with or without a region; others give nothing.
    """
    rules, text = _rules(language), text[:_READ_CHARACTERS]
    if rules is None:
        return ()
    plain = _plain(text, rules)
    if not rules.HINT.search(plain):
        return ()
    ahead = bool(rules.AHEAD.search(text)) and not rules.BEHIND.search(text)
    today = Today(day=now.astimezone(zone).date(), ahead=ahead)
    # Said twice, it is still one time.
    found: dict[Stretch, Found] = {}
    for one in find(plain, rules.RULES, today, most=_MOST):
        found.setdefault(one.stretch, one)
    return tuple(_span(text, one, zone) for one in list(found.values())[:_MOST])


def hints(text: str, *, language: str) -> bool:
    """Whether there may be any, at a glance: reading them takes longer, and may load a library."""
    rules = _rules(language)
    return rules is not None and bool(rules.HINT.search(_plain(text[:_READ_CHARACTERS], rules)))


def _rules(language: str) -> ModuleType | None:
    return _LANGUAGES.get(language.replace("_", "-").partition("-")[0].lower())


def _plain(text: str, rules: ModuleType) -> str:
    return chinese.plain(text) if rules is chinese else text


def resolved(text: str, *, said_at: datetime, zone: ZoneInfo, language: str) -> tuple[Span, ...]:
    """The dates that a statement speaks of, as its words meant them when it was said."""
    return spans(text, now=said_at, zone=zone, language=language)


def _span(text: str, found: Found, zone: ZoneInfo) -> Span:
    return Span(
        first=found.stretch.first.replace(tzinfo=zone).astimezone(UTC),
        until=found.stretch.until.replace(tzinfo=zone).astimezone(UTC),
        phrase=text[found.begin : found.end],
        position=found.begin,
    )
