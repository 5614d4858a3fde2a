"""Which later replies repeat what a person forgets.

A reply is an echo of a forgotten turn when it tells, beyond what the person says in its own turn,

| what | of that turn |
|---|---|
| an identifier | such as a number or an address |
| a name | that is rare elsewhere, with another word; alone, where the reply knew the turn |
| its substance | half of its information, in two words; what the reply answers counts as well |

A turn that quotes a forgotten one, or the reply to it, is an echo whatever it tells: its reply
answers the quotation, which is taken out of it as well.

One shared word is no echo, however uncommon it is. Vectors are not compared: with the bundled
embedder a reply that says the same in other words (cosine 0.85 to 0.91) is no nearer than the next
turn of any conversation (0.84 to 0.92).
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from msgspec.structs import replace

from brain.forgetting.identifiers import identifiers
from brain.ids import MemoryId, PlaceId
from brain.memory.bm25 import inverse_document_frequency
from brain.memory.lexical import telling
from brain.memory.parts import without_repeated
from brain.memory.record import Memory
from brain.messages import OTHERS, own_words

Words = Mapping[MemoryId, frozenset[str]]
"""The telling words of turns, by the turn's id."""
RIGHT_AFTER = timedelta(hours=6)
"""How long a reply may still have the turn before it in its prompt, as the conversation so far."""
_COMMON = 0.2
"""A word in more than this share of a person's turns gives nothing away."""
_FEW = 5
_RARE = 2
"""A word that the person said in no more turns than this beside the forgotten ones: a reply that
says it has it from those, if only by way of a portrait that was made of them."""
_SUBSTANCE = 0.5
"""The share of a turn's information that repeats its substance."""
_FEWEST = 2
"""Words that repeat a substance."""
_QUOTED = 12
"""Letters and digits from which on a text that is in another is no coincidence."""
_NAME = re.compile(r"(?<=[^\W_] )[^\W\d_a-z]\w+")
"""A capitalised word that does not begin a sentence."""


@dataclass(frozen=True, slots=True)
class _Forgotten:
    """What may be repeated of one turn, or of its reply."""

    words: frozenset[str]
    names: frozenset[str]
    identifiers: Sequence[Callable[[str], bool]]
    is_reply: bool


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known of the words of the person's turns."""

    said: Words
    answered: Words
    spoken: Mapping[str, int]
    """By word: in how many turns the person says it."""
    elsewhere: Mapping[str, int]
    """The same, without the turns that are forgotten."""

    def weight(self, words: Collection[str]) -> float:
        """The information in words."""
        turns = len(self.said)
        return sum(inverse_document_frequency(self.spoken.get(w, 0), turns) for w in words)


def find_echoes(
    later: Sequence[Memory], meant: Mapping[MemoryId, Memory], made: Collection[MemoryId]
) -> list[Memory]:
    """Turns whose replies give away what is forgotten, oldest first. Pure, and slow for years.

    Args:
        later: all turns of the person since the first of those, in any order.
        meant: the turns that are forgotten, by id.
        made: ids of the notes that were made of them.
    """
    # In small steps throughout: a long one in C would hold up the loop, thread or no thread.
    said = {turn.id: frozenset(telling(turn.text)) for turn in later}
    answered = {turn.id: frozenset(telling(turn.reply)) for turn in later if turn.reply}
    counts = Counter(word for each, words in said.items() for word in words | _of(answered, each))
    known = _Known(
        said=said,
        answered=answered,
        spoken=Counter(word for words in said.values() for word in words),
        elsewhere=Counter(w for turn in later if turn.id not in meant for w in said[turn.id]),
    )
    common = {word for word, count in counts.items() if count > max(_FEW, _COMMON * len(said))}
    forgotten = [
        _Forgotten(
            words=frozenset(telling(text)) - common,
            names=frozenset(telling(" ".join(_NAME.findall(text)))) - common,
            identifiers=identifiers(text),
            is_reply=is_reply,
        )
        for turn in meant.values()
        for text, is_reply in ((turn.text, False), (turn.reply, True))
        if text
    ]

    tainted = {*meant, *made}
    last: dict[PlaceId, datetime] = {}
    echoes: list[Memory] = []
    told = _told(meant.values()) if any(OTHERS.search(turn.text) for turn in later) else ()
    for turn in _in_order(later, meant):
        if turn.id in meant:
            last[turn.place] = turn.said_at
            continue
        if _without_quotations(turn.text, told) != turn.text:
            echoes.append(turn)
            tainted.add(turn.id)
            continue
        if turn.id not in answered:
            continue
        is_near = turn.place in last and turn.said_at - last[turn.place] <= RIGHT_AFTER
        is_given = is_near or not tainted.isdisjoint(turn.sources)
        if any(_repeats(turn, one, known, is_given=is_given) for one in forgotten):
            echoes.append(turn)
            tainted.add(turn.id)
            last[turn.place] = turn.said_at
    return echoes


def without_repetitions(echoes: Sequence[Memory], turns: Sequence[Memory]) -> list[Memory]:
    """Return echoes without their replies, and without what they quote of the forgotten turns."""
    told = _told(turns)
    return [
        replace(echo, text=_without_quotations(echo.text, told), reply=None, sources=())
        for echo in echoes
    ]


def _told(turns: Collection[Memory]) -> Sequence[str]:
    """Return what forgotten turns and their replies say, as `_letters` of it."""
    texts = (text for turn in turns for text in (own_words(turn.text), turn.reply) if text)
    return [found for text in texts if (found := _letters(text))]


def _without_quotations(text: str, told: Sequence[str]) -> str:
    """Return the text of a turn without what it quotes of forgotten turns or of their replies."""
    if not told or not OTHERS.search(text):
        return text

    def is_of_one(said: str) -> bool:
        # The middle of a long quotation was left out.
        pieces = [found for piece in said.split(" … ") if (found := _letters(piece))]
        is_long = sum(map(len, pieces)) >= _QUOTED or any(map(str.isdigit, said))
        return bool(telling(said)) and any(
            all(piece in one if is_long else piece == one for piece in pieces)
            or (len(one) >= _QUOTED and any(one in piece for piece in pieces))
            for one in told
        )

    return without_repeated(text, is_of_one)


def _letters(text: str) -> str:
    """Return the letters and digits of a text, which are the same with and without markup."""
    return "".join(filter(str.isalnum, text.casefold()))


def _repeats(turn: Memory, one: _Forgotten, known: _Known, *, is_given: bool) -> bool:
    """Whether a reply is an echo; `is_given`: it was given the turn, or came right after it."""
    if one.is_reply and not is_given:
        return False
    reply = turn.reply or ""
    if any(holds(reply) and not holds(turn.text) for holds in one.identifiers):
        return True
    said, answered = known.said[turn.id], known.answered[turn.id]
    told = one.words & answered - said
    rare = {word for word in told if known.elsewhere.get(word, 0) <= _RARE}
    if not told or not (rare or is_given):
        return False
    covered = one.words & (answered | said)
    if not rare.isdisjoint(one.names) and (is_given or len(covered) >= _FEWEST):
        return True
    is_enough = len(covered) >= min(_FEWEST, len(one.words))
    return is_enough and known.weight(covered) >= _SUBSTANCE * known.weight(one.words)


def _of(words: Words, turn_id: MemoryId) -> frozenset[str]:
    return words.get(turn_id, frozenset())


def _in_order(turns: Sequence[Memory], first: Collection[MemoryId]) -> Iterator[Memory]:
    """By time; of the same moment those first."""
    days: defaultdict[date, list[Memory]] = defaultdict(list)
    for turn in turns:
        days[turn.said_at.date()].append(turn)
    for day in sorted(days):
        yield from sorted(days[day], key=lambda turn: (turn.said_at, turn.id not in first))
