"""A small demo world, a real server on a free port, and a real browser."""

from __future__ import annotations

import os
import shutil
import socket
import threading
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from assistant.settings import Settings
from assistant.ui import application
from assistant.workspace import Workspace

Open = Callable[..., Any]
ABORTED = "AbortError: signal is aborted without reason"
CHROMIUM = Path("/usr/bin/chromium")
PATIENCE_MS = 1000 * float(os.environ.get("FRA_BROWSER_PATIENCE_S", "20"))
"""How long a page may take for anything; more where the machine is busy with something else."""
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home folder with a demo world; tests work on copies."""
    home = tmp_path_factory.mktemp("world") / "home"
    workspace = Workspace.open(settings=settings(home))
    workspace.demo(cases=500, seed=7, end=date(2026, 3, 1))
    workspace.close()
    return home


@pytest.fixture
def workspace(world: Path, own_home: Path) -> Iterator[Workspace]:
    """A workspace on a demo world of the test's own."""
    shutil.copytree(world, own_home)
    workspace = Workspace.open(settings=settings(own_home))
    yield workspace
    workspace.close()


@pytest.fixture
def empty_workspace(own_home: Path) -> Iterator[Workspace]:
    workspace = Workspace.open(settings=settings(own_home))
    yield workspace
    workspace.close()


@pytest.fixture
def serve() -> Iterator[Callable[[Workspace], str]]:
    """Serves a workspace for the length of a test and gives its address."""
    running: list[tuple[uvicorn.Server, threading.Thread]] = []

    def start(workspace: Workspace) -> str:
        listener = socket.create_server(("127.0.0.1", 0))
        server = uvicorn.Server(
            uvicorn.Config(application(workspace), log_level="warning", timeout_graceful_shutdown=1)
        )
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        running.append((server, thread))
        return f"http://127.0.0.1:{listener.getsockname()[1]}"

    yield start
    for server, thread in running:
        server.should_exit = True
        thread.join(timeout=10)


@pytest.fixture(scope="package")
def browser() -> Iterator[Any]:
    """Chromium. Missing, it skips on a laptop and fails in CI.

    Closed with the last test of this folder, because Playwright leaves an event loop running while it lives, and the
    tests of other folders have loops of their own.
    """
    missing = "" if CHROMIUM.exists() else f"{CHROMIUM} is not installed"
    try:
        from playwright.sync_api import sync_playwright
    except ImportError as error:
        missing = str(error)
    if missing:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(f"no browser: {missing}")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def open_page(browser: Any) -> Iterator[Open]:
    """Opens a page that must never complain and never talk to anybody else."""
    contexts = []
    heard: list[str] = []

    def start(address: str, path: str = "/", ready: str = "#verdict section", **options: Any) -> Any:
        context = browser.new_context(**({"viewport": {"width": 1366, "height": 768}} | options))
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.on("console", lambda message: heard.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: heard.append(str(error)))
        page.on(
            "request",
            lambda request: (
                None if request.url.startswith((address, "data:", "blob:")) else heard.append(f"to {request.url}")
            ),
        )
        page.goto(address + path)
        page.wait_for_selector(ready)
        return page

    yield start
    for context in contexts:
        context.close()
    assert complaints(heard) == []


def complaints(heard: list[str]) -> list[str]:
    """What was heard, without what Gradio's client says of its own stream when a page is left in the middle of it."""
    left = any(ABORTED in one for one in heard)
    return [one for one in heard if ABORTED not in one and not (left and "Connection errored out" in one)]


def settings(home: Path, **changes: Any) -> Settings:
    return Settings(**{"home": home, "embedder": "hash", "writer": "scripted", "threads": 1} | changes)
