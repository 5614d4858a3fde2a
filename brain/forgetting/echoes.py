"""Which later replies repeat what a person forgets."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta

from brain.ids import MemoryId
from brain.memory.lexical import telling
from brain.memory.record import Memory

Words = Mapping[MemoryId, tuple[str, ...]]
"""By the id of a turn."""
RIGHT_AFTER = timedelta(hours=6)
"""How long a reply may still have the turn before its eyes, as the conversation at hand."""
_COMMON = 0.2
"""A word in more than this share of a person's turns gives nothing away."""
_FEW = 5
_RARE = 2
"""A word that the person said in no more turns than this beside the forgotten ones: whoever says it
knows it from those, if only from a portrait that was made of them."""


def find_echoes(
    later: Sequence[Memory], meant: Mapping[MemoryId, Memory], made: Collection[MemoryId]
) -> list[Memory]:
    """Turns whose replies give away what is forgotten, oldest first. Pure, and slow for years.

    A reply that was given the turn, or something made of it, or came right after it, is an echo
    when it repeats any telling word of both sides; every other reply when it repeats one that the
    person said almost nowhere else.

    Args:
        later: all turns of the person since the first of those, in any order.
        meant: the turns that are forgotten, by id.
        made: ids of the notes that were made of them.
    """
    # In small steps throughout: a long one in C would hold up the loop, thread or no thread.
    said = {turn.id: tuple(telling(turn.text)) for turn in later}
    answered = {turn.id: tuple(telling(turn.reply)) for turn in later if turn.reply}
    common = _common(said, answered)
    own: set[str] = set()
    secret: set[str] = set()
    for turn in meant.values():
        own |= telling(turn.text)
        secret |= telling(turn.reply or "")
    own -= common
    secret = own | (secret - common)
    elsewhere = Counter(word for turn in later if turn.id not in meant for word in said[turn.id])
    rare = {word for word in own if elsewhere[word] <= _RARE}
    tainted = {*meant, *made}
    last: dict[str, datetime] = {}
    echoes: list[Memory] = []
    for turn in _in_order(later, meant):
        if turn.id in meant:
            last[turn.place] = turn.said_at
            continue
        if turn.id not in answered:
            continue
        is_near = turn.place in last and turn.said_at - last[turn.place] <= RIGHT_AFTER
        is_given = is_near or not tainted.isdisjoint(turn.sources)
        if (secret if is_given else rare).intersection(answered[turn.id]) - {*said[turn.id]}:
            echoes.append(turn)
            tainted.add(turn.id)
            last[turn.place] = turn.said_at
    return echoes


def _common(said: Words, answered: Words) -> set[str]:
    counts = Counter(
        word for turn, words in said.items() for word in {*words, *answered.get(turn, ())}
    )
    most = max(_FEW, _COMMON * len(said))
    return {word for word, count in counts.items() if count > most}


def _in_order(turns: Sequence[Memory], first: Collection[MemoryId]) -> Iterator[Memory]:
    """By time; of the same moment those first."""
    days: defaultdict[date, list[Memory]] = defaultdict(list)
    for turn in turns:
        days[turn.said_at.date()].append(turn)
    for day in sorted(days):
        yield from sorted(days[day], key=lambda turn: (turn.said_at, turn.id not in first))
