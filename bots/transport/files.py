"""Reads text files that people send, and compresses files that are too large to be sent."""

import asyncio
import io
import re
import zipfile
from collections.abc import Iterator

from charset_normalizer import from_bytes

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
_LEGACY = {
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
_UNICODE = ["utf_8", "utf_16"]
_NO_GUESSES = ["utf_16_be", "utf_16_le", "utf_32", "utf_32_be", "utf_32_le"]
"""Encodings without a mark that any two or four bytes could be."""


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


def decode_text(content: bytes, *, language: str | None, charset: str | None = None) -> str | None:
    """The text of a file; None: it is none.

    Args:
        content: of the file.
        language: of the person: what is not Unicode is first tried as their part of the world wrote
            before. None: unknown.
        charset: that the platform guessed; None: it guesses none.
    """

    def readings() -> Iterator[str | None]:
        yield _detect(content, _UNICODE)
        yield _decode(content, charset)
        yield _decode(content, _legacy_encoding(language))
        yield _detect(content, ["cp1252"])
        yield _detect(content)

    text = next((reading for reading in readings() if reading is not None), None)
    return None if text is None or "\x00" in text else text


async def compress_to_fit(file: File, *, most_bytes: int) -> File | None:
    """The file, compressed if it is larger than `most_bytes`; None: it is too large even so."""
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


def _detect(content: bytes, encodings: list[str] | None = None) -> str | None:
    """The text, if it is of one of these encodings, or of any that can be told (None)."""
    found = from_bytes(content, cp_isolation=encodings, cp_exclusion=_NO_GUESSES).best()
    return None if found is None else str(found)


def _decode(content: bytes, encoding: str | None) -> str | None:
    try:
        return content.decode(encoding) if encoding else None
    except (UnicodeDecodeError, LookupError):
        return None


def _legacy_encoding(language: str | None) -> str | None:
    """What the language was written in before UTF-8; None: Windows-1252, or it is unknown."""
    code = known(language or "")
    return _LEGACY.get(language_of(code).scripts[0]) if code else None
