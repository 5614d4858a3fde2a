"""The whole of a training: from a file of dialogues to a folder with an adapter, in two steps."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from brain.generators.local_lora.log_silencing import quiet
from brain.training.bases import Base, open_base
from brain.training.dialogues import Dialogue, read_dialogues, split
from brain.training.errors import TrainingRefused
from brain.training.masking import Sample, samples_of
from brain.training.plan import Plan, claim, digest
from brain.training.presets import Recipe

if TYPE_CHECKING:
    from brain.training.tuning import Losses, Progress

OFFLINE = {
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "DO_NOT_TRACK": "1",
    "TOKENIZERS_PARALLELISM": "false",
}
"""Set before the libraries are loaded: nobody is told that, or on what, somebody trains."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Course:
    """Everything read and made ready; nothing tuned yet."""

    base: Base
    plan: Plan
    training: tuple[Sample, ...]
    validation: tuple[Sample, ...]
    dialogues: int
    judged: int
    left_out: int
    """Dialogues whose question alone was too long."""

    @property
    def counts(self) -> dict[str, int]:
        """For the card, and for people."""
        return {
            "dialogues": self.dialogues,
            "judged": self.judged,
            "samples": len(self.training),
            "tokens": sum(sample.learned for sample in self.training),
        }


def prepare(
    data: Path,
    *,
    model: str,
    models: Path,
    recipe: Recipe,
    validation: float,
    seed: int,
    weights: bool = True,
) -> Course:
    """Read the dialogues, load the model, and mark what is learned.

    Args:
        data: the dialogues.
        model: a folder, a name on the hub, or a GGUF file.
        models: where converted models are kept.
        recipe: how to tune.
        validation: share of the dialogues that is held back, from 0 to below 1.
        seed: of everything that is drawn.
        weights: False: without the model itself, to look at the samples.

    Raises:
        BadDialogues, MissingPart, TrainingRefused.
    """
    # Before the model: a typing error in a file should not cost a minute.
    learned, judged = split(read_dialogues(data), share=validation)
    for name, value in OFFLINE.items():
        os.environ.setdefault(name, value)
    base = open_base(model, models=models, form=recipe.form, weights=weights)
    training, left_out = _samples(learned, base, recipe)
    if not training:
        raise TrainingRefused("labels")
    judging, _ = _samples(judged, base, recipe)
    return Course(
        base=base,
        plan=Plan(model=base.source, recipe=recipe, seed=seed, data=digest(learned, judged)),
        training=training,
        validation=judging,
        dialogues=len(learned),
        judged=len(judged),
        left_out=left_out,
    )


def carry_out(
    course: Course,
    *,
    out: Path,
    resume: bool,
    made_at: datetime,
    language: str,
    progress: "Progress",
) -> "Losses":
    """Tune, and write adapter, card and picture. Raises TrainingRefused."""
    # Late: whoever only looks at samples needs neither torch's optimizers nor a plot.
    from brain.training.card import FILE as CARD  # noqa: PLC0415
    from brain.training.card import write_card  # noqa: PLC0415
    from brain.training.plot import FILE as PLOT  # noqa: PLC0415
    from brain.training.plot import plot_losses  # noqa: PLC0415
    from brain.training.tuning import tune  # noqa: PLC0415

    claim(out, course.plan, resume=resume)
    with quiet():
        losses = tune(
            course.base,
            course.plan.recipe,
            training=course.training,
            validation=course.validation,
            out=out,
            seed=course.plan.seed,
            resume=resume,
            progress=progress,
        )
    plot_losses(losses, out / PLOT)
    write_card(
        out / CARD,
        plan=course.plan,
        losses=losses,
        counts=course.counts,
        made_at=made_at,
        language=language,
    )
    return losses


def _samples(
    dialogues: Sequence[Dialogue], base: Base, recipe: Recipe
) -> tuple[tuple[Sample, ...], int]:
    """The sequences, and how many dialogues have none."""
    found: list[Sample] = []
    left_out = 0
    for dialogue in dialogues:
        samples = samples_of(dialogue.messages, base.tokenizer, max_tokens=recipe.max_tokens)
        left_out += not samples
        found += samples
    return tuple(found), left_out
