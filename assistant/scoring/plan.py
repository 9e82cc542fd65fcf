"""What a training is asked to do, and which models that means."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from assistant.errors import BadInput
from assistant.scoring.model import Model
from assistant.scoring.models import (
    CHALLENGERS,
    CHAMPION,
    FittedOnnx,
    FittedSklearn,
    Given,
    Learner,
    Network,
    OnnxFile,
    SklearnFile,
)
from assistant.signals import SignalTable

__all__ = ["Plan"]


@dataclass(frozen=True)
class Plan:
    """By default the kind of model in use is trained again, alone.

    `challengers` are trained beside it; `score` is a column that holds a score of somebody else, `onnx` and
    `sklearn` are model files, `network` adds the neural network, which takes longer than all others.
    `champion` is the name that a person insists on. `budget_s` seconds may go into the search for settings;
    `report` writes a page of figures beside the champion's card. `others` are learners of your own."""

    challengers: bool = False
    score: str = ""
    onnx: Path | None = None
    champion: str = ""
    budget_s: float = 0.0
    keep_leaks: bool = False
    report: bool = False
    others: tuple[Learner, ...] = ()
    sklearn: Path | None = None
    network: bool = False

    def learners(self, stands: Model | None, table: SignalTable) -> list[Learner]:
        """What is to be trained, what stands first. Raises BadInput where a column or a file is not there."""
        names = (*table.numbers, *table.texts)
        found: list[Learner] = [_again(stands)]
        if self.challengers:
            found += [CHAMPION, *CHALLENGERS]
        if self.score:
            if f"value.{self.score}" not in table.numbers:
                given = ", ".join(name.removeprefix("value.") for name in table.numbers if name.startswith("value."))
                raise BadInput(
                    f"no case has a number called {self.score!r}; give --score a column whose role in the schema is "
                    f"number or check: {given or 'there is none yet'}"
                )
            found.append(Given(self.score))
        if self.onnx:
            found.append(OnnxFile.read(self.onnx, names))
        if self.sklearn:
            found.append(SklearnFile.read(self.sklearn, names))
        if self.network:
            found.append(Network())
        found += self.others
        by_name: dict[str, Learner] = {}
        for one in found:  # what was read just now takes the place of what stands under the same name
            by_name[one.name] = one
        return list(by_name.values())


def _again(stands: Model | None) -> Learner:
    """The learner that made a model: what a person once insisted on stands until something else is asked for."""
    if stands is None:
        return CHAMPION
    name = stands.card.name
    if name.startswith("given:"):
        return Given(name.removeprefix("given:"))
    for vintage in stands.vintages:
        if isinstance(vintage.model, FittedOnnx) and name.startswith("onnx:"):
            return OnnxFile(vintage.model.content, vintage.model.columns, name)
        if isinstance(vintage.model, FittedSklearn) and name.startswith("sklearn:"):
            return SklearnFile(vintage.model.estimator, vintage.model.columns, name)
    return next((one for one in (CHAMPION, *CHALLENGERS, Network()) if one.name == name), CHAMPION)
