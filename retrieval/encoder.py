"""A sentence-transformers model in a folder, loaded on the first text and read by one thread at a time.

It looks at nothing but that folder and runs no code of it. A folder that cannot be loaded raises WeightsMissing.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from retrieval.errors import WeightsMissing

__all__ = ["Encoder", "Precision"]

Precision = Literal["float32", "bfloat16"]
BATCH = 32


class Encoder:
    """Texts to rows, whose length is the model's business. `folder` is asked on the first use."""

    def __init__(self, folder: Callable[[], Path], precision: Precision = "float32") -> None:
        self._folder = folder
        self._precision = precision
        self._model: Any = None
        self._lock = threading.Lock()  # fast tokenizers fail with "Already borrowed" when two threads use one

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        with self._lock:
            self._model = self._model or self._load(self._folder())
            rows = self._model.encode(list(texts), batch_size=BATCH, show_progress_bar=False, convert_to_numpy=True)
        return np.asarray(rows, dtype=np.float32)

    def _load(self, folder: Path) -> Any:
        # Imported here: together they take seconds, and most commands never embed anything.
        import torch
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging

        shown = logging.is_progress_bar_enabled()
        logging.disable_progress_bar()  # one bar of 103 steps for a load of half a second
        try:
            model = SentenceTransformer(str(folder), device="cpu", local_files_only=True)
        except Exception as error:  # a damaged folder raises what the library that stumbles first happens to raise
            said = (str(error).splitlines() or [""])[0]
            raise WeightsMissing(
                f"the model in {folder} cannot be loaded: {type(error).__name__}: {said[:200]}; copy it there again"
            ) from error
        finally:
            if shown:
                logging.enable_progress_bar()
        return model.to(getattr(torch, self._precision)).eval()
