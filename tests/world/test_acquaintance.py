"""The parts of a world know each other: what one case says of an account, a town or a shop, the next does not deny."""

from __future__ import annotations

import re
from collections import defaultdict
from datetime import timedelta
from ipaddress import ip_address

from tests.world.conftest import World, moment

AGES = (
    ("device_age_days", ("account_id", "owner_account"), "device_id"),
    ("card_age_days", ("account_id",), "card"),
    ("account_age_days", ("account_id",), "account_id"),
    ("payout_account_age_days", ("merchant_account",), "payout_account"),
    ("days_on_platform", ("merchant_account",), "merchant_account"),
)


def test_a_thing_is_at_least_as_old_as_the_first_case_that_shows_it(made: World) -> None:
    rows = sorted(made.rows, key=lambda row: moment(row["opened_at"]))
    again = 0
    for column, accounts, thing in AGES:
        first: dict[tuple[str, str], timedelta] = {}
        for row in rows:
            account = next((row[name] for name in accounts if row.get(name)), "")
            if not (account and row.get(thing) and row.get(column)):
                continue
            key, at = (account, row[thing]), moment(row["opened_at"])
            if key in first:
                again += 1
                limit = int(row.get("days_on_platform") or 10_000)
                assert int(row[column]) >= min((at - first[key]).days, limit), (row["case_id"], column)
            first.setdefault(key, at)
    assert again > 4000


def test_nothing_is_older_on_an_account_than_the_account(made: World) -> None:
    for row in made.payments + made.identity:
        for column in ("device_age_days", "card_age_days", "password_age_days", "contact_age_days"):
            assert int(row.get(column) or 0) <= int(row["account_age_days"]), (row["case_id"], column)


def test_orders_of_an_account_never_become_fewer(made: World) -> None:
    had: dict[str, int] = {}
    for row in made.payments:
        assert int(row["orders_before"]) >= had.get(row["account_id"], 0)
        had[row["account_id"]] = int(row["orders_before"])


def test_only_a_rule_on_declines_puts_a_declined_payment_before_somebody(made: World) -> None:
    declined = [row for row in made.payments if row["authorisation"] not in {"", "00"}]
    assert len(declined) > 50
    assert {row["flagged_by"] for row in declined} == {"declined payment", "velocity rule"}
    assert not [row for row in declined if row["outcome_source"] == "chargeback"]


def test_the_average_ticket_is_the_volume_by_the_orders(made: World) -> None:
    for row in made.merchants:
        if int(row["orders_30d"]):
            assert abs(float(row["average_ticket"]) - int(row["volume_30d"]) / int(row["orders_30d"])) < 0.006


def test_a_town_has_one_post_code_region(made: World) -> None:
    found = defaultdict(set)
    for row in made.rows:
        for column in ("billing_address", "shipping_address", "home_address", "registered_address"):
            match = re.search(r", (\d{4,5})(?:-\d{3})? ([^,]+), (DE|FR|ES|PT|IT|AT|CH|BE|BR)$", row.get(column) or "")
            if match:
                found[match[3], match[2]].add(match[1][:-1])
    assert len(found) > 300
    assert not {town: regions for town, regions in found.items() if len(regions) > 1}


def test_long_addresses_have_several_shapes(made: World) -> None:
    halves = [f"{int(ip_address(row['ip'])) & (1 << 64) - 1:016x}" for row in made.rows if ":" in row["ip"]]
    hardware = sum(half[6:10] == "fffe" for half in halves)
    counted = sum(half.startswith("0000000000") for half in halves)
    assert 0.05 < hardware / len(halves) < 0.4
    assert 0.05 < counted / len(halves) < 0.4
