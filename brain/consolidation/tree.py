"""Above the days: months, years, the life. See `brain.memory.periods`.

A node is made anew from those below it; one that stands alone is handed up as it is, without
asking the model. Making ends where nothing changed.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

from babel.dates import format_date

from brain.consolidation.notes import document
from brain.consolidation.reading import ZONES_APART, read_all
from brain.consolidation.workshop import Workshop, named
from brain.memory.periods import LIFE, Group, above, below, node_id
from brain.memory.record import Kind, Memory
from brain.messages import Person, Place, Scope
from brain.texts import say

HISTORY_LINES = 12
"""The most events of a month, a year, a life."""
_OF_DAYS = {Kind.HISTORY: Kind.DAY, Kind.PORTRAIT: Kind.INSIGHT}
_INSTRUCTIONS = {Kind.HISTORY: "consolidate-history", Kind.PORTRAIT: "consolidate-portrait"}


async def raise_from(
    shop: Workshop, group: Group, month: str, *, person: Person, place: Place
) -> bool:
    """Make the month and what is above it anew. False: something was forgotten meanwhile.

    Args:
        shop: see there.
        group: whose days changed, or the private group that sees them.
        month: such as `2026-03`.
        person: whose notes these are.
        place: where the notes may be seen.

    Raises:
        GeneratorError, AnswerUnusable, StoreError: what is below stands.
    """
    period = month
    while True:
        revision = await shop.store.revision(group.person)
        scope = Scope.everything_of(group.person)
        children = await _below(shop, group, period)
        ids = [node_id(group, kind, period) for kind in _OF_DAYS]
        old = {note.kind: note for note in await shop.store.get(scope, ids)}
        new: dict[Kind, Memory] = {}
        for kind, of_day in _OF_DAYS.items():
            parts = [child for child in children if child.kind in (kind, of_day)]
            if parts:
                text = await _text(shop, kind, period, parts, person)
                new[kind] = document(
                    kind,
                    group,
                    period,
                    person=person,
                    place=place,
                    text=text,
                    said_at=parts[-1].said_at,
                    language=parts[-1].language,
                    sources=tuple(part.id for part in parts),
                )
        if new == old:
            return True
        done = await shop.store.rewrite(
            scope,
            revision=revision,
            now=shop.clock.now(),
            erase=[note.id for note in old.values()],
            add=list(new.values()),
            vectors=[None] * len(new),
        )
        if not done:
            return False
        if period == LIFE:
            return True
        period = above(period)


async def months_skipped(shop: Workshop, group: Group) -> set[str]:
    """The months of days that the life was made of directly, as an import has it.

    They have no notes yet, and would be missing from a life that is made of years.
    """
    scope = Scope.everything_of(group.person)
    lives = await shop.store.get(scope, [node_id(group, kind, LIFE) for kind in _OF_DAYS])
    sources = [source for life in lives for source in life.sources]
    days = set(_OF_DAYS.values())
    return {
        above(note.period) for note in await shop.store.get(scope, sources) if note.kind in days
    }


async def _below(shop: Workshop, group: Group, period: str) -> list[Memory]:
    """The nodes that it consists of, oldest first."""
    if len(period) != len("2026-03"):
        today = shop.clock.now().date() + timedelta(days=1)
        ids = [
            node_id(group, kind, child) for child in below(period, today=today) for kind in _OF_DAYS
        ]
        return list(await shop.store.get(Scope.everything_of(group.person), ids))
    days = below(period, today=date.max)
    first, last = (date.fromisoformat(day) for day in (days[0], days[-1]))
    span = (
        datetime.combine(first, time.min, tzinfo=UTC) - ZONES_APART,
        datetime.combine(last, time.max, tzinfo=UTC) + ZONES_APART,
    )
    # In private a person sees the days of shared places as well.
    scope = Scope(group.person, group.place)
    found = await read_all(shop.store, scope, set(_OF_DAYS.values()), span=span)
    return sorted(
        (note for note in found if note.period in days), key=lambda note: (note.period, note.id)
    )


async def _text(
    shop: Workshop, kind: Kind, period: str, parts: Sequence[Memory], person: Person
) -> str:
    if len(parts) == 1:
        [alone] = parts
        return alone.text if kind is Kind.PORTRAIT else _labelled(alone)
    language = parts[-1].language
    instructions = say(
        language,
        _INSTRUCTIONS[kind],
        name=named(person, language),
        period=period or say(language, "period-life"),
        lines=HISTORY_LINES,
    )
    return await shop.scribe.condense(
        instructions, [_labelled(part) for part in parts], language=language
    )


def _labelled(part: Memory) -> str:
    """With its time, unless its lines have theirs."""
    if part.kind is Kind.HISTORY:
        return part.text
    if part.kind is Kind.PORTRAIT:
        return f"{part.period}:\n{part.text}"
    day = format_date(date.fromisoformat(part.period), locale=part.language)
    return f"{day}:\n{part.text}"
