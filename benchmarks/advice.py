"""Is the recommended action worth its cost, and may its confidence be believed? `python -m benchmarks.advice`

On a demo world whose truth is known of every case, blocked ones too: the later cases are reviewed at the moment they
were opened, and each way of choosing an action pays what `policy.toml` says the action costs given the truth. Then
whether the probability behind `confidence` holds, and whether precedents known at that moment would make it better.
Thresholds and the rival of the confidence are fitted on the earlier half of these cases only.
"""

from __future__ import annotations

import argparse
import csv
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rich.progress import track
from sklearn.linear_model import LogisticRegression

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
    past_fraud: int
    past_legitimate: int


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
        workspace.close()
    earlier, later = weighed[: len(weighed) // 2], weighed[len(weighed) // 2 :]
    frauds = sum(one.fraud for one in later)
    print(f"{len(later)} later cases, {frauds} of them fraud; fitted on the {len(earlier)} before")
    costs(policy, earlier, later)
    confidence(earlier, later)


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
        past = [one.outcome for one in brief.precedents]
        found.append(
            Weighed(
                kind=case.kind,
                amount=reference_amount(case.amount_minor, case.currency)
                or workspace.policy.of(case.kind).amount_at_stake,
                fraud=truth[case.case_id],
                probability=brief.score.probability,
                advised=brief.policy.action,
                past_fraud=past.count("fraud"),
                past_legitimate=past.count("legitimate"),
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


def confidence(earlier: Sequence[Weighed], later: Sequence[Weighed]) -> None:
    """Brier score and calibration error of the probability, and of one that has seen the precedents' outcomes too."""
    fraud = np.array([one.fraud for one in later], dtype=np.int64)
    plain = np.array([one.probability for one in later])
    rival = LogisticRegression().fit(features(earlier), [one.fraud for one in earlier])
    with_past = rival.predict_proba(features(later))[:, 1]
    rows = {"the score's probability, which is shown": plain, "the same with the precedents' outcomes": with_past}
    print(
        "\n| probability of fraud | Brier | more than the first, 95% | ECE, 10 bins of equal mass |\n|---|---|---|---|"
    )
    for name, said in rows.items():
        worse = (said - fraud) ** 2 - (plain - fraud) ** 2
        error = expected_calibration_error(fraud, said, np.ones(len(fraud)))
        print(f"| {name} | {np.mean((said - fraud) ** 2):.4f} | {interval(worse, 4)} | {error:.3f} |")
    print("\n| confidence shown | cases | said | right |\n|---|---|---|---|")
    claimed = [(p if p >= 0.5 else 1 - p, bool(y) == (p >= 0.5)) for p, y in zip(plain, fraud, strict=True)]
    for low, high in ((0.5, 0.7), (0.7, 0.85), (0.85, 0.95), (0.95, 1.01)):
        here = [(said, right) for said, right in claimed if low <= said < high]
        if here:
            said, right = np.mean(here, axis=0)
            print(f"| {low:.2f} to {min(high, 1):.2f} | {len(here)} | {said:.3f} | {right:.3f} |")


def features(cases: Sequence[Weighed]) -> Floats:
    """Log-odds of the score, and log-odds of fraud among the precedents whose outcome was known (one added to each)."""
    clipped = np.clip([one.probability for one in cases], 0.001, 0.999)
    past = [np.log((one.past_fraud + 1) / (one.past_legitimate + 1)) for one in cases]
    return np.column_stack([np.log(clipped / (1 - clipped)), past])


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
