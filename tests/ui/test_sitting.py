"""What happens at the desk, without a browser."""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path
from typing import Any

import pytest

from assistant.case import Review
from assistant.editing import written
from assistant.ui.messages import Ask, Browse, Edit, Leave, Rename, Rewrite, Undo, Verdict
from assistant.ui.sitting import Sitting
from assistant.ui.turn import Panels, Turn
from assistant.ui.warmup import Part, WarmUp
from assistant.waiting import Claim
from assistant.workspace import Workspace

NOTHING = Panels()


def ready(workspace: Workspace) -> WarmUp:
    warm = WarmUp(workspace)
    warm.memory.load(lambda: None)
    warm.writer.load(lambda: None)
    return warm


def decide(sitting: Sitting, turn: Turn, case: str, **changes: str) -> Panels:
    given = {"case_id": case, "action": "escalate", "reason": "other", "reviewer": "kim"} | changes
    return sitting.decide(turn, Verdict.model_validate(given))


def test_a_case_is_shown_while_everything_loads_and_the_rest_comes_by_itself(workspace: Workspace) -> None:
    warm = WarmUp(workspace)
    sitting, turn = Sitting(workspace, warm), Turn()
    first = sitting.open(turn, Ask())
    assert "Why this score" in (first.reasons or "")
    assert "Facts" in (first.facts or "")
    assert "memory of decided cases is loading" in (first.precedents or "")
    steps = sitting.write(turn)
    assert next(steps) == NOTHING
    threading.Timer(0.1, warm.memory.load, [lambda: None]).start()
    found = next(step for step in steps if step.precedents)
    assert 'data-evidence="P1"' in (found.precedents or "")
    assert "The writer is loading" in (next(step for step in steps if step.draft).draft or "")
    warm.writer.load(lambda: None)
    *_, last = steps
    assert "Plain draft" in (last.draft or "")


def test_a_memory_that_is_still_learning_says_how_far_it_is(workspace: Workspace) -> None:
    warm = WarmUp(workspace)
    warm.memory.progress = "256 of 5,000 decided cases learned"
    sitting, turn = Sitting(workspace, warm), Turn()
    assert "256 of 5,000 decided cases learned" in (sitting.open(turn, Ask()).precedents or "")
    steps = sitting.write(turn)
    next(steps)
    next(steps)
    warm.memory.progress = "512 of 5,000 decided cases learned"
    assert "512 of 5,000" in (next(step for step in steps if step.precedents).precedents or "")
    warm.memory.load(lambda: None)


def test_a_memory_that_is_behind_learns_behind_the_page(workspace: Workspace) -> None:
    workspace.index(rebuild=True)
    total = workspace.records.memory.count()
    workspace.records.memory.clear()
    workspace.store.outbox.refill()
    warm = WarmUp(workspace)
    warm.start()
    warm.page_is_open()
    assert warm.memory.wait(60)
    assert warm.memory.ready
    assert workspace.records.memory.count() == total > 0


def test_what_cannot_be_loaded_is_said_and_the_case_can_still_be_decided(workspace: Workspace) -> None:
    def fail() -> None:
        raise RuntimeError("no such file")

    warm = WarmUp(workspace)
    warm.memory.load(fail)
    warm.writer.load(fail)
    sitting, turn = Sitting(workspace, warm), Turn()
    assert "no such file" in (sitting.open(turn, Ask()).precedents or "")
    *_, last = sitting.write(turn)
    assert "Plain draft" in (last.draft or "")
    case_id = workspace.queue(limit=1)[0].case_id
    assert "Recorded" in (decide(sitting, turn, case_id).notice or "")


def test_a_draft_ends_when_its_tab_goes_to_another_case_and_touches_nothing_there(workspace: Workspace) -> None:
    sitting, turn = Sitting(workspace, ready(workspace)), Turn()
    one, two = (row.case_id for row in workspace.queue(limit=2))
    sitting.open(turn, Ask(case_id=one))
    steps = sitting.write(turn)
    while "sentence" not in (next(steps).draft or ""):
        pass
    sitting.open(turn, Ask(case_id=two))
    assert list(steps) == [NOTHING]
    assert workspace.last_review(one) is None
    *_, last = sitting.write(turn)
    assert f'data-case="{two}"' in (last.draft or "")


def test_a_draft_is_written_once_for_a_case_unless_it_is_asked_for_again(workspace: Workspace) -> None:
    sitting, turn = Sitting(workspace, ready(workspace)), Turn()
    sitting.open(turn, Ask())
    assert len(list(sitting.write(turn))) > 1
    assert list(sitting.write(turn)) == [NOTHING]
    assert len(list(sitting.write(turn, Rewrite()))) > 1


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"reason": " "}, "The reason of a decision is empty"),
        ({"reviewer": ""}, "The reviewer of a decision is empty"),
        ({"action": "set fire"}, "is not an action for"),
        ({"case_id": "p-nowhere"}, "There is no case"),
        ({"review_id": "unheard-of"}, "There is no review"),
    ],
)
def test_a_refused_decision_changes_nothing_but_the_notice(
    workspace: Workspace, changes: dict[str, str], told: str
) -> None:
    sitting, turn = Sitting(workspace, ready(workspace)), Turn()
    case_id = workspace.queue(limit=1)[0].case_id
    sitting.open(turn, Ask(case_id=case_id))
    found = decide(sitting, turn, case_id, **changes)
    assert told in (found.notice or "")
    assert 'role="alert"' in (found.notice or "")
    assert found._replace(notice=None, queue=None) == NOTHING
    assert workspace.history(case_id) == ([], [])


def test_what_is_decided_is_what_the_page_showed_whatever_the_tab_has_open(workspace: Workspace) -> None:
    sitting, turn = Sitting(workspace, ready(workspace)), Turn()
    one, two = (row.case_id for row in workspace.queue(limit=2))
    sitting.open(turn, Ask(case_id=two))
    decide(sitting, turn, one)
    assert len(workspace.history(one)[0]) == 1
    assert workspace.history(two) == ([], [])


def leave(sitting: Sitting, turn: Turn, how: str, **more: Any) -> Panels:
    assert turn.brief is not None
    return sitting.leave(turn, Leave.model_validate({"case_id": turn.case_id, "how": how} | more))


def test_skipping_goes_through_the_whole_queue_once_and_then_says_so(workspace: Workspace) -> None:
    sitting, turn = Sitting(workspace, ready(workspace)), Turn(reviewer="kim")
    waiting = [row.case_id for row in workspace.queue(limit=1000)]
    sitting.open(turn, Ask())
    seen = []
    for _ in waiting:
        seen.append(turn.case_id)
        last = leave(sitting, turn, "skip", reason="needs a specialist")
    assert seen == waiting
    assert f"you skipped {len(waiting)} cases" in (last.verdict or "")
    assert last.bar == ""
    again = sitting.browse(turn, Browse(do="unskip"))
    assert turn.case_id == waiting[0]
    assert "offered to you again" in (again.notice or "")


def test_a_skip_without_a_reason_of_the_policy_is_refused_and_the_case_stays(workspace: Workspace) -> None:
    sitting, turn = Sitting(workspace, ready(workspace)), Turn(reviewer="kim")
    sitting.open(turn, Ask())
    case_id = turn.case_id
    found = leave(sitting, turn, "skip", reason="lunch")
    assert "is no reason to skip a case" in (found.notice or "")
    assert found._replace(notice=None) == NOTHING
    assert turn.case_id == case_id


def test_two_reviewers_get_two_cases_and_a_held_one_opens_for_reading(workspace: Workspace) -> None:
    sitting, kim, lee = Sitting(workspace, ready(workspace)), Turn(reviewer="kim"), Turn(reviewer="lee")
    sitting.open(kim, Ask())
    sitting.open(lee, Ask())
    assert [kim.case_id, lee.case_id] == [row.case_id for row in workspace.queue(limit=2)]
    found = sitting.open(lee, Ask(case_id=kim.case_id))
    assert "is in the hands of kim" in (found.bar or "")
    assert 'data-kind="held"' in (found.bar or "")
    assert "kim has it" in (found.queue or "")
    refused = decide(sitting, lee, kim.case_id, reviewer="lee")
    assert "is in the hands of kim" in (refused.notice or "")
    assert workspace.history(kim.case_id) == ([], [])


def test_going_on_lets_the_case_go_and_a_look_at_a_decided_one_does_not(workspace: Workspace) -> None:
    sitting, turn = Sitting(workspace, ready(workspace)), Turn(reviewer="kim")
    one, two, three = (row.case_id for row in workspace.queue(limit=3))
    workspace.decide(three, action="approve", reason="other", reviewer="lee")
    sitting.open(turn, Ask())
    sitting.open(turn, Ask(case_id=three))
    assert workspace.caseload.holder(one) is not None
    sitting.open(turn, Ask())
    assert workspace.caseload.holder(one) is None
    assert turn.case_id == two, "the case that the tab has in hand is not the next one"


def test_a_case_is_put_off_passed_on_let_go_and_brought_back(workspace: Workspace) -> None:
    sitting, turn = Sitting(workspace, ready(workspace)), Turn(reviewer="kim")
    first, second, third, *_ = (row.case_id for row in workspace.queue(limit=9))
    sitting.open(turn, Ask())
    assert f"{first} comes back on" in (leave(sitting, turn, "snooze", hours=4).notice or "")
    assert f"{second} waits for lee" in (leave(sitting, turn, "assign", to="lee").notice or "")
    assert turn.case_id == third
    assert f"Let go: {third}" in (leave(sitting, turn, "release").notice or "")
    assert turn.case_id != third
    assert workspace.caseload.holder(third) is None
    woken = sitting.open(turn, Ask(case_id=first))
    assert 'data-do="wake"' in (woken.bar or "")
    assert "is back in the queue" in (leave(sitting, turn, "wake").notice or "")
    assert first in [row.case_id for row in workspace.queue(limit=9)]
    lee = Turn(reviewer="lee")
    sitting.open(lee, Ask())
    assert lee.case_id == second


def test_a_decision_taken_back_opens_the_case_as_it_was_about_to_be_decided(workspace: Workspace) -> None:
    sitting, turn = Sitting(workspace, ready(workspace)), Turn()
    sitting.open(turn, Ask(reviewer="kim"))
    case_id = turn.case_id
    done = decide(sitting, turn, case_id, note="called the bank")
    assert f'data-do="undo" data-case="{case_id}"' in (done.notice or "")
    read = sitting.open(turn, Ask(case_id=case_id))
    assert 'data-kind="open"' in (read.bar or ""), "an escalated case still waits"
    refused = sitting.undo(turn, Undo(case_id=case_id, reviewer="lee"))
    assert "was decided by kim" in (refused.notice or "")
    back = sitting.undo(turn, Undo(case_id=case_id, reviewer="kim"))
    assert turn.case_id == case_id
    assert 'value="escalate" checked' in (back.bar or "")
    assert "called the bank" in (back.bar or "")
    assert workspace.history(case_id) == ([], [])


def test_whoever_decides_another_way_is_asked_why(workspace: Workspace) -> None:
    sitting, turn = Sitting(workspace, ready(workspace)), Turn(reviewer="kim")
    weighed = (row.case_id for row in workspace.queue(limit=100) if policy_action(workspace, row.case_id) != "escalate")
    sitting.open(turn, Ask(case_id=next(weighed)))
    assert turn.brief is not None
    other = next(one for one in workspace.policy.allowed(turn.brief.case.kind) if one != turn.brief.policy.action)
    found = decide(sitting, turn, turn.case_id, action=other)
    assert "say why you go another way" in (found.notice or "")
    assert 'data-ask="override"' in (found.notice or "")
    case_id = turn.case_id
    decide(sitting, turn, case_id, action=other, override="rule too strict")
    context = workspace.store.verdicts.context(case_id)
    assert context is not None
    assert (context.override, context.policy_action) == ("rule too strict", policy_action(workspace, case_id))


def policy_action(workspace: Workspace, case_id: str) -> str:
    return workspace.brief(case_id, memory=False).policy.action


def test_somebody_else_at_the_page_takes_the_case_over_by_name(workspace: Workspace) -> None:
    sitting, turn = Sitting(workspace, ready(workspace)), Turn()
    sitting.open(turn, Ask(reviewer="kim"))
    sitting.rename(turn, Rename(reviewer="lee"))
    holder = workspace.caseload.holder(turn.case_id)
    assert holder is not None
    assert holder.reviewer == "lee"
    assert "Recorded" in (decide(sitting, turn, turn.case_id, reviewer="mo").notice or "")
    mine = workspace.caseload.next("kim")
    assert isinstance(mine, Claim)
    fresh = Turn(reviewer="somebody")  # a page that was loaded again does not know its name yet
    assert 'data-kind="held"' in (sitting.open(fresh, Ask(case_id=mine.case_id)).bar or "")
    assert 'data-kind="open"' in (sitting.rename(fresh, Rename(reviewer="kim")).bar or "")


def test_the_queue_is_narrowed_viewed_and_paged_and_next_stays_inside(workspace: Workspace) -> None:
    sitting, turn = Sitting(workspace, ready(workspace)), Turn(reviewer="kim")
    sitting.open(turn, Ask())
    narrow = Browse.model_validate({"do": "save", "filters": {"kind": "identity"}, "name": "ids"})
    found = sitting.browse(turn, narrow)
    assert "Kept as ids" in (found.notice or "")
    sitting.open(turn, Ask())
    assert turn.brief is not None
    assert turn.brief.case.kind == "identity"
    assert "ids ·" in (sitting.browse(turn, Browse(do="view", name="Open")).queue or "")
    taken = sitting.browse(turn, Browse.model_validate({"do": "save", "filters": {}, "name": "overdue"}))
    assert "needs a name of its own" in (taken.notice or "")
    sitting.browse(turn, Browse(do="remove", name="ids"))
    assert "ids ·" not in (sitting.browse(turn, Browse(do="view", name="Open")).queue or "")
    nothing = sitting.browse(turn, Browse.model_validate({"do": "narrow", "filters": {"text": "no such case"}}))
    assert "No case fits" in (nothing.queue or "")
    assert "No case of this view is left" in (sitting.open(turn, Ask()).verdict or "")


def test_the_last_decision_leads_to_an_empty_queue(workspace: Workspace) -> None:
    sitting, turn = Sitting(workspace, ready(workspace)), Turn()
    for row in workspace.queue(limit=1000):
        found = decide(sitting, turn, row.case_id)
    assert "The queue is empty" in (found.verdict or "")
    assert (found.bar, found.reasons, found.draft) == ("", "", "")
    assert list(sitting.write(turn)) == [NOTHING]


def test_open_cases_without_any_score_say_how_to_get_one(workspace: Workspace, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("id,at,amount\nx-1,2026-01-01T00:00:00Z,10\n")
    schema = (
        'source = "a"\nkind = "payment"\ncurrency = "EUR"\n[columns.id]\nrole = "id"\n[columns.at]\nrole = "time"\n'
    )
    (tmp_path / "a.toml").write_text(schema + '[columns.amount]\nrole = "amount"\n')
    fresh = Workspace.open(settings=workspace.settings.model_copy(update={"home": tmp_path / "fresh"}))
    fresh.import_cases(tmp_path / "a.csv", tmp_path / "a.toml")
    found = Sitting(fresh, ready(fresh)).open(Turn(), Ask())
    assert "fra train" in (found.reasons or "")
    fresh.close()


def test_a_case_that_cannot_be_read_is_said_and_what_was_open_stays(workspace: Workspace) -> None:
    sitting, turn = Sitting(workspace, ready(workspace)), Turn()
    one, two = (row.case_id for row in workspace.queue(limit=2))
    sitting.open(turn, Ask(case_id=one))
    with sqlite3.connect(workspace.settings.home / "fra.db") as database:
        database.execute("UPDATE cases SET facts = '[[1, 2, 3]]' WHERE case_id = ?", (two,))
    found = sitting.open(turn, Ask(case_id=two))
    assert f"Case {two} cannot be opened" in (found.notice or "")
    assert found._replace(notice=None) == NOTHING
    assert turn.brief is not None
    assert turn.brief.case.case_id == one


def test_loading_begins_when_the_first_case_is_on_the_screen(workspace: Workspace) -> None:
    warm = WarmUp(workspace)
    warm.start()
    assert not warm.memory.wait(0.3)
    sitting, turn = Sitting(workspace, warm), Turn()
    sitting.open(turn, Ask())
    assert warm.memory.loading
    *_, last = sitting.write(turn)
    assert warm.memory.ready
    assert warm.writer.ready
    assert "Plain draft" in (last.draft or "")


def test_a_part_that_fails_says_why_in_one_line() -> None:
    part = Part()
    assert part.loading

    def fail() -> None:
        raise OSError("disk full")

    part.load(fail)
    assert (part.loading, part.ready) == (False, False)
    assert part.trouble.startswith("OSError: disk full")


def test_a_cancelled_draft_gives_way_to_the_finished_one_of_before(workspace: Workspace) -> None:
    sitting, turn = Sitting(workspace, ready(workspace)), Turn()
    case_id = workspace.queue(limit=1)[0].case_id
    sitting.open(turn, Ask(case_id=case_id))
    *_, finished = sitting.write(turn)
    steps = sitting.write(turn, Rewrite())
    while "is writing" not in (next(steps).draft or ""):
        pass
    before = workspace.last_review(case_id)
    assert sitting.cancel(turn).draft == finished.draft
    assert list(steps) == [NOTHING]
    assert workspace.last_review(case_id) == before


def test_a_first_draft_that_is_cancelled_can_be_asked_for_later(workspace: Workspace) -> None:
    sitting, turn = Sitting(workspace, ready(workspace)), Turn()
    assert sitting.cancel(turn) == NOTHING, "nothing is open yet"
    sitting.open(turn, Ask())
    steps = sitting.write(turn)
    while "Asking the scripted writer" not in (next(steps).draft or ""):
        pass
    cancelled = sitting.cancel(turn).draft or ""
    assert "Cancelled" in cancelled
    assert 'data-do="rewrite"' in cancelled
    assert list(steps) == [NOTHING]
    *_, last = sitting.write(turn, Rewrite())
    assert "Plain draft" in (last.draft or "")


def edit(sitting: Sitting, turn: Turn, review: Review, text: str, draft_edit: int = 0, reviewer: str = "kim") -> Panels:
    """Saves the draft of a review with another first sentence."""
    lines = [{"id": one.id, "text": written(one)} for one in review.draft.sentences]
    lines[0]["text"] = text
    sent = {"case_id": review.case_id, "review_id": review.review_id, "sentences": lines, "mark": "m1"}
    return sitting.edit(turn, Edit.model_validate(sent | {"draft_edit": draft_edit, "reviewer": reviewer}))


def opened(sitting: Sitting, turn: Turn, case_id: str) -> str:
    """Opens a case and gives its finished draft's panel."""
    sitting.open(turn, Ask(case_id=case_id))
    *_, last = sitting.write(turn)
    return last.draft or ""


def test_an_edit_is_shown_with_its_mark_and_its_reason_and_stays_when_the_case_is_opened_again(
    workspace: Workspace,
) -> None:
    sitting, turn = Sitting(workspace, ready(workspace)), Turn()
    one, two = (row.case_id for row in workspace.queue(limit=2))
    opened(sitting, turn, one)
    review = workspace.last_review(one)
    assert review is not None
    found = edit(sitting, turn, review, "There were 4,711 refunds.")
    for said in ("edited, not supported", "it cites no evidence", "4,711", "As it was written", 'data-edit="1"', "m1"):
        assert said in (found.draft or "")
    assert "1 sentence stands though a check failed" in (found.notice or "")
    opened(sitting, turn, two)
    assert "4,711" in opened(sitting, turn, one)
    *_, last = sitting.write(turn, Rewrite())
    assert 'data-edit=""' in (last.draft or "")
    assert "The draft of before, edited by kim" in (last.draft or "")
    assert "4,711" in opened_draft(workspace, review)


def opened_draft(workspace: Workspace, review: Review) -> str:
    return workspace.stored_review(review.review_id, 1).draft.sentences[0].text


@pytest.mark.parametrize(("changes", "told"), [({"reviewer": " "}, "say who edits"), ({"draft_edit": 7}, "no edit 7")])
def test_a_refused_edit_changes_nothing_but_the_notice(
    workspace: Workspace, changes: dict[str, Any], told: str
) -> None:
    sitting, turn = Sitting(workspace, ready(workspace)), Turn()
    case_id = workspace.queue(limit=1)[0].case_id
    opened(sitting, turn, case_id)
    review = workspace.last_review(case_id)
    assert review is not None
    found = edit(sitting, turn, review, "Mine.", **changes)
    assert told in (found.notice or "")
    assert found._replace(notice=None) == NOTHING
    assert workspace.last_review(case_id) == review


def test_an_edit_of_a_case_that_the_tab_has_left_is_saved_and_touches_nothing_there(workspace: Workspace) -> None:
    sitting, turn = Sitting(workspace, ready(workspace)), Turn()
    one, two = (row.case_id for row in workspace.queue(limit=2))
    opened(sitting, turn, one)
    review = workspace.last_review(one)
    assert review is not None
    opened(sitting, turn, two)
    found = edit(sitting, turn, review, "Mine.")
    assert found._replace(notice=None) == NOTHING
    assert "Saved" in (found.notice or "")
    assert opened_draft(workspace, review) == "Mine."


def test_a_decided_case_shows_the_version_that_it_was_decided_with(workspace: Workspace) -> None:
    sitting, turn = Sitting(workspace, ready(workspace)), Turn()
    one, two = (row.case_id for row in workspace.queue(limit=2))
    for case_id, seen in ((one, 1), (two, 0)):
        opened(sitting, turn, case_id)
        review = workspace.last_review(case_id)
        assert review is not None
        edit(sitting, turn, review, "Words of my own.")
        given = {"case_id": case_id, "action": "approve", "reason": "other", "reviewer": "kim"}
        given["override"] = "rule too strict"
        sitting.decide(turn, Verdict.model_validate(given | {"review_id": review.review_id, "draft_edit": seen}))
    assert "Words of my own" in (sitting.open(turn, Ask(case_id=one)).draft or "")
    past = sitting.open(turn, Ask(case_id=two)).draft or ""
    assert "Words of my own" not in past
    assert 'data-do="edit"' not in past


def test_when_the_evidence_has_changed_a_new_draft_is_written_and_the_edited_one_can_be_read(
    workspace: Workspace, tmp_path: Path
) -> None:
    rows = "".join(f"twin-{n},2026-02-28T10:00:00Z,90000.00,pixel-77\n" for n in (1, 2))
    (tmp_path / "own.csv").write_text(f"id,opened,amount,device\n{rows}")
    (tmp_path / "own.toml").write_text(
        'source = "own"\nkind = "payment"\ncurrency = "EUR"\n[columns]\nid = { role = "id" }\n'
        'opened = { role = "time" }\namount = { role = "amount" }\ndevice = { role = "device" }\n'
    )
    workspace.import_cases(tmp_path / "own.csv", tmp_path / "own.toml")
    sitting, turn = Sitting(workspace, ready(workspace)), Turn()
    opened(sitting, turn, "twin-2")
    review = workspace.last_review("twin-2")
    assert review is not None
    edit(sitting, turn, review, "Words of my own.")
    workspace.decide("twin-1", action="block", reason="stolen card", reviewer="lee")
    again = opened(sitting, turn, "twin-2")
    assert "The draft of before, edited by kim" in again
    assert "Words of my own" in again
    assert 'data-edit=""' in again
