"""The desk as a reviewer uses it: a real browser against a real server."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from assistant.workspace import Workspace
from tests.ui.conftest import Open, settings

pytestmark = pytest.mark.browser

HOSTILE = """<script>window.hit=1</script><img src=x onerror="window.hit=2"> **bold** {{7*7}} ${window.hit=3} `x` "'>"""


def shown(page: Any) -> str:
    return str(page.get_attribute("#bar .bar", "data-case"))


def wait_for_another(page: Any, case_id: str) -> str:
    page.wait_for_function("id => document.querySelector('#bar .bar')?.dataset.case !== id", arg=case_id)
    return shown(page)


def wait_for_draft(page: Any, case_id: str) -> None:
    page.wait_for_selector(f"#draft section[data-case='{case_id}'] .badge")


def pick(page: Any, action: str, reason: str = "Other") -> None:
    """Chooses an action and a reason by mouse, and says why where it goes another way."""
    page.locator("#bar .actions label", has_text=action).click()
    page.locator("#bar .reasons label:visible", has_text=reason).click()
    if page.locator("#bar .override").is_visible():
        page.locator("#bar .override label", has_text="Rule too strict").click()


def import_rows(workspace: Workspace, folder: Path, columns: dict[str, str], rows: list[dict[str, str]]) -> None:
    """Imports rows through the door that is there for everybody."""
    schema = 'source = "own"\nkind = "payment"\ncurrency = "EUR"\n' + "".join(
        f'[columns.{name}]\nrole = "{role}"\n' for name, role in columns.items()
    )
    (folder / "own.toml").write_text(schema)
    with (folder / "own.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, columns)
        writer.writeheader()
        writer.writerows(rows)
    assert workspace.import_cases(folder / "own.csv", folder / "own.toml").imported == len(rows)


def test_the_most_urgent_case_is_open_at_start_with_everything_that_a_reviewer_needs(
    workspace: Workspace, serve: Callable[[Workspace], str], open_page: Open
) -> None:
    first = workspace.queue(limit=1)[0]
    page = open_page(serve(workspace))
    assert shown(page) == first.case_id
    assert first.case_id in page.inner_text("#verdict")
    wait_for_draft(page, first.case_id)
    page.wait_for_selector("#precedents .card")
    assert page.inner_text("#draft .badge") == "Plain draft"
    assert "no model wrote it" in page.inner_text("#draft")
    assert page.locator("#queue .row").count() == min(60, workspace.counts()["open"])
    assert page.locator("#queue .row[aria-current=true]").get_attribute("data-open") == first.case_id
    names = page.locator("#bar .actions input").evaluate_all("all => all.map(one => one.value)")
    assert tuple(names) == workspace.policy.allowed(first.kind)


def test_a_citation_lights_and_reaches_its_evidence(
    workspace: Workspace, serve: Callable[[Workspace], str], open_page: Open
) -> None:
    page = open_page(serve(workspace))
    wait_for_draft(page, shown(page))
    cites = page.locator("#draft .cite")
    for number in range(cites.count()):
        cite = cites.nth(number).get_attribute("data-cite")
        cites.nth(number).click()
        assert page.locator(".lit").evaluate_all("all => all.map(one => one.dataset.evidence)") == [cite]
    assert page.evaluate("document.activeElement.dataset.evidence") == cite
    cites.first.hover()
    assert page.locator(".lit").get_attribute("data-evidence") == cites.first.get_attribute("data-cite")


def test_a_decision_is_stored_once_and_the_next_case_comes(
    workspace: Workspace, serve: Callable[[Workspace], str], open_page: Open
) -> None:
    page = open_page(serve(workspace))
    case_id = shown(page)
    wait_for_draft(page, case_id)
    review_id = page.get_attribute("#draft section", "data-review")
    page.fill("#reviewer", "kim")
    pick(page, "Escalate")
    page.fill("#bar textarea", "called the customer")
    page.dblclick("#bar button.primary")
    after = wait_for_another(page, case_id)
    assert f"Recorded: escalate for {case_id}" in page.inner_text("#notice")
    decisions, _ = workspace.history(case_id)
    made = [one for one in decisions if one.reviewer == "kim"]
    assert [(one.action, one.reason, one.note, one.review_id) for one in made] == [
        ("escalate", "other", "called the customer", review_id)
    ]
    assert after == workspace.queue(limit=1)[0].case_id
    assert page.locator("#bar input:checked").count() == 0
    assert page.input_value("#bar textarea") == ""
    assert page.input_value("#reviewer") == "kim"
    assert workspace.audit().ok


def test_a_decided_case_is_a_precedent_for_its_twin_at_once_and_opens_for_reading_only(
    workspace: Workspace, serve: Callable[[Workspace], str], open_page: Open, tmp_path: Path
) -> None:
    columns = {"id": "id", "opened": "time", "amount": "amount", "card": "card", "device": "device"}
    twin = {"opened": "2026-02-28T10:00:00Z", "amount": "90000.00", "card": "4929", "device": "pixel-77"}
    import_rows(workspace, tmp_path, columns, [{"id": "twin-1"} | twin, {"id": "twin-2"} | twin])
    page = open_page(serve(workspace), "/?case=twin-1")
    page.fill("#reviewer", "kim")
    pick(page, "Block", "Stolen card")
    page.click("#bar button.primary")
    wait_for_another(page, "twin-1")
    page.click("#queue [data-open='twin-2']")
    page.wait_for_selector("#bar form[data-case='twin-2']")
    page.keyboard.press("4")
    page.fill("#bar textarea", "half a note")
    page.click("#precedents [data-evidence=P1] [data-open='twin-1']")
    page.wait_for_selector("#bar [data-kind=decided]")
    assert "Block by kim" in page.inner_text("#verdict")
    assert "stolen card" in page.inner_text("#verdict")
    assert page.locator("#bar form").count() == 0
    page.click("#bar [data-open='twin-2']")
    page.wait_for_selector("#bar form[data-case='twin-2']")
    assert page.input_value("#bar textarea") == "half a note"
    assert page.inner_text("#bar button.primary") == "Record: Block"


def test_a_case_is_decided_without_a_mouse(
    workspace: Workspace, serve: Callable[[Workspace], str], open_page: Open
) -> None:
    page = open_page(serve(workspace))
    skipped = shown(page)
    page.keyboard.press("?")
    assert page.locator("#keys").is_visible()
    page.keyboard.press("Escape")
    assert not page.locator("#keys").is_visible()
    page.keyboard.press("n")
    page.wait_for_selector("#leave[open]")
    page.keyboard.press("1")
    case_id = wait_for_another(page, skipped)
    page.keyboard.press("d")
    page.wait_for_selector("#notice .error")
    assert "Choose an action" in page.inner_text("#notice")
    allowed = workspace.policy.allowed(workspace.case(case_id).kind)
    page.keyboard.press("1")
    assert page.evaluate("document.activeElement.name") == "reason"
    page.keyboard.press("t")  # a letter selects nothing in a list any more
    page.keyboard.type("n1d?")
    page.keyboard.press("Escape")
    page.keyboard.press("1")
    reason = workspace.policy.reasons(workspace.case(case_id).kind, allowed[0])[0]
    if page.locator("#bar .override").is_visible():
        page.keyboard.press("1")
    assert page.evaluate("document.activeElement.type") == "submit"
    page.keyboard.press("Enter")
    wait_for_another(page, case_id)
    made = workspace.history(case_id)[0][-1]
    assert (made.action, made.reason, made.note) == (allowed[0], reason, "n1d?")
    assert workspace.history(skipped) == ([], [])
    page.keyboard.press("u")
    wait_for_another(page, shown(page))
    page.wait_for_selector(f"#bar form[data-case='{case_id}']")
    assert workspace.history(case_id) == ([], [])
    assert page.input_value("#bar textarea") == "n1d?"
    assert page.locator("#bar .actions input:checked").get_attribute("value") == allowed[0]


def test_a_case_decided_by_somebody_else_meanwhile_is_told_and_nothing_typed_is_lost(
    workspace: Workspace, serve: Callable[[Workspace], str], open_page: Open
) -> None:
    page = open_page(serve(workspace))
    case_id = shown(page)
    pick(page, "Escalate")
    page.fill("#bar textarea", "a long note")
    workspace.caseload.release(case_id, "demo analyst")  # as its end would after a long absence
    workspace.decide(case_id, action="approve", reason="explained", reviewer="lee")
    page.click("#bar button.primary")
    page.wait_for_selector("#notice .error")
    told = page.inner_text("#notice")
    assert "decided already" in told
    assert "lee" in told
    assert shown(page) == case_id
    assert page.input_value("#bar textarea") == "a long note"
    assert [one.reviewer for one in workspace.history(case_id)[0]] == ["lee"]
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    page.wait_for_function("document.querySelector('#notice').innerText.includes('What you typed stays here')")
    page.click("#bar [data-do=leave]")
    page.click("#leave [data-do=release]")
    wait_for_another(page, case_id)


def test_two_browsers_never_have_one_case_and_back_goes_to_the_case_before(
    workspace: Workspace, serve: Callable[[Workspace], str], open_page: Open
) -> None:
    address = serve(workspace)
    kim, lee = open_page(address), open_page(address)
    for page, name in ((kim, "kim"), (lee, "lee")):
        page.fill("#reviewer", name)
        page.keyboard.press("Tab")
    first, second = shown(kim), shown(lee)
    assert first != second
    kim.wait_for_function("true")
    while (holder := workspace.caseload.holder(first)) is None or holder.reviewer != "kim":
        kim.wait_for_timeout(100)
    lee.click(f"#queue [data-open='{first}']")
    lee.wait_for_selector("#bar [data-kind=held]")
    assert f"Case {first} is in the hands of kim" in lee.inner_text("#bar")
    lee.go_back()
    lee.wait_for_selector(f"#bar form[data-case='{second}']")
    assert lee.url.endswith(f"?case={second}")
    lee.go_forward()
    lee.wait_for_selector("#bar [data-kind=held]")
    pick(kim, "Escalate")
    kim.click("#bar button.primary")
    wait_for_another(kim, first)
    assert [one.reviewer for one in workspace.history(first)[0]] == ["kim"]


def test_the_queue_is_narrowed_and_a_view_is_kept(
    workspace: Workspace, serve: Callable[[Workspace], str], open_page: Open
) -> None:
    page = open_page(serve(workspace))
    page.click("#queue summary")
    page.select_option("#queue [name=kind]", "identity")
    page.fill("#queue [name=name]", "passports")
    page.click("#queue [data-do=save]")
    page.wait_for_selector("#queue [data-filters*=identity]")
    kinds = {
        workspace.case(one).kind
        for one in page.locator("#queue .row").evaluate_all("all => all.map(one => one.dataset.open)")
    }
    assert kinds == {"identity"}
    assert "passports" in page.inner_text("#queue .view option:checked")
    page.reload()
    page.wait_for_selector("#queue [data-filters*=identity]")
    page.select_option("#queue .view", "Open")
    page.wait_for_selector("#queue [data-filters]:not([data-filters*=identity])")
    case_id = workspace.queue(limit=5)[4].case_id
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    page.keyboard.type(case_id)
    page.keyboard.press("Enter")
    page.wait_for_function("document.querySelectorAll('#queue .row').length === 1")
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    page.wait_for_selector(f"#bar form[data-case='{case_id}']")


def test_a_server_that_was_away_is_told_and_what_was_typed_comes_back(
    workspace: Workspace, serve: Callable[[Workspace], str], open_page: Open
) -> None:
    page = open_page(serve(workspace))
    case_id = shown(page)
    pick(page, "Escalate")
    page.fill("#bar textarea", "half a note")
    page.evaluate("() => { window.real = window.fetch; window.fetch = () => Promise.reject(new TypeError('gone')); }")
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    page.wait_for_function("document.querySelector('#notice').innerText.includes('does not answer')")
    with page.expect_navigation():
        page.evaluate("() => { window.fetch = window.real; }")
    page.wait_for_selector(f"#bar form[data-case='{case_id}']")
    page.wait_for_function("document.querySelector('#bar textarea').value === 'half a note'")
    assert page.inner_text("#bar button.primary") == "Record: Escalate"


def test_a_case_full_of_markup_and_scripts_shows_as_text(
    workspace: Workspace, serve: Callable[[Workspace], str], open_page: Open, tmp_path: Path
) -> None:
    columns = {
        "id": "id", "opened": "time", "amount": "amount", "message": "free_text", "remark": "note", "who": "name",
        "shop": "merchant", "street": "address", "browser": "user_agent", "colour": "category", "mail": "email",
        "passed": "check", "land": "country",
    }  # fmt: skip
    row = {"id": f"h-1 {HOSTILE}", "opened": "2026-02-28T10:00:00Z", "amount": "9999.00"}
    import_rows(workspace, tmp_path, columns, [{name: row.get(name, f"{name} {HOSTILE}") for name in columns}])
    case_id = next(row.case_id for row in workspace.queue(limit=200) if row.case_id.startswith("h-1"))

    address = serve(workspace)
    page = open_page(address, f"/?case={quote(case_id)}")
    page.wait_for_selector("#draft .badge")
    everything = page.inner_text("body")
    for name in set(columns) - {"id", "opened", "amount"}:
        assert f"{name} {HOSTILE}" in everything
    pick(page, "Approve")
    page.fill("#bar textarea", HOSTILE)
    page.click("#bar button.primary")
    page.wait_for_selector("#notice .good")
    assert HOSTILE in page.inner_text("#notice")
    read_only = open_page(address, f"/?case={quote(case_id)}")
    read_only.wait_for_selector("#bar [data-kind=decided]")
    assert HOSTILE in read_only.inner_text("#verdict")
    for one in (page, read_only):
        assert one.evaluate("window.hit") is None
        assert one.locator("img[src=x], #desk script, #bar script, #notice script").count() == 0


def test_nothing_sticks_out_of_a_window_of_any_width(
    workspace: Workspace, serve: Callable[[Workspace], str], open_page: Open
) -> None:
    page = open_page(serve(workspace))
    wait_for_draft(page, shown(page))
    for width in (1920, 1366, 1024, 768, 420, 360):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        buttons = page.locator("#bar :is(button, label):visible")
        for number in range(buttons.count()):
            box = buttons.nth(number).bounding_box()
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= width
    assert not page.locator("#queue").is_visible()
    page.click("[data-do=queue]")
    page.locator("#queue .row").nth(1).click()
    page.wait_for_selector("#queue", state="hidden")


def test_a_link_to_a_case_opens_it_and_a_wrong_one_says_so(
    workspace: Workspace, serve: Callable[[Workspace], str], open_page: Open
) -> None:
    address = serve(workspace)
    third = workspace.queue(limit=3)[2].case_id
    page = open_page(address, f"/?case={quote(third)}")
    assert shown(page) == third
    second = workspace.queue(limit=2)[1].case_id
    page.click(f"#queue [data-open='{second}']")
    wait_for_another(page, third)
    assert page.url == f"{address}/?case={second}"  # so that a reload stays with the case
    page = open_page(address, "/?case=p-nowhere")
    page.wait_for_selector("#notice .error")
    assert "There is no case 'p-nowhere'" in page.inner_text("#notice")
    assert shown(page) == workspace.queue(limit=1)[0].case_id


def test_a_home_without_cases_says_how_to_get_some(
    empty_workspace: Workspace, serve: Callable[[Workspace], str], open_page: Open
) -> None:
    page = open_page(serve(empty_workspace))
    assert "There are no cases yet" in page.inner_text("#verdict")
    assert "fra demo" in page.inner_text("#verdict")
    assert page.locator("#bar .bar").count() == 0


@pytest.mark.weights
def test_the_page_is_usable_while_the_real_models_load_and_fills_by_itself(
    workspace: Workspace, world: Path, serve: Callable[[Workspace], str], open_page: Open
) -> None:
    real = Workspace.open(settings=settings(workspace.settings.home, embedder="minilm", writer="auto"))
    real.index(rebuild=True)
    fresh = Workspace.open(settings=real.settings)
    page = open_page(serve(fresh))
    assert page.locator("#reasons section").count() == 1
    assert page.locator("#bar .actions input").count() >= 3
    assert "is loading" in page.inner_text("#desk")
    page.wait_for_selector("#precedents .card", timeout=120_000)
    page.wait_for_selector("#draft .badge", timeout=240_000)
    assert page.get_attribute("#draft section", "data-review")
    real.close()
    fresh.close()
