"""Files that nobody here designed come in by their unedited proposals; see tests/exports/README.md."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.case import Role
from assistant.dataset import Schema, import_file, propose

from .conftest import REPOSITORY, MemorySink

EXPORTS = REPOSITORY / "tests" / "exports"
PAYMENTS = "Betrugsmonitoring_2026-01_bis_2026-06.csv"
IDENTITY = "verifications_export_20260610.jsonl"
MERCHANTS = "merchant_risk_case_20260611.parquet"


@pytest.mark.parametrize(
    ("file", "rows", "rejected", "labelled", "fraud"),
    [(PAYMENTS, 778, 2, 121, 41), (IDENTITY, 602, 0, 104, 45), (MERCHANTS, 765, 0, 474, 61)],
)
def test_an_export_comes_in_whole_with_its_labels(
    sink: MemorySink, tmp_path: Path, file: str, rows: int, rejected: int, labelled: int, fraud: int
) -> None:
    result = import_file(EXPORTS / file, Schema.parse(propose(EXPORTS / file)), sink, rejects_dir=tmp_path)
    assert (result.rows, result.imported, result.rejected) == (rows, rows - rejected, rejected)
    outcomes = [record.outcome for record in sink.records.values() if record.outcome]
    assert len(outcomes) == labelled
    assert sum(outcome.outcome == "fraud" for outcome in outcomes) == fraud


@pytest.mark.parametrize(
    ("file", "later"),
    [
        (PAYMENTS, {"Status", "CB-Grund", "CB-Betrag EUR", "Betrugsmeldung", "Bemerkung", "letzte Änderung"}),
        (IDENTITY, {"feedback.type"}),
        (MERCHANTS, {"acct_status_current", "investigator", "loss_eur", "cb_amt_60d_eur", "case_note",
                     "dw_updated_at"}),
    ],
)  # fmt: skip
def test_no_fact_of_a_case_was_filled_in_later(file: str, later: set[str]) -> None:
    schema = Schema.parse(propose(EXPORTS / file))
    assert {schema.columns[name].role for name in later} == {"ignore"}


@pytest.mark.parametrize(
    ("file", "known"),
    [
        (PAYMENTS, {"Transaktions-ID": "id", "Buchungszeit": "time", "Betrag": "amount", "Währung": "currency",
                    "card_token": "card", "auth_rc": "authorisation", "AVS": "avs", "CVV": "cvv",
                    "3DS Status": "three_d_secure", "device_id": "device", "IP": "ip", "IP-Land": "country",
                    "Lieferland": "shipping_country", "Händler-Nr.": "merchant", "MCC": "merchant_category",
                    "Fallergebnis": "label", "CB-Datum": "label_time"}),
        (IDENTITY, {"id": "id", "created_at": "time", "applicant.first": "name", "applicant.dob": "birth_date",
                    "applicant.addresses.line": "address", "document.type": "document_type",
                    "document.number": "document_number", "document.mrz": "mrz", "scores.face": "face_match",
                    "device.id": "device", "device.ip_cc": "country", "review.decision": "decision",
                    "review.at": "decision_time", "review.agent": "reviewer", "feedback.fraud": "label",
                    "feedback.at": "label_time"}),
        (MERCHANTS, {"risk_case_id": "id", "case_opened_ms": "time", "merchant_id": "merchant", "mcc":
                     "merchant_category", "website_url": "site", "owner_ref": "beneficial_owner",
                     "payout_account_id": "payout_account", "payout_bank_cc": "country",
                     "merchants_on_payout_acct": "number", "last_login.device_hash": "device",
                     "investigator_outcome": "label", "outcome_date": "label_time"}),
    ],
)  # fmt: skip
def test_what_tells_most_is_known_for_what_it_is(file: str, known: dict[str, Role]) -> None:
    schema = Schema.parse(propose(EXPORTS / file))
    assert {name: schema.columns[name].role for name in known} == known


def test_decisions_get_our_names_and_a_machines_own_is_none(sink: MemorySink, tmp_path: Path) -> None:
    path = EXPORTS / IDENTITY
    text = propose(path)
    assert "auto_approved has no time and so is no decision here" in text
    import_file(path, Schema.parse(text), sink, rejects_dir=tmp_path)
    actions = {record.decision.action for record in sink.records.values() if record.decision}
    assert actions == {"approve", "reject", "request_documents"}
