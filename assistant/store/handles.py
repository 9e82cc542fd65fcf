"""By what a case can be found: reads the handles that `intake` writes with every case, and the entities beside them."""

from __future__ import annotations

from sqlalchemy import select

from assistant.store.database import Database
from assistant.store.tables import EntityRow, HandleRow

__all__ = ["Handles"]


class Handles:
    """The handles of a store. What two questions need most: who holds this one, and which are spelt nearly like it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def holders(self, type_: str, key: str, most: int) -> list[str]:
        """Ids of at most so many cases with this handle, in the order of ids."""
        query = select(HandleRow.case_id).where(HandleRow.type == type_, HandleRow.key == key).limit(most)
        with self._database.read() as session:
            return list(session.scalars(query))

    def touching(self, type_: str, key: str, most: int) -> list[str]:
        """The same for an entity, such as an email address."""
        query = select(EntityRow.case_id).where(EntityRow.type == type_, EntityRow.key == key).limit(most)
        with self._database.read() as session:
            return list(session.scalars(query))

    def beginning(self, type_: str, start: str, most: int) -> list[str]:
        """Different handles that begin so."""
        return self._beginning(HandleRow, type_, start, most)

    def entities_beginning(self, type_: str, start: str, most: int) -> list[str]:
        """Different entities that begin so."""
        return self._beginning(EntityRow, type_, start, most)

    def _beginning(self, table: type[HandleRow] | type[EntityRow], type_: str, start: str, most: int) -> list[str]:
        within = table.key.between(start, start + "\U0010ffff")
        query = select(table.key).where(table.type == type_, within).distinct().limit(most)
        with self._database.read() as session:
            return list(session.scalars(query))
