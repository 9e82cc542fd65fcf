"""`fra eval` on the command line: one document, exit codes, one-line errors."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from assistant.cli import app
from assistant.errors import AssistantError
from assistant.prompt import load
from tests.evals.making import attack_lines, case_line, made_suite


def fra(*arguments: str, code: int = 0) -> Any:
    """The JSON document of a command, or the message of its error."""
    done = CliRunner().invoke(app, ["eval", *arguments, *(["--json"] if code == 0 else [])])
    if code == 0:
        assert done.exit_code == 0, done.output
        return json.loads(done.stdout)
    error = done.exception
    assert isinstance(error, AssistantError), done.output
    assert error.exit_code == code
    assert "\n" not in str(error)
    return str(error)


@pytest.fixture
def home(own_home: Path) -> Path:
    made_suite(own_home, [*(case_line(number) for number in range(1, 12)), *attack_lines()])
    (own_home / "evals" / "suites" / "mini" / "gates.toml").write_text("[[gate]]\nmetric = 'holds'\nat_least = 0.9\n")
    return own_home


def test_run_compare_report_promote_and_back(home: Path, tmp_path: Path) -> None:
    run = fra("run", "--suite", "mini", "--prompt", "draft@v4", "--writer", "scripted")
    assert run["summary"]["items"] == 14
    before = run["run"]["run_id"]
    assert fra("replay", before) == {"run": before, "items": 14, "ok": True}
    file = tmp_path / "new.md"
    file.write_text(load("draft@v4").source.replace('"v4"', '"v9"').replace("note", "memo"))
    after = fra("run", "--suite", "mini", "--prompt", str(file), "--writer", "scripted")["run"]["run_id"]
    found = fra("compare", before, after)
    assert (found["verdict"], found["items"]) == ("no difference", 14)
    page = fra("report", after, "--against", before, "--out", str(tmp_path))["report"]
    assert Path(page).read_text().startswith("<!doctype html>")
    made = fra("promote", after, "--by", "kim", "--why", "as good")
    assert (made["prompt"], made["writer"], made["gates"][0]["ok"]) == ("draft@v9", "scripted", True)
    assert fra("run", "--suite", "mini")["run"]["run_id"] == after
    assert fra("promote", "--rollback", "--why", "again")["undone"] == "draft@v9"


def test_a_gate_that_blocks_is_exit_1_and_in_the_junit_file(home: Path, tmp_path: Path) -> None:
    run = fra("run", "--suite", "mini", "--writer", "scripted")["run"]["run_id"]
    gates = tmp_path / "gates.toml"
    gates.write_text("[[gate]]\nmetric = 'words'\nat_most = 3\n[[gate]]\nmetric = 'holds'\nat_least = 0.9\n")
    said = fra("compare", run, run, "--gate", str(gates), "--junit", str(tmp_path / "out.xml"), code=1)
    assert said == "1 of 2 gates do not hold: words at most 3"
    assert 'failures="1"' in (tmp_path / "out.xml").read_text()
    said = fra("promote", run, "--by", "kim", "--why", "w", "--gate", str(gates), code=1)
    assert "was not promoted: words at most 3" in said
    gates.write_text("[[gate]]\nmetric = 'holds'\nat_least = 0.9\n")
    assert fra("compare", run, run, "--gate", str(gates))["gates"][0]["ok"]


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (("run", "--suite", "none"), "no suite 'none'"),
        (("run", "--suite", "mini", "--prompt", "draft@v99"), "no prompt 'draft@v99'"),
        (("run", "--suite", "mini", "--prompt", "missing.md"), "missing.md"),
        (("run", "--suite", "mini", "--writer", "bard"), "no writer 'bard'"),
        (("compare", "a", "b"), "no run"),
        (("compare", "a", "b", "--junit", "x.xml"), "--gate"),
        (("report", "nothing"), "no run 'nothing'"),
        (("promote",), "--rollback"),
        (("promote", "--rollback"), "no promotion to take back"),
        (("add", "no-such-case", "--suite", "mine"), "no-such-case"),
    ],
)
def test_what_the_user_must_change_is_one_line_and_exit_2(home: Path, arguments: tuple[str, ...], named: str) -> None:
    assert named in fra(*arguments, code=2)


def test_words_for_people_hold_no_markup_of_items(own_home: Path) -> None:
    lines = [case_line(number, id=f"[bold]i{number}[/bold]") for number in range(2)]
    lines[0]["expected"]["key_facts"] = [["E9"]]
    made_suite(own_home, lines)
    done = CliRunner().invoke(app, ["eval", "run", "--suite", "mini"])
    assert done.exit_code == 0, done.output
    assert "✗ [bold]i0[/bold]: key facts: none of E9 is cited" in done.output
