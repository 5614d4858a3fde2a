"""Trains an adapter on a file of dialogues: `prepare` reads and masks, `train` tunes and writes."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from brain.generators.local_lora.library_messages import silenced
from brain.training.base_models import Base, load_base
from brain.training.dialogues import Dialogue, read_dialogues, split
from brain.training.errors import TrainingRefused
from brain.training.masking import Sample, samples_of
from brain.training.presets import Recipe
from brain.training.run_manifest import Plan, claim_folder, digest

if TYPE_CHECKING:
    from brain.training.tuning import Losses, Progress

OFFLINE = {
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "DO_NOT_TRACK": "1",
    "TOKENIZERS_PARALLELISM": "false",
}
"""Environment variables that turn off telemetry; set before the libraries are loaded."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PreparedTraining:
    """A loaded model with its samples, ready to be tuned."""

    base: Base
    plan: Plan
    training: tuple[Sample, ...]
    validation: tuple[Sample, ...]
    dialogues: int
    """Number of dialogues to learn from."""
    judged: int
    """Number of dialogues held back for validation."""
    left_out: int
    """Number of dialogues to learn from that have no sample, their questions being too long."""

    @property
    def counts(self) -> dict[str, int]:
        """The numbers that the card and the command report, by their names in the catalogue.

        They are `dialogues`, `judged` (held back for validation), `samples` and learned `tokens`.
        """
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
) -> PreparedTraining:
    """Read the dialogues, load the model, and mask the samples.

    Args:
        data: the file of dialogues (`brain.training.dialogues`).
        model: a folder, a name on the hub, or a GGUF file.
        models: the folder in which converted models are kept.
        recipe: how to tune.
        validation: the share of the dialogues that is held back, from 0 to below 1.
        seed: the seed of the adapter's first weights, the order of samples and dropout.
        weights: whether to load the weights, which are not needed to look at the samples.

    Raises:
        BadDialogues: the file of dialogues cannot be used.
        MissingPart: a package that tuning needs is not installed.
        TrainingRefused: the model cannot be loaded, or no token would be learned.
    """
    # The file is read before the model is loaded, so that an error in it is reported at once.
    learned, judged = split(read_dialogues(data), share=validation)
    for name, value in OFFLINE.items():
        os.environ.setdefault(name, value)
    base = load_base(model, models=models, form=recipe.form, weights=weights)
    training, left_out = _samples(learned, base, recipe)
    if not training:
        raise TrainingRefused("labels")
    judging, _ = _samples(judged, base, recipe)
    return PreparedTraining(
        base=base,
        plan=Plan(model=base.source, recipe=recipe, seed=seed, data=digest(learned, judged)),
        training=training,
        validation=judging,
        dialogues=len(learned),
        judged=len(judged),
        left_out=left_out,
    )


def train(
    prepared: PreparedTraining,
    *,
    out: Path,
    resume: bool,
    made_at: datetime,
    language: str,
    progress: "Progress",
) -> "Losses":
    """Tune the adapter, and write it with its model card and a plot of the losses.

    Args:
        prepared: what `prepare` returned, with weights.
        out: the folder to write to; it is made if need be.
        resume: whether to go on from the last checkpoint in that folder.
        made_at: the time that the model card names.
        language: the language of the model card.
        progress: called after each step.

    Raises:
        TrainingRefused: the folder cannot be used, or tuning failed.
    """
    # These modules are slow to import, and looking at samples does not need them.
    from brain.training.loss_plot import FILE as PLOT  # noqa: PLC0415
    from brain.training.loss_plot import plot_losses  # noqa: PLC0415
    from brain.training.model_card import FILE as CARD  # noqa: PLC0415
    from brain.training.model_card import write_model_card  # noqa: PLC0415
    from brain.training.tuning import tune  # noqa: PLC0415

    claim_folder(out, prepared.plan, resume=resume)
    with silenced():
        losses = tune(
            prepared.base,
            prepared.plan.recipe,
            training=prepared.training,
            validation=prepared.validation,
            out=out,
            seed=prepared.plan.seed,
            resume=resume,
            progress=progress,
        )
    plot_losses(losses, out / PLOT)
    write_model_card(
        out / CARD,
        plan=prepared.plan,
        losses=losses,
        counts=prepared.counts,
        made_at=made_at,
        language=language,
    )
    return losses


def _samples(
    dialogues: Sequence[Dialogue], base: Base, recipe: Recipe
) -> tuple[tuple[Sample, ...], int]:
    """Return the samples of all dialogues, and the number of dialogues without any."""
    found: list[Sample] = []
    left_out = 0
    for dialogue in dialogues:
        samples = samples_of(dialogue.messages, base.tokenizer, max_tokens=recipe.max_tokens)
        left_out += not samples
        found += samples
    return tuple(found), left_out
