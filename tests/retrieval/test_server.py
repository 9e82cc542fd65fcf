"""The vectors on a real Chroma server: several processes at once, a server that goes away, hangs, or forgets."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from retrieval import HashEmbedder, InvalidValue, Memory, Unreachable, server
from tests.chroma import ChromaServer
from tests.retrieval.conftest import item, query

ITEMS = [item(f"n{n}", f"order {n} of a bicycle", links=f"device:{n}") for n in range(300)]
ASKED = query("order 7 of a bicycle", links="device:7")


@pytest.fixture
def chroma(tmp_path: Path) -> Iterator[ChromaServer]:
    running = ChromaServer(tmp_path / "chroma")
    running.start()
    yield running
    running.kill()


@pytest.fixture
def memory(tmp_path: Path, chroma: ChromaServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[Memory]:
    monkeypatch.setattr(server, "PATIENCE_S", 2.0)
    monkeypatch.setattr(server, "REST_S", 0.2)
    with Memory(tmp_path / "memory", HashEmbedder(), chroma.url) as memory:
        memory.remember(ITEMS)
        yield memory


def collections(chroma: ChromaServer) -> int:
    import chromadb

    port = int(chroma.url.rpartition(":")[2])
    return int(chromadb.HttpClient("127.0.0.1", port).count_collections())


def test_it_answers_as_a_folder_does(memory: Memory, tmp_path: Path) -> None:
    with Memory(tmp_path / "other", HashEmbedder()) as folder:
        folder.remember(ITEMS)
        assert memory.similar(ASKED, 20) == folder.similar(ASKED, 20)
    assert list((tmp_path / "memory").glob("vectors-*")) == []


def test_moving_to_a_server_and_back_answers_all_the_time(tmp_path: Path, chroma: ChromaServer) -> None:
    with Memory(tmp_path / "memory", HashEmbedder()) as folder:
        folder.remember(ITEMS)
        before = folder.similar(ASKED, 5)
    moved = Memory(tmp_path / "memory", HashEmbedder(), chroma.url)
    assert moved.similar(ASKED, 5) == before
    assert moved.renew() == 300
    assert moved.similar(ASKED, 5) == before
    assert (list((tmp_path / "memory").glob("vectors-*")), collections(chroma)) == ([], 1)
    back = Memory(tmp_path / "memory", HashEmbedder())
    assert back.similar(ASKED, 5) == before
    assert back.renew() == 300
    assert back.similar(ASKED, 5) == before
    assert collections(chroma) == 0


def test_while_the_server_is_gone_the_rest_answers_and_what_is_written_waits_for_it(
    memory: Memory, chroma: ChromaServer
) -> None:
    before = memory.similar(ASKED, 5)
    chroma.kill()
    found = memory.similar(ASKED, 5)
    assert f"the Chroma server at {chroma.url} does not answer" in found.missing
    assert (found[0].id, set(found[0].by_view)) == ("n7", {"words", "links"})
    assert memory.remember([item("new", "a blue violin", links="device:new")]) == 1
    memory.withdraw(["n9"])
    assert memory.similar(query("", links="device:new"), 1)[0].id == "new"
    assert memory.behind() == 1
    with pytest.raises(Unreachable):
        memory.renew()
    chroma.start()
    time.sleep(0.3)
    assert memory.renew() == 1
    assert memory.similar(query("a blue violin"), 1)[0].id == "new"
    assert [match.id for match in memory.similar(ASKED, 5)] == [match.id for match in before]
    assert "n9" not in {match.id for match in memory.similar(ASKED, 300)}


def test_a_server_that_hangs_is_not_waited_for_twice(memory: Memory, chroma: ChromaServer) -> None:
    memory.similar(ASKED, 5)
    chroma.freeze()
    started = time.monotonic()
    assert "does not answer" in memory.similar(ASKED, 5).missing
    assert time.monotonic() - started < 20
    chroma.thaw()
    time.sleep(0.3)
    assert memory.similar(ASKED, 5).missing == ""


def test_a_server_that_forgot_everything_is_filled_again(memory: Memory, chroma: ChromaServer) -> None:
    before = memory.similar(ASKED, 5)
    chroma.forget()
    time.sleep(0.3)
    assert "gone" in memory.similar(ASKED, 5).missing
    assert memory.renew() == 300
    assert memory.similar(ASKED, 5) == before


WRITER = """
import sys
from pathlib import Path
from retrieval import HashEmbedder, Memory
from tests.retrieval.conftest import item, query
memory = Memory(Path(sys.argv[1]), HashEmbedder(), sys.argv[2])
for n in range(60):
    memory.remember([item(f"{sys.argv[3]}{n}", f"violin {sys.argv[3]} {n}")])
    matches = memory.similar(query(f"violin {sys.argv[3]} {n}"), 1)
    assert (matches[0].id, matches.missing) == (f"{sys.argv[3]}{n}", ""), matches
"""


def test_several_processes_at_once_lose_and_double_nothing(
    memory: Memory, chroma: ChromaServer, tmp_path: Path
) -> None:
    command = [sys.executable, "-c", WRITER, str(tmp_path / "memory"), chroma.url]
    writers = [subprocess.Popen([*command, name]) for name in ("a", "b", "c")]
    assert [writer.wait() for writer in writers] == [0, 0, 0]
    assert memory.count() == 480
    found = memory.similar(query("violin"), 480)
    assert (len({match.id for match in found}), found.missing) == (480, "")


@pytest.mark.parametrize("url", ["localhost:8000", "ftp://x", "http://"])
def test_an_address_that_is_none_is_refused_at_once(tmp_path: Path, url: str) -> None:
    with pytest.raises(InvalidValue, match="such as http://localhost:8000"):
        Memory(tmp_path, HashEmbedder(), url)
