"""Who may be told what: the table is whole, the languages agree, and what is hidden changes no answer."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from assistant.case import CaseRecord, Sentence
from assistant.errors import BadInput
from assistant.policy import load_policy
from assistant.store import Store
from assistant.support import SupportDesk
from assistant.support.disclosure import FIELDS, HIDDEN, LANGUAGES, Disclosure, filled, texts
from assistant.verify import verify_sentence
from retrieval import HashEmbedder
from tests.cases import case, fact, outcome, record
from tests.conftest import at
from tests.sheets import item, sheet
from tests.support.conftest import NOW, done, records

SOURCE = Path("assistant/support/disclosure.toml")


def test_every_field_stands_in_one_column_and_nothing_hidden_is_allowed() -> None:
    table = Disclosure()
    for kind in ("payment", "identity", "merchant", "other", "a kind of their own"):
        for audience in ("support", "customer"):
            columns = table.columns(kind, audience)  # type: ignore[arg-type]
            assert sorted((*columns.must, *columns.may, *columns.never)) == sorted(FIELDS)
            assert set(HIDDEN) <= set(columns.never)
            assert {"state", "send", "time", "appeal"} <= set(columns.must)


@pytest.mark.parametrize(
    ("before", "after", "why"),
    [
        ('"score", ', "", "score"),
        ('may = ["why", ', 'may = ["score", "why", ', "score"),
        ('may = ["why", ', 'may = ["gossip", "why", ', "gossip"),
        ("[other]", "[others]", "has no table"),
        ("version = 1", "version = ", "is no table"),
        ("visible = true", 'visible = "perhaps"', "is no table"),
    ],
)
def test_a_table_that_forgot_something_is_refused(tmp_path: Path, before: str, after: str, why: str) -> None:
    text = SOURCE.read_text()
    assert before in text
    (tmp_path / "disclosure.toml").write_text(
        text.replace(before, after, 1).replace("[other.", f"[{'others' if after == '[others]' else 'other'}.")
    )
    with pytest.raises(BadInput, match=why):
        Disclosure(tmp_path / "disclosure.toml")


def test_every_language_says_the_same_with_the_same_slots_and_figures() -> None:
    english = texts("customer", "en").states
    for language in LANGUAGES[1:]:
        other = texts("customer", language)
        assert other.frame is not None
        assert {kind: set(group) for kind, group in other.states.items()} == {k: set(g) for k, g in english.items()}
        for kind, group in english.items():
            for name, state in group.items():
                told = other.states[kind][name]
                assert len(told.send) == len(state.send)
                for field in ("state", "next", "time", "late", "appeal", "money", "nothing"):
                    mine, theirs = getattr(state, field), getattr(told, field)
                    assert sorted(re.findall(r"\{\w+\}|\d+", mine)) == sorted(re.findall(r"\{\w+\}|\d+", theirs))
                    assert bool(mine) == bool(theirs)


def test_support_has_a_text_for_every_action_of_the_policy_and_so_has_a_customer() -> None:
    policy = load_policy(None)
    for kind in ("payment", "identity", "merchant", "other"):
        for action in {*policy.allowed(kind)} - {"escalate"} | {"open"}:
            assert texts("support").of(kind, action), (kind, action)
            assert texts("customer").of(kind, action), (kind, action)


def test_a_part_whose_value_is_missing_is_left_out_and_a_text_that_needs_it_is_not_told() -> None:
    assert filled("Paid[ with {amount}] on {day}.", {"day": "Monday"}) == "Paid on Monday."
    assert filled("Paid[ with {amount}].", {"amount": "EUR 1"}) == "Paid with EUR 1."
    assert filled("Paid on {day}.", {}) is None


def test_no_approved_text_tips_off() -> None:
    telling = re.compile(
        r"\b(fraud|score|risk|model|signal|device|suspic\w*|rule|threshold|escalat\w*|flag\w*)\b", re.I
    )
    for audience in ("support", "customer"):
        for group in texts(audience).states.values():  # type: ignore[arg-type]
            for state in group.values():
                assert not telling.search(state.model_dump_json())


@pytest.mark.parametrize(
    "text",
    [
        "The risk score of this payment is high.",
        "It was flagged by a rule.",
        "Another account uses the same device.",
        "We suspect fraud.",
        "Similar cases were blocked.",
        "It was escalated to a senior.",
    ],
)
def test_a_sentence_that_tips_off_is_refused_for_all_but_analysts(text: str) -> None:
    given = sheet(item("R1", "rule", "neutral", "the payment is under review"))
    sentence = Sentence(id="s1", text=text, citations=("R1",))
    for audience in ("support", "customer"):
        checks = verify_sentence(sentence, given.model_copy(update={"audience": audience}))
        assert [one for one in checks if one.check == "tipping off" and not one.ok]
    assert all(one.ok for one in verify_sentence(sentence, given) if one.check == "tipping off")


def worlds() -> list[tuple[str, list[CaseRecord]]]:
    """Pairs of worlds: the case asked about is the same but for what is hidden."""
    plain = records()
    hidden = []
    for one in plain:
        facts = (*one.case.facts, fact("device", "dev-x"), fact("ip", "203.0.113.9"), fact("number", "999", "session"))
        facts = (*facts, fact("note", "surely a mule, block", "first_line_note"), fact("protected", "old", "age_band"))
        truth = outcome(one.case.case_id, "fraud", at(days=2.9)) if one.decision else None
        decision = one.decision and one.decision.model_copy(
            update={"reason": "known gang", "reviewer": "somebody.else"}
        )
        changed = one.case.model_copy(update={"facts": facts})
        hidden.append(record(changed, decision, truth))
    strangers = [record(case(f"x-{n}", at(days=1), fact("device", "dev-x")), done(f"x-{n}", "block")) for n in range(3)]
    return [("plain", plain), ("hidden", [*hidden, *strangers])]


@pytest.mark.parametrize("topic", ["status", "reason", "next_step", "documents", "time", "complaint", "dispute"])
def test_what_is_hidden_changes_no_answer(tmp_path: Path, topic: str) -> None:
    told: dict[str, list[str]] = {}
    for name, given in worlds():
        store = Store(tmp_path / name / "fra.db")
        store.cases.upsert("test", given)
        desk = SupportDesk(store, load_policy(None), tmp_path / name, HashEmbedder)
        for one in records():
            found = desk.ask(f"case {one.case.case_id}", actor="sam", topic=topic, as_of=NOW)  # type: ignore[arg-type]
            told.setdefault(one.case.case_id, []).append(found.model_dump_json(exclude={"question_id"}))
    for case_id, (one, other) in told.items():
        assert one == other, case_id


def test_a_case_that_was_passed_on_reads_as_any_open_one(desk: SupportDesk, store: Store) -> None:
    passed_on, late = (
        desk.ask(f"case {name}", actor="sam", topic="status", as_of=NOW) for name in ("p-6000", "p-4711")
    )
    assert passed_on.direct[0].text.replace("EUR 50.00", "") == late.direct[0].text.replace("EUR 129.50", "")


def test_a_kind_that_support_may_not_see_is_as_if_it_were_not_there(store: Store, tmp_path: Path) -> None:
    text = SOURCE.read_text().replace("[merchant]\nvisible = true", "[merchant]\nvisible = false")
    (tmp_path / "disclosure.toml").write_text(text)
    desk = SupportDesk(store, load_policy(None), tmp_path, HashEmbedder)
    hidden, missing = (desk.ask(f"case m-{n}", actor="sam", topic="status", as_of=NOW) for n in ("0007", "0008"))
    assert hidden.status == missing.status == "not_found"
    assert hidden.text.replace("0007", "") == missing.text.replace("0008", "")
    assert desk.ask("case m-0007", actor="ann", role="analyst", topic="status", as_of=NOW).status == "answered"
