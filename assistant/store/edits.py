"""What people changed in drafts: every edit beside the review that it belongs to, never in place of it.

An edit is journaled with the digests of the draft before and after it. What may be said is checked by others.
"""

from __future__ import annotations

from sqlalchemy import func, select

from assistant.case import Draft, DraftEdit
from assistant.errors import BadInput, NotFound
from assistant.store.database import Database
from assistant.store.journal import append
from assistant.store.tables import CaseRow, DraftEditRow, ReviewRow
from assistant.store.verdicts import refuse_decided

__all__ = ["Edits"]


class Edits:
    """The edits of drafts, by review and number."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def save(self, edit: DraftEdit, before: Draft) -> None:
        """Stores an edit of the version `before`; it is on disk when this returns.

        Raises BadInput when somebody decided the case or edited the draft meanwhile, so that nobody's words are
        replaced unseen."""
        made = edit.draft.edited
        if made is None:
            raise ValueError("an edit says who made it")
        with self._database.write() as session:
            review = session.get(ReviewRow, edit.review_id)
            case = session.get(CaseRow, review.case_id) if review else None
            if case is None:
                raise NotFound(f"there is no review {edit.review_id!r}")
            refuse_decided(session, case)
            last = session.scalar(select(func.max(DraftEditRow.number)).where(DraftEditRow.review_id == edit.review_id))
            if made.number != (last or 0) + 1:
                raise BadInput(f"somebody else edited the draft of {case.case_id} meanwhile; open the case again")
            body = edit.model_dump(mode="json")
            session.add(
                DraftEditRow(
                    review_id=edit.review_id,
                    number=made.number,
                    editor=made.editor,
                    at=made.at,
                    changes=body["changes"],
                    draft=body["draft"],
                )
            )
            append(
                session,
                actor=made.editor,
                verb="edit",
                subject=case.case_id,
                body={
                    "review_id": edit.review_id,
                    "number": made.number,
                    "before": before.hash,
                    "after": edit.draft.hash,
                    "status": edit.draft.status,
                },
            )

    def get(self, review_id: str, number: int) -> DraftEdit:
        """One edit. Raises NotFound."""
        found = next(
            (one for one in self.of(review_id) if one.draft.edited and one.draft.edited.number == number), None
        )
        if found is None:
            raise NotFound(f"there is no edit {number} of review {review_id!r}; open the case again")
        return found

    def of(self, review_id: str) -> list[DraftEdit]:
        """All edits of a review's draft, oldest first."""
        query = select(DraftEditRow).where(DraftEditRow.review_id == review_id).order_by(DraftEditRow.number)
        with self._database.read() as session:
            return [
                DraftEdit.model_validate({"review_id": row.review_id, "draft": row.draft, "changes": row.changes})
                for row in session.scalars(query)
            ]
