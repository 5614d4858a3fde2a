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
"""Most bytes of a text file that is read."""
PICTURES = frozenset({"image/png", "image/jpeg", "image/webp", "image/gif"})
"""MIME types of the pictures that models can look at."""
_TEXTS = re.compile(r"text/|application/(?:json|xml|x?-?yaml|toml|javascript|x-sh|sql)$")
_NAMES = re.compile(
    r"\.(?:txt|md|rst|csv|tsv|log|jsonl?|ya?ml|toml|ini|cfg|xml|html?|css|py|js|ts|java|c|h|cpp|hpp"
    r"|cs|go|rs|rb|php|sh|sql|tex|srt|ics|diff|patch)$",
    re.IGNORECASE,
)
_MEDIA = re.compile(r"(?:image|audio|video)/(?!mp2t$)")
"""Types of media that are never text, except `video/mp2t`, which some systems give TypeScript."""
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
"""Encodings of texts that are not Unicode, by the script of the person's language; Windows-1252 is
tried for every language."""
_UNICODE = ["utf_8", "utf_16"]
_NO_GUESSES = ["utf_16_be", "utf_16_le", "utf_32", "utf_32_be", "utf_32_le"]
"""Encodings without a byte order mark, which almost any bytes could be taken for."""


def is_text(kind: str, name: str) -> bool:
    """Whether a file is a text, by its MIME type or else by its name.

    Args:
        kind: the MIME type that the platform gives; empty if it gives none.
        name: the name of the file.
    """
    kind = kind.partition(";")[0].strip().casefold()
    return bool(_TEXTS.match(kind)) or (
        # Systems give source code and data different MIME types, so that the name decides.
        not _MEDIA.match(kind) and bool(_NAMES.search(name))
    )


def decode_text(content: bytes, *, language: str | None, charset: str | None = None) -> str | None:
    """Return the text of a file, or None if it is not a text.

    Args:
        content: the bytes of the file.
        language: the code of the person's language, whose older encodings are tried for what is
            not Unicode; None if it is unknown.
        charset: the encoding that the platform guessed; None if it guessed none.
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
    """Return the file, zipped if it is larger than `most_bytes`; None if it is still too large."""
    if len(file.content) <= most_bytes:
        return file
    # Megabytes take a while to compress, which must not block the event loop.
    archive = await asyncio.to_thread(_zip, file)
    return archive if len(archive.content) <= most_bytes else None


def _zip(file: File) -> File:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(file.name, file.content)
    return File(f"{file.name}.zip", buffer.getvalue())


def _detect(content: bytes, encodings: list[str] | None = None) -> str | None:
    """Return the text if it is in one of these encodings, or with None in any encoding."""
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
