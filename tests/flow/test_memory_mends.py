"""The memory of a home folder loses a part, or its server: reviews go on, nothing is lost, and it is whole again."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.settings import Settings
from assistant.ui.warmup import WarmUp
from assistant.workspace import Workspace
from retrieval import Unreachable, WeightsMissing, server
from tests.chroma import ChromaServer
from tests.flow.test_loop import HEADER, SCHEMA

CASES = 90


def rows(first: int, last: int) -> str:
    line = "c{0},2026-01-02T10:{1:02d}:{2:02d}Z,1{1:02d}.00,c{0}@example.com,dev-{3},shoes,please send order {0} fast\n"
    return "".join(line.format(n, n // 60, n % 60, n // 3) for n in range(first, last))


def opened(home: Path, **settings: object) -> Workspace:
    return Workspace.open(settings=Settings(home=home, embedder="hash", writer="scripted", **settings))  # type: ignore[arg-type]


def filled(tmp_path: Path, **settings: object) -> Workspace:
    """Ninety cases of which eighty are decided, three to a device."""
    (tmp_path / "shop.csv").write_text(HEADER + rows(0, CASES))
    (tmp_path / "shop.toml").write_text(SCHEMA)
    workspace = opened(tmp_path / "home", **settings)
    workspace.import_cases(tmp_path / "shop.csv", tmp_path / "shop.toml")
    for n in range(80):
        workspace.record_outcome(
            f"c{n}", outcome="fraud" if n % 4 == 0 else "legitimate", source="review", actor="lead"
        )
    workspace.index(weigh=False)
    return workspace


def ids(workspace: Workspace) -> list[str]:
    return ids_of(workspace, "c80")


def ids_of(workspace: Workspace, case_id: str) -> list[str]:
    return [one.case_id for one in workspace.similar(case_id)]


def test_a_memory_that_was_deleted_while_it_was_open_is_filled_again_from_the_database(tmp_path: Path) -> None:
    workspace = filled(tmp_path)
    before = workspace.similar("c80")
    shutil.rmtree(tmp_path / "home" / "memory")
    review = workspace.review("c80")
    assert "90 cases are not in the memory yet" in review.missing
    assert review.draft.sentences
    assert workspace.index(weigh=False).total == 80
    assert workspace.similar("c80") == before


def test_vectors_that_were_deleted_are_made_again_and_until_then_reviews_go_on(tmp_path: Path) -> None:
    workspace = filled(tmp_path)
    before = workspace.similar("c80")
    (folder,) = (tmp_path / "home" / "memory").glob("vectors-*")
    shutil.rmtree(folder)
    review = workspace.review("c80")
    assert "not searched by their text" in review.missing
    assert review.precedents[0].case_id in {"c78", "c79"}  # of one device with the case
    workspace.index(weigh=False)
    assert workspace.similar("c80") == before
    assert workspace.review("c80").missing == ""


def test_a_model_folder_that_is_not_there_is_named_with_what_to_set_and_the_review_goes_on(tmp_path: Path) -> None:
    workspace = filled(tmp_path)
    workspace.close()
    other = Workspace.open(settings=workspace.settings.model_copy(update={"embedder": str(tmp_path / "gone")}))
    review = other.review("c80")
    assert f"the folder {tmp_path / 'gone'} of an embedding model is not there" in review.missing
    assert "set FRA_EMBEDDER to minilm" in review.missing
    assert review.draft.sentences
    with pytest.raises(WeightsMissing, match="set FRA_EMBEDDER to minilm"):
        other.index(weigh=False)


def test_the_longest_text_that_comes_in_of_many_scripts_and_control_characters_is_remembered_and_found(
    tmp_path: Path,
) -> None:
    workspace = filled(tmp_path)
    long = "ремонт 修理 إصلاح 🔧 \x07\x1b[31m\u202e zanzibar " * 2_500
    texts = {"c90": ("dev-99", long), "c91": ("dev-99", "")}
    lines = [
        json.dumps(
            {"id": id, "time": f"2026-01-0{day}T10:00:00Z", "amount": "1.00", "email": f"{id}@example.com"}
            | {"device": device, "product": "shoes", "text": text},
            ensure_ascii=False,
        )
        for day, (id, (device, text)) in enumerate(texts.items(), 3)
    ]
    (tmp_path / "long.jsonl").write_text("\n".join(lines))
    assert workspace.import_cases(tmp_path / "long.jsonl", tmp_path / "shop.toml").imported == 2
    workspace.record_outcome("c90", outcome="fraud", source="review", actor="lead")
    assert workspace.index(weigh=False).total == 81
    assert ids_of(workspace, "c91")[0] == "c90"  # no text of its own: by its device
    assert workspace.review("c90").draft.sentences


def test_without_any_decided_case_and_with_one_the_review_goes_on(tmp_path: Path) -> None:
    (tmp_path / "shop.csv").write_text(HEADER + rows(0, 2))
    (tmp_path / "shop.toml").write_text(SCHEMA)
    workspace = opened(tmp_path / "home")
    workspace.import_cases(tmp_path / "shop.csv", tmp_path / "shop.toml")
    review = workspace.review("c1")
    assert (review.precedents, bool(review.draft.sentences)) == ((), True)
    workspace.record_outcome("c0", outcome="fraud", source="review", actor="lead")
    assert [one.case_id for one in workspace.review("c1").precedents] == ["c0"]


def test_the_page_mends_the_memory_behind_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    workspace = filled(tmp_path)
    before = ids(workspace)
    warm = WarmUp(workspace)
    warm.start()
    warm.page_is_open()
    assert warm.weighing.wait(60)
    shutil.rmtree(tmp_path / "home" / "memory")
    assert workspace.brief("c80").missing
    deadline = time.monotonic() + 60
    while workspace.brief("c80").missing:
        assert time.monotonic() < deadline
        time.sleep(0.2)
    assert ids(workspace) == before


def test_an_index_of_an_earlier_version_is_made_anew_by_the_next_index(tmp_path: Path) -> None:
    import sqlite3

    workspace = filled(tmp_path)
    before = workspace.similar("c80")
    workspace.records.memory.close()
    with sqlite3.connect(tmp_path / "home" / "memory" / "memory.sqlite") as db:
        db.execute("PRAGMA user_version = 2")
    assert "'fra index'" in workspace.review("c80").missing
    workspace.index(weigh=False)
    assert workspace.similar("c80") == before


@pytest.fixture
def chroma(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ChromaServer]:
    monkeypatch.setattr(server, "REST_S", 0.2)
    running = ChromaServer(tmp_path / "chroma")
    running.start()
    yield running
    running.kill()


def test_while_the_server_is_gone_reviews_and_decisions_go_on_and_nothing_is_lost(
    tmp_path: Path, chroma: ChromaServer
) -> None:
    workspace = filled(tmp_path, chroma_url=chroma.url)
    before = ids(workspace)
    chroma.kill()
    review = workspace.review("c80")
    assert f"the Chroma server at {chroma.url} does not answer" in review.missing
    assert review.precedents[0].case_id in {"c78", "c79"}
    workspace.decide("c81", action="block", reason="stolen card", reviewer="kim")
    assert "c81" in [one.case_id for one in workspace.similar("c82", k=10)]
    with pytest.raises(Unreachable):
        workspace.index(weigh=False)
    chroma.start()
    time.sleep(0.3)
    workspace.index(weigh=False)
    assert workspace.review("c80").missing == ""
    assert workspace.records.memory.count() == 81
    assert set(before) - set(ids(workspace)) <= {before[-1]}


WORKER = """
import sys
from pathlib import Path
from tests.flow.test_memory_mends import opened
workspace = opened(Path(sys.argv[1]), chroma_url=sys.argv[2])
for n in range(int(sys.argv[3]), 72, 3):
    workspace.decide(f"c{n}", action="block" if n % 4 == 0 else "approve", reason="looked at it", reviewer="kim")
    review = workspace.review("c89")
    assert review.precedents and not review.missing, review.missing
"""


@pytest.mark.parametrize("place", ["folder", "server"])
def test_several_workers_and_a_command_at_once_lose_and_double_nothing(
    place: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    url = request.getfixturevalue("chroma").url if place == "server" else ""
    (tmp_path / "shop.csv").write_text(HEADER + rows(0, CASES))
    (tmp_path / "shop.toml").write_text(SCHEMA)
    workspace = opened(tmp_path / "home", chroma_url=url)
    workspace.import_cases(tmp_path / "shop.csv", tmp_path / "shop.toml")
    workspace.record_outcome("c0", outcome="fraud", source="review", actor="lead")
    workers = [
        subprocess.Popen([sys.executable, "-c", WORKER, str(tmp_path / "home"), url, str(60 + first)])
        for first in range(3)
    ]
    command = [sys.executable, "-c", "from assistant.cli import main; main()", "index", "--json"]
    home = {"FRA_HOME": str(tmp_path / "home"), "FRA_CHROMA_URL": url}
    done = subprocess.run(command, env=os.environ | home, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    for worker in workers:
        worker.wait()
    assert [worker.returncode for worker in workers] == [0, 0, 0]
    workspace.index(weigh=False)
    assert workspace.records.memory.count() == 1 + 12
    assert workspace.records.memory.behind() == 0
    found = workspace.records.recall.similar(workspace.case("c89"), workspace.review("c89").as_of, 50)
    assert found[1] == ""


INDEXER = """
import sys, time
from pathlib import Path
from retrieval import HashEmbedder
import retrieval.memory
from tests.flow.test_memory_mends import opened
step = int(sys.argv[2])
def stuck(name, after):
    original = getattr(retrieval.memory.Ledger, name)
    def wrapped(self, *arguments, **named):
        if not after:
            print("here", flush=True); time.sleep(60)
        found = original(self, *arguments, **named)
        if after:
            print("here", flush=True); time.sleep(60)
        return found
    setattr(retrieval.memory.Ledger, name, wrapped)
stuck(*[("mark", False), ("mark", True), ("reserve", True), ("put", False), ("put", True)][step])
opened(Path(sys.argv[1])).index(weigh=False)
"""


@pytest.mark.parametrize("step", range(5), ids=["follow", "followed", "reserved", "writing", "written"])
def test_killed_at_any_step_of_indexing_nothing_is_lost_or_doubled(step: int, tmp_path: Path) -> None:
    workspace = filled(tmp_path)
    before = workspace.similar("c80")
    workspace.records.memory.clear()
    workspace.close()
    indexer = subprocess.Popen(
        [sys.executable, "-c", INDEXER, str(tmp_path / "home"), str(step)], stdout=subprocess.PIPE, text=True
    )
    assert indexer.stdout
    assert indexer.stdout.readline().strip() == "here"
    indexer.send_signal(signal.SIGKILL)
    indexer.wait()
    workspace = opened(tmp_path / "home")
    workspace.index(weigh=False)
    assert workspace.records.memory.count() == 80
    assert workspace.similar("c80") == before
