"""The desk for people who see, hear or move differently: axe-core finds nothing serious in any state of the page."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import pytest

from assistant.workspace import Workspace
from tests.ui.conftest import Open
from tests.ui.test_desk_in_browser import shown, wait_for_draft

pytestmark = pytest.mark.browser


def serious(page: Any) -> list[str]:
    """What axe-core finds that keeps somebody out: rule, and where."""
    try:
        from axe_playwright_python.sync_playwright import Axe
    except ImportError as error:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(f"no axe-core: {error}")
    found = Axe().run(page).response["violations"]
    return [
        f"{one['id']}: {node['target']} {node['failureSummary']}"
        for one in found
        if one["impact"] in ("serious", "critical")
        for node in one["nodes"]
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1366, 390])
def test_no_state_of_the_desk_keeps_anybody_out(
    workspace: Workspace, serve: Callable[[Workspace], str], open_page: Open, scheme: str, width: int
) -> None:
    page = open_page(serve(workspace), color_scheme=scheme, viewport={"width": width, "height": 768})
    wait_for_draft(page, shown(page))
    page.wait_for_selector("#precedents .card")
    assert serious(page) == []
    page.keyboard.press("4")
    page.locator("#bar .reasons").wait_for()
    assert serious(page) == [], "with an action chosen"
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.keyboard.press("n")
    page.locator("#leave").wait_for()
    assert serious(page) == [], "on the way out"
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    page.locator("#keys").wait_for()
    assert serious(page) == [], "with the keys"
    page.keyboard.press("Escape")
    page.keyboard.press("q")
    page.locator("#queue summary").click()
    assert serious(page) == [], "in the queue"
    second = workspace.queue(limit=2)[1].case_id
    workspace.caseload.take(second, "lee")
    page.locator(f"#queue [data-open='{second}']").click()
    page.wait_for_selector("#bar [data-kind=held]")
    assert serious(page) == [], "with a case of somebody else"
