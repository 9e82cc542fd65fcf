"""Whoever decides argues with the worst fact of the case, and says so where a question got no answer."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from tests.world.conftest import World, moment
from tests.world.test_texts import MESSAGES

Row = dict[str, str]
WORST: dict[str, tuple[str, Callable[[Row], bool], str]] = {
    "watch list": ("identity", lambda row: row["watchlist"] != "clear", r"wl|watch ?list|dob|namesake|listed|entry"),
    "duplicate": ("identity", lambda row: row["face_search"] == "possible duplicate",
                  r"dup|face (search|found|hit)|hit|brother|old account|side by side|doc (also|known)|same doc"
                  r"|other account|shown on another|different person|same holder|both accounts"),
    "doubtful document": ("identity", lambda row: float(row["authenticity"]) < 0.6,
                          r"auth|doc|score|vendor|specimen|print|scan|document|licence|passport|permit|card|note"
                          r"|wl|watch|dup|hit|rejected|turned down|fraud"),
    "other holder": ("merchants", lambda row: row["bank_name_match"] == "no match",
                     r"name|payee|bank|account|blocked|rejected|fraud"),
    "not in the registry": ("merchants", lambda row: row["registry_check"] == "not found",
                            r"regist|reg:|extract|entry|trad|sole|name|payee|bank|rejected|fraud"),
}  # fmt: skip


@pytest.mark.parametrize("fact", WORST)
def test_nobody_decides_without_a_word_on_the_worst_fact(made: World, fact: str) -> None:
    kind, shows, words = WORST[fact]
    decided = [row for row in made.by_kind[kind] if row["decision"] and shows(row)]
    assert len(decided) > 30
    said = [f"{row['decision_reason']} {row['first_line_note']} {row['contact_log']}" for row in decided]
    assert sum(bool(re.search(words, text, re.IGNORECASE)) for text in said) / len(said) > 0.95


def test_a_watch_list_hit_is_never_approved_without_a_disposition(made: World) -> None:
    hits = [row for row in made.identity if row["watchlist"] != "clear" and row["decision"] == "approve"]
    assert len(hits) > 15
    why = re.compile(r"dob|born|namesake|nationality|year of birth", re.IGNORECASE)
    assert not [row for row in hits if not why.search(f"{row['decision_reason']} {row['first_line_note']}")]


def test_what_was_blocked_before_is_named_by_its_case(made: World) -> None:
    naming = [
        row
        for row in made.rows
        if re.search(r"acct (blocked|rejected) before|fraud on acct|the same account on|proven fraud", text_of(row))
    ]
    assert len(naming) > 15  # closed accounts do not come again, so only refusals are named
    by_id = {row["case_id"]: row for row in made.rows}
    for row in naming:
        cases = re.findall(r"[pim]-\d{5}", text_of(row))
        assert cases
        assert all(moment(by_id[one]["opened_at"]) < moment(row["opened_at"]) for one in cases)


def test_an_approval_after_an_unanswered_question_says_so(made: World) -> None:
    waiting = [
        row
        for row in made.rows
        if row["decision"] == "approve" and not _message(row) and " out, email" in row["contact_log"]
    ]
    waiting = [row for row in waiting if " in, " not in row["contact_log"]]
    assert len(waiting) > 100
    spoken = re.compile(r"no (answer|reply)|nobody answered|heard nothing|nothing back", re.IGNORECASE)
    called = re.compile(r"called|rang|tel|spoke|CB OK|phone|\bnoted?\b|first line", re.IGNORECASE)
    silent = [row for row in waiting if not spoken.search(text_of(row)) and not called.search(text_of(row))]
    assert len(silent) < 0.03 * len(waiting)


def test_some_approvals_name_an_earlier_one_that_the_desk_can_show(made: World) -> None:
    by_id = {row["case_id"]: row for row in made.rows}
    naming = [row for row in made.rows if re.search(r"same acct ok'd|was ok\b|The same account was", text_of(row))]
    assert len(naming) > 40  # most accounts come once
    for row in naming:
        earlier = [by_id[one] for one in re.findall(r"[pim]-\d{5}", row["decision_reason"])]
        assert any(one["decision"] == "approve" and {*_accounts(one)} & {*_accounts(row)} for one in earlier)


def _message(row: Row) -> str:
    return next((row[name] for name in MESSAGES.values() if name in row), "")


def _accounts(row: Row) -> list[str]:
    return [row[name] for name in ("account_id", "owner_account", "merchant_account") if row.get(name)]


def text_of(row: Row) -> str:
    return row["decision_reason"]
