"""Work that takes longer than an answer: in a thread of its own, so that a page can look, leave, come back and stop it.

Promise: a job never raises into the page; it has a result or one line of trouble. Stopping is asked for, and happens
where the work tells its progress: what is done until then is done as a whole.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Generic, NamedTuple, TypeVar

from assistant.errors import AssistantError, Stopped
from assistant.records import Progress
from retrieval import RetrievalError

__all__ = ["At", "Job"]

log = logging.getLogger(__name__)
Result = TypeVar("Result")


class At(NamedTuple):
    """How far a job is: what it does, how much is done, and how much there is."""

    what: str = ""
    done: int = 0
    of: int = 0


class Job(Generic[Result]):
    """One run of `work`. It can be stopped while what it does starts with `stoppable`."""

    def __init__(self, work: Callable[[Progress], Result], *, stoppable: str | None = None) -> None:
        self.at = At()
        self.result: Result | None = None
        self.trouble = ""
        self.stopped = False
        self._work, self._stoppable = work, stoppable
        self._stop = threading.Event()
        self._settled = threading.Event()

    def start(self) -> None:
        threading.Thread(target=self._run, name="job", daemon=True).start()

    @property
    def running(self) -> bool:
        return not self._settled.is_set()

    @property
    def can_stop(self) -> bool:
        return self._stoppable is not None and self.at.what.startswith(self._stoppable) and not self._stop.is_set()

    def stop(self) -> None:
        self._stop.set()

    def wait(self, seconds: float) -> bool:
        """Whether the job has ended within this time."""
        return self._settled.wait(seconds)

    def _tell(self, what: str, done: int, of: int) -> None:
        self.at = At(what, done, of)
        if self._stop.is_set() and self._stoppable is not None and what.startswith(self._stoppable):
            raise Stopped(f"stopped after {done:,} of {of:,} rows")

    def _run(self) -> None:
        try:
            self.result = self._work(self._tell)
        except Stopped as error:
            self.stopped, self.trouble = True, str(error)
        except (AssistantError, RetrievalError) as error:
            self.trouble = str(error)
        except Exception as error:
            log.exception("a job failed")
            self.trouble = f"it failed ({type(error).__name__}); the server's log says why"
        self._settled.set()
