"""Where a request comes from: only a page of this server may change anything."""

from __future__ import annotations

from urllib.parse import urlsplit

from fastapi import Request

__all__ = ["from_here"]


def from_here(request: Request) -> bool:
    """Whether the browser says that the request comes from a page of this server."""
    origin = request.headers.get("origin", "")
    site = request.headers.get("sec-fetch-site", "same-origin")
    return site == "same-origin" and bool(origin) and urlsplit(origin).netloc == request.headers.get("host", "")
