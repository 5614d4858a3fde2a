"""Which tokens are learned: those of the assistant, and that an answer ends.

A dialogue is cut where an answer begins and ends, as the model's chat template writes it, and each
part becomes tokens by itself. That is how a chat goes too: the prompt is tokens before the answer
exists. It needs nothing of a template but that it can be rendered, and nothing of a tokenizer.
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
"""The label of a token that is not learned: what PyTorch's cross entropy passes over."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One sequence: `ids`, and for each token its label, itself or IGNORED."""

    ids: tuple[int, ...]
    labels: tuple[int, ...]

    @property
    def learned(self) -> int:
        """How many tokens carry loss."""
        return sum(label != IGNORED for label in self.labels)

    def as_features(self) -> dict[str, list[int]]:
        """As transformers' collators take it."""
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
    """A dialogue as sequences of at most `max_tokens`.

    One sequence holds all answers, where the template only ever adds to what it wrote before;
    where it rewrites (ChatGLM's rounds, models that drop old thoughts), each answer has its own.
    A dialogue that is too long is halved between two answers until its parts fit; a single answer
    that is too long loses its end. An answer for which the question leaves no room is left out.

    Raises:
        TrainingRefused: the template cannot write this dialogue.
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
    cut = [Sample(each.ids[:max_tokens], each.labels[:max_tokens]) for each in found]
    return [sample for sample in cut if sample.learned]


def shown(sample: Sample, tokenizer: "PreTrainedTokenizerBase") -> Iterator[tuple[str, bool]]:
    """The text of a sample in pieces, each with whether it is learned. Read from the labels."""
    pairs = zip(sample.ids, sample.labels, strict=True)
    for learned, run in groupby(pairs, key=lambda pair: pair[1] != IGNORED):
        yield str(tokenizer.decode([token for token, _ in run])), learned


def check_batch(batch: Mapping[str, Any], *, expected: int) -> None:
    """Refuse a batch whose labels are not those of its samples.

    A collator that makes labels anew after padding teaches a model nothing but the padding, and
    the loss falls all the same.

    Args:
        batch: with `input_ids` and `labels`, (batch, length).
        expected: how many tokens its samples learn.
    """
    learned = batch["labels"] != IGNORED
    same = bool((batch["labels"] == batch["input_ids"])[learned].all())
    if int(learned.sum()) != expected or not same or not expected:
        raise TrainingRefused("labels")


def _rendered(
    messages: Sequence[ChatMessage], tokenizer: "PreTrainedTokenizerBase"
) -> list[tuple[str, str]]:
    """For each answer: all before it, and all up to its end."""
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
        except Exception as exc:  # a template may raise anything: it is a program of its own
            raise TrainingRefused("template", detail=str(exc)) from exc
        rendered.append(_aligned(str(before), str(whole), message.content))
    return rendered


def _aligned(before: str, whole: str, answer: str) -> tuple[str, str]:
    """Both again, with `before` a beginning of `whole`."""
    if not whole.startswith(before):
        # Some templates open a thought for the model that the finished answer does not have.
        same = takewhile(lambda pair: pair[0] == pair[1], zip(before, whole, strict=False))
        before = "".join(character for character, _ in same)
    if answer.strip() not in whole[len(before) :]:
        raise TrainingRefused("template", detail=before[-40:])
    return before, whole


def _sequences(rendered: list[tuple[str, str]]) -> Iterator[list[_Part]]:
    grows = all(later[0].startswith(_spoken(earlier[1])) for earlier, later in pairwise(rendered))
    if not grows:
        yield from ([*_parts(*each)] for each in rendered)
        return
    sequence: list[_Part] = []
    written = 0
    for before, whole in rendered:
        sequence += _parts(before[written:], before[written:] + whole[len(before) :])
        written = len(_spoken(whole))
    yield sequence


def _parts(before: str, whole: str) -> Iterator[_Part]:
    yield _Part(before, learned=False)
    yield _Part(_spoken(whole)[len(before) :], learned=True)


def _spoken(whole: str) -> str:
    """Without the line break that many templates write after the end of an answer."""
    return whole.rstrip("\n")


def _encode(parts: Sequence[_Part], tokenizer: "PreTrainedTokenizerBase") -> Sample:
    ids: list[int] = []
    labels: list[int] = []
    for part in parts:
        tokens = tokenizer.encode(part.text, add_special_tokens=False)
        if part.learned and not _ends(tokens, tokenizer) and tokenizer.eos_token_id is not None:
            # A template without an end would teach the model never to stop.
            tokens = [*tokens, tokenizer.eos_token_id]
        ids += tokens
        labels += tokens if part.learned else [IGNORED] * len(tokens)
    return Sample(tuple(ids), tuple(labels))


def _ends(tokens: Sequence[int], tokenizer: "PreTrainedTokenizerBase") -> bool:
    return bool(tokens) and tokens[-1] in tokenizer.all_special_ids


def _exchanges(
    messages: Sequence[ChatMessage],
) -> tuple[list[ChatMessage], list[list[ChatMessage]]]:
    """The system's message, if any, and each question with its answer."""
    head = [message for message in messages if message.role == "system"]
    rest = [message for message in messages if message.role != "system"]
    return head, [rest[index : index + 2] for index in range(0, len(rest), 2)]
