"""One day of one person: its turns become events, an insight and facts, in one atomic write.

What stood there of that day is replaced. Turns that faded and were erased by themselves are no
longer there to be read; the summary that was made of them then counts as material. A day on which
nothing was said has no summary.
"""

from dataclasses import replace

from brain.consolidation.facts import without_day
from brain.consolidation.material import (
    fitting,
    is_trifling,
    lines_of,
    main_language,
    one_line,
)
from brain.consolidation.notes import document, embedded, replaced
from brain.consolidation.reading import Day
from brain.consolidation.stating import state_facts
from brain.consolidation.workshop import MOST_REQUESTS, Workshop, named
from brain.memory.creation import new_memory
from brain.memory.periods import node_id
from brain.memory.record import Kind, Memory
from brain.messages import Place, Scope
from brain.texts import on_day, say

EVENT_LINES = 12
"""The most events of a day."""


async def write_day(shop: Workshop, day: Day) -> bool:
    """Make the day's notes and write them. False: something was forgotten meanwhile.

    Raises GeneratorError, AnswerUnusable, StoreError: nothing was written.
    """
    scope = Scope.everything_of(day.stale.person)
    of_day = frozenset(turn.id for turn in day.turns) | frozenset(
        source for note in day.old for source in note.sources
    )
    known, changes = without_day(day.facts, of_day)
    written = {fact.id: fact for fact in changes.written}
    notes: list[Memory] = []
    importance: dict[str, float] = {}
    if day.turns and not is_trifling(day.turns):
        notes = await _notes(shop, day)
        facts, importance = await state_facts(shop, day, known)
        written.update((fact.id, fact) for fact in facts)
    added = [*notes, *written.values()]
    done = await shop.store.rewrite(
        scope,
        revision=day.revision,
        now=shop.clock.now(),
        erase=[*(note.id for note in day.old), *changes.gone, *(memory.id for memory in added)],
        add=added,
        vectors=await embedded(shop.embedder, added),
    )
    if done and importance:
        await shop.store.weigh(scope, importance, curve=shop.curve)
    return done


async def _notes(shop: Workshop, day: Day) -> list[Memory]:
    language = main_language(day.turns)
    name, last = named(day.person, language), day.turns[-1]
    values = {"name": name, "date": on_day(language, last.said_at, day.person.zone)}
    events = say(language, "consolidate-events", lines=EVENT_LINES, **values)
    insight = say(language, "consolidate-insight", **values)
    both = lines_of(day.turns, name=name, language=language, with_replies=True)
    own = lines_of(day.turns, name=name, language=language, with_replies=False)
    earlier = [
        say(language, "consolidate-earlier", text=one_line(note.text))
        for note in (day.earlier,)
        if note is not None
    ]
    count = shop.generator.count_tokens
    told = fitting(both, budget=MOST_REQUESTS * shop.scribe.room(events), count=count)
    heard = fitting(own, budget=shop.scribe.room(insight), count=count)
    happened = await shop.scribe.condense(
        events, [*earlier, *(line.text for line in told)], language=language
    )
    showed = await shop.scribe.condense(insight, [line.text for line in heard], language=language)
    place = Place(last.place, private=last.private)
    sources = tuple(turn.id for turn in day.turns)
    diary = new_memory(
        id=node_id(day.group, Kind.DAY, day.period),
        person=day.person,
        place=place,
        kind=Kind.DAY,
        text=happened,
        said_at=last.said_at,
        language=language,
        curve=shop.curve,
        strength=shop.curve.strength_of(max(turn.importance for turn in day.turns)),
        sources=sources,
    )
    diary = replace(diary, period=day.period, zone=last.zone)
    mood = document(
        Kind.INSIGHT,
        day.group,
        day.period,
        person=day.person,
        place=place,
        text=showed,
        said_at=last.said_at,
        language=language,
        sources=sources,
    )
    return [replaced(diary, day.old), mood]
