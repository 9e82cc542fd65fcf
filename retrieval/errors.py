"""What can go wrong in the memory, and what to do next.

RetrievalError
├── CannotWrite     the side table cannot be written, such as on a full disk: nothing of the write was kept
├── IndexMismatch   what is stored does not fit what asks for it, or a part of it is gone: clear() and remember again
├── InvalidValue    an item, a query or an argument cannot be stored or asked for (also a ValueError)
├── Unreachable     a Chroma server does not answer: what is written meanwhile waits for its vectors
└── WeightsMissing  an embedder's weights are not installed, or are not the ones that it was built for

Every message is one line: what is wrong, which one, what to do next.
"""

__all__ = ["CannotWrite", "IndexMismatch", "InvalidValue", "RetrievalError", "Unreachable", "WeightsMissing"]

REBUILD = "rebuild it (clear, then remember everything again)"
"""What to do after an IndexMismatch; part of its messages."""


class RetrievalError(Exception):
    """The base of every error that this package raises on purpose."""


class CannotWrite(RetrievalError):
    """The side table cannot be written; nothing was changed."""


class IndexMismatch(RetrievalError):
    """The stored index cannot answer; it is derived data, so clear it and remember everything again."""


class InvalidValue(RetrievalError, ValueError):
    """Nothing was stored or asked, because a value cannot be used."""


class Unreachable(RetrievalError):
    """A Chroma server does not answer; the other views do."""


class WeightsMissing(RetrievalError):
    """The weights of an embedder are not there, or are not the expected ones."""
