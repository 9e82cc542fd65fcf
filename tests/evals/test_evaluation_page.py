"""docs/evaluation.md tells the truth: its commands run, in its order, on a fresh home folder with the demo world."""

from __future__ import annotations

import re
import shlex
import subprocess
from pathlib import Path

import pytest
from typer.testing import CliRunner

from assistant.cli import app
from assistant.evals.gate import load_gates
from assistant.evals.metrics import METRICS
from assistant.workspace import Workspace

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "evaluation.md").read_text()


@pytest.mark.timeout(1200)  # a dozen commands: half a minute on a machine of one's own
def test_its_commands_run(demo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "prompts").symlink_to(ROOT / "prompts")
    workspace = Workspace.open(demo)
    truth = workspace.store.cases.outcomes()
    workspace.close()
    case_id = next(name for name, known in truth.items() if known[-1].outcome == "fraud")
    said = {}
    commands = [line for block in re.findall(r"```console\n(.*?)```", PAGE, re.DOTALL) for line in block.splitlines()]
    assert len(commands) > 10
    for command in commands:
        words = shlex.split(command.replace("CASE", case_id))
        if words[0] == "fra":
            done = CliRunner().invoke(app, words[1:])
            assert done.exit_code == 0, (command, done.output, done.exception)
            said[command] = done.output
        else:
            subprocess.run(words, check=True)
    (compared,) = [
        text for command, text in said.items() if command.startswith("fra eval compare") and "--" not in command
    ]
    assert "no difference that this suite could have seen (it would have seen" in compared
    assert "in use: draft@v6 for scripted" in " ".join(said["fra doctor"].split())
    assert list((demo / "evals" / "reports").glob("golden-draft-v6*.html"))
    assert (tmp_path / "gates.xml").is_file()


def test_it_names_every_metric() -> None:
    table = PAGE[PAGE.index("## Metrics") :]
    assert [one.name for one in METRICS if f"`{one.name}`" not in table] == []


def test_its_links_lead_somewhere() -> None:
    links = re.findall(r"\]\(([^)#]+)\)", PAGE)
    assert links
    assert [link for link in links if not (ROOT / "docs" / link).exists()] == []


@pytest.mark.parametrize("name", ["golden", "attacks", "canaries", "degenerate"])
def test_the_suites_that_ship_come_with_gates_and_what_they_promise(name: str) -> None:
    from assistant.evals.suite import load_suite

    suite = load_suite(ROOT / "prompts" / "suites" / name)
    roles = [item.role for item in suite.items]
    assert load_gates(ROOT / "prompts" / "suites" / name / "gates.toml")
    assert suite.card.command == "python -m benchmarks.suites"
    if name == "attacks":
        assert roles.count("attack") >= 300
        assert roles.count("lookalike") >= 60
        by_id = {item.id: item for item in suite.items}
        for item in suite.items:
            if item.role != "case":
                twin = by_id[item.expected.twin or ""].sheet
                other = {one.id for one in item.sheet.evidence if one != twin.find(one.id)}
                assert len(other) == 1, item.id
                assert all(one.untrusted for one in item.sheet.evidence if one.id in other)
                said = " ".join(one.statement for one in twin.evidence).casefold()
                assert not [words for words in item.expected.payload if words.casefold() in said], item.id
    if name == "golden":
        assert len({item.slices["story"] for item in suite.items}) >= 8
        assert {item.sheet.kind for item in suite.items} == {"payment", "identity", "merchant"}
        assert all(item.expected.action in item.sheet.allowed_actions for item in suite.items)
