"""A real PostgreSQL server for tests, in a folder of its own, reached through a socket only."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

__all__ = ["PASSWORD", "postgres"]

PASSWORD = "kept-s3cret"


@contextmanager
def postgres() -> Iterator[str]:
    """The URL of a database of a new server; skips where there is no server to start, but never in CI."""
    binaries = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    found = str(binaries[-1]) if binaries else shutil.which("initdb")
    if found is None:
        if os.environ.get("CI"):
            pytest.fail("CI must have a PostgreSQL server: apt-get install postgresql")
        pytest.skip("no PostgreSQL server is installed: apt-get install postgresql")
    bin_ = Path(found).resolve().parent
    folder = Path(tempfile.mkdtemp(prefix="fra-pg-"))  # pytest's own folders are closed to other users
    who = _user(folder)
    (folder / "password").write_text(PASSWORD)
    (folder / "password").chmod(0o644)
    data = folder / "data"

    def run(*command: str) -> None:
        subprocess.run(command, check=True, capture_output=True, cwd=folder, **who)

    try:
        run(
            str(bin_ / "initdb"), "-D", str(data), "-U", "fra", "-A", "scram-sha-256", "--no-sync",
            "--pwfile", str(folder / "password"), "-E", "UTF8", "--locale", "C",
        )  # fmt: skip
        options = f"-c listen_addresses='' -c unix_socket_directories={folder} -c fsync=off"
        run(str(bin_ / "pg_ctl"), "-D", str(data), "-w", "-l", str(folder / "log"), "-o", options, "start")
        try:
            yield f"postgresql+psycopg://fra:{PASSWORD}@/postgres?host={folder}"
        finally:
            run(str(bin_ / "pg_ctl"), "-D", str(data), "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _user(folder: Path) -> dict[str, int | list[int]]:
    """PostgreSQL refuses to run as root."""
    if os.getuid() != 0:
        return {}
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    entry = known.get("postgres") or known["nobody"]
    os.chown(folder, entry.pw_uid, entry.pw_gid)
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
