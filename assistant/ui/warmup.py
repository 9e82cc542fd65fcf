"""Loads the memory and the writer behind the page, so that a reviewer can read a case from the first second.

Promise: loading never raises into the page. Each part is loading, ready, or failed with one line that says why. A
memory that is behind the decided cases is brought up to date first, and says how far it is. After that, a search that
had to leave something out (files deleted, another embedding model, a server that was gone) is mended behind the page.
It starts when the first case is on the screen: importing torch takes the interpreter away from everybody for seconds.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from assistant.errors import AssistantError
from assistant.workspace import Workspace
from retrieval import RetrievalError, Unreachable, WeightsMissing

__all__ = ["Part", "WarmUp"]

log = logging.getLogger(__name__)
PATIENCE_S = 10.0
"""Loading begins after this long even if nobody opened the page."""
REST_S = 5.0
"""Between two attempts to mend the memory: what is missing may be on its way."""


@dataclass
class Part:
    """Something that takes seconds to load. `trouble` is set when it could not be, `progress` says how far it is."""

    trouble: str = ""
    progress: str = ""
    _settled: threading.Event = field(default_factory=threading.Event)

    @property
    def loading(self) -> bool:
        return not self._settled.is_set()

    @property
    def ready(self) -> bool:
        return not self.loading and not self.trouble

    def wait(self, seconds: float) -> bool:
        """Whether loading has ended, well or badly, within this time."""
        return self._settled.wait(seconds)

    def load(self, how: Callable[[], None]) -> None:
        try:
            how()
        except (AssistantError, RetrievalError) as error:
            self.trouble = str(error)
        except Exception as error:
            if not threading.main_thread().is_alive():
                return  # stopped in the middle of loading; nobody is left to be told
            log.exception("loading failed")
            self.trouble = f"{type(error).__name__}: {error}; 'fra doctor' looks for the cause"
        self._settled.set()


class WarmUp:
    """All parts, loaded one after the other in one thread: the memory first, because people wait for it first."""

    def __init__(self, workspace: Workspace) -> None:
        self.memory = Part()
        self.writer = Part()
        self.weighing = Part()
        self._workspace = workspace
        self._seen = threading.Event()

    def start(self) -> None:
        threading.Thread(target=self._run, name="warm-up", daemon=True).start()

    def page_is_open(self) -> None:
        """Tells that somebody sees a case now."""
        self._seen.set()

    def _run(self) -> None:
        self._seen.wait(PATIENCE_S)
        self.memory.load(self._load_memory)
        self.writer.load(self._load_writer)
        self.weighing.load(self._weigh)  # last: nobody waits for it, and a draft says that it is not there yet
        self._mend(self._workspace.records.recall.lagging)

    def _mend(self, lagging: threading.Event) -> None:
        """Brings the memory up to date whenever a search found it wanting, until the program ends."""
        while True:
            lagging.wait()
            lagging.clear()
            try:
                self._workspace.index(weigh=False)
            except (AssistantError, RetrievalError) as error:
                log.warning("the memory is not whole: %s", error)
            except Exception:
                log.exception("the memory cannot be mended")
            time.sleep(REST_S)

    def _load_memory(self) -> None:
        try:
            self._workspace.index(weigh=False, progress=self._tell)
        except (Unreachable, WeightsMissing) as error:  # precedents are found without their text, and say so
            log.warning("the memory is not whole: %s", error)
        self.memory.progress = ""
        first = self._workspace.queue(limit=1)
        if first:  # without an open case there is nothing to compare, and the first comparison loads it
            self._workspace.similar(first[0].case_id, 1)

    def _tell(self, what: str, done: int, of: int) -> None:
        self.memory.progress = f"{done:,} of {of:,} decided cases learned"

    def _load_writer(self) -> None:
        writer = self._workspace.writer()
        load = getattr(writer, "load", None)  # only writers with a model have something to load
        if load is not None:
            load()

    def _weigh(self) -> None:
        self._workspace.weigh()
