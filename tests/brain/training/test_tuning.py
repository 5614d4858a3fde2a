import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import torch
from peft import PeftModel
from transformers import AutoModelForCausalLM, AutoTokenizer, DataCollatorForSeq2Seq

from brain.generators.local_lora.library_messages import silenced
from brain.training import tuning
from brain.training.errors import TrainingRefused
from brain.training.pipeline import PreparedTraining, prepare, train
from brain.training.presets import PRESETS, Recipe
from brain.training.tuning import Losses
from tests.brain.training.models import tiny_llama

NOW = datetime(2026, 11, 20, tzinfo=UTC)
QUICK = Recipe(rank=8, alpha=16, dropout=0, epochs=4, learning_rate=2e-2, batch=2, accumulation=1)
SAID = [
    ("I am sad.", "I am here with you."),
    ("I lost my job.", "I am here with you, and that is hard."),
    ("I cannot sleep.", "I am here with you. What keeps you awake?"),
    ("Nobody calls me.", "I am here with you. That is lonely."),
    ("I failed.", "I am here with you. Failing hurts."),
]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    path = tmp_path / "dialogues.jsonl"
    lines = [json.dumps({"input": asked, "output": told}) for asked, told in SAID]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def prepared_from(
    data: Path, *, recipe: Recipe = QUICK, validation: float = 0.2
) -> PreparedTraining:
    return prepare(
        data,
        model=str(tiny_llama()),
        models=data.parent / "models",
        recipe=recipe,
        validation=validation,
        seed=3,
    )


class Steps:
    """Records the progress, and interrupts the training after a number of steps."""

    def __init__(self, *, stop: int | None = None) -> None:
        self.told: list[tuple[int, int, float | None]] = []
        self._stop = stop

    def __call__(self, done: int, total: int, loss: float | None) -> None:
        self.told.append((done, total, loss))
        if self._stop is not None and done >= self._stop:
            raise KeyboardInterrupt


def train_quickly(
    prepared: PreparedTraining, out: Path, *, resume: bool = False, steps: Steps | None = None
) -> Losses:
    return train(
        prepared,
        out=out,
        resume=resume,
        made_at=NOW,
        language="en",
        progress=steps or Steps(),
    )


def logits(model: Any, tokenizer: Any) -> torch.Tensor:  # noqa: ANN401
    asked = tokenizer("How are you?", return_tensors="pt")
    with torch.no_grad():
        found: torch.Tensor = model.eval()(**asked).logits
    return found


def reloaded(out: Path) -> torch.Tensor:
    """Of the adapter in that folder, on a base that was loaded anew."""
    with silenced():
        return _reloaded(out)


def _reloaded(out: Path) -> torch.Tensor:
    base = AutoModelForCausalLM.from_pretrained(tiny_llama(), dtype=torch.float32)
    return logits(PeftModel.from_pretrained(base, str(out)), AutoTokenizer.from_pretrained(out))


def test_the_loss_falls_the_adapter_changes_the_answer_and_reloads_as_it_was(
    data: Path, tmp_path: Path
) -> None:
    prepared = prepared_from(data)
    plain = logits(prepared.base.model, prepared.base.tokenizer)
    steps = Steps()
    losses = train_quickly(prepared, tmp_path / "out", steps=steps)

    assert losses.training[-1][1] < losses.training[0][1] * 0.8
    assert [step for step, _ in losses.training] == list(range(1, 9))
    assert losses.validation[0][0] == 0
    assert losses.validation[-1][1] < losses.validation[0][1]
    assert steps.told[0] == (0, 8, None)
    assert steps.told[-1][:2] == (8, 8)

    changed = reloaded(tmp_path / "out")
    assert not torch.allclose(changed, plain, atol=1e-2)
    tuned = logits(prepared.base.model, prepared.base.tokenizer)
    assert torch.allclose(changed, tuned, atol=1e-6)


def test_the_folder_holds_no_pickled_adapter_no_words_of_the_data_and_a_card(
    data: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    train_quickly(prepared_from(data), out)
    names = {path.name for path in out.iterdir()}
    assert {"adapter_model.safetensors", "adapter_config.json", "tokenizer.json"} <= names
    assert "adapter_model.bin" not in names
    assert (out / "loss.png").read_bytes().startswith(b"\x89PNG")
    card = (out / "README.md").read_text("utf-8")
    assert f'base_model: "{tiny_llama().name}"' in card
    assert str(tiny_llama()) not in card
    assert "| dialogues | 4, and 1 for validation |" in card
    assert "2026-11-20" in card
    written = "".join((out / name).read_text("utf-8") for name in ("README.md", "training.json"))
    assert "here with you" not in written


def test_an_interrupted_training_goes_on_to_the_same_end(data: Path, tmp_path: Path) -> None:
    train_quickly(prepared_from(data), tmp_path / "whole")
    with pytest.raises(KeyboardInterrupt):
        train_quickly(prepared_from(data), tmp_path / "parts", steps=Steps(stop=5))
    steps = Steps()
    losses = train_quickly(prepared_from(data), tmp_path / "parts", resume=True, steps=steps)
    assert 0 < steps.told[0][0] < 8
    assert [step for step, _ in losses.training] == list(range(1, 9))
    assert torch.allclose(reloaded(tmp_path / "parts"), reloaded(tmp_path / "whole"), atol=1e-5)


def test_a_finished_training_can_go_on_for_more_epochs_and_nothing_else_may_change(
    data: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    train_quickly(prepared_from(data, recipe=replace(QUICK, epochs=1)), out)
    with pytest.raises(TrainingRefused) as caught:
        train_quickly(prepared_from(data, recipe=replace(QUICK, rank=4)), out, resume=True)
    assert caught.value.values == {"reason": "changed", "detail": "rank"}
    losses = train_quickly(prepared_from(data, recipe=replace(QUICK, epochs=2)), out, resume=True)
    assert losses.training[-1][0] == 4


def test_an_adapter_is_never_overwritten_and_there_must_be_something_to_go_on_with(
    data: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "adapter_config.json").write_text("{}")
    with pytest.raises(TrainingRefused, match="holds an adapter already"):
        train_quickly(prepared_from(data), out)
    with pytest.raises(TrainingRefused, match="no training to go on with"):
        train_quickly(prepared_from(data), tmp_path / "new", resume=True)


def test_a_model_without_those_layers_is_refused_by_their_names(data: Path, tmp_path: Path) -> None:
    recipe = replace(QUICK, targets=("query_key_value",))
    with pytest.raises(TrainingRefused, match="no layers named query_key_value"):
        train_quickly(prepared_from(data, recipe=recipe), tmp_path / "out")
    # And the folder is free for another attempt.
    train_quickly(prepared_from(data, recipe=replace(QUICK, epochs=1)), tmp_path / "out")
    assert (tmp_path / "out" / "adapter_model.safetensors").exists()


def test_a_collator_that_loses_the_labels_stops_the_training(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def forgetful(tokenizer: Any, **options: Any) -> Callable[..., Any]:  # noqa: ANN401
        pad = DataCollatorForSeq2Seq(tokenizer, **options)

        def collate(features: list[dict[str, list[int]]]) -> Any:  # noqa: ANN401
            batch = pad(features)
            batch["labels"].fill_(-100)
            batch["labels"][:, -1] = tokenizer.pad_token_id
            return batch

        return collate

    monkeypatch.setattr(tuning, "DataCollatorForSeq2Seq", forgetful)
    with pytest.raises(TrainingRefused, match="not one token"):
        train_quickly(prepared_from(data), tmp_path / "out")


def test_a_loss_that_is_no_number_makes_no_adapter(data: Path, tmp_path: Path) -> None:
    prepared = prepared_from(data)
    with torch.no_grad():
        prepared.base.model.lm_head.weight.fill_(torch.nan)
    with pytest.raises(TrainingRefused, match="no number"):
        train_quickly(prepared, tmp_path / "out")
    assert not (tmp_path / "out" / "adapter_model.safetensors").exists()


@pytest.mark.parametrize(
    ("name", "rank", "alpha", "epochs"),
    [("paper", 16, 32, 3), ("chatglm", 8, 32, 4), ("belle", 8, 16, 3)],
)
def test_the_presets_have_the_figures_of_their_sources(
    name: str, rank: int, alpha: float, epochs: float
) -> None:
    recipe = PRESETS[name]
    assert (recipe.rank, recipe.alpha, recipe.epochs) == (rank, alpha, epochs)
