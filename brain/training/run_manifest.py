"""The plan of a training, stored in its folder so that resuming goes on with the same inputs."""

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
    """The inputs of a training: model, recipe, seed and data."""

    model: str
    """A folder, or the name of a repository on the hub."""
    recipe: Recipe
    seed: int
    data: str
    """A digest of the training and validation dialogues; their words are not stored."""

    def as_json(self) -> dict[str, object]:
        """Returns the plan as values that JSON can hold."""
        return {
            "model": self.model,
            "recipe": self.recipe.as_json(),
            "seed": self.seed,
            "data": self.data,
        }


def digest(*sets: Iterable[Dialogue]) -> str:
    """Returns a hexadecimal digest of sets of dialogues and their order."""
    fingerprints = [[dialogue.fingerprint for dialogue in dialogues] for dialogues in sets]
    return hashlib.sha256(json.dumps(fingerprints).encode()).hexdigest()


def check_folder(folder: Path, *, resume: bool) -> None:
    """Check whether a training may begin or be resumed in a folder, before a model is loaded.

    Raises:
        TrainingRefused: the folder holds another adapter, or it holds no training to resume.
    """
    if resume:
        if _read(folder / FILE) is None:
            raise TrainingRefused("nothing", detail=str(folder))
    # A training that broke off before its first checkpoint may be overwritten.
    elif (folder / ADAPTER).exists() or any((folder / CHECKPOINTS).glob("*")):
        raise TrainingRefused("taken", detail=str(folder))


def claim_folder(folder: Path, plan: Plan, *, resume: bool) -> None:
    """Make the folder, and write the plan into it.

    Raises:
        TrainingRefused: for the reasons of `check_folder`, because the folder cannot be written,
            or because the training to resume was begun with another plan; only the number of
            epochs may differ.
    """
    check_folder(folder, resume=resume)
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
        data = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return data if isinstance(data, dict) else None


def _changed(old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    """Return the names of the fields that differ between two plans."""
    before, now = old.get("recipe"), new["recipe"]
    if not isinstance(before, dict):
        return ["recipe"]
    recipe = [name for name in now if name != "epochs" and before.get(name) != now[name]]
    return recipe + [name for name in ("model", "seed", "data") if old.get(name) != new[name]]
