"""Filters that people keep under a name."""

from __future__ import annotations

from sqlalchemy import select

from assistant.store.database import Database
from assistant.store.tables import ViewRow
from assistant.waiting import Filters, View

__all__ = ["Views"]


class Views:
    """Saved views, each of one reviewer."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, reviewer: str) -> list[View]:
        """By name."""
        query = select(ViewRow).where(ViewRow.reviewer == reviewer).order_by(ViewRow.name)
        with self._database.read() as session:
            found = session.scalars(query)
            return [View(name=row.name, filters=Filters.model_validate(row.filters)) for row in found]

    def save(self, reviewer: str, view: View) -> None:
        """Keeps a view; one of the same name is replaced."""
        with self._database.write() as session:
            filters = view.filters.model_dump(exclude_defaults=True)
            session.merge(ViewRow(reviewer=reviewer, name=view.name, filters=filters))

    def remove(self, reviewer: str, name: str) -> None:
        """Forgets a view; where there is none, nothing happens."""
        with self._database.write() as session:
            row = session.get(ViewRow, (reviewer, name))
            if row is not None:
                session.delete(row)
