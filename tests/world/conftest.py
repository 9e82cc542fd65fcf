"""One demo world for all tests, and readers for its files."""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import pytest

from assistant import world

END = date(2026, 6, 1)
CASES = 6000


@dataclass(frozen=True)
class World:
    files: world.WorldFiles
    payments: list[dict[str, str]]
    identity: list[dict[str, str]]
    merchants: list[dict[str, str]]
    truth: dict[str, dict[str, str]]

    @property
    def by_kind(self) -> dict[str, list[dict[str, str]]]:
        return {"payments": self.payments, "identity": self.identity, "merchants": self.merchants}

    @property
    def rows(self) -> list[dict[str, str]]:
        return [*self.payments, *self.identity, *self.merchants]

    def of(self, typology: str, rows: list[dict[str, str]]) -> list[dict[str, str]]:
        return [row for row in rows if self.truth[row["case_id"]]["typology"] == typology]


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> World:
    files = world.generate(tmp_path_factory.mktemp("world"), cases=CASES, end=END)
    truth = {row["case_id"]: row for row in read(files.truth)}
    return World(files, read(files.payments), read(files.identity), read(files.merchants), truth)


@pytest.fixture
def generate(tmp_path: Path) -> Callable[..., world.WorldFiles]:
    """Makes a small world in a folder of its own."""

    def make(name: str = "small", **wishes: object) -> world.WorldFiles:
        return world.generate(tmp_path / name, **{"cases": 200, "end": END, **wishes})  # type: ignore[arg-type]

    return make
