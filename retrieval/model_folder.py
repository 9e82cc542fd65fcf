"""An embedder from a folder of one's own: any sentence-transformers model, such as one for another language.

Its name is the fingerprint of the files that vectors depend on. So a copy elsewhere gives the same vectors under the
same name, and a model that was trained further in place is another one, for which the memory makes new vectors.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from retrieval.encoder import Encoder
from retrieval.errors import WeightsMissing

__all__ = ["ModelFolder"]

COUNTED = frozenset({".json", ".txt", ".model", ".safetensors", ".bin"})
"""Endings of weights, vocabularies and settings. A README, or a second copy for another runtime, changes no vector."""


class ModelFolder:
    """The model in `folder`, in float32. Raises WeightsMissing where there is none; a damaged one on the first use.

    Every file is read once for the fingerprint: 0.1 s for 90 MB. The dimension is known by loading the model."""

    def __init__(self, folder: Path) -> None:
        if not (folder / "modules.json").is_file():
            what = "holds no modules.json" if folder.is_dir() else "is not there"
            raise WeightsMissing(
                f"the folder {folder} of an embedding model {what}: name one that holds a sentence-transformers model"
            )
        self.name = f"model-folder/{_fingerprint(folder)}"
        self._encoder = Encoder(lambda: folder)

    @cached_property
    def dimension(self) -> int:
        return int(self._encoder.encode(["a"]).shape[1])

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        if not texts:
            return np.zeros((0, self.dimension), dtype=np.float32)
        rows = self._encoder.encode(texts)
        lengths = np.linalg.norm(rows, axis=1, keepdims=True)
        return (rows / np.where(lengths > 0, lengths, 1)).astype(np.float32)


def _fingerprint(folder: Path) -> str:
    whole = hashlib.sha256()
    try:
        for path in sorted(path for path in folder.rglob("*") if path.suffix in COUNTED and path.is_file()):
            with path.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
            whole.update(f"{path.relative_to(folder).as_posix()} {digest}\n".encode())
    except OSError as error:
        raise WeightsMissing(f"the model folder {folder} cannot be read: {error}") from error
    return whole.hexdigest()[:16]
