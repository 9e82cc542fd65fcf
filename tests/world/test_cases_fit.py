"""Cases agree with themselves: texts with facts, amounts with prices, rates with counts, all with the country."""

from __future__ import annotations

import re
from collections import defaultdict
from datetime import date
from zoneinfo import ZoneInfo

import pytest

from tests.world.conftest import World, moment

AVS = {"GB", "US", "CA", "AU", "NZ"}
FACES = (5, 10, 15, 20, 25, 30, 40, 50, 75, 100, 150, 200, 250, 300, 400, 500, 750, 1000)


def test_nobody_waits_for_a_parcel_that_is_never_sent(made: World) -> None:
    parcel = re.compile(
        r"parcel|courier|tracking|delivery address|shipping address|paket\b|colis|paquete", re.IGNORECASE
    )
    digital = [row for row in made.payments if row["delivery"] == "digital" and row["customer_message"]]
    assert len(digital) > 200
    assert not [row["customer_message"] for row in digital if parcel.search(row["customer_message"])]


def test_only_old_accounts_speak_of_years(made: World) -> None:
    years = re.compile(
        r"been with you for|ich bin seit|cliente? depuis|cliente desde hace|al \d+ jaar klant", re.IGNORECASE
    )
    claimed = [
        (row, int(row["account_age_days"]))
        for rows, column in ((made.payments, "customer_message"), (made.identity, "applicant_message"))
        for row in rows
        if years.search(row[column])
    ]
    assert len(claimed) > 4
    assert min(age for _, age in claimed) >= 730


def test_hotels_and_vpns_are_named_only_on_such_lines(made: World) -> None:
    for row in made.payments:
        text = row["customer_message"].lower()
        if "hotel wifi" in text or "hotel-wlan" in text:
            assert row["ip_country"] != row["billing_country"]
            assert row["ip_kind"] in {"residential", "office"}
        if re.search(r"\bvpn\b", text):
            assert row["ip_kind"] == "hosting"


def test_a_challenge_or_a_code_is_asked_for_only_where_there_can_be_one(made: World) -> None:
    stepped_up = [row for row in made.payments if row["decision"] == "step_up"]
    for row in stepped_up:
        if re.search(r"new challenge|3ds again", row["decision_reason"]):
            assert row["card"]
        if re.search(r"a code to the phone|code to phone|sms code", row["decision_reason"], re.IGNORECASE):
            assert row["phone_kind"] == "mobile"
        if re.search(r"\b(call|rang)\b", row["decision_reason"], re.IGNORECASE):
            assert row["phone"]


def test_who_approves_against_a_failed_liveness_check_has_asked_or_names_something_or_says_nothing(made: World) -> None:
    against = [row for row in made.identity if row["liveness"] != "pass" and row["decision"] == "approve"]
    assert len(against) > 50
    assert not [row for row in against if re.search(r"liveness (was passed|ok)|lv pass", row["decision_reason"])]
    silent = [row for row in against if not row["decision_reason"]]
    assert 0 < len(silent) < len(against) / 3


def test_gift_cards_are_sold_at_face_values(made: World) -> None:
    sold = [
        row
        for row in made.payments
        if row["merchant_category"] == "gift_cards" and row["currency"] in {"EUR", "GBP", "USD"}
    ]
    assert len(sold) > 50
    assert not [row for row in sold if float(row["amount"]) / int(row["item_count"]) not in FACES]


def test_rates_are_whole_numbers_of_orders(made: World) -> None:
    columns = ("refund_rate_30d", "complaint_rate_30d", "new_buyer_share", "delivered_share")
    for row in made.merchants:
        orders = int(row["orders_30d"])
        for column in columns:
            if row[column]:
                counted = float(row[column]) * orders
                assert abs(counted - round(counted)) <= 0.00006 * orders, (column, row[column], orders)


def test_the_onboarding_check_is_for_young_merchants(made: World) -> None:
    checked = [row for row in made.merchants if row["flagged_by"] == "onboarding check"]
    assert checked
    assert max(int(row["days_on_platform"]) for row in checked) < 60
    assert not [row for row in made.merchants if row["owner_check"] == "pending" and int(row["days_on_platform"]) >= 60]


@pytest.mark.parametrize(
    ("country", "zone"), [("DE", "Europe/Berlin"), ("GB", "Europe/London"), ("FR", "Europe/Paris")]
)
def test_cases_are_opened_on_the_local_clock_in_summer_and_winter(made: World, country: str, zone: str) -> None:
    offsets = {
        (moment(row["opened_at"]).utcoffset(), moment(row["opened_at"]).astimezone(ZoneInfo(zone)).utcoffset())
        for row in made.payments
        if row["billing_country"] == country
    }
    assert len({written for written, _ in offsets}) == 2
    assert all(written == right for written, right in offsets)


def test_addresses_are_checked_only_where_issuers_do(made: World) -> None:
    elsewhere = [row for row in made.payments if row["card"] and row["card_country"] not in AVS]
    assert {row["avs_result"] for row in elsewhere} == {"not supported"}
    assert {"match", "no match", "partial"} <= {row["avs_result"] for row in made.payments}


def test_documents_have_the_numbers_of_their_issuer(made: World) -> None:
    forms = {
        ("GB", "passport"): r"\d{9}",
        ("DE", "id card"): r"[CFGHJKLMNPRTVWXYZ0-9]{9}",
        ("US", "passport"): r"[A-Z]\d{8}|\d{9}",
        ("ES", "id card"): r"[A-Z]{3}\d{6}",
        ("ES", "driving licence"): r"\d{8}[A-Z]",
    }
    seen: dict[str, int] = defaultdict(int)
    for row in made.identity:
        form = forms.get((row["document_country"], row["document_type"]))
        if form:
            seen[form] += 1
            assert re.fullmatch(form, row["document_number"])
        if (row["document_country"], row["document_type"]) == ("US", "passport"):  # letters came in 2021
            assert row["document_number"][0].isalpha() == (row["document_expiry"] >= "2030-12-31")
        if (row["document_country"], row["document_type"]) == ("ES", "id card") and row["mrz"]:
            optional = row["mrz"].split("\n")[0][15:].rstrip("<")
            assert optional[-1] == "TRWAGMYFPDXBNJZSQVHLCKE"[int(optional[:-1]) % 23]
        if row["document_country"] == "DE" and row["document_type"] == "id card" and row["mrz"]:
            first, second, _ = row["mrz"].split("\n")
            assert first.startswith("IDD<<")
            assert second[7] == "<"
        if row["document_type"] == "residence permit":
            assert row["document_country"] != row["nationality"]
    assert min(seen.values()) >= 5
    assert len(seen) == len(set(forms.values()))


def test_american_licences_have_the_layout_of_their_state_and_end_on_a_birthday(made: World) -> None:
    layouts = {"CA": r"[A-Z]\d{7}", "FL": r"[A-Z]\d{12}", "MN": r"[A-Z]\d{12}", "NY": r"\d{9}", "TX": r"\d{8}",
               "WA": r"WDL[A-Z0-9]{9}", "OH": r"[A-Z]{2}\d{6}"}  # fmt: skip
    licences = [
        row
        for row in made.identity
        if (row["document_country"], row["document_type"]) == ("US", "driving licence")
        and made.truth[row["case_id"]]["fraud"] == "0"
    ]
    checked = 0
    for row in licences:
        birthday = date.fromisoformat(row["printed_birth_date"])
        expiry = date.fromisoformat(row["document_expiry"])
        assert (expiry.month, expiry.day) in {(birthday.month, birthday.day), (2, 28)}
        state = row["home_address"].split(", ")[-2][:2]
        if state in layouts:
            checked += 1
            assert re.fullmatch(layouts[state], row["document_number"]), (state, row["document_number"])
    assert checked > 10


def test_a_town_lies_in_one_country(made: World) -> None:
    countries: dict[str, set[str]] = defaultdict(set)
    for row in made.payments:
        if row["billing_address"]:
            parts = row["billing_address"].split(", ")
            place = parts[-3] if parts[-1] == "US" else parts[-2]
            town = " ".join(word for word in place.split(" ") if not re.search(r"\d|^[A-Z]{2,3}$", word))
            countries[town].add(parts[-1])
    assert len(countries) > 150
    assert not [town for town, found in countries.items() if len(found) > 1]


def test_browsers_are_of_the_year_of_the_case(made: World) -> None:
    for row in made.payments + made.identity:
        opened = moment(row["opened_at"]).date()
        current = 131 + (opened - date(2024, 11, 12)).days // 28
        for version in re.findall(r"Chrome/(\d+)", row["user_agent"]):
            assert current - 7 <= int(version) <= current
        if "Android" in row["user_agent"] and "Mozilla" in row["user_agent"]:
            assert "Android 10; K" in row["user_agent"]


def test_most_consumers_give_a_mobile_number(made: World) -> None:
    given = [row for row in made.payments if row["phone"]]
    assert sum(row["phone_kind"] == "mobile" for row in given) / len(given) > 0.7


def test_little_is_said_to_be_at_stake_only_where_it_is(made: World) -> None:
    said = [
        row for row in made.payments if re.search(r"only [£$€]|little to lose|OK_LOW|low amt", row["decision_reason"])
    ]
    assert len(said) > 10
    assert max(float(row["amount"]) for row in said if row["currency"] in {"EUR", "GBP", "USD", "CHF"}) < 66
