from pathlib import Path

import pytest

from assistant.dataset import Schema
from assistant.dataset.schema import FACT_ROLES, SINGLE_ROLES
from assistant.errors import BadInput, NotFound
from assistant.roles import ROLES

from .conftest import PAYMENTS

MINIMAL = 'source = "s"\nkind = "payment"\n[columns.t]\nrole = "time"\n'


def test_a_schema_knows_its_columns_by_role_and_calls_them_by_plain_phrases() -> None:
    schema = Schema.parse(
        PAYMENTS + '[columns."Billing-Post_Code"]\nrole = "category"\n[columns.d]\nrole="device"\nphrase="phone id"'
    )
    assert schema.single("id") == "id"
    assert schema.single("reviewer") is None
    assert schema.named("email", "device") == ("email", "d")
    assert schema.phrase("Billing-Post_Code") == "billing post code"
    assert schema.phrase("d") == "phone id"


def test_what_became_known_later_is_no_fact() -> None:
    assert not {"label", "label_time", "outcome_source", "decision", "decision_time", "reviewer"} & set(FACT_ROLES)
    assert {*SINGLE_ROLES, *FACT_ROLES, "ignore"} == set(ROLES)


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (("[label]", "[lable]"), 'unknown key "lable" (did you mean "label"?)'),
        (('role = "email"', 'role = "emial"'), 'columns.email.role: unknown word "emial" (did you mean "email"?)'),
        (('role = "email"', 'rol = "email"'), 'unknown key "columns.email.rol" (did you mean "role"?)'),
        (('fraud = ["1"]', 'frod = ["1"]'), 'unknown key "label.frod" (did you mean "fraud"?)'),
        (('kind = "payment"', ""), 'the key "kind" is missing'),
        (('currency = "USD"', 'currency = "US dollar"'), '"US dollar" is not an ISO 4217 code'),
        (('currency = "USD"', ""), "there is an amount but no currency"),
        (('currency = "USD"', 'currency = "USD"\ntime_zone = "Berlin"'), '"Berlin" is not an IANA time zone'),
        (('currency = "USD"', 'currency = "USD"\nencoding = "utf-9"'), '"utf-9" is not a text encoding'),
        (('currency = "USD"', 'currency = "USD"\nencoding = "base64"'), '"base64" is not a text encoding'),
        (('currency = "USD"', 'currency = "USD"\ndelimiter = "||"'), "delimiter: must be one character"),
        (('currency = "USD"', 'currency = "USD"\nquote = ","'), "delimiter and quote are the same character"),
        (('legitimate = ["0"]', 'legitimate = ["1"]'), 'label: the value "1" stands twice'),
        (('legitimate = ["0"]', 'legitimate = ["0"]\nassumed_delay_days = -1'), "label.assumed_delay_days: "),
        (('legitimate = ["0"]', 'legitimate = [""]'), 'remove ""'),
        (('[label]\nfraud = ["1"]\nlegitimate = ["0"]', ""), "add [label]"),
        (('role = "label"', 'role = "ignore"'), "no column has the role label"),
        (('role = "time"', 'role = "ignore"'), "no column has the role time"),
        (('role = "email"', 'role = "time"'), "two columns have the role time (opened, email)"),
        (('role = "email"', 'role = "decision"'), "email has the role decision, but no column is the decision_time"),
        (('role = "email"', 'role = "email"\nformat = "%Y"'), "format is for times and dates"),
        (('role = "time"', 'role = "time"\nformat = "day first"'), '"day first" is no time format'),
        (('source = "orders"', 'source = "../etc"'), "source: "),
        (('source = "orders"', "source = orders"), "this is not TOML"),
    ],
)
def test_a_wrong_schema_is_refused_in_one_line_that_names_the_key(change: tuple[str, str], complaint: str) -> None:
    text = PAYMENTS.replace(*change)
    assert text != PAYMENTS
    with pytest.raises(BadInput) as refused:
        Schema.parse(text)
    assert complaint in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_role_that_resembles_none_lists_the_known_ones() -> None:
    with pytest.raises(BadInput, match="known: id, time, amount"):
        Schema.parse(MINIMAL.replace('"time"', '"xyzzyx"'))


def test_a_label_may_be_written_as_a_number() -> None:
    schema = Schema.parse(PAYMENTS.replace('["1"]', "[1]").replace('["0"]', "[0, 2]"))
    assert schema.label is not None
    assert schema.label.truths == {"1": "fraud", "0": "legitimate", "2": "legitimate"}


def test_the_message_names_the_schema_file(tmp_path: Path) -> None:
    path = tmp_path / "orders.toml"
    with pytest.raises(NotFound, match=r"there is no schema .*orders\.toml"):
        Schema.load(path)
    path.write_text(PAYMENTS.replace("kind", "kin"))
    with pytest.raises(BadInput, match=r"orders\.toml: "):
        Schema.load(path)
    path.write_bytes(b"\xff\xfe\x00binary")
    with pytest.raises(BadInput, match="cannot be read"):
        Schema.load(path)


def test_a_schema_saved_by_an_editor_with_a_byte_order_mark_loads(tmp_path: Path) -> None:
    path = tmp_path / "orders.toml"
    path.write_text(PAYMENTS, encoding="utf-8-sig")
    assert Schema.load(path) == Schema.parse(PAYMENTS)


def test_the_examples_load() -> None:
    folder = Path(__file__).parents[2] / "docs" / "examples"
    found = [Schema.load(path).source for path in sorted(folder.glob("*.toml"))]
    assert {"aws_transactions", "aws_registrations"} <= set(found)
