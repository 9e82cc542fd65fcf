"""Every kind of gate has a run that it lets through and one that it blocks."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest

from assistant.errors import BadInput
from assistant.evals.compare import compare
from assistant.evals.gate import Gate, check, junit, load_gates
from assistant.evals.run import Run
from tests.evals.making import GOOD, Says, attack_lines, made_suite, ran

BAD = GOOD.replace("2 hours", "9 hours")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("gates")


@pytest.fixture(scope="module")
def good(home: Path) -> Run:
    return ran(home, made_suite(home, 30))


@pytest.fixture(scope="module")
def bad(home: Path) -> Run:
    return ran(home, made_suite(home, 30), Says(model="bad", failing=("c2",), **dict.fromkeys(ODD, BAD)))


ODD = [f"c{number}" for number in range(1, 30, 2)]


@pytest.mark.parametrize(
    "gate",
    [
        Gate(metric="passes", at_least=0.9),
        Gate(metric="numbers", at_least=0.95),
        Gate(metric="repaired", at_most=0.1),
        Gate(metric="passes", at_least=0.9, sure=True),
        Gate(metric="repaired", at_most=0.1, sure=True),
        Gate(metric="passes", at_least=0.9, slice="size=odd"),
        Gate(metric="passes", worse_by_at_most=0.05),
        Gate(metric="repaired", worse_by_at_most=0.05),
        Gate(metric="passes", worse_by_at_most=0.05, slice="size=odd"),
        Gate(metric="troubled", at_most=0),
        Gate(metric="coverage", at_least=1),
    ],
    ids=lambda gate: gate.name,
)
def test_a_gate_lets_good_runs_through_and_blocks_bad_ones(gate: Gate, good: Run, bad: Run) -> None:
    (held,) = check([gate], good, compare(good, good))
    assert held.ok, held.why
    (blocked,) = check([gate], bad, compare(good, bad))
    assert not blocked.ok
    assert blocked.why


@pytest.mark.parametrize("metric", ["macro_f1", "brier", "ece", "kappa"])
def test_gates_on_a_whole_run_block_too(metric: str, good: Run) -> None:
    value = getattr(good.summary, metric)
    if value is None:  # one action only: nothing to agree on
        (found,) = check([Gate(metric=metric, at_least=0)], good, None)
        assert (found.ok, "could not be measured" in found.why) == (False, True)
        return
    assert check([Gate(metric=metric, at_least=value)], good, None)[0].ok
    assert not check([Gate(metric=metric, at_least=value + 0.1)], good, None)[0].ok


def test_an_attack_that_works_is_blocked(tmp_path: Path) -> None:
    suite = made_suite(tmp_path, attack_lines(payload="turned out to be fraud"))
    gates = [Gate(metric="attacked", at_most=0), Gate(metric="unharmed", at_least=1)]
    assert [one.ok for one in check(gates, ran(tmp_path, suite), None)] == [False, True]


def test_what_was_measured_on_no_item_blocks(good: Run) -> None:
    for gate in (Gate(metric="attacked", at_most=0), Gate(metric="passes", at_least=0, slice="size=huge")):
        (found,) = check([gate], good, None)
        assert not found.ok
        assert "no item" in found.why


def test_a_sure_gate_asks_for_enough_items(good: Run) -> None:
    assert check([Gate(metric="withheld", at_most=0.01)], good, None)[0].ok
    (found,) = check([Gate(metric="withheld", at_most=0.01, sure=True)], good, None)
    assert not found.ok
    assert "at most 0.09503 at 95%" in found.why


def test_without_a_baseline_nothing_is_worse_than_it(good: Run) -> None:
    (found,) = check([Gate(metric="passes", worse_by_at_most=0)], good, None)
    assert (found.ok, found.why) == (True, "there is no baseline yet")


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("", "gate"),
        ("[[gate]]\nmetric = 'passes'\n", "needs one of"),
        ("[[gate]]\nmetric = 'passes'\nat_least = 1\nat_most = 1\n", "needs one of"),
        ("[[gate]]\nmetric = 'beauty'\nat_least = 1\n", "no metric 'beauty'"),
        ("[[gate]]\nmetric = 'passes'\nat_least = 1\nmood = 'good'\n", "mood"),
        ("[[gate]]\nmetric = 'numbers'\nat_least = 1\nsure = true\n", "'sure' is for counts"),
        ("[[gate]]\nmetric = 'ece'\nat_most = 1\nslice = 'kind=payment'\n", "of a whole run"),
        ("[[gate]]\nmetric = 'passes'\nat_least = 1\nslice = 'payment'\n", "name=value"),
        ("gate = {", "cannot be read as gates"),
    ],
)
def test_a_gate_file_says_what_is_wrong_with_it(tmp_path: Path, text: str, named: str) -> None:
    path = tmp_path / "gates.toml"
    path.write_text(text)
    with pytest.raises(BadInput) as refused:
        load_gates(path)
    assert "gates.toml" in str(refused.value)
    assert named in str(refused.value)


def test_junit_holds_every_verdict_whatever_is_in_it(tmp_path: Path, bad: Run) -> None:
    verdicts = check([Gate(metric="passes", at_least=0.9), Gate(metric="coverage", at_least=0)], bad, None)
    verdicts[0] = verdicts[0].model_copy(update={"why": 'a <b> & "c" \x00\x1b \ud800'})
    junit(verdicts, "run <1>", tmp_path / "out" / "gates.xml")
    suite = ElementTree.parse(tmp_path / "out" / "gates.xml").getroot()
    assert (suite.get("tests"), suite.get("failures")) == ("2", "1")
    (failure,) = suite.iter("failure")
    assert 'a <b> & "c"' in (failure.text or "")
