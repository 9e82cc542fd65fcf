"""Answers the desk's questions from the store, the model and the memory, and keeps the derived ones up to date.

The database is the truth. Scores and memory are derived from it: scores by `score_pending`, the memory by `index`,
which follows the outbox and may run at any time, in any process, any number of times. What is said of a confidence is
derived from both by `weigh`.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from pathlib import Path
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from assistant.case import Case, Decision, Outcome, Precedent, Scorecard
from assistant.confidence import MOST_CASES, PastCase, Weighing, lean, learn
from assistant.control import ControlSample, without_score
from assistant.errors import NotReady
from assistant.policy import Policy
from assistant.precedents import found_before, memory_item, memory_query, precedent
from assistant.scoring import NO_MODEL, Card, Comparison, Model, Plan, compare, label_of, prepare
from assistant.scoring.model import raising
from assistant.scoring.report import write_report
from assistant.scoring.vintage import Vintage
from assistant.settings import Settings
from assistant.shortlist import COUNTER_DISTANCE, Entry, shortlist
from assistant.signals import SignalTable, Trace, Value, compute, reach, trace, trace_of
from assistant.store import CasesOnce, Score, Store
from assistant.telling import Telling, profile, telling
from retrieval import Embedder, HashEmbedder, Memory, MiniLM, Query, RetrievalError

__all__ = ["Progress", "Records"]

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how much is done, and how much there is."""
INDEX_BATCH = 256
CATCH_UP = 64
"""Outbox entries that a review indexes by itself, in about a second. With more, it says that `fra index` is due."""
MATCHES = 60
"""How many matches are looked through at first, for rings and for one that turned out the other way."""
MOST_MATCHES = 960
"""Where so many near cases all turned out the same, the search for another outcome ends."""
SCORE_SLICE = 5000
"""Cases scored at once. Their neighbours are held in memory beside them."""


class Records:
    """The records of one home folder, as the desk needs them."""

    def __init__(self, store: Store, policy: Policy, settings: Settings) -> None:
        self.store = store
        self._policy = policy
        self._settings = settings
        self._models = settings.home / "models"
        self._model: tuple[str, Model] | None = None
        self._tellings: WeakKeyDictionary[Vintage, Telling] = WeakKeyDictionary()
        self._lock = threading.Lock()
        self.control = ControlSample(store, settings.control_share, settings.control_seed)

    @cached_property
    def memory(self) -> Memory:
        embedder = (
            HashEmbedder() if self._settings.embedder == "hash" else _Threaded(MiniLM("auto"), self._settings.threads)
        )
        return Memory(self._settings.home / "memory", embedder)

    @property
    def model(self) -> Model | None:
        """The champion, read again when another process has promoted a new one."""
        pointer = self._models / "champion.json"
        stamp = pointer.read_text() if pointer.exists() else ""
        with self._lock:
            if self._model is None or self._model[0] != stamp:
                model = Model.champion(self._models)
                if model is None:
                    return None
                self._model = (stamp, model)
            return self._model[1]

    def signals(self, *cases: Case) -> SignalTable:
        """The signals of these cases, from the cases before them that share an entity, and the frauds one step on."""
        own = [trace(case) for case in cases]
        ids = self.store.cases.neighbours({link for one in own for link in one.links})
        last = max(case.opened_at for case in cases)
        before = [trace_of(*footprint) for footprint in self.store.cases.footprints(ids, last)]
        further = sorted({*self.store.cases.frauds(reach(own, before))} - {*ids})
        return compute(cases, own, before + [trace_of(*one) for one in self.store.cases.footprints(further, last)])

    def score(self, case: Case, signals: SignalTable) -> Scorecard:
        """The scorecard of one case by the clock of the case."""
        if self.model is None:
            return NO_MODEL
        ids = [case.case_id]
        if self.control.hidden(ids):
            return without_score(self.model.card.model_id)
        answered = self.model.answered(self.store.cases.decisions(ids), self.store.cases.outcomes(ids))
        return next(self.model.score([case], signals, answered, self._policy.band))

    def precedents(
        self, case: Case, as_of: datetime, signals: SignalTable, scorecard: Scorecard
    ) -> tuple[list[Precedent], str]:
        """The most similar decided cases known before `as_of`."""
        return self.similar(case, as_of, self._settings.precedents, raising(scorecard), signals=signals)

    def similar(
        self,
        case: Case,
        as_of: datetime,
        k: int,
        why: dict[str, str] | None = None,
        *,
        signals: SignalTable | None = None,
        differences: bool = True,
        known: CasesOnce | None = None,
    ) -> tuple[list[Precedent], str]:
        """Up to k precedents and what is missing from the answer; a broken memory is a message, not an error.

        `signals` are the case's own, and `known` what was read before, for whoever has them already. Without
        `differences`, none is told: that needs the signals of every precedent, half of the time of it all."""
        try:
            behind = self.index(limit=CATCH_UP)
            own = (signals or self.signals(case)).row(0)
            entries = self._shortlist(self._query(case, own, as_of), k, known or CasesOnce(self.store.cases))
        except RetrievalError as error:
            return [], f"similar cases cannot be searched: {error}; 'fra index --rebuild' makes the index again"
        past = [entry.found.case for entry in entries]
        reasons = self.store.queue.reasons([*(one.case_id for one in past), case.case_id])
        own_why = reasons.get(case.case_id, {}) if why is None else why
        differ = self._differences(case, own, past) if differences else [""] * len(past)
        found = [
            precedent(entry, own_why, reasons.get(entry.found.case.case_id, {}), said)
            for entry, said in zip(entries, differ, strict=True)
        ]
        missing = f"{behind:,} cases are not in the memory yet; 'fra index' adds them" if behind else ""
        return found, missing

    def _shortlist(self, query: Query, k: int, cases: CasesOnce) -> tuple[Entry, ...]:
        """What is shown of the matches. More of them are asked for until there is nothing left to gain from it."""
        asked = max(MATCHES, k)
        while True:
            matches = {match.id: match for match in self.memory.similar(query, asked)}
            decisions, outcomes = cases.decisions(list(matches)), cases.outcomes(list(matches))
            found = [
                found_before(matches[past.case_id], past, decisions[past.case_id], outcomes[past.case_id], query.as_of)
                for past in cases.many(list(matches))
            ]
            short = shortlist([one for one in found if one is not None], k)
            if not short.wants_more or len(matches) < asked or asked >= MOST_MATCHES:
                return short.entries
            if len(short.entries) == k and 1 - list(matches.values())[-1].similarity > COUNTER_DISTANCE:
                return short.entries  # what would come next is too far to be a counter-example
            asked *= 4

    def _query(self, case: Case, own: Mapping[str, Value], as_of: datetime) -> Query:
        """What to look for, weighed by a model that was there at that moment, or by text and links alone."""
        picked, withdrawn = self._picked(case), self.store.verdicts.withdrawn()
        if picked is None or picked.recipe.cutoff > as_of:
            return memory_query(case, as_of, withdrawn, {}, {})
        return memory_query(case, as_of, withdrawn, profile(own), self._telling(picked).lens(own))

    def _picked(self, case: Case) -> Vintage | None:
        """The vintage for a case; a damaged model is said where the score is, and costs the search only its weights."""
        model = self._standing()
        return model.pick(case, frozenset()).vintage if model else None

    def _differences(self, case: Case, own: Mapping[str, Value], past: Sequence[Case]) -> list[str]:
        """The most telling signal in which each past case differs, by the clock of each; empty without a model."""
        picked = self._picked(case)
        if picked is None or not past:
            return [""] * len(past)
        table, weighed = self.signals(*past), self._telling(picked)
        return [weighed.differs(own, table.row(row), table.signals) for row in range(len(past))]

    def _telling(self, vintage: Vintage) -> Telling:
        """What a vintage leans on, worked out once."""
        with self._lock:
            if vintage not in self._tellings:
                self._tellings[vintage] = telling(vintage)
            return self._tellings[vintage]

    def index(self, *, rebuild: bool = False, limit: int | None = None, progress: Progress | None = None) -> int:
        """Brings the memory up to date with the outbox and returns how many entries are still waiting.

        With `limit`, nothing is done when more than that wait: a review must not stop for a bulk import."""
        if rebuild:
            self.memory.clear()
            self.store.outbox.refill()
        waiting = self.store.outbox.count()
        if limit is not None and waiting > limit:
            return waiting
        done = 0
        while entries := self.store.outbox.pending(INDEX_BATCH):
            self._remember(sorted({case_id for _, case_id in entries}))
            self.store.outbox.done(entries[-1][0])
            done += len(entries)
            if progress:
                progress("indexing", done, max(waiting, done))
        return 0

    def train(self, now: datetime, plan: Plan, actor: str, progress: Progress) -> Comparison:
        """Trains on everything, makes the best model the champion, journals that, and scores every case with it."""
        cases, traces, decisions, outcomes = self._everything(progress)
        table = compute(cases, traces, traces)
        learners = plan.learners(self._standing(), table)
        known = (cases, table, decisions, outcomes)
        maturity, control = self._settings.maturity, self.control.ids()
        lesson = prepare(*known, now=now, maturity=maturity, keep_leaks=plan.keep_leaks, control=control)
        found = compare(
            lesson,
            learners,
            cost=self._policy.paid,
            insist=plan.champion,
            budget_s=plan.budget_s,
            progress=progress,
        )
        with self.store.journal.deed(actor, "promote", found.champion.card.model_id, found.champion.card.summary()):
            found.save(self._models)
        if plan.report:
            policy, path = self._policy, self.report_path(found.champion.card)
            write_report(found, lesson, policy.paid, policy.review_cost, path)
        self._save_scores(found.champion, cases, table, found.champion.answered(decisions, outcomes))
        return found

    def report_path(self, card: Card) -> Path:
        """Where the report of a training stands."""
        return self._models / card.model_id / "report.html"

    def go_back(self, actor: str, progress: Progress) -> Model:
        """Puts the model that was in use before to use again, journals that, and scores every case with it."""
        left = self.model.card.model_id if self.model else ""
        with self.store.journal.deed(actor, "roll back", left, {}) as body:
            model = Model.go_back(self._models)
            body["to"] = model.card.model_id
        self.score_pending(progress)
        return model

    def weighing(self) -> Weighing | None:
        """What was learned about precedents' outcomes beside the champion's score; None where nothing was yet."""
        return Weighing.load(self._models / self.model.card.model_id) if self.model else None

    def weigh(self, now: datetime, progress: Progress) -> bool:
        """Learns how the outcomes of precedents bear on the champion's score, once for each champion, and whether it
        did. It needs the memory of all decided cases, so it waits for a model and for the outbox to be empty."""
        model = self.model
        if model is None or self.store.outbox.count():
            return False
        try:
            if self.weighing() is not None:
                return False
        except NotReady:
            pass  # damaged, so it is made again
        learn(self.past_cases(model, now, progress), now).save(self._models / model.card.model_id)
        return True

    def _standing(self) -> Model | None:
        """The model in use. A damaged one does not keep a training from putting another in its place."""
        try:
            return self.model
        except NotReady:
            return None

    def score_pending(self, progress: Progress) -> int:
        """Scores the cases that the champion has not scored yet, a slice at a time; returns how many."""
        model = self.model
        name = model.card.model_id if model else NO_MODEL.model
        done, last = 0, ""
        while ids := self.store.cases.unscored(name, after=last, limit=SCORE_SLICE):
            cases = self.store.cases.many(ids)
            given = self.store.cases.decisions(ids), self.store.cases.outcomes(ids)
            answered = model.answered(*given) if model else frozenset[str]()
            self._save_scores(model, cases, self.signals(*cases) if model else None, answered)
            done, last = done + len(ids), ids[-1]
            progress("scoring", done, done)
        return done

    def first_score(self, case: Case) -> Score:
        """What stands in the queue for a case until a model has seen it."""
        return self._score(case, NO_MODEL)

    def _everything(
        self, progress: Progress
    ) -> tuple[list[Case], list[Trace], dict[str, list[Decision]], dict[str, list[Outcome]]]:
        total = self.store.cases.count()
        progress("reading cases", 0, total)
        cases = list(self.store.cases.all())
        outcomes = self.store.cases.outcomes()
        traces = [trace(case, outcomes.get(case.case_id, ())) for case in cases]
        progress("reading cases", total, total)
        return cases, traces, self.store.cases.decisions(), outcomes

    def past_cases(
        self, model: Model, now: datetime, progress: Progress = lambda what, done, of: None
    ) -> list[PastCase]:
        """The latest labelled cases as the desk saw them: when a draft was written, else when they were opened, with
        the score of a vintage from before and the precedents known then."""
        decisions, outcomes = self.store.cases.decisions(), self.store.cases.outcomes()
        scores = self.store.queue.probabilities(model.card.model_id)
        labels = {}
        for case_id in {**decisions, **outcomes}:
            given = decisions.get(case_id, ()), outcomes.get(case_id, ())
            label = label_of(case_id, *given, now, self._settings.maturity)
            if label is not None and case_id in scores:
                labels[case_id] = label
        cases = sorted(self.store.cases.many(list(labels)), key=lambda case: case.opened_at)
        cases = [case for case in cases if model.pick(case, frozenset(labels)).vintage][-MOST_CASES:]
        found, known = [], CasesOnce(self.store.cases)
        for number, case in enumerate(cases):
            progress("weighing precedents", number, len(cases))
            label, review = labels[case.case_id], self.store.reviews.latest(case.case_id)
            seen_at, leaning = case.opened_at, 0
            if review is not None and review.as_of < label.known_at:
                seen_at = review.as_of
                leaning = lean(review.draft.action, review.policy, review.sheet.allowed_actions)
            if seen_at >= label.known_at:
                continue
            count = self._settings.precedents
            precedents, missing = self.similar(case, seen_at, count, {}, differences=False, known=known)
            if missing and not precedents:
                raise NotReady(missing)
            found.append(
                PastCase(
                    kind=case.kind,
                    seen_at=seen_at,
                    known_at=label.known_at,
                    fraud=label.fraud,
                    probability=scores[case.case_id],
                    precedents=tuple(precedents),
                    lean=leaning,
                )
            )
        progress("weighing precedents", len(cases), len(cases))
        return found

    def _save_scores(
        self, model: Model | None, cases: Sequence[Case], table: SignalTable | None, decided: frozenset[str]
    ) -> None:
        cards: Iterable[Scorecard] = (
            model.score(cases, table, decided, self._policy.band) if model and table else (NO_MODEL for _ in cases)
        )
        hidden = self.control.draw([case.case_id for case in cases]) if model else frozenset[str]()
        scores = [
            self._score(case, without_score(card.model) if case.case_id in hidden else card)
            for case, card in zip(cases, cards, strict=True)
        ]
        self.store.queue.save(scores)

    def _score(self, case: Case, card: Scorecard) -> Score:
        return Score(
            case_id=case.case_id,
            model=card.model,
            probability=card.probability,
            band=card.band,
            expected_loss=self._policy.advise(case, card.probability).expected_loss,
            queue_key=self._policy.queue_key(case, card.probability),
            reasons=raising(card),
        )

    def _remember(self, case_ids: Sequence[str]) -> None:
        cases = self.store.cases
        decisions, outcomes = cases.decisions(case_ids), cases.outcomes(case_ids)
        withdrawn = self.store.verdicts.withdrawn()
        decided = [case for case in cases.many(case_ids) if case.case_id not in withdrawn]
        table = self.signals(*decided) if decided else None
        items = [
            memory_item(
                case,
                decisions.get(case.case_id, ()),
                outcomes.get(case.case_id, ()),
                profile(table.row(row)) if table else {},
            )
            for row, case in enumerate(decided)
        ]
        self.memory.remember(item for item in items if item is not None)
        gone = [case_id for case_id in case_ids if case_id in withdrawn]
        if gone:
            self.memory.withdraw(gone)


class _Threaded:
    """An embedder on its own number of threads: XGBoost sets the process's OpenMP threads to one, which halves it."""

    def __init__(self, embedder: Embedder, threads: int) -> None:
        self.name, self.dimension = embedder.name, embedder.dimension
        self._embedder = embedder
        self._threads = threads

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        import torch

        torch.set_num_threads(self._threads)
        return self._embedder.embed(texts)
