"""How much a message matters, in every language that has signs.

importance_labels.jsonl holds messages of four levels: 0 small talk, 1 plain, 2 matters, 3 who they
are. Those that are `seen` were before the eyes of who wrote the signs; the others were written
after the signs, and no sign was changed for them: they show what to expect of new messages.
"""

import json
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brain.languages import DEFAULT_LANGUAGE, languages
from brain.languages.detection import detect
from brain.memory import importance as rules
from brain.memory.importance import BASE, WHO, judge_importance, predict_use

SMALL_TALK = ["hi", "Thanks!", "ok", "good night", "haha", "你好", "谢谢你", "嗯", "晚安", "好的"]
SMALL_TALK += [
    "hiya, you alright?",
    "nice weather today isn't it",
    "Tell me a good joke",
    "say something funny",
]
SMALL_TALK += [
    "今天天气真好",
    "给我讲个笑话吧",
    "¡Qué buen tiempo hace hoy!",
    "dime un trabalenguas",
]
SMALL_TALK += ["whats 144 divided by 12", "15乘以8等于多少", "¿cuánto es 34 por 5?"]
SMALL_TALK += ["144 / 9 =", "translate 'happy birthday' to danish", "把“我迷路了”翻译成英文"]
SMALL_TALK += ["¿cómo se dice 'ventana' en alemán?"]
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
LABELLED: list[dict[str, Any]] = [
    json.loads(line)
    for line in (Path(__file__).parent / "importance_labels.jsonl").read_text("utf-8").splitlines()
]
PLAIN = ["The weather was fine.", "It rained at the station.", "昨天天气不错。"]


def judged(text: str) -> float:
    """In the language that it is taken for."""
    return judge_importance(text, language=detect(text, fallback=DEFAULT_LANGUAGE))


@pytest.mark.parametrize("text", SMALL_TALK)
def test_small_talk_matters_little(text: str) -> None:
    assert judged(text) < 0.1


@pytest.mark.parametrize("text", WHO_THEY_ARE)
def test_who_they_are_matters_much(text: str) -> None:
    assert judged(text) >= 0.7


@pytest.mark.parametrize("text", PLAIN)
def test_a_plain_statement_lies_between(text: str) -> None:
    assert judged(text) == pytest.approx(BASE)


@pytest.mark.parametrize(
    ("asking", "telling"),
    [
        ("What is my cat called?", "My cat is called Mango."),
        ("我的猫叫什么？", "我的猫叫芒果。"),
    ],
)
def test_asking_is_not_telling(asking: str, telling: str) -> None:
    assert judged(asking) < BASE < judged(telling)


def scores(**wanted: object) -> list[tuple[int, float]]:
    """Level and importance of the labelled messages that are so."""
    return [
        (row["level"], judge_importance(row["text"], language=row["language"]))
        for row in LABELLED
        if all(row[key] == value for key, value in wanted.items())
    ]


def agreement(scored: list[tuple[int, float]]) -> float:
    """Share of the pairs of different levels that are in the labels' order; a tie is half right."""
    pairs = [
        (high, low) for (upper, high), (lower, low) in product(scored, scored) if upper > lower
    ]
    return sum(1.0 if high > low else 0.5 * (high == low) for high, low in pairs) / len(pairs)


def test_the_labels_are_of_both_languages_and_all_levels() -> None:
    assert len({row["text"] for row in LABELLED}) == len(LABELLED) >= 120
    for language, level in product(("en", "zh"), range(4)):
        assert len(scores(language=language, level=level, seen=True)) >= 20
        assert len(scores(language=language, level=level, seen=False)) >= 6


@pytest.mark.parametrize("language", ["en", "es", "zh"])
@pytest.mark.parametrize(("seen", "least"), [(True, 0.95), (False, 0.84)])
def test_what_matters_more_is_judged_to_matter_more(
    language: str, *, seen: bool, least: float
) -> None:
    assert agreement(scores(language=language, seen=seen)) >= least


def test_no_small_talk_matters_more_than_who_they_are() -> None:
    assert max(score for _, score in scores(level=0)) <= min(score for _, score in scores(level=3))


@pytest.mark.parametrize("language", ["en", "es", "zh"])
def test_each_level_matters_more_than_the_one_below_on_the_whole(language: str) -> None:
    means = []
    for level in range(4):
        at_level = [score for _, score in scores(language=language, level=level, seen=False)]
        means.append(sum(at_level) / len(at_level))
    assert means == sorted(means)
    assert len(set(means)) == 4


@given(st.text(max_size=500), st.sampled_from([*languages(), "tlh"]))
def test_it_is_a_share_of_any_text(text: str, language: str) -> None:
    assert 0 < judge_importance(text, language=language) <= 1


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("text", ["?" * 100_000 + "a", "thank you" + "!" * 100_000 + "\na"])
def test_a_paste_of_any_size_is_judged_at_once(text: str, language: str) -> None:
    """A pattern that goes back over it would take hours, and nobody would be answered."""
    assert 0 < judge_importance(text, language=language) <= BASE


HELLO = "Hello! How was your day?"
TOLD = "We hiked up to the chapel above Lucerne and ate cheese fondue with my sister."


def use(text: str, *heard: str, language: str = "en") -> float:
    importance = judge_importance(text, language=language)
    return predict_use(text, importance=importance, heard=heard)


@pytest.mark.parametrize(
    ("text", "language"),
    [("Hi there!", "en"), ("Thanks, bye!", "en"), ("你好！", "zh"), ("谢谢你，再见！", "zh")],
)
def test_small_talk_is_hardly_ever_needed(text: str, language: str) -> None:
    assert use(text, HELLO, language=language) <= rules.SMALL_TALK


@pytest.mark.parametrize(
    ("told", "filler", "language"),
    [
        (TOLD, "Yes, that is quite true.", "en"),
        ("我们爬山去了卢塞恩上面的小教堂，还和姐姐吃了奶酪火锅。", "是的，说得很对。", "zh"),
        ("Subimos a la capilla de Lucerna y comimos queso con mi hermana.", "Sí, es verdad.", "es"),
        ("Мы поднялись к часовне над Люцерном и ели сыр с моей сестрой.", "Да, это правда.", "ru"),
    ],
)
def test_what_tells_more_is_likelier_to_be_needed(told: str, filler: str, language: str) -> None:
    assert use(told, language=language) > use(filler, language=language) + 0.2


def test_what_was_just_said_is_not_new() -> None:
    assert use(TOLD, TOLD) < use(TOLD, "I like jazz.") == use(TOLD)


def test_an_answer_is_likelier_to_be_needed() -> None:
    assert use("With my sister.", "Who came along?") > use("With my sister.", "I see.") + 0.1
    assert use("和我姐姐。", "你和谁去的？", language="zh") > use("和我姐姐。", language="zh") + 0.1
    # A long reply that ends with a question has told more than it asks.
    lecture = "Fondue is made of cheese and wine. " * 20
    assert use("With my sister.", f"{lecture}Shall I go on?") == use("With my sister.", lecture)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("I'm allergic to nuts.", "en"),
        ("My name is Ann.", "en"),
        ("Please remember that I hate cilantro.", "en"),
        ("我对花生过敏。", "zh"),
    ],
)
def test_who_they_are_counts_though_it_is_short(text: str, language: str) -> None:
    importance = judge_importance(text, language=language)
    assert importance >= BASE + WHO
    assert use(text, language=language) >= importance


def test_a_turn_in_chinese_is_as_likely_as_in_english() -> None:
    english = "I went to Green Grain Park and saw a beautiful cherry tree and a cute squirrel!"
    chinese = "我去的是绿禾公园，看到了一朵开得特别美的樱花，还有一只超级可爱的松鼠！"
    assert use(chinese, language="zh") == pytest.approx(use(english), abs=0.15)


def test_a_long_paste_takes_no_longer_than_its_beginning() -> None:
    paste = " ".join(f"word{n}" for n in range(50_000))
    assert use(paste) == use(paste[:2_000])
