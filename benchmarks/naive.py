"""The naive way to find similar cases, for comparison: each case's redacted description in one Chroma collection.

What langchain-chroma does, without its package: texts through `embed_documents` in the order given, 32 at a time in
fp32, `upsert` with text and metadata, one metadata filter for what was known. The descriptions are those that the
product embeds (`assistant.precedents.narrative`), frozen before anything was tuned.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import uuid4

import numpy as np
from numpy.typing import NDArray

from retrieval import Embedder

__all__ = ["Naive", "Once"]

BATCH = 512


class Once:
    """An embedder that reads each text once, so that two ways can be compared on one reading."""

    def __init__(self, embedder: Embedder) -> None:
        self.name, self.dimension = embedder.name, embedder.dimension
        self._embedder = embedder
        self._seen: dict[str, NDArray[np.float32]] = {}

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        new = [text for text in dict.fromkeys(texts) if text not in self._seen]
        if new:
            self._seen |= dict(zip(new, self._embedder.embed(new), strict=True))
        return np.stack([self._seen[text] for text in texts])


class Naive:
    """One collection in memory."""

    def __init__(self, embedder: Embedder) -> None:
        import chromadb

        self._embedder = embedder
        client: Any = chromadb.EphemeralClient(chromadb.Settings(anonymized_telemetry=False))
        name, space = f"naive-{uuid4().hex}", {"hnsw": {"space": "cosine"}}
        self._collection = client.create_collection(name, embedding_function=None, configuration=space)

    def add(self, texts: Mapping[str, str], known_at: Mapping[str, datetime]) -> None:
        ids = list(texts)
        for start in range(0, len(ids), BATCH):
            part = ids[start : start + BATCH]
            rows = self._embedder.embed([texts[id] for id in part])
            known: Any = [{"known_at": known_at[id].timestamp()} for id in part]
            self._collection.upsert(ids=part, embeddings=rows, documents=[texts[id] for id in part], metadatas=known)

    def similar(self, text: str, as_of: datetime, k: int, but: str = "") -> list[tuple[str, float]]:
        """Ids with their cosine, best first, of what was known before."""
        found = self._collection.query(
            query_embeddings=self._embedder.embed([text]),
            n_results=k + 1,
            where={"known_at": {"$lt": as_of.timestamp()}},
            include=["distances"],
        )
        pairs = zip(found["ids"][0], found["distances"][0] if found["distances"] else (), strict=True)
        return [(id, 1 - distance) for id, distance in pairs if id != but][:k]
