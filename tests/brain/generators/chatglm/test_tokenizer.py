import pytest
from hypothesis import given
from hypothesis import strategies as st

from brain.errors import MissingPart
from brain.generators.chatglm.tokenizer import ChatGLMTokenizer
from tests.brain.generators.chatglm.doubles import LETTERS, PIECES
from tests.brain.generators.chatglm.models import tokenizer

MARKS = tokenizer()
letters = st.sampled_from([letter for letter in LETTERS if letter != "▁"])


@given(st.text(letters | st.sampled_from(" \n\t"), min_size=1))
def test_white_space_comes_back_as_it_was(text: str) -> None:
    ids = MARKS.encode(text, add_special_tokens=False)
    assert MARKS.decode(ids) == text


def test_runs_of_spaces_lines_and_tabs_are_single_tokens() -> None:
    ids = MARKS.encode("a    b\n\tc", add_special_tokens=False)
    assert [PIECES[number] for number in ids] == [
        *("▁", "a", "<|blank_4|>", "b"),
        *("<n>", "<|tab|>", "c"),
    ]


def test_a_prompt_ends_with_the_mask_and_the_beginning_of_the_answer() -> None:
    assert [PIECES[number] for number in MARKS("你好").input_ids[-2:]] == ["[gMASK]", "<sop>"]


def test_a_question_and_its_answer_are_a_pair() -> None:
    question, answer = (MARKS.encode(text, add_special_tokens=False) for text in ("hi", "yes"))
    whole = MARKS.build_inputs_with_special_tokens(question, answer)
    assert MARKS.decode(whole) == "hi[gMASK]<sop> yes<eop>"


def test_the_prompt_is_the_published_form() -> None:
    said = [{"role": "user", "content": "你好"}]
    one = MARKS.apply_chat_template(said, tokenize=False, add_generation_prompt=True)
    assert one == "你好[gMASK]<sop>"
    said += [{"role": "assistant", "content": "好"}, {"role": "user", "content": "今天怎么样"}]
    more = MARKS.apply_chat_template(said, tokenize=False, add_generation_prompt=True)
    assert more == "[Round 0]\n问：你好\n答：好\n[Round 1]\n问：今天怎么样\n答：[gMASK]<sop>"


def test_the_persona_stands_first() -> None:
    said = [{"role": "system", "content": "Be kind."}, {"role": "user", "content": "hi"}]
    found = MARKS.apply_chat_template(said, tokenize=False, add_generation_prompt=True)
    assert found == "Be kind.\nhi[gMASK]<sop>"


def test_the_template_makes_the_same_tokens_as_the_mask_by_hand() -> None:
    said = [{"role": "user", "content": "hi there"}]
    found = MARKS.apply_chat_template(said, add_generation_prompt=True, return_dict=False)
    assert found == MARKS("hi there").input_ids


def test_without_sentencepiece_the_command_is_named() -> None:
    with pytest.raises(MissingPart, match=r"pip install 'siliconfriend\[chatglm\]'"):
        ChatGLMTokenizer("ice_text.model")
