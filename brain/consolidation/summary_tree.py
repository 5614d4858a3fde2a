"""Rebuilds the notes above the days: those of months, years and the life (`brain.memory.periods`).

A node is written anew from the nodes below it; a single node below is passed upwards as it is,
without asking the model. All nodes up to the life are written in one step: so a node that names
exactly the nodes below it, none of which changed, is up to date, and is not written again.

Days fade and are erased, and what a month says of them outlives them. Where nodes below are erased,
the older text is material beside the new nodes, and the new text goes on naming the erased ones.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from babel.dates import format_date

from brain.consolidation.context import ConsolidationContext, name_for_model
from brain.consolidation.day_reading import ZONES_APART, read_all
from brain.consolidation.notes import new_note
from brain.consolidation.summariser import USELESS
from brain.ids import MemoryId
from brain.memory.periods import LIFE, Group, child_periods, node_id, parent_period
from brain.memory.record import Kind, Memory
from brain.messages import Person, Place, Scope
from brain.texts import name_of, say, texts_of

HISTORY_LINES = 12
"""The most events of a month, a year or a life."""
_OF_DAYS = {Kind.HISTORY: Kind.DAY, Kind.PORTRAIT: Kind.INSIGHT}
_INSTRUCTIONS = {Kind.HISTORY: "consolidate-history", Kind.PORTRAIT: "consolidate-portrait"}
_MONTH = len("2026-03")


@dataclass(slots=True, kw_only=True)
class _Build:
    """The nodes of one kind that are being built, before they are written."""

    context: ConsolidationContext
    group: Group
    kind: Kind
    person: Person
    place: Place
    touched: set[MemoryId]
    """Ids of nodes that are new or were written anew."""
    made: dict[MemoryId, Memory] = field(default_factory=dict)
    erased: set[MemoryId] = field(default_factory=set)


async def build_upwards(
    context: ConsolidationContext,
    group: Group,
    months: Iterable[str],
    *,
    touched: Collection[MemoryId],
    person: Person,
    place: Place,
) -> bool:
    """Write the nodes above the days of some months anew.

    Args:
        context: the parts of consolidation.
        group: the group whose days changed, or the private group that sees them.
        months: the months, such as `2026-03`.
        touched: ids of the days' notes that were written anew.
        person: the person.
        place: the place where the notes may be seen.

    Returns:
        False where the person forgot something meanwhile; then nothing was written.

    Raises:
        GeneratorError: the model failed; if only its answers for histories or for portraits were
            unusable, the others are written.
        StoreError: the store failed; nothing was written.
    """
    revision = await context.store.revision(group.person)
    failure: Exception | None = None
    made: list[Memory] = []
    erased: list[MemoryId] = []
    for kind in _OF_DAYS:
        build = _Build(
            context=context,
            group=group,
            kind=kind,
            person=person,
            place=place,
            touched=set(touched),
        )
        try:
            await _build(build, set(months))
        except USELESS as error:
            failure = failure or error
        else:
            made += build.made.values()
            erased += build.erased
    if (made or erased) and not await context.store.rewrite(
        Scope.everything_of(group.person),
        revision=revision,
        now=context.clock.now(),
        erase=[*erased, *(note.id for note in made)],
        add=made,
        vectors=[None] * len(made),
    ):
        return False
    if failure is not None:
        raise failure
    return True


async def find_skipped_months(context: ConsolidationContext, group: Group) -> set[str]:
    """Return the months of days that the life was made of directly, as in an import.

    They have no notes yet, and would be missing from a life that is made of years.
    """
    scope = Scope.everything_of(group.person)
    lives = await context.store.get(scope, [node_id(group, kind, LIFE) for kind in _OF_DAYS])
    sources = [source for life in lives for source in life.sources]
    days = set(_OF_DAYS.values())
    return {
        parent_period(note.period)
        for note in await context.store.get(scope, sources)
        if note.kind in days
    }


async def _build(build: _Build, periods: set[str]) -> None:
    while True:
        for period in sorted(periods):
            await _rebuild_node(build, period)
        if periods == {LIFE}:
            return
        periods = {parent_period(period) for period in periods}


async def _rebuild_node(build: _Build, period: str) -> None:
    """Write one node anew unless it is up to date."""
    store, scope = build.context.store, Scope.everything_of(build.group.person)
    note_id = node_id(build.group, build.kind, period)
    old = next(iter(await store.get(scope, [note_id])), None)
    parts = await _read_below(build, period)
    ids = {part.id for part in parts}
    gone: tuple[MemoryId, ...] = ()
    if old is not None:
        missing = [each for each in old.sources if each not in ids and each not in build.erased]
        there = {note.id for note in await store.get(scope, missing)}
        gone = tuple(each for each in missing if each not in there)
        if {*gone, *ids} == set(old.sources) and build.touched.isdisjoint(ids):
            return
    if not parts:
        if old is not None and not gone:
            build.erased.add(note_id)
        return
    earlier = old if gone else None
    text = await _write_text(build, period, parts, earlier)
    build.touched.add(note_id)
    build.made[note_id] = new_note(
        build.kind,
        build.group,
        period,
        person=build.person,
        place=build.place,
        text=text,
        # The earlier text counts, too, because it tells of erased nodes: a note that is older than
        # a turn counts as made without it (`brain.memory.provenance`).
        said_at=max(part.said_at for part in ([*parts, earlier] if earlier else parts)),
        language=parts[-1].language,
        sources=(*gone, *(part.id for part in parts)),
    )


async def _read_below(build: _Build, period: str) -> list[Memory]:
    """Return the nodes of the build's kind below a period, oldest first."""
    if len(period) == _MONTH:
        return await _read_days(build, period)
    store, group = build.context.store, build.group
    today = build.context.clock.now().date() + timedelta(days=1)
    ids = [node_id(group, build.kind, child) for child in child_periods(period, today=today)]
    known: Mapping[MemoryId, Memory] = {
        note.id: note for note in await store.get(Scope.everything_of(group.person), ids)
    }
    now = {**known, **build.made}
    return [now[each] for each in ids if each in now and each not in build.erased]


async def _read_days(build: _Build, month: str) -> list[Memory]:
    days = set(child_periods(month, today=date.max))
    first, last = date.fromisoformat(min(days)), date.fromisoformat(max(days))
    span = (
        datetime.combine(first, time.min, tzinfo=UTC) - ZONES_APART,
        datetime.combine(last, time.max, tzinfo=UTC) + ZONES_APART,
    )
    # In private, a person sees the days of shared places as well.
    scope = Scope(build.group.person, build.group.place)
    found = [
        note
        for archived in (False, True)
        for note in await read_all(
            build.context.store, scope, {_OF_DAYS[build.kind]}, span=span, archived=archived
        )
        if note.period in days and not note.is_put_away
    ]
    return sorted(found, key=lambda note: (note.period, note.id))


async def _write_text(
    build: _Build, period: str, parts: Sequence[Memory], earlier: Memory | None
) -> str:
    """Write the text of a node from all below it, or from the earlier text and what is new."""
    if earlier is not None:
        known = set(earlier.sources) - build.touched
        parts = [part for part in parts if part.id not in known]
        if not parts:
            return earlier.text
    elif len(parts) == 1:
        [alone] = parts
        return alone.text if build.kind is Kind.PORTRAIT else _labelled(alone)
    language = parts[-1].language
    instructions = say(
        language,
        _INSTRUCTIONS[build.kind],
        name=name_for_model(build.person, language),
        period=period or say(language, "period-life"),
        lines=HISTORY_LINES,
        language=name_of(language),
    )
    before = [say(language, "consolidate-before", text=earlier.text)] if earlier else []
    return await build.context.summariser.condense(
        instructions,
        [*before, *(_labelled(part) for part in parts)],
        language=language,
        tells=build.kind is Kind.HISTORY,
    )


def _labelled(part: Memory) -> str:
    """Return the text of a node with its date, unless its lines have dates."""
    if part.kind is Kind.HISTORY:
        return part.text
    if part.kind is Kind.PORTRAIT:
        return f"{part.period}:\n{part.text}"
    day = format_date(date.fromisoformat(part.period), locale=texts_of(part.language))
    return f"{day}:\n{part.text}"
