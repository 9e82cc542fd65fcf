"""Starts the web UI: `python app.py [--demo]` is `fra serve [--demo]`."""

from __future__ import annotations

import sys

from assistant.cli import main

if __name__ == "__main__":
    sys.argv.insert(1, "serve")
    main()
