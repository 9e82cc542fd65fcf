"""A protected trait is kept in the store, and shown and told to nobody."""

from __future__ import annotations

from pathlib import Path

from assistant.settings import Settings
from assistant.ui.messages import Ask
from assistant.ui.sitting import Sitting
from assistant.ui.turn import Turn
from assistant.ui.warmup import WarmUp
from assistant.workspace import Workspace

SCHEMA = """
source = "shop"
kind = "payment"
[columns]
id = { role = "id" }
time = { role = "time" }
religion = { role = "protected" }
product = { role = "category" }
"""


def test_a_protected_trait_is_on_no_panel_and_on_no_sheet(tmp_path: Path) -> None:
    (tmp_path / "shop.csv").write_text("id,time,religion,product\nc1,2026-01-02T10:00:00Z,pastafarian,shoes\n")
    (tmp_path / "shop.toml").write_text(SCHEMA)
    workspace = Workspace.open(settings=Settings())
    workspace.import_cases(tmp_path / "shop.csv", tmp_path / "shop.toml")
    panels = Sitting(workspace, WarmUp(workspace)).open(Turn(), Ask(case_id="c1"))
    shown = "".join(filter(None, panels))
    assert "shoes" in shown
    assert "pastafarian" not in shown
    assert "eligion" not in shown
    assert "pastafarian" not in workspace.review("c1").model_dump_json()
    assert workspace.case("c1").values("protected") == ("pastafarian",)
