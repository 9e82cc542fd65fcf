"""Public data that lies beside a development checkout and is not part of the project."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

__all__ = ["SHARED_DATA", "needs_shared_data"]

SHARED_DATA = Path(os.environ.get("FRA_TEST_DATA", Path(__file__).resolve().parents[2] / "shared" / "data"))
needs_shared_data = pytest.mark.skipif(not SHARED_DATA.is_dir(), reason="the outside data sets are not on this machine")
