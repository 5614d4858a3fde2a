"""Files that people send: what is read, and how."""

import codecs

import pytest

from bots.screens import File
from bots.transport.files import compress_to_fit, decode_text, is_text
from brain.languages import languages

CHINESE = "你好，世界，这是一个文件"
FRENCH = "Un café crème à côté du théâtre, s'il vous plaît."


@pytest.mark.parametrize(
    "content",
    [
        CHINESE.encode(),
        codecs.BOM_UTF8 + CHINESE.encode(),
        CHINESE.encode("utf-16"),
        codecs.BOM_UTF16_BE + CHINESE.encode("utf-16-be"),
    ],
)
@pytest.mark.parametrize("language", [*languages(), None])
def test_unicode_is_read_whoever_sends_it(content: bytes, language: str | None) -> None:
    assert decode_text(content, language=language) == CHINESE


def test_what_is_no_unicode_is_read_as_it_is_usual_where_they_live() -> None:
    assert decode_text(CHINESE.encode("gb18030"), language="zh") == CHINESE
    assert decode_text("生僻字：㐀𠀀".encode("gb18030"), language="zh") == "生僻字：㐀𠀀"
    assert decode_text("喝café，睡觉".encode("gb18030"), language="zh") == "喝café，睡觉"
    assert decode_text(FRENCH.encode("cp1252"), language="en") == FRENCH


def test_chinese_is_known_by_its_look_where_nobody_says_so() -> None:
    told = f"Dear all,\n{CHINESE}\n"
    assert decode_text(told.encode("gb18030"), language="en") == told


def test_other_scripts_are_known_by_their_look_too() -> None:
    told = "Привет, как дела? Сегодня хорошая погода."
    assert decode_text(told.encode("cp1251"), language="en") == told


def test_what_the_platform_guessed_comes_before_what_is_usual() -> None:
    assert decode_text("Привет".encode("koi8-r"), language="zh", charset="koi8-r") == "Привет"
    assert decode_text(FRENCH.encode("cp1252"), language="en", charset="no such") == FRENCH


@pytest.mark.parametrize("content", [b"a\x00b", codecs.BOM_UTF8 + b"a\x00b", b"\xff\xfe\x00\x00"])
def test_what_holds_zeros_is_no_text(content: bytes) -> None:
    assert decode_text(content, language="zh") is None


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("text/plain; charset=utf-8", "a"),
        ("application/json", "a"),
        ("", "a.MD"),
        ("application/octet-stream", "a.py"),
        ("application/x-tex", "a.tex"),
        ("video/mp2t", "a.ts"),
    ],
)
def test_text_is_known_by_its_kind_or_its_name(kind: str, name: str) -> None:
    assert is_text(kind, name)


@pytest.mark.parametrize(
    ("kind", "name"),
    [("", "a"), ("application/zip", "a.zip"), ("video/mp4", "a.ts"), ("image/png", "a.txt")],
)
def test_other_files_are_no_text(kind: str, name: str) -> None:
    assert not is_text(kind, name)


async def test_a_file_is_packed_only_if_it_is_too_large() -> None:
    file = File("a.jsonl", b"x" * 1_000)
    assert await compress_to_fit(file, most_bytes=1_000) is file
    found = await compress_to_fit(file, most_bytes=999)
    assert found is not None
    assert found.name == "a.jsonl.zip"
    assert len(found.content) < 999
    assert await compress_to_fit(file, most_bytes=99) is None
