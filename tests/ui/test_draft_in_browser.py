"""The draft as a reviewer uses it: citations, marks, provenance, cancelling and editing, in a real browser."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from assistant.workspace import Workspace
from tests.ui.careless import INVENTED, Careless
from tests.ui.conftest import Open
from tests.ui.test_desk_in_browser import pick, shown, wait_for_another, wait_for_draft

pytestmark = pytest.mark.browser

Serve = Callable[[Workspace], str]
EDITOR = "#draft form.edit"
TRUE = "The order is worth a second look, as the amount says"


@pytest.fixture
def careless(monkeypatch: pytest.MonkeyPatch) -> Careless:
    """Has every draft written by a writer that errs."""
    writer = Careless()
    monkeypatch.setattr("assistant.workspace.open_writer", lambda *_: writer)
    return writer


def lit(page: Any) -> set[str]:
    return set(page.locator(".lit").evaluate_all("all => all.map(one => one.dataset.evidence)"))


def statements(workspace: Workspace, page: Any) -> dict[str, str]:
    review = workspace.last_review(shown(page))
    assert review is not None
    return {one.id: one.statement for one in review.evidence}


def start_editing(page: Any) -> Any:
    wait_for_draft(page, shown(page))
    page.keyboard.press("e")
    page.wait_for_selector(EDITOR)
    return page.locator(f"{EDITOR} textarea")


def saved(page: Any, number: int) -> None:
    page.click(f"{EDITOR} [type=submit]")
    page.wait_for_selector(f"#draft section[data-edit='{number}']")


def test_a_citation_under_the_mouse_lights_its_evidence_and_shows_it_on_a_card(
    workspace: Workspace, serve: Serve, open_page: Open
) -> None:
    page = open_page(serve(workspace))
    wait_for_draft(page, shown(page))
    said = statements(workspace, page)
    cites = page.locator("#draft .cite")
    for number in range(cites.count()):
        cites.nth(number).hover()
        evidence = cites.nth(number).get_attribute("data-cite")
        assert lit(page) == {evidence}
        assert said[evidence] in page.inner_text("#evidence-card")
        box = page.locator("#evidence-card").bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 1366
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= 768
    page.hover("#evidence-card")
    assert page.is_visible("#evidence-card"), "what is on the card can be read with the mouse"
    page.mouse.move(5, 5)
    assert not page.is_visible("#evidence-card")
    assert lit(page) == set()


def test_a_citation_with_the_focus_does_the_same_and_tells_it_to_a_screen_reader(
    workspace: Workspace, serve: Serve, open_page: Open
) -> None:
    page = open_page(serve(workspace))
    wait_for_draft(page, shown(page))
    said = statements(workspace, page)
    first = page.locator("#draft .cite").first
    evidence = first.get_attribute("data-cite")
    first.focus()
    assert lit(page) == {evidence}
    assert said[evidence] in page.inner_text("#evidence-card")
    page.keyboard.press("Escape")
    assert not page.is_visible("#evidence-card")
    described = first.evaluate("one => document.getElementById(one.getAttribute('aria-describedby')).textContent")
    assert said[evidence] in described
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.dataset.evidence") == evidence
    assert lit(page) == {evidence}
    page.locator("#draft .cite").nth(1).focus()
    assert lit(page) == {page.locator("#draft .cite").nth(1).get_attribute("data-cite")}
    page.evaluate("document.activeElement.blur()")
    assert lit(page) == {evidence}, "where the reviewer went stays lit"


def test_evidence_that_is_folded_away_is_pointed_at_and_a_click_unfolds_it(
    workspace: Workspace, serve: Serve, open_page: Open
) -> None:
    page = open_page(serve(workspace))
    wait_for_draft(page, shown(page))
    cite = page.locator("#draft .cite").first
    evidence = page.locator(f"[data-evidence='{cite.get_attribute('data-cite')}']")
    evidence.evaluate("""one => {
        const fold = document.createElement("details");
        one.replaceWith(fold);
        fold.append(document.createElement("summary"), one);
    }""")
    cite.hover()
    assert page.locator("details:has(> summary.lit-inside)").locator(".lit").count() == 1
    cite.click()
    assert evidence.is_visible()


def test_marks_say_which_sentences_were_tried_again_or_replaced_and_why(
    workspace: Workspace, careless: Careless, serve: Serve, open_page: Open
) -> None:
    page = open_page(serve(workspace))
    wait_for_draft(page, shown(page))
    assert page.inner_text("#draft .badge") == "Repaired"
    assert INVENTED not in page.inner_text("#draft")
    marks = page.locator("#draft .mark")
    assert [one.strip() for one in marks.locator("summary").all_inner_texts()] == ["second try", "plain evidence"]
    for number in (0, 1):
        assert "7,777" not in marks.nth(number).inner_text()
        marks.nth(number).locator("summary").focus()
        page.keyboard.press("Enter")
        assert '"7,777" is not in the cited evidence (numbers)' in marks.nth(number).inner_text()
    assert page.locator("#draft .sentence:not(:has(.mark))").count() > 0


def test_how_a_draft_was_made_is_told_on_demand(
    workspace: Workspace, careless: Careless, serve: Serve, open_page: Open
) -> None:
    page = open_page(serve(workspace))
    wait_for_draft(page, shown(page))
    review = workspace.last_review(shown(page))
    assert review is not None
    made = review.draft.provenance
    assert made.hash not in page.inner_text("#draft")
    page.click("#draft .made summary")
    told = page.inner_text("#draft .made")
    failed = sum(not one.ok for one in review.draft.checks)
    for one in (
        f"{made.prompt} {made.version}", made.hash, made.sheet_hash, made.model, review.review_id,
        "2 tried again, 1 replaced", f"{len(review.draft.checks)} made, {failed} did not hold",
        "sentence 1, as it was first written",
    ):  # fmt: skip
        assert one in told


def test_an_edited_sentence_is_checked_marked_and_named_by_the_decision(
    workspace: Workspace, serve: Serve, open_page: Open
) -> None:
    page = open_page(serve(workspace))
    case_id = shown(page)
    page.fill("#reviewer", "kim")
    page.keyboard.press("Escape")
    lines = start_editing(page)
    before = lines.first.input_value()
    review = workspace.last_review(case_id)
    assert review is not None
    amount = next(one for one in review.evidence if one.statement.startswith("amount"))
    lines.first.fill(f"{amount.statement[:1].upper()}{amount.statement[1:]}.")
    lines.first.press("End")
    page.select_option(f"{EDITOR} select", amount.id)
    assert lines.first.input_value().endswith(f"[{amount.id}]")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector("#draft section[data-edit='1']")
    assert not page.is_visible(EDITOR)
    assert page.inner_text("#draft .badge") == "Edited, every check held"
    assert page.locator("#draft .mark summary").all_inner_texts() == ["edited"]
    page.click("#draft .mark summary")
    assert before in page.inner_text("#draft .mark")
    page.keyboard.press("Escape")
    pick(page, "Escalate")
    page.click("#bar button.primary")
    wait_for_another(page, case_id)
    (decision,) = workspace.history(case_id)[0]
    assert (decision.review_id, decision.draft_edit) == (review.review_id, 1)
    assert workspace.stored_review(review.review_id) == review
    assert workspace.audit().ok


def test_an_edit_that_fails_is_kept_with_its_reasons_in_sight_until_it_is_mended(
    workspace: Workspace, serve: Serve, open_page: Open
) -> None:
    page = open_page(serve(workspace))
    lines = start_editing(page)
    was = lines.first.input_value()
    lines.first.fill("The customer ordered 4,711 times before, says Bob [E99].")
    lines.last.fill("A sentence more, without any evidence.")
    saved(page, 1)
    assert page.inner_text("#draft .badge") == "Edited, not all supported"
    told = page.inner_text("#draft .sentences")
    for why in ("E99, which is not on the sheet", "it cites no evidence"):
        assert why in told, "seen without a click"
    page.locator("#draft .cite", has_text="E99").hover()
    assert "no such evidence" in page.inner_text("#evidence-card")
    lines = start_editing(page)
    lines.first.fill(was)
    lines.nth(lines.count() - 2).fill("")
    saved(page, 2)
    assert page.inner_text("#draft .badge") == "Plain draft"
    assert page.locator("#draft .mark").count() == 0


def test_what_is_typed_survives_a_look_at_another_case_and_holds_a_decision_back(
    workspace: Workspace, serve: Serve, open_page: Open
) -> None:
    page = open_page(serve(workspace))
    case_id = shown(page)
    start_editing(page).first.fill(TRUE)
    page.locator("#queue .row").nth(1).click()
    other = wait_for_another(page, case_id)
    wait_for_draft(page, other)
    assert not page.is_visible(EDITOR)
    page.click(f"#queue [data-open='{case_id}']")
    wait_for_another(page, other)
    page.wait_for_selector(EDITOR)
    assert page.locator(f"{EDITOR} textarea").first.input_value() == TRUE
    page.keyboard.press("Escape")
    pick(page, "Escalate")
    page.click("#bar button.primary")
    page.wait_for_selector("#notice .error")
    assert "not saved" in page.inner_text("#notice")
    assert workspace.history(case_id)[0] == []
    page.click(f"{EDITOR} [data-do=discard]")
    page.click("#bar button.primary")
    wait_for_another(page, case_id)


def test_what_is_typed_survives_an_error_and_a_reload(workspace: Workspace, serve: Serve, open_page: Open) -> None:
    page = open_page(serve(workspace))
    case_id = shown(page)
    lines = start_editing(page)
    lines.first.fill(TRUE)
    workspace.caseload.release(case_id, "demo analyst")
    workspace.decide(case_id, action="approve", reason="other", reviewer="lee")
    page.click(f"{EDITOR} [type=submit]")
    page.wait_for_selector("#notice .error")
    assert "lee chose approve" in page.inner_text("#notice")
    assert lines.first.input_value() == TRUE
    assert lines.first.is_editable()
    second = workspace.queue(limit=1)[0].case_id
    page.click(f"#queue [data-open='{second}']")
    wait_for_another(page, case_id)
    start_editing(page).first.fill(TRUE)
    page.reload()
    page.wait_for_selector(EDITOR)
    assert page.locator(f"{EDITOR} textarea").first.input_value() == TRUE


def test_what_was_typed_for_a_sentence_that_is_gone_stands_at_the_end(
    workspace: Workspace, careless: Careless, serve: Serve, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = open_page(serve(workspace))
    case_id = shown(page)
    start_editing(page).nth(1).fill(TRUE)
    page.locator("#queue .row").nth(1).click()
    other = wait_for_another(page, case_id)
    wait_for_draft(page, other)
    careless.errs = False  # the second sentence will be another one
    page.click(f"#queue [data-open='{case_id}']")
    wait_for_another(page, other)
    page.wait_for_selector(EDITOR)
    lines = page.locator(f"{EDITOR} textarea")
    assert lines.nth(1).input_value() != TRUE
    assert lines.nth(lines.count() - 2).input_value() == TRUE
    assert "at the end" in page.inner_text(EDITOR)


def test_a_draft_that_takes_long_says_who_writes_it_and_can_be_cancelled(
    workspace: Workspace, careless: Careless, serve: Serve, open_page: Open
) -> None:
    page = open_page(serve(workspace))
    wait_for_draft(page, shown(page))
    finished = page.get_attribute("#draft section", "data-review")
    careless.pause_s = 1.0
    page.click("#draft [data-do=rewrite]")
    page.wait_for_function("() => /careless is writing, [1-9]\\d* s/.test(document.querySelector('#draft').innerText)")
    page.click("#draft [data-do=cancel]")
    page.wait_for_selector(f"#draft section[data-review='{finished}']")
    page.wait_for_timeout(2500)
    assert page.get_attribute("#draft section", "data-review") == finished
