"""A LangChain retriever over the memory, for chains and agents that expect one.

It is not part of `import retrieval`, because langchain_core takes most of a second to import.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict, Field

from retrieval.items import Match, Query
from retrieval.memory import Memory

__all__ = ["MemoryRetriever"]


class MemoryRetriever(BaseRetriever):
    """Documents for the matches of a text, best first, with metadata id, similarity, known_at, tags and shared_links.

    The memory gives no texts back, so `content` says what the document of a match shows. Without `as_of` the moment of
    the call counts.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    memory: Memory
    content: Callable[[Match], str]
    k: int = Field(default=5, ge=1)
    as_of: datetime | None = None
    links: frozenset[str] = frozenset()
    exclude: frozenset[str] = frozenset()

    def _get_relevant_documents(self, query: str, *, run_manager: CallbackManagerForRetrieverRun) -> list[Document]:
        as_of = self.as_of or datetime.now(UTC)
        asked = Query(text=query, links=self.links, as_of=as_of, exclude=self.exclude)
        return [self._document(match) for match in self.memory.similar(asked, self.k)]

    def _document(self, match: Match) -> Document:
        return Document(
            id=match.id,
            page_content=self.content(match),
            metadata={
                "id": match.id,
                "similarity": match.similarity,
                "known_at": match.known_at.isoformat(),
                "tags": dict(match.tags),
                "shared_links": list(match.shared_links),
            },
        )
