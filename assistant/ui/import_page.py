"""The import page: where its panels stand, and which signal of the page calls which verb of the intake.

As at the desk, the page (import.js) sends signals through one invisible component, their payload is checked before
anything is done with it, and handlers are private. Files come and go through `import_files`.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import gradio as gr

from assistant.ui import rendering
from assistant.ui.desk_page import panel, read, updates
from assistant.ui.intake import Filled, Intake, IntakePanels, OwnSchema, Which

__all__ = ["add_import_page"]

SCRIPT = Path(__file__).with_name("import.js")


def add_import_page(page: gr.Blocks, intake: Intake) -> None:
    """Adds `/import` to the desk's page."""
    with page.route("Import", "/import", show_in_navbar=False):
        panel("head", rendering.header("", page="import"))
        with gr.Column(elem_id="import"):
            panel("steps", rendering.render("import_steps"))
            shown = {name: panel(name) for name in ("start", "columns", "findings", "result")}
        shown |= {"said": panel("notice", rendering.notice("")), "step": panel("step")}
        signals = panel("signals", script=SCRIPT.read_text())
        outputs = [shown[name] for name in IntakePanels._fields]

        def first(request: gr.Request) -> Iterator[list[Any]]:
            wanted = str(request.query_params.get("upload", ""))[:64]
            yield from map(updates, intake.open(Which(upload=wanted)))

        def opened(event: gr.EventData) -> Iterator[list[Any]]:
            yield from map(updates, intake.open(read(Which, event)))

        def adopted(event: gr.EventData) -> list[Any]:
            return updates(intake.adopt(read(OwnSchema, event)))

        def proposed(event: gr.EventData) -> list[Any]:
            return updates(intake.propose(read(Which, event)))

        def showed(event: gr.EventData) -> list[Any]:
            return updates(intake.show(read(Filled, event)))

        def saved(event: gr.EventData) -> list[Any]:
            return updates(intake.save(read(Filled, event)))

        def checked(event: gr.EventData) -> Iterator[list[Any]]:
            yield from map(updates, intake.check(read(Filled, event)))

        def started(event: gr.EventData) -> Iterator[list[Any]]:
            yield from map(updates, intake.start(read(Filled, event)))

        def stopped(event: gr.EventData) -> list[Any]:
            return updates(intake.stop(read(Which, event)))

        def trained() -> Iterator[list[Any]]:
            yield from map(updates, intake.train())

        def discarded(event: gr.EventData) -> list[Any]:
            return updates(intake.discard(read(Which, event)))

        private: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden", "concurrency_limit": None}
        many = private | {"trigger_mode": "multiple"}
        page.load(first, None, outputs, **private)
        signals.open(opened, None, outputs, **many)
        signals.adopt(adopted, None, outputs, **many)
        signals.propose(proposed, None, outputs, **many)
        signals.show(showed, None, outputs, **many)
        signals.save(saved, None, outputs, **many)
        signals.check(checked, None, outputs, **many)
        signals.start(started, None, outputs, **many)
        signals.stop(stopped, None, outputs, **many)
        signals.train(trained, None, outputs, **many)
        signals.discard(discarded, None, outputs, **many)
