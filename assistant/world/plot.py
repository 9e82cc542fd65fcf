"""A plot: how often something happens, who plays in it, and which oddities it shows.

The three kinds of case play their plots in the same way; what an oddity does to the facts is theirs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from assistant.world.chance import Dice
from assistant.world.stage import Scene, Stage
from assistant.world.story import Facts, Story, Truth

__all__ = ["EVERYDAY", "Draft", "Oddities", "Plot", "flag", "play"]

F = TypeVar("F", bound=Facts)
Oddities = Mapping[str, Callable[[F, Scene], F]]
EVERYDAY = "everyday"
"""The plot in which nothing is the matter and nobody looks like more than that."""


@dataclass(frozen=True)
class Plot(Generic[F]):
    """`share` of the cases of its kind; `cast` lays out one episode; `oddities` says how likely each edit is."""

    share: float
    cast: Callable[[Stage, Dice], Iterator[tuple[Scene, F]]]
    oddities: Mapping[str, float]
    fraud: bool = False


@dataclass(frozen=True)
class Draft(Generic[F]):
    """A case that is laid out and not told yet: its ages may still have to agree with earlier cases."""

    scene: Scene
    facts: F
    truth: Truth
    tell: Callable[[Scene, F, Truth], Story]


def play(
    plots: Mapping[str, Plot[F]], oddities: Oddities[F], tell: Callable[[Scene, F, Truth], Story],
    stage: Stage, total: int, dice: Dice,
) -> list[Draft[F]]:  # fmt: skip
    """Exactly `total` drafts, plot after plot, each with its share. What falls out of the window is left out."""
    drafts: list[Draft[F]] = []
    often, shows = stage.setting.often, stage.setting.shows
    shares = {name: plot.share * often.get(name, 1) for name, plot in plots.items()}
    for name, count in _counts(shares, total).items():
        plot, wanted = plots[name], len(drafts) + count
        truth = Truth(typology=name) if plot.fraud else Truth(hard_negative="" if name == EVERYDAY else name)
        while len(drafts) < wanted:
            for scene, facts in plot.cast(stage, dice):
                if len(drafts) == wanted:
                    break
                if stage.calendar.start <= scene.at < stage.calendar.end:
                    for oddity, probability in plot.oddities.items():
                        stronger = shows.get(oddity, 1) if plot.fraud else 1
                        if scene.shows(oddity, min(probability * stronger, 1)):
                            facts = oddities[oddity](facts, scene)
                    drafts.append(Draft(scene, facts, truth, tell))
    return drafts


def flag(marks: tuple[str, ...], flags: Mapping[str, frozenset[str]], dice: Dice) -> tuple[str, str]:
    """A rule that fired, and the mark that it fired on. Both are empty for a sample; few odd cases are samples."""
    fitting = [rule for rule, reasons in flags.items() if not reasons.isdisjoint(marks)]
    if not fitting or (len(marks) == 1 and dice.chance(0.1)):
        return "", ""
    rule = dice.pick(fitting)
    return rule, next(mark for mark in marks if mark in flags[rule])


def _counts(shares: Mapping[str, float], total: int) -> dict[str, int]:
    """The shares of the total in whole cases: rounded down, and the largest remainders up."""
    exact = {name: share / sum(shares.values()) * total for name, share in shares.items()}
    counts = {name: int(value) for name, value in exact.items()}
    for name in sorted(exact, key=lambda name: (counts[name] - exact[name], name))[: total - sum(counts.values())]:
        counts[name] += 1
    return counts
