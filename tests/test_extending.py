"""docs/extending.md does what it says: its code runs, in its order, on a home with labelled payments."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from tests.flow.test_training import home

__all__ = ["home"]

PAGE = Path(__file__).resolve().parents[1] / "docs" / "extending.md"


def test_a_signal_and_a_model_are_added_by_following_the_page(home: Path) -> None:
    blocks = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert len(blocks) == 3
    shown = next(block for block in blocks if "@from_case" in block)
    assert len([line for line in shown.splitlines() if line.strip()]) < 15
    # another process: what the page registers must not stay behind in this one
    done = subprocess.run(
        [sys.executable, "-c", "\n".join(blocks)], env=os.environ.copy(), capture_output=True, text=True, timeout=240
    )
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert [line.split()[0] for line in lines] in (["xgboost", "bayes"], ["bayes", "xgboost"])
    assert any("promoted" in line for line in lines)
