"""A random forest (scikit-learn) on spread signals.

Its probability is the mean over the trees, and on the way down a tree every split moves that mean: these steps are the
reasons (path contributions, Saabas 2014). They add up in probability; one factor a case, the slope of the secant of
the log-odds between base and probability, carries them into log-odds, where they add up as well.

Stored through skops, never as a pickle. skops does not vouch for the indices inside a tree, which scikit-learn follows
unchecked, so that one type is allowed here and every index is checked before it is followed.
"""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from assistant.scoring.frame import Floats, Frame, Ints
from assistant.scoring.models.spread import Spread

if TYPE_CHECKING:
    from sklearn.ensemble import RandomForestClassifier

__all__ = ["FittedForest", "Forest"]

TREES, DEPTH, LEAST_LEAF = 60, 8, 4
TREE = "sklearn.tree._tree.Tree"
SURE = 0.002
"""A mean over trees may be 0 or 1, which no log-odds can say: it stays this far from both."""


@dataclass(frozen=True, eq=False)
class FittedForest:
    spread: Spread
    forest: RandomForestClassifier

    kind: ClassVar[str] = "forest"

    def margins(self, frame: Frame) -> Floats:
        return self.contributions(frame).sum(axis=1)

    def contributions(self, frame: Frame) -> Floats:
        matrix = self.spread(frame).astype(np.float32)
        steps = np.zeros((len(frame), len(self.spread.owners)))
        for tree, paths in zip(self.forest.estimators_, self._paths, strict=True):
            steps += paths[tree.tree_.apply(matrix)]
        parts = self.spread.gather(steps / len(self.forest.estimators_), len(frame.names))
        base = np.mean([_shares(tree.tree_)[0] for tree in self.forest.estimators_])
        moved = parts.sum(axis=1)
        start, end = _log_odds(base), _log_odds(base + moved)
        with np.errstate(invalid="ignore", divide="ignore"):
            slope = np.where(np.abs(moved) > 1e-9, (end - start) / moved, 0.0)
        return np.column_stack([parts * slope[:, None], np.full(len(frame), start)])

    @cached_property
    def _paths(self) -> list[Floats]:
        """For each tree: nodes × spread columns, what the splits on the way to the node added."""
        found = []
        for tree in (one.tree_ for one in self.forest.estimators_):
            share = _shares(tree)
            paths = np.zeros((tree.node_count, len(self.spread.owners)))
            for node in range(tree.node_count):  # a parent stands before its children
                for child in (tree.children_left[node], tree.children_right[node]):
                    if child > 0:
                        paths[child] = paths[node]
                        paths[child, tree.feature[node]] += share[child] - share[node]
            found.append(paths)
        return found

    def save(self, folder: Path) -> None:
        import skops.io

        skops.io.dump(self.forest, folder / "forest.skops", compression=zipfile.ZIP_DEFLATED)
        (folder / "spread.json").write_text(self.spread.model_dump_json())

    @classmethod
    def load(cls, folder: Path) -> FittedForest:
        import skops.io
        from skops.io.exceptions import UntrustedTypesFoundException

        spread = Spread.model_validate_json((folder / "spread.json").read_text())
        try:
            forest = skops.io.load(folder / "forest.skops", trusted=[TREE])
        except UntrustedTypesFoundException as error:
            raise ValueError("forest.skops holds types that no forest needs") from error
        except (zipfile.BadZipFile, KeyError, TypeError, AttributeError) as error:
            raise ValueError("forest.skops cannot be read") from error
        _check(forest, len(spread.owners))
        return cls(spread, forest)


@dataclass(frozen=True)
class Forest:
    trees: int = TREES
    name: str = "forest"
    by_itself: bool = True
    reads: tuple[str, ...] | None = None

    def fit(self, frame: Frame, labels: Ints, weights: Floats) -> FittedForest:
        from sklearn.ensemble import RandomForestClassifier

        spread = Spread.of(frame)
        forest = RandomForestClassifier(
            self.trees,
            max_depth=DEPTH,
            min_samples_leaf=LEAST_LEAF,
            monotonic_cst=spread.directions(frame),
            n_jobs=1,
            random_state=7,
        )
        return FittedForest(spread, forest.fit(spread(frame), labels, sample_weight=weights))


def _check(forest: object, width: int) -> None:
    """Raises ValueError unless every index of every tree points at something that is there."""
    from sklearn.ensemble import RandomForestClassifier

    if not isinstance(forest, RandomForestClassifier):
        raise ValueError("forest.skops holds no random forest")
    for tree in (one.tree_ for one in forest.estimators_):
        nodes = np.arange(tree.node_count)
        left, right, feature = tree.children_left, tree.children_right, tree.feature
        leaf = left == -1
        inside = (left > nodes) & (left < len(nodes)) & (right > nodes) & (right < len(nodes))
        sound = np.where(leaf, right == -1, inside & (feature >= 0) & (feature < width))
        if not sound.all() or tree.n_features != width or tree.value.shape[0] != len(nodes):
            raise ValueError("forest.skops holds a tree whose branches point nowhere")


def _shares(tree: object) -> Floats:
    """The fraud share of each node."""
    value: Floats = tree.value[:, 0, :]  # type: ignore[attr-defined]
    return value[:, 1] / value.sum(axis=1)


def _log_odds(share: Floats | np.floating) -> Floats:
    kept = np.clip(share, SURE, 1 - SURE)
    return np.log(kept / (1 - kept))
