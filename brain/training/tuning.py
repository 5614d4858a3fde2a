"""Tuning an adapter: LoRA (arXiv 2106.09685) by peft, the loop by transformers' Trainer.

Trainer and not trl's SFTTrainer: the labels are ours (`brain.training.masking`), which serve every
template and every tokenizer, and are the very ones that a dry run shows. SFTTrainer would mark the
assistant's tokens only in templates that it knows, and only with fast tokenizers.
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

from brain.training.bases import Base
from brain.training.errors import TrainingRefused
from brain.training.masking import IGNORED, Sample, check_batch
from brain.training.plan import CHECKPOINTS
from brain.training.presets import ALL_LINEAR, Recipe

WARM_UP = 0.03
"""Share of the steps over which the learning rate rises."""
MOST_BETWEEN = 200
"""Steps between two checkpoints; at least ten are made in all."""
KEPT = 2
"""Checkpoints that stay."""

Progress = Callable[[int, int, float | None], None]
"""Told the steps done, their number, and the last loss."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Losses:
    """By step: mean cross entropy of a learned token, in nats."""

    training: tuple[tuple[int, float], ...]
    validation: tuple[tuple[int, float], ...]
    """The first is before the first step."""


def adapter_for(base: Base, recipe: Recipe) -> PeftModel:
    """The model with a fresh adapter, which changes nothing yet.

    Raises:
        TrainingRefused: the model has no layers of those names.
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
    """Tune and save: the adapter as safetensors, and the tokenizer with its chat template.

    Args:
        base: the model, which is changed.
        recipe: how.
        training: what is learned.
        validation: what the model is judged by after each epoch; may be empty.
        out: folder of the adapter; checkpoints go below it.
        seed: of the adapter's first weights, the order and dropout.
        resume: from the last checkpoint.
        progress: called after each step.

    Raises:
        TrainingRefused: nothing to learn or to go on with, wrong targets, too little memory, or a
            loss that is no number any more.
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
        callbacks=[_Watch(progress)],
    )
    trainer.remove_callback(PrinterCallback)
    try:
        trainer.train(resume_from_checkpoint=checkpoint)
    except torch.OutOfMemoryError as exc:
        raise TrainingRefused("memory") from exc
    losses = _losses(trainer.state)
    if not all(math.isfinite(loss) for _, loss in losses.training):
        raise TrainingRefused("diverged")
    # Otherwise peft asks the hub whether the vocabulary has grown.
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
        warmup_steps=math.ceil(steps * WARM_UP),
        bf16=cuda and torch.cuda.is_bf16_supported(),
        # A step costs a third more, and a long dialogue fits beside a 7B model.
        gradient_checkpointing=cuda,
        use_cpu=not cuda,
        dataloader_pin_memory=cuda,
        logging_steps=1,
        logging_nan_inf_filter=False,
        save_strategy="steps",
        save_steps=max(1, min(MOST_BETWEEN, steps // 10)),
        save_total_limit=KEPT,
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


def _features(samples: Sequence[Sample]) -> Any:  # noqa: ANN401 a list is all that Trainer needs
    return [sample.as_features() for sample in samples]


def _losses(state: TrainerState) -> Losses:
    def of(name: str) -> tuple[tuple[int, float], ...]:
        logged = {
            int(entry["step"]): float(entry[name]) for entry in state.log_history if name in entry
        }
        return tuple(sorted(logged.items()))

    return Losses(training=of("loss"), validation=of("eval_loss"))


class _Watch(TrainerCallback):
    """Tells how far it is."""

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
