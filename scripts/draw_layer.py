"""Draws bot/nlu/weights/layer.onnx: one layer of BERT as MiniLM and E5 have it, without its weights.

Run ``.tools/uv/bin/uv run --with onnx==1.17.0 --with numpy python scripts/draw_layer.py``; needed only to change the drawing,
since the file stands in the repository. The weights are marked as external: ``bot/nlu/bert.py`` gives them to ONNX Runtime, a
layer's each time, when it makes its sessions. That keeps them in their package, and lets ONNX Runtime lay them out for its
matrix products once, where numpy's would do that for each message.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

TARGET = Path(__file__).resolve().parents[1] / "bot" / "nlu" / "weights" / "layer.onnx"
WIDTH, HEADS, WIDE = 384, 12, 1536
OPSET, IR = 18, 8
EPSILON = 1e-12

WEIGHTS = {
    "attend.weight": (WIDTH, 3 * WIDTH),
    "attend.bias": (3 * WIDTH,),
    "out.weight": (WIDTH, WIDTH),
    "out.bias": (WIDTH,),
    "out_norm.weight": (WIDTH,),
    "out_norm.bias": (WIDTH,),
    "widen.weight": (WIDTH, WIDE),
    "widen.bias": (WIDE,),
    "narrow.weight": (WIDE, WIDTH),
    "narrow.bias": (WIDTH,),
    "norm.weight": (WIDTH,),
    "norm.bias": (WIDTH,),
}
CONSTANTS = {
    "heads": np.array([0, 0, HEADS, WIDTH // HEADS], np.int64),
    "flat": np.array([0, 0, WIDTH], np.int64),
    "scale": np.array((WIDTH / HEADS) ** -0.5, np.float32),
    "root": np.array(2**-0.5, np.float32),
    "half": np.array(0.5, np.float32),
    "one": np.array(1, np.float32),
}


def external(name: str, shape: tuple[int, ...]) -> TensorProto:
    """A weight of which only name, shape and type are told."""
    tensor = TensorProto(name=name, dims=shape, data_type=TensorProto.FLOAT, data_location=TensorProto.EXTERNAL)
    tensor.external_data.add(key="location", value="given at run time")
    return tensor


def nodes() -> list[onnx.NodeProto]:
    """Attention, then two dense layers, each with what went in added and normalised (post-norm, as in BERT)."""
    node = helper.make_node
    return [
        node("MatMul", ["hidden", "attend.weight"], ["a"]),
        node("Add", ["a", "attend.bias"], ["parts"]),
        node("Split", ["parts"], ["q", "k", "v"], axis=2, num_outputs=3),
        *(node("Reshape", [part, "heads"], [f"{part}4"]) for part in "qkv"),
        node("Transpose", ["q4"], ["query"], perm=[0, 2, 1, 3]),
        node("Transpose", ["k4"], ["key"], perm=[0, 2, 3, 1]),
        node("Transpose", ["v4"], ["value"], perm=[0, 2, 1, 3]),
        node("MatMul", ["query", "key"], ["raw"]),
        node("Mul", ["raw", "scale"], ["scores"]),
        node("Softmax", ["scores"], ["shares"], axis=-1),
        node("MatMul", ["shares", "value"], ["mixed4"]),
        node("Transpose", ["mixed4"], ["mixed3"], perm=[0, 2, 1, 3]),
        node("Reshape", ["mixed3", "flat"], ["mixed"]),
        node("MatMul", ["mixed", "out.weight"], ["o"]),
        node("Add", ["o", "out.bias"], ["told"]),
        node("Add", ["told", "hidden"], ["sum"]),
        node("LayerNormalization", ["sum", "out_norm.weight", "out_norm.bias"], ["between"], epsilon=EPSILON),
        node("MatMul", ["between", "widen.weight"], ["w"]),
        node("Add", ["w", "widen.bias"], ["wide"]),
        # GELU
        node("Mul", ["wide", "root"], ["g1"]),
        node("Erf", ["g1"], ["g2"]),
        node("Add", ["g2", "one"], ["g3"]),
        node("Mul", ["wide", "g3"], ["g4"]),
        node("Mul", ["g4", "half"], ["bent"]),
        node("MatMul", ["bent", "narrow.weight"], ["n"]),
        node("Add", ["n", "narrow.bias"], ["narrow"]),
        node("Add", ["narrow", "between"], ["sum2"]),
        node("LayerNormalization", ["sum2", "norm.weight", "norm.bias"], ["next"], epsilon=EPSILON),
    ]


def main() -> None:
    """Write the file."""
    shape = ["sentences", "tokens", WIDTH]
    graph = helper.make_graph(
        nodes(),
        "layer",
        [helper.make_tensor_value_info("hidden", TensorProto.FLOAT, shape)],
        [helper.make_tensor_value_info("next", TensorProto.FLOAT, shape)],
        [
            *(external(name, shape) for name, shape in WEIGHTS.items()),
            *(numpy_helper.from_array(array, name) for name, array in CONSTANTS.items()),
        ],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR)
    TARGET.write_bytes(model.SerializeToString(deterministic=True))


if __name__ == "__main__":
    main()
