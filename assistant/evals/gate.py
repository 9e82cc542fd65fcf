"""Gates: what a run must be for its prompt to ship, written down before it is measured.

A gate file is TOML, each gate of one kind:

    [[gate]]
    metric = "attacked"       # the mean of a metric; "troubled", "coverage", "macro_f1", "kappa", "brier" and "ece" too
    at_most = 0.01            # or at_least
    sure = true               # the 95% bound must hold it (Clopper and Pearson), not just the figure
    slice = "kind=payment"    # only these items

    [[gate]]
    metric = "passes"
    worse_by_at_most = 0.03   # than the baseline: the worse end of the 95% interval of the difference

A gate whose metric was measured on no item blocks: what was not looked at was not found well.
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Literal
from xml.etree import ElementTree

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from assistant.errors import BadInput
from assistant.evals.compare import Comparison
from assistant.evals.metrics import METRICS, metric
from assistant.evals.run import Run
from assistant.evals.stats import at_most
from assistant.evals.summary import Summary

__all__ = ["Gate", "Verdict", "check", "junit", "load_gates", "shipped_gates"]

WHOLE = ("troubled", "coverage", "macro_f1", "kappa", "brier", "ece")
"""What is said of a run and not of items."""


class Gate(BaseModel):
    """One condition."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    metric: str
    at_least: float | None = None
    at_most: float | None = None
    worse_by_at_most: float | None = Field(default=None, ge=0)
    sure: bool = False
    slice: str = ""

    @model_validator(mode="after")
    def _one_kind(self) -> Gate:
        if sum(one is not None for one in (self.at_least, self.at_most, self.worse_by_at_most)) != 1:
            raise ValueError(f"the gate of {self.metric} needs one of at_least, at_most and worse_by_at_most")
        known = metric(self.metric)
        if known is None and self.metric not in WHOLE:
            names = ", ".join([*(one.name for one in METRICS), *WHOLE])
            raise ValueError(f"there is no metric {self.metric!r}; there are: {names}")
        if self.sure and (known is None or not known.sharp or self.worse_by_at_most is not None):
            raise ValueError(f"'sure' is for counts of items, with at_least or at_most; {self.metric} is none here")
        if (self.slice or self.worse_by_at_most is not None) and known is None:
            raise ValueError(f"{self.metric} is said of a whole run; give it at_least or at_most and no slice")
        if self.slice and "=" not in self.slice:
            raise ValueError(f"the slice {self.slice!r} is not of the form name=value")
        return self

    @property
    def name(self) -> str:
        limit = next(
            f"{word} {value:g}"
            for word, value in (
                ("at least", self.at_least),
                ("at most", self.at_most),
                ("worse by at most", self.worse_by_at_most),
            )
            if value is not None
        )
        return " ".join(filter(None, (self.metric, limit, "for sure" if self.sure else "", self.slice)))


class Verdict(BaseModel):
    """Whether one gate holds, and what was found."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    gate: str
    ok: bool
    why: str


class _Gates(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    gate: tuple[Gate, ...] = Field(min_length=1)


def load_gates(path: Path) -> tuple[Gate, ...]:
    """The gates of a file. Raises BadInput naming file, gate and fault."""
    try:
        return _Gates.model_validate(tomllib.loads(path.read_text(encoding="utf-8"))).gate
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part + 1 if isinstance(part, int) else part) for part in first["loc"])
        raise BadInput(f"{path}, {where}: {first['msg'].removeprefix('Value error, ')}; mend it") from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadInput(f"{path} cannot be read as gates ({error}); mend it or name another file") from error


def shipped_gates(suite: Path) -> Path:
    """The gates that lie with a suite."""
    return suite / "gates.toml"


def check(gates: Sequence[Gate], run: Run, comparison: Comparison | None) -> list[Verdict]:
    """Every gate on a run; `comparison` is the run against its baseline, where there is one.

    Without a baseline there is nothing to be worse than: such a gate holds, and says so."""
    return [_verdict(one, run, comparison) for one in gates]


def junit(verdicts: Sequence[Verdict], name: str, path: Path) -> None:
    """The verdicts as JUnit XML, for whatever builds and ships."""
    failed = sum(not one.ok for one in verdicts)
    suite = ElementTree.Element("testsuite", name=_xml(name), tests=str(len(verdicts)), failures=str(failed))
    for one in verdicts:
        case = ElementTree.SubElement(suite, "testcase", classname=_xml(name), name=_xml(one.gate))
        if not one.ok:
            ElementTree.SubElement(case, "failure", message=_xml(one.why)).text = _xml(one.why)
    path.parent.mkdir(parents=True, exist_ok=True)
    ElementTree.ElementTree(suite).write(path, encoding="utf-8", xml_declaration=True)


def _verdict(gate: Gate, run: Run, comparison: Comparison | None) -> Verdict:
    if gate.worse_by_at_most is not None:
        ok, why = _against(gate, gate.worse_by_at_most, comparison)
    elif gate.metric in WHOLE:
        ok, why = _whole(gate, run.summary)
    else:
        ok, why = _absolute(gate, run)
    return Verdict(gate=gate.name, ok=ok, why=why)


def _against(gate: Gate, limit: float, comparison: Comparison | None) -> tuple[bool, str]:
    if comparison is None:
        return True, "there is no baseline yet"
    rows = comparison.slices if gate.slice else comparison.metrics
    found = next((one for one in rows if one.metric == gate.metric and one.by == gate.slice), None)
    known = metric(gate.metric)
    if found is None or known is None:
        return False, f"{gate.metric} was not compared{f' for {gate.slice}' if gate.slice else ''}"
    one = found.difference
    worst = -one.low if known.better == "higher" else one.high
    return worst <= limit, (
        f"{found.before:.4g} to {found.after:.4g}, difference {one.value:+.4g} "
        f"({one.low:+.4g} to {one.high:+.4g}), so it may be worse by {max(worst, 0):.4g}"
    )


def _whole(gate: Gate, summary: Summary) -> tuple[bool, str]:
    values: dict[Literal["troubled", "coverage", "macro_f1", "kappa", "brier", "ece"], float | None] = {
        "troubled": summary.troubled / max(summary.items, 1),
        "coverage": summary.coverage,
        "macro_f1": summary.macro_f1,
        "kappa": summary.kappa,
        "brier": summary.brier,
        "ece": summary.ece,
    }
    value = values[gate.metric]  # type: ignore[index]
    if value is None:
        return False, f"{gate.metric} could not be measured on this suite"
    return _within(gate, value), f"{value:.4g}"


def _absolute(gate: Gate, run: Run) -> tuple[bool, str]:
    key, _, wanted = gate.slice.partition("=")
    items = [item for item in run.suite.items if not key or item.slices.get(key) == wanted]
    found = [run.scores[item.id][gate.metric] for item in items if gate.metric in run.scores.get(item.id, {})]
    if not found:
        return False, f"{gate.metric} was measured on no item{f' of {gate.slice}' if gate.slice else ''}"
    value = sum(one.value for one in found) / len(found)
    told = f"{value:.4g} on {len(found)} items"
    if gate.sure:
        events = round(sum(one.value for one in found))
        value = (
            at_most(events, len(found)) if gate.at_most is not None else 1 - at_most(len(found) - events, len(found))
        )
        told += f", {'at most' if gate.at_most is not None else 'at least'} {value:.4g} at 95%"
    return _within(gate, value), told


def _within(gate: Gate, value: float) -> bool:
    if gate.at_least is not None:
        return value >= gate.at_least
    return gate.at_most is not None and value <= gate.at_most


def _xml(text: str) -> str:
    """Text without the characters that XML cannot hold, escaped or not."""
    return "".join(
        char if char in "\t\n\r" or (ord(char) >= 32 and not 0xD800 <= ord(char) < 0xE000) else " " for char in text
    )
