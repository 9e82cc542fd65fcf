"""What happens at the desk, without a browser."""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path

import pytest

from assistant.ui.sitting import Ask, Panels, Rewrite, Sitting, Turn, Verdict
from assistant.ui.warmup import Part, WarmUp
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


def test_skipping_goes_through_the_whole_queue_before_a_case_comes_again(workspace: Workspace) -> None:
    sitting, turn = Sitting(workspace, ready(workspace)), Turn()
    waiting = [row.case_id for row in workspace.queue(limit=1000)]
    sitting.open(turn, Ask())
    seen = []
    for _ in waiting:
        assert turn.brief is not None
        seen.append(turn.brief.case.case_id)
        last = sitting.open(turn, Ask(skip=seen[-1]))
    assert sorted(seen) == sorted(waiting)
    assert turn.brief is not None
    assert turn.brief.case.case_id == waiting[0]
    assert "You had skipped every open case" in (last.notice or "")


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
