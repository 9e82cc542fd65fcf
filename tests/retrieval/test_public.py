"""What the package shows to others, and what importing and using it does not do."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import retrieval


def run(code: str, *arguments: str) -> str:
    done = subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def test_the_public_names_are_these() -> None:
    assert retrieval.__all__ == [
        "TEXT_LIMIT",
        "CannotWrite",
        "Embedder",
        "Fused",
        "HashEmbedder",
        "IndexMismatch",
        "InvalidValue",
        "Item",
        "Lens",
        "Match",
        "Matches",
        "Memory",
        "MiniLM",
        "ModelFolder",
        "Query",
        "RetrievalError",
        "Unreachable",
        "View",
        "WeightsMissing",
        "fuse",
    ]
    assert all(hasattr(retrieval, name) for name in retrieval.__all__)


def test_errors_are_of_one_tree() -> None:
    for error in (
        retrieval.CannotWrite,
        retrieval.IndexMismatch,
        retrieval.InvalidValue,
        retrieval.Unreachable,
        retrieval.WeightsMissing,
    ):
        assert issubclass(error, retrieval.RetrievalError)


def test_importing_and_opening_load_neither_torch_nor_chroma(tmp_path: Path) -> None:
    code = """
import sys
from pathlib import Path
from retrieval import Memory, MiniLM
memory = Memory(Path(sys.argv[1]), MiniLM())
assert memory.count() == 0
print([name for name in ("torch", "chromadb", "transformers", "langchain_core", "sklearn") if name in sys.modules])
"""
    assert run(code, str(tmp_path)).strip() == "[]"


def test_using_it_tries_no_network_and_prints_nothing(tmp_path: Path) -> None:
    code = """
import os, socket, sys, time
os.environ.pop("HF_HUB_OFFLINE", None)
tried = []
def refuse(*arguments, **named):
    tried.append(arguments)
    raise OSError("no network here")
socket.socket.connect = socket.socket.connect_ex = socket.socket.sendto = refuse
socket.getaddrinfo = socket.create_connection = refuse
from datetime import UTC, datetime
from pathlib import Path
from retrieval import Item, Memory, MiniLM, Query
memory = Memory(Path(sys.argv[1]), MiniLM())
memory.remember([Item("a", datetime(2026, 1, 1, tzinfo=UTC), "a red bicycle")])
assert len(memory.similar(Query("a bike", frozenset(), datetime(2026, 2, 1, tzinfo=UTC)), 1)) == 1
time.sleep(1)
print(tried)
"""
    assert run(code, str(tmp_path)).strip() == "[]"
