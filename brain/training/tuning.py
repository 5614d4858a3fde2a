"""Tunes a LoRA adapter (arXiv 2106.09685) with peft and the Trainer of transformers.

trl's SFTTrainer is not used: it masks the loss to the assistant's tokens only for templates that
it knows and only with fast tokenizers. `brain.training.masking` works with every template and
tokenizer, and its labels are the ones that a dry run shows.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from peft import LoraConfig, PeftModel, get_peft_model
from transformers import (
    DataCollatorForSeq2Seq,
    PrinterCallback,
    Trainer,
    TrainerCallback,
    TrainerControl,
    TrainerState,
    TrainingArguments,
)
from transformers.trainer_utils import get_last_checkpoint

from brain.training.base_models import Base
from brain.training.errors import TrainingRefused
from brain.training.masking import IGNORED, Sample, check_batch
from brain.training.presets import ALL_LINEAR, Recipe
from brain.training.run_manifest import CHECKPOINTS

WARM_UP_SHARE = 0.03
"""Share of the steps over which the learning rate rises, from 0 to 1."""
MAX_STEPS_BETWEEN_CHECKPOINTS = 200
"""Steps between two checkpoints at most; a shorter training makes about ten checkpoints."""
CHECKPOINTS_KEPT = 2
"""How many of the newest checkpoints are kept."""

Progress = Callable[[int, int, float | None], None]
"""Called with the steps done, the number of steps, and the last training loss if there is one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Losses:
    """Pairs of step and loss: the mean cross entropy of the learned tokens, in nats per token."""

    training: tuple[tuple[int, float], ...]
    validation: tuple[tuple[int, float], ...]
    """The first is measured before the first step; empty without validation samples."""


def adapter_for(base: Base, recipe: Recipe) -> PeftModel:
    """Returns the model with a new adapter, which does not change its output yet.

    Raises:
        TrainingRefused: the model has no layers with the recipe's names.
    """
    targets = list(recipe.targets)
    config = LoraConfig(
        r=recipe.rank,
        lora_alpha=recipe.alpha,  # type: ignore[arg-type] # a scale: fractions are fine
        lora_dropout=recipe.dropout,
        target_modules=ALL_LINEAR if targets == [ALL_LINEAR] else targets,
        task_type="CAUSAL_LM",
    )
    try:
        return get_peft_model(base.model, config)
    except ValueError as exc:
        raise TrainingRefused("targets", detail=", ".join(targets)) from exc


def tune(
    base: Base,
    recipe: Recipe,
    *,
    training: Sequence[Sample],
    validation: Sequence[Sample],
    out: Path,
    seed: int,
    resume: bool,
    progress: Progress,
) -> Losses:
    """Tune an adapter, and save it as safetensors beside the tokenizer with its chat template.

    Args:
        base: the model to tune, which is changed.
        recipe: the hyperparameters.
        training: the samples to learn.
        validation: the samples whose loss is measured after each epoch; may be empty.
        out: the folder of the adapter; checkpoints go into a folder in it.
        seed: the seed of the adapter's first weights, the order of samples and dropout.
        resume: whether to go on from the last checkpoint.
        progress: called before the first step and after each step.

    Raises:
        TrainingRefused: there is nothing to learn or to resume, the targets are wrong, memory is
            too small, or the loss diverged.
    """
    if not any(sample.learned for sample in training):
        raise TrainingRefused("labels")
    checkpoint = _last_checkpoint(out / CHECKPOINTS) if resume else None
    if resume and checkpoint is None:
        raise TrainingRefused("nothing", detail=str(out))
    torch.manual_seed(seed)
    model = adapter_for(base, recipe)
    collator = DataCollatorForSeq2Seq(base.tokenizer, padding=True, label_pad_token_id=IGNORED)
    first = list(training[: recipe.batch])
    check_batch(
        collator([sample.as_features() for sample in first]),
        expected=sum(sample.learned for sample in first),
    )
    trainer = Trainer(
        model=model,
        args=_arguments(recipe, out, seed=seed, samples=len(training), judged=bool(validation)),
        data_collator=collator,
        train_dataset=_features(training),
        eval_dataset=_features(validation) if validation else None,
        callbacks=[_ProgressCallback(progress)],
    )
    trainer.remove_callback(PrinterCallback)
    try:
        trainer.train(resume_from_checkpoint=checkpoint)
    except torch.OutOfMemoryError as exc:
        raise TrainingRefused("memory") from exc
    losses = _losses(trainer.state)
    if not all(math.isfinite(loss) for _, loss in losses.training):
        raise TrainingRefused("diverged")
    # Without this argument peft asks the hub whether the vocabulary has grown.
    model.save_pretrained(str(out), save_embedding_layers=False)
    base.tokenizer.save_pretrained(str(out))
    return losses


def _last_checkpoint(folder: Path) -> str | None:
    if not folder.is_dir():
        return None
    found: str | None = get_last_checkpoint(str(folder))  # type: ignore[no-untyped-call]
    return found


def _arguments(
    recipe: Recipe, out: Path, *, seed: int, samples: int, judged: bool
) -> TrainingArguments:
    per_epoch = math.ceil(math.ceil(samples / recipe.batch) / recipe.accumulation)
    steps = max(1, math.ceil(per_epoch * recipe.epochs))
    cuda = torch.cuda.is_available()
    return TrainingArguments(
        output_dir=str(out / CHECKPOINTS),
        per_device_train_batch_size=recipe.batch,
        per_device_eval_batch_size=recipe.batch,
        gradient_accumulation_steps=recipe.accumulation,
        num_train_epochs=recipe.epochs,
        learning_rate=recipe.learning_rate,
        lr_scheduler_type="cosine",
        warmup_steps=math.ceil(steps * WARM_UP_SHARE),
        bf16=cuda and torch.cuda.is_bf16_supported(),
        # Costs a third more time a step, but lets a long dialogue fit beside a 7B model.
        gradient_checkpointing=cuda,
        use_cpu=not cuda,
        dataloader_pin_memory=cuda,
        logging_steps=1,
        logging_nan_inf_filter=False,
        save_strategy="steps",
        save_steps=max(1, min(MAX_STEPS_BETWEEN_CHECKPOINTS, steps // 10)),
        save_total_limit=CHECKPOINTS_KEPT,
        eval_strategy="epoch" if judged else "no",
        eval_on_start=judged,
        prediction_loss_only=True,
        label_names=["labels"],
        remove_unused_columns=False,
        disable_tqdm=True,
        report_to="none",
        push_to_hub=False,
        seed=seed,
    )


def _features(samples: Sequence[Sample]) -> Any:  # noqa: ANN401 Trainer takes a list as a dataset
    return [sample.as_features() for sample in samples]


def _losses(state: TrainerState) -> Losses:
    def of(name: str) -> tuple[tuple[int, float], ...]:
        logged = {
            int(entry["step"]): float(entry[name]) for entry in state.log_history if name in entry
        }
        return tuple(sorted(logged.items()))

    return Losses(training=of("loss"), validation=of("eval_loss"))


class _ProgressCallback(TrainerCallback):
    """Reports the progress of the Trainer."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._loss: float | None = None

    def on_train_begin(
        self,
        args: TrainingArguments,  # noqa: ARG002
        state: TrainerState,
        control: TrainerControl,  # noqa: ARG002
        **_: Any,  # noqa: ANN401
    ) -> None:
        self._progress(state.global_step, state.max_steps, None)

    def on_log(
        self,
        args: TrainingArguments,  # noqa: ARG002
        state: TrainerState,
        control: TrainerControl,  # noqa: ARG002
        **_: Any,  # noqa: ANN401
    ) -> None:
        self._loss = state.log_history[-1].get("loss", self._loss)
        self._progress(state.global_step, state.max_steps, self._loss)
