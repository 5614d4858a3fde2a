"""Builds the graph of multilingual-e5-small: `python -m brain.embedders.e5_graph` writes it anew.

`e5_small.onnx` beside this file holds the graph without weights (36 kB), so that the package onnx
is needed for building alone. `e5_weights` has the weights by the names used here.

The texts of a batch lie one after the other, without padding: a map or a norm treats each token
alone. Only attention looks at a text as a whole, so that texts are laid out in a padded rectangle
for it and put together again behind it. So a text's vector does not depend on its neighbours.

    embeddings [tokens, HIDDEN]     what enters the first layer
    rectangle  [texts, longest]     the number of each token; anything for padding
    mask       [texts, longest]     1: a token, 0: padding
    places     [tokens]             where each token is in the rectangle, read row by row
    pooling    [texts, tokens]      1 / length for the tokens of a text, otherwise 0
    vectors    [texts, HIDDEN]      the mean of each text's tokens
"""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from brain.embedders.e5_weights import BLOCK, HEADS, HIDDEN, INNER, LAYERS

if TYPE_CHECKING:
    from onnx import ModelProto

GRAPH = Path(__file__).with_name("e5_small.onnx")
EPSILON = 1e-12
"""Added to the variance in each norm."""
_OPSET, _IR_VERSION = 20, 10
_MICROSOFT = "com.microsoft"
"""The domain of onnxruntime's own operators."""


class _Builder:
    """Collects nodes and the declarations of weights."""

    def __init__(self) -> None:
        from onnx import TensorProto, helper  # noqa: PLC0415 for building alone

        self.helper, self.types = helper, TensorProto
        self.nodes: list[Any] = []
        self.initializers: list[Any] = []

    def node(self, kind: str, inputs: list[str], name: str, **options: Any) -> str:  # noqa: ANN401 any attributes
        """Adds a node with one output of the same name, and returns that name."""
        self.nodes.append(self.helper.make_node(kind, inputs, [name], name=name, **options))
        return name

    def weight(self, name: str, shape: list[int], *, kind: int | None = None) -> str:
        """Declares an array that is given when the graph is loaded."""
        tensor = self.types(
            name=name,
            dims=shape,
            data_type=kind or self.types.FLOAT,
            data_location=self.types.EXTERNAL,
        )
        tensor.external_data.add(key="location", value="weights")
        self.initializers.append(tensor)
        return name

    def constant(self, name: str, values: list[int]) -> str:
        """Adds an array of integers."""
        tensor = self.helper.make_tensor(name, self.types.INT64, [len(values)], values)
        self.initializers.append(tensor)
        return name

    def linear(self, name: str, source: str, *, inputs: int, outputs: int) -> str:
        """Adds a linear map with weights of 4 bits, computed in integers of 8 bits."""
        blocks = inputs // BLOCK
        weights = [
            self.weight(f"{name}.weight", [outputs, blocks, BLOCK // 2], kind=self.types.UINT8),
            self.weight(f"{name}.scales", [outputs * blocks]),
            "",
            "",
            self.weight(f"{name}.bias", [outputs]),
        ]
        return self.node(
            "MatMulNBits",
            [source, *weights],
            name,
            domain=_MICROSOFT,
            K=inputs,
            N=outputs,
            bits=4,
            block_size=BLOCK,
            accuracy_level=4,
        )

    def norm(self, name: str, source: str) -> str:
        """Adds a layer norm."""
        weights = [self.weight(f"{name}.{part}", [HIDDEN]) for part in ("gain", "bias")]
        return self.node("LayerNormalization", [source, *weights], name, axis=-1, epsilon=EPSILON)


def build() -> "ModelProto":
    """Returns the graph, with its weights declared and not filled in."""
    made = _Builder()
    tokens = made.constant("tokens", [-1, HIDDEN])
    # A row of the joint map holds query, key and value; as rows of their own they are three.
    made.node("Mul", ["rectangle", made.constant("three", [3])], "queries")
    made.node("Add", ["queries", made.constant("one", [1])], "keys")
    made.node("Add", ["queries", made.constant("two", [2])], "values")
    current = made.norm("embedding_norm", "embeddings")
    for layer in range(LAYERS):
        current = _layer(made, f"layer{layer}.", current, tokens)
    made.node("MatMul", ["pooling", current], "vectors")
    types = made.types
    inputs = [
        ("embeddings", types.FLOAT, ["tokens", HIDDEN]),
        ("rectangle", types.INT64, ["texts", "longest"]),
        ("mask", types.INT32, ["texts", "longest"]),
        ("places", types.INT64, ["tokens"]),
        ("pooling", types.FLOAT, ["texts", "tokens"]),
    ]
    values = [made.helper.make_tensor_value_info(*one) for one in inputs]
    output = made.helper.make_tensor_value_info("vectors", types.FLOAT, ["texts", HIDDEN])
    graph = made.helper.make_graph(
        made.nodes, "multilingual-e5-small", values, [output], made.initializers
    )
    opsets = [made.helper.make_opsetid("", _OPSET), made.helper.make_opsetid(_MICROSOFT, 1)]
    model: ModelProto = made.helper.make_model(graph, opset_imports=opsets, ir_version=_IR_VERSION)
    return model


def _layer(made: _Builder, name: str, source: str, tokens: str) -> str:
    joint = made.linear(name + "qkv", source, inputs=HIDDEN, outputs=3 * HIDDEN)
    rows = made.node("Reshape", [joint, tokens], name + "rows")
    parts = [
        made.node("Gather", [rows, part], name + part, axis=0)
        for part in ("queries", "keys", "values")
    ]
    attention = made.node(
        "MultiHeadAttention",
        [*parts, "", "mask"],
        name + "attention",
        domain=_MICROSOFT,
        num_heads=HEADS,
    )
    flat = made.node("Reshape", [attention, tokens], name + "flat")
    packed = made.node("Gather", [flat, "places"], name + "packed", axis=0)
    attended = made.linear(name + "attended", packed, inputs=HIDDEN, outputs=HIDDEN)
    middle = made.norm(
        name + "attention_norm", made.node("Add", [source, attended], name + "attention_sum")
    )
    inner = made.linear(name + "inner", middle, inputs=HIDDEN, outputs=INNER)
    active = made.node("Gelu", [inner], name + "active", domain=_MICROSOFT)
    outer = made.linear(name + "outer", active, inputs=INNER, outputs=HIDDEN)
    return made.norm(name + "output_norm", made.node("Add", [middle, outer], name + "output_sum"))


if __name__ == "__main__":
    GRAPH.write_bytes(build().SerializeToString(deterministic=True))
