"""How long and how often a model is asked.

Promise: whoever reads `pieces` waits no longer than the limits say, whatever the model does. What may pass (429, 5xx, a
lost connection) is tried again, with growing pauses of random length or the pause that the server asks for, as long as
it fits into the limit and nothing was written yet. A model that failed several times in a row is left alone for a
while, one that cannot be interrupted is abandoned in its thread.
"""

from __future__ import annotations

import contextlib
import queue
import threading
import time
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TypeVar

from tenacity import (
    RetryCallState,
    Retrying,
    retry_if_exception,
    sleep_using_event,
    stop_after_attempt,
    stop_any,
    stop_before_delay,
    wait_random_exponential,
)

from assistant.errors import NotReady

__all__ = ["BeyondLimit", "Breaker", "Limits", "asked_pause_s", "fault", "pieces"]

LONGEST_REST_S = 600.0
WAITING_PIECES = 1000
_BACKOFF = wait_random_exponential(multiplier=0.5, max=8)
_END = object()

T = TypeVar("T")


@dataclass(frozen=True)
class Limits:
    """Seconds and counts. `first_token_s` is for each try, `whole_s` for all of them with their pauses."""

    first_token_s: float = 30.0
    whole_s: float = 60.0
    tries: int = 4
    failures: int = 3
    rest_s: float = 60.0


class BeyondLimit(Exception):
    """An answer took too long or grew too large; the message says which limit passed."""


def pieces(ask: Callable[[], Iterator[T]], limits: Limits) -> Generator[T]:
    """What `ask` gives, in order. Raises BeyondLimit, or what `ask` raised last. Closing it stops the work."""
    work = _Work(ask, limits)
    deadline = time.monotonic() + limits.whole_s
    threading.Thread(target=work.run, name="writer", daemon=True).start()
    written = False
    try:
        while True:
            now = time.monotonic()
            limit = deadline if written else min(deadline, work.began + limits.first_token_s)
            if now >= limit:
                work.left.set()  # what is here already still counts: the reader may have been the slow one
            try:
                piece = work.given.get(timeout=max(0.0, min(limit - now, 0.5)))
            except queue.Empty:
                if now < limit:
                    continue
                raise BeyondLimit(
                    f"it did not finish within {limits.whole_s:g} seconds"
                    if now >= deadline
                    else f"it wrote nothing within {limits.first_token_s:g} seconds"
                ) from None
            if piece is _END:
                return
            if isinstance(piece, BaseException):
                raise piece
            written = True
            yield piece  # type: ignore[misc]
    finally:
        work.left.set()


class _Work:
    """Asks in a thread of its own, because most models cannot be interrupted from outside."""

    def __init__(self, ask: Callable[[], Iterator[object]], limits: Limits) -> None:
        self.given: queue.Queue[object] = queue.Queue(WAITING_PIECES)
        self.left = threading.Event()
        self.began = time.monotonic()
        self._ask = ask
        self._written = False
        self._retrying = Retrying(
            retry=retry_if_exception(lambda error: not self._written and _may_pass(error)),
            wait=_pause_s,
            stop=stop_any(stop_after_attempt(limits.tries), stop_before_delay(limits.whole_s)),
            sleep=self._sleep,
            reraise=True,
        )

    def run(self) -> None:
        try:
            self._retrying(self._once)
            self._give(_END)
        except BaseException as error:
            self._give(error)

    def _once(self) -> None:
        self.began = time.monotonic()
        if self.left.is_set():
            return
        answer = self._ask()
        with contextlib.closing(answer) if isinstance(answer, Generator) else contextlib.nullcontext():
            for piece in answer:
                self._written = True
                if not self._give(piece):
                    return

    def _sleep(self, seconds: float) -> None:
        self.began = time.monotonic() + seconds
        sleep_using_event(self.left)(seconds)

    def _give(self, piece: object) -> bool:
        """Whether somebody still reads."""
        while not self.left.is_set():
            with contextlib.suppress(queue.Full):
                self.given.put(piece, timeout=0.5)
                return True
        return False


@dataclass
class Breaker:
    """Keeps a failing model from being asked again and again while this process lives. Safe to use from threads."""

    limits: Limits
    clock: Callable[[], float] = time.monotonic
    _failures: int = 0
    _until: float = float("-inf")
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def check(self) -> None:
        """Raises NotReady while the model rests."""
        with self._lock:
            left = self._until - self.clock()
            failures = self._failures
        if left > 0:
            raise NotReady(f"it failed {failures} times in a row and is not asked for another {left:.0f} seconds")

    def failed(self, rest_s: float | None = None) -> None:
        """Counts a failure. With `rest_s`, which a server asked for, the rest begins at once."""
        with self._lock:
            self._failures += 1
            if self._failures >= self.limits.failures or rest_s:
                self._until = self.clock() + min(max(self.limits.rest_s, rest_s or 0.0), LONGEST_REST_S)

    def held(self) -> None:
        with self._lock:
            self._failures = 0


def fault(error: BaseException) -> str:
    """What went wrong, in words of our own: the words of a server or a library may hold a key or a prompt."""
    status = _status(error)
    if beyond := _beyond(error):
        return str(beyond)
    if status in (401, 403):
        return f"it refused the key ({status}); check the key"
    if status == 404:
        return "it knows no such model or path (404); check model and address"
    if status == 429:
        pause = asked_pause_s(error)
        return f"it is asked too often (429); try again {f'in {pause:.0f} seconds' if pause else 'later'}"
    if status is not None:
        return f"it answered with status {status}; {'try again later' if status >= 500 else 'check its settings'}"
    if _is_connection(error):
        return "it cannot be reached or broke the connection; check the address and whether it runs"
    return f"its answer cannot be used ({type(error).__name__}); check that it is a chat model"


def asked_pause_s(error: BaseException) -> float | None:
    """Seconds that the server asks to wait for, from Retry-After (RFC 9110, section 10.2.3: seconds or a date)."""
    headers = getattr(getattr(error, "response", None), "headers", None) or {}
    asked = str(headers.get("retry-after", "")).strip()
    if asked.isdecimal():
        return float(asked)
    try:
        return max(0.0, (parsedate_to_datetime(asked) - datetime.now(UTC)).total_seconds()) if asked else None
    except (ValueError, TypeError):
        return None


def _pause_s(state: RetryCallState) -> float:
    error = state.outcome.exception() if state.outcome else None
    asked = asked_pause_s(error) if error else None
    return _BACKOFF(state) if asked is None else asked


def _may_pass(error: BaseException) -> bool:
    if _beyond(error):
        return False
    status = _status(error)
    return _is_connection(error) if status is None else status == 429 or status >= 500


def _status(error: BaseException) -> int | None:
    for holder in (error, getattr(error, "response", None)):
        status = getattr(holder, "status_code", None)
        if isinstance(status, int):
            return status
    return None


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _beyond(error: BaseException) -> BeyondLimit | None:
    """The limit of ours behind an error that a library has wrapped."""
    return next((one for one in _causes(error) if isinstance(one, BeyondLimit)), None)


def _is_connection(error: BaseException) -> bool:
    """By name as well: httpx, httpx2, requests and the vendors' packages have no class in common."""
    names = {"TransportError", "APIConnectionError", "ConnectionError"}
    return any(
        isinstance(one, ConnectionError | TimeoutError) or names & {kind.__name__ for kind in type(one).__mro__}
        for one in _causes(error)
    )
