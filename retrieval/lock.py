"""One process at a time: a lock on a file, held for the length of a `with` block.

It is `flock` on POSIX, which the kernel releases when a process dies, however it dies. Elsewhere there is no such lock
in the standard library and none is taken: there, let one process own the folder. The lock is not re-entrant.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

__all__ = ["alone"]


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Waits until no other thread or process is in a block on the same file, then runs the block."""
    with path.open("ab") as file:
        if sys.platform != "win32":
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX)  # closing the file gives it back
        yield
