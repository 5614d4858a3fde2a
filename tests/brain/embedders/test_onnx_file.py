import sys
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Tokenizer, models, pre_tokenizers, processors

from brain.embedders.onnx_file import MOST_TOKENS, OnnxEmbedder
from brain.errors import EmbedderError, MissingPart

WORDS = ["[UNK]", "[CLS]", "query", ":", "passage", "bees", "cello", "storm"]
WIDTH = 5
TABLE = np.random.default_rng(5).normal(size=(len(WORDS), WIDTH)).astype(np.float32)


def save(
    folder: Path,
    *,
    name: str = "model.onnx",
    inputs: tuple[str, ...] = ("input_ids", "attention_mask", "token_type_ids"),
    is_pooled: bool = False,
) -> Path:
    """Save a model that gives each token the row of its id in TABLE, and a tokenizer of words."""
    shape = ["texts", "tokens"]
    nodes = [helper.make_node("Gather", ["table", inputs[0]], ["last_hidden_state"])]
    output = helper.make_tensor_value_info("last_hidden_state", TensorProto.FLOAT, [*shape, WIDTH])
    if is_pooled:
        nodes.append(
            helper.make_node("ReduceMean", ["last_hidden_state", "axes"], ["out"], keepdims=0)
        )
        output = helper.make_tensor_value_info("out", TensorProto.FLOAT, ["texts", WIDTH])
    graph = helper.make_graph(
        nodes,
        "tiny",
        [helper.make_tensor_value_info(one, TensorProto.INT64, shape) for one in inputs],
        [output],
        [
            numpy_helper.from_array(TABLE, "table"),
            numpy_helper.from_array(np.array([1]), "axes"),
        ],
    )
    folder.mkdir(parents=True, exist_ok=True)
    opset = [helper.make_opsetid("", 20)]
    onnx.save(helper.make_model(graph, opset_imports=opset, ir_version=10), folder / name)
    vocabulary = {word: number for number, word in enumerate(WORDS)}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token=WORDS[0]))
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.TemplateProcessing(
        "[CLS] $A", special_tokens=[("[CLS]", 1)]
    )
    tokenizer.save(str(folder / "tokenizer.json"))
    return folder / name


def expected(*words: str) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    mean: np.ndarray[tuple[int], np.dtype[np.float32]] = TABLE[
        [1, *(WORDS.index(word) for word in words)]
    ].mean(axis=0)
    return mean / np.linalg.norm(mean)


async def test_a_text_is_the_mean_of_its_tokens_alone_and_among_longer_ones(tmp_path: Path) -> None:
    embedder = OnnxEmbedder(model=save(tmp_path / "little"))
    await embedder.start()
    assert (embedder.name, embedder.dimensions) == ("little", WIDTH)
    np.testing.assert_allclose(await embedder.query("bees"), expected("bees"), atol=1e-6)
    found = await embedder.passages(["storm cello", "bees", "cello " * 20, "bees storm"])
    wanted = [("storm", "cello"), ("bees",), ("cello",) * 20, ("bees", "storm")]
    for vector, words in zip(found, wanted, strict=True):
        np.testing.assert_allclose(vector, expected(*words), atol=1e-6)
    await embedder.aclose()


async def test_an_e5_model_gets_its_prefixes_by_the_name_of_its_folder(tmp_path: Path) -> None:
    save(tmp_path / "multilingual-e5-base")
    embedder = OnnxEmbedder(model=tmp_path / "multilingual-e5-base")
    await embedder.start()
    query, [passage] = await embedder.query("bees"), await embedder.passages(["bees"])
    np.testing.assert_allclose(query, expected("query", ":", "bees"), atol=1e-6)
    np.testing.assert_allclose(passage, expected("passage", ":", "bees"), atol=1e-6)
    await embedder.aclose()


async def test_the_layout_of_the_hub_and_models_with_fewer_inputs_are_known(tmp_path: Path) -> None:
    folder = tmp_path / "little"
    save(folder / "onnx", inputs=("input_ids", "attention_mask"))
    (folder / "onnx" / "tokenizer.json").rename(folder / "tokenizer.json")
    for path in (folder, folder / "onnx", folder / "onnx" / "model.onnx"):
        embedder = OnnxEmbedder(model=path)
        await embedder.start()
        assert embedder.name == "little"
        await embedder.aclose()


async def test_what_is_too_long_is_cut(tmp_path: Path) -> None:
    embedder = OnnxEmbedder(model=save(tmp_path / "little"))
    long = ": " * 480
    assert len(long) < 1000 < 2 * MOST_TOKENS
    vector = await embedder.query(long)
    np.testing.assert_allclose(vector, expected(*[":"] * 480), atol=1e-6)
    dense = ":" * 999
    np.testing.assert_allclose(
        await embedder.query(dense), expected(*[":"] * (MOST_TOKENS - 1)), atol=1e-6
    )
    await embedder.aclose()


def test_the_dimensions_are_not_known_before_the_start(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError):
        _ = OnnxEmbedder(model=tmp_path).dimensions


async def fault(model: Path) -> str:
    embedder = OnnxEmbedder(model=model)
    with pytest.raises(EmbedderError) as caught:
        await embedder.start()
    await embedder.aclose()
    return str(caught.value.values["reason"])


async def test_every_fault_is_one_clear_sentence(tmp_path: Path) -> None:
    assert await fault(tmp_path / "nowhere") == f"There is no ONNX file at {tmp_path / 'nowhere'}."
    path = save(tmp_path / "two")
    save(path.parent, name="other.onnx")
    assert (
        await fault(path.parent)
        == f"Which file of {path.parent}? There are model.onnx, other.onnx."
    )
    path = save(tmp_path / "damaged")
    path.write_bytes(path.read_bytes()[:50])
    assert await fault(path) == f"{path} cannot be loaded (InvalidProtobuf)."
    path = save(tmp_path / "strange", inputs=("input_ids", "pixel_values"))
    assert "wants the inputs input_ids, pixel_values" in await fault(path)
    path = save(tmp_path / "pooled", is_pooled=True)
    assert await fault(path) == "The model's first output, out, is no vector for each token."
    tokenizer = save(tmp_path / "mute").with_name("tokenizer.json")
    tokenizer.write_text("{}")
    assert await fault(tokenizer.parent) == f"{tokenizer} is no file of a tokenizer."
    tokenizer.unlink()
    assert await fault(tokenizer.parent) == f"The model's tokenizer is missing: {tokenizer}."


async def test_a_model_that_fails_is_told_without_what_was_said(tmp_path: Path) -> None:
    path = save(tmp_path / "small")
    tokenizer = Tokenizer.from_file(str(path.with_name("tokenizer.json")))
    tokenizer.add_tokens(["secret"])
    tokenizer.save(str(path.with_name("tokenizer.json")))
    embedder = OnnxEmbedder(model=path)
    with pytest.raises(EmbedderError) as caught:
        await embedder.query("secret")
    assert caught.value.values == {"reason": "The embedding model failed (InvalidArgument)."}
    await embedder.aclose()


@pytest.mark.parametrize(
    ("part", "command"),
    [
        ("tokenizers", "pip install 'siliconfriend[onnx]'"),
        ("onnxruntime", "pip install onnxruntime"),
    ],
)
async def test_a_missing_part_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, part: str, command: str
) -> None:
    path = save(tmp_path / "little")
    monkeypatch.setitem(sys.modules, part, None)
    embedder = OnnxEmbedder(model=path)
    with pytest.raises(MissingPart) as caught:
        await embedder.start()
    assert caught.value.values == {"part": part, "command": command}
    await embedder.aclose()
