"""The queue, claims and undo on the command line."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from assistant.cli import main
from assistant.settings import Settings
from assistant.workspace import Workspace
from tests.flow.test_loop import HEADER, ROWS, SCHEMA


class Fra:
    """`fra WORDS --json` in this process: its exit code, its document, its words."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self._monkeypatch, self._capsys = monkeypatch, capsys

    def __call__(self, *words: str) -> tuple[int, Any, str]:
        self._monkeypatch.setattr(sys, "argv", ["fra", *words, "--json"])
        code = 0
        try:
            main()
        except SystemExit as stop:
            code = int(stop.code or 0)
        told = self._capsys.readouterr()
        return code, json.loads(told.out) if told.out else None, told.err


@pytest.fixture
def fra(tmp_path: Path, own_home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Fra:
    (tmp_path / "shop.csv").write_text(HEADER + ROWS)
    (tmp_path / "shop.toml").write_text(SCHEMA)
    workspace = Workspace.open(settings=Settings())
    workspace.import_cases(tmp_path / "shop.csv", tmp_path / "shop.toml")
    workspace.close()
    return Fra(monkeypatch, capsys)


def test_a_case_is_claimed_skipped_passed_on_put_off_and_let_go(fra: Fra) -> None:
    waiting = [row["case_id"] for row in fra("queue")[1]]
    code, claim, _ = fra("case", "next", "--reviewer", "kim")
    assert (code, claim["case_id"], claim["reviewer"]) == (0, waiting[0], "kim")
    code, _, told = fra("decide", waiting[0], "--action", "approve", "--reason", "fine", "--reviewer", "lee")
    assert code == 2
    assert "in the hands of kim" in told
    assert fra("case", "release", waiting[0], "--reviewer", "kim")[1]["released"] is True
    assert fra("case", "skip", waiting[0], "--reason", "lunch", "--reviewer", "kim")[0] == 2
    assert fra("case", "skip", waiting[0], "--reason", "other", "--reviewer", "kim")[0] == 0
    assert fra("case", "assign", waiting[1], "--to", "lee", "--reviewer", "kim")[0] == 0
    later = (datetime.now(UTC) + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M:%S")
    assert fra("case", "snooze", waiting[2], "--until", later, "--reviewer", "kim")[0] == 0
    assert fra("case", "snooze", waiting[2], "--until", "2020-01-01", "--reviewer", "kim")[0] == 2
    code, left, told = fra("case", "next", "--reviewer", "kim")
    assert (code, left) == (1, {"case_id": None, "skipped": 1, "others": 1})
    assert [row["case_id"] for row in fra("queue", "--status", "snoozed")[1]] == [waiting[2]]
    assert [row["case_id"] for row in fra("queue", "--assignee", "lee")[1]] == [waiting[1]]
    assert fra("case", "wake", waiting[2], "--reviewer", "kim")[0] == 0
    assert fra("case", "next", "--reviewer", "kim")[1]["case_id"] == waiting[2]


def test_a_decision_is_taken_back_and_a_withdrawal_has_a_name(fra: Fra) -> None:
    assert fra("decide", "new", "--action", "block", "--reason", "stolen card", "--reviewer", "kim")[0] == 0
    assert "new" in [row["case_id"] for row in fra("queue", "--status", "decided")[1]]
    assert fra("undo", "new", "--reviewer", "lee")[0] == 2
    code, undone, _ = fra("undo", "new", "--reviewer", "kim")
    assert (code, undone["action"]) == (0, "block")
    assert "new" in [row["case_id"] for row in fra("queue", "--text", "ne")[1]]
    assert fra("withdraw", "new", "--reason", "a test", "--reviewer", "lead")[0] == 0
    assert fra("audit", "verify")[1]["ok"] is True


def test_a_contradiction_is_told_in_one_line(fra: Fra) -> None:
    code, document, told = fra("decide", "new", "--action", "approve", "--reason", "stolen card", "--reviewer", "kim")
    assert (code, document) == (2, None)
    assert "'stolen card' is no reason to approve; choose one of: known good customer" in told
