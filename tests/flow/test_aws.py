"""Somebody else's rows through the whole house: import, train, index, review, decide."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.settings import Settings
from assistant.workspace import Workspace
from tests.shared_data import needs_shared_data

EXAMPLES = Path(__file__).resolve().parents[2] / "docs" / "examples"


@needs_shared_data
@pytest.mark.parametrize(
    ("file", "schema", "rows", "decided", "action"),
    [
        ("transaction_data_2K_coldstart.csv", "aws_transactions.toml", 1611, 810, "step_up"),
        ("registration_data_2K_coldstart.csv", "aws_registrations.toml", 2000, 1199, "request_documents"),
    ],
)
def test_a_row_of_another_team_is_reviewed_and_decided(
    shared_data: Path, tmp_path: Path, file: str, schema: str, rows: int, decided: int, action: str
) -> None:
    workspace = Workspace.open(settings=Settings(home=tmp_path / "home"))
    result = workspace.import_cases(shared_data / "aws_fraud_samples" / file, EXAMPLES / schema)
    assert (result.rows, result.imported, result.rejected) == (rows, rows, 0)
    card = workspace.train()
    assert card.metrics is not None
    assert card.metrics.auc.low > 0.55
    assert card.n_assumed_delay == decided
    assert workspace.index(weigh=False).total == decided

    case_id = workspace.queue(limit=1)[0].case_id
    review = workspace.review(case_id)
    assert review.score.probability is not None
    assert review.score.reasons
    assert review.precedents
    assert review.draft.sentences
    assert not [check for check in review.draft.checks if not check.ok]
    workspace.decide(case_id, action=action, reason="checked", reviewer="kim")
    assert case_id not in [row.case_id for row in workspace.queue(limit=1000)]
    assert workspace.audit().ok
