"""Imports that are killed, stopped, run twice at once, or find no room: with real processes and a real disk."""

from __future__ import annotations

import csv
import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from benchmarks.imports import SCHEMA, write

ROWS = 12_000
TABLES = {
    "cases": "case_id, source, kind, opened_at, amount_minor, currency, facts, status, row_hash",
    "entities": "type, key, case_id",
    "outcomes": "case_id, outcome, source, known_at, assumed_delay",
    "decisions": "case_id, action, reason, reviewer, decided_at",
    "scores": "case_id, model, probability, band, expected_loss, queue_key",
}


@pytest.fixture(scope="module")
def payments(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file of payments, a tenth of them labelled, with its schema beside it."""
    folder = tmp_path_factory.mktemp("files")
    write(folder / "payments.csv", ROWS, seed=1)
    (folder / "payments.toml").write_text(SCHEMA)
    return folder / "payments.csv"


@pytest.fixture(scope="module")
def clean(payments: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Any]]:
    """What one import that nobody disturbs leaves behind."""
    home = tmp_path_factory.mktemp("clean")
    account = finish(start(payments, home))
    assert account["imported"] == ROWS
    return contents(home)


def fra(*arguments: str, home: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", "from assistant.cli import main; main()", *arguments],
        env=os.environ | {"FRA_HOME": str(home), "COLUMNS": "300"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def start(file: Path, home: Path) -> subprocess.Popen[str]:
    return fra("import", str(file), "--schema", str(file.with_name("payments.toml")), "--json", home=home)


def finish(process: subprocess.Popen[str]) -> dict[str, Any]:
    """The account of an import that must have gone well, and that adds up."""
    out, errors = process.communicate(timeout=240)
    assert process.returncode == 0, errors
    account: dict[str, Any] = json.loads(out)
    parts = ("imported", "updated", "unchanged", "rejected")
    assert sum(account[part] for part in parts) == account["rows"]
    return account


def refused(process: subprocess.Popen[str], code: int) -> str:
    """The one line with which a command ended."""
    out, errors = process.communicate(timeout=240)
    assert process.returncode == code, errors
    assert "Traceback" not in errors
    lines = [line for line in errors.splitlines() if line.startswith("fra:")]
    assert len(lines) == 1, errors
    assert out == ""
    return lines[0]


def ask(home: Path, query: str) -> list[Any]:
    with sqlite3.connect(f"file:{home / 'fra.db'}?mode=ro", uri=True, timeout=30) as connection:
        return connection.execute(query).fetchall()


def rows_in(home: Path) -> int:
    try:
        return int(ask(home, "SELECT count(*) FROM cases")[0][0])
    except sqlite3.OperationalError:  # not made yet
        return 0


def wait_for_a_batch(process: subprocess.Popen[str], home: Path, more_than: int = 0) -> None:
    while process.poll() is None and rows_in(home) <= more_than:
        time.sleep(0.01)


def contents(home: Path) -> dict[str, list[Any]]:
    return {table: ask(home, f"SELECT {names} FROM {table} ORDER BY {names}") for table, names in TABLES.items()}


def invisible(home: Path) -> int:
    """Cases that no queue would ever show."""
    return int(ask(home, "SELECT count(*) FROM cases WHERE case_id NOT IN (SELECT case_id FROM scores)")[0][0])


@pytest.mark.timeout(600)
@pytest.mark.parametrize("seed", [1, 2])
def test_an_import_killed_at_random_points_is_told_and_completed_by_running_it_again(
    payments: Path, clean: dict[str, list[Any]], tmp_path: Path, seed: int
) -> None:
    home, chance = tmp_path / "home", random.Random(seed)
    for _ in range(2):
        before = rows_in(home)
        process = start(payments, home)
        wait_for_a_batch(process, home, before)
        time.sleep(chance.random() * 0.3)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        if process.returncode != -signal.SIGKILL:
            break  # it was through before the signal came
        assert 0 < rows_in(home) <= ROWS
        assert invisible(home) == 0
        told = json.loads(fra("doctor", "--json", home=home).communicate()[0])
        (finding,) = (one for one in told if one["name"] == "imports")
        assert not finding["ok"]
        assert "payments.csv into payments" in finding["detail"]
        assert "run the same 'fra import' again" in finding["detail"]
    account = finish(start(payments, home))
    assert account["rows"] == ROWS
    assert account["unchanged"] > 0
    assert contents(home) == clean
    told = json.loads(fra("doctor", "--json", home=home).communicate()[0])
    assert [one["detail"] for one in told if one["name"] == "imports"] == ["none was interrupted"]


def test_ctrl_c_says_how_much_is_in_and_the_same_command_goes_on(
    payments: Path, clean: dict[str, list[Any]], tmp_path: Path
) -> None:
    home = tmp_path / "home"
    process = start(payments, home)
    wait_for_a_batch(process, home)
    process.send_signal(signal.SIGINT)
    line = refused(process, code=130)
    assert f"stopped with {rows_in(home):,} rows of payments.csv in; run the same command again" in line
    assert 0 < rows_in(home) < ROWS
    finish(start(payments, home))
    assert contents(home) == clean


def test_the_same_file_imported_twice_at_once_on_a_new_home_doubles_nothing(
    payments: Path, clean: dict[str, list[Any]], tmp_path: Path
) -> None:
    accounts = [finish(one) for one in [start(payments, tmp_path / "home") for _ in range(2)]]
    assert sum(account["imported"] for account in accounts) == ROWS
    assert sum(account["unchanged"] for account in accounts) == ROWS
    assert contents(tmp_path / "home") == clean


def test_two_files_at_once_while_somebody_decides_lose_nothing(payments: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    other = tmp_path / "other"
    other.mkdir()
    write(other / "payments.csv", 6_000, seed=2)
    (other / "payments.toml").write_text(SCHEMA.replace('source = "payments"', 'source = "other"'))
    imports = [start(payments, home), start(other / "payments.csv", home)]
    wait_for_a_batch(imports[0], home)
    (case_id,) = ask(home, "SELECT case_id FROM cases WHERE status = 'open' LIMIT 1")[0]
    words = ("decide", case_id, "--action", "block", "--reason", "stolen", "--reviewer", "kim", "--json")
    out, errors = fra(*words, home=home).communicate(timeout=120)
    assert json.loads(out)["case_id"] == case_id, errors
    assert [finish(one)["imported"] for one in imports] == [ROWS, 6_000]
    assert rows_in(home) == ROWS + 6_000
    assert invisible(home) == 0
    assert ask(home, f"SELECT action, reviewer FROM decisions WHERE case_id = '{case_id}'") == [("block", "kim")]
    finish(start(payments, home))
    assert ask(home, f"SELECT status FROM cases WHERE case_id = '{case_id}'") == [("decided",)]


@contextmanager
def small_disk(folder: Path, size: str) -> Iterator[None]:
    folder.mkdir(parents=True, exist_ok=True)
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        pytest.skip(f"a small disk cannot be mounted here: {done.stderr.strip()}")
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def make_room(folder: Path) -> None:
    subprocess.run(["mount", "-o", "remount,size=400m", str(folder)], check=True)


@pytest.mark.skipif(os.getuid() != 0, reason="only root can mount a small disk")
@pytest.mark.parametrize("size", ["1m", "8m", "20m"])
def test_a_full_disk_is_named_and_with_room_the_same_command_completes(
    payments: Path, clean: dict[str, list[Any]], tmp_path: Path, size: str
) -> None:
    home = tmp_path / "home"
    with small_disk(home, size):
        line = refused(start(payments, home), code=2)
        assert "make room on its disk and run the same command again" in line
        make_room(home)
        if rows_in(home):
            assert invisible(home) == 0
        finish(start(payments, home))
        assert contents(home) == clean


@pytest.mark.skipif(os.getuid() != 0, reason="only root can mount a small disk")
def test_no_room_for_the_rejects_is_named_and_with_room_the_same_command_completes(
    payments: Path, tmp_path: Path
) -> None:
    home, bad = tmp_path / "home", tmp_path / "payments.csv"
    rows = payments.read_text().splitlines()
    bad.write_text("\n".join([rows[0], *(row.replace("2026-", "never-", 1) for row in rows[1:])]))
    (tmp_path / "payments.toml").write_text(SCHEMA)
    with small_disk(home / "rejects", "256k"):
        line = refused(start(bad, home), code=2)
        assert "rejected rows cannot be kept" in line
        assert "No space left on device" in line
        assert list((home / "rejects").iterdir()) == []
        make_room(home / "rejects")
        account = finish(start(bad, home))
        assert account["rejected"] == ROWS
        with Path(account["rejects_file"]).open(encoding="utf-8-sig", newline="") as file:
            assert sum(1 for _ in csv.reader(file)) == ROWS + 1
