"""Is the recommended action worth its cost, and may its confidence be believed? `python -m benchmarks.advice`

On a demo world whose truth is known of every case, blocked ones too: the later cases are reviewed at the moment they
were opened, and each way of choosing an action pays what `policy.toml` says the action costs given the truth.
Thresholds are fitted on the earlier half of these cases only. Then whether `confidence` holds: the chance of fraud
behind it as the product shows it, and as it would be with the precedents weighed for every kind of case. That is
learned as the product does, from outcomes that were known when the later half of these cases began.
"""

from __future__ import annotations

import argparse
import csv
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rich.progress import track

from assistant.case import Precedent
from assistant.confidence import Weighing, learn
from assistant.money import reference_amount
from assistant.policy import Policy
from assistant.scoring.metrics import expected_calibration_error
from assistant.settings import Settings
from assistant.workspace import Workspace

Floats = NDArray[np.float64]
RESAMPLES = 1000


@dataclass(frozen=True)
class Weighed:
    """One later case: what is true, what the desk knew when it was opened, and what it advised."""

    kind: str
    amount: float
    fraud: bool
    probability: float
    advised: str
    opened_at: datetime
    precedents: tuple[Precedent, ...]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--cases", type=int, default=6000)
    parser.add_argument("--end", type=date.fromisoformat, default=date(2026, 11, 24))
    parser.add_argument("--of", type=int, default=1500, help="the latest so many scored cases")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        workspace = Workspace.open(settings=Settings(home=Path(folder)))
        workspace.demo(cases=arguments.cases, seed=arguments.seed, end=arguments.end)
        weighed = later_cases(workspace, Path(folder), arguments.of)
        policy = workspace.policy
        earlier, later = weighed[: len(weighed) // 2], weighed[len(weighed) // 2 :]
        weighing = learned(workspace, later[0].opened_at)
        workspace.close()
    frauds = sum(one.fraud for one in later)
    print(f"{len(later)} later cases, {frauds} of them fraud; fitted on the {len(earlier)} before")
    costs(policy, earlier, later)
    confidence(weighing, later)


def later_cases(workspace: Workspace, folder: Path, number: int) -> list[Weighed]:
    """The latest scored cases in the order they were opened, each reviewed at that moment."""
    (path,) = folder.rglob("truth.csv")
    with path.open(encoding="utf-8", newline="") as file:
        truth = {row["case_id"]: row["fraud"] == "1" for row in csv.DictReader(file)}
    cases = sorted(workspace.store.cases.all(), key=lambda case: case.opened_at)[-number:]
    found = []
    for case in track(cases, description="reviewing"):
        brief = workspace.brief(case.case_id, as_of=case.opened_at)
        if brief.score.probability is None:
            continue
        found.append(
            Weighed(
                kind=case.kind,
                amount=reference_amount(case.amount_minor, case.currency)
                or workspace.policy.of(case.kind).amount_at_stake,
                fraud=truth[case.case_id],
                probability=brief.score.probability,
                advised=brief.policy.action,
                opened_at=case.opened_at,
                precedents=brief.precedents,
            )
        )
    return found


def costs(policy: Policy, earlier: Sequence[Weighed], later: Sequence[Weighed]) -> None:
    """What each way of choosing pays for a case, with the interval of its difference to the policy."""
    limits = {kind: cheapest_limit(policy, [one for one in earlier if one.kind == kind]) for kind in kinds(earlier)}

    def gentlest(one: Weighed) -> str:
        return next(iter(policy.of(one.kind).actions))

    def hardest(one: Weighed) -> str:
        return list(policy.of(one.kind).actions)[-1]

    ways: dict[str, Callable[[Weighed], str]] = {
        "policy, which the scripted draft recommends": lambda one: one.advised,
        "a score threshold for each kind, the best on earlier cases": lambda one: (
            hardest(one) if one.probability >= limits[one.kind] else gentlest(one)
        ),
        "always the gentlest action": gentlest,
        "always the hardest action": hardest,
        "the truth known": lambda one: min(policy.of(one.kind).actions, key=lambda action: paid(policy, one, action)),
    }
    base = np.array([paid(policy, one, one.advised) for one in later])
    print(f"| way of choosing | {policy.currency} a case | more than the policy, 95% |\n|---|---|---|")
    for name, way in ways.items():
        paid_here = np.array([paid(policy, one, way(one)) for one in later])
        print(f"| {name} | {paid_here.mean():.2f} | {interval(paid_here - base)} |")


def paid(policy: Policy, one: Weighed, action: str) -> float:
    """The cost of an action in hindsight. Who escalates pays the senior and then the best action."""
    actions = policy.of(one.kind).actions
    if action not in actions:
        return policy.review_cost + min(paid(policy, one, name) for name in actions)
    cost = actions[action].if_fraud if one.fraud else actions[action].if_legitimate
    return cost.of(one.amount)


def cheapest_limit(policy: Policy, cases: Sequence[Weighed]) -> float:
    """The probability from which the hardest action is taken, at the least cost over these cases."""
    limits = np.linspace(0, 1.001, 201)

    def total(limit: float) -> float:
        ends = [list(policy.of(one.kind).actions) for one in cases]
        return sum(
            paid(policy, one, names[-1] if one.probability >= limit else names[0])
            for one, names in zip(cases, ends, strict=True)
        )

    return float(min(limits, key=total))


def learned(workspace: Workspace, moment: datetime) -> Weighing:
    """What the product would have learned about precedents from the outcomes known at a moment."""
    model = workspace.records.model
    assert model is not None
    return learn(workspace.records.past_cases(model, moment), moment)


def confidence(weighing: Weighing, later: Sequence[Weighed]) -> None:
    """Brier score and calibration error of the score's chance of fraud, of the one shown, and of one always weighed."""
    fraud = np.array([one.fraud for one in later], dtype=np.int64)
    plain = np.array([one.probability for one in later])
    shown = np.array([weighing.chance(one.kind, one.probability, one.precedents, 0) for one in later])
    always = np.array([weighing.weighed(one.probability, one.precedents, 0) for one in later])
    print(f"\nlearned from {weighing.cases} cases: shift {weighing.shift:+.2f}, weight of the past {weighing.past:.2f}")
    for kind in kinds(later):
        print(f"- {kind}: {weighing.told(kind)}")
    rows = {"the score's": plain, "behind the confidence shown": shown, "weighed for every kind": always}
    print("\n| kind | chance of fraud | n | Brier | more than the score's, 95% | ECE |\n|---|---|---|---|---|---|")
    for kind in (None, *kinds(later)):
        here = np.array([kind in (None, one.kind) for one in later])
        for name, said in rows.items():
            worse = ((said - fraud) ** 2 - (plain - fraud) ** 2)[here]
            error = expected_calibration_error(fraud[here], said[here], np.ones(int(here.sum())))
            brier = np.mean((said - fraud)[here] ** 2)
            cells = (kind or "all", name, str(here.sum()), f"{brier:.4f}", interval(worse, 4), f"{error:.3f}")
            print(f"| {' | '.join(cells)} |")
    print("\n| confidence shown | cases | said | right |\n|---|---|---|---|")
    claimed = [(p if p >= 0.5 else 1 - p, bool(y) == (p >= 0.5)) for p, y in zip(shown, fraud, strict=True)]
    for low, high in ((0.5, 0.7), (0.7, 0.85), (0.85, 0.95), (0.95, 1.01)):
        band = [(said, right) for said, right in claimed if low <= said < high]
        if band:
            said, right = np.mean(band, axis=0)
            print(f"| {low:.2f} to {min(high, 1):.2f} | {len(band)} | {said:.3f} | {right:.3f} |")


def interval(differences: Floats, digits: int = 2) -> str:
    """Mean and bootstrap interval of paired differences."""
    chance = np.random.default_rng(7)
    means = [chance.choice(differences, len(differences)).mean() for _ in range(RESAMPLES)]
    low, high = np.quantile(means, [0.025, 0.975])
    return f"{differences.mean():+.{digits}f} ({low:+.{digits}f} to {high:+.{digits}f})"


def kinds(cases: Sequence[Weighed]) -> list[str]:
    return sorted({one.kind for one in cases})


if __name__ == "__main__":
    main()
