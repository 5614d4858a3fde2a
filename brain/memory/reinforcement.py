"""Changes the strength S of a memory: which memories a reply reinforces, and by how much. Pure.

A memory that a reply was given, which means that the model was shown it, gains only if it was used:
the reply, or the person's next message, drew on it. It gains

    curve.step * share * (1 - R ** SPACING)     days

    share    How much of the memory was used, from 0 to 1. Of its telling words that neither the
             message nor the recent turns have, it is the share that the reply has, less what two
             texts have in common by chance. A question for what the memory tells that is answered
             or asked again, and a person who says that the reply is right, make it 1.
    spacing  The longer ago a memory was recalled, the more it gains by another recall (the spacing
             effect: Cepeda et al., Psychological Bulletin 132, 2006). As in FSRS and SuperMemo's
             SM-17, that follows from its retention R: none at R = 1, more as R falls. 95 % of the
             step are reached after 5 % of the time until the memory fades, which is the gap at
             which Cepeda et al. (Psychological Science 19, 2008) found people to remember most
             after a year. They also found too long a gap to do harm; here a memory has faded by
             then, and no recall finds it.

Within a conversation a memory gains once, because less than `SAME_CONVERSATION` has passed since.
docs/memory.md says what comes of it on recorded conversations.

`reinforce` and `with_importance` are the reference for the stores, which do the same within their
transactions, and which the contract tests compare with them:

    reinforce        `storage/sqlite/reinforcement.py`, `storage/redis/scripts/reinforce.lua`
    with_importance  `storage/sqlite/derivations.py`, `storage/redis/scripts/set_importance.lua`
"""

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from msgspec.structs import replace

from brain.ids import MemoryId
from brain.languages import all_languages
from brain.memory.creation import recompute_times
from brain.memory.lexical import telling
from brain.memory.ranking import SAME_CONVERSATION
from brain.memory.record import Memory
from brain.memory.retention import SECONDS_PER_DAY, Curve, retention
from brain.messages import own_words

SPACING = 20.0
"""The power of R in the formula above: the step is reached at t = S / SPACING to 63 %."""
BY_CHANCE = 0.15
"""The share of a memory's words that a reply may have without having used it."""
WHOLE = 0.5
"""The share of a memory's words at which it counts as wholly used."""
REPLY_WEIGHT = 0.5
"""The weight of a word of the memory's own reply, beside 1 for one that the person said."""
ASKED_WORDS, ASKED_SHARE = 2, 0.25
"""A question asks for a memory if it has so many of the words that the person said, or all of them,
and so large a share of them."""
ASKED_ABOUT = 0.5
"""The share of its words by which a question asks about a memory, if no other given memory has any
of them."""
ANSWERED = 0.05
"""The share of a memory's words that the answer to such a question has at least."""
QUESTION_MARKS = "?？"
_REPEATED = 2
"""The fewest words of the memory's own reply that tell that it was used."""
FIRST_CLAUSES = 2
"""A message says that a reply is right in one of its first clauses."""
_CLAUSE = re.compile(r"[^.,;:!?¡¿\n。，、；：！？…]+")


@dataclass(frozen=True, slots=True)
class Gain:
    """What a memory gains."""

    days: float
    since: datetime | None = None
    """The `last_recalled` that `days` was computed from: a store adds nothing where it is another
    one now, because the memory was recalled meanwhile. None adds the days in any case."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """A message and its reply, and what the model was shown."""

    message: str
    reply: str
    answered_at: datetime
    given: Sequence[Memory] = ()
    """The recalled memories, as they were when they were recalled."""
    recent: Sequence[Memory] = ()
    """The last turns of the conversation before the message."""


def reinforce(memory: Memory, gain: Gain, *, now: datetime, curve: Curve) -> Memory:
    """Return the memory as it is after a gain; the same one if it was recalled meanwhile.

    Its strength grows, `last_recalled` becomes `now`, and the times at which it fades and is
    forgotten follow from both. A clock that was set back does not move `last_recalled` back.
    """
    if gain.since not in {None, memory.last_recalled}:
        return memory
    return recompute_times(
        replace(
            memory,
            strength=memory.strength + gain.days,
            last_recalled=max(memory.last_recalled, now),
            recalls=memory.recalls + 1,
        ),
        curve,
    )


def gains(
    exchange: Exchange, previous: Exchange | None, *, curve: Curve
) -> Mapping[MemoryId, Gain]:
    """Return what memories gain by a message and its reply; those that gain nothing are left out.

    Args:
        exchange: the message and its reply.
        previous: the message and reply just before in this conversation; None without one.
        curve: the constants of forgetting.
    """
    if curve.reinforced == "given":
        return {memory.id: Gain(curve.step) for memory in exchange.given}
    found = _gains_by_next_message(previous, exchange, curve) if previous else {}
    again = asked_about(exchange) & asked_about(previous) if previous else set()
    for memory, used in zip(exchange.given, used_shares(exchange), strict=True):
        share = 1.0 if memory.id in again else used
        gain = _gain(memory, share, now=exchange.answered_at, curve=curve)
        if gain.days > max(0.0, found[memory.id].days if memory.id in found else 0.0):
            found[memory.id] = gain
    return found


def whole_gain(memory: Memory, *, now: datetime, curve: Curve) -> Gain:
    """Return what a memory gains that was wholly used, such as one that its person pins."""
    return _gain(memory, 1.0, now=now, curve=curve)


def asked_about(exchange: Exchange) -> set[MemoryId]:
    """Return the ids of the memories that a question asks about by words of their own.

    Who asks about a memory twice in a row has not been answered, and wants it all the more.
    """
    message = own_words(exchange.message)
    if not any(mark in message for mark in QUESTION_MARKS):
        return set()
    asked = telling(message)
    words = {one.id: telling(one.text) & asked for one in exchange.given}
    number = Counter(word for some in words.values() for word in some)
    return {
        memory_id
        for memory_id, some in words.items()
        if some
        and len(some) >= ASKED_ABOUT * len(asked)
        and all(number[word] == 1 for word in some)
    }


def used_shares(exchange: Exchange) -> list[float]:
    """Return how much of each memory that was given the reply used, from 0 to 1."""
    [shares] = _shares(exchange, [telling(exchange.reply)])
    return shares


def confirms(message: str) -> bool:
    """Return whether a person says first of all that a reply is right, in any known language.

    What the message quotes or forwards does not count.
    """
    clauses = _CLAUSE.findall(own_words(message).casefold().replace("’", "'"))
    first = [" ".join(clause.split()) for clause in clauses[: FIRST_CLAUSES + 1]]
    first = [clause for clause in first if clause][:FIRST_CLAUSES]
    return not _confirmations().isdisjoint([*first, " ".join(first), "".join(first)])


def with_importance(memory: Memory, importance: float, *, curve: Curve) -> Memory:
    """Return the memory with another importance, and with the strength and times that follow.

    What recall added to the strength stays: S += strength_of(new) - strength_of(old).
    """
    before, first = map(curve.strength_of, (memory.importance, importance))
    return with_first_strength(replace(memory, importance=importance), before, first, curve=curve)


def with_first_strength(memory: Memory, before: float, first: float, *, curve: Curve) -> Memory:
    """Return the memory as if its first strength had been `first` days rather than `before`.

    S moves by the difference and stays positive: a memory that is weaker than its first strength
    falls to no less than the lower of its strength and the new first strength.
    """
    moved = max(memory.strength + first - before, min(memory.strength, first))
    return recompute_times(replace(memory, strength=moved), curve)


def _shares(exchange: Exchange, texts: Sequence[Collection[str]]) -> list[list[float]]:
    """Return how much of each memory that was given was used by each text, from 0 to 1.

    A word weighs the less, the more of these memories have it, because it does not tell which of
    them was used.

    Args:
        exchange: the message, its reply, and the memories.
        texts: the telling words of texts that may have used the memories.
    """
    message = own_words(exchange.message)
    asked = telling(message)
    known = _known(exchange)
    is_question = any(mark in message for mark in QUESTION_MARKS)
    words = [(telling(one.text), telling(one.reply or "")) for one in exchange.given]
    number = Counter(word for own, answer in words for word in own | answer)

    def weight(chosen: Collection[str]) -> float:
        return sum(1.0 / number[word] for word in chosen)

    def share(own: set[str], answer: set[str], text: Collection[str]) -> float:
        of_own = own & asked
        said, told = own - known, answer - own - known
        used, repeated = said.intersection(text), told.intersection(text)
        # One word that only the reply to it had may stand in any text.
        if not used and len(repeated) < _REPEATED:
            return 0.0
        whole = weight(said) + REPLY_WEIGHT * weight(told)
        part = (weight(used) + REPLY_WEIGHT * weight(repeated)) / whole
        fewest = max(1, min(ASKED_WORDS, len(own)), ASKED_SHARE * len(own))
        if is_question and len(of_own) >= fewest and part > ANSWERED:
            return 1.0
        return min(1.0, max(0.0, part - BY_CHANCE) / (WHOLE - BY_CHANCE))

    return [[share(own, answer, text) for own, answer in words] for text in texts]


def _known(exchange: Exchange) -> set[str]:
    """Return the telling words that the conversation had before the reply."""
    return telling(exchange.message).union(*[telling(turn.content) for turn in exchange.recent])


def _gain(memory: Memory, share: float, *, now: datetime, curve: Curve) -> Gain:
    elapsed = now - memory.last_recalled
    if elapsed < SAME_CONVERSATION:
        return Gain(0.0, memory.last_recalled)
    left = retention(elapsed.total_seconds() / SECONDS_PER_DAY, memory.strength)
    return Gain(curve.step * share * (1.0 - left**SPACING), memory.last_recalled)


def _gains_by_next_message(
    previous: Exchange, exchange: Exchange, curve: Curve
) -> dict[MemoryId, Gain]:
    """Return what memories that the reply before was given gain by what the person says then.

    A memory that the reply had not used gains if the message uses it. One that the reply had used
    gains the rest of a whole gain if the message says that the reply is right.
    """
    found = {}
    is_confirmed = confirms(exchange.message)
    heard = telling(previous.reply)
    by_reply, in_all = _shares(previous, [heard, heard | telling(own_words(exchange.message))])
    known = _known(previous)
    for memory, share, then in zip(previous.given, by_reply, in_all, strict=True):
        # Of what is said to be right, one word is enough.
        was_used = share or (is_confirmed and (telling(memory.text) - known) & heard)
        if not was_used:
            gain = _gain(memory, then, now=exchange.answered_at, curve=curve)
        elif is_confirmed:
            rest = _gain(memory, 1.0 - share, now=previous.answered_at, curve=curve)
            recalled = max(memory.last_recalled, previous.answered_at)
            gain = Gain(rest.days, recalled if share else memory.last_recalled)
        else:
            continue
        if gain.days > 0.0:
            found[memory.id] = gain
    return found


@cache
def _confirmations() -> frozenset[str]:
    return frozenset(
        line
        for each in all_languages()
        for line in each.confirmations.casefold().split("\n")
        if line
    )
