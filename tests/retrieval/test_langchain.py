from __future__ import annotations

import asyncio

from retrieval import Match, Memory
from retrieval.langchain import MemoryRetriever
from tests.retrieval.conftest import day, item

TEXTS = {"bike": "a red bicycle", "coffee": "roasted coffee beans", "late": "a red bicycle with a bell"}


def show(match: Match) -> str:
    return TEXTS[match.id]


def test_a_retriever_gives_documents_best_first_with_what_the_memory_knows(memory: Memory) -> None:
    memory.remember(item(id, text, links=f"device:{id}", outcome="fraud") for id, text in TEXTS.items())
    retriever = MemoryRetriever(memory=memory, content=show, k=2, as_of=day(1), links=frozenset({"device:bike"}))
    first, second = retriever.invoke("a red bicycle")
    assert (first.id, first.page_content, second.id) == ("bike", "a red bicycle", "late")
    assert first.metadata["similarity"] > second.metadata["similarity"]
    assert first.metadata["tags"] == {"outcome": "fraud"}
    assert first.metadata["shared_links"] == ["device:bike"]
    assert first.metadata["known_at"] == "2026-01-01T00:00:00+00:00"


def test_a_retriever_sees_only_what_was_known_and_not_excluded(memory: Memory) -> None:
    memory.remember(
        [item("bike", TEXTS["bike"]), item("coffee", TEXTS["coffee"]), item("late", TEXTS["late"], known=9)]
    )
    retriever = MemoryRetriever(memory=memory, content=show, as_of=day(5), exclude=frozenset({"coffee"}))
    assert [document.id for document in retriever.invoke("a red bicycle")] == ["bike"]


def test_a_retriever_works_in_a_chain_and_in_async_code(memory: Memory) -> None:
    memory.remember([item("bike", TEXTS["bike"])])
    chain = MemoryRetriever(memory=memory, content=show, as_of=day(1)) | (lambda found: [one.id for one in found])
    assert asyncio.run(chain.ainvoke("a red bicycle")) == ["bike"]
