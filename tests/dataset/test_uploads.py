"""Uploaded files: private, bounded, found by their token alone, gone after a day."""

from __future__ import annotations

import errno
import os
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from assistant.dataset import Choices, ColumnChoice, KeptSchemas, Schema, TooLarge, Upload, Uploads
from assistant.errors import BadInput, NotFound

from .conftest import PAYMENTS


@pytest.fixture
def uploads(tmp_path: Path) -> Uploads:
    return Uploads(tmp_path / "uploads", limit_mb=1)


def receive(uploads: Uploads, name: str = "orders.csv", content: bytes = b"id,opened\n1,2026-01-05\n") -> Upload:
    with uploads.incoming(name) as (token, incoming):
        incoming.write(content)
    return uploads.get(token)


@pytest.mark.parametrize(
    ("name", "shown", "ending"),
    [
        ("orders.csv", "orders.csv", ".csv"),
        ("../../etc/passwd", "passwd", ".csv"),
        ("C:\\Users\\ann\\Export.PARQUET", "Export.PARQUET", ".parquet"),
        ("a\u202ecsv.exe\n", "a\ufffdcsv.exe\ufffd", ".csv"),
        ("", "upload.csv", ".csv"),
        ("x" * 5000 + ".jsonl", "x" * 120, ".jsonl"),
    ],
)
def test_a_name_from_outside_is_shown_and_never_a_path(
    tmp_path: Path, uploads: Uploads, name: str, shown: str, ending: str
) -> None:
    upload = receive(uploads, name)
    assert upload.name == shown
    assert upload.path.parent == tmp_path / "uploads" / upload.token
    assert upload.path.name in {f"{upload.token}{ending}", f"{upload.token}.csv"}
    assert stat.S_IMODE(upload.path.parent.stat().st_mode) == 0o700


def test_a_file_above_the_limit_leaves_nothing_behind(tmp_path: Path, uploads: Uploads) -> None:
    with pytest.raises(TooLarge, match=r"orders.csv is larger than 1 MB.*FRA_UPLOAD_LIMIT_MB"):
        receive(uploads, content=b"x" * 1_000_001)
    with pytest.raises(TooLarge):
        uploads.expect("orders.csv", 1_000_001)
    assert list((tmp_path / "uploads").iterdir()) == []


def test_an_upload_that_breaks_off_leaves_nothing_behind(tmp_path: Path, uploads: Uploads) -> None:
    def break_off() -> None:
        with uploads.incoming("orders.csv") as (_, incoming):
            incoming.write(b"id,")
            raise ConnectionError

    with pytest.raises(ConnectionError):
        break_off()
    assert list((tmp_path / "uploads").iterdir()) == []
    assert uploads.waiting() == []


def test_a_full_disk_is_one_line_that_says_what_to_do(
    tmp_path: Path, uploads: Uploads, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any, **__: Any) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(Path, "mkdir", full)
    with pytest.raises(BadInput, match="No space left on device") as refused:
        receive(uploads)
    assert str(tmp_path) not in str(refused.value)


@pytest.mark.parametrize("token", ["", "..", "../x", "0" * 31, "0" * 32, "G" * 32, "/etc/passwd"])
def test_a_token_that_nobody_was_given_finds_nothing(tmp_path: Path, uploads: Uploads, token: str) -> None:
    (tmp_path / "x").mkdir()
    (tmp_path / "x" / "upload.json").write_text("{}")
    receive(uploads)
    with pytest.raises(NotFound):
        uploads.get(token)
    assert uploads.rejects(token, tmp_path) is None


def test_what_is_older_than_a_day_goes_and_what_is_younger_stays(tmp_path: Path, uploads: Uploads) -> None:
    old, young = receive(uploads, "old.csv"), receive(uploads, "young.csv")
    long_ago = (datetime.now(UTC) - timedelta(hours=25)).timestamp()
    os.utime(old.path.parent / "upload.json", (long_ago, long_ago))
    (tmp_path / "uploads" / "somebody's folder").mkdir()
    os.utime(tmp_path / "uploads" / "somebody's folder", (long_ago, long_ago))
    assert [one.name for one in uploads.waiting()] == ["young.csv"]
    assert not old.path.exists()
    assert (tmp_path / "uploads" / "somebody's folder").is_dir()
    uploads.remove(young)
    assert uploads.waiting() == []


def test_choices_are_remembered_with_their_upload(uploads: Uploads) -> None:
    upload = receive(uploads)
    assert uploads.choices(upload) is None
    typed = Choices(source="half a source!", kind="", columns={"id": ColumnChoice(role="id")})
    uploads.remember(upload, typed)
    assert uploads.choices(uploads.get(upload.token)) == typed


def test_messages_inside_the_block_say_the_name_and_not_the_place(uploads: Uploads) -> None:
    upload = receive(uploads)
    with pytest.raises(NotFound, match=r"^orders.csv is odd$"), upload.called_by_its_name():
        raise NotFound(f"{upload.path} is odd")


def test_a_file_with_known_columns_finds_the_schema_it_came_with(tmp_path: Path) -> None:
    kept = KeptSchemas(tmp_path / "schemas")
    columns = ["id", "opened", "price", "email", "fraud"]
    assert kept.fitting(columns) is None
    schema = Schema.parse(PAYMENTS)
    assert kept.keep(schema) == tmp_path / "schemas" / "orders.toml"
    assert kept.fitting(columns) == schema
    assert kept.fitting([*reversed(columns), "row", "reason"]) == schema  # its mended rejects
    assert kept.fitting([*columns, "colour"]) is None
    assert kept.fitting(columns[1:]) is None


def test_a_broken_kept_schema_is_left_out_and_said(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    kept = KeptSchemas(tmp_path)
    kept.keep(Schema.parse(PAYMENTS))
    (tmp_path / "zz.toml").write_text("not a schema")
    assert kept.fitting(["id", "opened", "price", "email", "fraud"]) is not None
    assert "zz.toml" in caplog.text
