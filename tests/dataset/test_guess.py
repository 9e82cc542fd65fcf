import json
import tomllib
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.dataset import Schema, import_file, propose
from assistant.dataset.clues import role_of
from assistant.dataset.profile import Profile
from assistant.dataset.time_format import time_format_of
from assistant.errors import BadInput, NotFound

from .conftest import MemorySink

PAYMENTS = """\
event_id,created_at,is_fraud,amount,currency,email,ip,shipping zip,customerName,note
e1,2026-01-05T10:00:00Z,1,12.50,USD,ann@example.org,10.0.0.1,01234,Ann,first order
e2,2026-01-05T11:00:00Z,0,7.00,USD,bob@example.org,10.0.0.2,01235,Bob,
e3,2026-01-06T11:00:00Z,,8.25,EUR,cat@example.org,10.0.0.3,01236,Cat,called twice
"""


def write(folder: Path, content: str, encoding: str = "utf-8", name: str = "file.csv") -> Path:
    path = folder / name
    path.write_bytes(content.encode(encoding))
    return path


def roles(text: str) -> dict[str, str]:
    return {name: column.role for name, column in Schema.parse(text).columns.items()}


def test_all_public_samples_import_whole_from_the_proposal(samples: Path, sink: MemorySink, tmp_path: Path) -> None:
    files = sorted(samples.glob("*.csv"))
    assert len(files) == 5
    for path in files:
        schema = Schema.parse(propose(path))
        result = import_file(path, schema, sink, rejects_dir=tmp_path)
        assert (result.imported, result.ignored_columns) == (result.rows, ())
        assert schema.label is not None


def test_what_would_tell_the_future_or_is_noise_is_not_used(samples: Path) -> None:
    text = propose(samples / "transaction_data_2K_coldstart.csv")
    schema = Schema.parse(text)
    assert schema.columns["LABEL_TIMESTAMP"].role == "ignore"
    assert "the time of the case itself in every row" in text
    assert schema.columns["payment_currency"].role == "category"
    assert "UNSURE: 163 different currencies" in text
    insurance = propose(samples / "Insurance_FraudulentAutoInsuranceClaims_2K_coldstart.csv")
    assert "the same moment in every row" in insurance
    assert Schema.parse(insurance).columns["policy_id"].role == "ignore"


def test_the_proposal_gives_each_column_its_role_and_says_what_it_is_unsure_of(tmp_path: Path) -> None:
    text = propose(write(tmp_path, PAYMENTS))
    assert roles(text) == {
        "event_id": "id", "created_at": "time", "is_fraud": "label", "amount": "amount", "currency": "currency",
        "email": "email", "ip": "ip", "shipping zip": "category", "customerName": "name", "note": "note",
    }  # fmt: skip
    schema = Schema.parse(text)
    assert schema.label is not None
    assert schema.label.truths == {"1": "fraud", "0": "legitimate"}
    assert (schema.kind, schema.source) == ("payment", "file")
    assert "# no column says when a label became known" in text


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_the_separator_and_the_encoding_are_found(tmp_path: Path, sink: MemorySink, mark: str, encoding: str) -> None:
    text = PAYMENTS.replace(",", mark).replace("Ann", "Änne").replace("first order", f'"first{mark} order"')
    path = write(tmp_path, text, encoding)
    schema = Schema.parse(propose(path))
    result = import_file(path, schema, sink, rejects_dir=tmp_path)
    assert result.imported == 3
    assert sink.records["e1"].case.values("name", "note") == ("Änne", f"first{mark} order")


def test_the_start_that_is_looked_at_may_end_inside_a_letter_of_many_lines(tmp_path: Path, sink: MemorySink) -> None:
    letter = "Dear all; I wait" + "\nstill; waiting" * 12
    lines = (f'e{n},2026-01-05T10:00:00Z,12.50,"{letter}"\n' for n in range(3000))
    path = write(tmp_path, "event_id,created_at,amount,message\n" + "".join(lines))
    schema = Schema.parse(propose(path))
    assert (schema.delimiter, schema.quote) == (",", '"')
    assert import_file(path, schema, sink, rejects_dir=tmp_path).imported == 3000


@pytest.mark.parametrize("quote", ["'", ""])
def test_the_quotes_are_found(tmp_path: Path, sink: MemorySink, quote: str) -> None:
    if quote:
        lines = [",".join(f"'{cell}'" for cell in line.split(",")) for line in PAYMENTS.splitlines()]
        content = "\n".join(lines).replace("'first order'", "'first, ''order'''")
    else:
        content = PAYMENTS.replace(",", "|").replace("first order", '"first order')
    path = write(tmp_path, content)
    schema = Schema.parse(propose(path))
    assert schema.quote == quote
    assert import_file(path, schema, sink, rejects_dir=tmp_path).imported == 3


@pytest.mark.parametrize(
    ("times", "format"),
    [
        (["2026-01-05T10:00:00Z", "2026-01-06T10:00:00+02:00"], None),
        (["2026-01-05 10:00:00.123", "2026-01-06 10:00:00"], None),
        (["2026-01-05", "2026-01-06"], None),
        (["1767607200", "1767607300"], "epoch"),
        (["1767607200000", "1767607300000"], "epoch_ms"),
        (["05.01.2026 10:00", "06.01.2026 11:00"], "%d.%m.%Y %H:%M"),
        (["05/01/2026", "25/01/2026"], "%d/%m/%Y"),
        (["01/05/2026 03:04 PM", "01/25/2026 03:04 PM"], "%m/%d/%Y %I:%M %p"),
        (["5-Jan-2026 10:00:00", "25-Jan-2026 10:00:00"], "%d-%b-%Y %H:%M:%S"),
        (["January 5, 2026", "January 25, 2026"], "%B %d, %Y"),
        (["2026-01-05 10:00:00 UTC", "2026-01-06 10:00:00 UTC"], "%Y-%m-%d %H:%M:%S UTC"),
        (["2026/01/05 10:00:00", "2026/01/06 10:00:00"], "%Y/%m/%d %H:%M:%S"),
        (["Mon, 05 Jan 2026 10:00:00 +0100", "Tue, 06 Jan 2026 10:00:00 +0100"], "%a, %d %b %Y %H:%M:%S %z"),
    ],
)
def test_the_way_times_are_written_is_found(
    tmp_path: Path, sink: MemorySink, times: list[str], format: str | None
) -> None:
    path = write(tmp_path, "created;amount\n" + "".join(f"{time};9.99\n" for time in times))
    schema = Schema.parse(propose(path))
    assert schema.columns["created"].format == format
    assert import_file(path, schema, sink, rejects_dir=tmp_path).imported == len(times)


def test_dates_that_could_be_day_or_month_first_are_left_to_the_person(tmp_path: Path) -> None:
    path = write(tmp_path, "id,date,amount\n1,03/04/2026,9.99\n2,05/06/2026,9.99\n")
    text = propose(path)
    assert "# NOT READY: columns.date.format" in text
    with pytest.raises(BadInput, match='"CHOOSE" is no time format'):
        Schema.parse(text)
    for format in ("%d/%m/%Y", "%m/%d/%Y"):
        assert f'# format = "{format}"' in text
        assert Schema.parse(text.replace('"CHOOSE"', f'"{format}"')).columns["date"].role == "time"


def test_two_digit_years_could_stand_first_or_last() -> None:
    guess = time_format_of({"22-03-04": 1, "23-03-05": 1}, numbers=False)
    assert guess is not None
    assert {guess.format, *guess.rivals} == {"%d-%m-%y", "%y-%m-%d"}


@pytest.mark.parametrize(
    ("amounts", "line"),
    [
        (["1.234,56", "12,50"], 'decimal = ","'),
        (["1.234", "12.5"], 'decimal = "."'),
        (["1.234", "2.500"], "UNSURE: 1.234 could mean thousands"),
        (["12,50", "12.50"], "UNSURE: some numbers have a decimal comma"),
    ],
)
def test_the_decimal_mark_is_found_or_asked_for(tmp_path: Path, amounts: list[str], line: str) -> None:
    path = write(tmp_path, "id;created;amount\n" + "".join(f"{n};2026-01-05;{a}\n" for n, a in enumerate(amounts)))
    assert line in propose(path)


def test_a_proposal_that_would_reject_rows_says_so_at_its_top(tmp_path: Path) -> None:
    rows = "".join(f"e{n % 30},2026-01-05,1\n" for n in range(31))
    path = write(tmp_path, "event_ref,created,amount\n" + rows.replace("e3,2026-01-05", "e3,soon"))
    text = propose(path)
    assert "UNSURE: 2 of these rows would be rejected, the first is row 5: created" in text
    assert "some rows stand twice; the second one is rejected" in text
    assert "of the values do not fit" in text


def test_words_for_nothing_do_not_link_customers(tmp_path: Path, sink: MemorySink) -> None:
    path = write(
        tmp_path,
        "id,created,email\n" + "".join(f"{n},2026-01-05,x{n}@y.org\n" for n in range(9)) + "9,2026-01-05,NULL\n",
    )
    schema = Schema.parse(propose(path))
    assert schema.missing == ("NULL",)
    import_file(path, schema, sink, rejects_dir=tmp_path)
    assert sink.records["9"].case.facts == ()


def test_the_only_time_of_a_file_is_doubted_when_its_name_says_another_thing(tmp_path: Path) -> None:
    assert "is this when the case opened?" in propose(write(tmp_path, "id,last_updated\n1,2026-01-05\n"))
    assert "is this when" not in propose(write(tmp_path, "id,created_at\n1,2026-01-05\n"))


def test_a_label_whose_words_are_unknown_is_not_guessed_and_not_a_fact(tmp_path: Path) -> None:
    text = propose(write(tmp_path, "id,created,label\n1,2026-01-05,A\n2,2026-01-05,B\n"))
    assert roles(text)["label"] == "ignore"
    some = Schema.parse(
        propose(write(tmp_path, "id,created,label\n1,2026-01-05,Fraud\n2,2026-01-05,legit\n3,2026-01-05,odd\n"))
    )
    assert some.label is not None
    assert some.label.truths == {"Fraud": "fraud", "legit": "legitimate", "odd": "unresolved"}


def test_the_agent_of_a_decision_is_not_the_user_agent(tmp_path: Path) -> None:
    header = "id,created,user_agent,age_band,decision,decided_at,agent,outcome,outcome_known_at,outcome_source"
    row = "1,2026-01-05,Mozilla/5.0 (X11),18-24,block,2026-01-06,ann,fraud,2026-02-01,chargeback\n"
    other = row.replace("1,2026", "2,2026").replace("02-01", "02-03")
    found = roles(propose(write(tmp_path, f"{header}\n{row}{other}")))
    assert list(found.values()) == [
        "id", "time", "user_agent", "protected", "decision", "decision_time", "reviewer", "label", "label_time",
        "outcome_source",
    ]  # fmt: skip


def test_a_nested_name_is_known_by_its_last_part(tmp_path: Path) -> None:
    case = {
        "id": "1",
        "at": {"created_at": "2026-01-05T10:00:00Z"},
        "result": {"is_fraud": "1"},
        "buyer": {"email": "-"},
    }
    text = propose(write(tmp_path, json.dumps(case) + "\n", name="file.jsonl"))
    assert roles(text) == {
        "id": "id", "at.created_at": "time", "result.is_fraud": "label", "buyer.email": "email"
    }  # fmt: skip


def test_a_decision_is_used_only_with_its_time(tmp_path: Path) -> None:
    header, row = "id,created,decision,decided_at,reviewer,reason", "1,2026-01-05,block,2026-01-06,ann,stolen card"
    dated = roles(propose(write(tmp_path, f"{header}\n{row}\n")))
    assert [dated[name] for name in ("decision", "decided_at", "reviewer", "reason")] == [
        "decision", "decision_time", "reviewer", "decision_reason",
    ]  # fmt: skip
    undated = propose(write(tmp_path, "id,created,decision\n1,2026-01-05,block\n"))
    assert roles(undated)["decision"] == "ignore"
    assert "would tell the future" in undated


@pytest.mark.parametrize(
    ("name", "values", "role"),
    [
        ("x", ["10.0.0.1", "::1"], "ip"),
        ("x", ["a@b.org", "c@d.org"], "email"),
        ("x", ["Mozilla/5.0 (X11)", "Opera/9.8"], "user_agent"),
        ("x", ["P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<"], "mrz"),
        ("x", ["4111111111111111", "5500005555555559"], "card"),
        ("card_bin", ["411111", "550000"], "category"),
        ("deviceId", ["a1", "b2"], "device"),
        ("device type", ["ios", "android"], "category"),
        ("merchant_name", ["Shop"], "merchant"),
        ("merchant_category", ["books", "food"], "merchant_category"),
        ("mcc", [*map(str, range(5000, 5100))], "merchant_category"),
        ("documentType", ["PASSPORT", "ID_CARD"], "document_type"),
        ("cvvResponse", ["M", "N"], "cvv"),
        ("3ds_status", ["Y", "N"], "three_d_secure"),
        ("ThreeDSecureResult", ["Y", "N"], "three_d_secure"),
        ("eci", ["05", "07"], "three_d_secure"),
        ("3ds_version", ["2.1", "2.2"], "number"),
        ("auth_response_code", ["00", "51"], "authorisation"),
        ("auth_code", [f"A{n}" for n in range(90)], "category"),
        ("decline_reason", ["insufficient_funds", ""], "authorisation"),
        ("liability_shift", ["Y", "N"], "liability_shift"),
        ("capture_status", ["captured", "authorized"], "ignore"),
        ("chargeback_reason_code", ["10.4", "13.1"], "ignore"),
        ("amount_refunded", ["0", "12.5"], "ignore"),
        ("shipToStreet", ["1 High Street", "2 High Street"], "shipping_address"),
        ("billing_address_line_1", ["1 High Street", "2 High Street"], "billing_address"),
        ("delivery_country", ["FR", "DE"], "shipping_country"),
        ("face_match_score", ["0.91", "0.4"], "face_match"),
        ("document_authenticity", ["91", "40"], "authenticity"),
        ("payout_iban", ["DE1", "DE2"], "payout_account"),
        ("payout_amount", ["12.50", "80"], "payout"),
        ("payout_schedule", ["daily", "weekly"], "category"),
        ("website", ["https://shop.example", "www.other.example"], "site"),
        ("ubo_name", ["Ann Doe", "Bob Roe"], "beneficial_owner"),
        ("product_name", ["A book", "A pen"], "category"),
        ("customer_id", ["1", "2"], "account"),
        ("customer_age", ["31", "42"], "protected"),
        ("billing_country", ["US"] * 30, "billing_country"),
        ("passport_number", ["X1", "X2"], "document_number"),
        ("entity_type", ["customer"] * 30, "ignore"),
        ("previous_fraud_flag", ["1", "0"], "ignore"),
        ("avs_result", ["Y", "N"], "avs"),
        ("risk_score", ["0.1", "0.9"], "check"),
        ("confidence", ["0,1", "0,9"], "check"),
        ("order_status", ["approved", "declined"], "ignore"),
        ("verdict", ["A", "B"], "ignore"),
        ("basket_size", ["1", "2"], "number"),
        ("basket_size", [*map(str, range(50)), "many"], "category"),
        ("shipping postal code", ["12345", "23456"], "category"),
        (
            "story",
            ["I have never seen this card before, and I want my money back", "Please send it to my neighbour at 4"],
            "free_text",
        ),
    ],
)
def test_a_column_is_known_by_its_values_or_its_name(name: str, values: list[str], role: str) -> None:
    assert role_of(Profile(name, values)).role == role


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("", "is empty"),
        ("1,2026-01-05,12.50\n2,2026-01-06,7.00\n", "the first line looks like data"),
        ("PK\x03\x04", "is a ZIP or Excel file"),
        ("a\0b", "is binary"),
        ('[{"id": 1}]', "one object a line"),
        ("id,time,amount,amount\n1,2026-01-01T10:00:00Z,3.50,4\n", 'two columns are called "amount"'),
    ],
)
def test_a_file_that_no_schema_can_read_is_refused(tmp_path: Path, content: str, complaint: str) -> None:
    with pytest.raises(BadInput, match=complaint):
        propose(write(tmp_path, content, name="file.json"))
    with pytest.raises(NotFound):
        propose(tmp_path / "none")


def test_a_header_alone_gives_a_proposal_by_names(tmp_path: Path) -> None:
    text = propose(write(tmp_path, "event_id,event_timestamp,amount,email\n"))
    assert roles(text) == {"event_id": "id", "event_timestamp": "time", "amount": "amount", "email": "email"}


def test_json_lines_and_parquet_are_proposed_with_their_lists_as_linked_cases(tmp_path: Path, sink: MemorySink) -> None:
    accounts = [
        {
            "account": {"id": f"a{n}", "email": f"x{n}@example.org"},
            "payments": [{"id": f"p{n}{m}", "time": "2026-01-05T10:00:00Z", "amount": 9.5} for m in range(2)],
        }
        for n in range(3)
    ]
    lines = write(tmp_path, "".join(json.dumps(account) + "\n" for account in accounts), name="lines.jsonl")
    table = tmp_path / "table.parquet"
    pl.DataFrame(accounts).write_parquet(table)
    for path in (lines, table):
        schema = Schema.parse(propose(path))
        assert schema.each == "payments"
        result = import_file(path, schema, sink, rejects_dir=tmp_path)
        assert result.rows == 6
        assert result.rejected == 0
    facts = {key: record.case.values("account", "email") for key, record in sink.records.items()}
    assert facts["p00"] == facts["p01"] == ("a0", "x0@example.org")
    assert facts["p10"] == ("a1", "x1@example.org")


NAMES = st.lists(st.text(min_size=1, max_size=12), min_size=1, max_size=5)
CELLS = st.one_of(
    st.text(max_size=12), st.sampled_from(["1", "0", "2026-01-05", "03/04/2026", "a@b.org", "NULL", "1.234", "[{"])
)


@given(NAMES, st.lists(st.lists(CELLS, max_size=6), max_size=6))
@settings(max_examples=60, deadline=None)
def test_a_proposal_is_always_toml_that_loads_or_says_why_not(
    tmp_path_factory: pytest.TempPathFactory, names: list[str], rows: list[list[str]]
) -> None:
    path = tmp_path_factory.mktemp("guess") / "file.csv"
    path.write_text(
        "\n".join(",".join(cells) for cells in [names, *rows]), encoding="utf-8", errors="replace", newline=""
    )
    try:
        text = propose(path)
    except BadInput:
        return
    try:
        Schema.parse(text)
    except BadInput:
        tomllib.loads(text)
        assert "# NOT READY: " in text


def test_plain_numbers_with_a_decimal_comma_are_read_even_where_no_column_is_an_amount(
    tmp_path: Path, sink: MemorySink
) -> None:
    path = write(tmp_path, "ouvert;poids\n2026-01-05T10:00:00Z;90,50\n2026-01-06T10:00:00Z;12,25\n")
    schema = Schema.parse(propose(path))
    assert (schema.columns["poids"].role, schema.decimal) == ("number", ",")
    assert import_file(path, schema, sink, rejects_dir=tmp_path).imported == 2
