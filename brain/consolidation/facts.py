"""Turns what a model states into facts: checks it, merges it with known facts, ends old ones. Pure.

A fact must rest on lines of the person that share words with it: what only the companion said, or
what a model made up, is rejected. A newer fact ends an older one without erasing it. A fact that is
known already (`brain.consolidation.fact_identity`) gains sources and, where it is said later, is
true again and fades later. Facts of other groups of places are never changed.

A fact that its person corrected keeps their words. What was said before the correction neither
ends it nor states again what was wrong. That is known by the fact's id, which follows from what the
model stated first, by its mark (`correction_mark`), and by what the model says that it replaces.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import NAMESPACE_URL, uuid5

from msgspec.structs import replace

from brain.consolidation.fact_identity import (
    correction_mark,
    identity,
    is_contrary,
    is_reversed,
    wording,
)
from brain.consolidation.fact_schema import MOST_CHARACTERS, MOST_FACTS, Facts, StatedFact
from brain.consolidation.notes import freshened
from brain.ids import MemoryId
from brain.memory.creation import new_memory
from brain.memory.importance import judge_importance
from brain.memory.lexical import telling
from brain.memory.periods import Group
from brain.memory.record import Kind, Memory
from brain.memory.retention import Curve
from brain.messages import Person, Place, own_words, printable

HIGHEST = 10.0
"""The highest rating of a model, which stands for an importance of 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FactChanges:
    """How the known facts change."""

    written: tuple[Memory, ...]
    """New and changed facts; each replaces the fact of the same id, if there is one."""
    gone: tuple[MemoryId, ...]
    """Ids of facts that no turn supports any more."""


def without_day(
    known: Iterable[Memory], turns: frozenset[MemoryId]
) -> tuple[list[Memory], FactChanges]:
    """Take turns away from the facts that rest on them.

    A pinned or corrected fact stays as it is, whatever the model states this time.

    Args:
        known: the facts of one group of places.
        turns: ids of the turns that a model is asked about again.

    Returns:
        The facts without these turns, and how they changed.
    """
    left: list[Memory] = []
    changed: list[Memory] = []
    gone: list[MemoryId] = []
    for fact in known:
        sources = tuple(source for source in fact.sources if source not in turns)
        if fact.pinned or fact.is_corrected:
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
    """Return the facts to write for what a model stated of a day.

    Args:
        form: the form that the model filled in.
        group: the group of places that the facts belong to.
        person: the person.
        place: the place where the facts were said, and may be seen.
        turns: the turns whose lines the model was shown, in that order.
        known: the facts of the group that do not rest on this day alone, faded and ended ones too.
        shown: those of them that the model was shown as K1, K2, ...
        before: the facts by id as they were before this day was taken away.
        language: the language of the day.
        curve: the constants of forgetting.
    """
    current = {fact.id: fact for fact in known}
    by_wording = {wording(fact.text): fact.id for fact in known}
    corrected = {mark: fact.id for fact in known for mark in fact.sources if fact.is_corrected}
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
        right = None if told else current.get(corrected.get(correction_mark(text), fact_id))
        if right is not None and right.is_corrected:
            if newest <= right.said_at:
                put(_with_evidence(right, evidence, curve))
                continue
            # They say so again: another fact, because this one has their correction.
            fact_id = MemoryId(uuid5(NAMESPACE_URL, f"{fact_id}/{right.id}").hex)
        replaced = _replaced(candidate, shown, current)
        if any(older.is_corrected and newest <= older.said_at for older in replaced):
            continue
        same = current.get(told or fact_id) or _confirmed(candidate, text, shown, current)
        if same is not None:
            fact = _with_evidence(same, evidence, curve)
        else:
            fact = _new_fact(
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
            fact = _rewritten(earlier, fact, curve)
        put(fact)
        by_wording[wording(text)] = fact.id
        for older in replaced:
            if older.id != fact.id and older.said_at <= newest and not older.ended_at:
                put(replace(older, ended_at=newest, ended_by=fact.id))
    return tuple(changed.values())


def rate_turns(form: Facts, turns: Sequence[Memory]) -> dict[MemoryId, float]:
    """Return the importance (0 to 1) of turns, by id: the mean of the rules' and the model's.

    The rules judge the text again, so that summarising a day twice does not change it twice.
    """
    ratings = {
        turns[rating.line - 1]: _to_unit_scale(rating.importance)
        for rating in form.ratings
        if 1 <= rating.line <= len(turns)
    }
    return {
        turn.id: (judge_importance(turn.text, language=turn.language) + share) / 2.0
        for turn, share in ratings.items()
    }


def select_relevant(
    known: Sequence[Memory], turns: Sequence[Memory], *, limit: int
) -> list[Memory]:
    """Return the facts that share the most words with turns, `limit` at most, oldest first."""
    said = set().union(*(telling(turn.text) for turn in turns)) if turns else set()
    best = sorted(known, key=lambda f: (-len(telling(f.text) & said), -f.said_at.timestamp(), f.id))
    return sorted(best[:limit], key=lambda fact: (fact.said_at, fact.id))


def _evidence(candidate: StatedFact, text: str, turns: Sequence[Memory]) -> list[Memory]:
    """Return the turns that a statement rests on: the model names them, and they share words.

    A turn that says the reverse supports nothing.
    """
    words = telling(text)
    named = dict.fromkeys(number for number in candidate.lines if 1 <= number <= len(turns))
    lines = [turns[number - 1] for number in named]
    return [
        turn
        for turn in lines
        if words & telling(turn.text) and not is_reversed(candidate, own_words(turn.text))
    ]


def _replaced(
    candidate: StatedFact, shown: Sequence[Memory], current: Mapping[MemoryId, Memory]
) -> list[Memory]:
    """Return the known facts that the model says are no longer true because of a statement."""
    ids = (_shown_id(shown, number) for number in candidate.replaces)
    return [current[each] for each in ids if each is not None and each in current]


def _confirmed(
    candidate: StatedFact,
    text: str,
    shown: Sequence[Memory],
    current: Mapping[MemoryId, Memory],
) -> Memory | None:
    """Return the known fact that the model says is the same, unless their words contradict it."""
    known = current.get(_shown_id(shown, candidate.same_as) or MemoryId(""))
    return None if known is None or is_contrary(text, known.text) else known


def _id_of(candidate: StatedFact, group: Group) -> MemoryId:
    name = repr((group.person, group.place, Kind.FACT.value, identity(candidate)))
    return MemoryId(uuid5(NAMESPACE_URL, name).hex)


def _new_fact(
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
    importance = max(_to_unit_scale(rating), *(turn.importance for turn in evidence))
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
        last_recalled=_last_recalled(evidence),
        sources=tuple(turn.id for turn in evidence),
    )
    return replace(fact, importance=importance, zone=newest.zone)


def _rewritten(before: Memory | None, fact: Memory, curve: Curve) -> Memory:
    """Return a fact of a day that is summarised again, with what recall added, and with its end."""
    if before is None:
        return fact
    same = replace(before, text=fact.text, sources=fact.sources)
    if fact.said_at <= before.said_at:
        same = replace(same, said_at=fact.said_at, zone=fact.zone)
    else:
        same = _said_later(same, fact.said_at, fact.zone, curve)
    return freshened(same, fact.last_recalled, curve)


def _with_evidence(fact: Memory, evidence: Sequence[Memory], curve: Curve) -> Memory:
    more = (turn.id for turn in evidence if turn.id not in fact.sources)
    known = replace(fact, sources=(*fact.sources, *more))
    newest = max(evidence, key=lambda turn: turn.said_at)
    if newest.said_at > fact.said_at:
        known = _said_later(known, newest.said_at, newest.zone, curve)
    return freshened(known, _last_recalled(evidence), curve)


def _last_recalled(evidence: Sequence[Memory]) -> datetime:
    return max(turn.last_recalled for turn in evidence)


def _said_later(fact: Memory, said_at: datetime, zone: str, curve: Curve) -> Memory:
    """Date a fact later: it is true again unless it ended later than that, and fades later."""
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


def _to_unit_scale(rating: int) -> float:
    return min(1.0, max(0.0, rating / HIGHEST))
