"""What the desk reads and writes: scores, the queue, finished reviews, and what the memory still has to learn."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NamedTuple, cast

from sqlalchemy import Table, delete, func, insert, select

from assistant.case import Band, Review
from assistant.errors import NotFound
from assistant.store.database import Database
from assistant.store.journal import append
from assistant.store.tables import CaseRow, OutboxRow, ReviewPrecedentRow, ReviewRow, ScoreRow

__all__ = ["Outbox", "Queue", "QueueRow", "Reviews", "Score"]


class Score(NamedTuple):
    """What the queue and the memory keep of a scorecard. `reasons` maps the signals that raised it most to
    what they say of the case."""

    case_id: str
    model: str
    probability: float | None
    band: Band
    expected_loss: float
    queue_key: float
    reasons: dict[str, str]


class QueueRow(NamedTuple):
    """An open case as the queue shows it. `expected_loss` is in major units of the policy's currency."""

    case_id: str
    kind: str
    probability: float | None
    band: str
    expected_loss: float
    status: str
    opened_at: datetime
    amount_minor: int | None
    currency: str | None


# plain inserts take a third of the time of the ORM's
SCORES = cast(Table, ScoreRow.__table__)


class Queue:
    """Scores, and the open cases in the order of `queue_key`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def save(self, scores: Sequence[Score]) -> None:
        with self._database.write() as session:
            for start in range(0, len(scores), 500):
                part = scores[start : start + 500]
                session.execute(delete(ScoreRow).where(ScoreRow.case_id.in_([score.case_id for score in part])))
                session.execute(insert(SCORES), [score._asdict() for score in part])

    def open_cases(self, limit: int, skip: Sequence[str] = (), kind: str | None = None) -> list[QueueRow]:
        """The next open cases. A case without a score is not in the queue: import and train give it one."""
        query = (
            select(
                CaseRow.case_id,
                CaseRow.kind,
                ScoreRow.probability,
                ScoreRow.band,
                ScoreRow.expected_loss,
                CaseRow.status,
                CaseRow.opened_at,
                CaseRow.amount_minor,
                CaseRow.currency,
            )
            .join(ScoreRow, ScoreRow.case_id == CaseRow.case_id)
            .where(CaseRow.status == "open")
            .order_by(ScoreRow.queue_key.desc(), CaseRow.case_id)
            .limit(limit)
        )
        if skip:
            query = query.where(CaseRow.case_id.not_in(skip))
        if kind:
            query = query.where(CaseRow.kind == kind)
        with self._database.read() as session:
            return [QueueRow(*row) for row in session.execute(query)]

    def counts(self) -> dict[str, int]:
        """How many cases are open and decided."""
        with self._database.read() as session:
            rows = session.execute(select(CaseRow.status, func.count()).group_by(CaseRow.status))
            return {"open": 0, "decided": 0} | {row[0]: row[1] for row in rows}

    def probabilities(self, model: str) -> dict[str, float]:
        """The score of each case that this model could score."""
        query = select(ScoreRow.case_id, ScoreRow.probability).where(ScoreRow.model == model)
        with self._database.read() as session:
            return {case_id: chance for case_id, chance in session.execute(query) if chance is not None}

    def reasons(self, case_ids: Sequence[str]) -> dict[str, dict[str, str]]:
        """What raised the score of each case most: signal → words."""
        with self._database.read() as session:
            rows = session.execute(
                select(ScoreRow.case_id, ScoreRow.reasons).where(ScoreRow.case_id.in_(list(case_ids)))
            )
            return {case_id: dict(reasons) for case_id, reasons in rows}


class Reviews:
    """Finished reviews, whole."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def save(self, review: Review, actor: str) -> None:
        body = review.model_dump(mode="json") | {"sheet": review.sheet.model_dump(mode="json")}
        with self._database.write() as session:
            session.add(
                ReviewRow(
                    review_id=review.review_id,
                    case_id=review.case_id,
                    as_of=review.as_of,
                    made_at=datetime.now(UTC),
                    body=body,
                )
            )
            session.flush()
            used = {case_id for one in review.precedents for case_id in (one.case_id, *one.ring)}
            for case_id in sorted(used):
                session.add(ReviewPrecedentRow(review_id=review.review_id, case_id=case_id))
            append(
                session,
                actor=actor,
                verb="review",
                subject=review.case_id,
                body={
                    "review_id": review.review_id,
                    "sheet": review.sheet.hash,
                    "draft": review.draft.hash,
                    "status": review.draft.status,
                    "action": review.draft.action,
                },
            )

    def get(self, review_id: str) -> Review:
        with self._database.read() as session:
            row = session.get(ReviewRow, review_id)
        if row is None:
            raise NotFound(f"there is no review {review_id!r}")
        return Review.model_validate(row.body)

    def latest(self, case_id: str) -> Review | None:
        """The newest review of a case. A draft that was written again has the `as_of` of the one before."""
        newest = ReviewRow.made_at.desc(), ReviewRow.as_of.desc()
        query = select(ReviewRow).where(ReviewRow.case_id == case_id).order_by(*newest).limit(1)
        with self._database.read() as session:
            row = session.scalars(query).first()
        return Review.model_validate(row.body) if row else None


class Outbox:
    """Cases whose memory item may be out of date. Handing one out twice does no harm; forgetting one would."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def pending(self, limit: int) -> list[tuple[int, str]]:
        """The oldest entries: (sequence number, case id)."""
        with self._database.read() as session:
            rows = session.execute(select(OutboxRow.seq, OutboxRow.case_id).order_by(OutboxRow.seq).limit(limit))
            return [(seq, case_id) for seq, case_id in rows]

    def count(self) -> int:
        """How many entries wait."""
        with self._database.read() as session:
            return session.scalar(select(func.count()).select_from(OutboxRow)) or 0

    def done(self, up_to: int) -> None:
        """Forgets entries up to a sequence number, after the memory has them on disk."""
        with self._database.write() as session:
            session.execute(delete(OutboxRow).where(OutboxRow.seq <= up_to))

    def refill(self) -> int:
        """Queues every case again, for a rebuild. Returns how many."""
        with self._database.write() as session:
            session.execute(delete(OutboxRow))
            ids = list(session.scalars(select(CaseRow.case_id).order_by(CaseRow.opened_at, CaseRow.case_id)))
            if ids:
                session.execute(insert(OutboxRow), [{"case_id": case_id} for case_id in ids])
        return len(ids)
