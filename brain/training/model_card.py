"""Writes the model card of an adapter, which records what it was tuned on and how."""

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from brain.texts import say
from brain.training.loss_plot import FILE as PLOT
from brain.training.run_manifest import Plan
from brain.training.tuning import Losses

FILE = "README.md"


def write_model_card(
    path: Path,
    *,
    plan: Plan,
    losses: Losses,
    counts: Mapping[str, int],
    made_at: datetime,
    language: str,
) -> None:
    """Write the card as Markdown with the front matter that the Hugging Face hub reads.

    Args:
        path: the file to write.
        plan: the model, recipe, seed and data of the training.
        losses: the losses of the training.
        counts: the numbers of `PreparedTraining.counts`.
        made_at: when the training began; the card gives its date.
        language: the language of the card's text.
    """
    recipe = plan.recipe
    # The full path of a local folder would reveal more about the person than about the model.
    model = Path(plan.model).name if Path(plan.model).is_absolute() else plan.model
    front = "\n".join(
        (
            "---",
            # A JSON string is a valid YAML string, whatever characters the name holds.
            f"base_model: {json.dumps(model, ensure_ascii=False)}",
            "library_name: peft",
            "pipeline_tag: text-generation",
            "tags: [lora, siliconfriend]",
            "---",
        )
    )
    text = say(
        language,
        "training-card",
        model=model,
        day=made_at.date().isoformat(),
        dialogues=counts["dialogues"],
        judged=counts["judged"],
        samples=counts["samples"],
        tokens=counts["tokens"],
        rank=recipe.rank,
        alpha=f"{recipe.alpha:g}",
        dropout=f"{recipe.dropout:g}",
        targets=", ".join(recipe.targets),
        epochs=f"{recipe.epochs:g}",
        rate=f"{recipe.learning_rate:g}",
        batch=f"{recipe.batch} × {recipe.accumulation}",
        length=recipe.max_tokens,
        seed=plan.seed,
        losses=_losses(losses.training),
        validation=_losses(losses.validation),
        plot=PLOT,
    )
    path.write_text(f"{front}\n\n{text}\n", encoding="utf-8")


def _losses(series: tuple[tuple[int, float], ...]) -> str:
    """Return the first and the last loss of a series as text."""
    if not series:
        return "–"
    return f"{series[0][1]:.3f} → {series[-1][1]:.3f}"
