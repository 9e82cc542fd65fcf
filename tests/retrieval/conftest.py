"""The same tests run against the double and against the real model."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from retrieval import Embedder, HashEmbedder, Item, Memory, MiniLM, Query

START = datetime(2026, 1, 1, tzinfo=UTC)


def day(number: float) -> datetime:
    return START + timedelta(days=number)


def item(id: str, text: str = "a red bicycle", *, known: float = 0, links: str = "", **tags: str) -> Item:
    return Item(id=id, known_at=day(known), text=text, links=frozenset(links.split()), tags=tags)


def query(text: str = "a red bicycle", *, as_of: float = 100, links: str = "", exclude: str = "") -> Query:
    return Query(text=text, links=frozenset(links.split()), as_of=day(as_of), exclude=frozenset(exclude.split()))


class CountingEmbedder(HashEmbedder):
    """The double, noting what it was asked to embed."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []

    def embed(self, texts):  # type: ignore[no-untyped-def]
        self.seen.extend(texts)
        return super().embed(texts)


@pytest.fixture(scope="session")
def minilm() -> MiniLM:
    import torch

    torch.set_num_threads(1)  # two torch processes with two threads each on two cores are 10 times slower
    return MiniLM()


@pytest.fixture(params=["hash", "minilm"])
def embedder(request: pytest.FixtureRequest) -> Embedder:
    return HashEmbedder() if request.param == "hash" else request.getfixturevalue("minilm")


@pytest.fixture
def memory(tmp_path: Path, embedder: Embedder) -> Iterator[Memory]:
    with Memory(tmp_path / "memory", embedder) as memory:
        yield memory


@pytest.fixture
def open_memory(tmp_path: Path) -> Callable[[], Memory]:
    """Opens the folder of this test with the double; each call stands for a new start of the program."""
    return lambda: Memory(tmp_path / "memory", HashEmbedder())
