"""Training through the front door: `fra train` compares, reports, promotes what a person insists on, and goes back."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from assistant.cli import app
from assistant.workspace import Workspace
from tests.scoring.small_world import world

runner = CliRunner()
FIELDS = {"name", "auc", "average_precision", "brier", "ece", "recall_at_5pct_fpr", "n_train", "n_test"}
SCHEMA = """
source = "orders"
kind = "payment"
time_zone = "UTC"

[label]
fraud = ["1"]
legitimate = ["0"]
source = "import"

[columns.id]
role = "id"
[columns.at]
role = "time"
[columns.speed]
role = "number"
[columns.device]
role = "device"
[columns.label]
role = "label"
[columns.label_at]
role = "label_time"
"""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("FRA_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("FRA_EMBEDDER", "hash")
    cases, outcomes = world()
    lines = ["id,at,speed,device,label,label_at"]
    for one in cases:
        (known,) = outcomes[one.case_id]
        speed, device = (fact.value for fact in one.facts)
        label = int(known.outcome == "fraud")
        lines.append(f"{one.case_id},{one.opened_at:%FT%TZ},{speed},{device},{label},{known.known_at:%FT%TZ}")
    (tmp_path / "orders.csv").write_text("\n".join(lines) + "\n")
    (tmp_path / "orders.toml").write_text(SCHEMA)
    workspace = Workspace.open(tmp_path / "home")
    result = workspace.import_cases(tmp_path / "orders.csv", tmp_path / "orders.toml")
    assert result.imported == 400, result
    workspace.close()
    return tmp_path / "home"


def command(*arguments: str) -> dict:
    result = runner.invoke(app, [*arguments, "--json"])
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_a_training_compares_reports_promotes_on_demand_and_goes_back(home: Path) -> None:
    first = command("train", "--champion", "xgboost", "--report")
    assert [row["name"] for row in first["models"]] == ["xgboost", "logistic", "forest"]
    assert all(set(row) == FIELDS | {"card"} for row in first["models"])
    assert [row["card"]["promoted"] for row in first["models"]] == [True, False, False]
    assert Path(first["report"]).read_text().startswith("<!doctype html>")

    case_id = "c399"
    score = command("review", case_id, "--writer", "scripted")["score"]
    assert score["model"] == first["champion"]

    second = command("train", "--champion", "logistic")
    assert second["champion"].startswith("logistic-")
    assert command("review", case_id, "--writer", "scripted")["score"]["model"] == second["champion"]

    assert command("train", "--rollback")["champion"] == first["champion"]
    assert command("review", case_id, "--writer", "scripted")["score"] == score

    workspace = Workspace.open(home)
    promoted, back = (workspace.store.journal.subjects(verb) for verb in ("promote", "roll back"))
    assert set(promoted) == {first["champion"], second["champion"]}
    assert "a person insisted" in promoted[second["champion"]]["verdict"]
    assert back == {second["champion"]: {"to": first["champion"]}}
    assert workspace.audit().ok
    workspace.close()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--score", "nothing"), "no case has a number called 'nothing'"),
        (("--onnx", "nowhere.onnx"), "nowhere.onnx cannot be read"),
        (("--champion", "oracle"), "there is no model 'oracle' to promote"),
        (("--rollback",), "no earlier model"),
    ],
)
def test_what_is_not_there_is_said_in_a_line(home: Path, arguments: tuple[str, ...], said: str) -> None:
    result = runner.invoke(app, ["train", *arguments, "--json"])
    assert said in str(result.exception)


def test_cases_of_the_control_sample_are_decided_without_the_score_and_journaled(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FRA_CONTROL_SHARE", "0.05")
    lines = ["id,at,speed,device,label,label_at", *(f"n{n},2026-05-01T00:00:00Z,1.5,d{n},," for n in range(60))]
    (home.parent / "orders.csv").write_text("\n".join(lines) + "\n")
    command("train", "--champion", "xgboost")
    command("import", str(home.parent / "orders.csv"), "--schema", str(home.parent / "orders.toml"))
    workspace = Workspace.open(home)
    drawn = workspace.store.journal.subjects("draw for the control sample")
    hidden = {row.case_id for row in workspace.queue(100) if row.probability is None}
    assert hidden == set(drawn)
    assert 0 < len(drawn) < 12
    one = min(drawn)
    assert drawn[one] == {"share": 0.05, "seed": 7}
    score = command("review", one, "--writer", "scripted")["score"]
    assert (score["probability"], score["band"], score["reasons"]) == (None, "abstain", [])
    command("decide", one, "--action", "escalate", "--reason", "unsure", "--reviewer", "kim")
    assert command("review", one, "--writer", "scripted")["score"]["probability"] is None
    command("decide", one, "--action", "approve", "--reason", "known customer", "--reviewer", "kim")
    assert command("review", one, "--writer", "scripted")["score"]["probability"] is not None
    assert workspace.audit().ok
    workspace.close()
