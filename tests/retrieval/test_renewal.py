"""Another embedding model, or one that is missing: the memory answers and learns on, and all vectors are made again."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from retrieval import HashEmbedder, Item, Memory, WeightsMissing
from tests.retrieval.conftest import item, query

ITEMS = [item(f"n{n}", f"order {n} of a bicycle", links=f"device:{n}") for n in range(600)]
ASKED = query("order 7 of a bicycle")


class Watched(HashEmbedder):
    """The double with another dimension; calls back before it embeds more than one text."""

    def __init__(self, back: Callable[[], None] = lambda: None) -> None:
        super().__init__(64)
        self._back = back

    def embed(self, texts):  # type: ignore[no-untyped-def]
        if len(texts) > 1:
            self._back()
        return super().embed(texts)


class Stranger(HashEmbedder):
    def __init__(self) -> None:
        super().__init__(32)
        self.name = "a model of somebody else's"


class Missing(HashEmbedder):
    def embed(self, texts):  # type: ignore[no-untyped-def]
        raise WeightsMissing("the weights are not installed: pip install them")


def ids(memory: Memory) -> list[str]:
    return [match.id for match in memory.similar(ASKED, 5)]


def vectors(folder: Path) -> int:
    with sqlite3.connect(folder / "memory.sqlite") as db:
        return int(db.execute("SELECT count(slot) FROM item").fetchone()[0])


def test_the_old_index_answers_and_learns_until_the_new_one_is_whole(tmp_path: Path) -> None:
    with Memory(tmp_path, HashEmbedder()) as old:
        old.remember(ITEMS)
        before = old.similar(ASKED, 5)
    during = []

    def look() -> None:
        if not during:
            during.append(memory.similar(ASKED, 5))
            memory.remember([item("new", "a blue violin"), item("n9", "a changed text")])
            memory.withdraw(["n8"])
            assert memory.similar(query("a blue violin"), 1)[0].id == "new"

    memory = Memory(tmp_path, Watched(look))
    assert memory.behind() > 0
    assert memory.similar(ASKED, 5) == before
    assert memory.renew() >= 600
    assert during == [before]
    assert memory.behind() == 0
    after = memory.similar(ASKED, 5)
    assert (after[0].id, after[0].by_view["text"], after.missing) == ("n7", 1.0, "")
    assert after != before
    assert memory.similar(query("a changed text"), 1)[0].by_view["text"] == 1.0
    assert memory.similar(query("a blue violin"), 1)[0].id == "new"
    assert "n8" not in {match.id for match in memory.similar(query("order 8 of a bicycle"), 600)}
    assert len(list(tmp_path.glob("vectors-*"))) == 1


def test_where_the_old_model_is_not_here_the_other_views_answer_and_say_so(tmp_path: Path) -> None:
    with Memory(tmp_path, Stranger()) as old:
        old.remember(ITEMS)
    memory = Memory(tmp_path, HashEmbedder())
    found = memory.similar(query("order 7 of a bicycle", links="device:7"), 3)
    assert "a model of somebody else's" in found.missing
    assert (found[0].id, set(found[0].by_view)) == ("n7", {"words", "links"})
    memory.remember([item("new", "a blue violin")])
    assert memory.renew() == 601
    assert memory.similar(query("a blue violin"), 1).missing == ""
    assert memory.similar(query("a blue violin"), 1)[0].id == "new"


def test_without_weights_nothing_is_lost_and_the_vectors_come_when_they_are_there(tmp_path: Path) -> None:
    memory = Memory(tmp_path, Missing())
    assert memory.remember(ITEMS) == 600
    found = memory.similar(query("order 7 of a bicycle", links="device:7"), 3)
    assert found[0].id == "n7"
    assert "cannot be compared by their text" in found.missing
    assert memory.behind() == 600
    with pytest.raises(WeightsMissing):
        memory.renew()
    memory.close()
    memory = Memory(tmp_path, HashEmbedder())
    assert memory.renew() == 600
    assert memory.similar(ASKED, 1)[0].by_view["text"] == 1.0


def test_a_model_that_goes_missing_leaves_the_other_views(tmp_path: Path) -> None:
    with Memory(tmp_path, HashEmbedder()) as memory:
        memory.remember(ITEMS)
    memory = Memory(tmp_path, Missing())
    found = memory.similar(query("order 7 of a bicycle", links="device:7"), 3)
    assert "pip install" in found.missing
    assert found[0].id == "n7"


def test_changing_the_model_back_half_way_needs_no_new_vectors(tmp_path: Path) -> None:
    with Memory(tmp_path, HashEmbedder()) as memory:
        memory.remember(ITEMS)

    class Interrupted(Exception):
        pass

    calls = []

    def interrupt() -> None:
        calls.append(1)
        if len(calls) > 1:
            raise Interrupted

    with pytest.raises(Interrupted):
        Memory(tmp_path, Watched(interrupt)).renew()
    memory = Memory(tmp_path, HashEmbedder())
    assert memory.renew() == memory.behind() == 0
    assert ids(memory)[0] == "n7"
    assert len(list(tmp_path.glob("vectors-*"))) == 1


RENEWER = """
import sys, time
from pathlib import Path
from retrieval import Memory
from tests.retrieval.test_renewal import Watched
started = []
def slow():
    started.append(1)
    print(len(started), flush=True)
    if len(started) == int(sys.argv[2]):
        time.sleep(60)
Memory(Path(sys.argv[1]), Watched(slow)).renew()
"""


@pytest.mark.parametrize("batch", [1, 2, 3])
def test_a_renewal_that_is_killed_goes_on_where_it_stopped(batch: int, tmp_path: Path) -> None:
    with Memory(tmp_path, HashEmbedder()) as memory:
        memory.remember(ITEMS)
        before = memory.similar(ASKED, 5)
    command = [sys.executable, "-c", RENEWER, str(tmp_path), str(batch)]
    renewer = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert renewer.stdout
    while renewer.stdout.readline().strip() != str(batch):
        assert renewer.poll() is None
    time.sleep(0.05)
    renewer.send_signal(signal.SIGKILL)
    renewer.wait()
    with Memory(tmp_path, HashEmbedder()) as memory:
        assert memory.similar(ASKED, 5) == before
    memory = Memory(tmp_path, Watched())
    assert memory.behind() == 600 - 256 * (batch - 1)
    assert memory.renew() == 600 - 256 * (batch - 1)
    assert vectors(tmp_path) == 600
    assert memory.similar(ASKED, 1)[0].by_view["text"] == 1.0


def test_only_one_text_of_many_that_wait_is_enough_to_say_so(tmp_path: Path) -> None:
    memory = Memory(tmp_path, HashEmbedder())
    memory.remember([Item("a", ITEMS[0].known_at, "")])
    assert memory.similar(query(""), 1) == []
    assert memory.behind() == memory.renew() == 0
