"""Which collection of vectors answers, which one is being made, and which embedder reads for each.

The current collection answers. When the embedder or the place is another one than it was made with, or its files are
gone, the next one is made beside it (`retrieval.renewal`), and until that is whole the current one goes on answering
through the embedder that it was made with. Its caller holds the folder's lock around every use.
"""

from __future__ import annotations

from pathlib import Path

from retrieval.embed import Embedder, embedder_named
from retrieval.errors import IndexMismatch, RetrievalError
from retrieval.ledger import CURRENT, Ledger, Origin
from retrieval.server import Server
from retrieval.vectors import Folder, Place, Vectors

__all__ = ["Shelf"]


class Shelf:
    """The collections of one memory."""

    def __init__(self, folder: Path, embedder: Embedder, server: str = "") -> None:
        self.embedder = embedder
        self._folder = Folder(folder)
        self._place: Place = Server(server) if server else self._folder
        self._places: dict[str, Place] = {self._folder.name: self._folder, self._place.name: self._place}
        self._embedders: dict[str, Embedder] = {embedder.name: embedder}
        self._open: dict[str, Vectors] = {}

    def reader(self, origin: Origin | None) -> Embedder:
        """The embedder that a collection was made with. Raises IndexMismatch where it cannot be had any more."""
        name = origin.embedder if origin else self.embedder.name
        if name not in self._embedders:
            found = embedder_named(name)
            if found is None:
                raise IndexMismatch(f"the vectors were made with the embedder {name}, which is not here any more")
            self._embedders[name] = found
        return self._embedders[name]

    def is_wanted(self, origin: Origin) -> bool:
        """Whether a collection is one of the embedder and the place in use."""
        made_with = (origin.embedder, origin.dimension, origin.place)
        return made_with == (self.embedder.name, self.embedder.dimension, self._place.name)

    def open(self, ledger: Ledger, role: str = CURRENT) -> Vectors | None:
        """A collection as its last writer left it; None if there is none yet. Raises IndexMismatch and Unreachable."""
        origin = ledger.collection(role)
        if origin is None:
            return None
        if origin.name not in self._open:
            self._open[origin.name] = self._at(origin.place).open(origin.name)
        store = self._open[origin.name]
        store.fresh(origin.generation, origin.id, lambda: ledger.slots(role))
        return store

    def open_for_writing(self, ledger: Ledger, role: str = CURRENT) -> Vectors:
        """The same, made where there is none yet, and without what a crash has left in it."""
        if ledger.collection(role) is None:
            self.create(ledger, role)
        store = self.open(ledger, role)
        assert store is not None
        if store.count() > ledger.count_slots(role):
            store.drop(store.slots() - set(ledger.slots(role)))
        return store

    def create(self, ledger: Ledger, role: str) -> None:
        """Makes an empty collection of the embedder and the place in use, and notes it."""
        old = ledger.collection(role)
        name, id = self._place.create()
        ledger.attach(role, Origin(self.embedder.name, self.embedder.dimension, self._place.name, name, id))
        self.discard(ledger, old)

    def discard(self, ledger: Ledger, old: Origin | None) -> None:
        """Removes a collection that is not noted any more, and leftovers in the folder."""
        noted = ledger.collections()
        self._open = {one.name: self._open[one.name] for one in noted if one.name in self._open}
        if old and old.place != self._folder.name:
            self._at(old.place).remove([old.name])
        self._folder.remove(self._folder.others(one.name for one in noted))

    def close(self) -> None:
        # Not closed by hand: another memory of this process may be reading them. The last one to let go closes.
        self._open.clear()

    def _at(self, place: str) -> Place:
        if place not in self._places:
            try:
                self._places[place] = Server(place)
            except RetrievalError as error:
                raise IndexMismatch(f"the vectors were kept at {place}, which cannot be asked") from error
        return self._places[place]
