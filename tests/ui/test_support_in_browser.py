"""A support agent at work: a real browser against a real server."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from assistant.store.tables import QuestionRow
from assistant.workspace import Workspace
from tests.ui.conftest import Open
from tests.ui.test_accessibility import serious

pytestmark = pytest.mark.browser

HOSTILE = (
    """<img src=x onerror="window.hit=1"><script>window.hit=2</script> {{7*7}} ${window.hit=3} `x` order 99999999"""
)
Serve = Callable[[Workspace], str]


def ask(page: Any, text: str) -> str:
    """Types a question, and waits for what is said."""
    before = page.locator("#log .said:not(.wait)").count()
    page.fill("#question", text)
    page.press("#question", "Enter")
    page.wait_for_function(f"document.querySelectorAll('#log .said:not(.wait)').length > {before}")
    return str(page.locator("#log .said").last.inner_text())


def ask_about(page: Any, text: str, topic: str) -> str:
    """The same, saying what it is about where that is asked back: the double that reads texts here is often unsure."""
    said = ask(page, text)
    if "Is the question about" not in said:
        return said
    before = page.locator("#log .said:not(.wait)").count()
    page.locator("#log .said").last.locator(f"[data-topic={topic}]").click()
    page.wait_for_function(f"document.querySelectorAll('#log .said:not(.wait)').length > {before}")
    return str(page.locator("#log .said").last.inner_text())


def support(workspace: Workspace, serve: Serve, open_page: Open, **options: Any) -> Any:
    return open_page(serve(workspace), "/support", ready="#question", **options)


def first(workspace: Workspace, kind: str, action: str) -> str:
    """A decided case of this kind and action whose number no other kind has."""
    store = workspace.store
    for case in store.cases.all():
        decisions = store.cases.decisions([case.case_id]).get(case.case_id, [])
        if case.kind == kind and decisions and decisions[-1].action == action:
            return case.case_id
    raise AssertionError(f"the demo world has no {kind} with {action}")


def test_a_talk_from_an_email_to_a_message_that_can_be_sent(
    workspace: Workspace, serve: Serve, open_page: Open
) -> None:
    case_id = first(workspace, "identity", "request_documents")
    page = support(workspace, serve, open_page)
    said = ask_about(page, f"what does the customer of {case_id} have to send", "documents")
    assert "A new photo of the identity document" in said
    assert "Where this comes from" in page.inner_text("#beside")
    message = page.inner_text("#beside .message")
    assert message.startswith("Hello,")
    assert "- A proof of address" in message

    page.locator("#log .said").last.locator("a[data-cite]").first.click()
    assert page.locator("#beside .lit").count() == 1

    page.select_option("#language", "de")
    said = ask_about(page, "how long does that take", "time")  # the talk keeps its case
    assert "14 days after" in said
    page.wait_for_function("document.querySelector('#beside .message').textContent.startsWith('Guten Tag')")
    assert page.inner_text(".about-case") == case_id


def test_several_cases_are_offered_and_the_chosen_one_is_answered_about(
    workspace: Workspace, serve: Serve, open_page: Open
) -> None:
    emails: dict[str, set[str]] = {}
    for case in workspace.store.cases.all():
        for email in case.values("email"):
            emails.setdefault(email, set()).add(case.case_id)
    email, case_ids = next((email, sorted(ids)) for email, ids in emails.items() if 1 < len(ids) < 6)
    page = support(workspace, serve, open_page)
    ask(page, f"is the payment of {email} blocked")
    assert sorted(page.locator("[data-pick]").evaluate_all("all => all.map((one) => one.dataset.pick)")) == sorted(
        case_ids
    )
    page.click(f'[data-pick="{case_ids[0]}"]')
    if page.locator("[data-topic=status]").count():
        page.locator("[data-topic=status]").last.click()
    page.wait_for_function(f"document.querySelector('.about-case').textContent === '{case_ids[0]}'")
    assert email not in page.inner_text("#beside")


def test_what_was_no_help_is_kept_with_what_would_have_been_right(
    workspace: Workspace, serve: Serve, open_page: Open
) -> None:
    page = support(workspace, serve, open_page)
    ask(page, "what is the weather tomorrow")
    page.click("[data-thumb='-1']")
    page.fill(".judging input[type=text]", "there should be a page about it")
    page.check(".judging input[type=checkbox]")
    page.click(".judging button")
    wanted = (-1, "there should be a page about it", True)
    for _ in range(50):
        with workspace.store.database.read() as session:
            (row,) = session.query(QuestionRow).all()
            kept = (row.thumb, row.correction, row.wanted)
        if kept == wanted:
            break
        page.wait_for_timeout(100)
    assert kept == wanted


def test_a_question_is_never_markup_and_an_empty_one_does_nothing(
    workspace: Workspace, serve: Serve, open_page: Open
) -> None:
    page = support(workspace, serve, open_page)
    page.press("#question", "Enter")
    assert page.locator("#log .asked").count() == 0
    said = ask(page, HOSTILE)
    assert "No case fits" in said
    assert page.evaluate("window.hit") is None
    assert "<img src=x" in page.inner_text("#log .asked")
    assert page.locator("#log img, #log script").count() == 0
    said = ask(page, "my card 4111 1111 1111 1111 was declined")
    assert "4111" not in said


@pytest.mark.parametrize("width", [390, 1366])
def test_the_page_keeps_nobody_out_and_nothing_overflows(
    workspace: Workspace, serve: Serve, open_page: Open, width: int
) -> None:
    page = support(workspace, serve, open_page, viewport={"width": width, "height": 768})
    assert serious(page) == []
    ask(page, f"what happens next with case {first(workspace, 'payment', 'approve')}")
    assert serious(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
