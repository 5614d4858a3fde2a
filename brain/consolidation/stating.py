"""Asking the model for a day's facts, in as many requests as its lines need."""

from collections.abc import Sequence

from brain.consolidation.facts import merge, rated, relevant
from brain.consolidation.forms import Facts
from brain.consolidation.material import Line, fitting, lines_of, main_language, one_line
from brain.consolidation.reading import Day
from brain.consolidation.workshop import MOST_REQUESTS, Workshop, named
from brain.memory.record import Memory
from brain.messages import Place
from brain.texts import on_day, say

KNOWN_SHOWN = 40
"""Known facts that the model is shown, those nearest to the day."""


async def state_facts(
    shop: Workshop, day: Day, known: Sequence[Memory]
) -> tuple[tuple[Memory, ...], dict[str, float]]:
    """The facts to write, and what the model thinks that the turns weigh."""
    if not shop.scribe.fills_forms:
        return (), {}
    language = main_language(day.turns)
    name, last = named(day.person, language), day.turns[-1]
    instructions = say(
        language,
        "consolidate-facts",
        name=name,
        date=on_day(language, last.said_at, day.person.zone),
    )
    before = {fact.id: fact for fact in day.facts}
    current = {fact.id: fact for fact in known if fact.archived_at is None}
    written: dict[str, Memory] = {}
    importance: dict[str, float] = {}
    # What the bot itself said becomes no fact: the model is not shown it.
    lines = lines_of(day.turns, name=name, language=language, with_replies=False)
    for portion in _portions(shop, instructions, lines):
        turns = [line.turn for line in portion]
        shown = relevant(list(current.values()), turns, limit=KNOWN_SHOWN)
        renumbered = lines_of(turns, name=name, language=language, with_replies=False)
        material = "\n".join([*_known_lines(shown, day, language), *(x.text for x in renumbered)])
        stated = await shop.scribe.fill(instructions, material, Facts)
        if stated is None:
            break
        facts = merge(
            stated,
            group=day.group,
            person=day.person,
            place=Place(last.place, private=last.private),
            turns=turns,
            known=list(current.values()),
            shown=shown,
            before=before,
            language=language,
            curve=shop.curve,
        )
        written.update((fact.id, fact) for fact in facts)
        current.update(written)
        importance.update(rated(stated, turns))
    return tuple(written.values()), importance


def _portions(shop: Workshop, instructions: str, lines: Sequence[Line]) -> list[list[Line]]:
    """The lines in requests that leave half of their room to the facts that are known."""
    count = shop.generator.count_tokens
    room = max(1, shop.scribe.room(instructions) // 2)
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


def _known_lines(shown: Sequence[Memory], day: Day, language: str) -> list[str]:
    if not shown:
        return [say(language, "consolidate-known-none")]
    return [
        say(
            language,
            "consolidate-known",
            number=str(number),
            date=on_day(language, fact.said_at, day.person.zone),
            text=one_line(fact.text),
        )
        for number, fact in enumerate(shown, start=1)
    ]
