"""Checks whether the models answer, and whether one can write summaries and find facts."""

from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Protocol, runtime_checkable

from pydantic import BaseModel

from bots.doctor_checks import Check, CheckStatus
from bots.error_texts import error_text
from bots.settings.answering_model import consolidates, uses_demonstration_model
from bots.settings.root import Settings
from brain.errors import AnswerUnusable, FormRefused, GeneratorError
from brain.messages import ChatMessage
from brain.ports import FormFiller, Generator
from brain.texts import say


@runtime_checkable
class _Local(Protocol):
    """A model that runs in this process."""

    device: str
    dtype: str
    voices: tuple[str, ...]


@runtime_checkable
class _Several(Protocol):
    """Models of which one is asked when those before it fail."""

    generators: tuple[Generator, ...]


class _Form(BaseModel):
    word: str


async def check_models(
    settings: Settings, generator: Generator, *, language: str
) -> AsyncIterator[Check]:
    """Ask every model, and yield who answers; one that does not is a failure if none does.

    Args:
        settings: the settings that name the models.
        generator: the opened model, with its fallbacks.
        language: the code of the person's language.
    """
    question = ChatMessage("user", say(language, "doctor-sample"))
    models = generator.generators if isinstance(generator, _Several) else (generator,)
    errors = [await _why_silent(model, question) for model in models]
    silent = CheckStatus.NOTE if None in errors else CheckStatus.FAILED
    for model, error in zip(models, errors, strict=True):
        if error is not None:
            yield _check(language, "model", error_text(error, language), silent)
        elif uses_demonstration_model(settings) and model is models[0]:
            detail = say(language, "doctor-demonstration", name=model.name)
            yield _check(language, "model", detail, CheckStatus.NOTE)
        else:
            yield _check(language, "model", _answering(model, language))
    if None in errors:
        yield await _summaries(settings, generator, language)


async def _why_silent(model: Generator, question: ChatMessage) -> GeneratorError | None:
    """Ask a model, and return why it does not answer; None if it does."""
    try:
        async with aclosing(model.stream([question])) as pieces:
            # The first piece shows that the model answers; closing stops the rest.
            await anext(pieces, None)
    except GeneratorError as error:
        return error
    return None


def _answering(model: Generator, language: str) -> str:
    if not isinstance(model, _Local):
        return say(language, "doctor-model", name=model.name)
    return say(
        language,
        "doctor-local",
        name=model.name,
        device=model.device,
        dtype=model.dtype,
        adapters=", ".join(model.voices) or "none",
    )


async def _summaries(settings: Settings, generator: Generator, language: str) -> Check:
    """Report which model writes summaries, and whether it can extract facts too."""
    if not consolidates(settings):
        return _check(language, "summaries", say(language, "doctor-no-summaries"), CheckStatus.NOTE)
    if await _fills_forms(generator, language):
        return _check(language, "summaries", say(language, "doctor-summaries", name=generator.name))
    detail = say(language, "doctor-no-facts", name=generator.name)
    return _check(language, "summaries", detail, CheckStatus.NOTE)


async def _fills_forms(generator: Generator, language: str) -> bool:
    question = ChatMessage("user", say(language, "doctor-form"))
    try:
        return isinstance(generator, FormFiller) and bool(await generator.fill([question], _Form))
    except (AnswerUnusable, FormRefused):
        return False


def _check(language: str, key: str, detail: str, status: CheckStatus = CheckStatus.OK) -> Check:
    return Check(title=say(language, f"doctor-title-{key}"), status=status, detail=detail)
