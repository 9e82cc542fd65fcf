"""A model behind an OpenAI-compatible address: vLLM, Ollama, `transformers serve` or a hosted model.

Promise: the key is in no message, log or draft; where the model runs is told by host and port only; requests go to that
address and to no other (no redirects, and for an address of this machine no proxy); whatever leaves the machine is
masked; an answer is bounded in bytes and seconds below the reader, so that no connection is left behind.
"""

from __future__ import annotations

import ipaddress
import logging
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from assistant.errors import BadInput, NotReady
from assistant.writer.budget import DayBudget
from assistant.writer.chat import ANSWER_TOKENS, ChatWriter
from assistant.writer.patience import BeyondLimit, Limits
from assistant.writer.terms import Terms

__all__ = ["EXTRA", "open_endpoint"]

EXTRA = "pip install 'fraud-review-assistant[endpoint]'"
CONNECT_TIMEOUT_S = 5.0
MOST_BYTES = 2_000_000
"""A thousand times a draft: each token comes in an envelope of some 250 bytes, and some servers add more."""
FIRST_TOKEN_SHARE = 1 / 2
OPENAI_HOST = "api.openai.com"


def open_endpoint(model: str, terms: Terms, home: Path) -> ChatWriter:
    """A writer for one model at the address of the terms. Asks nothing yet.

    Raises BadInput for a missing or unusable address and NotReady where the packages for it are not installed.
    """
    if not model:
        raise BadInput("the writer 'openai:' lacks the name of a model; say FRA_WRITER=openai:MODEL")
    host, is_local = _place(terms.url)
    limits = Limits(first_token_s=terms.timeout_s * FIRST_TOKEN_SHARE, whole_s=terms.timeout_s)
    masked = terms.mask == "always" or not is_local
    return ChatWriter(
        _chat(model, terms, is_local, limits),
        name=f"openai:{model}",
        model=f"{model} at {host}",
        note=f"{model} at {host} was asked{', with personal data masked' if masked else ''}",
        masked=masked,
        says_end=True,
        limits=limits,
        draft_tokens=terms.draft_tokens,
        day=DayBudget(home / "writer-tokens.db", terms.day_tokens),
    )


def _place(url: str) -> tuple[str, bool]:
    """Host and port of an address, and whether they are on this machine. Messages never repeat the address itself: it
    may hold a key."""
    if not url:
        raise BadInput("FRA_WRITER_URL is not set; give the address of the model, such as http://127.0.0.1:11434/v1")
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        host = port = None
    if not host or parts.scheme not in ("http", "https"):
        raise BadInput("FRA_WRITER_URL is no http or https address; it looks like http://127.0.0.1:11434/v1")
    if parts.username is not None or parts.query or parts.fragment:
        raise BadInput("FRA_WRITER_URL holds a password or a query; give it without, and the key in FRA_WRITER_KEY")
    return f"{host}:{port}" if port else host, _is_local(host)


def _is_local(host: str) -> bool:
    """Whether every address that a host name stands for is one of this machine's loopback."""
    try:
        found = {str(entry[4][0]) for entry in socket.getaddrinfo(host, None)} if host == "localhost" else {host}
        return all(ipaddress.ip_address(address).is_loopback for address in found)
    except (OSError, ValueError):
        return False


def _chat(model: str, terms: Terms, is_local: bool, limits: Limits) -> Any:
    try:
        from httpx2 import Client, Timeout
        from langchain_openai import ChatOpenAI
        from langchain_openai.chat_models.base import BaseChatOpenAI
    except ImportError as error:
        raise NotReady(f"the package {error.name} is not installed; run {EXTRA}") from error
    # At each request httpx logs the whole address, which may hold a key of a hosted model.
    logging.getLogger("httpx2").setLevel(logging.WARNING)
    # The name for the limit of an answer differs: OpenAI's newest models refuse the old one, other servers ignore
    # the new one.
    is_openai = urlsplit(terms.url).hostname == OPENAI_HOST
    kind = ChatOpenAI if is_openai else BaseChatOpenAI
    timeout = Timeout(limits.whole_s, connect=CONNECT_TIMEOUT_S, read=limits.first_token_s)
    return kind(
        model=model,
        base_url=terms.url,
        api_key=terms.key.get_secret_value() if terms.key else "none",
        max_tokens=ANSWER_TOKENS,
        temperature=0,
        max_retries=0,
        stream_usage=True,
        use_responses_api=False,
        openai_proxy=None,
        timeout=timeout,
        http_client=Client(
            timeout=timeout,
            follow_redirects=False,
            trust_env=not is_local,  # a proxy from the environment would carry an unmasked prompt away
            headers={"accept-encoding": "identity"},
            event_hooks={
                "request": [] if is_openai else [_without_membership],
                "response": [_Bounded(limits.whole_s).bound],
            },
        ),
    )


def _without_membership(request: Any) -> None:
    """Who the user is at OpenAI, which its package reads from the environment, is no business of another server."""
    for name in ("openai-organization", "openai-project"):
        request.headers.pop(name, None)


class _Bounded:
    """Ends an answer that goes on for too long or has too many bytes, also where no whole piece ever arrives."""

    def __init__(self, whole_s: float) -> None:
        self._whole_s = whole_s

    def bound(self, response: Any) -> None:
        """Puts the limits around the stream of a response. Nothing is unpacked: a small answer may unpack to a huge
        one."""
        from httpx2 import SyncByteStream

        whole_s, inner = self._whole_s, response.stream
        deadline = time.monotonic() + whole_s

        class Bounded(SyncByteStream):
            def __iter__(self) -> Iterator[bytes]:
                size = 0
                for part in inner:
                    size += len(part)
                    if size > MOST_BYTES:
                        raise BeyondLimit(f"it answered with more than {MOST_BYTES:,} bytes")
                    if time.monotonic() > deadline:
                        raise BeyondLimit(f"it did not finish within {whole_s:g} seconds")
                    yield part

            def close(self) -> None:
                inner.close()

        response.headers.pop("content-encoding", None)
        response.stream = Bounded()
