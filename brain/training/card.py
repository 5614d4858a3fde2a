"""The model card of an adapter: what it is made of, so that it can be judged a year later."""

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from brain.texts import say
from brain.training.plan import Plan
from brain.training.plot import FILE as PLOT
from brain.training.tuning import Losses

FILE = "README.md"


def write_card(
    path: Path,
    *,
    plan: Plan,
    losses: Losses,
    counts: Mapping[str, int],
    made_at: datetime,
    language: str,
) -> None:
    """Write it, in Markdown with the front matter of the hub.

    Args:
        path: the file.
        plan: what was tuned, and how.
        losses: what came of it.
        counts: `dialogues`, `judged` (for validation), `samples`, `tokens` (learned ones).
        made_at: UTC.
        language: of the text.
    """
    recipe = plan.recipe
    # A folder's path says more about a person than about a model.
    model = Path(plan.model).name if Path(plan.model).is_absolute() else plan.model
    front = "\n".join(
        (
            "---",
            # JSON strings are YAML strings: a name may hold anything.
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
    """The first and the last."""
    if not series:
        return "–"
    return f"{series[0][1]:.3f} → {series[-1][1]:.3f}"
