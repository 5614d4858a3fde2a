"""Notices when a person speaks of harming themselves, and tells where help can be found.

A false alarm costs little, because nothing is refused: a few lines are shown beside the reply, and
the model is told to listen and to comfort. But a companion that answers "this traffic kills me"
with a helpline is no longer taken seriously, so that little is noticed: words in the first person
about dying, harming or killing oneself, which are not negated and not a figure of speech. Each
language has them in its folder (`care.py`), and a message is searched for those of every language.
Words about other people, films and news are ignored.

This is no diagnosis and no filter, and it misses hints. In the 18,000 messages of MemoryBank's
banks and of LoCoMo it notices nothing, which is right.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from zoneinfo import ZoneInfo

from babel.core import get_global

from brain.languages import all_languages
from brain.languages.parts import SelfHarm
from brain.messages import own_words
from brain.texts import say

HELPLINES: dict[str, tuple[str, str]] = {
    "AT": ("Telefonseelsorge", "142"),
    "AU": ("Lifeline", "13 11 14"),
    "BR": ("CVV", "188"),
    "CA": ("9-8-8 Suicide Crisis Helpline", "988"),
    "CH": ("Die Dargebotene Hand / La Main Tendue", "143"),
    "CN": ("全国统一心理援助热线", "12356"),
    "DE": ("TelefonSeelsorge", "0800 1110111, 0800 1110222, 116 123"),
    "ES": ("Línea 024", "024"),
    "FR": ("Numéro national de prévention du suicide", "3114"),
    "GB": ("Samaritans", "116 123"),
    "IE": ("Samaritans", "116 123"),
    "IN": ("Tele-MANAS", "14416"),
    "JP": ("よりそいホットライン", "0120-279-338"),
    "KR": ("자살예방 상담전화", "109"),
    "NL": ("113 Zelfmoordpreventie", "113, 0800-0113"),
    "NZ": ("1737, need to talk?", "1737"),
    "TW": ("安心專線", "1925"),
    "US": ("988 Suicide & Crisis Lifeline", "988"),
}
"""By country (ISO 3166), the name of the national helpline in its own language and its numbers.
Numbers change: the owner of an installation should check them, and can set others."""
ALIASES = {"UK": "GB"}
"""Common codes of countries that have another code in ISO 3166."""
_APOSTROPHES = str.maketrans(dict.fromkeys("’‘‛ʼ＇`´′", "'") | dict.fromkeys("\u200b\u2060\ufeff"))
_SPACES = re.compile(r"[ \t]+")


def speaks_of_self_harm(text: str) -> bool:
    """Whether a message says that its author wants to die or to harm themselves.

    What the message quotes, forwards or has attached was said by somebody else.
    """
    normal = _normalise(own_words(text))
    found: list[tuple[SelfHarm, str, re.Match[str]]] = []
    for language in _languages():
        spelt = normal.translate(language.letters)
        for pattern, replacement in language.spellings:
            spelt = pattern.sub(replacement, spelt)
        for clause in map(str.strip, language.clauses.split(spelt)):
            found += [(language, clause, words) for words in language.words.finditer(clause)]
    laughs = bool(found) and any(language.laughter.search(normal) for language in _languages())
    return any(language.is_meant(clause, words, laughs=laughs) for language, clause, words in found)


def _normalise(text: str) -> str:
    """Return the text in lower case, with one kind of spaces and apostrophes."""
    normal = unicodedata.normalize("NFKC", text.translate(_APOSTROPHES)).casefold()
    return _SPACES.sub(" ", normal)


@cache
def _languages() -> tuple[SelfHarm, ...]:
    return tuple(language.self_harm for language in all_languages() if language.self_harm)


@dataclass(frozen=True, slots=True, kw_only=True)
class Care:
    """Writes what is shown to a person who speaks of harming themselves."""

    country: str | None = None
    """ISO 3166 code of the country whose helpline is named, such as `DE`; None: the country of the
    person's time zone."""
    resources: tuple[str, ...] = ()
    """Lines to show in place of the country's helpline."""
    without_model: bool = False
    """Whether the model is too small to be trusted with this, so that a fixed text replaces its
    reply."""

    def remark(self, language: str, zone: ZoneInfo) -> str:
        """Return words of comfort and where help can be found.

        Args:
            language: the code of the language that the words are in.
            zone: the person's time zone, which tells their country if none is set.
        """
        lines = [f"· {line}" for line in self.resources]
        known = HELPLINES.get(country_code(self.country or country_of(zone)))
        if not lines and known is not None:
            name, contact = known
            lines.append(say(language, "care-line", name=name, contact=contact))
        if not self.resources:
            lines.append(say(language, "care-anywhere"))
        return say(language, "care-remark", resources="\n".join(lines))

    def words(self, language: str, *, is_first: bool) -> str | None:
        """Return the text that replaces the model's reply, or None if the model replies.

        Args:
            language: the code of the language that the text is in.
            is_first: whether the person speaks of self-harm now; else they did a while ago.
        """
        if not self.without_model:
            return None
        return say(language, "care-reply" if is_first else "care-reply-again")


def country_code(country: str) -> str:
    """Return the ISO 3166 code of a country, which is a key of `HELPLINES` if one is known."""
    code = country.strip().upper()
    return ALIASES.get(code, code)


def country_of(zone: ZoneInfo) -> str:
    """Return the country of a time zone by the Unicode CLDR, or "" if it belongs to none."""
    aliases = get_global("zone_aliases")
    return str(get_global("zone_territories").get(aliases.get(zone.key, zone.key), ""))
