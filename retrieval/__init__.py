"""A memory of items that are found again by meaning, by rare words and by shared links, as it was known at any moment.

It is generic: items have ids, times, texts, links and tags, and what they are about is the caller's business.

    memory = Memory(Path("memory"), MiniLM())
    memory.remember([Item(id="a", known_at=moment, text="a red bicycle", links=frozenset({"shop:7"}))])
    memory.similar(Query(text="bike", links=frozenset({"shop:7"}), as_of=later), k=5)

Importing it loads neither torch nor Chroma. `retrieval.langchain` has a LangChain retriever.
"""

from retrieval.embed import Embedder, HashEmbedder, MiniLM
from retrieval.errors import CannotWrite, IndexMismatch, InvalidValue, RetrievalError, Unreachable, WeightsMissing
from retrieval.fuse import Fused, View, fuse
from retrieval.items import TEXT_LIMIT, Item, Lens, Match, Matches, Query
from retrieval.memory import Memory
from retrieval.model_folder import ModelFolder

__all__ = [
    "TEXT_LIMIT",
    "CannotWrite",
    "Embedder",
    "Fused",
    "HashEmbedder",
    "IndexMismatch",
    "InvalidValue",
    "Item",
    "Lens",
    "Match",
    "Matches",
    "Memory",
    "MiniLM",
    "ModelFolder",
    "Query",
    "RetrievalError",
    "Unreachable",
    "View",
    "WeightsMissing",
    "fuse",
]
