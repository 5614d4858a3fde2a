"""Masks the loss to the assistant's tokens, including the end of each answer.

A dialogue is rendered by the model's chat template and cut where each answer begins and ends; each
part is tokenised by itself, as in a chat, where the prompt is tokenised before the answer exists.
The template only has to be renderable, and the tokenizer need not report offsets.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise, takewhile
from typing import TYPE_CHECKING, Any

from brain.messages import ChatMessage
from brain.training.errors import TrainingRefused

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

IGNORED = -100
"""The label of a token that is not learned, which PyTorch's cross entropy ignores."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One sequence of token ids for training, with a label for each token."""

    ids: tuple[int, ...]
    labels: tuple[int, ...]
    """As long as `ids`: the token itself where it is learned, `IGNORED` elsewhere."""

    @property
    def learned(self) -> int:
        """The number of tokens that are learned."""
        return sum(label != IGNORED for label in self.labels)

    def as_features(self) -> dict[str, list[int]]:
        """Returns the sample in the form that the collators of transformers take."""
        return {
            "input_ids": list(self.ids),
            "attention_mask": [1] * len(self.ids),
            "labels": list(self.labels),
        }


@dataclass(frozen=True, slots=True)
class _Part:
    text: str
    learned: bool


def samples_of(
    messages: Sequence[ChatMessage], tokenizer: "PreTrainedTokenizerBase", *, max_tokens: int
) -> list[Sample]:
    """Turns a dialogue into sequences of at most `max_tokens` tokens.

    One sequence holds all answers if the template only appends to what it wrote before. If it
    rewrites earlier text (ChatGLM's rounds, models that drop old thoughts), each answer has a
    sequence of its own. A dialogue that is too long is halved between two answers until its parts
    fit; a single exchange that is too long is cut off at the end. An answer for which the question
    leaves no room is left out, so that the list may be empty.

    Raises:
        TrainingRefused: the template cannot render this dialogue.
    """
    found = [_encode(parts, tokenizer) for parts in _sequences(_rendered(messages, tokenizer))]
    if all(len(sample.ids) <= max_tokens for sample in found):
        return found
    head, exchanges = _exchanges(messages)
    if len(exchanges) > 1:
        half = len(exchanges) // 2
        return [
            sample
            for part in (exchanges[:half], exchanges[half:])
            for sample in samples_of(
                [*head, *(message for exchange in part for message in exchange)],
                tokenizer,
                max_tokens=max_tokens,
            )
        ]
    cut = [Sample(sample.ids[:max_tokens], sample.labels[:max_tokens]) for sample in found]
    return [sample for sample in cut if sample.learned]


def learned_spans(
    sample: Sample, tokenizer: "PreTrainedTokenizerBase"
) -> Iterator[tuple[str, bool]]:
    """Yields the decoded text of a sample in pieces, each with whether its tokens are learned."""
    pairs = zip(sample.ids, sample.labels, strict=True)
    for learned, run in groupby(pairs, key=lambda pair: pair[1] != IGNORED):
        yield str(tokenizer.decode([token for token, _ in run])), learned


def check_batch(batch: Mapping[str, Any], *, expected: int) -> None:
    """Checks that the labels of a collated batch are those of its samples.

    A collator that makes new labels after padding would teach the model nothing but the padding,
    and the loss would fall all the same.

    Args:
        batch: tensors `input_ids` and `labels`, each of shape (batch, length).
        expected: the number of learned tokens of its samples together.

    Raises:
        TrainingRefused: the labels differ, or no token is learned.
    """
    learned = batch["labels"] != IGNORED
    same = bool((batch["labels"] == batch["input_ids"])[learned].all())
    if int(learned.sum()) != expected or not same or not expected:
        raise TrainingRefused("labels")


def _rendered(
    messages: Sequence[ChatMessage], tokenizer: "PreTrainedTokenizerBase"
) -> list[tuple[str, str]]:
    """Return for each answer the rendered text before it, and the text up to its end."""
    said = [{"role": message.role, "content": message.content} for message in messages]
    rendered = []
    for index, message in enumerate(messages):
        if message.role != "assistant":
            continue
        try:
            before = tokenizer.apply_chat_template(
                said[:index], tokenize=False, add_generation_prompt=True
            )
            whole = tokenizer.apply_chat_template(said[: index + 1], tokenize=False)
        except Exception as exc:  # a template is a program, and may raise anything
            raise TrainingRefused("template", detail=str(exc)) from exc
        rendered.append(_aligned(str(before), str(whole), message.content))
    return rendered


def _aligned(before: str, whole: str, answer: str) -> tuple[str, str]:
    """Return both texts, with `before` shortened to a prefix of `whole` where it is not one."""
    if not whole.startswith(before):
        # Some templates open a thinking block for the model that a finished answer does not have.
        same = takewhile(lambda pair: pair[0] == pair[1], zip(before, whole, strict=False))
        before = "".join(character for character, _ in same)
    if answer.strip() not in whole[len(before) :]:
        raise TrainingRefused("template", detail=before[-40:])
    return before, whole


def _sequences(rendered: list[tuple[str, str]]) -> Iterator[list[_Part]]:
    grows = all(
        later[0].startswith(_without_final_newlines(earlier[1]))
        for earlier, later in pairwise(rendered)
    )
    if not grows:
        yield from ([*_parts(*each)] for each in rendered)
        return
    sequence: list[_Part] = []
    written = 0
    for before, whole in rendered:
        sequence += _parts(before[written:], before[written:] + whole[len(before) :])
        written = len(_without_final_newlines(whole))
    yield sequence


def _parts(before: str, whole: str) -> Iterator[_Part]:
    yield _Part(before, learned=False)
    yield _Part(_without_final_newlines(whole)[len(before) :], learned=True)


def _without_final_newlines(whole: str) -> str:
    """Strip the line break that many templates write after the end of an answer."""
    return whole.rstrip("\n")


def _encode(parts: Sequence[_Part], tokenizer: "PreTrainedTokenizerBase") -> Sample:
    ids: list[int] = []
    labels: list[int] = []
    for part in parts:
        tokens = tokenizer.encode(part.text, add_special_tokens=False)
        if (
            part.learned
            and not _has_end_token(tokens, tokenizer)
            and tokenizer.eos_token_id is not None
        ):
            # Without an end token the model would never learn to stop.
            tokens = [*tokens, tokenizer.eos_token_id]
        ids += tokens
        labels += tokens if part.learned else [IGNORED] * len(tokens)
    return Sample(tuple(ids), tuple(labels))


def _has_end_token(tokens: Sequence[int], tokenizer: "PreTrainedTokenizerBase") -> bool:
    return bool(tokens) and tokens[-1] in tokenizer.all_special_ids


def _exchanges(
    messages: Sequence[ChatMessage],
) -> tuple[list[ChatMessage], list[list[ChatMessage]]]:
    """Split messages into those of the system (at most one), and pairs of question and answer."""
    head = [message for message in messages if message.role == "system"]
    rest = [message for message in messages if message.role != "system"]
    return head, [rest[index : index + 2] for index in range(0, len(rest), 2)]
