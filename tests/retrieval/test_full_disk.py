"""A disk that takes no more, here by the operating system's limit on the size of a file."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

FULL = """
import resource, sys
from pathlib import Path
from retrieval import CannotWrite, HashEmbedder, Memory
from tests.retrieval.conftest import item, query

folder = Path(sys.argv[1])
memory = Memory(folder, HashEmbedder())
memory.remember([item(f"old{n}", f"bicycle number {n}") for n in range(20)])
before = memory.similar(query("bicycle number 7"), 3)
_, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
largest = max(path.stat().st_size for path in folder.rglob("*") if path.is_file())
resource.setrlimit(resource.RLIMIT_FSIZE, (largest + 4096, hard))
many = [item(f"new{n}", f"bicycle number {n} " + "in a long story " * 50) for n in range(2000)]
try:
    memory.remember(many)
except CannotWrite as error:
    print(error)
kept = memory.count()
print(kept < 2020, memory.similar(query("bicycle number 7"), 30)[0].id == before[0].id)
resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
print(memory.remember(many) == 2020 - kept)
memory.renew()
found = memory.similar(query("bicycle number 7"), 3)
print(memory.count(), found.missing == "", found[0].id)
"""


def test_a_full_disk_is_told_what_was_kept_answers_and_nothing_is_lost_once_there_is_room(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", FULL, str(tmp_path / "memory")], capture_output=True, text=True, check=True
    )
    told, *rest = done.stdout.splitlines()
    assert "memory.sqlite cannot be written" in told
    assert "free some space, then try again" in told
    assert rest == ["True True", "True", "2020 True old7"]
