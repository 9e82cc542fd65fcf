"""Collections on a Chroma server (`chroma run`): one process owns the vectors, and all others ask it.

Nothing is cached here, so every process sees what the others wrote. A server that does not answer within a few
seconds raises Unreachable, and is left alone for a moment, so that nobody waits for it again and again. A collection
is removed when its memory makes another one; that of a folder that was deleted by hand stays on the server.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection, Sequence
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from retrieval.errors import IndexMismatch, InvalidValue, RetrievalError, Unreachable
from retrieval.vectors import HNSW, Vectors

__all__ = ["Server"]

PATIENCE_S = 10.0
REST_S = 5.0
"""How long a server that did not answer is not asked again."""


class Server:
    """The collections of one server, by its URL."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise InvalidValue(f"{url!r} is not the address of a Chroma server: give one such as http://localhost:8000")
        self.name = url.rstrip("/")
        self._host, self._tls = parts.hostname, parts.scheme == "https"
        self._port = parts.port or (443 if self._tls else 8000)
        self._client: Any = None
        self._lock = threading.Lock()
        self._rest_until = 0.0

    def create(self) -> tuple[str, str]:
        name = f"memory-{uuid4().hex}"
        try:
            collection = self.client().create_collection(name, embedding_function=None, configuration={"hnsw": HNSW})
        except RetrievalError:
            raise
        except Exception as error:
            raise self.told(error) from error
        return name, str(collection.id)

    def open(self, name: str) -> Vectors:
        return _ServerVectors(self, name)

    def remove(self, names: Collection[str]) -> None:
        for name in names:
            try:
                self.client().delete_collection(name)
            except Exception:
                return  # it is only in the way of nobody there

    def client(self) -> Any:
        """The connection, made once. Raises Unreachable."""
        if time.monotonic() < self._rest_until:
            raise self._unreachable("it did not answer a moment ago")
        with self._lock:
            if self._client is None:
                import chromadb
                import httpx
                from chromadb.config import Settings

                settings = Settings(anonymized_telemetry=False)
                try:
                    # Chroma's own client waits for ever, and there is no setting for it: asked first, and set after.
                    httpx.get(f"{self.name}/api/v2/heartbeat", timeout=PATIENCE_S).raise_for_status()
                    client = chromadb.HttpClient(self._host, self._port, self._tls, settings=settings)
                except Exception as error:
                    raise self.told(error) from error
                client._server._session.timeout = httpx.Timeout(PATIENCE_S)
                self._client = client
            return self._client

    def told(self, error: Exception) -> RetrievalError:
        """What an error of Chroma's client means: a collection that is not there, or a server that is not."""
        from chromadb.errors import NotFoundError

        if isinstance(error, NotFoundError):
            return IndexMismatch(f"the vectors on {self.name} are gone")
        self._rest_until = time.monotonic() + REST_S
        return self._unreachable(str(error) or type(error).__name__)

    def _unreachable(self, why: str) -> Unreachable:
        return Unreachable(
            f"the Chroma server at {self.name} does not answer ({why}): start it with 'chroma run', or wait for it"
        )


class _ServerVectors(Vectors):
    def __init__(self, server: Server, name: str) -> None:
        super().__init__(f"{server.name} ({name})")
        self._server = server
        self._name = name

    def fresh(self, generation: int, collection: str, slots: Callable[[], Sequence[int]]) -> None:
        if self._collection is not None and generation == self.generation:
            return
        first = self._collection is None
        with self._watched():
            client = self._server.client()
            if first:
                self._collection = client.get_collection(self._name, embedding_function=None)
        if first:
            self._compare(collection, slots())
        self.generation = generation

    def _told(self, error: Exception) -> RetrievalError:
        return self._server.told(error)
