"""Sheets and prompts for the writers, and a tiny model that is installed like the real one."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from assistant.case import Evidence, Sheet
from assistant.errors import NotReady
from assistant.prompt import Prompt, load
from assistant.writer import weights
from assistant.writer.weights import Source
from tests.writer.tiny import write_tiny_gguf


def evidence(line: str, *, untrusted: bool = False) -> Evidence:
    """`E1 + the statement`: the letter gives the kind, `+`, `-` or `0` the polarity."""
    evidence_id, sign, statement = line.split(" ", 2)
    return Evidence.model_validate(
        {
            "id": evidence_id,
            "kind": {"E": "signal", "F": "fact", "P": "precedent", "N": "note", "D": "document", "R": "rule"}[line[0]],
            "polarity": {"+": "raises", "-": "lowers", "0": "neutral"}[sign],
            "statement": statement,
            "values": tuple(statement.split(" ")[1:2]) if line[0] == "P" else (),
            "untrusted": untrusted or line[0] == "N",
        }
    )


PAYMENT = (
    "E1 + the card was first seen 2 hours before this case (shorter than in 96% of cases)",
    "E2 + 4 earlier cases with the same device in the 24 hours before (more than in 98% of cases)",
    "E3 - the email address was first seen 812 days before this case (longer than in 88% of cases)",
    "F1 0 amount: USD 129.00",
    "P1 + case p-00311 turned out to be fraud and was blocked on 2026-10-02: same device; reads alike",
    "P2 + case p-00287 turned out to be fraud: same device; same card",
    "P3 - case p-00102 turned out to be legitimate and was approved on 2026-08-11: same email address",
    "N1 0 customer message: please hurry, it is a birthday gift",
    "D1 + the check digits of the document disagree",
    "R1 0 policy: block has the least expected cost, USD 12.00",
)


def sheet_of(*lines: str | Evidence, **changes: object) -> Sheet:
    """A sheet of a payment with this evidence."""
    return Sheet.model_validate(
        {
            "case_id": "p-00400",
            "kind": "payment",
            "as_of": datetime(2026, 11, 1, tzinfo=UTC),
            "probability": 0.914,
            "band": "high",
            "evidence": tuple(evidence(line) if isinstance(line, str) else line for line in lines),
            "allowed_actions": ("approve", "step_up", "refund", "block", "escalate"),
            "policy_action": "block",
            **changes,
        }
    )


@pytest.fixture
def payment() -> Sheet:
    return sheet_of(*PAYMENT)


@pytest.fixture
def prompt_of() -> Callable[[Sheet], Prompt]:
    return load("draft@v1").render


@pytest.fixture(scope="session")
def real_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home for the real weights, so that they are converted once; without them the test is skipped."""
    try:
        weights.find()
    except NotReady as why:
        pytest.skip(str(why))
    return tmp_path_factory.mktemp("real")


@pytest.fixture(scope="session")
def tiny_site(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Source]:
    """A folder for `sys.path` that holds an installed package with a tiny GGUF file, and its source."""
    site = tmp_path_factory.mktemp("site")
    file = site / "tiny_weights" / "tiny.gguf"
    file.parent.mkdir()
    write_tiny_gguf(file)
    info = site / "tiny_weights-0.0.1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: tiny-weights\nVersion: 0.0.1\n")
    (info / "RECORD").write_text("tiny_weights/tiny.gguf,,\ntiny_weights-0.0.1.dist-info/METADATA,,\n")
    # Importing it would be a mistake, and fail.
    (site / "tiny_weights" / "__init__.py").write_text("raise ImportError('the package must not be imported')\n")
    return site, Source("tiny", "tiny-weights", "0.0.1", hashlib.sha256(file.read_bytes()).hexdigest())


@pytest.fixture
def tiny(tiny_site: tuple[Path, Source], monkeypatch: pytest.MonkeyPatch) -> Source:
    """The tiny model, installed for this test."""
    monkeypatch.syspath_prepend(str(tiny_site[0]))
    return tiny_site[1]
