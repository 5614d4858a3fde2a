"""Matches identifiers, such as phone numbers and addresses, whole and in any notation. Pure.

Separators, country codes and padding do not matter, and a long identifier decides alone.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from ipaddress import IPv6Address
from itertools import pairwise

import regex

from brain.forgetting.contents import Content
from brain.forgetting.spelling import SIGNS
from brain.forgetting.terms import Term
from brain.forgetting.vocabulary import listed
from brain.memory.lexical import UNSPACED

_SEPARATOR = r"[\s\-./:()·_\u2010-\u2015]{0,3}"

PIECE = regex.compile(
    rf"[{UNSPACED}][{UNSPACED}\p{{M}}]*|[^\s{UNSPACED}，。！？；：、（）《》“”]+|、"
)

_IS_CODE = re.compile(r"\d|[@/_#]|\w\+|\w[.:]\w")

_LITERAL = re.compile(r"[@#/+_]|[^\W\d]\.[^\W\d]")
"""An identifier whose signs tell it from another one, such as an address."""

_WEB = re.compile(r"^(?:https?://)?(?:www\.)?")

_PHONE = re.compile(r"\+?\d{7,15}")

_COUNTRY = re.compile(r"1|7|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]|\d{3}")
"""Calling codes of countries (ITU-T E.164)."""

_IP = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}")

_IP6 = re.compile(r"(?<![0-9a-z:.])(?=[0-9a-f]*:[0-9a-f]*:)[0-9a-f:.]*[0-9a-f]|::(?![0-9a-z])")

_YEAR = re.compile(r"(?:19|20)\d\d")

_STRONG = 4
"""Letters and digits of an identifier that decides alone."""


def without_punctuation(piece: str) -> str:
    """A piece of text between spaces, without the punctuation around it."""
    bare = piece.lstrip("\"'([{<‘“").rstrip(".,;:!?)]}>\"'’”")
    return re.sub(r"['’]s$", "", bare)


def is_code(bare: str) -> bool:
    """Whether a piece of text without punctuation around it is an identifier."""
    return bool(_IS_CODE.search(bare)) and any(map(str.isalnum, bare)) and bare.isascii()


def read_codes(pieces: Sequence[str]) -> Iterator[Term]:
    """The identifiers that pieces side by side make: `415 555 0100` is one."""
    joined = "".join(pieces)
    can_join = len(pieces) > 1 and not any(_LITERAL.search(p.lstrip("+#")) for p in pieces)
    if can_join and sum(map(str.isdigit, joined)) >= 7:  # noqa: PLR2004 as of a phone number
        yield _code(joined)
    else:
        yield from map(_code, pieces)


def prefixed_code(code: str, word: Term, term: Term) -> Term:
    """An identifier after capitals, which may be a part of it: LH 438, the MAC 00:1A."""
    whole = _code(code)
    return Term(
        lambda content: whole.matches(content) or (word.matches(content) and term.matches(content)),
        is_exact=True,
        decides=term.decides or whole.decides,
    )


def identifiers(text: str) -> list[Callable[[str], bool]]:
    """Of each identifier in a text that tells it from others: whether another text holds it."""
    codes = [bare for piece in PIECE.findall(text) if is_code(bare := without_punctuation(piece))]
    terms = [term for code in codes if (term := _code(code)).decides]
    return [lambda other, term=term: term.matches(Content(other)) for term in terms]  # type: ignore[misc]


def _code(code: str) -> Term:
    plain = _WEB.sub("", code.casefold()).rstrip("/")
    plain = _ordinal().sub("", plain)
    letters = SIGNS.sub("", plain)
    if address := _ip6(plain):
        return Term(
            lambda content: any(_ip6(one) == address for one in _IP6.findall(content.plain)),
            is_exact=True,
            decides=True,
        )
    if plain.startswith("@") and "@" not in plain[1:]:
        return _handle(code)
    if _LITERAL.search(plain.lstrip("+#") if letters[:1].isdigit() else plain):
        pattern = _literal(plain)
    elif _IP.fullmatch(plain):
        numbers = r"\.".join(f"0*{int(part)}" for part in plain.split("."))
        pattern = rf"(?<![0-9a-z.]){numbers}(?![0-9a-z])(?!\.[0-9])"
    else:
        pattern = _number(plain, letters)
    decides = len(letters) >= _STRONG and not _YEAR.fullmatch(letters)
    found = re.compile(pattern)
    return Term(
        lambda content: bool(found.search(content.plain)),
        is_exact=True,
        decides=decides or not letters.isdigit(),
    )


def _ip6(text: str) -> IPv6Address | None:
    try:
        return IPv6Address(text)
    except ValueError:
        return None


def _handle(code: str) -> Term:
    """A handle with its sign; without it as it is written: Ann may be somebody else than @ann."""
    name = re.escape(code[1:])
    end = r"(?![0-9a-z_@]|[.-][0-9a-z])"
    signed = re.compile(rf"(?<![0-9a-z_.])@{name}{end}", re.IGNORECASE)
    bare = re.compile(rf"(?<![0-9A-Za-z_.@-]){name}(?![0-9A-Za-z_@]|[.-][0-9A-Za-z])")
    return Term(
        lambda content: bool(signed.search(content.text) or bare.search(content.text)),
        is_exact=True,
        decides=True,
    )


def _literal(plain: str) -> str:
    before = r"(?<![0-9a-z_@.+-])(?:www\.)?" if plain[0].isalnum() else r"(?<![0-9a-z_])"
    after = r"(?![0-9a-z_@+#-]|\.[0-9a-z])"
    return before + re.escape(plain) + after


def _number(plain: str, letters: str) -> str:
    """A pattern of digits and letters, whatever separates them."""
    before = r"(?<![0-9a-z])(?<![0-9][-./:_])"
    after = r"(?![0-9a-z])(?![-./:_][0-9])"
    prefix = ""
    compact = re.sub(r"[^0-9+]", "", plain)
    if _PHONE.fullmatch(compact) and letters.isdigit():
        before += r"(?<![0-9]\s)"
        after += r"(?!\s[0-9])"
        digits = re.sub(r"^(?:\+|00)", "", compact)
        if digits != compact and (country := _COUNTRY.match(digits)):
            letters = digits[country.end() :].removeprefix("0")
            prefix = rf"(?:(?:\+|00)?{country[0]}{_SEPARATOR})?"
        else:
            letters = digits.removeprefix("0")
            prefix = rf"(?:(?:\+|00)[0-9]{{1,3}}{_SEPARATOR}|1{_SEPARATOR})?"
        prefix += rf"(?:0{_SEPARATOR})?"
    is_long = len(letters) >= _STRONG
    parts = [letters[:1]]
    for one, other in pairwise(letters):
        is_border = one.isdigit() != other.isdigit()
        parts.append(_SEPARATOR if is_long or is_border else r"[-./:_]?")
        parts.append(other)
    ordinal = _ordinal().pattern.removesuffix("$") if letters.isdigit() and not is_long else ""
    return before + prefix + "".join(parts) + (f"{ordinal}?" if ordinal else "") + after


@cache
def _ordinal() -> re.Pattern[str]:
    """What makes an ordinal of a number, as in the 3rd of May."""
    return re.compile(rf"(?<=[0-9])(?:{'|'.join(sorted(listed('ordinals')[0]))})$")
