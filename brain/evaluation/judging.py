"""Judges replies as section 4.2 of the MemoryBank paper does, with the model as its own judge.

Correctness says whether the reply holds the known answer, coherence whether it fits the question
and the memories. Each is 0, 0.5 or 1.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel, Field

from brain.companion import Companion
from brain.evaluation.lives import Question
from brain.languages import DEFAULT_LANGUAGE
from brain.languages.detection import detect
from brain.messages import UTC_ZONE, ChatMessage, Scope
from brain.ports import FormFiller, Replacement
from brain.prompt import Setting, compose
from brain.texts import say


class Judgement(BaseModel):
    """The form that the judge fills in about one reply."""

    correctness: Literal["wrong", "partly", "right"] = Field(
        description="Whether the reply holds the known answer."
    )
    coherence: Literal["incoherent", "partly", "coherent"] = Field(
        description="Whether the reply is natural, and fits the question and the memories."
    )


_MARKS = {"wrong": 0.0, "incoherent": 0.0, "partly": 0.5, "right": 1.0, "coherent": 1.0}


@dataclass(frozen=True, slots=True)
class Marks:
    """Mean marks from 0 to 1 over the judged replies."""

    judged: int
    """Number of replies."""
    correctness: float
    coherence: float

    @classmethod
    def of(cls, judgements: Sequence[Judgement]) -> "Marks":
        """Returns the means over these judgements; without any, all are 0."""
        total = max(len(judgements), 1)
        return cls(
            len(judgements),
            sum(_MARKS[one.correctness] for one in judgements) / total,
            sum(_MARKS[one.coherence] for one in judgements) / total,
        )


async def judge(companion: Companion, question: Question) -> Judgement:
    """Let the model answer a question with what is recalled, and judge its reply.

    Args:
        companion: the companion that recalls; its clock must stand at the time of the question.
        question: the question, with the known answer to judge by.

    Raises:
        TypeError: the companion's generator is no `FormFiller`.
        FormRefused: the model cannot fill in a form.
        AnswerUnusable: the model did not fill in the form.
        GeneratorError: the model failed in another way.
    """
    language = question.language or detect(question.text, fallback=DEFAULT_LANGUAGE)
    generator = companion.generator
    if not isinstance(generator, FormFiller):
        raise TypeError("a judge fills in forms")
    recalled = await companion.recall(
        Scope.everything_of(question.person),
        question.text,
        limit=companion.options.recall_count,
        without=question.without,
        language=language,
        only_relevant=True,
    )
    setting = Setting(
        persona=say(language, "evaluation-persona"),
        name=question.person,
        language=language,
        now=question.asked_at,
        zone=UTC_ZONE,
    )
    prompt = compose(
        setting,
        question.text,
        recalled=recalled,
        recent=(),
        budget=generator.context_tokens - generator.reply_tokens,
        count=generator.count_tokens,
    )
    reply = ""
    async for piece in generator.stream(prompt.messages):
        reply = piece if isinstance(piece, Replacement) else reply + piece
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
