import sys
from types import ModuleType
from typing import Any, ClassVar

import numpy as np
import pytest
from numpy.typing import NDArray

from brain.embedders.e5_small import E5SmallEmbedder
from brain.embedders.sentence_transformers import BATCH_CHUNKS, SentenceTransformersEmbedder
from brain.errors import EmbedderError, MissingPart


class SentenceTransformer:
    """What the embedder uses of the real class's public interface (5.x and 6.x)."""

    made: ClassVar[list["SentenceTransformer"]] = []

    def __init__(self, model_name_or_path: str, *, device: str | None = None) -> None:
        if model_name_or_path == "nobody/nothing":
            raise OSError("no such model")
        self.name, self.device = model_name_or_path, device
        self.calls: list[tuple[str, list[str], str | None]] = []
        self.made.append(self)

    def encode_query(self, inputs: list[str], **options: Any) -> NDArray[np.float32]:  # noqa: ANN401
        return self._encode("query", inputs, **options)

    def encode_document(self, inputs: list[str], **options: Any) -> NDArray[np.float32]:  # noqa: ANN401
        return self._encode("document", inputs, **options)

    def _encode(
        self,
        kind: str,
        inputs: list[str],
        *,
        prompt: str | None,
        batch_size: int,
        show_progress_bar: bool,
        convert_to_numpy: bool,
        normalize_embeddings: bool,
    ) -> NDArray[np.float32]:
        assert (show_progress_bar, convert_to_numpy, normalize_embeddings) == (False, True, True)
        assert batch_size == len(inputs)
        self.calls.append((kind, inputs, prompt))
        return np.full((len(inputs), 6), 6**-0.5, dtype=np.float32)


@pytest.fixture
def library(monkeypatch: pytest.MonkeyPatch) -> list[SentenceTransformer]:
    module = ModuleType("sentence_transformers")
    monkeypatch.setattr(module, "SentenceTransformer", SentenceTransformer, raising=False)
    monkeypatch.setitem(sys.modules, "sentence_transformers", module)
    monkeypatch.setattr(SentenceTransformer, "made", [])
    return SentenceTransformer.made


def test_the_same_model_is_the_same_space_as_the_bundled_one() -> None:
    assert SentenceTransformersEmbedder().name == E5SmallEmbedder.name
    assert SentenceTransformersEmbedder(model="BAAI/bge-m3").name == "BAAI/bge-m3"


async def test_without_the_library_the_command_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sentence_transformers", None)
    embedder = SentenceTransformersEmbedder()
    with pytest.raises(MissingPart) as caught:
        await embedder.start()
    assert caught.value.values == {
        "part": "sentence-transformers",
        "command": "pip install 'siliconfriend[sentence-transformers]'",
    }
    await embedder.aclose()


@pytest.mark.parametrize(
    ("device", "calls"),
    [("cpu", [1, BATCH_CHUNKS, BATCH_CHUNKS, 6]), ("cuda:0", [1, 2 * BATCH_CHUNKS + 6])],
)
async def test_a_gpu_gets_more_at_once(
    library: list[SentenceTransformer], device: str, calls: list[int]
) -> None:
    embedder = SentenceTransformersEmbedder(device=device)
    await embedder.start()
    assert len(await embedder.passages(["text"] * (2 * BATCH_CHUNKS + 6))) == 2 * BATCH_CHUNKS + 6
    await embedder.aclose()
    [model] = library
    assert [len(inputs) for _, inputs, _ in model.calls] == calls


async def test_e5_sees_its_prefixes(library: list[SentenceTransformer]) -> None:
    embedder = SentenceTransformersEmbedder(device="cpu")
    vector = await embedder.query("who?")
    assert vector.shape == (6,)
    assert len(await embedder.passages(["one", "two"])) == 2
    await embedder.aclose()
    [model] = library
    assert (model.name, model.device) == ("intfloat/multilingual-e5-small", "cpu")
    assert model.calls == [
        ("query", ["who?"], "query: "),
        ("document", ["one", "two"], "passage: "),
    ]


async def test_other_models_follow_their_own_configuration(
    library: list[SentenceTransformer],
) -> None:
    embedder = SentenceTransformersEmbedder(model="BAAI/bge-m3")
    await embedder.query("who?")
    await embedder.aclose()
    assert library[0].calls == [("query", ["who?"], None)]


@pytest.mark.usefixtures("library")
async def test_dimensions_are_known_from_the_start_on() -> None:
    embedder = SentenceTransformersEmbedder()
    with pytest.raises(RuntimeError):
        _ = embedder.dimensions
    await embedder.start()
    assert embedder.dimensions == 6
    await embedder.aclose()


@pytest.mark.usefixtures("library")
async def test_a_model_that_cannot_be_had_is_an_embedder_error() -> None:
    embedder = SentenceTransformersEmbedder(model="nobody/nothing")
    with pytest.raises(EmbedderError):
        await embedder.start()
    await embedder.aclose()
