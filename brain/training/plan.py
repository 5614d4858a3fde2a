"""What a training is made of, written beside it, so that going on means going on with the same."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from brain.training.dialogues import Dialogue
from brain.training.errors import TrainingRefused
from brain.training.presets import Recipe

FILE = "training.json"
CHECKPOINTS = "checkpoints"
ADAPTER = "adapter_config.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A model, a recipe, and the dialogues."""

    model: str
    recipe: Recipe
    seed: int
    data: str
    """A digest of the dialogues on both sides; their words stay where they are."""

    def as_json(self) -> dict[str, object]:
        """For a file."""
        return {
            "model": self.model,
            "recipe": self.recipe.as_json(),
            "seed": self.seed,
            "data": self.data,
        }


def digest(*sides: Iterable[Dialogue]) -> str:
    """Of dialogues, in their order."""
    names = [[dialogue.fingerprint for dialogue in side] for side in sides]
    return hashlib.sha256(json.dumps(names).encode()).hexdigest()


def look(folder: Path, *, resume: bool) -> None:
    """Whether a training may begin there, or go on; cheap, to be asked before a model is loaded.

    Raises:
        TrainingRefused: it holds another adapter; or, to go on, there is nothing to go on with.
    """
    if resume:
        if _read(folder / FILE) is None:
            raise TrainingRefused("nothing", detail=str(folder))
    # A training that broke off before its first checkpoint is nothing to be careful of.
    elif (folder / ADAPTER).exists() or any((folder / CHECKPOINTS).glob("*")):
        raise TrainingRefused("taken", detail=str(folder))


def claim(folder: Path, plan: Plan, *, resume: bool) -> None:
    """Make the folder this plan's.

    Raises:
        TrainingRefused: as `look`; or the training there was begun with something else. More epochs
            are the one thing that may change.
    """
    look(folder, resume=resume)
    if resume:
        changed = _changed(_read(folder / FILE) or {}, plan.as_json())
        if changed:
            raise TrainingRefused("changed", detail=", ".join(changed))
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        text = json.dumps(plan.as_json(), ensure_ascii=False, indent=2)
        (folder / FILE).write_text(text + "\n", encoding="utf-8")
    except OSError as exc:
        raise TrainingRefused("unwritable", detail=str(folder)) from exc


def _read(path: Path) -> dict[str, Any] | None:
    try:
        held = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return held if isinstance(held, dict) else None


def _changed(old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    """Names of what differs."""
    before, now = old.get("recipe"), new["recipe"]
    if not isinstance(before, dict):
        return ["recipe"]
    recipe = [name for name in now if name != "epochs" and before.get(name) != now[name]]
    return recipe + [name for name in ("model", "seed", "data") if old.get(name) != new[name]]
