"""A memory that lost its vectors goes on with what there is, says so and makes them again; one that lost its side table
is refused until it is cleared; a write that was killed is completed by repeating it."""

from __future__ import annotations

import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from retrieval import HashEmbedder, IndexMismatch, Item, Memory
from tests.retrieval.conftest import item, query

OpenMemory = Callable[[], Memory]
ITEMS = [item(f"n{n}", f"order {n} of a bicycle", links=f"device:{n % 7}") for n in range(300)]


def vectors_of(folder: Path) -> Path:
    (found,) = (folder / "memory").glob("vectors-*")
    return found


def delete_vectors(folder: Path) -> None:
    shutil.rmtree(vectors_of(folder))


def delete_graph(folder: Path) -> None:
    graphs = [path for path in vectors_of(folder).iterdir() if path.is_dir()]
    assert graphs
    for path in graphs:
        shutil.rmtree(path)


def delete_chroma_file(folder: Path) -> None:
    (vectors_of(folder) / "chroma.sqlite3").unlink()


def spoil_chroma_file(folder: Path) -> None:
    (vectors_of(folder) / "chroma.sqlite3").write_bytes(b"not a database" * 1000)


def swap_collection(folder: Path) -> None:
    other = Memory(folder / "other", HashEmbedder())
    other.remember(ITEMS)
    other.close()
    delete_vectors(folder)
    (source,) = (folder / "other").glob("vectors-*")
    with sqlite3.connect(folder / "memory" / "memory.sqlite") as db:
        (name,) = db.execute("SELECT name FROM collection").fetchone()
    shutil.copytree(source, folder / "memory" / name)


@contextmanager
def collection_of(folder: Path) -> Iterator[Any]:
    """The collection, opened behind the memory's back."""
    import chromadb

    settings = chromadb.Settings(anonymized_telemetry=False)
    client = chromadb.PersistentClient(path=str(vectors_of(folder)), settings=settings)
    yield client.get_collection("memory", embedding_function=None)
    client.close()


def lose_some_vectors(folder: Path) -> None:
    with collection_of(folder) as collection:
        collection.delete(ids=[str(n) for n in range(100, 200)])


def spoil_side_table(folder: Path) -> None:
    for extra in (folder / "memory").glob("memory.sqlite-*"):
        extra.unlink()
    (folder / "memory" / "memory.sqlite").write_bytes(b"not a database" * 1000)


def write_a_later_layout(folder: Path) -> None:
    with sqlite3.connect(folder / "memory" / "memory.sqlite") as db:
        db.execute("PRAGMA user_version = 99")


LOST_VECTORS = [
    delete_vectors,
    delete_graph,
    delete_chroma_file,
    spoil_chroma_file,
    swap_collection,
    lose_some_vectors,
]
LOST_SIDE_TABLE = [spoil_side_table, write_a_later_layout]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with so many items that Chroma has written its graph to the disk (it does so every 1,000)."""
    folder = tmp_path_factory.mktemp("built")
    with Memory(folder / "memory", HashEmbedder()) as memory:
        memory.remember(item(f"m{n}", f"order {n} of a bicycle", links=f"device:{n % 7}") for n in range(1100))
    return folder


ASKED = query("order 703 of a bicycle", links="device:3")


@pytest.mark.parametrize("damage", LOST_VECTORS, ids=lambda damage: damage.__name__)
def test_lost_vectors_are_noticed_the_other_views_answer_and_all_are_made_again(
    damage: Callable[[Path], None], built: Path, tmp_path: Path, open_memory: OpenMemory
) -> None:
    shutil.copytree(built / "memory", tmp_path / "memory")
    with open_memory() as memory:
        before = memory.similar(ASKED, 5)
    assert (before[0].id, before.missing) == ("m703", "")
    damage(tmp_path)
    memory = open_memory()
    found = memory.similar(ASKED, 5)
    assert str(tmp_path) in found.missing
    assert found[0].id == "m703"
    assert set(found[0].by_view) == {"words", "links"}
    assert memory.behind() == 1100
    assert memory.renew() == 1100
    assert memory.behind() == memory.renew() == 0
    assert memory.similar(ASKED, 5) == before
    assert _vectors_in_chroma(memory, tmp_path) == 1100


@pytest.mark.parametrize("damage", LOST_SIDE_TABLE, ids=lambda damage: damage.__name__)
def test_a_side_table_that_cannot_be_used_is_refused_until_the_memory_is_cleared(
    damage: Callable[[Path], None], built: Path, tmp_path: Path, open_memory: OpenMemory
) -> None:
    shutil.copytree(built / "memory", tmp_path / "memory")
    damage(tmp_path)
    for use in (
        lambda memory: memory.similar(ASKED, 5),
        lambda memory: memory.remember(ITEMS),
        lambda memory: memory.renew(),
    ):
        with pytest.raises(IndexMismatch, match=r"clear, then remember"):
            use(open_memory())
    memory = open_memory()
    memory.clear()
    assert memory.remember(ITEMS) == len(ITEMS)
    assert memory.similar(query("order 73 of a bicycle", links="device:3"), 5)[0].id == "n73"


def test_a_rebuilt_memory_answers_as_before(built: Path, tmp_path: Path, open_memory: OpenMemory) -> None:
    items = [item(f"m{n}", f"order {n} of a bicycle", links=f"device:{n % 7}") for n in range(1100)]
    with Memory(built / "memory", HashEmbedder()) as memory:
        expected = [memory.similar(query(f"order {n} of a bicycle", links="device:3"), 5) for n in range(0, 1100, 50)]
    memory = open_memory()
    memory.remember(reversed(items[:500]))
    memory.remember(reversed(items))
    assert [
        memory.similar(query(f"order {n} of a bicycle", links="device:3"), 5) for n in range(0, 1100, 50)
    ] == expected


@pytest.mark.parametrize("damage", [delete_vectors, delete_chroma_file], ids=lambda damage: damage.__name__)
def test_vectors_deleted_under_an_open_memory_are_noticed_and_nothing_written_meanwhile_is_lost(
    damage: Callable[[Path], None], tmp_path: Path, open_memory: OpenMemory
) -> None:
    memory = open_memory()
    memory.remember(ITEMS)
    before = memory.similar(query("order 7 of a bicycle"), 5)
    damage(tmp_path)
    assert "gone" in memory.similar(query("order 7 of a bicycle"), 5).missing
    assert memory.remember([item("new", "a blue violin", links="device:new")]) == 1
    assert memory.similar(query("a blue violin", links="device:new"), 1)[0].id == "new"
    memory.withdraw(["n3"])
    assert memory.count() == len(ITEMS)
    assert memory.renew() == len(ITEMS)
    after = memory.similar(query("order 7 of a bicycle"), 5)
    assert ([match.id for match in after], after.missing) == ([match.id for match in before], "")


def test_a_new_memory_has_no_bookmark_and_one_that_was_deleted_is_new(tmp_path: Path, open_memory: OpenMemory) -> None:
    memory = open_memory()
    assert memory.bookmark == ""
    memory.bookmark = "page 7"
    assert open_memory().bookmark == "page 7"
    shutil.rmtree(tmp_path / "memory")
    assert memory.bookmark == ""
    memory.bookmark = "page 8"
    memory.clear()
    assert memory.bookmark == ""


def test_a_side_table_of_the_version_before_is_taken_over_and_answers_as_before(
    tmp_path: Path, open_memory: OpenMemory
) -> None:
    memory = open_memory()
    memory.remember(ITEMS)
    asked = query("order 7 of a bicycle", links="device:3")
    before = memory.similar(asked, 5)
    memory.close()
    with sqlite3.connect(tmp_path / "memory" / "memory.sqlite") as db:  # it counted no links
        db.executescript("DROP TRIGGER link_in; DROP TRIGGER link_out; DROP TABLE link_tally; PRAGMA user_version = 3")
    memory = open_memory()
    assert memory.similar(asked, 5) == before
    without = memory.similar(replace(asked, exclude=frozenset({"n3", "n10"})), 5)
    memory.withdraw(["n3", "n10"])
    assert memory.similar(asked, 5) == without


def test_a_folder_deleted_as_a_whole_is_an_empty_memory(tmp_path: Path, open_memory: OpenMemory) -> None:
    memory = open_memory()
    memory.remember(ITEMS)
    shutil.rmtree(tmp_path / "memory")
    assert memory.count() == 0
    assert memory.similar(query(links="device:1"), 5) == []
    memory.remember(ITEMS[:3])
    assert len(memory.similar(query(), 5)) == 3


def test_vectors_without_a_side_table_are_not_believed(tmp_path: Path, open_memory: OpenMemory) -> None:
    memory = open_memory()
    memory.remember(ITEMS)
    memory.close()
    for file in (tmp_path / "memory").glob("memory.sqlite*"):
        file.unlink()
    memory = open_memory()
    assert memory.similar(query(), 5) == []
    memory.remember(ITEMS[:4])
    assert len(memory.similar(query(), 5)) == 4
    assert len(list((tmp_path / "memory").glob("vectors-*"))) == 1


def test_vectors_left_by_a_crash_are_no_answers_and_the_next_write_removes_them(
    tmp_path: Path, open_memory: OpenMemory
) -> None:
    memory = open_memory()
    memory.remember(ITEMS)
    memory.close()
    with collection_of(tmp_path) as collection:
        collection.upsert(ids=["900", "901"], embeddings=HashEmbedder().embed(["a blue violin", "a blue violin"]))
    memory = open_memory()
    matches = memory.similar(query("a blue violin"), 300)
    assert {match.id for match in matches} == {item.id for item in ITEMS}
    memory.remember([item("new", "a blue violin")])
    assert _vectors_in_chroma(memory, tmp_path) == 301


WRITER = """
import sys, time
from pathlib import Path
from retrieval import HashEmbedder, Memory
from tests.retrieval.test_memory_damage import many

class StuckAtTheEnd(HashEmbedder):
    # A quick machine would be done with all items before it could be killed.
    def embed(self, texts):
        if any(" 1999 " in text for text in texts):
            time.sleep(60)
        return super().embed(texts)

Memory(Path(sys.argv[1]), StuckAtTheEnd()).remember(many(sys.argv[2]))
"""


def many(word: str) -> list[Item]:
    return [item(f"n{n}", f"{word} number {n} of a bicycle", links=f"device:{n}") for n in range(2000)]


@pytest.mark.parametrize("round", range(3))
def test_a_kill_in_the_middle_of_remembering_is_healed_by_repeating_it(
    round: int, tmp_path: Path, open_memory: OpenMemory
) -> None:
    memory = open_memory()
    memory.remember(many("first")[:600])
    memory.close()
    writer = subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path / "memory"), "second"])
    side_table = tmp_path / "memory" / "memory.sqlite"
    deadline = time.monotonic() + 60
    while _changed(side_table) < 200 + 300 * round and time.monotonic() < deadline:
        time.sleep(0.01)
    time.sleep(0.11 * round)
    writer.send_signal(signal.SIGKILL)
    assert writer.wait() == -signal.SIGKILL, "the writer was done before it could be killed"

    memory = open_memory()
    partly = memory.count()
    assert 600 <= partly < 2000
    # Whatever is answered now is consistent: the vector of an item is that of the text that its entry tells of.
    (match,) = memory.similar(query("second number 5 of a bicycle", links="device:5"), 1)
    assert match.id == "n5"
    assert memory.remember(many("second")) >= 2000 - partly
    assert memory.count() == 2000
    for n in (0, 599, 600, 1234, 1999):
        (match,) = memory.similar(query(f"second number {n} of a bicycle", links=f"device:{n}"), 1)
        assert (match.id, to_4_decimals(match.by_view["text"])) == (f"n{n}", 1)
    assert memory.remember(many("second")) == 0
    assert _vectors_in_chroma(memory, tmp_path) == 2000


def to_4_decimals(value: float) -> float:
    return float(f"{value:.4f}")


def _changed(side_table: Path) -> int:
    """How many items the writer has got done: those beyond the first 600, or with a slot beyond theirs."""
    with sqlite3.connect(side_table, timeout=30) as db:
        return int(db.execute("SELECT count(*) FROM item WHERE slot > 600").fetchone()[0])


def _vectors_in_chroma(memory: Memory, folder: Path) -> int:
    memory.close()
    with collection_of(folder) as collection:
        return int(collection.count())
