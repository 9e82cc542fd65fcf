"""Questions to the support desk with their answers, and what the askers said of these. Each leaves a journal entry."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import select

from assistant.errors import NotFound
from assistant.store.database import Database
from assistant.store.journal import append
from assistant.store.tables import QuestionRow

__all__ = ["Kept", "Questions"]


class Kept(NamedTuple):
    """One question as it is kept: without personal data."""

    question_id: str
    at: datetime
    actor: str
    role: str
    case_id: str | None
    topic: str
    status: str
    text: str
    answer: dict[str, Any]
    thumb: int | None = None
    correction: str = ""
    wanted: bool = False


class Questions:
    """The questions of a store."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def keep(self, one: Kept) -> None:
        """A question with its answer; the journal holds who asked about which case, and the answer's digest."""
        with self._database.write() as session:
            session.add(QuestionRow(**one._asdict()))
            body = {"question": one.question_id, "role": one.role, "topic": one.topic, "status": one.status}
            append(session, one.actor, "asked", one.case_id or "", body | {"answer": _digest(one.answer)})

    def judge(
        self, question_id: str, actor: str, *, thumb: int | None = None, correction: str = "", wanted: bool = False
    ) -> None:
        """Adds what somebody says of an answer; what was said before and is not said now stays. Raises NotFound."""
        with self._database.write() as session:
            row = session.get(QuestionRow, question_id)
            if row is None:
                raise NotFound(f"there is no question {question_id!r}; ask it again")
            row.thumb = row.thumb if thumb is None else thumb
            row.correction = correction or row.correction
            row.wanted = row.wanted or wanted
            body = {"question": question_id, "thumb": thumb, "corrected": bool(correction), "article": wanted}
            append(session, actor, "judged answer", row.case_id or "", body)

    def since(self, moment: datetime, statuses: Sequence[str] = ()) -> list[Kept]:
        """Questions from a moment on, oldest first; of some statuses, or those that somebody was not content with."""
        query = select(QuestionRow).where(QuestionRow.at >= moment).order_by(QuestionRow.at, QuestionRow.question_id)
        if statuses:
            unhappy = (QuestionRow.thumb < 0) | (QuestionRow.correction != "") | QuestionRow.wanted
            query = query.where(QuestionRow.status.in_(statuses) | unhappy)
        with self._database.read() as session:
            return [Kept(**{name: getattr(row, name) for name in Kept._fields}) for row in session.scalars(query)]


def _digest(answer: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(answer, sort_keys=True, ensure_ascii=False, default=str).encode()).hexdigest()
