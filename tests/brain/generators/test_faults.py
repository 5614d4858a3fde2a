"""Streams with faults: 200 sequences of them, drawn at random but always the same ones."""

import random
from contextlib import aclosing
from itertools import pairwise
from typing import Literal

import pytest

from brain.errors import GeneratorError
from brain.generators.openai import OpenAIGenerator
from brain.messages import ChatMessage
from brain.prompt import Prompt
from brain.turns.turn import Turn
from tests.brain.generators.openai_server import Answer, OpenAIServer, delta, event
from tests.brain.generators.servers import DONE, thought
from tests.factories import memory

SEQUENCES = 200
MOST_FAULTS = 3
SECRET = ["Anna", "hides", "something"]
"""Each is a word of the thoughts, and none of the reply."""
WORDS = ["Good", " morning", ", dear", " friend", "!", " How", " are", " you?"]
WHOLE = "".join(WORDS)


def turn(client: OpenAIGenerator) -> Turn:
    prompt = Prompt((ChatMessage("user", "Hi"),), (), (), tokens=1)
    return Turn(begun=memory(), generator=client, arrange=lambda _, __: prompt)


def stream(kind: str) -> list[bytes]:
    """The events of a whole reply with thoughts, as a server of some kind sends them."""
    thoughts = " ".join(SECRET)
    beginnings = {
        "field": [thought(word) for word in SECRET],
        "parts": [thought(thoughts, field="reasoning")],
        "tags": [delta(f"<think>{thoughts}</think>")],
        "unmarked": [delta(f"{thoughts}.\n</think>\n")],
        "harmony": [
            delta(f"<|channel|>analysis<|message|>{thoughts}<|end|>"),
            delta("<|start|>assistant<|channel|>final<|message|>"),
        ],
        "none": [],
    }
    return [*beginnings[kind], *map(delta, WORDS), delta("", finish="stop"), DONE]


def disturbed(
    draw: random.Random, events: list[bytes], *, from_place: int
) -> tuple[list[bytes], Literal["end", "cut", "hang"]]:
    """Return the events with faults, and how the stream ends.

    Events before `from_place` keep their order: thoughts without an opening mark are known by it.
    """
    then: Literal["end", "cut", "hang"] = "end"
    for _ in range(draw.randint(0, MOST_FAULTS)):
        at = draw.randrange(len(events)) if events else 0
        match draw.choice(["cut", "cut within", "double", "reorder", "odd", "lose the end"]):
            case "cut":
                events, then = events[:at], draw.choice(["end", "cut", "hang"])
            case "cut within" if events:
                inside = events[at][: draw.randrange(1, len(events[at]))]
                events, then = [*events[:at], inside], draw.choice(["end", "cut"])
            case "double":
                events = [*events[: at + 1], *events[at:]]
            case "reorder" if from_place <= at < len(events) - 1:
                events = [*events[:at], events[at + 1], events[at], *events[at + 2 :]]
            case "odd":
                odd = draw.choice([b": ping\n\n", event({}), event([]), event("null"), b"\n\n"])
                events = [*events[:at], odd, *events[at:]]
            case "lose the end":
                events = [each for each in events if each != DONE]
    return events, then


@pytest.mark.parametrize("seed", range(SEQUENCES))
async def test_no_fault_of_a_stream_shows_a_thought_or_half_a_reply(
    server: OpenAIServer, seed: int, caplog: pytest.LogCaptureFixture
) -> None:
    draw = random.Random(seed)  # noqa: S311 no secret
    kind = draw.choice(["field", "parts", "tags", "unmarked", "harmony", "none"])
    # What a whole reply of this server looks like is known from an earlier one.
    server.answers.append(Answer(events=stream(kind)))
    events, then = disturbed(draw, stream(kind), from_place=kind == "unmarked")
    wire = b"".join(events)
    if draw.random() < 0.5:
        # The network cuts where it likes.
        cuts = sorted({0, len(wire), *(draw.randint(0, len(wire)) for _ in range(20))})
        events = [wire[start:end] for start, end in pairwise(cuts)]
    delay = draw.choice([0.0, 0.0, 0.001])
    server.answers += [Answer(events=events, then=then, every_s=delay)]
    client = OpenAIGenerator(
        model="tiny",
        base_url=server.base_url,
        context_tokens=4_096,
        reply_tokens=100,
        max_retries=0,
        timeout_s=0.3,
    )
    async with aclosing(client):
        first = turn(client)
        async for _ in first:
            pass
        assert first.words == WHOLE
        held = turn(client)
        told = ""
        drafts = [""]
        try:
            async for _ in held:
                drafts += [held.reply]
        except GeneratorError as error:
            told = str(error)
            assert held.words == ""
    assert not any(word in text for word in SECRET for text in (*drafts, told)), kind
    assert held.words == "" or all(word.strip() in held.words for word in WORDS), (kind, held.words)
    if wire == b"".join(stream(kind)) and then == "end":
        assert held.words == WHOLE
    assert "Traceback" not in caplog.text
