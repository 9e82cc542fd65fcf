"""The server: where it listens, whom it answers, and what it does not load."""

from __future__ import annotations

import socket
import subprocess
import sys

import pytest
from fastapi.testclient import TestClient

from assistant.errors import BadInput
from assistant.ui import application, serve
from assistant.workspace import Workspace


@pytest.fixture
def client(empty_workspace: Workspace) -> TestClient:
    return TestClient(application(empty_workspace), base_url="http://127.0.0.1", client=("127.0.0.1", 50000))


def test_a_taken_port_is_one_line_that_names_the_port_and_the_setting(empty_workspace: Workspace) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        empty_workspace.settings = empty_workspace.settings.model_copy(update={"port": port})
        with pytest.raises(BadInput, match=rf"port {port} .* FRA_PORT") as refused:
            serve(empty_workspace)
    assert "\n" not in str(refused.value)


def test_the_browser_is_told_to_talk_to_nobody_else(client: TestClient) -> None:
    policy = client.get("/").headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "connect-src 'self'" in policy
    assert "http" not in policy


def test_another_name_for_this_machine_is_refused(client: TestClient) -> None:
    assert client.get("/", headers={"host": "attacker.example"}).status_code == 400
    assert client.get("/", headers={"host": "localhost:7860"}).status_code == 200


def test_without_accounts_only_this_machine_is_let_in(empty_workspace: Workspace) -> None:
    app = application(empty_workspace)
    here, there, odd = (
        TestClient(app, base_url="http://127.0.0.1", client=(host, 50000))
        for host in ("127.0.0.1", "203.0.113.9", "a-name")
    )
    assert [client.get("/desk.css").status_code for client in (here, there, odd)] == [200, 403, 403]
    assert "fra people add" in there.get("/").text


def test_no_handler_is_a_public_endpoint(client: TestClient) -> None:
    described = client.get("/gradio_api/info").json()
    assert described["named_endpoints"] == {}
    assert described["unnamed_endpoints"] == {}


def test_the_page_needs_no_torch() -> None:
    code = "import sys, assistant.ui; sys.exit('torch' in sys.modules or 'transformers' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
