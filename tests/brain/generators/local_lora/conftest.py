from pathlib import Path

import pytest

from brain.generators.local_lora.loading import LoadedModel, load
from tests.brain.generators.local_lora.tiny_model import (
    options,
    save_adapter,
    save_model,
)


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_model(tmp_path_factory.mktemp("models") / "tiny")


@pytest.fixture(scope="session")
def loaded(folder: Path) -> LoadedModel:
    return load(options(model=str(folder), device="cpu"))


@pytest.fixture(scope="session")
def adapters(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Three that differ in rank and in the layers they change."""
    root = tmp_path_factory.mktemp("adapters")
    return {
        "calm": save_adapter(folder, root / "calm", seed=1),
        "merry": save_adapter(folder, root / "merry", seed=2, r=3, lora_alpha=7),
        "wise": save_adapter(folder, root / "wise", seed=3, r=8, target_modules="all-linear"),
    }
