"""Asks the model for a day's facts, in as many requests as its lines need."""

from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from brain.consolidation.context import MOST_REQUESTS, ConsolidationContext, name_for_model
from brain.consolidation.day_lines import Line, fitting, lines_of, main_language, one_line
from brain.consolidation.day_reading import Day
from brain.consolidation.fact_schema import Facts
from brain.consolidation.facts import merge, rate_turns, select_relevant, without_day
from brain.errors import PromptTooLong
from brain.ids import MemoryId
from brain.memory.record import Memory
from brain.messages import Place
from brain.texts import name_of, on_day, say

KNOWN_SHOWN = 40
"""How many known facts the model is shown, those most relevant to the day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtractedFacts:
    """What a model found in a day's lines: changes of the facts, and the importance of turns."""

    written: tuple[Memory, ...] = ()
    """New and changed facts; each replaces the fact of the same id, if there is one."""
    gone: tuple[MemoryId, ...] = ()
    """Ids of facts that no turn supports any more."""
    importance: dict[MemoryId, float]
    """The importance of turns (0 to 1), to which the model's rating contributed."""


async def extract_facts(context: ConsolidationContext, day: Day) -> ExtractedFacts | None:
    """Ask for the facts of a day.

    Returns:
        None where the model cannot fill in forms; then the facts stay as they are.

    Raises:
        AnswerUnusable: the model did not fill in the form.
        GeneratorError: the model failed.
    """
    while True:
        try:
            return await _extract(context, day)
        except PromptTooLong as error:
            if not context.summariser.halve(error):
                raise


async def _extract(context: ConsolidationContext, day: Day) -> ExtractedFacts | None:
    language = main_language(day.turns)
    name, last = name_for_model(day.person, language), day.turns[-1]
    instructions = say(
        language,
        "consolidate-facts",
        name=name,
        date=on_day(language, last.said_at, ZoneInfo(last.zone)),
        language=name_of(language),
    )
    # What the companion said must not become a fact, so the model is not shown its replies.
    lines = lines_of(day.turns, name=name, language=language, with_replies=False)
    portions = _portions(context, instructions, lines)
    # Only facts from turns that the model is asked about again are taken away first.
    asked = frozenset(line.turn.id for portion in portions for line in portion)
    # With it goes what rests on turns in which the person said nothing of their own.
    asked |= day.present - {turn.id for turn in day.turns}
    known, changes = without_day(day.facts, asked)
    before = {fact.id: fact for fact in day.facts}
    current = {fact.id: fact for fact in known}
    written = {fact.id: fact for fact in changes.written}
    importance: dict[MemoryId, float] = {}
    for portion in portions:
        turns = [line.turn for line in portion]
        living = [fact for fact in current.values() if fact.archived_at is None]
        shown = select_relevant(living, turns, limit=KNOWN_SHOWN)
        renumbered = lines_of(turns, name=name, language=language, with_replies=False)
        material = "\n".join([*_known_lines(shown, language), *(x.text for x in renumbered)])
        form = await context.summariser.fill(instructions, material, Facts)
        if form is None:
            return None
        facts = merge(
            form,
            group=day.group,
            person=day.person,
            place=Place(last.place, private=last.private),
            turns=turns,
            known=list(current.values()),
            shown=shown,
            before=before,
            language=language,
            curve=context.curve,
        )
        written.update((fact.id, fact) for fact in facts)
        current.update(written)
        importance.update(rate_turns(form, turns))
    return ExtractedFacts(written=tuple(written.values()), gone=changes.gone, importance=importance)


def _portions(
    context: ConsolidationContext, instructions: str, lines: Sequence[Line]
) -> list[list[Line]]:
    """Divide the lines into requests, half of whose room is left for the known facts."""
    count = context.generator.count_tokens
    room = max(1, context.summariser.form_room(instructions) // 2)
    chosen = fitting(lines, budget=MOST_REQUESTS * room, count=count)
    portions: list[list[Line]] = []
    spent = 0
    for line in chosen:
        cost = count(line.text) + 1
        if not portions or spent + cost > room:
            portions.append([])
            spent = 0
        portions[-1].append(line)
        spent += cost
    return portions


def _known_lines(shown: Sequence[Memory], language: str) -> list[str]:
    if not shown:
        return [say(language, "consolidate-known-none")]
    return [_known_line(fact, number, language) for number, fact in enumerate(shown, start=1)]


def _known_line(fact: Memory, number: int, language: str) -> str:
    zone = ZoneInfo(fact.zone)
    values = {
        "number": str(number),
        "date": on_day(language, fact.said_at, zone),
        "text": one_line(fact.text),
    }
    if fact.ended_at is None:
        key = "consolidate-known-corrected" if fact.is_corrected else "consolidate-known"
        return say(language, key, **values)
    ended = on_day(language, fact.ended_at, zone)
    return say(language, "consolidate-known-ended", ended=ended, **values)
