"""Somebody's files become cases: a schema says what the columns mean, every row is accounted for."""

from assistant.dataset.cells import Fault
from assistant.dataset.guess import propose
from assistant.dataset.load import ImportResult, Progress, Sink, Verdict, import_file
from assistant.dataset.query import Query
from assistant.dataset.reading import Source
from assistant.dataset.schema import Column, LabelRule, Schema

__all__ = [
    "Column",
    "Fault",
    "ImportResult",
    "LabelRule",
    "Progress",
    "Query",
    "Schema",
    "Sink",
    "Source",
    "Verdict",
    "import_file",
    "propose",
]
