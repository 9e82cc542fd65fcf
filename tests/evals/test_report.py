"""The report: whole without a network, worst first, with reasons; nothing that a case says becomes markup."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from assistant.evals.report import differences, write_report
from tests.evals.making import GOOD, Says, case_line, made_suite, ran
from tests.sheets import item, sheet

BAD = GOOD.replace("2 hours", "9 hours")
EVIL = "<script>alert(1)</script><img src=x onerror=alert(2)>{{ 7 * 7 }}"


def without_library(text: str) -> str:
    return re.sub(r"<script.*?</script>", "", text, flags=re.DOTALL)


def test_a_page_about_one_run_says_what_failed_and_why(tmp_path: Path) -> None:
    suite = made_suite(tmp_path, 4)
    run = ran(tmp_path, suite, Says(c2=BAD, failing=("c3",)))
    page = without_library(write_report(run, None, tmp_path / "reports").read_text())
    order = re.findall(r"<h3>(\w+): (\w+)</h3>", page)
    assert order[:2] == [("i2", "failed"), ("i3", "failed")]
    assert {word for _, word in order[2:]} == {"passed"}
    assert "numbers, s1" in page
    assert "<del>9" in page
    assert "the endpoint is down" in page


def test_two_runs_stand_side_by_side_with_what_changed_marked(tmp_path: Path) -> None:
    suite = made_suite(tmp_path, 12)
    run, other = ran(tmp_path, suite, Says(c2=BAD)), ran(tmp_path, suite, Says(model="other", c5=BAD))
    path = write_report(run, other, tmp_path / "one.html")
    assert path == tmp_path / "one.html"
    page = without_library(path.read_text())
    assert re.findall(r"<h3>(\w+): (\w+)</h3>", page)[:2] == [("i2", "broken"), ("i5", "fixed")]
    assert "No difference that this suite could have seen" in page
    assert "1 fixed, 1 broken, 10 unchanged of 12 items" in page


def test_case_text_is_text(tmp_path: Path) -> None:
    evidence = item("E1", "signal", "raises", f"{EVIL} 2 hours", untrusted=False)
    note = item("N1", "note", "neutral", f"customer text: {EVIL}", untrusted=True)
    hostile = sheet(evidence, note).model_copy(update={"case_id": "c1"}).model_dump(mode="json")
    lines = [
        case_line(number, id=f"{EVIL}{number}", sheet=hostile | {"case_id": f"c{number}"}, slices={EVIL: EVIL})
        for number in range(12)
    ]
    suite = made_suite(tmp_path, lines)
    text = f"{EVIL} [E1].\nAction: {EVIL}\nWould change: {EVIL}"
    run = ran(tmp_path, suite, Says(text))
    for against in (None, ran(tmp_path, suite, Says(EVIL, model=EVIL))):
        page = write_report(run, against, tmp_path / "page.html").read_text()
        assert "<script>alert" not in page
        assert "<img src" not in page
        assert "49" not in re.findall(r"<h3>(.*?)</h3>", page)[0]


def test_a_page_asks_nothing_of_a_network(tmp_path: Path) -> None:
    run = ran(tmp_path, made_suite(tmp_path, 4))
    page = without_library(write_report(run, None, tmp_path).read_text())
    assert not re.findall(r"(?:src|href)\s*=", page)


@pytest.mark.parametrize(
    ("before", "after", "gone", "new"),
    [("a b c", "a x c", ["b"], ["x"]), ("same", "same", [], []), ("", "all new", [], ["all new"])],
)
def test_differences_are_word_for_word(before: str, after: str, gone: list[str], new: list[str]) -> None:
    left, right = differences(before, after)
    assert [one.text for one in left if one.kind == "gone"] == gone
    assert [one.text for one in right if one.kind == "new"] == new
    assert "".join(one.text for one in left) == before
    assert "".join(one.text for one in right) == after
