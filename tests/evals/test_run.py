"""Runs: whole or not there, the same after a kill, never changed, and proved by their own words."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from assistant.errors import BadInput, GateFailed, NotFound
from assistant.evals.run import find_run, replay, run_suite
from assistant.prompt import load
from assistant.writer import ScriptedWriter
from tests.evals.making import GOOD, Says, SaysTogether, attack_lines, made_suite, ran

PROMPT = load("draft@v4")


def test_a_run_is_a_folder_that_can_be_read_and_replayed(tmp_path: Path) -> None:
    suite = made_suite(tmp_path, attack_lines())
    run = ran(tmp_path, suite)
    assert run.suite == suite
    assert run.prompt.hash == PROMPT.hash
    assert set(run.scores) == {"i0", "calm", "attack"}
    assert run.written["i0"].text == GOOD
    replay(run)
    assert find_run("mini-draft", tmp_path).head == run.head
    assert not os.access(run.folder / "written.jsonl", os.W_OK) or os.geteuid() == 0


@pytest.mark.parametrize("wrong", ["2 hours", "same", "fraud"])
def test_a_run_with_repairs_and_rewrites_replays_too(tmp_path: Path, wrong: str) -> None:
    suite = made_suite(tmp_path, 2)
    for writer in (Says(GOOD.replace(wrong, "none at all")), Says("nothing of this holds\n" * 5), ScriptedWriter()):
        replay(ran(tmp_path, suite, writer))


def test_the_same_again_asks_nobody(tmp_path: Path) -> None:
    suite = made_suite(tmp_path, 4)
    writer = Says()
    first = ran(tmp_path, suite, writer)
    assert ran(tmp_path, suite, writer).head == first.head
    assert len(writer.asked) == 4
    larger = made_suite(tmp_path, 5, "larger")
    ran(tmp_path, larger, writer)
    assert writer.asked == ["c0", "c1", "c2", "c3", "c4"]


def test_fresh_asks_again_and_makes_a_run_beside_the_first(tmp_path: Path) -> None:
    suite, writer = made_suite(tmp_path, 2), Says()
    first = ran(tmp_path, suite, writer)
    second = run_suite(suite, PROMPT, writer, tmp_path, fresh=True)
    assert second.head.run_id == f"{first.head.run_id}-2"
    assert second.head.digest == first.head.digest
    assert len(writer.asked) == 4


def test_another_model_another_prompt_or_another_sheet_is_asked_again(tmp_path: Path) -> None:
    suite = made_suite(tmp_path, 2)
    ran(tmp_path, suite, Says())
    other = Says(model="says 2")
    ran(tmp_path, suite, other)
    ran(tmp_path, suite, other, load("draft@v1"))
    assert len(other.asked) == 4


@pytest.mark.parametrize("refusing", [False, True])
def test_what_is_written_together_is_what_would_be_written_one_by_one(tmp_path: Path, refusing: bool) -> None:
    suite = made_suite(tmp_path, 5)
    told = {"c1": GOOD.replace("2 hours", "9 hours"), "c3": "nothing of this holds\n", "c4": ""}
    writer = SaysTogether(**told)
    writer.refusing = refusing
    one_by_one = ran(tmp_path / "alone", suite, Says(**told))
    together = ran(tmp_path / "together", suite, writer)
    assert together.head.digest == one_by_one.head.digest
    assert list(together.written) == [f"i{number}" for number in range(5)]
    assert (together.written["i0"].seconds >= 0.5) is not refusing
    replay(together)


def test_a_run_that_stopped_goes_on_and_comes_to_the_same(tmp_path: Path) -> None:
    suite = made_suite(tmp_path, 6)
    whole = ran(tmp_path / "whole", suite)

    def stop(what: str, done: int, of: int) -> None:
        if done == 3:
            raise KeyboardInterrupt

    writer = Says()
    with pytest.raises(KeyboardInterrupt):
        run_suite(suite, PROMPT, writer, tmp_path, progress=stop)
    assert not (tmp_path / "evals" / "runs").exists()
    resumed = run_suite(suite, PROMPT, writer, tmp_path)
    assert writer.asked == [f"c{number}" for number in range(6)]
    assert resumed.head.digest == whole.head.digest
    assert resumed.head.run_id == whole.head.run_id


def test_a_process_that_is_killed_leaves_no_half_run(tmp_path: Path) -> None:
    made_suite(tmp_path, 30)
    program = (
        "from pathlib import Path; from assistant.evals.suite import load_suite; from assistant.prompt import load;"
        "from assistant.evals.run import run_suite; from assistant.writer import ScriptedWriter;"
        f"home = Path({str(tmp_path)!r}); print('ready', flush=True);"
        "print(run_suite(load_suite(home / 'evals/suites/mini'), load('draft@v4'), ScriptedWriter(), home).head.digest)"
    )
    started = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    assert started.stdout is not None
    started.stdout.readline()
    while not any((tmp_path / "evals" / "cache").rglob("*.json")):
        time.sleep(0.02)
    started.send_signal(signal.SIGKILL)
    started.wait()
    assert not [path for path in (tmp_path / "evals").glob("runs/*") if not path.name.startswith(".")]
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    alone = ran(tmp_path / "alone", made_suite(tmp_path / "alone", 30), ScriptedWriter())
    assert done.stdout.split()[-1] == alone.head.digest


def test_a_writer_that_fails_on_half_of_the_items_costs_those_items(tmp_path: Path) -> None:
    suite = made_suite(tmp_path, 4)
    run = ran(tmp_path, suite, Says(failing=("c1", "c3")))
    assert run.summary.troubled == 2
    assert run.summary.means["passes"].value == 0.5
    assert "endpoint is down" in run.scores["i1"]["passes"].why
    replay(run)
    mended = ran(tmp_path, suite, Says())
    assert (mended.head.run_id, mended.summary.troubled) == (f"{run.head.run_id}-2", 0)


def test_a_writer_that_fails_on_every_item_is_no_run(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="the endpoint is down"):
        ran(tmp_path, made_suite(tmp_path, 2), Says(failing=("c0", "c1")))
    assert not (tmp_path / "evals" / "runs").exists()


def test_an_altered_run_is_refused_by_file(tmp_path: Path) -> None:
    run = ran(tmp_path, made_suite(tmp_path, 2))
    path = run.folder / "scores.jsonl"
    path.chmod(0o644)
    path.write_text(path.read_text().replace("1.0", "0.9", 1))
    with pytest.raises(BadInput, match=r"scores\.jsonl is not as it was"):
        find_run(run.head.run_id, tmp_path)


def test_a_run_whose_texts_do_not_give_its_scores_does_not_replay(tmp_path: Path) -> None:
    run = ran(tmp_path, made_suite(tmp_path, 2))
    run.written["i1"] = run.written["i1"].model_copy(update={"text": GOOD.replace("2 hours", "3 hours")})
    with pytest.raises(GateFailed, match="item i1 comes out otherwise"):
        replay(run)


def test_a_run_is_named_by_how_it_begins(tmp_path: Path) -> None:
    suite = made_suite(tmp_path, 1)
    ran(tmp_path, suite)
    ran(tmp_path, suite, prompt=load("draft@v1"))
    with pytest.raises(BadInput, match="fits 2 runs"):
        find_run("mini-", tmp_path)
    with pytest.raises(NotFound, match=r"no run 'x'; there are: mini-draft-v1"):
        find_run("x", tmp_path)
