"""Signing in, deciding and signing out, and a session that ends in the middle: a real browser and a real server."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from assistant.workspace import Workspace
from tests.ui.conftest import Open
from tests.ui.test_desk_in_browser import pick, shown, wait_for_another, wait_for_draft
from tests.ui.test_sign_in import PASSWORD, join

pytestmark = pytest.mark.browser

Serve = Callable[[Workspace], str]


def enter(page: Any, name: str) -> None:
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


def test_signing_in_deciding_and_signing_out(workspace: Workspace, serve: Serve, open_page: Open) -> None:
    join(workspace, ("root", "admin"), ("kim", "analyst"))
    page = open_page(serve(workspace), ready="main h1")
    enter(page, "kim")
    page.wait_for_selector("#verdict section")
    page.wait_for_selector("#head .account")
    assert page.inner_text("#head .account") == "kim, analyst"
    assert page.locator("#head input").count() == 0
    assert page.locator("#head nav a").all_inner_texts() == ["Desk", "Support"]
    case_id = shown(page)
    wait_for_draft(page, case_id)
    pick(page, "Escalate")
    page.click("#bar button.primary")
    wait_for_another(page, case_id)
    assert [one.reviewer for one in workspace.history(case_id)[0]][-1:] == ["kim"]
    page.click("#head .account")
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_selector("text=You are signed out.")
    page.go_back()
    page.wait_for_selector("main h1")
    assert page.locator("#verdict section").count() == 0


def test_a_session_that_ends_in_the_middle_of_a_decision_loses_nothing(
    workspace: Workspace, serve: Serve, open_page: Open, browser: Any
) -> None:
    join(workspace, ("root", "admin"), ("kim", "analyst"), ("lee", "analyst"))
    address = serve(workspace)
    page = browser.new_context(viewport={"width": 1366, "height": 768}).new_page()  # a refused request is told there
    page.goto(address)
    enter(page, "kim")
    page.wait_for_selector("#bar form")
    case_id = shown(page)
    wait_for_draft(page, case_id)
    pick(page, "Escalate")
    page.fill("#bar textarea", "called the customer twice")
    workspace.accounts.role("kim", "lead", "root")  # which ends what kim had signed in with
    page.click("#bar button.primary")
    page.wait_for_selector("main h1")
    assert "stays in this tab" in page.inner_text("main")
    assert workspace.history(case_id)[0] == []
    enter(page, "kim")
    page.wait_for_selector(f"#bar form[data-case='{case_id}']")
    assert page.input_value("#bar textarea") == "called the customer twice"
    page.click("#bar button.primary")
    wait_for_another(page, case_id)
    assert [one.note for one in workspace.history(case_id)[0]] == ["called the customer twice"]
    page.context.close()


def test_what_somebody_typed_is_not_there_for_whoever_signs_in_next(
    workspace: Workspace, serve: Serve, browser: Any
) -> None:
    join(workspace, ("root", "admin"), ("kim", "analyst"), ("lee", "analyst"))
    page = browser.new_context().new_page()
    page.goto(serve(workspace))
    enter(page, "kim")
    page.wait_for_selector("#bar form")
    case_id = shown(page)
    page.fill("#bar textarea", "for kim alone")
    workspace.caseload.release(case_id, "kim")
    page.context.clear_cookies()
    page.reload()
    enter(page, "lee")
    page.wait_for_selector(f"#bar form[data-case='{case_id}']")
    page.wait_for_selector("#head .account")
    assert page.input_value("#bar textarea") == ""
    page.context.close()


def test_an_auditor_reads_and_is_offered_nothing_to_decide(workspace: Workspace, serve: Serve, open_page: Open) -> None:
    join(workspace, ("root", "admin"), ("ada", "auditor"))
    page = open_page(serve(workspace), ready="main h1")
    enter(page, "ada")
    page.wait_for_selector("#bar [data-kind=reading]")
    wait_for_draft(page, shown(page))
    assert page.locator("#bar form, #draft [data-do=edit], #draft [data-do=rewrite], #draft form").count() == 0
    assert page.locator("#head nav a").all_inner_texts() == ["Desk"]
    assert workspace.caseload.holder(shown(page)) is None
