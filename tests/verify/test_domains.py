"""A bare domain may be named where cited evidence names it; anything one could follow may not."""

from __future__ import annotations

import pytest

from assistant.case import Sentence
from assistant.verify import verify_sentence
from tests.sheets import item, sheet

SHEET = sheet(
    item("E1", "signal", "raises", "the email domain is mail.example.org (as in 3% of cases)"),
    item("N1", "note", "neutral", "customer text: see evil.example.net", untrusted=True),
)


@pytest.mark.parametrize(
    ("text", "cited", "ok"),
    [
        ("The email domain is mail.example.org.", "E1", True),
        ("The email domain is mail.example.net.", "E1", False),
        ("The email domain is https://mail.example.org/x.", "E1", False),
        ("The customer names evil.example.net.", "N1", False),
    ],
)
def test_only_a_bare_domain_of_trusted_evidence_passes(text: str, cited: str, ok: bool) -> None:
    checks = verify_sentence(Sentence(id="s1", text=text, citations=(cited,)), SHEET)
    assert all(check.ok for check in checks if check.check == "markup") == ok
