"""What a question is about: sentence embeddings, a linear model over labelled examples, and an honest "not sure".

Promise: nothing but the examples in topics.toml is learned from, and the same examples and embedder give the same
answer. Probabilities are calibrated on examples left out (temperature), and `SURE` of them is what it takes to answer
without asking back. The embeddings of the examples are kept in the home folder, named by what they were made from.
"""

from __future__ import annotations

import hashlib
import threading
import tomllib
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple, get_args

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold, cross_val_predict

from assistant.support.values import Topic, Topics
from retrieval import Embedder

__all__ = ["SURE", "TopicReader", "examples", "said_of"]

SURE = 0.6
"""Least calibrated probability at which a topic is taken without asking back."""
STRENGTH, FOLDS, SEED = 5.0, 5, 7
_TEMPERATURES = np.geomspace(0.2, 3, 40)
Rows = NDArray[np.float64]


class _Fitted(NamedTuple):
    model: LogisticRegression
    temperature: float


def examples() -> dict[Topic, list[str]]:
    """The labelled examples, by topic."""
    return {topic: list(entry["examples"]) for topic, entry in _entries().items()}


def said_of(topic: Topic) -> str:
    """A topic in words."""
    return str(_entries()[topic]["says"])


@cache
def _entries() -> Mapping[Topic, Mapping[str, Any]]:
    found = tomllib.loads(files("assistant.support").joinpath("topics.toml").read_text(encoding="utf-8"))
    if tuple(found) != get_args(Topic):
        raise AssertionError(f"topics.toml has {', '.join(found)}")
    return found  # type: ignore[return-value]


class TopicReader:
    """Reads topics with one embedder. The first question fits the model, which takes a moment."""

    def __init__(self, embedder: Callable[[], Embedder], folder: Path) -> None:
        self._embedder = embedder
        self._folder = folder
        self._fitted: _Fitted | None = None
        self._lock = threading.Lock()

    def read(self, text: str) -> Topics:
        """What the text is about; an empty one is about nothing."""
        return self.read_all([text])[0]

    def read_all(self, texts: Sequence[str]) -> list[Topics]:
        """The same for many at once."""
        fitted = self.fit()
        scores = fitted.model.decision_function(self._embedder().embed([text or "?" for text in texts]))
        found = []
        for row in _softmax(scores / fitted.temperature):
            first, second = np.argsort(-row)[:2]
            topic, other = (_topic(fitted.model.classes_[at]) for at in (first, second))
            sure = float(row[first])
            found.append(Topics(topic=topic, sure=round(sure, 4), second=other, is_sure=sure >= SURE))
        return found

    def fit(self) -> _Fitted:
        with self._lock:
            if self._fitted is None:
                texts = [text for group in examples().values() for text in group]
                labels = np.array([topic for topic, group in examples().items() for _ in group])
                vectors = self._kept(texts)
                model = LogisticRegression(C=STRENGTH, max_iter=1000)
                folds = StratifiedKFold(FOLDS, shuffle=True, random_state=SEED)
                out = cross_val_predict(model, vectors, labels, cv=folds, method="decision_function")
                model.fit(vectors, labels)
                self._fitted = _Fitted(model, _temperature(out, np.searchsorted(model.classes_, labels)))
            return self._fitted

    def _kept(self, texts: Sequence[str]) -> Rows:
        embedder = self._embedder()
        name = hashlib.sha256("\n".join([embedder.name, *texts]).encode()).hexdigest()[:16]
        path = self._folder / f"topics-{name}.npy"
        try:
            vectors = np.load(path, allow_pickle=False)
            if vectors.shape == (len(texts), embedder.dimension):
                return np.asarray(vectors)
        except (OSError, ValueError):
            pass  # not there yet, or cut off: made again
        vectors = embedder.embed(texts)
        self._folder.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(f".{threading.get_ident()}.part")
        with part.open("wb") as file:
            np.save(file, vectors, allow_pickle=False)
        part.replace(path)
        return np.asarray(vectors)


def _temperature(scores: Rows, truth: NDArray[np.intp]) -> float:
    """The temperature of least log loss on examples left out (Guo et al. 2017)."""
    rows = np.arange(len(truth))
    losses = [-np.log(_softmax(scores / one)[rows, truth] + 1e-12).mean() for one in _TEMPERATURES]
    return float(_TEMPERATURES[int(np.argmin(losses))])


def _softmax(scores: Rows) -> Rows:
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))


def _topic(name: str) -> Topic:
    return str(name)  # type: ignore[return-value]
