"""Models behind one interface: learn from a frame of signals, answer in log-odds that add up, rest as plain files.

A `Learner` is a way to make a model; what it makes is `Fitted`. Neither knows of kinds, cutoffs, calibration or
words: a vintage adds those. Nothing here reads or writes a pickle.

To bring another kind of model, write the two classes, and add the fitted one to `KINDS` (docs/extending.md).
"""

from __future__ import annotations

from pathlib import Path

from assistant.errors import NotReady
from assistant.scoring.models.forest import FittedForest, Forest
from assistant.scoring.models.given import FittedGiven, Given
from assistant.scoring.models.linear import FittedLinear, Linear
from assistant.scoring.models.network import FittedNetwork, Network
from assistant.scoring.models.onnx_file import FittedOnnx, OnnxFile
from assistant.scoring.models.protocol import Fitted, Learner
from assistant.scoring.models.sklearn_file import FittedSklearn, SklearnFile
from assistant.scoring.models.trees import FittedTrees, Trees

__all__ = [
    "CHALLENGERS",
    "CHAMPION",
    "KINDS",
    "Fitted",
    "FittedOnnx",
    "FittedSklearn",
    "Forest",
    "Given",
    "Learner",
    "Linear",
    "Network",
    "OnnxFile",
    "SklearnFile",
    "Trees",
    "open_model",
]

CHAMPION: Learner = Trees()
"""What is trained where nothing else was promoted."""
CHALLENGERS: tuple[Learner, ...] = (Linear(), Forest())
"""What `fra train` holds against it each time."""
KINDS: dict[str, type[Fitted]] = {
    one.kind: one
    for one in (FittedTrees, FittedLinear, FittedForest, FittedGiven, FittedOnnx, FittedSklearn, FittedNetwork)
}


def open_model(kind: str, folder: Path) -> Fitted:
    """A fitted model from its folder. Raises NotReady where this version does not know such a model."""
    if kind not in KINDS:
        raise NotReady(
            f"{folder} holds a model of the kind {kind!r}, which this version does not know; run 'fra train'"
        )
    return KINDS[kind].load(folder)
