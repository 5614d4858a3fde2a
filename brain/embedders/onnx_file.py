"""Embedding models in ONNX files, computed on the CPU by onnxruntime."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from brain.embedders.chunking import Floats, Matrix
from brain.embedders.e5_prefixes import e5_prefixes
from brain.embedders.worker import Encode, Worker, WorkerEmbedder
from brain.errors import EmbedderError, MissingPart

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from tokenizers import Tokenizer

BATCH_CHUNKS = 8
"""Most chunks in one call. More of them take no less time each, and a person waits for all."""
MOST_TOKENS = 512
"""Longest input; what is longer is cut. The usual models know no more positions."""
WIDEST_RATIO = 1.5
"""Texts are computed together if the longest has at most this many times the tokens of the
shortest, because all are padded to one length."""
MOST_PADDED_TOKENS = 512
"""Most tokens that are computed together; more of them are no faster each, and need more memory."""
INSTALL_TOKENIZERS = "pip install 'siliconfriend[onnx]'"
INSTALL_RUNTIME = "pip install onnxruntime"


class OnnxEmbedder(WorkerEmbedder):
    """Embeds with a model of a file.

    The file of the tokenizer, `tokenizer.json`, lies beside the model or in the folder above it, as
    in the repositories of the Hugging Face hub. The vector of a text is the mean of its tokens'.
    """

    def __init__(self, *, model: Path, threads: int = 1) -> None:
        """Prepares the embedder without loading the model.

        Args:
            model: a file, or a folder with one `*.onnx` in it or in its folder `onnx`. The name
                of the model, which tells whether it is an E5 model, is that of the folder.
            threads: CPU threads; each computes texts of its own.
        """
        self._path = model.expanduser()
        self._folder = self._path.parent if self._path.suffix == ".onnx" else self._path
        if self._folder.name == "onnx":
            self._folder = self._folder.parent
        self.name = self._folder.resolve().name
        super().__init__(Worker(self._load, batch_chunks=BATCH_CHUNKS, threads=threads))

    def _load(self) -> Encode:
        session = open_session(_model_file(self._path))
        tokenizer = _tokenizer(self._folder / "tokenizer.json")
        return _encoder(session, tokenizer, e5_prefixes(self.name) or ("", ""))


def open_session(
    model: Path | bytes,
    *,
    initializers: Mapping[str, NDArray[Any]] | None = None,
    is_fused: bool = False,
) -> "InferenceSession":
    """Loads a graph, of which each call is computed by the thread that calls.

    Args:
        model: the file, or its content.
        initializers: the arrays that the graph declares as external. They must outlive the session.
        is_fused: whether the graph is to be taken as it is.

    Raises:
        MissingPart: onnxruntime is not installed.
        EmbedderError: the model cannot be loaded.
    """
    try:
        import onnxruntime as ort  # noqa: PLC0415 it takes a tenth of a second
    except ImportError as exc:
        raise MissingPart(part="onnxruntime", command=INSTALL_RUNTIME) from exc
    options = ort.SessionOptions()
    # Threads that compute parts of one text wait for each other, which takes long beside other
    # work, the more so as they spin. Several threads compute several texts instead.
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.log_severity_level = 3
    if is_fused:
        options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_ENABLE_BASIC
    arrays = dict(initializers or {})
    values = [ort.OrtValue.ortvalue_from_numpy(array) for array in arrays.values()]
    options.add_external_initializers(list(arrays), values)
    source = model if isinstance(model, bytes) else str(model)
    name = "The model" if isinstance(model, bytes) else f"{model}"
    try:
        return ort.InferenceSession(source, options, providers=["CPUExecutionProvider"])
    except Exception as exc:  # its errors have no other class in common
        raise EmbedderError(reason=f"{name} cannot be loaded ({type(exc).__name__}).") from exc


def run(session: "InferenceSession", feeds: Mapping[str, NDArray[Any]], output: str) -> Floats:
    """Returns one output of a graph. Raises EmbedderError."""
    try:
        [found] = session.run([output], dict(feeds))
    except Exception as exc:  # as above
        raise EmbedderError(reason=f"The embedding model failed ({type(exc).__name__}).") from exc
    return np.asarray(found, dtype=np.float32)


def groups(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Sorts texts by their lengths in tokens, and gives the indexes of those to compute together.

    WIDEST_RATIO and MOST_PADDED_TOKENS bound a group.
    """
    group: list[int] = []
    for index in sorted(range(len(lengths)), key=lengths.__getitem__):
        longest = lengths[index]
        if group and (
            longest > WIDEST_RATIO * lengths[group[0]]
            or longest * (len(group) + 1) > MOST_PADDED_TOKENS
        ):
            yield group
            group = []
        group.append(index)
    if group:
        yield group


def _model_file(path: Path) -> Path:
    if path.suffix == ".onnx":
        found = [path] if path.is_file() else []
    else:
        found = sorted(path.glob("*.onnx")) or sorted((path / "onnx").glob("*.onnx"))
    match found:
        case [file]:
            return file
        case []:
            raise EmbedderError(reason=f"There is no ONNX file at {path}.")
        case _:
            names = ", ".join(file.name for file in found)
            raise EmbedderError(reason=f"Which file of {found[0].parent}? There are {names}.")


def _tokenizer(file: Path) -> "Tokenizer":
    try:
        from tokenizers import Tokenizer  # noqa: PLC0415 an optional extra
    except ImportError as exc:
        raise MissingPart(part="tokenizers", command=INSTALL_TOKENIZERS) from exc
    if not file.is_file():
        raise EmbedderError(reason=f"The model's tokenizer is missing: {file}.")
    try:
        tokenizer = Tokenizer.from_file(str(file))
    except Exception as exc:  # it raises no other class
        raise EmbedderError(reason=f"{file} is no file of a tokenizer.") from exc
    tokenizer.enable_truncation(MOST_TOKENS)
    tokenizer.no_padding()
    return tokenizer


def _encoder(
    session: "InferenceSession", tokenizer: "Tokenizer", prefixes: tuple[str, str]
) -> Encode:
    wanted = {value.name for value in session.get_inputs()}
    known = {"input_ids", "attention_mask", "token_type_ids"}
    if not {"input_ids"} <= wanted <= known:
        raise EmbedderError(
            reason=f"The model wants the inputs {', '.join(sorted(wanted))}; known are "
            f"{', '.join(sorted(known))}."
        )
    output = session.get_outputs()[0]
    if len(output.shape) != 3:  # noqa: PLR2004 texts, tokens, dimensions
        raise EmbedderError(
            reason=f"The model's first output, {output.name}, is no vector for each token."
        )

    def encode(chunks: Sequence[str], is_query: bool) -> Matrix:  # noqa: FBT001
        prefix = prefixes[0 if is_query else 1]
        tokens = [one.ids for one in tokenizer.encode_batch([prefix + part for part in chunks])]
        lengths = list(map(len, tokens))
        rows: dict[int, Floats] = {}
        for group in groups(lengths):
            mask = np.arange(max(lengths[i] for i in group)) < [[lengths[i]] for i in group]
            ids = np.zeros(mask.shape, np.int64)
            ids[mask] = np.concatenate([tokens[i] for i in group])
            feeds = {
                "input_ids": ids,
                "attention_mask": mask.astype(np.int64),
                "token_type_ids": np.zeros(mask.shape, np.int64),
            }
            found = run(session, {name: feeds[name] for name in wanted}, output.name)
            means = (found * mask[..., None]).sum(axis=1) / mask.sum(axis=1, keepdims=True)
            rows.update(zip(group, normalized(means), strict=True))
        return np.stack([rows[index] for index in range(len(chunks))])

    return encode


def normalized(rows: Matrix) -> Matrix:
    """Returns rows of length 1. Rows of zeros are left; `pool` rejects them."""
    norms = np.linalg.norm(rows, axis=1, keepdims=True)
    return (rows / np.where(norms == 0, 1, norms)).astype(np.float32)
