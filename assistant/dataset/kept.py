"""The schemas that files were imported with, one for each source.

Promise: a file with the columns of an earlier import is recognised, the mended rejects of that import among them, so
that nobody describes the same export twice. A schema is replaced as a whole or not at all.
"""

from __future__ import annotations

import logging
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

from assistant.dataset.rejects import ADDED, is_rejects_file
from assistant.dataset.schema import Schema
from assistant.dataset.schema_text import schema_text
from assistant.errors import BadInput

__all__ = ["KeptSchemas"]

log = logging.getLogger(__name__)


class KeptSchemas:
    """A folder of `<source>.toml`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, schema: Schema) -> Path:
        """Keeps the schema in place of the last one of its source. Raises BadInput where the folder cannot be used."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(prefix=f".{schema.source}-", suffix=".part", dir=self._folder)
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(schema_text(schema))
            return Path(name).replace(self._folder / f"{schema.source}.toml")
        except OSError as error:
            raise BadInput(f"the schema cannot be kept ({error.strerror}): make room in the home folder") from None

    def fitting(self, columns: Sequence[str]) -> Schema | None:
        """The newest schema that knows exactly these columns, or None. A rejects file has the columns of its origin."""
        files = sorted(self._folder.glob("*.toml"), key=lambda path: path.stat().st_mtime, reverse=True)
        for path in files:
            try:
                schema = Schema.load(path)
            except BadInput as error:
                log.warning("a kept schema is left out: %s", error)
                continue
            own = columns[: -len(ADDED)] if is_rejects_file(columns, schema) else columns
            used = {name for name, column in schema.columns.items() if column.role != "ignore"}
            if used <= set(own) <= set(schema.columns):
                return schema
        return None
