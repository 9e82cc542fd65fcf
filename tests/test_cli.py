"""The command contract, through the real entry point: one JSON document, exit codes, one-line errors."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest


def fra(*arguments: str, code: int = 0) -> tuple[Any, str]:
    """Runs `fra` as a process of its own; gives the JSON document (or the text) and stderr."""
    done = subprocess.run(
        [sys.executable, "-c", "from assistant.cli import main; main()", *arguments],
        capture_output=True,
        text=True,
        env=os.environ | {"COLUMNS": "200"},
        check=False,
    )
    assert done.returncode == code, done.stderr or done.stdout
    assert "Traceback" not in done.stderr
    return (json.loads(done.stdout) if "--json" in arguments and code == 0 else done.stdout), done.stderr


def test_the_loop_on_the_command_line(demo: Path) -> None:
    queue, _ = fra("queue", "--limit", "3", "--json")
    assert len(queue) == 3
    assert {"case_id", "kind", "probability", "band", "expected_loss", "status", "opened_at"} <= set(queue[0])
    case_id = queue[0]["case_id"]

    review, _ = fra("review", case_id, "--writer", "scripted", "--json")
    assert {"case_id", "as_of", "score", "precedents", "evidence", "draft", "policy"} <= set(review)
    assert {"probability", "band", "model", "reasons"} <= set(review["score"])
    reason = {"evidence", "signal", "contribution", "polarity", "percentile", "statement"}
    assert all(reason == set(one) for one in review["score"]["reasons"])
    precedent = {"evidence", "case_id", "similarity", "outcome", "action", "decided_at", "because"}
    assert review["precedents"]
    assert all(precedent <= set(one) for one in review["precedents"])
    assert all({"id", "kind", "polarity", "statement", "source"} <= set(one) for one in review["evidence"])
    draft = {"status", "writer", "sentences", "action", "confidence", "would_change", "checks", "provenance"}
    assert draft <= set(review["draft"])
    assert {"prompt", "version", "hash", "model", "latency_ms"} <= set(review["draft"]["provenance"])
    assert set(review["draft"]["checks"][0]) == {"check", "sentence", "start", "end", "ok", "why"}
    assert {"action", "expected_costs"} <= set(review["policy"])

    similar, _ = fra("similar", case_id, "--k", "3", "--json")
    assert len(similar) == 3
    assert {"case_id", "similarity", "outcome", "action", "decided_at", "because"} <= set(similar[0])

    action = review["draft"]["action"]
    decided, _ = fra("decide", case_id, "--action", action, "--reason", "as drafted", "--reviewer", "kim", "--json")
    assert decided == {"case_id": case_id, "action": action, "followed_draft": True}
    outcome, _ = fra("outcome", case_id, "--outcome", "fraud", "--source", "investigation", "--json")
    assert (outcome["case_id"], outcome["outcome"]) == (case_id, "fraud")
    used = similar[0]["case_id"]
    withdrawn, _ = fra("withdraw", used, "--reason", "poisoned", "--json")
    assert withdrawn["case_id"] == used
    assert len(withdrawn["drafts"]) == 1
    audit, _ = fra("audit", "verify", "--json")
    assert audit == {"entries": 5, "ok": True}  # promoted, reviewed, decided, known, withdrawn


def test_words_for_people_on_the_command_line(demo: Path) -> None:
    table, _ = fra("queue", "--limit", "2")
    case_id = table.splitlines()[1].split()[0]
    text, _ = fra("review", case_id)
    assert "Recommended:" in text
    assert "draft, scripted" in text
    findings, _ = fra("doctor")
    assert "✗" not in findings


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (("review", "no-such-case"), "no-such-case"),
        (("import", "missing.csv", "--schema", "missing.toml"), "missing.toml"),
        (("train",), "0 labelled cases"),
        (("similar", "x", "--k", "0"), "--k"),
        (("outcome", "x", "--outcome", "maybe", "--source", "review"), "x"),
    ],
)
def test_what_the_user_must_change_is_one_line_and_exit_2(arguments: tuple[str, ...], named: str) -> None:
    _, errors = fra(*arguments, code=2)
    assert named in errors


def test_a_writer_that_is_not_there_is_named(demo: Path) -> None:
    case_id = fra("queue", "--limit", "1", "--json")[0][0]["case_id"]
    _, errors = fra("review", case_id, "--writer", "shakespeare", code=2)
    assert "'shakespeare'; there are: auto, local, scripted" in errors


def test_a_proposed_schema_imports(tmp_path: Path) -> None:
    file = tmp_path / "orders.csv"
    file.write_text("order_id;created_at;total\n1;2026-01-02T10:00:00Z;12,50\n2;2026-01-03T11:00:00Z;9,99\n")
    text, _ = fra("schema", str(file))
    (tmp_path / "orders.toml").write_text(text)
    result, _ = fra("import", str(file), "--schema", str(tmp_path / "orders.toml"), "--json")
    assert (result["rows"], result["imported"], result["rejected"]) == (2, 2, 0)


def test_a_broken_journal_is_exit_1(demo: Path) -> None:
    import sqlite3

    case_id = fra("queue", "--limit", "1", "--json")[0][0]["case_id"]
    fra("decide", case_id, "--action", "escalate", "--reason", "r", "--reviewer", "kim")
    with sqlite3.connect(demo / "fra.db") as connection:
        connection.execute("UPDATE journal SET actor = 'mallory'")
    _, errors = fra("audit", "verify", code=1)
    assert "entry 1 was changed" in errors


def test_a_bad_setting_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FRA_PORT", "many")
    _, errors = fra("queue", code=2)
    assert "FRA_PORT" in errors


def test_an_empty_home_says_how_to_begin() -> None:
    text, _ = fra("queue")
    assert "fra demo" in text
    _, errors = fra("doctor", code=1)
    assert "not well" in errors
