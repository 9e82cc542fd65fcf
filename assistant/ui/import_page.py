"""The import page: where its panels stand, and which signal of the page calls which verb of the intake.

As at the desk, the page (import.js) sends signals through one invisible component, their payload is checked before
anything is done with it, and handlers are private. Files come and go through `import_files`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import gradio as gr

from assistant.errors import NotAllowed
from assistant.ui import rendering, words
from assistant.ui.desk_page import Signal, panel, read, updates
from assistant.ui.intake import Filled, Intake, IntakePanels, OwnSchema, Which
from assistant.ui.seats import Seats

__all__ = ["add_import_page"]

SCRIPT = Path(__file__).with_name("import.js")


def add_import_page(page: gr.Blocks, intake: Intake, seats: Seats) -> None:
    """Adds `/import` to the desk's page."""
    with page.route("Import", "/import", show_in_navbar=False):
        head = panel("head", rendering.header("", page="import"))
        with gr.Column(elem_id="import"):
            panel("steps", rendering.render("import_steps"))
            shown = {name: panel(name) for name in ("start", "columns", "findings", "result")}
        shown |= {"said": panel("notice", rendering.notice("")), "step": panel("step")}
        signals = panel("signals", script=SCRIPT.read_text())
        outputs = [shown[name] for name in IntakePanels._fields]

        def first(request: gr.Request) -> Iterator[list[Any]]:
            try:
                seat = seats.take(request.cookies, "import")
            except NotAllowed as error:
                yield [gr.skip(), *_refused(error)]
                return
            wanted = str(request.query_params.get("upload", ""))[:64]
            for found in intake.open(Which(upload=wanted)):
                yield [rendering.header("", "import", seat), *updates(found)]

        def on(
            message: type[Signal], do: Callable[[Any], IntakePanels | Iterator[IntakePanels]]
        ) -> Callable[..., Iterator[list[Any]]]:
            def handler(event: gr.EventData, request: gr.Request) -> Iterator[list[Any]]:
                try:
                    seats.take(request.cookies, "import")
                except NotAllowed as error:
                    yield _refused(error)
                    return
                found = do(read(message, event))
                yield from map(updates, [found] if isinstance(found, IntakePanels) else found)

            return handler

        def trained(request: gr.Request) -> Iterator[list[Any]]:
            try:
                seats.take(request.cookies, "train")
            except NotAllowed as error:
                yield _refused(error)
                return
            yield from map(updates, intake.train())

        private: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden", "concurrency_limit": None}
        many = private | {"trigger_mode": "multiple"}
        page.load(first, None, [head, *outputs], **private)
        signals.open(on(Which, intake.open), None, outputs, **many)
        signals.adopt(on(OwnSchema, intake.adopt), None, outputs, **many)
        signals.propose(on(Which, intake.propose), None, outputs, **many)
        signals.show(on(Filled, intake.show), None, outputs, **many)
        signals.save(on(Filled, intake.save), None, outputs, **many)
        signals.check(on(Filled, intake.check), None, outputs, **many)
        signals.start(on(Filled, intake.start), None, outputs, **many)
        signals.stop(on(Which, intake.stop), None, outputs, **many)
        signals.train(trained, None, outputs, **many)
        signals.discard(on(Which, intake.discard), None, outputs, **many)


def _refused(error: NotAllowed) -> list[Any]:
    return updates(IntakePanels(said=rendering.notice(words.sentence(str(error)), "error")))
