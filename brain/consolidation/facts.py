"""From what a model states to what is kept: checked, merged, superseded. Pure.

A fact must rest on lines of the person that share words with it: what only the companion said, or
what a model made up, is none. A newer fact ends an older one without erasing it; one that was known
(see `brain.consolidation.fact_identity`) gains sources, and is true again and fresh where it is
said anew. Facts of other places than the one at hand are never touched.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import NAMESPACE_URL, uuid5

from msgspec.structs import replace

from brain.consolidation.fact_identity import identity, is_contrary, wording
from brain.consolidation.fact_schema import MOST_CHARACTERS, MOST_FACTS, Facts, StatedFact
from brain.ids import MemoryId
from brain.memory.creation import new_memory
from brain.memory.importance import judge_importance
from brain.memory.lexical import telling
from brain.memory.periods import Group
from brain.memory.record import Kind, Memory
from brain.memory.retention import Curve
from brain.messages import Person, Place, printable

HIGHEST = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class FactChanges:
    """What a day changes of the known facts."""

    written: tuple[Memory, ...]
    """New ones and changed ones; each replaces the one with its id, if there is one."""
    gone: tuple[MemoryId, ...]
    """Ids of facts that no longer rest on anything."""


def without_day(
    known: Iterable[Memory], turns: frozenset[MemoryId]
) -> tuple[list[Memory], FactChanges]:
    """The facts as they are apart from that day, and what taking it away changes.

    Args:
        known: facts of one group of places.
        turns: ids of the turns that a model is asked about anew.

    A pinned fact stays as it is, whatever words the model finds this time.
    """
    left: list[Memory] = []
    changed: list[Memory] = []
    gone: list[MemoryId] = []
    for fact in known:
        sources = tuple(source for source in fact.sources if source not in turns)
        if fact.pinned:
            left.append(fact)
        elif not sources:
            gone.append(fact.id)
        elif len(sources) < len(fact.sources):
            changed.append(replace(fact, sources=sources))
            left.append(changed[-1])
        else:
            left.append(fact)
    revived = {fact.id: _revived(fact) for fact in left if fact.ended_by in gone}
    left = [revived.get(fact.id, fact) for fact in left]
    changed = [revived.pop(fact.id, fact) for fact in changed] + list(revived.values())
    return left, FactChanges(written=tuple(changed), gone=tuple(gone))


def merge(
    form: Facts,
    *,
    group: Group,
    person: Person,
    place: Place,
    turns: Sequence[Memory],
    known: Sequence[Memory],
    shown: Sequence[Memory],
    before: Mapping[MemoryId, Memory],
    language: str,
    curve: Curve,
) -> tuple[Memory, ...]:
    """The facts to write for what a model stated of a day.

    Args:
        form: as the model filled it in.
        group: whose facts these are.
        person: with the zone that they are dated in.
        place: where they were said; a fact is seen where its place is.
        turns: the lines that the model was shown, in that order.
        known: the facts of the group that do not rest on this day alone, faded and ended ones too.
        shown: those of them that the model was shown as K1, K2, ...
        before: the facts by id as they were before this day was done again.
        language: of the day.
        curve: of new facts.
    """
    current = {fact.id: fact for fact in known}
    by_wording = {wording(fact.text): fact.id for fact in known}
    before_by_wording = {wording(fact.text): fact for fact in before.values()}
    changed: dict[MemoryId, Memory] = {}

    def put(fact: Memory) -> None:
        current[fact.id] = changed[fact.id] = fact

    for candidate in form.facts[:MOST_FACTS]:
        text = printable(candidate.statement)[:MOST_CHARACTERS]
        evidence = _evidence(candidate, text, turns)
        if not evidence:
            continue
        newest = max(turn.said_at for turn in evidence)
        fact_id = _id_of(candidate, group)
        told = by_wording.get(wording(text))
        same = current.get(told or fact_id) or _confirmed(candidate, text, shown, current)
        if same is not None:
            fact = _supported(same, evidence, curve)
        else:
            fact = _new(
                fact_id,
                text,
                evidence,
                candidate.importance,
                person=person,
                place=place,
                language=language,
                curve=curve,
            )
            earlier = before.get(fact_id) or before_by_wording.get(wording(text))
            if earlier is not None:
                # Done again: what it earned by recall, and what ended it since, stays.
                fact = _again(earlier, fact, curve)
        put(fact)
        by_wording[wording(text)] = fact.id
        for number in candidate.replaces:
            older = current.get(_shown_id(shown, number) or MemoryId(""))
            if older and older.id != fact.id and older.said_at <= newest and not older.ended_at:
                put(replace(older, ended_at=newest, ended_by=fact.id))
    return tuple(changed.values())


def rated(form: Facts, turns: Sequence[Memory]) -> dict[MemoryId, float]:
    """Importance (0 to 1) by turn: halfway between the first judgement and the model's.

    The first judgement is made again, so that doing a day twice moves nothing twice.
    """
    ratings = {
        turns[rating.line - 1]: _share(rating.importance)
        for rating in form.ratings
        if 1 <= rating.line <= len(turns)
    }
    return {
        turn.id: (judge_importance(turn.text, language=turn.language) + share) / 2.0
        for turn, share in ratings.items()
    }


def relevant(known: Sequence[Memory], turns: Sequence[Memory], *, limit: int) -> list[Memory]:
    """The facts that a model should be shown beside those turns, oldest first."""
    said = set().union(*(telling(turn.text) for turn in turns)) if turns else set()
    best = sorted(known, key=lambda f: (-len(telling(f.text) & said), -f.said_at.timestamp(), f.id))
    return sorted(best[:limit], key=lambda fact: (fact.said_at, fact.id))


def _evidence(candidate: StatedFact, text: str, turns: Sequence[Memory]) -> list[Memory]:
    """The turns that a statement rests on: named by the model, and sharing words with it."""
    words = telling(text)
    named = dict.fromkeys(number for number in candidate.lines if 1 <= number <= len(turns))
    lines = [turns[number - 1] for number in named]
    return [turn for turn in lines if words & telling(turn.text)]


def _confirmed(
    candidate: StatedFact,
    text: str,
    shown: Sequence[Memory],
    current: Mapping[MemoryId, Memory],
) -> Memory | None:
    """The known fact that the model says is the same, unless their words say otherwise."""
    known = current.get(_shown_id(shown, candidate.same_as) or MemoryId(""))
    return None if known is None or is_contrary(text, known.text) else known


def _id_of(candidate: StatedFact, group: Group) -> MemoryId:
    name = repr((group.person, group.place, Kind.FACT.value, identity(candidate)))
    return MemoryId(uuid5(NAMESPACE_URL, name).hex)


def _new(
    fact_id: MemoryId,
    text: str,
    evidence: Sequence[Memory],
    rating: int,
    *,
    person: Person,
    place: Place,
    language: str,
    curve: Curve,
) -> Memory:
    newest = max(evidence, key=lambda turn: turn.said_at)
    importance = max(_share(rating), *(turn.importance for turn in evidence))
    fact = new_memory(
        id=fact_id,
        person=person,
        place=place,
        kind=Kind.FACT,
        text=text,
        said_at=newest.said_at,
        language=language,
        curve=curve,
        strength=curve.strength_of(importance),
        sources=tuple(turn.id for turn in evidence),
    )
    return replace(fact, importance=importance, zone=newest.zone)


def _again(before: Memory, fact: Memory, curve: Curve) -> Memory:
    same = replace(before, text=fact.text, sources=fact.sources)
    if fact.said_at <= before.said_at:
        return replace(same, said_at=fact.said_at, zone=fact.zone)
    return _fresh(same, fact.said_at, fact.zone, curve)


def _supported(fact: Memory, evidence: Sequence[Memory], curve: Curve) -> Memory:
    more = (turn.id for turn in evidence if turn.id not in fact.sources)
    known = replace(fact, sources=(*fact.sources, *more))
    newest = max(evidence, key=lambda turn: turn.said_at)
    if newest.said_at <= fact.said_at:
        return known
    return _fresh(known, newest.said_at, newest.zone, curve)


def _fresh(fact: Memory, said_at: datetime, zone: str, curve: Curve) -> Memory:
    """Said anew: true again unless it ended later than that, and not to fade for as long again."""
    recalled = max(fact.last_recalled, said_at)
    ended = fact.ended_at is not None and fact.ended_at >= said_at
    return replace(
        fact if ended else _revived(fact),
        said_at=said_at,
        zone=zone,
        last_recalled=recalled,
        archived_at=None,
        fades_at=curve.fades_at(recalled, fact.strength, pinned=fact.pinned),
        forgotten_at=curve.forgotten_at(recalled, fact.strength, pinned=fact.pinned),
    )


def _revived(fact: Memory) -> Memory:
    return replace(fact, ended_at=None, ended_by=None)


def _shown_id(shown: Sequence[Memory], number: int | None) -> MemoryId | None:
    return shown[number - 1].id if number is not None and 1 <= number <= len(shown) else None


def _share(rating: int) -> float:
    return min(1.0, max(0.0, rating / HIGHEST))
