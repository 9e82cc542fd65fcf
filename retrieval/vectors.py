"""The vectors: one Chroma collection in one folder, opened on first use, closed when nobody needs it.

It finds the slots nearest to a vector, approximately (HNSW), and gives cosines of named slots, exactly. It knows
nothing of items or times. Two habits of Chroma 1.5.9 shape it. A client does not see what another process wrote until
it is closed and opened again, and all clients of one path in one process share one cache; so `shared` gives every
caller in this process the same object, and `fresh` reopens it when the generation moved on. And Chroma opens a folder
that was deleted, half deleted or made with other settings without a word; so `_open` compares what it finds with what
was noted. Telemetry is off and no embedding function is set, so it has nothing to ask the network for.
"""

from __future__ import annotations

import logging
import shutil
import threading
import weakref
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import numpy as np
from numpy.typing import NDArray

from retrieval.errors import REBUILD, IndexMismatch

__all__ = ["Vectors", "create", "shared"]

NAME = "memory"
FILE = "chroma.sqlite3"
HNSW = {"space": "cosine", "ef_construction": 200, "ef_search": 200}

_log = logging.getLogger(__name__)
_shared: weakref.WeakValueDictionary[Path, Vectors] = weakref.WeakValueDictionary()
_shared_lock = threading.Lock()


def shared(folder: Path) -> Vectors:
    """The one object of this process for a folder."""
    with _shared_lock:
        return _shared.setdefault(folder.resolve(), Vectors(folder.resolve()))


def create(parent: Path) -> tuple[str, str]:
    """Makes an empty collection in a new folder and gives the folder's name and the collection's id.

    The name is new each time, so that nothing cached for an older folder can answer for this one. Folders of older
    collections, and of one whose creation was cut short, are removed.
    """
    remove(parent)
    name = f"vectors-{uuid4().hex[:8]}"
    client = _client(parent / name)
    try:
        # get_or_create_collection would keep different settings of an existing one in silence.
        collection = client.create_collection(NAME, embedding_function=None, configuration={"hnsw": HNSW})
        return name, str(collection.id)
    finally:
        client.close()


def remove(parent: Path) -> None:
    """Removes every folder of vectors; a process that still has one open notices by its file."""
    for folder in parent.glob("vectors-*"):
        shutil.rmtree(folder, ignore_errors=True)


class Vectors:
    """The collection in one folder. Get it from `shared`, and call `fresh` before anything else."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._collection: Any = None
        self._close: Any = None
        self._inode = 0
        self.generation = -1
        """The write that this object has seen last; its owner sets it after writing."""

    def fresh(self, generation: int, collection: str, slots: Callable[[], Sequence[int]]) -> None:
        """Opens it if needed: closed, or somebody else wrote, or the files were replaced.

        `slots` gives those that must be there. Raises IndexMismatch if this is not the collection that was noted.
        """
        try:
            inode = (self._folder / FILE).stat().st_ino
        except FileNotFoundError:
            self.close()
            raise IndexMismatch(f"the vectors in {self._folder} are gone: {REBUILD}") from None
        if self._collection is not None and (generation, inode) == (self.generation, self._inode):
            return
        self.close()
        self._open(collection, slots())
        self._inode, self.generation = inode, generation

    def close(self) -> None:
        """Lets go of files and memory; the next `fresh` opens it again."""
        if self._close is not None:
            self._close()
        self._collection = self._close = None

    def count(self) -> int:
        with self._damage_noticed():
            return int(self._collection.count())

    def slots(self) -> set[int]:
        with self._damage_noticed():
            return {int(id) for id in self._collection.get(include=[])["ids"]}

    def nearest(self, vector: NDArray[np.float32], n: int) -> dict[int, float]:
        """The cosines of about the n nearest slots; fewer if the graph reaches fewer."""
        with self._damage_noticed():
            found = self._collection.query(query_embeddings=[vector], n_results=n, include=["distances"])
        return _rounded([int(id) for id in found["ids"][0]], 1.0 - np.asarray(found["distances"][0], dtype=np.float64))

    def cosines(self, vector: NDArray[np.float32], slots: Collection[int]) -> dict[int, float]:
        """The cosine of each of these slots, about 0.06 ms each. Raises IndexMismatch if one is missing."""
        if not slots:
            return {}
        order, rows = self._rows(slots)
        return _rounded(order, rows.astype(np.float64) @ vector.astype(np.float64))

    def put(self, slots: Sequence[int], rows: NDArray[np.float32]) -> None:
        with self._damage_noticed():
            self._collection.upsert(ids=[str(slot) for slot in slots], embeddings=rows)

    def drop(self, slots: Collection[int]) -> None:
        if slots:
            with self._damage_noticed():
                self._collection.delete(ids=[str(slot) for slot in slots])

    def _open(self, collection: str, slots: Sequence[int]) -> None:
        with self._damage_noticed():
            client = _client(self._folder)
            # A client that is dropped unclosed would leave its cache to the next one of this process.
            self._close = weakref.finalize(self, client.close)
            self._collection = client.get_collection(NAME, embedding_function=None)
        space = self._collection.configuration_json["hnsw"]["space"]
        if str(self._collection.id) != collection or space != HNSW["space"]:
            self.close()
            raise IndexMismatch(f"{self._folder} holds other vectors than the ones noted beside it: {REBUILD}")
        if (held := self.count()) < len(slots):
            self.close()
            raise IndexMismatch(f"{self._folder} holds {held} vectors instead of {len(slots)}: {REBUILD}")
        # The count comes from Chroma's SQLite file; only reading vectors shows that the graph's own files are there.
        self._rows(slots[:: max(1, len(slots) // 8)])

    def _rows(self, slots: Collection[int]) -> tuple[list[int], NDArray[np.float32]]:
        """These slots in the order that Chroma gives them in, and their vectors in that order."""
        if not slots:  # Chroma takes no ids for all ids
            return [], np.zeros((0, 0), dtype=np.float32)
        with self._damage_noticed():
            found = self._collection.get(ids=[str(slot) for slot in slots], include=["embeddings"])
        if len(found["ids"]) != len(slots):
            self.close()
            raise IndexMismatch(f"{len(slots) - len(found['ids'])} vectors in {self._folder} are gone: {REBUILD}")
        return [int(id) for id in found["ids"]], np.asarray(found["embeddings"], dtype=np.float32)

    @contextmanager
    def _damage_noticed(self) -> Iterator[None]:
        try:
            yield
        except Exception as error:
            _log.debug("Chroma failed in %s", self._folder, exc_info=error)
            self.close()
            raise IndexMismatch(f"the vectors in {self._folder} cannot be read ({error}): {REBUILD}") from error


def _rounded(slots: Sequence[int], cosines: NDArray[np.float64]) -> dict[int, float]:
    """Four decimals: a text embedded in other company differs in the seventh, and must not rank differently for it."""
    return {slot: float(cosine) for slot, cosine in zip(slots, np.round(cosines, 4), strict=True)}


def _client(folder: Path) -> Any:
    # Imported here: it takes a second, and a memory without vectors never needs it.
    import chromadb
    from chromadb.config import Settings

    return chromadb.PersistentClient(path=str(folder), settings=Settings(anonymized_telemetry=False))
