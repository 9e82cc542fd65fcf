"""Seconds of `make run` on a fresh clone and of its second start: `python -m benchmarks.start`.

Clones the repository to a temporary folder, runs the command there, and opens the page in Chromium; the page counts as
usable when the first case stands on it with its score. Needs the dev dependencies and Chromium.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Error, Page, sync_playwright

HERE = Path(__file__).resolve().parents[1]
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        clone = Path(folder) / "clone"
        subprocess.run(["git", "clone", "--quiet", str(HERE), str(clone)], check=True)
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        for name in ("first", "second"):
            page = browser.new_page()
            print(f"| `make run`, {name} start, until the page can be used | {start(clone, page):.0f} s |", flush=True)
            page.close()
        browser.close()


def start(clone: Path, page: Page) -> float:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = {key: value for key, value in os.environ.items() if not key.startswith("FRA_")}
    started = time.perf_counter()
    server = subprocess.Popen(
        ["make", "run"], cwd=clone, env=settings | {"FRA_PORT": str(port)}, start_new_session=True
    )
    try:
        while server.poll() is None:
            try:
                page.goto(f"http://127.0.0.1:{port}/", timeout=5_000)
                page.wait_for_selector("section.verdict", timeout=60_000)
                return time.perf_counter() - started
            except Error:
                time.sleep(0.5)
        raise SystemExit("make run ended by itself")
    finally:
        os.killpg(server.pid, signal.SIGINT)
        server.wait()


if __name__ == "__main__":
    main()
