"""Real Markdown texts in ten scripts lose no sign on either platform but those of their markup.

The texts are sections of the descriptions of the packages that are installed here, each with its
words replaced by words of one script.
"""

import re
from collections import Counter
from functools import cache
from importlib.metadata import distributions
from itertools import cycle
from zlib import crc32

import pytest

from bots.discord.markdown_rendering import render as render_for_discord
from bots.telegram.markdown_rendering import render as render_for_telegram
from tests.bots.markdown_sources import WORDS, bare
from tests.platforms.discord.markdown import seen
from tests.platforms.telegram.message_text import accept

COUNT = 500
LONGEST = 1_500
SCRIPTS = [script for script in WORDS if script not in {"Latin", "Emoji"}]
ADDRESS = r"\]\(\s*(?:<[^>]*>|[^()\s]*(?:\([^()\s]*\)[^()\s]*)*)(?:\s+(?:\"[^\"]*\"|'[^']*'))?\s*\)"
KEPT = re.compile(
    rf"```[\s\S]*?```|`[^`]*`|{ADDRESS}|<[^>]*>|https?://\S+|^\s*\[[^\]]*\]:.*$", re.MULTILINE
)
"""What is no prose: code, addresses, HTML."""
INFO = re.compile(r"(?:`{3,}|~{3,})([^`\n]*)$", re.MULTILINE)
RULER = re.compile(r"^[-| ]+$", re.MULTILINE)
"""The line below the head of a table."""


@cache
def texts() -> list[str]:
    """The texts, each in one of ten scripts."""
    found: list[str] = []
    for package in distributions():
        kind = package.metadata["Description-Content-Type"] or ""
        if "markdown" in kind.lower():
            whole = str(package.metadata.json.get("description", ""))
            sections = re.split(r"\n(?=##? )", whole)
            found += [each for each in sections if 100 < len(each) <= LONGEST]
    scripts = cycle(["Latin", *SCRIPTS])
    return [_in_script(text, next(scripts)) for text in sorted(set(found))]


def _in_script(text: str, script: str) -> str:
    if script == "Latin":
        return text
    words, found, at = WORDS[script], [], 0
    for kept in [*KEPT.finditer(text), None]:
        end = len(text) if kept is None else kept.start()
        found.append(
            re.sub(
                r"[A-Za-z]{2,}",
                lambda word: words[crc32(word[0].encode()) % len(words)],
                text[at:end],
            )
        )
        found.append("" if kept is None else kept[0])
        at = end if kept is None else kept.end()
    return "".join(found)


def letters(text: str) -> Counter[str]:
    return Counter(char for char in text if char.isalnum())


def lost(source: str, shown: str) -> Counter[str]:
    """The letters and numbers of a source that are neither shown nor an address or a language."""
    hidden = "".join([*re.findall(ADDRESS, source), *INFO.findall(source), "x" * shown.count("☑")])
    return letters(source) - letters(shown) - letters(hidden)


def skipped(source: str, shown: str) -> str | None:
    """The signs of a source that are not shown; None if others are, or in another order."""
    rest = bare(RULER.sub("", shown))
    source = bare(source)
    found, at = [], 0
    for char in rest:
        if char in "•☑☐—":
            continue
        where = source.find(char, at)
        if where < 0:
            return None
        found.append(source[at:where])
        at = where + 1
    return "".join([*found, source[at:]])


def test_there_are_as_many_as_are_promised() -> None:
    if len(texts()) < COUNT:
        pytest.skip(f"only {len(texts())} texts are installed here")
    assert len(SCRIPTS) == 10


@pytest.mark.parametrize("part", range(5))
def test_nothing_is_lost_and_both_platforms_show_the_same(part: int) -> None:
    for source in texts()[:COUNT][part::5]:
        pieces = render_for_telegram(source)
        for piece in pieces:
            accept(piece.text, [entity.to_dict() for entity in piece.entities])
        on_telegram = "\n".join(piece.text for piece in pieces)
        messages = render_for_discord(source)
        on_discord = "\n".join("".join(char for char, _ in seen(one)) for one in messages)
        assert bare(on_telegram) == bare(on_discord), source
        assert not lost(source, on_telegram), source
        assert not letters(on_telegram) - letters(source), source
        assert skipped(source, on_telegram) is not None, source
