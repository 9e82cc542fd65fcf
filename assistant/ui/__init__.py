"""The web UI: one page per file, mounted in one server. It holds no policy and no queries; it asks `Workspace`."""

from __future__ import annotations

from assistant.ui.server import application, serve

__all__ = ["application", "serve"]
