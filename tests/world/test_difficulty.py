"""The demo world is honestly hard: no column gives it away, and history with context is worth learning."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import cross_val_predict

from assistant.dataset import Schema, import_file
from assistant.signals import compute, trace
from tests.world.conftest import END, World
from tests.world.test_generate import Shelf

AFTERWARDS = {"decision", "decided_at", "decision_reason", "reviewer", "outcome", "outcome_known_at", "outcome_source"}
ENTITIES = {
    "account_id", "email", "phone", "device_id", "ip", "card", "billing_address", "shipping_address", "merchant",
    "recipient_account", "document_number", "home_address", "payout_account", "owner_account", "registered_address",
    "contact_phone", "owner_document_number",
}  # fmt: skip
LIMIT = 0.80


def separation(truth: NDArray[np.int_], values: NDArray[np.float64]) -> float:
    """The AUC of a column in whichever direction is better."""
    auc = float(roc_auc_score(truth, values))
    return max(auc, 1 - auc)


def scores(rows: list[dict[str, str]], column: str, truth: NDArray[np.int_]) -> NDArray[np.float64] | None:
    """The column as one number a case: its value, how often it was seen before, or its fraud rate."""
    cells = [row[column] for row in rows]
    if column in ENTITIES:
        seen: Counter[str] = Counter()
        earlier = []
        for cell in cells:
            earlier.append(float(seen[cell]) if cell else 0.0)
            seen[cell] += 1
        return np.array(earlier)
    try:
        return np.array([float(cell) if cell else -1.0 for cell in cells])
    except ValueError:
        pass
    if len(set(cells)) > 40:
        return None
    rates: dict[str, list[int]] = defaultdict(list)
    for cell, fraud in zip(cells, truth, strict=True):
        rates[cell].append(int(fraud))
    return np.array([np.mean(rates[cell]) for cell in cells])


@pytest.mark.parametrize("kind", ["payments", "identity", "merchants"])
def test_no_single_column_separates_fraud_from_the_rest(made: World, kind: str) -> None:
    rows = made.by_kind[kind]
    truth = np.array([int(made.truth[row["case_id"]]["fraud"]) for row in rows])
    measured = {
        column: separation(truth, values)
        for column in rows[0]
        if column not in AFTERWARDS and (values := scores(rows, column, truth)) is not None
    }
    assert len(measured) > 25
    assert max(measured.values()) < LIMIT, max(measured, key=lambda column: measured[column])


@pytest.mark.parametrize("kind", ["payments", "identity", "merchants"])
def test_the_words_of_a_case_give_little_away(made: World, kind: str) -> None:
    column = {"payments": "customer_message", "identity": "applicant_message", "merchants": "merchant_statement"}[kind]
    for name in (column, "first_line_note"):
        rows = [row for row in made.by_kind[kind] if row[name]]
        truth = np.array([int(made.truth[row["case_id"]]["fraud"]) for row in rows])
        words = TfidfVectorizer(ngram_range=(1, 2), min_df=3).fit_transform([row[name] for row in rows])
        model = LogisticRegression(max_iter=300, class_weight="balanced")
        guesses = cross_val_predict(model, words, truth, cv=4, method="predict_proba")[:, 1]
        assert separation(truth, guesses) < 0.68


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["payments", "identity", "merchants"])
def test_a_model_with_history_learns_much_but_not_everything(made: World, kind: str, tmp_path: Path) -> None:
    shelf = Shelf()
    for name in made.by_kind:
        path = made.files.folder / f"{name}.csv"
        import_file(path, Schema.load(path.with_suffix(".toml")), shelf, rejects_dir=tmp_path)
    traces = {one.case.case_id: trace(one.case, [one.outcome] if one.outcome else []) for one in shelf.records}
    wanted = {row["case_id"] for row in made.by_kind[kind]}
    cases = [one.case for one in shelf.records if one.case.case_id in wanted]
    table = compute(cases, [traces[case.case_id] for case in cases], list(traces.values()))
    texts = [[hash_free(values) for values in column] for column in table.texts.values()]
    features = np.column_stack([*table.numbers.values(), *(np.array(column, dtype=float) for column in texts)])
    truth = np.array([int(made.truth[case.case_id]["fraud"]) for case in cases])
    last_quarter = datetime.combine(END, time(), UTC) - timedelta(days=30)
    late = np.array([case.opened_at >= last_quarter for case in cases])
    model = HistGradientBoostingClassifier(max_iter=150, learning_rate=0.06, max_depth=4, random_state=0)
    model.fit(features[~late], truth[~late])
    auc = roc_auc_score(truth[late], model.predict_proba(features[late])[:, 1])
    assert 0.82 < auc < 0.96


def hash_free(text: str | None) -> float:
    """A number for a category that is the same in every process."""
    return float("nan") if text is None else float(sum(place * ord(sign) for place, sign in enumerate(text, 1)))
