"""The truth: cases, decisions, outcomes, reviews and the journal in one database.

The memory and the scores are derived from it and can be made again. Leaves scoring, wording and policy to others.
"""

from __future__ import annotations

from pathlib import Path

from assistant.store.cases import Cases, Upserted
from assistant.store.claims import Claims
from assistant.store.database import Database
from assistant.store.desk import Outbox, Reviews
from assistant.store.edits import Edits
from assistant.store.handles import Handles
from assistant.store.imports import ImportRun, Imports, Interrupted
from assistant.store.journal import Audit, Journal
from assistant.store.once import CasesOnce
from assistant.store.people import People
from assistant.store.placing import Score
from assistant.store.questions import Kept, Questions
from assistant.store.queue import Queue, QueueRow
from assistant.store.verdicts import Verdicts, Withdrawn
from assistant.store.views import Views

__all__ = [
    "Audit",
    "CasesOnce",
    "ImportRun",
    "Interrupted",
    "Kept",
    "QueueRow",
    "Score",
    "Store",
    "Upserted",
    "Withdrawn",
]


class Store:
    """The records of one home folder, by noun."""

    def __init__(self, path: Path) -> None:
        self.database = Database(path)
        self.cases = Cases(self.database)
        self.handles = Handles(self.database)
        self.imports = Imports(self.database)
        self.verdicts = Verdicts(self.database)
        self.queue = Queue(self.database)
        self.claims = Claims(self.database)
        self.views = Views(self.database)
        self.reviews = Reviews(self.database)
        self.edits = Edits(self.database)
        self.outbox = Outbox(self.database)
        self.people = People(self.database)
        self.questions = Questions(self.database)
        self.journal = Journal(self.database)

    def close(self) -> None:
        self.database.close()
