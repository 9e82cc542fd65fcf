"""Several processes and threads on one folder: nobody misses what another one wrote."""

from __future__ import annotations

import fcntl
import select
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from retrieval import HashEmbedder, Memory
from tests.retrieval.conftest import item, query

OpenMemory = Callable[[], Memory]

OTHER = """
import sys
from pathlib import Path
from retrieval import HashEmbedder, Memory
from tests.retrieval.conftest import item, query
memory = Memory(Path(sys.argv[1]), HashEmbedder())
for line in sys.stdin:
    what, *words = line.split()
    if what == "remember":
        print(memory.remember([item(id, "a blue violin", links="device:" + id) for id in words]), flush=True)
    elif what == "many":
        print(memory.remember([item(words[0] + str(n), f"violin {n}") for n in range(int(words[1]))]), flush=True)
    elif what == "withdraw":
        print(memory.withdraw(words), flush=True)
    elif what == "clear":
        print(memory.clear(), flush=True)
    elif what == "find":
        print(*[match.id for match in memory.similar(query("a blue violin"), 10)], flush=True)
"""


class OtherProcess:
    """Another process with the same folder open, doing what it is told."""

    def __init__(self, folder: Path) -> None:
        command = [sys.executable, "-c", OTHER, str(folder)]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, line: str) -> None:
        assert self.process.stdin
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def answer(self) -> str:
        assert self.process.stdout
        return self.process.stdout.readline().strip()

    def do(self, line: str) -> str:
        self.ask(line)
        return self.answer()


@pytest.fixture
def other(tmp_path: Path) -> Iterator[OtherProcess]:
    other = OtherProcess(tmp_path / "memory")
    yield other
    other.process.kill()
    other.process.communicate()


def found(memory: Memory) -> set[str]:
    return {match.id for match in memory.similar(query("a blue violin"), 10)}


def test_each_process_sees_what_the_other_one_wrote(other: OtherProcess, open_memory: OpenMemory) -> None:
    memory = open_memory()
    memory.remember([item("mine", "a blue violin")])
    assert found(memory) == {"mine"}
    assert other.do("find") == "mine"
    assert other.do("remember theirs") == "1"
    assert found(memory) == {"mine", "theirs"}
    memory.remember([item("again", "a blue violin")])
    assert set(other.do("find").split()) == {"mine", "theirs", "again"}
    other.do("withdraw mine")
    assert found(memory) == {"theirs", "again"}
    memory.withdraw(["theirs"])
    assert other.do("find") == "again"


def test_two_memories_of_one_process_both_see_what_another_process_wrote(
    other: OtherProcess, open_memory: OpenMemory
) -> None:
    first, second = open_memory(), open_memory()
    first.remember([item("mine", "a blue violin")])
    assert found(first) == found(second) == {"mine"}
    other.do("remember theirs")
    assert found(first) == found(second) == {"mine", "theirs"}
    first.close()
    assert found(second) == {"mine", "theirs"}


def test_a_process_notices_that_another_one_cleared_and_rebuilt(other: OtherProcess, open_memory: OpenMemory) -> None:
    memory = open_memory()
    memory.remember([item("mine", "a blue violin")])
    assert found(memory) == {"mine"}
    other.do("clear")
    assert found(memory) == set()
    other.do("remember theirs")
    assert found(memory) == {"theirs"}


def test_a_process_goes_on_when_another_one_has_renewed_with_another_embedder(tmp_path: Path) -> None:
    memory, renewed = Memory(tmp_path, HashEmbedder(64)), Memory(tmp_path, HashEmbedder(32))
    memory.remember([item("a")])
    assert renewed.renew() == 1
    memory.remember([item("b")])
    assert [match.by_view["text"] for match in memory.similar(query(), 2)] == [1.0, 1.0]
    assert _collections(tmp_path) == 1


def _collections(folder: Path) -> int:
    return len(list(folder.glob("vectors-*")))


def test_two_processes_writing_at_once_lose_nothing(other: OtherProcess, open_memory: OpenMemory) -> None:
    memory = open_memory()
    memory.remember([item("first", "a blue violin")])
    assert other.do("find") == "first"  # it is up, so the two really write at once
    other.ask("many theirs 800")
    for start in range(0, 800, 100):
        memory.remember([item(f"mine{n}", f"violin {n}") for n in range(start, start + 100)])
        matches = memory.similar(query(f"violin {start}"), 5)
        assert len(matches) == 5
        assert all(match.by_view["text"] > 0.6 for match in matches)
    assert other.answer() == "800"
    assert memory.count() == 1601
    for n in range(0, 800, 91):
        twins = {match.id for match in memory.similar(query(f"violin {n}"), 2)}
        assert twins == {f"mine{n}", f"theirs{n}"}


def test_a_process_waits_while_another_one_uses_the_folder(
    other: OtherProcess, open_memory: OpenMemory, tmp_path: Path
) -> None:
    open_memory().remember([item("first", "a blue violin")])
    assert other.do("find") == "first"
    with (tmp_path / "memory" / "lock").open("ab") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        other.ask("remember theirs")
        assert other.process.stdout
        assert select.select([other.process.stdout], [], [], 1)[0] == []
    assert other.answer() == "1"


def test_threads_may_share_a_memory(open_memory: OpenMemory) -> None:
    memory = open_memory()

    def work(number: int) -> int:
        memory.remember([item(f"{number}-{n}", f"violin {number} {n}") for n in range(20)])
        return len(memory.similar(query("violin"), 20))

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(work, range(24))) == {20}
    assert memory.count() == 480
