"""The README tells the truth: its example runs, its files exist, its commands are those of the program."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import typer.main

from assistant.cli import app

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text()


def test_the_python_example_runs_and_prints_what_it_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (example,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    exec(compile(example, "README.md", "exec"), {})
    assert capsys.readouterr().out == "('device:7',)\n"


def test_everything_in_the_tree_exists() -> None:
    (tree,) = re.findall(r"```\n(app\.py.*?)```", README, re.DOTALL)
    folder = ""
    found = 0
    for line in tree.splitlines():
        names = re.findall(r"[\w]+\.py\b|[\w]+/", line[:21]) if not line.startswith("  cli.py") else line.split()
        for name in names:
            if not line.startswith(" "):
                folder = name if name.endswith("/") else ""
                path = ROOT / name
            else:
                path = ROOT / folder / name
            assert path.exists(), path
            found += 1
    assert found > 25


def test_every_link_to_a_file_leads_somewhere() -> None:
    links = [link for link in re.findall(r"\]\(([^)#]+)\)", README) if not link.startswith("http")]
    assert len(links) > 8
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_the_table_names_every_command_and_no_other() -> None:
    table = README[README.index("| command | does |") : README.index("Every command takes")]
    named = set(re.findall(r"`fra ([a-z-]+)", table))
    assert named == set(typer.main.get_command(app).commands)  # type: ignore[attr-defined]
