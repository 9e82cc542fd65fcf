"""Files that came in through the page, until they are imported.

Promise: a file lies in a private folder of the home under a name that nobody outside chose; what people called it is
only shown. Nothing stays longer than a day, and a file that is too large or broken off leaves nothing behind.
"""

from __future__ import annotations

import json
import re
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path, PurePosixPath

from pydantic import ValidationError

from assistant.dataset.choices import Choices
from assistant.errors import BadInput, NotFound

__all__ = ["Incoming", "TooLarge", "Upload", "Uploads"]

KEEP = timedelta(days=1)
_TOKEN = re.compile(r"[0-9a-f]{32}")
_ENDINGS = frozenset({".csv", ".tsv", ".txt", ".json", ".jsonl", ".ndjson", ".parquet"})
"""The reader tells formats by content; an ending is kept for its messages, and only one of these."""


class TooLarge(BadInput):
    """A file above the limit."""


@dataclass(frozen=True)
class Upload:
    """A file that is here. `name` is what its owner called it: text for people, never a path."""

    token: str
    name: str
    size: int
    received_at: datetime
    path: Path

    @contextmanager
    def called_by_its_name(self) -> Iterator[None]:
        """Messages about the file inside this block say its name instead of where it lies."""
        try:
            yield
        except BadInput as error:
            raise type(error)(str(error).replace(str(self.path), self.name)) from None


class Incoming:
    """A file on its way in."""

    def __init__(self, path: Path, name: str, limit_bytes: int) -> None:
        self._path, self._name, self._limit = path, name, limit_bytes
        self._file = path.open("xb")
        self.size = 0

    def write(self, chunk: bytes) -> None:
        """Takes the next bytes. Raises TooLarge, or BadInput when the disk does not take them."""
        self.size += len(chunk)
        if self.size > self._limit:
            raise _too_large(self._name, self._limit)
        try:
            self._file.write(chunk)
        except OSError as error:
            raise _no_room(self._name, error) from None

    def close(self) -> None:
        try:
            self._file.close()
        except OSError as error:  # what was buffered may be what does not fit
            raise _no_room(self._name, error) from None


class Uploads:
    """The folder of uploaded files."""

    def __init__(self, folder: Path, limit_mb: int) -> None:
        self._folder = folder
        self.limit_bytes = limit_mb * 1_000_000

    def expect(self, name: str, size: int) -> None:
        """Raises TooLarge for a file that says beforehand that it is too large."""
        if size > self.limit_bytes:
            raise _too_large(_called(name), self.limit_bytes)

    @contextmanager
    def incoming(self, name: str) -> Iterator[tuple[str, Incoming]]:
        """A new upload with its token, which is there when the block ends well and never was when it does not."""
        self.sweep()
        token, called = secrets.token_hex(16), _called(name)
        ending = PurePosixPath(called.lower()).suffix
        place = self._folder / f".{token}"
        try:
            place.mkdir(parents=True, mode=0o700)
            self._folder.chmod(0o700)
            incoming = Incoming(place / f"{token}{ending if ending in _ENDINGS else '.csv'}", called, self.limit_bytes)
        except OSError as error:
            raise _no_room(called, error) from None
        try:
            yield token, incoming
            incoming.close()
            self._complete(place, token, called, incoming.size)
        except BaseException:
            with suppress(BadInput):
                incoming.close()
            shutil.rmtree(place, ignore_errors=True)
            raise

    def get(self, token: str) -> Upload:
        """The upload of this token. Raises NotFound."""
        place = self._folder / token
        if not _TOKEN.fullmatch(token) or not (place / "upload.json").is_file():
            raise NotFound("this upload is not here any more: it was imported, or is older than a day; upload it again")
        record = json.loads((place / "upload.json").read_text())
        path = next(place.glob(f"{token}.*"))
        return Upload(token, record["name"], record["size"], datetime.fromisoformat(record["received_at"]), path)

    def waiting(self) -> list[Upload]:
        """All uploads that are not imported yet, the newest first."""
        self.sweep()
        found = []
        for place in self._folder.glob("*"):
            with suppress(NotFound):  # on its way in, or taken away by another tab just now
                found.append(self.get(place.name))
        return sorted(found, key=lambda upload: upload.received_at, reverse=True)

    def remember(self, upload: Upload, choices: Choices) -> None:
        """Keeps what was chosen for an upload, so that an interrupted import can go on with it."""
        try:
            (upload.path.parent / "choices.json").write_text(choices.model_dump_json())
        except OSError as error:
            raise _no_room(upload.name, error) from None

    def choices(self, upload: Upload) -> Choices | None:
        """What was chosen for an upload, or None."""
        try:
            return Choices.model_validate_json((upload.path.parent / "choices.json").read_text())
        except (OSError, ValidationError):
            return None

    def rejects(self, token: str, folder: Path) -> Path | None:
        """The newest rejects file of an upload in `folder`: it is called by the token, as the uploaded file was."""
        found = folder.glob(f"{token}.rejects*.csv") if _TOKEN.fullmatch(token) else ()
        return max(found, key=lambda path: path.stat().st_mtime, default=None)

    def remove(self, upload: Upload) -> None:
        shutil.rmtree(upload.path.parent, ignore_errors=True)

    def sweep(self, now: datetime | None = None) -> None:
        """Removes what is older than a day, half an upload included."""
        oldest = ((now or datetime.now(UTC)) - KEEP).timestamp()
        for place in self._folder.glob("*") if self._folder.is_dir() else ():
            if not _TOKEN.fullmatch(place.name.removeprefix(".")):
                continue
            record = place / "upload.json"  # the folder itself is touched whenever choices are remembered
            with suppress(FileNotFoundError):
                if (record if record.exists() else place).stat().st_mtime < oldest:
                    shutil.rmtree(place, ignore_errors=True)

    def _complete(self, place: Path, token: str, name: str, size: int) -> None:
        record = {"name": name, "size": size, "received_at": datetime.now(UTC).isoformat()}
        try:
            (place / "upload.json").write_text(json.dumps(record))
            place.rename(self._folder / token)
        except OSError as error:
            raise _no_room(name, error) from None


def _too_large(name: str, limit_bytes: int) -> TooLarge:
    limit = f"{limit_bytes // 1_000_000:,} MB"
    return TooLarge(f"{name} is larger than {limit}: split it, use fra import, or raise FRA_UPLOAD_LIMIT_MB")


def _no_room(name: str, error: OSError) -> BadInput:
    return BadInput(f"{name} cannot be kept here ({error.strerror}): make room in the home folder and upload it again")


def _called(name: str) -> str:
    """A file's name without folders, as one short line."""
    bare = re.split(r"[/\\]", name)[-1]
    line = "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in bare).strip()
    return line[:120] or "upload.csv"
