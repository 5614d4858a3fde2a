"""Writes the notes of one day of a person: its events, an insight and facts, in one atomic write.

They replace the day's earlier notes, but for a summary that the person corrected. Turns that time
has erased can no longer be read; the earlier note that was made of them is then material for the
new one, which goes on naming them as sources, and it stays where nothing new can be made. A day on
which nothing was said gets no notes.

The model is asked for each of the three by itself: where one answer is unusable, the others are
written all the same, and the older version of that one stays.
"""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from brain.consolidation.context import MOST_REQUESTS, ConsolidationContext, name_for_model
from brain.consolidation.day_lines import (
    fitting,
    is_trifling,
    lines_of,
    main_language,
    one_line,
)
from brain.consolidation.day_reading import Day
from brain.consolidation.fact_extraction import ExtractedFacts, extract_facts
from brain.consolidation.failed_days import ALL_PARTS, Part
from brain.consolidation.notes import embed_searched, inherit_from_older, new_note
from brain.consolidation.summariser import USELESS
from brain.errors import GeneratorError
from brain.ids import MemoryId
from brain.memory.creation import new_memory
from brain.memory.periods import node_id
from brain.memory.record import Kind, Memory
from brain.messages import Place, Scope
from brain.texts import name_of, on_day, say

EVENT_LINES = 12
"""The most events of a day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenDay:
    """The result of writing a day."""

    notes: frozenset[MemoryId] = frozenset()
    """Ids of the notes that were written."""
    failure: GeneratorError | None = None
    """Why a part was not written; None where all were."""
    missing: frozenset[Part] = frozenset()
    """The parts that were not written."""


async def write_day(
    context: ConsolidationContext, day: Day, *, parts: frozenset[Part] = ALL_PARTS
) -> WrittenDay | None:
    """Ask the model for parts of a day and write them.

    Returns:
        None where the person forgot something meanwhile; then nothing was written.

    Raises:
        GeneratorError: the model is unavailable; nothing was written.
        StoreError: the store failed; nothing was written.
    """
    if not day.turns or is_trifling(day.turns):
        # Notes outlive the turns that time erases; forgetting a turn has erased its notes already.
        return WrittenDay()
    failure: GeneratorError | None = None
    missing: set[Part] = set()
    notes: list[Memory] = []
    extracted: ExtractedFacts | None = None
    own = [note for note in day.old if note.kind is Kind.DAY and note.is_corrected]
    for part in (each for each in Part if each in parts):
        if part is Part.EVENTS and own:
            continue
        try:
            if part is Part.FACTS:
                extracted = await extract_facts(context, day)
            else:
                make = _write_events if part is Part.EVENTS else _write_insight
                notes.append(await make(context, day))
        except USELESS as error:
            failure = failure or error
            missing.add(part)
    if not await _save_day(context, day, notes=notes, extracted=extracted):
        return None
    return WrittenDay(
        notes=frozenset(note.id for note in (*notes, *own)),
        failure=failure,
        missing=frozenset(missing),
    )


async def _save_day(
    context: ConsolidationContext,
    day: Day,
    *,
    notes: list[Memory],
    extracted: ExtractedFacts | None,
) -> bool:
    scope = Scope.everything_of(day.stale.person)
    facts = extracted or ExtractedFacts(importance={})
    added = [*notes, *facts.written]
    if not added and not facts.gone:
        return True
    done = await context.store.rewrite(
        scope,
        revision=day.revision,
        now=context.clock.now(),
        erase=[*facts.gone, *(memory.id for memory in added)],
        add=added,
        vectors=await embed_searched(context.embedder, added),
    )
    if done and facts.importance:
        await context.store.set_importance(scope, facts.importance, curve=context.curve)
    return done


async def _write_events(context: ConsolidationContext, day: Day) -> Memory:
    language, last = main_language(day.turns), day.turns[-1]
    instructions = _instructions("consolidate-events", day)
    name = name_for_model(day.person, language)
    lines = lines_of(day.turns, name=name, language=language, with_replies=True)
    chosen = fitting(
        lines,
        budget=MOST_REQUESTS * context.summariser.room(instructions),
        count=context.generator.count_tokens,
    )
    text = await context.summariser.condense(
        instructions,
        [*_earlier(day, Kind.DAY), *_corrections(day), *(line.text for line in chosen)],
        language=language,
    )
    diary = new_memory(
        id=node_id(day.group, Kind.DAY, day.period),
        person=day.person,
        place=Place(last.place, private=last.private),
        kind=Kind.DAY,
        text=text,
        said_at=last.said_at,
        language=language,
        curve=context.curve,
        strength=context.curve.strength_of(max(turn.importance for turn in day.turns)),
        # Imported turns are years old, and count as recalled at the import.
        last_recalled=max(turn.last_recalled for turn in day.turns),
        sources=_sources(day, Kind.DAY),
    )
    diary = replace(diary, period=day.period, zone=last.zone)
    return inherit_from_older(diary, day.old, curve=context.curve)


async def _write_insight(context: ConsolidationContext, day: Day) -> Memory:
    language, last = main_language(day.turns), day.turns[-1]
    instructions = _instructions("consolidate-insight", day)
    name = name_for_model(day.person, language)
    lines = lines_of(day.turns, name=name, language=language, with_replies=False)
    chosen = fitting(
        lines, budget=context.summariser.room(instructions), count=context.generator.count_tokens
    )
    text = await context.summariser.condense(
        instructions,
        [*_earlier(day, Kind.INSIGHT), *_corrections(day), *(line.text for line in chosen)],
        language=language,
        # A description of the person's mood may have none of their words.
        tells=False,
    )
    mood = new_note(
        Kind.INSIGHT,
        day.group,
        day.period,
        person=day.person,
        place=Place(last.place, private=last.private),
        text=text,
        said_at=last.said_at,
        language=language,
        sources=_sources(day, Kind.INSIGHT),
    )
    return replace(mood, zone=last.zone)


def _instructions(key: str, day: Day) -> str:
    language, last = main_language(day.turns), day.turns[-1]
    return say(
        language,
        key,
        name=name_for_model(day.person, language),
        # The date in the zone in which it was said, wherever the person is now.
        date=on_day(language, last.said_at, ZoneInfo(last.zone)),
        lines=EVENT_LINES,
        language=name_of(language),
    )


def _earlier(day: Day, kind: Kind) -> list[str]:
    note = day.earlier(kind)
    if note is None:
        return []
    return [say(main_language(day.turns), "consolidate-earlier", text=" ".join(note.text.split()))]


def _corrections(day: Day) -> list[str]:
    """Return lines on what the person corrected, because the turns go on saying what was wrong."""
    language = main_language(day.turns)
    texts = [one_line(note.text) for note in day.corrections]
    return [say(language, "consolidate-corrected", text=text) for text in texts]


def _sources(day: Day, kind: Kind) -> tuple[MemoryId, ...]:
    """Return the ids of the turns, after those of erased turns that the earlier note tells of."""
    turns = tuple(turn.id for turn in day.turns)
    note = day.earlier(kind)
    if note is None:
        return turns
    return (*(source for source in note.sources if source not in set(turns)), *turns)
