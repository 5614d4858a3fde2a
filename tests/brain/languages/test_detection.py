"""In which language a message is taken to be."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brain.languages import languages
from brain.languages.detection import detect

LABELLED = [
    json.loads(line)
    for line in (Path(__file__).parents[1] / "memory" / "importance_labels.jsonl")
    .read_text("utf-8")
    .splitlines()
]


@pytest.mark.parametrize("language", languages())
def test_messages_are_told_apart(language: str) -> None:
    texts = [row["text"] for row in LABELLED if row["language"] == language]
    told = [detect(text, fallback="") for text in texts]
    assert texts
    wrong = sum(each not in ("", language) for each in told)
    assert (wrong / len(told), told.count("") / len(told)) <= (0.01, 0.03)


@pytest.mark.parametrize("fallback", languages())
@pytest.mark.parametrize(
    "text",
    [
        "",
        "ok",
        "123",
        "😀",
        "Привет, как дела?",
        "Γειά σου, τι κάνεις;",
        "مرحبا كيف حالك",
        "안녕하세요",
        "สวัสดีครับ",
        "東京に行きました",
        "カラオケに行こう",
    ],
)
def test_what_is_in_none_of_the_languages_leaves_the_conversation_as_it_is(
    text: str, fallback: str
) -> None:
    assert detect(text, fallback=fallback) == fallback


@pytest.mark.parametrize("text", ["好", "我在用Python写LangChain程序", "明天有 meeting 吗"])
def test_han_without_kana_is_chinese(text: str) -> None:
    assert detect(text, fallback="en") == "zh"


@pytest.mark.parametrize("text", ["I love 火锅 so much", "hello there everybody (ノ◕ヮ◕)ノ"])
def test_a_foreign_word_or_a_face_makes_no_other_language(text: str) -> None:
    assert detect(text, fallback="en") == "en"


@pytest.mark.parametrize("text", ["Hello.", "hola", "no", "Anna"])
@pytest.mark.parametrize("fallback", ["en", "es"])
def test_what_could_be_either_stays_with_the_conversation(text: str, fallback: str) -> None:
    assert detect(text, fallback=fallback) == fallback


@given(st.text(max_size=300), st.sampled_from(languages()))
def test_any_text_is_in_one_of_the_languages(text: str, fallback: str) -> None:
    assert detect(text, fallback=fallback) in languages()
