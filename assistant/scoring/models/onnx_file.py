"""A model from an ONNX file, made elsewhere (TensorFlow, PyTorch, scikit-learn …), calibrated here.

Its inputs are either one a column, named like signals, or one matrix whose columns the file's metadata lists under
`columns` (a JSON list). A name may be a signal (`value.price`) or a column of the cases (`price`). Numbers are given as
they are, NaN where missing; words that training did not know are given as empty text. Whoever made the file may have
learned from the very cases that it is tested on, so it becomes champion only where a person says so.

Reasons: each column is switched from a usual value (the median, the most common word) to the value of the case, one
after the other, forwards and backwards, and what the log-odds moved is averaged. They add up exactly; they are Shapley
values over two orders, not over all.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from assistant.errors import BadInput, NotReady
from assistant.scoring.frame import Floats, Frame, Ints
from assistant.scoring.models.steps import steps, usual

__all__ = ["FittedOnnx", "OnnxFile", "named"]

SURE = 1e-6
FLOATS = {"tensor(float)": np.float32, "tensor(double)": np.float64, "tensor(int64)": np.int64}
TEXT = "tensor(string)"


@dataclass(frozen=True, eq=False)
class FittedOnnx:
    """`usual` is the row that cases are compared with; `columns` are the frame's names, by the name in the file."""

    content: bytes
    columns: dict[str, str]
    usual: Floats

    kind: ClassVar[str] = "onnx"

    def margins(self, frame: Frame) -> Floats:
        share = np.clip(_probabilities(self._session.run(None, self._feeds(frame))), SURE, 1 - SURE)
        return np.log(share / (1 - share))

    def contributions(self, frame: Frame) -> Floats:
        return steps(lambda matrix: self.margins(replace(frame, matrix=matrix)), frame.matrix, self.usual)

    def save(self, folder: Path) -> None:
        (folder / "model.onnx").write_bytes(self.content)
        (folder / "onnx.json").write_text(json.dumps({"columns": self.columns, "usual": self.usual.tolist()}))

    @classmethod
    def load(cls, folder: Path) -> FittedOnnx:
        state = json.loads((folder / "onnx.json").read_text())
        return cls((folder / "model.onnx").read_bytes(), dict(state["columns"]), np.array(state["usual"], dtype=float))

    def _feeds(self, frame: Frame) -> dict[str, Any]:
        inputs = self._session.get_inputs()
        if len(inputs) == 1 and len(self.columns) > 1:
            matrix = np.column_stack([frame.column(name) for name in self.columns.values()])
            return {inputs[0].name: matrix.astype(FLOATS[inputs[0].type])}
        feeds = {}
        for one in inputs:
            name = self.columns[one.name]
            if one.type == TEXT:
                column = np.array([word or "" for word in frame.words(name)], dtype=object)
            else:
                column = frame.column(name).astype(FLOATS[one.type])
            feeds[one.name] = column.reshape(-1, 1) if len(one.shape) == 2 else column
        return feeds

    @cached_property
    def _session(self) -> Any:
        return _open(self.content, "the stored ONNX model")


@dataclass(frozen=True)
class OnnxFile:
    """`signals` are the names that the cases offer; the file's inputs are looked up among them. Raises BadInput where
    it asks for others."""

    content: bytes
    columns: dict[str, str]
    name: str
    by_itself: bool = False

    @classmethod
    def read(cls, path: Path, signals: Sequence[str]) -> OnnxFile:
        try:
            content = path.read_bytes()
        except OSError as error:
            raise BadInput(f"{path} cannot be read: {error.strerror}; give the path of an ONNX file") from error
        session = _open(content, str(path))
        inputs = session.get_inputs()
        listed = session.get_modelmeta().custom_metadata_map.get("columns")
        matrix = len(inputs) == 1 and len(inputs[0].shape) == 2 and inputs[0].shape[1] != 1
        if matrix and listed is None:
            raise BadInput(
                f"{path} takes one matrix of {inputs[0].shape[1]} columns and does not say which; put their names as a "
                'JSON list into its metadata under "columns"'
            )
        names = _listed(listed, path) if matrix and listed is not None else [one.name for one in inputs]
        if matrix and isinstance(inputs[0].shape[1], int) and inputs[0].shape[1] != len(names):
            raise BadInput(f"{path} takes {inputs[0].shape[1]} columns, but its metadata names {len(names)}; mend it")
        odd = [one.name for one in inputs if one.type not in FLOATS and not (one.type == TEXT and not matrix)]
        if odd:
            raise BadInput(f"{path}, input {odd[0]!r}: its type is neither number nor text; export it with one of them")
        return cls(content, named(names, signals, path), f"onnx:{path.stem}")

    @property
    def reads(self) -> tuple[str, ...]:
        return tuple(self.columns.values())

    def fit(self, frame: Frame, labels: Ints, weights: Floats) -> FittedOnnx | None:
        """Learns nothing but what is usual. None where a kind of case lacks a column."""
        if set(frame.names) != set(self.reads) or np.isnan(frame.matrix).all(axis=0).any():
            return None
        return FittedOnnx(self.content, self.columns, usual(frame))


def _open(content: bytes, what: str) -> Any:
    try:
        import onnxruntime
    except ImportError as error:
        raise NotReady("ONNX files need onnxruntime; pip install 'fraud-review-assistant[onnx]'") from error
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    try:
        return onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # its exceptions share no base class but this one
        raise BadInput(f"{what} cannot be read as an ONNX model: {str(error).splitlines()[0][:200]}") from error


def _listed(text: str, path: Path) -> list[str]:
    try:
        names = json.loads(text)
    except ValueError:
        names = None
    if not isinstance(names, list) or not names or not all(isinstance(name, str) for name in names):
        raise BadInput(f'{path}: "columns" in its metadata is no JSON list of names; mend it')
    return names


def named(names: Sequence[str], signals: Sequence[str], path: Path) -> dict[str, str]:
    """The signals that a file's names mean, by those names. Raises BadInput where one means none."""
    found = {name: _signal(name, signals) for name in names}
    missing = [name for name, signal in found.items() if signal is None]
    if missing:
        raise BadInput(
            f"{path} asks for {', '.join(map(repr, missing[:5]))}, which no case has; the names that there are: "
            f"{', '.join(sorted(signals)[:20])}"
        )
    return {name: signal for name, signal in found.items() if signal}


def _signal(name: str, signals: Sequence[str]) -> str | None:
    return next((one for one in (name, f"value.{name}", f"is.{name}") if one in signals), None)


def _probabilities(outputs: Sequence[Any]) -> Floats:
    """The probability of fraud among the outputs: the last one, its column for 1 where it has two."""
    last = outputs[-1]
    if isinstance(last, list):  # one dictionary a case, as scikit-learn's classifiers are exported
        return np.array([row.get(1, row.get("1", np.nan)) for row in last], dtype=float)
    found = np.asarray(last, dtype=float)
    return found[:, -1] if found.ndim == 2 else found.reshape(-1)
