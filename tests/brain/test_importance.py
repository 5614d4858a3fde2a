"""How much a message matters, in both languages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brain.memory.importance import BASE, importance

SMALL_TALK = ["hi", "Thanks!", "ok", "good night", "haha", "你好", "谢谢你", "嗯", "晚安", "好的"]
WHO_THEY_ARE = [
    "My name is Jonas and I live in Kyoto.",
    "My cat is called Mango and she fears thunder",
    "Please remember that I'm allergic to peanuts.",
    "My mother died last year and I still feel lonely.",
    "我的猫叫芒果，她怕打雷",
    "记住，我对花生过敏。",
    "我叫张曼婷，我住在厦门。",
    "我妈妈去年去世了，我很难过。",
]
PLAIN = ["The weather was fine.", "It rained at the station.", "天气不错。"]


@pytest.mark.parametrize("text", SMALL_TALK)
def test_small_talk_matters_little(text: str) -> None:
    assert importance(text) < 0.1


@pytest.mark.parametrize("text", WHO_THEY_ARE)
def test_who_they_are_matters_much(text: str) -> None:
    assert importance(text) >= 0.7


@pytest.mark.parametrize("text", PLAIN)
def test_a_plain_statement_lies_between(text: str) -> None:
    assert importance(text) == pytest.approx(BASE)


@pytest.mark.parametrize(
    ("asking", "telling"),
    [
        ("What is my cat called?", "My cat is called Mango."),
        ("我的猫叫什么？", "我的猫叫芒果。"),
    ],
)
def test_asking_is_not_telling(asking: str, telling: str) -> None:
    assert importance(asking) < BASE < importance(telling)


@given(st.text(max_size=500))
def test_it_is_a_share_of_any_text(text: str) -> None:
    assert 0 < importance(text) <= 1


@pytest.mark.parametrize("text", ["?" * 100_000 + "a", "thank you" + "!" * 100_000 + "\na"])
def test_a_paste_of_any_size_is_judged_at_once(text: str) -> None:
    """A pattern that goes back over it would take hours, and nobody would be answered."""
    assert 0 < importance(text) <= BASE
