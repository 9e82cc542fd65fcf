"""Any classifier of scikit-learn, brought as a skops file, never as a pickle.

One that has not learned yet learns here, from the same spread signals, labels and cutoffs as every other model, so it
may become champion. One that has learned already is asked as it is, with the columns that it was fitted on; as nobody
knows what from, only a person promotes it. Reasons go in steps from a usual case (`steps`).

Loading runs no code of the file: skops knows plain values and most estimators, and the few compiled types below are let
in by name. The arrays inside trees are checked before anything follows them, as scikit-learn does not.
"""

from __future__ import annotations

import json
import warnings
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from assistant.errors import BadInput
from assistant.scoring.frame import Floats, Frame, Ints
from assistant.scoring.models.onnx_file import named
from assistant.scoring.models.spread import Spread
from assistant.scoring.models.steps import steps, usual

__all__ = ["FittedSklearn", "SklearnFile"]

SURE = 1e-6
TREE = "sklearn.tree._tree.Tree"
BOOSTED = "sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor"
ALLOWED = frozenset(
    {
        TREE,
        BOOSTED,
        "sklearn.neural_network._stochastic_optimizers.AdamOptimizer",
        "sklearn.neural_network._stochastic_optimizers.SGDOptimizer",
        "sklearn.utils._bunch.Bunch",
    }
)
ANY = 2**31
DEEPEST = 12
"""How far estimators may lie inside each other."""


@dataclass(frozen=True, eq=False)
class FittedSklearn:
    """`spread` is None for a model that reads the columns as they are; `columns` are those that it reads then."""

    estimator: Any
    spread: Spread | None
    columns: tuple[str, ...]
    usual: Floats

    kind: ClassVar[str] = "sklearn"

    def margins(self, frame: Frame) -> Floats:
        if self.spread is not None:
            matrix = self.spread(frame)
        else:
            matrix = np.column_stack([frame.column(name) for name in self.columns])
        with warnings.catch_warnings():  # the columns come in the order of their names, without the names
            warnings.filterwarnings("ignore", "X does not have valid feature names")
            said = self.estimator.predict_proba(matrix)[:, 1]
        share = np.clip(said.astype(float), SURE, 1 - SURE)
        return np.log(share / (1 - share))

    def contributions(self, frame: Frame) -> Floats:
        return steps(lambda matrix: self.margins(replace(frame, matrix=matrix)), frame.matrix, self.usual)

    def save(self, folder: Path) -> None:
        import skops.io

        skops.io.dump(self.estimator, folder / "estimator.skops", compression=zipfile.ZIP_DEFLATED)
        spread = self.spread and self.spread.model_dump(mode="json")
        state = {"spread": spread, "columns": self.columns, "usual": self.usual.tolist()}
        (folder / "sklearn.json").write_text(json.dumps(state))

    @classmethod
    def load(cls, folder: Path) -> FittedSklearn:
        state = json.loads((folder / "sklearn.json").read_text())
        try:
            estimator = _open((folder / "estimator.skops").read_bytes(), "the stored model")
        except BadInput as error:
            raise ValueError(str(error)) from error
        spread = None if state["spread"] is None else Spread.model_validate_json(json.dumps(state["spread"]))
        return cls(estimator, spread, tuple(state["columns"]), np.array(state["usual"], dtype=float))


@dataclass(frozen=True, eq=False)
class SklearnFile:
    """`columns` are the names of cases that a fitted estimator reads; empty where it is to learn here."""

    estimator: Any
    columns: tuple[str, ...]
    name: str

    @property
    def by_itself(self) -> bool:
        return not self.columns

    @property
    def reads(self) -> tuple[str, ...] | None:
        return self.columns or None

    @classmethod
    def read(cls, path: Path, signals: Sequence[str]) -> SklearnFile:
        """Raises BadInput for a file that is no classifier, holds types that are not let in, or asks for columns that
        no case has."""
        from sklearn.base import is_classifier
        from sklearn.exceptions import NotFittedError
        from sklearn.utils.validation import check_is_fitted

        try:
            content = path.read_bytes()
        except OSError as error:
            raise BadInput(f"{path} cannot be read: {error.strerror}; give the path of a skops file") from error
        estimator = _open(content, str(path))
        if not is_classifier(estimator) or not hasattr(estimator, "predict_proba"):
            raise BadInput(f"{path} holds no classifier with predict_proba; wrap it, as in CalibratedClassifierCV")
        try:
            check_is_fitted(estimator)
        except NotFittedError:
            return cls(estimator, (), f"sklearn:{path.stem}")
        if [*map(str, estimator.classes_)] not in (["0", "1"], ["False", "True"], ["0.0", "1.0"]):
            raise BadInput(f"{path} tells {list(estimator.classes_)} apart; it must tell 0 (legitimate) from 1 (fraud)")
        names = getattr(estimator, "feature_names_in_", None)
        if names is None:
            raise BadInput(
                f"{path} has learned and does not say from which columns; fit it on a table with names, or bring it "
                "before it has learned"
            )
        return cls(estimator, tuple(named([*map(str, names)], signals, path).values()), f"sklearn:{path.stem}")

    def fit(self, frame: Frame, labels: Ints, weights: Floats) -> FittedSklearn | None:
        """None where a kind of case lacks a column, or where the estimator cannot learn from these cases."""
        from sklearn.base import clone

        if self.columns:
            if words := sorted(set(self.columns) & set(frame.categories)):
                raise BadInput(
                    f"{self.name} reads {words[0]!r}, which are words; bring it as ONNX, which can take them"
                )
            if set(frame.names) != set(self.columns) or np.isnan(frame.matrix).all(axis=0).any():
                return None
            return FittedSklearn(self.estimator, None, self.columns, usual(frame))
        spread = Spread.of(frame)
        matrix, made = spread(frame), clone(self.estimator)
        last = made.steps[-1][0] + "__" if hasattr(made, "steps") else ""
        try:
            made.fit(matrix, labels, **{f"{last}sample_weight": weights})
        except (TypeError, ValueError):  # not every one takes weights
            try:
                made.fit(matrix, labels)
            except ValueError as error:
                raise BadInput(f"{self.name} cannot learn from these cases: {str(error).splitlines()[0]}") from error
        return FittedSklearn(made, spread, (), usual(frame))


def _open(content: bytes, what: str) -> Any:
    import skops.io

    try:
        asked = set(skops.io.get_untrusted_types(data=content))
        if strange := sorted(asked - ALLOWED):
            raise BadInput(
                f"{what} holds {strange[0]}, which is not loaded from a file; bring the model as ONNX instead (--onnx)"
            )
        estimator = skops.io.loads(content, trusted=sorted(asked))
    except BadInput:
        raise
    except Exception as error:  # a hostile file may raise anything, and none of it is ours to tell apart
        raise BadInput(
            f"{what} cannot be read as a skops file ({type(error).__name__}); write it with skops.io"
        ) from error
    for tree, width in _trees(estimator, ANY):
        if not _sound(tree, width):
            raise BadInput(f"{what} holds a tree whose branches point nowhere; make it again")
    return estimator


def _trees(found: Any, width: int, depth: int = 0) -> Iterator[tuple[Any, int]]:
    """Every compiled tree inside an estimator, with the number of columns that it will be given."""
    if depth > DEEPEST:
        raise BadInput("the model lies too deep inside itself; bring it without so many wrappers")
    name = f"{type(found).__module__}.{type(found).__qualname__}"
    if name in (TREE, BOOSTED):
        yield found, width
        return
    if isinstance(found, dict):
        inside = list(found.values())
    elif isinstance(found, list | tuple):
        inside = list(found)
    elif isinstance(found, np.ndarray):
        inside = list(found.ravel()) if found.dtype == object else []
    elif name.startswith("sklearn.") and hasattr(found, "__dict__"):
        inside = list(vars(found).values())
        # what a step of a pipeline is given was made by the step before; all else passes its own columns on
        own = int(vars(found).get("n_features_in_", ANY))
        width = ANY if name == "sklearn.pipeline.Pipeline" else min(width, own)
    else:
        inside = []
    for one in inside:
        yield from _trees(one, width, depth + 1)


def _sound(tree: Any, width: int) -> bool:
    """Whether every branch leads on to a later node, and every question is about a column that is there."""
    if hasattr(tree, "children_left"):
        left, right, feature = tree.children_left, tree.children_right, tree.feature
        leaf, whole = left == -1, tree.value.shape[0] == len(left) and tree.n_features <= width
    else:
        left, right, feature = (tree.nodes[name].astype(np.int64) for name in ("left", "right", "feature_idx"))
        leaf = tree.nodes["is_leaf"].astype(bool)
        whole = not tree.nodes["is_categorical"].any()  # its sets of words are not checked, and nothing here needs them
    numbers = np.arange(len(left))
    inside = (left > numbers) & (left < len(left)) & (right > numbers) & (right < len(left))
    return bool(whole and len(left) and np.where(leaf, True, inside & (feature >= 0) & (feature < width)).all())
