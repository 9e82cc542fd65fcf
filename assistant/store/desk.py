"""What the desk keeps: finished reviews, and what the memory still has to learn."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import delete, func, insert, select

from assistant.case import Review
from assistant.errors import NotFound
from assistant.store.database import Database
from assistant.store.journal import append
from assistant.store.tables import CaseRow, OutboxRow, ReviewPrecedentRow, ReviewRow

__all__ = ["Outbox", "Reviews"]


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
