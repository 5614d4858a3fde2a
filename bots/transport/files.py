"""Files that people send and are sent: what counts as text, how it is read, what is packed."""

import asyncio
import codecs
import io
import re
import zipfile

from bots.screens import File
from brain.languages import known
from brain.languages import language as language_of

MOST_TEXT_BYTES = 256 * 1024
"""Of a text file that is read."""
PICTURES = frozenset({"image/png", "image/jpeg", "image/webp", "image/gif"})
"""Kinds that models look at."""
_TEXTS = re.compile(r"text/|application/(?:json|xml|x?-?yaml|toml|javascript|x-sh|sql)$")
_NAMES = re.compile(
    r"\.(?:txt|md|rst|csv|tsv|log|jsonl?|ya?ml|toml|ini|cfg|xml|html?|css|py|js|ts|java|c|h|cpp|hpp"
    r"|cs|go|rs|rb|php|sh|sql|tex|srt|ics|diff|patch)$",
    re.IGNORECASE,
)
_MEDIA = re.compile(r"(?:image|audio|video)/(?!mp2t$)")
"""Some systems take TypeScript for a video."""
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_USUAL = {
    "CJK": "gb18030",
    "HIRAGANA": "cp932",
    "HANGUL": "cp949",
    "CYRILLIC": "cp1251",
    "GREEK": "cp1253",
    "HEBREW": "cp1255",
    "ARABIC": "cp1256",
    "THAI": "cp874",
}
"""What texts were written in before UTF-8, by the script of the language; else Windows-1252."""
_SHORTEST_RUN = 4
"""Bytes of two characters in a row."""
_BEYOND_ASCII = re.compile(rb"[\x80-\xff]+")


def is_text(kind: str, name: str) -> bool:
    """Whether it is worth reading.

    Args:
        kind: MIME type as the platform tells it; empty: it tells none.
        name: of the file.
    """
    kind = kind.partition(";")[0].strip().casefold()
    return bool(_TEXTS.match(kind)) or (
        # What other kinds are called differs from system to system.
        not _MEDIA.match(kind) and bool(_NAMES.search(name))
    )


def decoded(content: bytes, *, language: str | None, charset: str | None = None) -> str | None:
    """The text of a file; None: it is none.

    A byte order mark tells; else it is UTF-8, or what the platform guessed, or the usual one of the
    person's part of the world.

    Args:
        content: of the file.
        language: of the person; what is not UTF-8 is in what its part of the world wrote before.
        charset: that the platform guessed; None: it guesses none.
    """
    marked = [name for mark, name in _MARKS if content.startswith(mark)]
    if not marked and b"\x00" in content:
        return None
    guessed = [charset] if charset else []
    local = [*_usual(language), *(["gb18030"] if _comes_in_pairs(content) else []), "cp1252"]
    for name in [*marked, "utf-8", *guessed, *local]:
        try:
            text = content.decode(name)
        except (UnicodeDecodeError, LookupError):
            continue
        return text if "\x00" not in text else None
    return None


async def packed(file: File, *, most_bytes: int) -> File | None:
    """The file, compressed if it is larger than that; None: it is too large even so."""
    if len(file.content) <= most_bytes:
        return file
    # Megabytes take a while: not on the event loop.
    found = await asyncio.to_thread(_zipped, file)
    return found if len(found.content) <= most_bytes else None


def _zipped(file: File) -> File:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(file.name, file.content)
    return File(f"{file.name}.zip", whole.getvalue())


def _usual(language: str | None) -> list[str]:
    code = known(language or "")
    scripts = language_of(code).scripts if code else ()
    return [_USUAL[script] for script in scripts[:1] if script in _USUAL]


def _comes_in_pairs(content: bytes) -> bool:
    """Whether it reads as Chinese whoever sent it: two bytes a character, several in a row.

    The accents of Western languages mostly stand alone.
    """
    runs = [len(run) for run in _BEYOND_ASCII.findall(content)]
    return max(runs, default=0) >= _SHORTEST_RUN and all(run % 2 == 0 for run in runs)
