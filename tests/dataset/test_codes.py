import pytest

from assistant.case import Case
from assistant.dataset import Schema
from assistant.signals import compute, trace

from .conftest import Import, MemorySink

SCHEMA = """
source = "cards"
kind = "payment"
currency = "USD"
[columns.id]
role = "id"
[columns.opened]
role = "time"
[columns.total]
role = "amount"
"""


def column(name: str, role: str, more: str = "") -> str:
    return f'[columns.{name}]\nrole = "{role}"\n{more}\n'


def values(load: Import, sink: MemorySink, role: str, *cells: str, more: str = "") -> list[str]:
    """What the facts of a column of this role say, one row a cell."""
    rows = "".join(f'{number},2026-01-05T10:00:00Z,50,"{cell}"\n' for number, cell in enumerate(cells))
    load(f"id,opened,total,x\n{rows}", SCHEMA + column("x", role, more))
    return [value for case in cases(sink) for value in case.values(*ALL)]


def cases(sink: MemorySink) -> list[Case]:
    return [record.case for record in sink.records.values()]


ALL = ("authorisation", "avs", "cvv", "three_d_secure", "liability_shift", "capture", "document_type", "site",
       "dispute_reason", "dispute_deadline", "merchant_category", "refund", "payout", "face_match")  # fmt: skip


@pytest.mark.parametrize(
    ("role", "given", "said"),
    [
        ("authorisation", "00", "approved"),
        ("authorisation", "0", "approved"),
        ("authorisation", "43", "declined: stolen card"),
        ("authorisation", "insufficient_funds", "insufficient_funds"),
        ("avs", "y", "match"),
        ("avs", "Z", "postal code matches, street does not"),
        ("cvv", "N", "no match"),
        ("three_d_secure", "5", "authenticated"),
        ("three_d_secure", "07", "not authenticated"),
        ("three_d_secure", "frictionless", "frictionless"),
        ("liability_shift", "true", "the issuer is liable"),
        ("liability_shift", "0", "the merchant is liable"),
        ("capture", "requires_capture", "requires_capture"),
        ("capture", "settled", "settled"),
        ("document_type", "Driving-Licence", "driving licence"),
        ("dispute_reason", "10.4", "10.4 other fraud, card absent"),
        ("merchant_category", "7995", "betting and casinos (7995)"),
        ("merchant_category", "books", "books"),
        ("site", "https://www.Shop.example:8443/cart?x=1", "shop.example"),
        ("site", "[not a site", "[not a site"),
        ("dispute_deadline", "2026-02-01", "2026-02-01"),
    ],
)
def test_codes_are_read_as_words_and_unknown_ones_are_kept(
    load: Import, sink: MemorySink, role: str, given: str, said: str
) -> None:
    assert values(load, sink, role, given) == [said]


def test_amounts_beside_the_one_at_stake_carry_their_currency(load: Import, sink: MemorySink) -> None:
    rows = "1,2026-01-05T10:00:00Z,50,25,JPY,1900\n2,2026-01-05T10:00:00Z,50,,EUR,\n3,2026-01-05T10:00:00Z,,5,XXL,\n"
    schema = SCHEMA + column("ccy", "currency") + column("back", "refund") + column("out", "payout")
    result = load(f"id,opened,total,back,ccy,out\n{rows}", schema)
    assert (result.imported, result.rejected) == (2, 1)
    assert sink.records["1"].case.values("refund", "payout") == ("JPY 25", "JPY 1,900")
    table = compute(cases(sink), [trace(one) for one in cases(sink)], [])
    assert table.row(0)["refund_share"] == 0.5
    assert table.row(0)["value.out"] == pytest.approx(1900 * table.row(0)["amount"] / 50)


def test_an_amount_without_a_currency_is_refused_whatever_its_role() -> None:
    with pytest.raises(Exception, match="there is an amount but no currency"):
        Schema.parse(SCHEMA.replace('currency = "USD"', "").replace('role = "amount"', 'role = "payout"'))


def test_scores_of_0_to_100_are_read_as_0_to_1_where_the_schema_says_so(load: Import, sink: MemorySink) -> None:
    assert values(load, sink, "face_match", "87.5", "100%", "0", more='format = "percent"') == ["0.875", "1", "0"]
    result = load("id,opened,total,x\n9,2026-01-05,1,140\n", SCHEMA + column("x", "face_match", 'format = "percent"'))
    assert result.rejected == 1
    with pytest.raises(Exception, match="is for scores, not for the role number"):
        Schema.parse(SCHEMA + column("x", "number", 'format = "percent"'))


def test_disputes_are_told_to_people_and_never_to_the_model(load: Import, sink: MemorySink) -> None:
    load(
        "id,opened,total,why,until\n1,2026-01-05T10:00:00Z,50,10.4,2026-02-01\n",
        SCHEMA + column("why", "dispute_reason") + column("until", "dispute_deadline"),
    )
    [case] = cases(sink)
    table = compute([case], [trace(case)], [])
    assert not [name for name in table.signals if "why" in name or "until" in name]


def test_a_parcel_to_somebody_elses_billing_address_is_a_link_and_a_mismatch(load: Import, sink: MemorySink) -> None:
    schema = SCHEMA + column("bill", "billing_address") + column("ship", "shipping_address")
    rows = "1,2026-01-05T10:00:00Z,50,1 High St.,1 HIGH ST\n2,2026-01-06T10:00:00Z,50,7 Low Rd,1 high st\n"
    load(f"id,opened,total,bill,ship\n{rows}", schema)
    first, second = cases(sink)
    table = compute([first, second], [trace(first), trace(second)], [trace(first), trace(second)])
    assert [table.row(n)["shipping_differs_from_billing"] for n in (0, 1)] == [0, 1]
    assert table.row(1)["address_cases_168h"] == 1


def test_payout_accounts_and_owners_link_merchants_however_they_are_written(load: Import, sink: MemorySink) -> None:
    schema = (
        SCHEMA + column("iban", "payout_account") + column("owner", "beneficial_owner") + column("shop", "merchant")
    )
    rows = "1,2026-01-05T10:00:00Z,50,de12 3456 78,Ann  Doe,A\n2,2026-01-06T10:00:00Z,50,DE12345678,ann doe,B\n"
    load(f"id,opened,total,iban,owner,shop\n{rows}", schema)
    first, second = cases(sink)
    row = compute([second], [trace(second)], [trace(first), trace(second)]).row(0)
    assert (row["merchants_per_payout_account"], row["merchants_per_beneficial_owner"]) == (1, 1)
