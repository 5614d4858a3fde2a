from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from brain.generators.thinking_filter import ThinkingFilter, ends_in_thoughts
from brain.ports import Replacement

CUTS = st.lists(st.integers(0, 60))


def shown(reply: str, cuts: list[int], *, is_held: bool = False) -> str:
    """What stands there in the end when the reply arrives in pieces that end at these places."""
    thinking = ThinkingFilter(is_held=is_held)
    places = sorted({0, len(reply), *(min(cut, len(reply)) for cut in cuts)})
    pieces = [thinking.feed(reply[start:end]) for start, end in pairwise(places)]
    text = ""
    for piece in [*pieces, thinking.finish()]:
        text = piece if isinstance(piece, Replacement) else text + piece
    return text


# The marks of each family, as the chat templates and the reasoning parsers of vLLM have them
# (vllm/reasoning/*_reasoning_parser.py) and as issues report them.
MARKED = {
    "DeepSeek, Qwen3, GLM": "<think>{}</think>\n\n",
    "the opening mark stood in the prompt": "{}\n</think>\n\n",
    "the same, as short as can be": "{}...</think>",
    "twice, by template and model": "<think>\n<think>{}</think>",
    "nested": "<think><think>{}</think>and more</think>",
    "prompted models": "<thinking>{}</thinking>\n",
    "EXAONE Deep": "<thought>\n{}\n</thought>\n\n",
    "trained by GRPO recipes": "<REASONING>{}</REASONING><SOLUTION>",
    "R1-Zero, Hunyuan": "<think>{}</think>\n<answer>",
    "GLM-4.5V": "<think>{}</think><|begin_of_box|>",
    "Seed-OSS": "<seed:think>{}</seed:think>",
    "LongCat": "<longcat_think>{}</longcat_think>",
    "MiniMax (hermes-agent#42906)": "<M2_7think>{}</M2_7think>",
    "K2 Horizon": "<ifm|think_fast>{}</ifm|think_fast>",
    "Magistral": "[THINK]{}[/THINK]",
    "Pangu": "[unused16]{}[unused17]",
    "Kimi": "◁think▷{}◁/think▷",
    "Cohere Command A Reasoning": "<|START_THINKING|>{}<|END_THINKING|><|START_RESPONSE|>",
    "MedGemma": "<unused94>thought\n{}<unused95>",
    "Gemma 4 (lmstudio-bug-tracker#2013)": "<|channel>thought\n{}\n<channel|>",
    "OpenThinker": "<|begin_of_thought|>{}<|end_of_thought|>\n<|begin_of_solution|>",
    "Apertus": "<|inner_prefix|>{}<|inner_suffix|>",
    "Solar Open": "<|think:start|>{}<|think:end|>",
    "gpt-oss": "<|channel|>analysis<|message|>{}<|end|>"
    "<|start|>assistant<|channel|>final<|message|>",
    "gpt-oss with its first header": "<|start|>assistant<|channel|>analysis<|message|>{}<|end|>"
    "<|start|>assistant<|channel|>final<|message|>",
    "gpt-oss without special tokens": "analysisWe know: {}.assistantfinal",
    "Muse": "<|start|>assistant to=self<|message|>{}<|eom|><|start|>assistant to=user<|message|>",
    "Granite 3.2": "Here is my thought process: {} Here is my response: ",
    "Apriel": "Here are my reasoning steps:\n{}\n[BEGIN FINAL RESPONSE]\n",
}


@pytest.mark.parametrize("family", MARKED)
@pytest.mark.parametrize("size", [1, 2, 3, 7, 1_000])
def test_thoughts_of_every_family_are_left_out(family: str, size: int) -> None:
    reply = MARKED[family].format("the secret of this person") + "Good morning!"
    assert shown(reply, list(range(0, len(reply), size))) == "Good morning!"


@given(thought=st.text().filter(lambda text: "</think>" not in text), cuts=CUTS)
@example(thought="almost </thin", cuts=list(range(60)))
@example(thought="`", cuts=[])
def test_a_thought_is_left_out_wherever_the_pieces_are_cut(thought: str, cuts: list[int]) -> None:
    assert shown(f"\n<think>{thought}</think>\n\nGood morning!", cuts) == "Good morning!"


MENTIONED = [
    "Write <think> before </think>.",
    "The </think> tag closes what <think> opened.",
    "`<think>` is a tag, and `</think>` closes it.",
    'Some models put "<think>" first and "</think>" last.',
    "Look:\n```\n<think>hm</think>\n```\nThat is all.",
    "Look:\n```xml\n<think>\n",
    "有些模型先写“<think>”，再写“</think>”。",
    "写<think>标签就行。",
    "<thin ice",
    "<b>bold</b>, a < b, [MISC], <answer>42</answer>, I <3 you",
    "The token <|im_end|> ends a turn, as <end_of_turn> does.",
    "`<|im_end|>` ends a turn.",
    "analysis of the tea",
    "Here is tea.",
    "thoughts are free",
    "Thought\nA poem",
]


@pytest.mark.parametrize("reply", MENTIONED)
@pytest.mark.parametrize("size", [1, 2, 5, 1_000])
def test_words_about_marks_stay(reply: str, size: int) -> None:
    assert shown(reply, list(range(0, len(reply), size))) == reply


@given(reply=st.text(), cuts=CUTS)
@example(reply="<thin ice", cuts=[1, 2, 5])
@example(reply="Write <think> before </think>.", cuts=[8, 10])
def test_a_reply_without_a_thought_comes_through_whole(reply: str, cuts: list[int]) -> None:
    if not reply.lstrip().startswith("<think>"):
        assert shown(reply, cuts) == reply.lstrip()


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        ("<think>one</think> <think>two</think> three", "three"),
        ("Hello <think>secret</think> there", "Hello  there"),
        ("Hello.\n<think>\nsecret\n</think>\nMore.", "Hello.\n\nMore."),
        ("<think>What does `</think>` do?</think>It closes.", "It closes."),
        ("I see it now </think> Hello", "Hello"),
        ("他很难过</think>别难过", "别难过"),
        ("<think>never ends", ""),
        ("thought\nGood morning!", "Good morning!"),
        ("<think></think>", ""),
        ("so it is.\n</think>\n", ""),
        ("</think> first", "first"),
        (" \n ", ""),
    ],
)
def test_odd_thoughts(reply: str, expected: str) -> None:
    assert shown(reply, list(range(60))) == expected


@pytest.mark.parametrize(
    "end", ["<|im_end|>", "<|eot_id|>", "<end_of_turn>", "<｜end▁of▁sentence｜>", "\n<|im_start|>"]
)
@pytest.mark.parametrize("size", [1, 2, 3, 7, 1_000])
def test_a_model_that_goes_on_as_the_person_is_not_heard(end: str, size: int) -> None:
    """vllm-project/vllm#5924: the server ends no turn."""
    reply = f"<think>Hm</think>Good morning!{end}\n<|im_start|>user\nHi<|im_end|>"
    assert shown(reply, list(range(0, len(reply), size))).rstrip() == "Good morning!"


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1_000])
@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        # raullenchai/Rapid-MLX#447: Gemma 4 without its special tokens.
        ("thought\nThe user greets me. I should reply.\nHello!", ""),
        ("thought\n用户在打招呼。\n你好！", ""),
        # With thinking off, Gemma 4 opens and closes a channel before each reply.
        ("thought\nHello!", "Hello!"),
        ("\nthought\n\nHello!\nHow was your day?", "Hello!\nHow was your day?"),
        ("thought\nHe is sad.<channel|>Cheer up", "Cheer up"),
        ("thought\n<think>He is sad.</think>Cheer up", "Cheer up"),
        ("thought\n<think>He is sad. <think>Why?</think></think>Cheer up", "Cheer up"),
        ("thought\n<think>He is sad.", ""),
        ("thought of you today", "thought of you today"),
        ("thought", "thought"),
        ("Thoughts:\nHello!", "Thoughts:\nHello!"),
        ("a\nthought\nThe user of it", "a\nthought\nThe user of it"),
    ],
)
def test_thoughts_may_be_opened_by_a_word_alone(reply: str, expected: str, size: int) -> None:
    assert shown(reply, list(range(0, len(reply), size))) == expected
    thinking = ThinkingFilter()
    pieces = [thinking.feed(letter) for letter in reply]
    assert "user" not in "".join(pieces) or expected == reply
    assert not any(isinstance(piece, Replacement) for piece in [*pieces, thinking.finish()])


def test_words_are_shown_as_soon_as_they_cannot_be_a_tag() -> None:
    thinking = ThinkingFilter()
    assert [thinking.feed(piece) for piece in ("<", "3", " you")] == ["", "<3", " you"]


def test_what_was_shown_of_unmarked_thoughts_is_replaced_at_their_end() -> None:
    thinking = ThinkingFilter()
    pieces = [
        thinking.feed(piece) for piece in ("He is", " sad.\n", "</think>", "\n\n", "Cheer up")
    ]
    assert pieces == ["He is", " sad.\n", "", "", "Cheer up"]
    assert [isinstance(piece, Replacement) for piece in pieces] == [False] * 4 + [True]
    assert thinking.is_unmarked


def test_a_model_that_is_known_to_think_unmarked_is_held_back_until_the_mark() -> None:
    thinking = ThinkingFilter(is_held=True)
    pieces = [
        thinking.feed(piece) for piece in ("He is", " sad.\n", "</think>", "\n\n", "Cheer up")
    ]
    assert pieces == ["", "", "", "", "Cheer up"]
    assert not isinstance(pieces[-1], Replacement)
    assert shown("only thoughts", [], is_held=True) == ""
    assert shown("<think>marked after all</think>Hi", [3], is_held=True) == "Hi"


@pytest.mark.parametrize(
    "end", ["<think>", "<think>\n", "[THINK]", "<|inner_prefix|>", "<thought>\n"]
)
def test_a_prompt_tells_that_it_opened_the_thoughts(end: str) -> None:
    assert ends_in_thoughts(f"<|im_start|>assistant\n{end}")
    assert not ends_in_thoughts(f"<|im_start|>assistant\n{end}\n\n</think>\n\n")
