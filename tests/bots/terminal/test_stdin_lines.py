import asyncio
import os
from contextlib import aclosing

from hypothesis import given
from hypothesis import strategies as st

from bots.terminal.stdin_lines import LineSplitter, read_lines
from brain.errors import BadInput, MessageTooLong, NotText


def split(*chunks: bytes, limit: int = 100) -> list[str | BadInput]:
    splitter = LineSplitter(limit=limit)
    lines = [line for chunk in chunks for line in splitter.feed(chunk)]
    return lines + splitter.finish()


def test_a_line_may_come_in_pieces_and_the_last_one_without_its_end() -> None:
    assert split(b"he", b"llo\nyou", b" there") == ["hello", "you there"]


def test_an_empty_line_is_an_empty_message_and_an_ended_file_is_none() -> None:
    assert split(b"\n\n") == ["", ""]
    assert split() == []


def test_a_mark_at_the_start_of_the_file_is_no_part_of_the_message() -> None:
    assert split(b"\xef\xbb\xbfhi\n\xef\xbb\xbfhi\n") == ["hi", "\ufeffhi"]


def test_what_is_not_utf8_spoils_its_own_line_only() -> None:
    first, second = split(b"\xff\xfe\nhi\n")
    assert isinstance(first, NotText)
    assert second == "hi"


def test_of_a_line_that_is_too_long_the_length_is_told_and_nothing_kept() -> None:
    splitter = LineSplitter(limit=10)
    for _ in range(1000):
        assert splitter.feed("猫".encode() * 100) == []
    assert len(splitter._kept) <= 41
    [refused, after] = splitter.feed(b"\nhi\n")
    assert isinstance(refused, MessageTooLong)
    assert refused.values == {"length": 100_000, "limit": 10}
    assert after == "hi"


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\n\ufeff"))))
def test_however_the_bytes_are_cut_the_lines_are_the_same(lines: list[str]) -> None:
    raw = "".join(f"{line}\n" for line in lines).encode()
    assert split(*(raw[i : i + 3] for i in range(0, len(raw), 3)), limit=10**6) == lines


async def test_lines_come_from_a_descriptor_until_it_ends() -> None:
    reading, writing = os.pipe()
    try:
        async with aclosing(read_lines(reading, limit=100)) as lines:
            os.write(writing, b"one\ntw")
            assert await anext(lines) == "one"
            os.write(writing, b"o\n")
            assert await anext(lines) == "two"
            os.close(writing)
            assert [line async for line in lines] == []
    finally:
        os.close(reading)


def test_a_reader_that_still_waits_does_not_keep_the_program() -> None:
    reading, writing = os.pipe()

    async def listen() -> None:
        async with aclosing(read_lines(reading, limit=100)) as lines:
            os.write(writing, b"one\n")
            await anext(lines)

    asyncio.run(listen())
    os.close(writing)
