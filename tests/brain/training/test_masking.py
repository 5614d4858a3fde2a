import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from transformers import DataCollatorForSeq2Seq, PreTrainedTokenizerFast

from brain.generators.chatglm.tokenizer import ChatGLMTokenizer
from brain.messages import ChatMessage
from brain.training.chat_templates import BELLE
from brain.training.errors import TrainingRefused
from brain.training.masking import IGNORED, Sample, check_batch, learned_spans, samples_of
from tests.brain.generators.chatglm.doubles import CharacterPieces
from tests.brain.training.models import byte_tokenizer

CHATML = byte_tokenizer()
LLAMA = byte_tokenizer(template=BELLE)


def talk(*words: str) -> list[ChatMessage]:
    roles = ("user", "assistant")
    return [ChatMessage(roles[index % 2], word) for index, word in enumerate(words)]


def pieces(sample: Sample, tokenizer: PreTrainedTokenizerFast) -> list[tuple[str, bool]]:
    return list(learned_spans(sample, tokenizer))


def test_only_the_answers_and_their_ends_carry_loss() -> None:
    [sample] = samples_of(talk("Hello", "Hi!", "Sad", "Why?"), CHATML, max_tokens=500)
    assert pieces(sample, CHATML) == [
        ("<|im_start|>user\nHello<|im_end|>\n<|im_start|>assistant\n", False),
        ("Hi!<|im_end|>", True),
        ("\n<|im_start|>user\nSad<|im_end|>\n<|im_start|>assistant\n", False),
        ("Why?<|im_end|>", True),
    ]


def test_the_prompt_is_made_of_the_tokens_that_a_chat_would_give() -> None:
    said = [{"role": "user", "content": "Hello"}]
    [sample] = samples_of(talk("Hello", "Hi!"), CHATML, max_tokens=500)
    prompt = CHATML.apply_chat_template(said, add_generation_prompt=True, return_dict=False)
    assert list(sample.ids[: len(prompt)]) == prompt
    assert set(sample.labels[: len(prompt)]) == {IGNORED}
    assert sample.labels[len(prompt) :] == sample.ids[len(prompt) :]


words = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), min_size=1).filter(
    lambda text: text.strip()
)


@settings(max_examples=60)
@given(st.lists(st.tuples(words, words), min_size=1, max_size=4))
def test_whatever_is_said_the_learned_tokens_are_the_answers(turns: list[tuple[str, str]]) -> None:
    messages = talk(*(word for turn in turns for word in turn))
    [sample] = samples_of(messages, CHATML, max_tokens=10_000)
    learned = [label for label in sample.labels if label != IGNORED]
    expected = [
        token
        for _, answer in turns
        for token in CHATML.encode(f"{answer}<|im_end|>", add_special_tokens=False)
    ]
    assert learned == expected


def test_belles_form_has_no_space_after_the_colon_and_ends_once() -> None:
    first, second = samples_of(talk("a", "b", "c", "d"), LLAMA, max_tokens=500)
    assert pieces(first, LLAMA) == [("<s>Human: a\n\nAssistant:", False), ("b<|im_end|>", True)]
    assert pieces(second, LLAMA) == [
        ("<s>Human: a\n\nAssistant:b\n\nHuman: c\n\nAssistant:", False),
        ("d<|im_end|>", True),
    ]


def test_a_template_that_rewrites_history_gives_each_answer_its_own_sequence() -> None:
    tokenizer = ChatGLMTokenizer(pieces=CharacterPieces())
    first, second = samples_of(talk("hi", "yes", "so", "no"), tokenizer, max_tokens=500)
    assert list(learned_spans(first, tokenizer)) == [("hi[gMASK]<sop>", False), ("yes<eop>", True)]
    assert list(learned_spans(second, tokenizer)) == [
        ("[Round 0]\n问：hi\n答：yes\n[Round 1]\n问：so\n答：[gMASK]<sop>", False),
        ("no<eop>", True),
    ]


def test_a_template_without_an_end_gets_one() -> None:
    tokenizer = byte_tokenizer(template="{% for m in messages %}{{ m.content }}|{% endfor %}")
    tokenizer.chat_template = (
        "{%- for m in messages -%}{{- m.role[0] + ':' + m.content + '\n' -}}{%- endfor -%}"
        "{%- if add_generation_prompt -%}{{- 'a:' -}}{%- endif -%}"
    )
    [sample] = samples_of(talk("x", "y"), tokenizer, max_tokens=100)
    assert sample.labels[-1] == tokenizer.eos_token_id
    assert pieces(sample, tokenizer)[1] == ("y<|im_end|>", True)


def test_a_thought_that_the_prompt_opens_is_no_part_of_a_plain_answer() -> None:
    tokenizer = byte_tokenizer()
    tokenizer.chat_template = tokenizer.chat_template.replace(
        "'<|im_start|>assistant\n' -", "'<|im_start|>assistant\n<think>\n' -"
    )
    [sample] = samples_of(talk("x", "y"), tokenizer, max_tokens=100)
    assert pieces(sample, tokenizer)[1] == ("y<|im_end|>", True)


def test_a_template_that_loses_the_answer_is_refused() -> None:
    tokenizer = byte_tokenizer(template="always the same")
    with pytest.raises(TrainingRefused) as caught:
        samples_of(talk("x", "yes"), tokenizer, max_tokens=100)
    assert caught.value.values["reason"] == "template"


def test_a_template_that_fails_is_refused() -> None:
    tokenizer = byte_tokenizer(template="{{ raise_exception('No such role.') }}")
    with pytest.raises(TrainingRefused, match="No such role"):
        samples_of(talk("x", "yes"), tokenizer, max_tokens=100)


def test_a_long_dialogue_is_parted_between_answers_and_nothing_learned_is_lost() -> None:
    said = talk(*(f"{kind}{number}" for number in range(8) for kind in ("question", "answer")))
    whole = samples_of([ChatMessage("system", "Be kind."), *said], CHATML, max_tokens=10_000)
    parts = samples_of([ChatMessage("system", "Be kind."), *said], CHATML, max_tokens=150)
    assert len(whole) == 1
    assert len(parts) > 1
    assert all(len(sample.ids) <= 150 for sample in parts)
    assert sum(sample.learned for sample in parts) == whole[0].learned
    assert all(pieces(sample, CHATML)[0][0].count("Be kind.") == 1 for sample in parts)


def test_an_answer_that_is_too_long_loses_its_end_and_a_question_that_is_everything() -> None:
    [sample] = samples_of(talk("x", "y" * 100), CHATML, max_tokens=60)
    assert len(sample.ids) == 60
    assert 0 < sample.learned < 100
    assert samples_of(talk("x" * 100, "y"), CHATML, max_tokens=60) == []


@pytest.fixture
def padded() -> PreTrainedTokenizerFast:
    tokenizer = byte_tokenizer()
    # The worst case: padding is the token with which every answer ends.
    tokenizer.pad_token = tokenizer.eos_token
    return tokenizer


@pytest.mark.parametrize("side", ["left", "right"])
def test_padding_is_never_learned_and_the_end_of_an_answer_is(
    side: str, padded: PreTrainedTokenizerFast
) -> None:
    padded.padding_side = side
    samples = [
        *samples_of(talk("Hello", "Hi!"), padded, max_tokens=100),
        *samples_of(talk("How are you?", "Well, and you?"), padded, max_tokens=100),
    ]
    collator = DataCollatorForSeq2Seq(padded, padding=True, label_pad_token_id=IGNORED)
    batch = collator([sample.as_features() for sample in samples])
    for row, sample in zip(batch["labels"], samples, strict=True):
        learned = row[row != IGNORED].tolist()
        assert learned == [label for label in sample.labels if label != IGNORED]
        assert learned[-1] == padded.eos_token_id
        assert len(set(learned)) > 1
    assert torch.all(batch["labels"][batch["attention_mask"] == 0] == IGNORED)
    check_batch(batch, expected=sum(sample.learned for sample in samples))


def test_labels_that_were_made_anew_after_padding_are_refused(
    padded: PreTrainedTokenizerFast,
) -> None:
    # What the first SiliconFriend did: pad, then look for the answer in what had become padding.
    [sample] = samples_of(talk("Hello", "Hi!"), padded, max_tokens=100)
    ids = torch.tensor([[*sample.ids, padded.pad_token_id]])
    labels = torch.full_like(ids, IGNORED)
    with pytest.raises(TrainingRefused):
        check_batch({"input_ids": ids, "labels": labels}, expected=sample.learned)
    labels[0, -1] = padded.pad_token_id
    with pytest.raises(TrainingRefused):
        check_batch({"input_ids": ids, "labels": labels}, expected=sample.learned)
