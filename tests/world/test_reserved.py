"""Nothing in the demo world can belong to anybody: reserved domains, phones, networks, and no card numbers."""

from __future__ import annotations

import ipaddress
import re

from tests.world.conftest import World

DOMAINS = re.compile(r"@([\w-]+\.)*(example\.(com|org|net)|[\w-]+\.example|example)$")
# the ranges that regulators keep for drama and examples
PHONES = re.compile(
    r"""^(
      \+1\ \d{3}\ 555\ 01\d\d
    | \+44\ (7700\ 900\d{3} | 20\ 7946\ 0\d{3} | 1632\ 960\d{3} | 1([1-6]1|1[3-8])\ 496\ 0\d{3} | 191\ 498\ 0\d{3})
    | \+33\ (1\ 99\ 00 | 2\ 61\ 91 | 6\ 39\ 98)\ \d\d\ \d\d
    | \+49\ ((30\ 23125 | 69\ 90009 | 40\ 66969 | 221\ 4710 | 89\ 99998)\ \d{3} | (171\ 39200 | 176\ 040690)\d\d)
    | \+353\ 20\ 91\d\ \d{4}
    | \+46\ (8\ 465\ 004 | 31\ 390\ 06 | 40\ 628\ 04 | 70\ 174\ 06)\ \d\d
    | \+61\ ([238]\ 5550\ \d{4} | 7\ 7010\ \d{4})
    )$""",
    re.VERBOSE,
)
NETWORKS = [
    ipaddress.ip_network(text)
    for text in ("203.0.113.0/24", "198.18.0.0/15", "100.64.0.0/10", "2001:db8::/32", "3fff::/20")
]


def cells(made: World, *columns: str) -> set[str]:
    return {row[column] for row in made.rows for column in columns if row.get(column)}


def test_mail_addresses_use_reserved_domains(made: World) -> None:
    found = cells(made, "email", "contact_email")
    assert len(found) > 1000
    assert not [address for address in found if not DOMAINS.search(address)]


def test_phones_are_kept_for_fiction(made: World) -> None:
    found = cells(made, "phone", "contact_phone")
    assert len(found) > 1000
    assert not [number for number in found if not PHONES.match(number)]


def test_ip_addresses_are_kept_for_documentation_and_benchmarks_or_are_shared(made: World) -> None:
    found = cells(made, "ip")
    assert len(found) > 1000
    assert not [text for text in found if not any(ipaddress.ip_address(text) in network for network in NETWORKS)]


def test_cards_are_tokens_of_the_test_range(made: World) -> None:
    assert not [card for card in cells(made, "card") if not re.fullmatch(r"card_4000\d\d_[0-9a-f]{8}_\d{4}", card)]


def test_no_cell_holds_a_card_number(made: World) -> None:
    long_number = re.compile(r"(?<!\d)(\d[ -]?){13,19}(?!\d)")
    held = [
        (column, cell)
        for row in made.rows
        for column, cell in row.items()
        if column not in {"phone", "contact_phone", "mrz"} and long_number.search(cell)
        if not re.fullmatch(r"[\d:T+Z-]+", cell)
    ]
    assert not held


def test_no_mail_phone_or_link_hides_in_a_text(made: World) -> None:
    texts = cells(made, "customer_message", "applicant_message", "merchant_statement", "first_line_note")
    assert not [text for text in texts if re.search(r"https?:|www\.|\w@\w|\+\d{6}", text)]


def test_no_reviewer_is_called_like_somebody_in_a_case(made: World) -> None:
    families = {
        part.lower()
        for name in cells(made, "customer_name", "applicant_name", "beneficial_owner", "recipient_name")
        for part in re.split("[ -]", name)
    }
    reviewers = cells(made, "reviewer")
    assert len(reviewers) == 8
    assert not [reviewer for reviewer in reviewers if families & set(re.split("[.-]", reviewer)[1:])]
