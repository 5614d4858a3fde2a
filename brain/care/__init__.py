"""When somebody speaks of harming themselves: noticing it, and where help can be found. Pure.

A false alarm costs little, because nothing is refused: a few lines are shown beside the reply and
the model is told to listen and to comfort. But a friend who answers "this traffic kills me" with a
helpline is no longer taken seriously, so what is noticed is narrow: words of the first person about
dying, harming or killing oneself, in every language whose folder has them
(`care.py`; a message is searched for those of all), without a "not" before them and without
what makes them a figure of speech. What is said of others, of films and of news is passed over.

This is no diagnosis and no filter. It misses what is only hinted at. In the 18,000 messages of
MemoryBank's banks and of LoCoMo it notices nothing, as it should.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from zoneinfo import ZoneInfo

from babel.core import get_global

from brain.languages import all_languages
from brain.languages.parts import SelfHarm
from brain.texts import say

LINES: dict[str, tuple[str, str]] = {
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
"""By country (ISO 3166): the national line, as it calls itself, and its number. Numbers change: who
runs an installation checks them, and names others in the settings."""
ALIASES = {"UK": "GB"}
"""What people write for a country that ISO 3166 calls otherwise."""
_APOSTROPHES = str.maketrans(dict.fromkeys("’‘‛ʼ＇`´′", "'") | dict.fromkeys("\u200b\u2060\ufeff"))
_SPACES = re.compile(r"[ \t]+")


def speaks_of_self_harm(text: str) -> bool:
    """Return whether the person says that they want to die or to harm themselves."""
    plain = _plain(text)
    said: list[tuple[SelfHarm, str, re.Match[str]]] = []
    for each in _languages():
        spelt = plain.translate(each.letters)
        for pattern, replacement in each.spellings:
            spelt = pattern.sub(replacement, spelt)
        for clause in map(str.strip, each.clauses.split(spelt)):
            said += [(each, clause, words) for words in each.words.finditer(clause)]
    laughs = bool(said) and any(each.laughter.search(plain) for each in _languages())
    return any(each.is_meant(clause, words, laughs=laughs) for each, clause, words in said)


def _plain(text: str) -> str:
    """Return the text in small letters, with one kind of spaces and apostrophes."""
    plain = unicodedata.normalize("NFKC", text.translate(_APOSTROPHES)).casefold()
    return _SPACES.sub(" ", plain)


@cache
def _languages() -> tuple[SelfHarm, ...]:
    return tuple(each.self_harm for each in all_languages() if each.self_harm)


@dataclass(frozen=True, slots=True, kw_only=True)
class Care:
    """What is shown to somebody who speaks of harming themselves."""

    country: str | None = None
    """Whose helpline, as ISO 3166 has it (`DE`); None: where the person's time zone lies."""
    resources: tuple[str, ...] = ()
    """Lines in place of the helpline of the country."""
    without_model: bool = False
    """Whether the model is too small to be trusted with this: it is not asked, and words of ours
    take the place of its reply."""

    def remark(self, language: str, zone: ZoneInfo) -> str:
        """Some words and where help can be found, in that language."""
        lines = [f"· {line}" for line in self.resources]
        known = LINES.get(country_code(self.country or _country_of(zone)))
        if not lines and known is not None:
            name, contact = known
            lines.append(say(language, "care-line", name=name, contact=contact))
        if not self.resources:
            lines.append(say(language, "care-anywhere"))
        return say(language, "care-remark", resources="\n".join(lines))

    def words(self, language: str, *, is_first: bool) -> str | None:
        """What is said in place of the model; None: the model is trusted with it."""
        if not self.without_model:
            return None
        return say(language, "care-reply" if is_first else "care-reply-again")


def country_code(country: str) -> str:
    """As `LINES` would have it; not every country is there."""
    code = country.strip().upper()
    return ALIASES.get(code, code)


def _country_of(zone: ZoneInfo) -> str:
    """From the Unicode CLDR; empty where a zone belongs to no country."""
    aliases = get_global("zone_aliases")
    return str(get_global("zone_territories").get(aliases.get(zone.key, zone.key), ""))
