"""Policy: which actions are allowed for a kind of case, what each costs, and which costs least.

Cost-sensitive decision after Elkan (2001): expected cost of an action = p · cost if fraud + (1 − p) · cost if not.
Bands
and queue order come from the same table, so there is one place to argue about.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from assistant.case import ESCALATE, Advice, Band, Case
from assistant.errors import BadInput
from assistant.money import REFERENCE, reference_amount

__all__ = ["Policy", "load_policy"]

DEFAULT = Path(__file__).with_name("policy.toml")
OVERRIDES = ("the evidence says otherwise", "I know more than the file", "other")
SKIPS = ("needs a specialist", "waiting for information", "other")
"""What a policy file that does not name its own lists offers."""


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Cost(_Table):
    """`fixed` + `share` · amount at stake."""

    fixed: float = Field(ge=0)
    share: float = Field(ge=0, le=10)

    def of(self, amount: float) -> float:
        return self.fixed + self.share * amount


class Action(_Table):
    """What is still lost when the case is fraud, and what a good customer costs when it is not. `reasons` are those of
    the kind that may be given for it; without a list, all of them."""

    if_fraud: Cost
    if_legitimate: Cost
    reasons: tuple[str, ...] | None = None

    def expected(self, probability: float, amount: float) -> float:
        return probability * self.if_fraud.of(amount) + (1 - probability) * self.if_legitimate.of(amount)


class KindPolicy(_Table):
    """The rules of one kind of case. Actions are listed from the gentlest to the hardest."""

    amount_at_stake: float = Field(gt=0)
    due_hours: float = Field(default=72, gt=0)
    reasons: tuple[str, ...] = Field(min_length=1)
    actions: dict[str, Action] = Field(min_length=1)

    @model_validator(mode="after")
    def _known_reasons(self) -> KindPolicy:
        for name, action in self.actions.items():
            if unknown := set(action.reasons or ()) - set(self.reasons):
                raise ValueError(
                    f"the action {name} names {min(unknown)!r}, which is not among the reasons of its kind"
                )
        return self


class Policy(_Table):
    """The whole policy file."""

    version: int
    currency: str = REFERENCE
    review_cost: float = Field(ge=0)
    queue_days: float = Field(gt=0)
    overrides: tuple[str, ...] = Field(default=OVERRIDES, min_length=1)
    skips: tuple[str, ...] = Field(default=SKIPS, min_length=1)
    kinds: dict[str, KindPolicy]

    @model_validator(mode="after")
    def _complete(self) -> Policy:
        if "other" not in self.kinds:
            raise ValueError("the table [other], for kinds without a table of their own, is missing")
        if self.currency != REFERENCE:
            raise ValueError(f"costs are compared in {REFERENCE}; state them in it")
        return self

    def of(self, kind: str) -> KindPolicy:
        return self.kinds.get(kind, self.kinds["other"])

    def allowed(self, kind: str) -> tuple[str, ...]:
        """The actions a reviewer may take, gentlest first; escalating is always possible."""
        return (*self.of(kind).actions, ESCALATE)

    def reasons(self, kind: str, action: str) -> tuple[str, ...]:
        """The reasons that may be given for an action; one that the policy does not know could have any of them."""
        rules = self.of(kind)
        named = rules.actions[action].reasons if action in rules.actions else None
        return rules.reasons if named is None else named

    def due_at(self, case: Case) -> datetime:
        """When a case of this kind should be decided."""
        return case.opened_at + timedelta(hours=self.of(case.kind).due_hours)

    def at_stake(self, case: Case) -> float:
        """What is at stake, in the policy's currency."""
        return self._at_stake(case)[0]

    def advise(self, case: Case, probability: float | None) -> Advice:
        """The action of least expected cost. Without a probability nothing can be weighed, so a senior looks."""
        amount, note = self._at_stake(case)
        if probability is None:
            return Advice(
                action=ESCALATE,
                expected_costs={},
                currency=self.currency,
                expected_loss=amount,
                note="; ".join(filter(None, ("without a score there is nothing to weigh", note))),
            )
        costs = self._costs(case.kind, probability, amount)
        return Advice(
            action=min(costs, key=lambda action: costs[action]),
            expected_costs={action: round(cost, 2) for action, cost in costs.items()},
            currency=self.currency,
            expected_loss=round(probability * amount, 2),
            note=note,
        )

    def called_for(self, case: Case, fraud: bool) -> str:
        """The action that costs least once the truth is known: what an outcome calls for, in hindsight."""
        costs = self._costs(case.kind, float(fraud), self._at_stake(case)[0])
        return min(costs, key=lambda action: costs[action])

    def band(self, kind: str, probability: float) -> Band:
        """low, medium or high, by which action is cheapest for the amount usual in this kind of case."""
        low, high = self.thresholds[kind if kind in self.kinds else "other"]
        return "low" if probability < low else "high" if probability >= high else "medium"

    @cached_property
    def thresholds(self) -> dict[str, tuple[float, float]]:
        """Kind → (probability from which the gentlest action is no longer cheapest, from which the hardest is)."""
        found = {}
        for kind, rules in self.kinds.items():
            gentlest, hardest = next(iter(rules.actions)), list(rules.actions)[-1]
            steps = [step / 1000 for step in range(1001)]
            best = [self._cheapest(kind, step, rules.amount_at_stake) for step in steps]
            low = next((step for step, action in zip(steps, best, strict=True) if action != gentlest), 1.0)
            high = next((step for step, action in zip(steps, best, strict=True) if action == hardest), 1.0)
            found[kind] = (low, high)
        return found

    def paid(self, case: Case, probability: float, fraud: bool) -> float:
        """What the case costs when the action that was cheapest at this probability is taken, given the truth."""
        amount, _ = self._at_stake(case)
        action = self.of(case.kind).actions[self._cheapest(case.kind, probability, amount)]
        return (action.if_fraud if fraud else action.if_legitimate).of(amount)

    def queue_key(self, case: Case, probability: float | None) -> float:
        """log(expected loss) − opened_at / τ: one number that does not move as time passes. A case that waits τ days
        longer goes before one with e times its expected loss."""
        return (
            math.log(max(self.advise(case, probability).expected_loss, 0.01)) - _days(case.opened_at) / self.queue_days
        )

    def _costs(self, kind: str, probability: float, amount: float) -> dict[str, float]:
        rules = self.of(kind)
        costs = {name: action.expected(probability, amount) for name, action in rules.actions.items()}
        # a senior decides better but costs time; the case still waits for the best action after that
        costs[ESCALATE] = min(costs.values()) + self.review_cost
        return costs

    def _cheapest(self, kind: str, probability: float, amount: float) -> str:
        costs = self._costs(kind, probability, amount)
        return min(costs, key=lambda action: costs[action])

    def _at_stake(self, case: Case) -> tuple[float, str]:
        usual = self.of(case.kind).amount_at_stake
        amount = reference_amount(case.amount_minor, case.currency)
        if amount is not None:
            return amount, ""
        if case.amount_minor is None:
            return usual, f"no amount on the case; the usual {self.currency} {usual:,.0f} was taken"
        return usual, f"no rate for {case.currency}; the usual {self.currency} {usual:,.0f} was taken"


def load_policy(path: Path | None = None) -> Policy:
    """Reads a policy file, or the one that ships. Raises BadInput naming the file and the entry."""
    path = path or DEFAULT
    try:
        table = tomllib.loads(path.read_text())
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadInput(
            f"{path} cannot be read as a policy: {error}; mend it or remove it to use the default"
        ) from error
    try:
        return Policy.model_validate(_shape(table))
    except ValidationError as error:
        # an unknown word explains a missing one better than the other way round
        first = max(error.errors(), key=lambda one: one["type"] == "extra_forbidden")
        where = ".".join(str(part) for part in first["loc"] if part != "kinds")
        raise BadInput(f"{path}, entry {where or 'top level'}: {first['msg']}; mend it or remove the file") from error


def _shape(table: Mapping[str, Any]) -> dict[str, Any]:
    kinds = {name: value for name, value in table.items() if isinstance(value, dict)}
    return {name: value for name, value in table.items() if name not in kinds} | {"kinds": kinds}


def _days(moment: datetime) -> float:
    return moment.timestamp() / 86400
