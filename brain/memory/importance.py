"""How much a message matters, judged at once and without a model, in English and Chinese.

The score sets a memory's first strength. It starts at a plain statement and adds, each kind of
sign once: what says who somebody is (name, work, home, age, health, belief, births and deaths),
and, less, what matters for a while (plans, success and failure, feelings, tastes, people close by).
A wish to be remembered counts like the former. Bare questions ask and do not tell, and count less
than half; greetings, thanks and the like are small talk, however they are put together.

Held by its tests to labelled messages of four levels: small talk, plain, matters, who they are.
"""

import re
from dataclasses import dataclass

from brain.memory import importance_signs as signs

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
_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|[a-z0-9'-]+", re.IGNORECASE)
_STOPS = frozenset(".!。！\n")


@dataclass(frozen=True, slots=True)
class _Sign:
    pattern: re.Pattern[str]

    def seen(self, text: str) -> bool:
        return self.pattern.search(text) is not None


def _sign(kind: signs.Kind) -> _Sign:
    english, chinese = kind
    return _Sign(re.compile(rf"\b(?:{english})\b|{chinese}", re.IGNORECASE))


_REMEMBER = _sign(signs.REMEMBER)
_WHO = tuple(map(_sign, signs.WHO))
_MATTERS = tuple(map(_sign, signs.MATTERS))
_OWN = _sign(signs.OWN)
_FIGURE = _sign(signs.FIGURE)
# The capital letter tells a name or a people from a mood.
_I_AM_NAMED = _Sign(re.compile(signs.I_AM_NAMED))
_CHATTER = _sign(signs.CHATTER)
_FILLER = _sign(signs.FILLER)


def importance(text: str) -> float:
    """From 0.05 (a greeting) over 0.4 (a plain statement) to 1 (who they are)."""
    # A paste says who they are at its beginning or not at all, and must not hold up anybody.
    text = text[:_JUDGED_CHARACTERS].replace("’", "'")
    if _is_small_talk(text):
        return SMALL_TALK
    who = sum(sign.seen(text) for sign in _WHO) * (WHO if _OWN.seen(text) else ABOUT_OTHERS)
    who += WHO * (_I_AM_NAMED.seen(text) + _REMEMBER.seen(text))
    matters = min(MATTERS_AT_MOST, MATTERS * sum(sign.seen(text) for sign in _MATTERS))
    if not who + matters and len(_WORD.findall(text)) <= _TERSE_WORDS:
        return TERSE
    more = who + matters + FIGURE * _FIGURE.seen(text)
    if _is_question(text):
        # Asking is not telling: the words are there, the news is not.
        return min(1.0, _ASKED + _ASKED_SHARE * more)
    return min(1.0, BASE + more)


def _is_small_talk(text: str) -> bool:
    """Nothing but phrases of chatter, and the little words between them."""
    if len(text) > _SMALL_TALK_CHARACTERS:
        return False
    rest, phrases = _CHATTER.pattern.subn(" ", text)
    return phrases > 0 and not re.search(r"\w", _FILLER.pattern.sub(" ", rest))


def _is_question(text: str) -> bool:
    """One sentence that ends in a question mark, quotes and spaces aside."""
    bare = text.rstrip(" \n\t\"'”’」』)）")
    return bare.endswith(("?", "？")) and _STOPS.isdisjoint(bare)
