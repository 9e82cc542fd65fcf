"""Values as they are shown before an import: recognisable, and nobody's data."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.dataset import masked, one_line


@pytest.mark.parametrize(
    ("text", "role", "shown"),
    [
        ("ann.lee@example.org", "email", "a•••@example.org"),
        ("ann.lee@example.org", "category", "a•••@example.org"),
        ("write to ann@example.org or bob@example.net!", "free_text", "write to a•••@example.org or b•••@example.net!"),
        ("+44 7700 900123", "phone", "+•• •••• ••••23"),
        ("07700900123", "phone", "0••••••••23"),
        ("call +44 7700 900123 please", "note", "call +•• •••• ••••23 please"),
        ("4111 1111 1111 1111", "category", "4••• •••• •••• ••11"),
        ("tok_9f3a77bc21", "card", "t••_••••••••21"),
        ("C01X00T47", "document_number", "C••••••47"),
    ],
)
def test_what_identifies_a_person_is_masked(text: str, role: str, shown: str) -> None:
    assert masked(text, role) == shown


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("2026-01-05T10:00:00Z", "time"),
        ("03/04/2026 12:30", "ignore"),
        ("2026-01-05 10:00:00.123456+00:00", "ignore"),
        ("1234567890123456", "id"),
        ("1767225600000", "time"),
        ("12,345.67", "amount"),
        ("0.0123456789", "number"),
        ("203.0.113.77", "ip"),
        ("fp-0000d2", "device"),
        ("please leave at door", "free_text"),
        ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36", "user_agent"),
    ],
)
def test_what_does_not_stays_as_it_is(text: str, role: str) -> None:
    assert masked(text, role) == text


@given(st.text(max_size=300))
def test_a_value_is_one_printable_line_whatever_it_holds(text: str) -> None:
    shown = one_line(text)
    assert shown.isprintable()
    assert len(shown) <= 121


def test_direction_marks_and_line_ends_are_seen_and_a_huge_cell_is_cut() -> None:
    assert one_line("abc\u202egnp.exe\r\n") == "abc\ufffdgnp.exe\ufffd\ufffd"
    assert one_line("x" * 1_000_000) == "x" * 120 + "…"
    assert one_line("a\x1fb") == "a · b"
