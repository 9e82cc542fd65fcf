"""The doors for files: who may send one, how large, and what can be fetched."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from assistant.dataset import Choices, ColumnChoice
from assistant.ui import application
from assistant.workspace import Workspace

HERE = {"origin": "http://127.0.0.1", "x-file-name": "orders.csv"}
CONTENT = b"id,opened\n1,2026-01-05\n"


@pytest.fixture
def client(empty_workspace: Workspace) -> TestClient:
    small = {"upload_limit_mb": 1}
    workspace = Workspace.open(settings=empty_workspace.settings.model_copy(update=small))
    return TestClient(application(workspace), base_url="http://127.0.0.1", client=("127.0.0.1", 50000))


def kept(workspace: Workspace) -> list[str]:
    return [upload.name for upload in workspace.uploads.waiting()]


def test_a_file_from_the_page_is_kept_under_a_token(client: TestClient, empty_workspace: Workspace) -> None:
    name = {"x-file-name": "..%2F..%2Fb%C3%BCcher%20%3Cb%3E.csv"}
    token = client.post("/import/files", content=CONTENT, headers=HERE | name).json()["upload"]
    upload = empty_workspace.uploads.get(token)
    assert upload.name == "bücher <b>.csv"
    assert upload.path.read_bytes() == CONTENT
    assert upload.path.is_relative_to(empty_workspace.settings.home / "uploads")


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "http://attacker.example"},
        {"origin": "null"},
        {"origin": ""},
        {"origin": "http://127.0.0.1:9999"},
        {"origin": "http://127.0.0.1", "sec-fetch-site": "cross-site"},
    ],
)
def test_a_file_from_another_page_is_refused(
    client: TestClient, empty_workspace: Workspace, headers: dict[str, str]
) -> None:
    answer = client.post("/import/files", content=CONTENT, headers=HERE | headers)
    assert answer.status_code == 403
    assert kept(empty_workspace) == []


def test_another_name_for_this_machine_is_refused_for_files_too(client: TestClient) -> None:
    hostile = {"host": "attacker.example", "origin": "http://attacker.example"}
    assert client.post("/import/files", content=CONTENT, headers=HERE | hostile).status_code == 400


def test_too_large_is_said_before_and_while_a_file_comes(client: TestClient, empty_workspace: Workspace) -> None:
    large = b"x" * 1_000_001
    said = client.post("/import/files", content=large, headers=HERE)
    chunks = (large[at : at + 65_536] for at in range(0, len(large), 65_536))
    streamed = client.post("/import/files", content=chunks, headers=HERE)  # without a content-length
    for answer in (said, streamed):
        assert answer.status_code == 413
        assert "orders.csv is larger than 1 MB" in answer.json()["error"]
    assert kept(empty_workspace) == []


def test_the_schema_of_an_upload_can_be_fetched_once_it_is_chosen(
    client: TestClient, empty_workspace: Workspace
) -> None:
    token = client.post("/import/files", content=CONTENT, headers=HERE).json()["upload"]
    address = f"/import/files/{token}/schema.toml"
    assert client.get(address).status_code == 404
    columns = {"id": ColumnChoice(role="id"), "opened": ColumnChoice(role="time")}
    upload = empty_workspace.uploads.get(token)
    empty_workspace.uploads.remember(upload, Choices(source="mine", kind="payment", columns=columns))
    answer = client.get(address)
    assert answer.headers["content-disposition"] == 'attachment; filename="mine.toml"'
    assert 'role = "time"' in answer.text


@pytest.mark.parametrize("token", ["0" * 32, "..", "%2e%2e%2f%2e%2e", "orders.csv"])
def test_nothing_is_found_by_anything_but_a_token(client: TestClient, token: str) -> None:
    for name in ("schema.toml", "rejects.csv"):
        assert client.get(f"/import/files/{token}/{name}").status_code == 404


def test_gradios_own_door_for_files_takes_none(client: TestClient) -> None:
    answer = client.post("/gradio_api/upload", files={"files": ("a.csv", b"x" * 100_000)})
    assert answer.status_code == 413


def test_the_page_has_no_public_endpoint(client: TestClient) -> None:
    assert client.get("/import").status_code == 200
    described = client.get("/gradio_api/info").json()
    assert described["named_endpoints"] == {}
    assert described["unnamed_endpoints"] == {}
