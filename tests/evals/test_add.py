"""From the desk to a suite: as it was seen then, masked, once, and only where something was learned."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from assistant.case import Case
from assistant.errors import BadInput
from assistant.evals.add import add_case
from assistant.evals.suite import Item, find_suite, load_suite
from assistant.workspace import Workspace
from assistant.writer import ScriptedWriter
from tests.evals.making import ran


@pytest.fixture
def workspace(demo: Path) -> Iterator[Workspace]:
    opened = Workspace.open(demo)
    yield opened
    opened.close()


def known(workspace: Workspace, outcome: str, place: int = -1) -> Case:
    """A late case that turned out so."""
    outcomes = workspace.store.cases.outcomes()
    fitting = [
        case
        for case in workspace.store.cases.all()
        if [one.outcome for one in outcomes.get(case.case_id, ())] == [outcome]
    ]
    return sorted(fitting, key=lambda case: case.opened_at)[place]


def only(workspace: Workspace, name: str = "mine") -> Item:
    (item,) = load_suite(find_suite(name, workspace.settings.home)).items
    return item


@pytest.mark.parametrize(("outcome", "fraud"), [("fraud", True), ("legitimate", False)])
def test_a_case_whose_truth_is_known_becomes_an_item(workspace: Workspace, outcome: str, fraud: bool) -> None:
    case = known(workspace, outcome)
    added = add_case(workspace, case.case_id, "mine")
    item = only(workspace)
    assert (added["item"], added["items"]) == (item.id, 1)
    assert item.expected.fraud is fraud
    assert item.expected.action == workspace.policy.called_for(case, fraud)
    costs = item.expected.costs
    assert costs[item.expected.action or ""] == min(costs.values())
    assert set(costs) == set(item.sheet.allowed_actions)
    assert item.expected.key_facts
    assert item.slices["from"] == "outcome"
    assert item.sheet.as_of == case.opened_at


def test_what_was_added_can_be_measured(workspace: Workspace) -> None:
    for place in (-1, -2, -3):
        add_case(workspace, known(workspace, "fraud", place).case_id, "mine")
    suite = load_suite(find_suite("mine", workspace.settings.home))
    run = ran(workspace.settings.home, suite, ScriptedWriter())
    assert run.summary.troubled == 0
    assert run.summary.means["holds"].value == 1


def test_nothing_personal_and_no_id_of_a_case_is_left(workspace: Workspace) -> None:
    case = known(workspace, "fraud")
    item_of = add_case(workspace, case.case_id, "mine")
    text = (Path(item_of["folder"]) / "items.jsonl").read_text()
    brief = workspace.brief(case.case_id, as_of=case.opened_at)
    assert case.case_id not in text
    for precedent in brief.precedents:
        assert precedent.case_id not in text
    for fact in case.personal:
        if fact.role in ("email", "phone", "card", "document_number", "ip", "device") and len(fact.value) > 5:
            assert fact.value not in text, fact.role


def test_the_same_case_is_added_once(workspace: Workspace) -> None:
    case = known(workspace, "fraud")
    add_case(workspace, case.case_id, "mine")
    with pytest.raises(BadInput, match="in the suite mine already"):
        add_case(workspace, case.case_id, "mine")
    assert only(workspace)


def test_an_override_teaches_what_the_person_chose(workspace: Workspace) -> None:
    case_id = workspace.queue(1)[0].case_id
    with pytest.raises(BadInput, match="teaches nothing yet"):
        add_case(workspace, case_id, "mine")
    review = workspace.review(case_id)
    other = next(one for one in review.sheet.allowed_actions if one not in (review.draft.action, "escalate"))
    workspace.decide(case_id, action=other, reason="I know better", reviewer="kim", review_id=review.review_id)
    add_case(workspace, case_id, "mine")
    item = only(workspace)
    assert (item.expected.action, item.expected.fraud, item.slices["from"]) == (other, None, "override")
    assert item.sheet.as_of == review.as_of
    assert not item.expected.costs


def test_what_became_known_later_is_not_on_the_sheet(workspace: Workspace) -> None:
    case = known(workspace, "fraud")
    decisions, outcomes = workspace.history(case.case_id)
    late = max([one.decided_at for one in decisions] + [one.known_at for one in outcomes])
    workspace.review(case.case_id, as_of=late + timedelta(days=30))
    add_case(workspace, case.case_id, "mine")
    item = only(workspace)
    assert item.sheet.as_of == case.opened_at
    assert all(one.reason not in json.dumps(item.sheet.model_dump(mode="json")) for one in decisions)


@pytest.mark.parametrize("name", ["../elsewhere", "a/b", "", ".hidden"])
def test_a_suite_has_a_plain_name(workspace: Workspace, name: str) -> None:
    with pytest.raises(BadInput, match="no name of a suite"):
        add_case(workspace, known(workspace, "fraud").case_id, name)
