"""A million rows take time, not memory."""

import subprocess
import sys
from pathlib import Path

import pytest

from .conftest import PAYMENTS, REPOSITORY

PROGRAM = """
import resource, sys
from collections.abc import Sequence
from pathlib import Path
from assistant.case import CaseRecord
from assistant.dataset import Schema, Verdict, import_file

class Counting:
    def upsert(self, source: str, records: Sequence[CaseRecord]) -> list[Verdict]:
        return ["imported"] * len(records)

folder = Path(sys.argv[1])
result = import_file(folder / "orders.csv", Schema.load(folder / "orders.toml"), Counting(), rejects_dir=folder)
print(result.imported, result.rejected, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""


def peak_mb(folder: Path, rows: int) -> int:
    """The peak memory of a process that imports this many rows, one in a hundred of which is rejected."""
    (folder / "orders.toml").write_text(PAYMENTS)
    with (folder / "orders.csv").open("w") as file:
        file.write("id,opened,price,email,fraud\n")
        for number in range(rows):
            day = f"2026-01-{number % 28 + 1:02}" if number % 100 else "never"
            file.write(
                f"order-{number:08},{day}T10:00:00Z,{number % 9000}.50,customer{number}@example.org,{number % 2}\n"
            )
    command = [sys.executable, "-c", PROGRAM, str(folder)]
    run = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=True)
    imported, rejected, peak = map(int, run.stdout.split())
    assert (imported, rejected) == (rows - rows // 100, rows // 100)
    return peak


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_memory_is_flat_at_a_million_rows(tmp_path: Path) -> None:
    few = peak_mb(tmp_path, 20_000)
    (tmp_path / "orders.rejects.csv").unlink()
    many = peak_mb(tmp_path, 1_000_000)
    assert many < few + 30
