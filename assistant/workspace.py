"""Everything the product can do, as verbs on one home folder. UI, CLI and support stand on this, never beside it.

workspace = Workspace.open(Path(".fra"))
workspace.import_cases(Path("cases.csv"), Path("schema.toml"))
workspace.train()
review = workspace.review(workspace.queue(limit=1)[0].case_id)
workspace.decide(review.case_id, action="block", reason="stolen card", reviewer="kim")
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

from assistant import world
from assistant.case import Case, Decision, Draft, Outcome, Precedent, Review, Sentence
from assistant.caseload import Caseload
from assistant.dataset import (
    DryRun,
    ImportResult,
    KeptSchemas,
    Proposal,
    Schema,
    Source,
    Upload,
    Uploads,
    dry_run,
    examine,
    import_file,
)
from assistant.deciding import Deciding, Said
from assistant.desk import Brief, Parts, prepare, review, write
from assistant.editing import edit
from assistant.errors import BadInput, NotFound, Stopped
from assistant.people import Accounts
from assistant.policy import load_policy
from assistant.promoted import Promotions, find_prompt
from assistant.prompt import PromptTemplate
from assistant.records import Progress, Records
from assistant.results import DemoResult, IndexResult, Recalled, Withdrawal
from assistant.scoring import Card, Plan
from assistant.settings import Settings
from assistant.store import Audit, QueueRow, Store
from assistant.support import Answer, Group, SupportDesk, Topic, unanswered
from assistant.waiting import Undone
from assistant.writer import Writer, open_writer

__all__ = ["DemoResult", "IndexResult", "Recalled", "Withdrawal", "Workspace"]


def _silent(what: str, done: int, of: int) -> None:
    """The progress of somebody who does not watch."""


class Workspace:
    """One home folder. Safe to use from several threads."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        own = settings.home / "policy.toml"
        self.policy = load_policy(own if own.exists() else None)
        self._prompts: dict[str, PromptTemplate] = {}
        self.promotions = Promotions(settings.home)
        self.promotions.check()  # an altered file is refused here and not in the middle of a draft
        if settings.prompt:
            self._prompt(settings.prompt)
        self.store = Store(settings.home / "fra.db")
        self.records = Records(self.store, self.policy, settings)
        self.caseload = Caseload(self.store, self.policy, settings)
        self.deciding = Deciding(self.store, self.policy, settings)
        self.accounts = Accounts(self.store)
        self.support = SupportDesk(self.store, self.policy, settings.home, lambda: self.records.recall.embedder)
        self.uploads = Uploads(settings.home / "uploads", settings.upload_limit_mb)
        self.schemas = KeptSchemas(settings.home / "schemas")
        self._writers: dict[str, Writer] = {}
        self._lock = threading.Lock()

    @classmethod
    def open(cls, home: Path | None = None, settings: Settings | None = None) -> Workspace:
        """Opens a home folder, and makes it where there is none. Raises BadInput when it cannot be used."""
        settings = settings or Settings()
        if home is not None:
            settings = settings.model_copy(update={"home": home})
        try:
            settings.home.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise BadInput(
                f"{settings.home} cannot be used as the home folder ({error.strerror}); set FRA_HOME"
            ) from error
        return cls(settings)

    def close(self) -> None:
        self.store.close()

    # data in

    def demo(
        self,
        *,
        cases: int = 6000,
        seed: int = 7,
        end: date | None = None,
        index: bool = True,
        progress: Progress = _silent,
    ) -> DemoResult:
        """Builds the demo world, imports it through the door that is there for everybody, trains and indexes.

        Without `index` that is left to whoever opens the memory, such as a page that can be used meanwhile."""
        folder = self.settings.home / "demo"
        world.generate(
            folder,
            cases=cases,
            seed=seed,
            end=end or datetime.now(UTC).date(),
            progress=lambda done, of: progress("inventing cases", done, of),
        )
        for name in ("payments", "identity", "merchants"):
            self._import(folder / f"{name}.csv", Schema.load(folder / f"{name}.toml"), progress)
        try:
            self.train(progress)
            note = ""
        except BadInput as error:  # a small world may hold too few labels; the desk works without a model
            note = f"no model: {error}"
        indexed = self.index(progress=progress).total if index else 0
        counts = self.store.queue.counts()
        return DemoResult(
            cases=sum(counts.values()),
            decided=counts["decided"],
            models=0 if note else 1,
            indexed=indexed,
            note=note,
        )

    def import_cases(self, source: Source, schema: Path | Schema, progress: Progress = _silent) -> ImportResult:
        """Imports a file or a query, scores what is new, and keeps the schema for the next file of its kind.

        Importing again changes nothing; every row is accounted for."""
        schema = schema if isinstance(schema, Schema) else Schema.load(schema)
        result = self._import(source, schema, progress)
        self.schemas.keep(schema)
        return result

    def propose(self, upload: Upload) -> tuple[Proposal, Schema | None]:
        """What an uploaded file seems to hold, and the schema of an earlier import that fits it.

        Raises BadInput when the file cannot be read."""
        with upload.called_by_its_name():
            proposal = examine(upload.path, upload.name)
        schema = self.schemas.fitting([column.name for column in proposal.columns])
        if schema is not None:  # what a rejects file added is no column of the export
            known = tuple(column for column in proposal.columns if column.name in schema.columns)
            proposal = replace(proposal, columns=known)
        return proposal, schema

    def dry_run(self, upload: Upload, schema: Schema, progress: Progress = _silent) -> DryRun:
        """What importing an uploaded file would do now. Writes nothing."""
        with upload.called_by_its_name():
            return dry_run(
                upload.path, schema, self.store.cases, progress=lambda done, of: progress("reading rows", done, of)
            )

    def import_upload(self, upload: Upload, schema: Schema, progress: Progress = _silent) -> ImportResult:
        """Imports an uploaded file, and removes it when it is done."""
        with upload.called_by_its_name():
            result = self.import_cases(upload.path, schema, progress)
        self.uploads.remove(upload)
        return result

    def upload_rejects(self, token: str) -> Path:
        """The rejects of an imported upload, of its last import. Raises NotFound."""
        found = self.uploads.rejects(token, self.settings.home / "rejects")
        if found is None:
            raise NotFound("there is no rejects file of this upload; import the file again")
        return found

    def train(self, progress: Progress = _silent, *, actor: str = "system") -> Card:
        """Trains the kind of model in use again, and scores every case with it."""
        return self.compare(Plan(), progress, actor=actor)[0]

    def compare(self, plan: Plan, progress: Progress = _silent, *, actor: str = "system") -> tuple[Card, ...]:
        """Trains what the plan asks for, promotes by the stated rule, and scores every case with the champion, whose
        card comes first.

        Where the memory is up to date, what is said of a draft's confidence follows; else it waits for `index`."""
        found = self.records.train(datetime.now(UTC), plan, actor, progress)
        self.weigh(progress)
        return tuple(one.model.card for one in found.trained)

    def roll_back(self, progress: Progress = _silent, *, actor: str = "system") -> Card:
        """Goes back to the model before, which scores every case. Raises BadInput where there is none."""
        return self.records.go_back(actor, progress).card

    def weigh(self, progress: Progress = _silent) -> bool:
        """Learns from outcomes how sure a draft's action is, where model and memory are there and it was not done for
        this model; whether it did. At most 1,500 cases are looked at."""
        return self.records.weigh(datetime.now(UTC), progress)

    def index(self, *, rebuild: bool = False, weigh: bool = True, progress: Progress = _silent) -> IndexResult:
        """Brings the memory up to date, and what is learned from it; without `weigh`, only the memory."""
        done = self.records.recall.index(rebuild=rebuild, progress=progress).done
        if weigh:
            self.weigh(progress)
        return IndexResult(indexed=done, total=self.records.memory.count())

    # the desk

    def queue(self, limit: int = 20, skip: tuple[str, ...] = (), kind: str | None = None) -> list[QueueRow]:
        """The next open cases, by expected loss and age."""
        return self.store.queue.open_cases(limit, skip, kind)

    def case(self, case_id: str) -> Case:
        """One case. Raises NotFound."""
        return self.store.cases.get(case_id)

    def similar(self, case_id: str, k: int | None = None, as_of: datetime | None = None) -> list[Precedent]:
        """The most similar decided cases known before `as_of` (now by default). Raises BadInput without a memory."""
        return self.recall(case_id, k, as_of).precedents

    def recall(self, case_id: str, k: int | None = None, as_of: datetime | None = None) -> Recalled:
        """The same, with the cases that touch the same things and what could not be searched."""
        case, as_of = self.case(case_id), as_of or datetime.now(UTC)
        found, missing = self.records.recall.similar(case, as_of, k or self.settings.precedents)
        if missing and not found:
            raise BadInput(missing)
        return Recalled(found, self.records.ties(case, as_of), missing)

    def review(self, case_id: str, *, as_of: datetime | None = None, writer: str | None = None) -> Review:
        """The whole flow for one case; the review is stored before it is returned."""
        finished = review(self.case(case_id), as_of or datetime.now(UTC), self._parts(writer))
        self.store.reviews.save(finished, actor="cli")
        return finished

    def brief(self, case_id: str, *, as_of: datetime | None = None, memory: bool = True) -> Brief:
        """A review without its draft, in a moment; without `memory`, it has no precedents and needs no embedder."""
        return prepare(self.case(case_id), as_of or datetime.now(UTC), self._parts("scripted"), memory=memory)

    def draft(self, brief: Brief, reviewer: str, writer: str | None = None) -> Iterator[Sentence | Review]:
        """Sentences as they pass their checks, then the whole review, which is stored."""
        for step in write(brief, self._parts(writer)):
            if isinstance(step, Review):
                self.store.reviews.save(step, actor=reviewer)
            yield step

    def edit_draft(
        self, review_id: str, sentences: Sequence[Sentence], editor: str, *, draft_edit: int | None = None
    ) -> Draft:
        """The draft with a person's sentences in place of its own, checked again and stored beside the original.

        Give every sentence that shall stand, in order; those with the id and the text of one that was there stay what
        they were. What fails a check is kept and marked. `draft_edit` is the version that the person had in front of
        them (0 is the original), by default the newest. Raises NotFound and BadInput, and then nothing is stored."""
        review = self.store.reviews.get(review_id)
        versions = [review.draft, *(one.draft for one in self.store.edits.of(review_id))]
        number = len(versions) - 1 if draft_edit is None else draft_edit
        if not 0 <= number < len(versions):
            raise NotFound(f"there is no edit {number} of review {review_id!r}; open the case again")
        before = versions[number]
        made = edit(review, before, sentences, editor, datetime.now(UTC))
        if made.changes:
            self.store.edits.save(made, before)
        return made.draft

    def decide(
        self,
        case_id: str,
        *,
        action: str,
        reason: str,
        reviewer: str,
        note: str = "",
        review_id: str | None = None,
        draft_edit: int | None = None,
        override: str = "",
        override_words: str = "",
        complete: bool = False,
    ) -> Decision:
        """Records a decision; it is on disk when this returns. Raises BadInput for what the policy does not allow.

        `complete` holds it to what a page asks for; see `Deciding.decide`."""
        said = Said(action, reason, reviewer, note, review_id, draft_edit, override, override_words)
        return self.deciding.decide(case_id, said, complete=complete)

    def undo(self, case_id: str, reviewer: str) -> Undone:
        """Takes one's own last decision back, within FRA_UNDO_MINUTES. Raises BadInput after that."""
        return self.deciding.undo(case_id, reviewer)

    def record_outcome(
        self, case_id: str, *, outcome: str, source: str, actor: str, known_at: datetime | None = None
    ) -> Outcome:
        """Records what turned out to be true, known from now on or from the moment given."""
        return self.deciding.record_outcome(case_id, outcome=outcome, source=source, actor=actor, known_at=known_at)

    def withdraw(self, case_id: str, *, reason: str, actor: str) -> Withdrawal:
        """Takes a precedent out of every later answer at once."""
        return self.deciding.withdraw(case_id, reason=reason, actor=actor)

    def ask(
        self,
        text: str,
        *,
        actor: str,
        role: str = "support",
        focus: str = "",
        chosen: str = "",
        topic: Topic | None = None,
        language: str = "en",
        as_of: datetime | None = None,
    ) -> Answer:
        """The answer to a support agent's question, with sources and a message for the customer; it is kept."""
        spec = self.settings.support_writer
        writer = None if spec == "scripted" else self.writer(spec)
        return self.support.ask(
            text,
            actor=actor,
            role=role,
            focus=focus,
            chosen=chosen,
            topic=topic,
            language=language,
            as_of=as_of,
            writer=writer,
        )

    def unanswered(self, since: datetime) -> list[Group]:
        """Questions to the support desk that found no answer, those about one thing together."""
        return unanswered(self.store, lambda: self.records.recall.embedder, since)

    def counts(self) -> dict[str, int]:
        """How many cases are open and how many are decided."""
        return self.store.queue.counts()

    def history(self, case_id: str) -> tuple[list[Decision], list[Outcome]]:
        """What people decided about a case and what turned out to be true, oldest first."""
        return self.deciding.history(case_id)

    def stored_review(self, review_id: str, draft_edit: int | None = None) -> Review:
        """A review as it was stored; with a number, its draft is that edit of it. Raises NotFound."""
        return self.deciding.stored_review(review_id, draft_edit)

    def last_review(self, case_id: str) -> Review | None:
        """The newest stored review of a case, with the newest edit of its draft."""
        return self.deciding.last_review(case_id)

    def audit(self) -> Audit:
        """Reads the journal from its beginning and says whether it is unbroken."""
        return self.store.journal.verify()

    def writer(self, spec: str | None = None) -> Writer:
        """The writer of a name, opened once."""
        spec = spec or self.settings.writer
        if spec in self._writers:  # without the lock: opening another one may take seconds
            return self._writers[spec]
        with self._lock:
            if spec not in self._writers:
                self._writers[spec] = open_writer(
                    spec, self.settings.home, self.settings.threads, self.settings.writer_terms
                )
            return self._writers[spec]

    def _parts(self, writer: str | None) -> Parts:
        chosen = self.writer(writer)
        promoted = None if self.settings.prompt else self.promotions.prompt_of(chosen.name)
        prompt = promoted or self._prompt(self.settings.prompt or chosen.prompt)
        return Parts(self.records, self.policy, prompt, chosen)

    def _prompt(self, spec: str) -> PromptTemplate:
        """The prompt of a name and version, read once."""
        if spec not in self._prompts:
            self._prompts[spec] = find_prompt(spec, self.settings.home)
        return self._prompts[spec]

    def _import(self, source: Source, schema: Schema, progress: Progress) -> ImportResult:
        run = self.store.imports.run(schema.source, source.name, self.records.first_score)
        try:
            result = import_file(
                source,
                schema,
                run,
                rejects_dir=self.settings.home / "rejects",
                progress=lambda done, of: progress(f"importing {source.name}", done, of),
            )
            self.records.score_pending(progress)
        except KeyboardInterrupt:
            raise Stopped(
                f"stopped with {run.rows_in:,} rows of {source.name} in; run the same command again for the rest"
            ) from None
        except Stopped:
            self.records.score_pending(_silent)  # what is here already belongs into the queue
            raise
        run.finish(result.rejected)
        return result
