"""The vectors: one Chroma collection, opened on first use, in a folder of ours or on a server.

It finds the slots nearest to a vector, approximately (HNSW), and gives cosines of named slots, exactly. It knows
nothing of items or times. `Place` makes and opens collections, `retrieval.server` has the one for a Chroma server.

Two habits of Chroma 1.5.9 shape the folder. A client does not see what another process wrote until it is closed and
opened again, and all clients of one path in one process share one cache; so a folder's place gives every caller in this
process the same object, and `fresh` reopens it when the generation moved on. And Chroma opens a folder that was
deleted, half deleted or made with other settings without a word; so `fresh` compares what it finds with what was noted.
Telemetry is off and no embedding function is set, so it has nothing to ask the network for.
"""

from __future__ import annotations

import logging
import shutil
import threading
import weakref
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol
from uuid import uuid4

import numpy as np
from numpy.typing import NDArray

from retrieval.errors import IndexMismatch, RetrievalError

__all__ = ["FILE", "HNSW", "Folder", "Place", "Vectors"]

NAME = "memory"
FILE = "chroma.sqlite3"
HNSW = {"space": "cosine", "ef_construction": 100, "ef_search": 200}
PROBES = 8
"""Vectors that are read when a collection is opened, to see that they are there."""

_log = logging.getLogger(__name__)
_shared: weakref.WeakValueDictionary[Path, Vectors] = weakref.WeakValueDictionary()
_shared_lock = threading.Lock()


class Place(Protocol):
    """Where collections are."""

    @property
    def name(self) -> str: ...

    def create(self) -> tuple[str, str]:
        """Makes an empty collection under a new name, and gives the name and its id."""
        ...

    def open(self, name: str) -> Vectors:
        """The collection of a name; `fresh` must be called before anything else."""
        ...

    def remove(self, names: Collection[str]) -> None:
        """Removes collections that nothing points to any more, as far as they can be reached."""
        ...


class Vectors:
    """One collection. Its errors are IndexMismatch (it is damaged or another one) and those of its place."""

    def __init__(self, where: str) -> None:
        self._where = where
        self._collection: Any = None
        self.generation = -1
        """The write that this object has seen last; its owner sets it after writing."""

    def fresh(self, generation: int, collection: str, slots: Callable[[], Sequence[int]]) -> None:
        """Opens it if needed: closed, or changed behind its back. `slots` gives those that must be there.

        Raises IndexMismatch if this is not the collection that was noted."""
        raise NotImplementedError

    def close(self) -> None:
        """Lets go of files and memory; the next `fresh` opens it again."""
        self._collection = None

    def count(self) -> int:
        with self._watched():
            return int(self._collection.count())

    def slots(self) -> set[int]:
        with self._watched():
            return {int(id) for id in self._collection.get(include=[])["ids"]}

    def nearest(self, vector: NDArray[np.float32], n: int) -> dict[int, float]:
        """The cosines of about the n nearest slots; fewer if the graph reaches fewer."""
        with self._watched():
            found = self._collection.query(query_embeddings=[vector], n_results=n, include=["distances"])
        return _rounded([int(id) for id in found["ids"][0]], 1.0 - np.asarray(found["distances"][0], dtype=np.float64))

    def cosines(self, vector: NDArray[np.float32], slots: Collection[int]) -> dict[int, float]:
        """The cosine of each of these slots, about 0.06 ms each. Raises IndexMismatch if one is missing."""
        if not slots:
            return {}
        order, rows = self._rows(slots)
        return _rounded(order, rows.astype(np.float64) @ vector.astype(np.float64))

    def put(self, slots: Sequence[int], rows: NDArray[np.float32]) -> None:
        with self._watched():
            self._collection.upsert(ids=[str(slot) for slot in slots], embeddings=rows)

    def drop(self, slots: Collection[int]) -> None:
        if slots:
            with self._watched():
                self._collection.delete(ids=[str(slot) for slot in slots])

    def _compare(self, collection: str, slots: Sequence[int]) -> None:
        """Raises IndexMismatch unless this is the collection of that id with vectors for all of these slots."""
        space = self._collection.configuration_json["hnsw"]["space"]
        if str(self._collection.id) != collection or space != HNSW["space"]:
            self.close()
            raise IndexMismatch(f"{self._where} holds other vectors than the ones noted for it")
        if (held := self.count()) < len(slots):
            self.close()
            raise IndexMismatch(f"{self._where} holds {held} vectors instead of {len(slots)}")
        # The count comes from Chroma's SQLite file; only reading vectors shows that the graph's own files are there.
        self._rows(slots[:: max(1, len(slots) // PROBES)])

    def _rows(self, slots: Collection[int]) -> tuple[list[int], NDArray[np.float32]]:
        """These slots in the order that Chroma gives them in, and their vectors in that order."""
        if not slots:  # Chroma takes no ids for all ids
            return [], np.zeros((0, 0), dtype=np.float32)
        with self._watched():
            found = self._collection.get(ids=[str(slot) for slot in slots], include=["embeddings"])
        if len(found["ids"]) != len(slots):
            self.close()
            raise IndexMismatch(f"{len(slots) - len(found['ids'])} vectors in {self._where} are gone")
        return [int(id) for id in found["ids"]], np.asarray(found["embeddings"], dtype=np.float32)

    @contextmanager
    def _watched(self) -> Iterator[None]:
        """Turns what Chroma raises into an error of ours, and lets go of what may be broken."""
        try:
            yield
        except RetrievalError:
            raise
        except Exception as error:
            _log.debug("Chroma failed in %s", self._where, exc_info=error)
            self.close()
            raise self._told(error) from error

    def _told(self, error: Exception) -> RetrievalError:
        return IndexMismatch(f"the vectors in {self._where} cannot be read ({error})")


class Folder:
    """Collections in folders of their own inside one folder; every process that uses them opens the files itself."""

    name = "folder"

    def __init__(self, parent: Path) -> None:
        self._parent = parent.resolve()

    def create(self) -> tuple[str, str]:
        # The name is new each time, so that nothing cached for an older folder can answer for this one.
        name = f"vectors-{uuid4().hex[:8]}"
        client = _client(self._parent / name)
        try:
            # get_or_create_collection would keep different settings of an existing one in silence.
            collection = client.create_collection(NAME, embedding_function=None, configuration={"hnsw": HNSW})
            return name, str(collection.id)
        finally:
            client.close()

    def open(self, name: str) -> Vectors:
        folder = self._parent / name
        with _shared_lock:
            return _shared.setdefault(folder, _FolderVectors(folder))

    def remove(self, names: Collection[str]) -> None:
        """A process that still has one open notices by its file."""
        for name in names:
            shutil.rmtree(self._parent / name, ignore_errors=True)

    def others(self, keep: Iterable[str]) -> set[str]:
        """The names of collections here, without some: of those whose creation was cut short nothing else knows."""
        return {path.name for path in self._parent.glob("vectors-*")} - set(keep)


class _FolderVectors(Vectors):
    def __init__(self, folder: Path) -> None:
        super().__init__(str(folder))
        self._folder = folder
        self._close: Any = None
        self._inode = 0

    def fresh(self, generation: int, collection: str, slots: Callable[[], Sequence[int]]) -> None:
        try:
            inode = (self._folder / FILE).stat().st_ino
        except FileNotFoundError:
            self.close()
            raise IndexMismatch(f"the vectors in {self._folder} are gone") from None
        if self._collection is not None and (generation, inode) == (self.generation, self._inode):
            return
        self.close()
        with self._watched():
            client = _client(self._folder)
            # A client that is dropped unclosed would leave its cache to the next one of this process.
            self._close = weakref.finalize(self, client.close)
            self._collection = client.get_collection(NAME, embedding_function=None)
        self._compare(collection, slots())
        self._inode, self.generation = inode, generation

    def close(self) -> None:
        if self._close is not None:
            self._close()
        self._collection = self._close = None


def _rounded(slots: Sequence[int], cosines: NDArray[np.float64]) -> dict[int, float]:
    """Four decimals: a text embedded in other company differs in the seventh, and must not rank differently for it."""
    return {slot: float(cosine) for slot, cosine in zip(slots, np.round(cosines, 4), strict=True)}


def _client(folder: Path) -> Any:
    # Imported here: it takes a second, and a memory without vectors never needs it.
    import chromadb
    from chromadb.config import Settings

    return chromadb.PersistentClient(path=str(folder), settings=Settings(anonymized_telemetry=False))
