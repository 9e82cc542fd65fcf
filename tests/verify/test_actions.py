from __future__ import annotations

import pytest

from assistant.case import Check, Sentence, Sheet
from assistant.verify import verify_action


def _failures(action: str | None, texts: list[str], sheet: Sheet) -> list[Check]:
    sentences = [Sentence(id=f"s{i}", text=text, citations=("E1",)) for i, text in enumerate(texts, 1)]
    return [one for one in verify_action(action, sentences, sheet) if not one.ok]


@pytest.mark.parametrize("action", ["approve", "step_up", "refund", "block", "escalate"])
def test_each_allowed_action_holds(action: str, payment: Sheet) -> None:
    assert _failures(action, ["The card was first seen 2 hours before this case"], payment) == []


@pytest.mark.parametrize(
    ("action", "says"),
    [
        (None, "no action is recommended"),
        ("", "there is no action"),
        ("explode", "there is no action"),
        ("reject", "not allowed for this case"),
        ("request_documents", "not allowed for this case"),
        ("Block", "there is no action"),
    ],
)
def test_an_action_that_may_not_be_taken_is_refused_for_the_whole_draft(
    action: str | None, says: str, payment: Sheet
) -> None:
    (found,) = _failures(action, [], payment)
    assert (found.check, found.sentence, found.start, found.end) == ("actions", "draft", 0, 0)
    assert says in found.why


@pytest.mark.parametrize(
    ("action", "text"),
    [
        ("block", "The order should be approved"),
        ("block", "We recommend to approve the order"),
        ("block", "The recommended action is to approve the payment; the policy agrees"),
        ("block", "Approve the order"),
        ("block", "It is best to refund this payment"),
        ("block", "This payment should not be blocked"),
        ("approve", "I would decline this payment"),
        ("approve", "We suggest escalating this to a colleague"),
        ("escalate", "This case must be blocked"),
    ],
)
def test_a_text_that_urges_another_action_is_refused_where_it_does(action: str, text: str, payment: Sheet) -> None:
    (found,) = _failures(action, ["The card is new", text], payment)
    assert found.sentence == "s2"
    assert 0 <= found.start < found.end <= len(text)


@pytest.mark.parametrize(
    ("action", "text"),
    [
        ("block", "The order should be blocked"),
        ("block", "It should not be approved"),
        ("block", "Case p-00199 was approved on 2026-09-12"),
        ("block", "Blocking costs least at this probability"),
        ("approve", "Blocking costs least at this probability"),
        ("approve", "Two of the similar cases were blocked"),
        ("block", "The approved address differs from the one on file"),
        ("escalate", "The recommended action is to escalate the payment to a colleague with more authority"),
    ],
)
def test_a_text_that_urges_nothing_else_holds(action: str, text: str, payment: Sheet) -> None:
    assert _failures(action, [text], payment) == []
