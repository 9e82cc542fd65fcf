"""A small marketplace with one customer who has two cases, a namesake, and a case of every state."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from assistant.case import CaseRecord, Decision
from assistant.policy import load_policy
from assistant.store import Store
from assistant.support import Answer, SupportDesk
from retrieval import Embedder, HashEmbedder, MiniLM
from tests.cases import case, fact, record
from tests.conftest import at

NOW = at(days=3)
JANE = (fact("email", "jane@mail.example"), fact("phone", "+44 7700 900123"), fact("name", "Jane Okafor-Brandt"))


def records() -> list[CaseRecord]:
    held = case("p-4711", at(days=2.5), *JANE, fact("card", "card_400000_x_4242"), fact("country", "GB"), amount=12950)
    blocked = case("p-4712", at(days=1), *JANE, fact("card", "card_400000_y_1881"), amount=900)
    namesake = case("p-4800", at(days=1), fact("email", "other@mail.example"), fact("name", "Jane Okafor-Brandt"))
    refund = case("p-5000", at(days=1), fact("refund", "EUR 20.00"), fact("country", "FR"), amount=2000)
    asked = case("i-0042", at(days=1), fact("name", "Aldo Venn"), fact("email", "aldo@post.example"), kind="identity")
    payout = case("m-0007", at(days=1), fact("merchant", "Lantern & Loom"), kind="merchant", amount=250000)
    passed_on = case("p-6000", at(days=2.5), fact("email", "carl@post.example"))
    late = case("p-7000", at(hours=1), fact("email", "lena@post.example"))
    return [
        record(held),
        record(blocked, done("p-4712", "block")),
        record(namesake, done("p-4800", "approve")),
        record(refund, done("p-5000", "refund")),
        record(asked, done("i-0042", "request_documents")),
        record(payout, done("m-0007", "hold_payout")),
        record(passed_on, done("p-6000", "escalate", days=2.6)),
        record(late),
    ]


def done(case_id: str, action: str, days: float = 2) -> Decision:
    return Decision(
        case_id=case_id, action=action, reason="secret reason", reviewer="r.hidden", decided_at=at(days=days)
    )


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = Store(tmp_path / "fra.db")
    store.cases.upsert("test", records())
    return store


@pytest.fixture(scope="session")
def minilm() -> Embedder:
    return MiniLM("auto")


@pytest.fixture
def desk(store: Store, tmp_path: Path) -> SupportDesk:
    """With the double for an embedder: topics are given by the tests."""
    return SupportDesk(store, load_policy(None), tmp_path, HashEmbedder)


@pytest.fixture
def ask(store: Store, tmp_path: Path, minilm: Embedder) -> Callable[..., Answer]:
    """Asks the real thing."""
    desk = SupportDesk(store, load_policy(None), tmp_path, lambda: minilm)
    return lambda text, **more: desk.ask(text, actor="sam", as_of=NOW, **more)
