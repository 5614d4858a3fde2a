"""How much a message matters, judged at once and without a model, by the signs of each language.

The score sets a memory's first strength. It starts at a plain statement and adds, each kind of
sign once: what says who somebody is (name, work, home, age, health, belief, births and deaths),
and, less, what matters for a while (plans, success and failure, feelings, tastes, people close by).
A wish to be remembered counts like the former. Bare questions ask and do not tell, and count less
than half; greetings, thanks and the like are small talk, however they are put together.

The signs stand in the folders of the languages. What a message says in a second script is read by
the first language that is written in it. A folder without signs is read by what needs no words:
figures, names within a sentence, and how long it is.

Held by its tests to labelled messages of four levels: small talk, plain, matters, who they are.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from brain.languages import DEFAULT_LANGUAGE, all_languages, known, languages
from brain.languages import language as language_of
from brain.languages.parts import MATTERS_KINDS, WHO_KINDS, Signs, as_it_is

SMALL_TALK = 0.05
"""A greeting."""
BASE = 0.4
"""A plain statement."""
TERSE = 0.2
"""Three words or characters at most, and no sign in them: hardly worth keeping."""
WHO = 0.3
"""What one sign of who they are adds, where they speak of themselves or their own."""
ABOUT_OTHERS = 0.1
"""What it adds otherwise: a film about an illness is nobody's illness."""
MATTERS = 0.12
MATTERS_AT_MOST = 0.25
"""What one sign of the passing kind adds, and all together: less than one sign of who they are."""
FIGURE = 0.02
"""Dates and numbers are worth a little: a figure is what people ask for later."""

_ASKED = 0.2
_ASKED_SHARE = 0.4
_SMALL_TALK_CHARACTERS = 60
_JUDGED_CHARACTERS = 2_000
_TERSE_WORDS = 3
_UNSPACED = r"\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
_WORD = re.compile(rf"[{_UNSPACED}]|(?:[^\W{_UNSPACED}]|['-])+")
_STOPS = frozenset(".!。！\n")
_NEUTRAL = Signs(near=r"(?-i:(?<=[\w,] )[A-ZÀ-ÖØ-ÞΑ-ΩА-ЯЁ]\w+)")
"""Of a folder that has none: a capital letter within a sentence is a name's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reader:
    """The signs of one language for each script, as patterns: kinds alike are one sign."""

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
    """For what is written in that language, and the words of other scripts in it."""
    spoken = known(code) or DEFAULT_LANGUAGE
    read, scripts = list[Signs](), set[str]()
    for language in (language_of(spoken), *all_languages()):
        if scripts.isdisjoint(language.scripts):
            scripts.update(language.scripts)
            read.append(language.signs or _NEUTRAL)

    def sign(kind: str) -> re.Pattern[str]:
        return _joined(read, kind, re.IGNORECASE)

    return _Reader(
        plain=tuple(signs.plain for signs in read if signs.plain is not as_it_is),
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
    """Compile the signs of every language, so that no message waits for them."""
    for code in languages():
        _reader(code)


def importance(text: str, *, language: str) -> float:
    """From 0.05 (a greeting) over 0.4 (a plain statement) to 1 (who they are).

    Args:
        text: a message.
        language: that it is written in; one that there is no folder for is read as English.
    """
    reader = _reader(language)
    # A paste says who they are at its beginning or not at all, and must not hold up anybody.
    text = text[:_JUDGED_CHARACTERS].replace("’", "'")
    for plain in reader.plain:
        text = plain(text)
    if _is_small_talk(text, reader):
        return SMALL_TALK
    who = _seen(text, *reader.who) * (WHO if _seen(text, reader.own) else ABOUT_OTHERS)
    who += WHO * _seen(text, reader.i_am_named, reader.remember)
    matters = min(MATTERS_AT_MOST, MATTERS * _seen(text, *reader.matters))
    if not who + matters and len(_WORD.findall(text)) <= _TERSE_WORDS:
        return TERSE
    more = who + matters + FIGURE * _seen(text, reader.figure)
    if _is_question(text):
        # Asking is not telling: the words are there, the news is not.
        return min(1.0, _ASKED + _ASKED_SHARE * more)
    return min(1.0, BASE + more)


def _seen(text: str, *signs: re.Pattern[str]) -> int:
    """How many of them."""
    return sum(sign.search(text) is not None for sign in signs)


def _is_small_talk(text: str, reader: _Reader) -> bool:
    """Nothing but phrases of chatter, and the little words between them."""
    if len(text) > _SMALL_TALK_CHARACTERS:
        return False
    rest, phrases = reader.chatter.subn(" ", text)
    return phrases > 0 and not re.search(r"\w", reader.filler.sub(" ", rest))


def _is_question(text: str) -> bool:
    """One sentence that ends in a question mark, quotes and spaces aside."""
    bare = text.rstrip(" \n\t\"'”’」』)）")
    return bare.endswith(("?", "？")) and _STOPS.isdisjoint(bare)
