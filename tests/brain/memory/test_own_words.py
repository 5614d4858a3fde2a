"""What of a turn are the person's own words."""

import pytest

from brain.memory.own_words import own_words


@pytest.mark.parametrize(
    ("text", "own"),
    [
        ("I live in Kyoto.", "I live in Kyoto."),
        ("> I live in Paris.\nSo says my brother.", "So says my brother."),
        ("Look:\n> I live in Paris.\n> I have a dog.\nFunny.", "Look:\nFunny."),
        ("Funny:\n>>> I live in Paris.\n\nI have a dog.", "Funny:"),
        ("Read this.\n\n[cv.txt]\nI live in Paris.\n\nI have a dog.", "Read this."),
        ("[简历.txt]\n我住在巴黎。", ""),
        ("> 我住在巴黎。", ""),
        ("> Vivo en París.\nEso dice mi hermano.", "Eso dice mi hermano."),
        (">_< I am tired", ">_< I am tired"),
        ("5 > 3, and [sic] it is", "5 > 3, and [sic] it is"),
        ("[x] I did it", "[x] I did it"),
    ],
)
def test_quotations_and_files_are_not_the_persons_own_words(text: str, own: str) -> None:
    assert own_words(text) == own
