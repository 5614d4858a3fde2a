"""Answers, and a judge of them, as in the MemoryBank paper (section 4.2): model and judge are one.

Correctness: does the reply hold the answer? Coherence: does it fit the question and what was said?
Each is 0, half or 1.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel, Field

from brain.companion import Companion
from brain.evaluation.cases import Case, Question
from brain.messages import ChatMessage, Scope
from brain.ports import FormFiller
from brain.prompt import Setting, compose
from brain.texts import say

GIVEN = 6
"""Memories that an answer is given."""


class Judgement(BaseModel):
    """What the judge says of one reply."""

    correctness: Literal["wrong", "partly", "right"] = Field(
        description="Whether the reply holds the known answer."
    )
    coherence: Literal["incoherent", "partly", "coherent"] = Field(
        description="Whether the reply is natural, and fits the question and the memories."
    )


_MARKS = {"wrong": 0.0, "incoherent": 0.0, "partly": 0.5, "right": 1.0, "coherent": 1.0}


@dataclass(frozen=True, slots=True)
class Marks:
    """Means from 0 to 1 over the questions judged."""

    judged: int
    correctness: float
    coherence: float

    @classmethod
    def of(cls, judgements: Sequence[Judgement]) -> "Marks":
        """Of some; of none, all is 0."""
        total = max(len(judgements), 1)
        return cls(
            len(judgements),
            sum(_MARKS[one.correctness] for one in judgements) / total,
            sum(_MARKS[one.coherence] for one in judgements) / total,
        )


async def judge(
    companion: Companion, case: Case, question: Question, *, language: str
) -> Judgement:
    """Let the model answer with what is recalled, and judge it by the known answer.

    Raises GeneratorError; FormRefused when the model cannot fill in a form.
    """
    generator = companion.generator
    if not isinstance(generator, FormFiller):
        raise TypeError("a judge fills in forms")
    recalled = await companion.recall(
        Scope.everything_of(case.person.id),
        question.text,
        limit=GIVEN,
        zone=case.person.zone,
        language=language,
    )
    setting = Setting(
        persona=say(language, "evaluation-persona"),
        name=case.person.name,
        language=language,
        now=case.now,
        zone=case.person.zone,
    )
    prompt = compose(
        setting,
        question.text,
        recalled=recalled,
        recent=(),
        budget=generator.context_tokens - generator.reply_tokens,
        count=generator.count_tokens,
    )
    reply = "".join([piece async for piece in generator.stream(prompt.messages)])
    memories = "\n".join(f"- {one.memory.content}" for one in recalled)
    asked = say(
        language,
        "evaluation-judged",
        question=question.text,
        answer=question.answer,
        memories=memories,
        reply=reply,
    )
    return await generator.fill(
        [ChatMessage("system", say(language, "evaluation-judge")), ChatMessage("user", asked)],
        Judgement,
    )
