"""Judges how much a message matters and how likely it is to be asked for, without a model.

How much it matters is told by the signs of its language. The score starts at that of a plain
statement and adds, once for each kind of sign, a share for what says who somebody is (name, work,
home, age, health, belief, births and deaths) and a smaller one for what matters for a while (plans,
success and failure, feelings, tastes, people close to them). A wish to be remembered counts like
the former. A message that only asks counts less than half; greetings, thanks and the like are small
talk.

The signs are in the folders of the languages. Words in a second script are read by the first
language that is written in that script. Where a language has no signs, only numbers, names within a
sentence, and the length of the message count.

The tests compare the scores with labelled messages of four levels: small talk, plain statement,
what matters, who they are.

How likely a message is to be asked for sets its first strength: `predict_use`, a linear rule whose
weights `siliconfriend eval forgetting` fits. docs/forgetting.md says what else was tried.
"""

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from brain.languages import DEFAULT_LANGUAGE, all_languages, known, languages
from brain.languages import language as language_of
from brain.languages.parts import MATTERS_KINDS, WHO_KINDS, Signs
from brain.memory.lexical import UNSPACED, telling
from brain.messages import own_words

SMALL_TALK = 0.05
"""The score of a greeting."""
BASE = 0.4
"""The score of a plain statement."""
TERSE = 0.2
"""The score of three words or characters at most without a sign: hardly worth keeping."""
WHO = 0.3
"""What one sign of who they are adds where they speak of themselves or their own."""
ABOUT_OTHERS = 0.1
"""What such a sign adds otherwise: a film about an illness is nobody's illness."""
MATTERS = 0.12
"""What one sign of something that matters for a while adds."""
MATTERS_AT_MOST = 0.25
"""What all such signs add together at most: less than one sign of who they are."""
FIGURE = 0.02
"""What dates and numbers add: people ask for them later."""

HEARD = 4
"""How many of the last turns of the conversation tell which words of a message are new."""
ASKING_CHARACTERS = 400
"""The longest text that asks: a longer one that ends with a question has told more than it asks."""
PAIRS_OF_A_WORD = 3.0
"""How many pairs of characters count as one word in scripts without spaces: MemoryBank's turns have
27.9 telling pairs in Chinese, and 8.4 telling words in their English translation."""

ASKED = 0.2
"""The score of a question without a sign."""
_ASKED_SHARE = 0.4
"""The share that signs count in a question."""
_SMALL_TALK_CHARACTERS = 60
"""The longest message that may be small talk."""
_JUDGED_CHARACTERS = 2_000
"""How many characters of a message are read."""
_TERSE_WORDS = 3
_UNSPACED = r"\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
_WORD = re.compile(rf"[{_UNSPACED}]|(?:[^\W{_UNSPACED}]|['-])+")
_UNSPACED_START = re.compile(rf"[{UNSPACED}]").match
_CLOSING = " \n\t\"'”’」』)）"
_QUESTION_MARKS = ("?", "？", "؟")
_STOPS = frozenset(".!。！\n")
_NEUTRAL = Signs(near=r"(?-i:(?<=[\w,] )[A-ZÀ-ÖØ-ÞΑ-ΩА-ЯЁ]\w+)")
"""The signs of a language that has none: a capital letter within a sentence begins a name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reader:
    """The compiled signs by which messages of one language are read, one pattern for each kind.

    Each pattern joins the signs of the language with those of the languages of other scripts.
    """

    plain: tuple[Callable[[str], str], ...]
    own: re.Pattern[str]
    remember: re.Pattern[str]
    i_am_named: re.Pattern[str]
    figure: re.Pattern[str]
    who: tuple[re.Pattern[str], ...]
    matters: tuple[re.Pattern[str], ...]
    chatter: re.Pattern[str]
    filler: re.Pattern[str]


@lru_cache(maxsize=64)
def _reader(code: str) -> _Reader:
    """Compile the signs for messages in a language, and for words of other scripts in them."""
    spoken = known(code) or DEFAULT_LANGUAGE
    read, scripts = list[Signs](), set[str]()
    for language in (language_of(spoken), *all_languages()):
        if scripts.isdisjoint(language.scripts):
            scripts.update(language.scripts)
            read.append(language.signs or _NEUTRAL)

    def sign(kind: str) -> re.Pattern[str]:
        return _joined(read, kind, re.IGNORECASE)

    return _Reader(
        plain=tuple(signs.plain for signs in read if signs.plain),
        own=sign("own"),
        remember=sign("remember"),
        # The capital letter tells a name or a people from a mood.
        i_am_named=_joined(read, "i_am_named"),
        figure=sign("figure"),
        who=tuple(map(sign, WHO_KINDS)),
        matters=tuple(map(sign, MATTERS_KINDS)),
        chatter=sign("chatter"),
        filler=sign("filler"),
    )


def _joined(read: Sequence[Signs], kind: str, flags: re.RegexFlag = re.NOFLAG) -> re.Pattern[str]:
    forms = [
        rf"\b(?:{pattern})\b" if signs.whole_words else pattern
        for signs in read
        if (pattern := getattr(signs, kind))
    ]
    return re.compile("|".join(forms) or r"(?!)", flags)


def prepare() -> None:
    """Compile the signs of every language, so that no message has to wait for it."""
    for code in languages():
        _reader(code)


def judge_importance(text: str, *, language: str) -> float:
    """Return how much a message matters: 0.05 (a greeting), 0.4 (a plain statement), up to 1.

    Only the person's own words count. What they quote, forward or attach makes of a message without
    a sign, or without words, a plain statement.

    Args:
        text: the message.
        language: the language that it is written in; an unknown one is read as English.
    """
    reader = _reader(language)
    own = own_words(text)
    is_alone = len(own) == len(text.strip())
    if not own and not is_alone:
        return BASE
    text = own
    # A long paste says who they are at its beginning or not at all, and reading it takes long.
    text = text[:_JUDGED_CHARACTERS].replace("’", "'")
    for plain in reader.plain:
        text = plain(text)
    if _is_small_talk(text, reader):
        return SMALL_TALK
    who = _seen(text, *reader.who) * (WHO if _seen(text, reader.own) else ABOUT_OTHERS)
    who += WHO * _seen(text, reader.i_am_named, reader.remember)
    matters = min(MATTERS_AT_MOST, MATTERS * _seen(text, *reader.matters))
    if not who + matters and len(_WORD.findall(text)) <= _TERSE_WORDS:
        return TERSE if is_alone else BASE
    more = who + matters + FIGURE * _seen(text, reader.figure)
    if is_question(text):
        # A question has the words of a sign, but tells nothing.
        return min(1.0, ASKED + _ASKED_SHARE * more)
    return min(1.0, BASE + more)


@dataclass(frozen=True, slots=True)
class UseWeights:
    """The weights of `predict_use`, in log odds."""

    new_words: float
    """For ln(1 + n), n the telling words that the last turns do not have."""
    importance: float
    """For the importance, from 0 to 1."""
    answer: float
    """For an answer to a question."""
    usual: float
    """The sum of a turn as it usually is, which is as likely to be needed as not."""


USE_WEIGHTS = UseWeights(new_words=0.95, importance=1.18, answer=1.12, usual=2.65)
"""The weights fitted on all data sets together (`brain.evaluation.use_weights`)."""


def use_signs(text: str, *, importance: float, heard: Sequence[str]) -> tuple[float, float, float]:
    """Return what `predict_use` weighs: ln(1 + new words), the importance, 1 for an answer or 0.

    Args:
        text: the message.
        importance: how much it matters.
        heard: what was said just before in the conversation, messages and replies, oldest first.
    """
    known = [telling(one[:_JUDGED_CHARACTERS]) for one in heard]
    new = telling(own_words(text)[:_JUDGED_CHARACTERS]).difference(*known)
    pairs = sum(_UNSPACED_START(term) is not None for term in new)
    words = len(new) - pairs + pairs / PAIRS_OF_A_WORD
    asked = heard[-1] if heard else ""
    is_answer = asked.rstrip(_CLOSING).endswith(_QUESTION_MARKS)
    return math.log1p(words), importance, float(is_answer and len(asked) <= ASKING_CHARACTERS)


def predict_use(
    text: str, *, importance: float, heard: Sequence[str], weights: UseWeights = USE_WEIGHTS
) -> float:
    """Return how likely it is that a turn will be needed, from 0 to 1; 0.5 is usual.

    A message with many words that are new to the conversation, one that matters, and an answer to a
    question are asked for later. Small talk is not. What says who somebody is counts as its
    importance at least, whether or not it is asked for. So does a message that brings words of
    others, because only the person's own words are read.

    Args:
        text: the message.
        importance: how much it matters (`judge_importance`).
        heard: what was said just before in the conversation, messages and replies, oldest first.
        weights: the weights of the rule.
    """
    if importance <= SMALL_TALK:
        return importance
    new_words, matters, answer = use_signs(text, importance=importance, heard=heard)
    odds = weights.new_words * new_words + weights.importance * matters + weights.answer * answer
    use = 1.0 / (1.0 + math.exp(weights.usual - odds))
    is_alone = len(own_words(text)) == len(text.strip())
    return max(use, importance) if importance >= BASE + WHO or not is_alone else use


def _seen(text: str, *signs: re.Pattern[str]) -> int:
    """Count the signs that the text has."""
    return len([sign for sign in signs if sign.search(text)])


def _is_small_talk(text: str, reader: _Reader) -> bool:
    """Return whether a text is nothing but phrases of small talk, filler words and signs."""
    if len(text) > _SMALL_TALK_CHARACTERS:
        return False
    rest, phrases = reader.chatter.subn(" ", text)
    if re.search(r"\w", reader.filler.sub(" ", rest)):
        return False
    return phrases > 0 or not re.search(r"\w", text)


def is_question(text: str) -> bool:
    """Return whether a text is one sentence that ends in a question mark, before any quotes."""
    bare = text.rstrip(_CLOSING)
    return bare.endswith(_QUESTION_MARKS) and _STOPS.isdisjoint(bare)
