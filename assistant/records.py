"""Answers the desk's questions from the store, the model and the memory, and keeps the derived ones up to date.

The database is the truth. Scores and memory are derived from it: scores by `score_pending`, the memory by `recall`.
What is said of a confidence is derived from both by `weigh`.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

from assistant.case import Case, Decision, Outcome, Precedent, Scorecard
from assistant.confidence import MOST_CASES, PastCase, Weighing, lean, learn
from assistant.control import ControlSample, without_score
from assistant.errors import NotReady
from assistant.policy import Policy
from assistant.recall import Progress, Recall
from assistant.scoring import NO_MODEL, Card, Comparison, Model, Plan, compare, label_of, prepare
from assistant.scoring.model import raising
from assistant.scoring.report import write_report
from assistant.scoring.vintage import Vintage
from assistant.settings import Settings
from assistant.signals import SignalTable, Trace, compute, reach, trace, trace_of
from assistant.store import CasesOnce, Score, Store, Withdrawn
from assistant.ties import Tie, ties
from retrieval import Memory

__all__ = ["Progress", "Records"]

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
        self._lock = threading.Lock()
        self.control = ControlSample(store, settings.control_share, settings.control_seed)
        self.recall = Recall(store, settings, self.signals, self._picked)

    @property
    def memory(self) -> Memory:
        return self.recall.memory

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
        return self.recall.similar(case, as_of, self._settings.precedents, raising(scorecard), signals=signals)

    def _picked(self, case: Case) -> Vintage | None:
        """The vintage for a case; a damaged model is said where the score is, and costs the search only its weights."""
        model = self._standing()
        return model.pick(case, frozenset()).vintage if model else None

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

    def ties(self, case: Case, as_of: datetime) -> tuple[Tie, ...]:
        """Which other cases touch the same things."""
        return ties(self.store, case, as_of)

    def withdrawn(self, case: Case) -> Withdrawn | None:
        """That the case is no precedent any more, and which drafts had used it."""
        return self.store.verdicts.withdrawal(case.case_id)

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
            precedents, missing = self.recall.similar(case, seen_at, count, {}, differences=False, known=known)
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
        policy, chance = self._policy, card.probability
        worth = policy.advise(case, chance).expected_loss, policy.queue_key(case, chance), raising(card)
        place = policy.due_at(case), policy.at_stake(case), case.country
        return Score(case.case_id, card.model, chance, card.band, *worth, *place)
