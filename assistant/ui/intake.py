"""What happens at the import page: look at a file, choose, check, import, train. No Gradio here.

All that a tab needs to go on is the token of its upload: files, choices and running jobs are the server's, so that a
reload, a second tab or a closed laptop loses nothing. An import goes on when nobody looks.
"""

from __future__ import annotations

import itertools
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field

from assistant.dataset import Choices, DryRun, ImportResult, Proposal, Schema, Upload
from assistant.errors import AssistantError, NotFound
from assistant.records import Progress
from assistant.scoring import Card
from assistant.ui import import_rendering, rendering, words
from assistant.ui.import_views import (
    check_view,
    complaint_views,
    form_view,
    progress_view,
    result_view,
    waiting_view,
)
from assistant.ui.jobs import Job
from assistant.workspace import Workspace

__all__ = ["Filled", "Intake", "IntakePanels", "OwnSchema", "Which"]

log = logging.getLogger(__name__)
LOOK_AGAIN_S = 0.25
KNOWN_PROPOSALS = 8
"""Proposals that are kept: looking at a large file takes seconds, and every change of view would take them again."""


class _Message(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Which(_Message):
    """The page speaks of an upload, or of none."""

    upload: str = Field(default="", max_length=64)


class Filled(_Message):
    """The form as it is filled in. Its columns go by their number in the file."""

    upload: str = Field(max_length=64)
    choices: Choices
    basis: Literal["proposal", "own", "kept", "before"] = "proposal"
    reveal: bool = False


class OwnSchema(_Message):
    """Somebody's own schema file in place of the proposal."""

    upload: str = Field(max_length=64)
    text: str = Field(max_length=500_000)


class IntakePanels(NamedTuple):
    """New contents of the page's panels; None leaves a panel as it is."""

    start: str | None = None
    columns: str | None = None
    findings: str | None = None
    result: str | None = None
    said: str | None = None
    step: str | None = None


@dataclass
class _Import:
    """An import that was begun while this server runs."""

    upload: Upload
    schema: Schema
    job: Job[ImportResult]


class Intake:
    """The import page as verbs that give panels. Shared by all tabs."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._proposals: dict[str, tuple[Proposal, Schema | None]] = {}
        self._checks: dict[str, Job[DryRun]] = {}
        self._imports: dict[str, _Import] = {}
        self._training: Job[Card] | None = None
        self._number = itertools.count(1)

    def open(self, which: Which) -> Iterator[IntakePanels]:
        """The page for an upload, wherever it stands; without one, the place to bring a file."""
        token = which.upload
        if token in self._imports:
            yield from self._follow(self._imports[token])
        elif not token:
            yield self._beginning()
        else:
            yield IntakePanels(start=import_rendering.reading(), said=rendering.notice(""), step=self._step("start"))
            try:
                upload = self._workspace.uploads.get(token)
                yield self._form(upload)
            except AssistantError as error:
                self._forget(token)
                yield self._beginning()._replace(said=self._trouble(error))
            except Exception:
                log.exception("an upload cannot be looked at")
                yield self._beginning()._replace(said=self._trouble("the file cannot be read; the log says why"))

    def adopt(self, own: OwnSchema) -> IntakePanels:
        """Puts somebody's own schema in place of what is chosen. Refused, it changes nothing."""
        try:
            upload = self._workspace.uploads.get(own.upload)
            proposal, _ = self._look(upload)
            schema = Schema.parse(own.text)
        except AssistantError as error:
            return IntakePanels(said=self._trouble(error))
        names = [column.name for column in proposal.columns]
        absent = [name for name, column in schema.columns.items() if name not in names and column.role != "ignore"]
        choices = Choices.of_schema(schema, names)
        form = form_view(upload, proposal, choices, basis="own", revealed=False)
        said = f"{upload.name} has no column {', '.join(absent[:5])}: this part of the schema was left out"
        return IntakePanels(
            columns=import_rendering.columns(form),
            findings="",
            said=self._trouble(said) if absent else rendering.notice(""),
            step=self._step("columns", upload.token),
        )

    def propose(self, which: Which) -> IntakePanels:
        """Goes back to the proposal."""
        try:
            return self._form(self._workspace.uploads.get(which.upload), fresh=True)
        except AssistantError as error:
            return IntakePanels(said=self._trouble(error))

    def show(self, filled: Filled) -> IntakePanels:
        """The same form with personal data shown or masked."""
        try:
            upload = self._workspace.uploads.get(filled.upload)
            proposal, _ = self._look(upload)
        except AssistantError as error:
            return IntakePanels(said=self._trouble(error))
        choices = _named(filled.choices, proposal)
        form = form_view(upload, proposal, choices, basis=filled.basis, revealed=filled.reveal)
        return IntakePanels(columns=import_rendering.columns(form), step=self._step("columns", upload.token))

    def save(self, filled: Filled) -> IntakePanels:
        """Keeps the choices, so that their schema can be downloaded."""
        found = self._chosen(filled)
        if isinstance(found, IntakePanels):
            return found
        upload, _ = found
        return IntakePanels(said=rendering.notice(""), step=self._step("columns", upload.token, fetch="schema"))

    def check(self, filled: Filled) -> Iterator[IntakePanels]:
        """Reads the whole file with these choices and says what importing would do."""
        found = self._chosen(filled)
        if isinstance(found, IntakePanels):
            yield found
            return
        upload, schema = found
        job: Job[DryRun] = Job(
            lambda progress: self._workspace.dry_run(upload, schema, progress), stoppable="reading rows"
        )
        if earlier := self._checks.get(upload.token):
            earlier.stop()
        self._checks[upload.token] = job
        job.start()
        yield IntakePanels(said=rendering.notice(""), step=self._step("check", upload.token))
        for panel in self._watch(upload.token, job):
            yield IntakePanels(findings=panel)
        if self._checks.get(upload.token) is not job:
            said = rendering.notice("This check was stopped because another tab began one.")
            yield IntakePanels(findings="", said=said, step=self._step("columns", upload.token))
            return
        self._checks.pop(upload.token, None)
        if job.result is None:
            said = rendering.notice(self._sentence(job.trouble)) if job.stopped else self._trouble(job.trouble)
            yield IntakePanels(findings="", said=said, step=self._step("columns", upload.token))
            return
        view = check_view(upload, job.result, schema, revealed=filled.reveal)
        yield IntakePanels(findings=import_rendering.check(view), step=self._step("check", upload.token))

    def start(self, filled: Filled) -> Iterator[IntakePanels]:
        """Imports the file; a second start of the same upload follows the first."""
        running = self._imports.get(filled.upload)
        if running is None or not (running.job.running or running.job.result):
            found = self._chosen(filled)
            if isinstance(found, IntakePanels):
                yield found
                return
            upload, schema = found

            def work(progress: Progress) -> ImportResult:
                return self._workspace.import_upload(upload, schema, progress)

            running = _Import(upload, schema, Job(work, stoppable="importing"))
            self._imports[upload.token] = running
            running.job.start()
        yield from self._follow(running)

    def stop(self, which: Which) -> IntakePanels:
        """Asks the check or the import of an upload to stop. The page that follows it says when it has."""
        if which.upload in self._checks:
            self._checks[which.upload].stop()
        if which.upload in self._imports:
            self._imports[which.upload].job.stop()
        return IntakePanels()

    def train(self) -> Iterator[IntakePanels]:
        """Trains and brings the memory up to date; one training at a time, followed by whoever asks."""
        job = self._training
        if job is None or not job.running:
            job = self._training = Job(self._train)
            job.start()
        for panel in self._watch("", job):
            yield IntakePanels(result=panel)
        yield IntakePanels(
            result=import_rendering.trained(job.result, self._sentence(job.trouble) if job.trouble else ""),
            step=self._step("done"),
        )

    def discard(self, which: Which) -> IntakePanels:
        """Removes an upload that is not wanted any more; one that is being imported stays."""
        running = self._imports.get(which.upload)
        if running is not None and running.job.running:
            return IntakePanels(said=self._trouble(f"{running.upload.name} is being imported; stop that first"))
        self._forget(which.upload)
        return self._beginning()

    def _train(self, progress: Progress) -> Card:
        card = self._workspace.train(progress)
        self._workspace.index(progress=progress)
        return card

    def _follow(self, running: _Import) -> Iterator[IntakePanels]:
        token, job = running.upload.token, running.job
        yield IntakePanels(said=rendering.notice(""), step=self._step("import", token))
        for panel in self._watch(token, job):
            yield IntakePanels(result=panel)
        if job.result is None:
            self._imports.pop(token, None)
            said = self._trouble(job.trouble)
            if job.stopped:
                goes_on = f"{job.trouble}; what was imported stays, and importing again goes on from there"
                said = rendering.notice(self._sentence(goes_on))
            yield self._again(running.upload)._replace(said=said)
            return
        in_queue = bool(self._workspace.queue(limit=1))
        view = result_view(running.upload, job.result, running.schema, in_queue=in_queue)
        yield IntakePanels(
            start="", columns="", findings="", result=import_rendering.result(view), step=self._step("done", token)
        )

    def _again(self, upload: Upload) -> IntakePanels:
        """The form of a file whose import did not come to its end; without the file, the beginning."""
        try:
            return self._form(upload)
        except AssistantError:
            return self._beginning()

    def _watch(self, token: str, job: Job[Any]) -> Iterator[str]:
        """The progress of a job until it has ended."""
        while True:
            yield import_rendering.progress(progress_view(token, job.at, can_stop=job.can_stop))
            if job.wait(LOOK_AGAIN_S):
                return

    def _form(self, upload: Upload, *, fresh: bool = False) -> IntakePanels:
        """The columns of a file with what was chosen before, else what fitted last time, else the proposal."""
        proposal, usual = self._look(upload)
        names = [column.name for column in proposal.columns]
        choices, basis, kept = Choices.of_proposal(proposal), "proposal", ""
        if not fresh:
            if (before := self._workspace.uploads.choices(upload)) is not None:
                choices, basis = before, "before"
            elif usual is not None:
                choices, basis, kept = Choices.of_schema(usual, names), "kept", usual.source
        form = form_view(upload, proposal, choices, basis=basis, kept=kept, revealed=False)
        return IntakePanels(
            start="",
            columns=import_rendering.columns(form),
            findings="",
            result="",
            said=rendering.notice(""),
            step=self._step("columns", upload.token),
        )

    def _beginning(self) -> IntakePanels:
        now = datetime.now(UTC)
        uploads = self._workspace.uploads
        waiting = [waiting_view(upload, now) for upload in uploads.waiting()]
        return IntakePanels(
            start=import_rendering.start(waiting, uploads.limit_bytes // 1_000_000),
            columns="",
            findings="",
            result="",
            said=rendering.notice(""),
            step=self._step("start"),
        )

    def _chosen(self, filled: Filled) -> tuple[Upload, Schema] | IntakePanels:
        """The upload with the schema that was chosen for it, or panels that say what is wrong."""
        try:
            upload = self._workspace.uploads.get(filled.upload)
            proposal, _ = self._look(upload)
            choices = _named(filled.choices, proposal)
            self._workspace.uploads.remember(upload, choices)
        except AssistantError as error:
            return IntakePanels(said=self._trouble(error))
        schema = choices.as_schema()
        if isinstance(schema, Schema):
            return upload, schema
        said = import_rendering.complaints(complaint_views(schema, proposal))
        return IntakePanels(said=said, step=self._step("columns", upload.token))

    def _look(self, upload: Upload) -> tuple[Proposal, Schema | None]:
        if upload.token not in self._proposals:
            while len(self._proposals) >= KNOWN_PROPOSALS:
                self._proposals.pop(next(iter(self._proposals)), None)
            self._proposals[upload.token] = self._workspace.propose(upload)
        return self._proposals[upload.token]

    def _forget(self, token: str) -> None:
        try:
            self._workspace.uploads.remove(self._workspace.uploads.get(token))
        except NotFound:
            return

    def _step(self, name: str, token: str = "", fetch: str = "") -> str:
        """Tells the page where it is; numbered, because the same step twice must be noticed too."""
        return import_rendering.step(name, token, fetch, next(self._number))

    def _trouble(self, error: Exception | str) -> str:
        return rendering.notice(self._sentence(error), "error")

    def _sentence(self, error: Exception | str) -> str:
        return words.sentence(str(error).replace(str(self._workspace.settings.home), "FRA_HOME"))


def _named(choices: Choices, proposal: Proposal) -> Choices:
    """Choices by the names of the columns instead of their numbers."""
    names = {str(at): column.name for at, column in enumerate(proposal.columns)}
    columns = {names[number]: choice for number, choice in choices.columns.items() if number in names}
    return choices.model_copy(update={"columns": columns})
