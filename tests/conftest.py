"""Shared by all tests: nothing touches the user's own home folder, nothing reaches a network."""

from __future__ import annotations

import os
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["TOKENIZERS_PARALLELISM"] = "false"
os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
os.environ.setdefault("OMP_NUM_THREADS", "1")

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
"""A Monday."""


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home folder of the test's own."""
    home = tmp_path / "home"
    monkeypatch.setenv("FRA_HOME", str(home))
    monkeypatch.setenv("FRA_EMBEDDER", "hash")
    monkeypatch.setenv("FRA_WRITER", "scripted")
    monkeypatch.setenv("FRA_THREADS", "1")
    return home


def at(hours: float = 0, days: float = 0) -> datetime:
    """A moment after NOON."""
    return NOON + timedelta(hours=hours, days=days)


@pytest.fixture
def shared_data() -> Path:
    """The folder of outside data; tests that use it carry `needs_shared_data`."""
    from tests.shared_data import SHARED_DATA

    return SHARED_DATA


@pytest.fixture(scope="session")
def demo_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small demo world, imported, trained and indexed once. Tests that change anything use `demo`."""
    return built_demo(tmp_path_factory.mktemp("demo"), cases=500)


def built_demo(home: Path, cases: int) -> Path:
    from assistant.settings import Settings
    from assistant.workspace import Workspace

    workspace = Workspace.open(settings=Settings(home=home, embedder="hash", writer="scripted"))
    workspace.demo(cases=cases, seed=7, end=NOON.date())
    workspace.close()
    return home


@pytest.fixture
def demo(demo_home: Path, own_home: Path) -> Path:
    """A copy of the demo world of the test's own; FRA_HOME points to it."""
    shutil.copytree(demo_home, own_home)
    return own_home
