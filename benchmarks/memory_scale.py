"""How the memory grows: `python -m benchmarks.memory_scale --sizes 10000 100000`

Items with made-up vectors that lie in clusters as texts do, with links, profiles, sides and words, known at growing
moments. For each size: the share of the exact ten nearest that a search by text finds, what a full search takes (all
views, at a moment when a tenth is not known yet) and one for a single side, what one plain query of the same Chroma
collection takes, and bytes an item. Each size grows out of the one before; `--keep FOLDER` keeps them all there, so
that another run measures without building. A million takes an hour and 4 GB of disk for itself.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zlib import crc32

import numpy as np
from numpy.typing import NDArray
from rich.progress import track

from retrieval import Item, Lens, Memory, Query
from retrieval.vectors import Folder

START = datetime(2025, 1, 1, tzinfo=UTC)
CLUSTERS = 400
NAMES = tuple(f"signal {n}" for n in range(30))
LENS = {name: Lens(1 / len(NAMES), 2.0) for name in NAMES}
CHUNK = 10_000
"""Items that are made at a time."""
Clock = Callable[[], float]
WORDS = 20_000
"""Different words; the chance of each falls with its rank, as in any language."""


class Clustered:
    """Made-up unit vectors, one for each text: a centre, which the text names, and noise of the text's own."""

    name, dimension = "clustered/384", 384

    def __init__(self) -> None:
        self._centres = np.random.default_rng(3).normal(size=(CLUSTERS, self.dimension)).astype(np.float32)

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        rows = np.stack([self._row(text) for text in texts])
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)

    def _row(self, text: str) -> NDArray[np.float32]:
        noise = np.random.default_rng(crc32(text.encode())).normal(size=self.dimension).astype(np.float32)
        return self._centres[int(text.split(" ", 1)[0]) % CLUSTERS] + 0.8 * noise


def made(number: int) -> Item:
    chance = np.random.default_rng(number)
    words = " ".join(f"w{int(rank)}" for rank in np.minimum(chance.zipf(1.3, 30), WORDS))
    links = frozenset({f"device:{chance.integers(0, 3_000_000)}", f"shop:{int(min(chance.zipf(1.5), 5000))}"})
    profile = dict(zip(NAMES, chance.normal(size=len(NAMES)).round(3).tolist(), strict=True))
    moment = START + timedelta(seconds=number * 30)
    side = "fraud" if chance.random() < 0.08 else "legitimate"
    text = f"{int(chance.integers(0, CLUSTERS))} {words} n{number}"
    return Item(f"case-{number}", moment, text, links, profile=profile, turns={moment + timedelta(days=20): side})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--of", type=int, default=200, help="searches for each figure")
    parser.add_argument("--keep", type=Path, help="a folder for the memories, which are kept")
    parser.add_argument("--cpu", action="store_true", help="processor time for the searches, on a machine that is busy")
    parser.add_argument("--build", action="store_true", help="build them only")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        clock = time.process_time if arguments.cpu else time.perf_counter
        measure(arguments.keep or Path(folder), sorted(arguments.sizes), 0 if arguments.build else arguments.of, clock)


def measure(folder: Path, sizes: Sequence[int], of: int, clock: Clock) -> None:
    print("| items | added a second | recall@10 | plain Chroma query, p50 / p95 | full search | for one side | bytes |")
    print("|---|---|---|---|---|---|---|")
    smaller = 0
    for size in sizes:
        rate = grown(folder, smaller, size)
        smaller = size
        print(row(folder / str(size), size, rate, of, clock) if of else f"| {size:,} | {rate:,.0f} |", flush=True)


def grown(folder: Path, smaller: int, size: int) -> float:
    """Makes the memory of a size where it is not there yet, and gives how many items a second the smaller one took."""
    noted = folder / str(size) / "rate"
    if not noted.exists():
        shutil.rmtree(noted.parent, ignore_errors=True)
        if smaller:
            shutil.copytree(folder / str(smaller), noted.parent)
        with Memory(noted.parent / "memory", Clustered()) as memory:
            seconds = 0.0
            for start in track(range(smaller, size, CHUNK), description=f"{size:,} items"):
                items = [made(number) for number in range(start, min(start + CHUNK, size))]
                started = time.perf_counter()
                memory.remember(items)
                seconds += time.perf_counter() - started
            noted.write_text(str((size - smaller) / seconds))
    return float(noted.read_text())


def row(folder: Path, size: int, rate: float, of: int, clock: Clock) -> str:
    embedder = Clustered()
    memory = Memory(folder / "memory", embedder)
    late = made(int(size * 0.9)).known_at
    asked = [made(number) for number in range(10**9, 10**9 + of)]
    full = [Query(one.text, one.links, late, profile=one.profile, lens=LENS) for one in asked]
    sided = [Query(one.text, one.links, late, profile=one.profile, lens=LENS, side="fraud") for one in asked]
    recall = np.mean([found(memory, query, embedder, size) for query in full[:50]])
    size_on_disk = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    cells = [
        *(f"{size:,}", f"{rate:,.0f}", f"{recall:.3f}"),
        plain(folder / "memory", full, embedder, clock),
        taken(memory, full, clock),
        taken(memory, sided, clock),
        f"{size_on_disk / size:,.0f}",
    ]
    memory.close()
    return f"| {' | '.join(cells)} |"


def found(memory: Memory, query: Query, embedder: Clustered, size: int) -> float:
    """The share of the exact ten nearest by text among those known that a search by text alone finds."""
    known = int(size * 0.9)
    cosines = exact(embedder, known) @ embedder.embed([query.text])[0]
    nearest = {f"case-{number}" for number in np.argsort(-cosines)[:10]}
    asked = Query(query.text, frozenset(), query.as_of)
    ranked = sorted(memory.similar(asked, 100), key=lambda match: -match.by_view["text"])
    return len(nearest & {match.id for match in ranked[:10]}) / 10


_rows: dict[int, NDArray[np.float32]] = {}


def exact(embedder: Clustered, known: int) -> NDArray[np.float32]:
    """All vectors of the items known, made once."""
    if known not in _rows:
        _rows.clear()
        parts = [range(start, min(start + CHUNK, known)) for start in range(0, known, CHUNK)]
        _rows[known] = np.concatenate([embedder.embed([made(number).text for number in part]) for part in parts])
    return _rows[known]


def plain(folder: Path, queries: Sequence[Query], embedder: Clustered, clock: Clock) -> str:
    """One query of the same collection for ten, with nothing around it."""
    import chromadb

    (name,) = Folder(folder).others(())
    client = chromadb.PersistentClient(path=str(folder / name), settings=chromadb.Settings(anonymized_telemetry=False))
    collection = client.get_collection("memory", embedding_function=None)
    vectors = embedder.embed([query.text for query in queries])
    seconds = []
    for vector in vectors:
        started = clock()
        collection.query(query_embeddings=[vector], n_results=10, include=["distances"])
        seconds.append(clock() - started)
    return quantiles(seconds)


def taken(memory: Memory, queries: Sequence[Query], clock: Clock) -> str:
    seconds = []
    for query in queries:
        started = clock()
        memory.similar(query, 60)
        seconds.append(clock() - started)
    return quantiles(seconds)


def quantiles(seconds: Sequence[float]) -> str:
    p50, p95 = np.quantile(seconds, (0.5, 0.95)) * 1000
    return f"{p50:.1f} / {p95:.1f} ms"


if __name__ == "__main__":
    main()
