"""Who is let in, as whom, and to do what: real HTTP against a real server."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from fastapi.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from assistant.people import ROLES, Action, Role, may
from assistant.ui import application
from assistant.workspace import Workspace

PASSWORD = "a long enough password"
CALLS: dict[str, tuple[Action, dict[str, Any]]] = {
    "open": ("look", {"case_id": "CASE"}),
    "browse": ("look", {"do": "view", "name": "Open"}),
    "rename": ("look", {"reviewer": "mallory"}),
    "decide": ("decide", {"case_id": "CASE", "action": "escalate", "reason": "other", "reviewer": "mallory"}),
    "undo": ("decide", {"case_id": "CASE"}),
    "leave": ("decide", {"case_id": "CASE", "how": "skip"}),
    "edit": ("decide", {"case_id": "CASE", "review_id": "r", "sentences": []}),
    "rewrite": ("decide", {}),
    "propose": ("import", {"upload": "x"}),
    "discard": ("import", {"upload": "x"}),
    "train": ("train", {}),
    "ask": ("ask", {"number": 1, "text": "why is my order on hold"}),
    "judge": ("ask", {"question": "q", "thumb": 1}),
}
"""Each signal of a page, what it takes by the table, and a message."""
CLOSED = (
    "/",
    "/import",
    "/support",
    "/config",
    "/desk.css",
    "/session.js",
    "/account",
    "/theme.css",
    "/gradio_api/info",
)
CLOSED += ("/gradio_api/queue/data?session_hash=a", "/gradio_api/heartbeat/a", "/gradio_api/file=/etc/passwd")
CLOSED += ("/import/files/abc/rejects.csv", "/import/files/abc/schema.toml", "/assets/index.js", "/static/img/logo.svg")
CLOSED_POSTS = ("/gradio_api/queue/join", "/gradio_api/run/x", "/gradio_api/upload", "/gradio_api/cancel")
CLOSED_POSTS += ("/desk/keep", "/import/files", "/account")


def join(workspace: Workspace, *people: tuple[str, str]) -> None:
    for name, role in people:
        once = workspace.accounts.add(name, role, "test")
        workspace.accounts.change_password(name, once, PASSWORD)


def client(workspace: Workspace, base: str = "http://127.0.0.1") -> TestClient:
    made = TestClient(application(workspace), base_url=base, client=("127.0.0.1", 50000), follow_redirects=False)
    made.headers["origin"] = base
    return made


def sign_in(browser: httpx.Client, name: str, password: str = PASSWORD, **more: str) -> httpx.Response:
    page = browser.get("/sign-in")
    form = re.search(r'name="form" value="([^"]+)"', page.text)
    assert form
    return browser.post("/sign-in", data={"form": form[1], "name": name, "password": password} | more)


@pytest.fixture
def guarded(empty_workspace: Workspace) -> TestClient:
    join(empty_workspace, ("root", "admin"), ("kim", "analyst"))
    return client(empty_workspace)


def test_nothing_is_given_to_who_is_not_signed_in(guarded: TestClient) -> None:
    for path in CLOSED:
        for headers in ({}, {"cookie": "fra_session=guessed"}):
            refused = guarded.get(path, headers=headers)
            assert (path, refused.status_code) == (path, 401)
            assert refused.headers["x-sign-in"] == "needed"
            assert guarded.get(path, headers={"accept": "text/html"} | headers).status_code == 303


def test_nothing_is_taken_from_who_is_not_signed_in(guarded: TestClient) -> None:
    assert {path: guarded.post(path, json={}).status_code for path in CLOSED_POSTS} == dict.fromkeys(CLOSED_POSTS, 401)


def test_a_request_from_another_page_is_refused(guarded: TestClient) -> None:
    assert sign_in(guarded, "kim").status_code == 303
    foreign = ({"origin": "https://evil.example"}, {"origin": ""}, {"origin": "null"}, {"sec-fetch-site": "cross-site"})
    for headers in foreign:
        found = {path: guarded.post(path, json={}, headers=headers).status_code for path in CLOSED_POSTS}
        assert found == dict.fromkeys(CLOSED_POSTS, 403)


def test_a_web_socket_is_refused(guarded: TestClient) -> None:
    with pytest.raises(WebSocketDisconnect) as refused, guarded.websocket_connect("ws://127.0.0.1/"):
        pass
    assert refused.value.code == 1008


@pytest.mark.parametrize(("base", "secure"), [("http://127.0.0.1", False), ("https://127.0.0.1", True)])
def test_the_cookie_is_for_this_server_alone_and_for_no_script(
    empty_workspace: Workspace, base: str, secure: bool
) -> None:
    join(empty_workspace, ("root", "admin"))
    (cookie,) = [
        one
        for one in sign_in(client(empty_workspace, base), "root").headers.get_list("set-cookie")
        if one.startswith("fra_session=")
    ]
    flags = {part.strip().lower() for part in cookie.split(";")[1:]}
    assert {"httponly", "samesite=strict", "path=/"} <= flags
    assert ("secure" in flags) is secure
    assert not any(flag.startswith("domain") for flag in flags)


def test_a_form_without_its_token_or_from_elsewhere_signs_nobody_in(guarded: TestClient) -> None:
    given = {"name": "kim", "password": PASSWORD}
    assert guarded.post("/sign-in", data=given).status_code == 403
    assert guarded.post("/sign-in", data=given | {"form": "guessed"}).status_code == 403
    guarded.headers["origin"] = "https://evil.example"
    assert sign_in(guarded, "kim").status_code == 403
    assert "fra_session" not in guarded.cookies


def test_signing_in_leads_back_and_to_no_other_server(guarded: TestClient) -> None:
    for wanted in ("/?case=c-1", "/import"):
        assert sign_in(guarded, "kim", next=wanted).headers["location"] == wanted
        guarded.cookies.clear()
    for wanted in ("https://evil.example", "//evil.example", "/\\evil.example", "//[", "/\nx", "/sign-out"):
        assert sign_in(guarded, "kim", next=wanted).headers["location"] == "/"
        guarded.cookies.clear()


def test_a_one_time_password_opens_nothing_but_its_change(empty_workspace: Workspace) -> None:
    once = empty_workspace.accounts.add("root", "admin", "test")
    browser = client(empty_workspace)
    page = sign_in(browser, "root", once)
    assert "Choose your own password" in page.text
    assert once not in page.text
    assert "fra_session" not in browser.cookies
    for new, again in (("short", "short"), (PASSWORD, f"{PASSWORD}!"), (once, once)):
        assert sign_in(browser, "root", once, new=new, again=again).status_code == 401
    assert sign_in(browser, "root", once, new=PASSWORD, again=PASSWORD).status_code == 303
    assert browser.get("/desk.css").status_code == 200


def test_guessing_is_ended_and_told_plainly(guarded: TestClient) -> None:
    answers = [sign_in(guarded, "kim", "a wrong password").text for _ in range(6)]
    assert "do not go together" in answers[0]
    assert "wait until" in answers[-1]
    assert sign_in(guarded, "kim").status_code == 401


def test_what_is_typed_into_the_form_stays_text(guarded: TestClient) -> None:
    page = sign_in(guarded, '"><script>alert(1)</script>', "x", next='/"><script>')
    assert "<script>" not in page.text


def test_signing_out_ends_the_session_and_needs_its_form(guarded: TestClient) -> None:
    sign_in(guarded, "kim")
    token = guarded.cookies["fra_session"]
    assert guarded.post("/sign-out", data={"form": "guessed"}).status_code == 403
    assert guarded.get("/desk.css").status_code == 200
    form = re.search(r'name="form" value="([^"]+)"', guarded.get("/account").text)
    assert form
    assert guarded.post("/sign-out", data={"form": form[1]}).status_code == 303
    assert guarded.get("/desk.css", headers={"cookie": f"fra_session={token}"}).status_code == 401


def test_an_account_that_is_closed_or_a_session_that_ended_is_out_at_once(
    empty_workspace: Workspace, guarded: TestClient
) -> None:
    sign_in(guarded, "kim")
    assert guarded.get("/desk.css").status_code == 200
    later = datetime.now(UTC) + timedelta(hours=12, seconds=1)
    assert empty_workspace.accounts.who(guarded.cookies["fra_session"], later) is None
    empty_workspace.accounts.disable("kim", "root")
    assert guarded.get("/desk.css").status_code == 401


@pytest.mark.parametrize("role", ROLES)
def test_a_page_opens_for_the_roles_that_it_is_for(empty_workspace: Workspace, role: Role) -> None:
    join(empty_workspace, ("root", "admin"), ("sam", role))
    browser = client(empty_workspace)
    sign_in(browser, "sam")
    for path, action in (("/import", "import"), ("/support", "ask"), ("/", "look")):
        assert browser.get(path).status_code == (200 if may(role, action) else 403)
    begins = browser.get("/", headers={"accept": "text/html"})
    assert begins.headers.get("location", "/") == ("/" if may(role, "look") else "/support")
    kept = browser.post("/desk/keep", json={"case_id": "c", "reviewer": "mallory"})
    assert kept.status_code == (200 if may(role, "decide") else 403)
    sent = browser.post("/import/files", content=b"id\n1\n", headers={"x-file-name": "a.csv"})
    assert sent.status_code == (200 if may(role, "import") else 403)


@pytest.mark.parametrize("role", ROLES)
def test_a_signal_does_what_the_role_allows_under_the_name_of_the_sign_in(
    workspace: Workspace, serve: Callable[[Workspace], str], role: Role
) -> None:
    join(workspace, ("root", "admin"), ("sam", role))
    address = serve(workspace)
    case_id = workspace.queue(limit=1)[0].case_id
    with httpx.Client(base_url=address, headers={"origin": address}, timeout=60) as browser:
        sign_in(browser, "sam")
        for number, (name, (action, message)) in enumerate(CALLS.items()):
            given = {key: case_id if value == "CASE" else value for key, value in message.items()}
            told = signal(browser, name, given, f"tab{number}")
            assert ("may not" in told) is not may(role, action), f"{role} {name}: {told[:300]}"
    decisions, _ = workspace.history(case_id)
    assert "mallory" not in {one.reviewer for one in decisions}
    if not may(role, "decide"):
        assert workspace.caseload.holder(case_id) is None


def signal(browser: httpx.Client, name: str, message: dict[str, Any], tab: str) -> str:
    """Sends what a page sends, and gives all that came back."""
    config = browser.get("/config").json()
    index = next(one["id"] for one in config["dependencies"] if any(on == name for _, on in one["targets"]))
    body = {"fn_index": index, "session_hash": tab, "data": [None], "event_data": message, "trigger_id": None}
    if name in {"propose", "discard", "train", "ask", "judge"}:
        body["data"] = []
    browser.post("/gradio_api/queue/join", json=body).raise_for_status()
    heard = ""
    with browser.stream("GET", "/gradio_api/queue/data", params={"session_hash": tab}) as stream:
        for line in stream.iter_lines():
            heard += line
            if line.startswith("data:") and json.loads(line[5:])["msg"] in {"process_completed", "close_stream"}:
                break
    return heard
