"""Files that nobody here designed come in by their unedited proposals; see tests/exports/README.md."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.dataset import Schema, import_file, propose
from assistant.roles import Role

from .conftest import REPOSITORY, MemorySink

EXPORTS = REPOSITORY / "tests" / "exports"
PAYMENTS = "Betrugsmonitoring_2026-01_bis_2026-06.csv"
IDENTITY = "verifications_export_20260610.jsonl"
MERCHANTS = "merchant_risk_case_20260611.parquet"
CUSTOMERS = "customers_export_20260616.jsonl"
TRANSFERS = "Transfer Review Jan-May 2026.csv"
LOANS = "solicitudes_ene_may_2026.txt"
BOOKINGS = "fct_bookings_w_chargebacks_20260706.csv"
SELLERS = "controle_vendeurs_S1_2026.csv"
OPENINGS = "kyc_account_opening_events.parquet"


@pytest.mark.parametrize(
    ("file", "rows", "rejected", "labelled", "fraud"),
    [
        (PAYMENTS, 778, 2, 121, 41),
        (IDENTITY, 602, 0, 104, 45),
        (MERCHANTS, 765, 0, 474, 61),
        (CUSTOMERS, 375, 0, 0, 0),
        (TRANSFERS, 802, 1, 229, 52),
        (LOANS, 811, 0, 567, 36),
        (BOOKINGS, 801, 0, 801, 60),
        (SELLERS, 793, 0, 478, 69),
        (OPENINGS, 869, 3, 71, 54),
    ],
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
        (CUSTOMERS, {"orders.status", "orders.shipped_at", "orders.cancelled_at", "orders.cancel_reason",
                     "orders.tags", "transactions.dispute.reason", "transactions.dispute.opened_at",
                     "transactions.dispute.status", "transactions.dispute.amount", "transactions.status"}),
        (TRANSFERS, {"Case #", "Analyst", "Case Age (Days)", "Cust Contacted (Y/N)", "Amount Recovered", "Notes"}),
        (BOOKINGS, {"booking_status", "refund_amt", "cb_reason_code", "cb_category", "cb_amt", "cb_outcome"}),
        (SELLERS, {"Préjudice"}),
        (OPENINGS, {"accountStatus", "fraud.type", "fraud.lossEur"}),
        (LOANS, {"fecha_firma", "estado_contrato", "cuotas_pagadas", "dias_impago", "observaciones"}),
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
        (CUSTOMERS, {"orders.order_id": "id", "orders.placed_at": "time", "orders.total": "amount", "customer_id":
                     "account", "currency": "currency", "orders.shipping_address.line1": "shipping_address",
                     "orders.device_id": "device", "payment_methods.fingerprint": "card", "transactions.avs": "avs",
                     "transactions.cvv": "cvv", "orders.review.decision": "decision",
                     "orders.review.at": "decision_time"}),
        (TRANSFERS, {"Transfer ID": "id", "Transfer Date": "time", "Transfer Amount": "amount", "Customer ID":
                     "account", "Beneficiary Account": "payout_account", "Device ID": "device", "Login IP": "ip",
                     "Available Balance Before": "number", "Analyst Disposition": "label", "Disposition Date":
                     "label_time"}),
        (BOOKINGS, {"booked_at": "time", "total_amt": "amount", "email_hash": "email", "card_fp": "card", "device_id":
                    "device", "three_ds": "three_d_secure", "review_decision": "decision", "is_fraud_cb": "label",
                    "cb_received_at": "label_time"}),
        (SELLERS, {"Date création": "time", "Réf vendeur": "merchant", "SIREN": "document_number", "Né(e) le":
                   "birth_date", "IBAN": "account", "Versement demandé": "payout", "Décision": "decision",
                   "Date décision": "decision_time", "Constat final": "label", "Date constat": "label_time"}),
        (OPENINGS, {"eventId": "id", "createdAt": "time", "applicant.id": "account", "applicant.addressHash":
                    "address", "document.numberHash": "document_number", "biometrics.faceMatch": "face_match",
                    "device.id": "device", "review.decision": "decision", "review.by": "reviewer",
                    "fraud.confirmed": "label", "fraud.confirmedAt": "label_time"}),
        (LOANS, {"num_solicitud": "id", "fecha_solicitud": "time", "importe_contrato": "amount", "tipo_doc":
                 "document_type", "num_documento": "document_number", "fecha_nacimiento": "birth_date", "domicilio":
                 "address", "iban": "account", "dispositivo": "device", "decision": "decision", "fecha_decision":
                 "decision_time", "analista": "reviewer", "resultado": "label", "fecha_resultado": "label_time"}),
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
