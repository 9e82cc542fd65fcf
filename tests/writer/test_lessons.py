"""The lessons: true, citable, as asked, the same for the same seed. The verifier is asked here, and only here."""

from __future__ import annotations

import re
from itertools import islice

import pytest

from assistant.drafting import draft
from assistant.lesson import Given, passes
from assistant.writer.lessons import Lesson, lessons
from assistant.writer.lessons.statements import domains, notes
from assistant.writer.pointing import POINTER, expand

SOME = 300
CITED = re.compile(r"\[([A-Z]\d+)\]")


@pytest.fixture(scope="module", params=[False, True], ids=["taught", "held out"])
def some(request: pytest.FixtureRequest) -> list[Lesson]:
    return list(islice(lessons(11, held_out=request.param), SOME))


def written(lesson: Lesson) -> str:
    """The note as it will be read."""
    return "\n".join(expand(line, lesson.prompt.sheet) for line in lesson.target.split("\n"))


def sentences(lesson: Lesson) -> list[str]:
    return [line for line in written(lesson).split("\n") if not line.startswith(("Action:", "Would change:"))]


def test_the_same_seed_gives_the_same_lessons_and_another_seed_gives_others() -> None:
    first, again, other = (list(islice(lessons(seed), 40)) for seed in (3, 3, 4))
    assert first == again
    assert not {one.target for one in first} & {one.target for one in other}


def test_every_sentence_cites_and_every_id_is_in_the_prompt(some: list[Lesson]) -> None:
    for lesson in some:
        for sentence in sentences(lesson):
            cited = CITED.findall(sentence)
            assert cited, sentence
            assert all(f"[{one}]" in lesson.prompt.user for one in cited), (sentence, lesson.prompt.user)


def test_every_number_of_a_note_is_in_its_prompt(some: list[Lesson]) -> None:
    for lesson in some:
        for number in re.findall(r"\d[\d,.]*\d|\d", CITED.sub("", written(lesson))):
            assert number in lesson.prompt.user, (number, lesson.target)


def test_a_note_points_and_copies_nothing(some: list[Lesson]) -> None:
    for lesson in some:
        assert not re.search(r"(?<![A-Z\d])\d", CITED.sub("", POINTER.sub("", lesson.target))), lesson.target
        assert not POINTER.search(written(lesson)), written(lesson)


def test_the_action_is_allowed_and_is_the_policys_unless_it_is_escalated(some: list[Lesson]) -> None:
    escalated = 0
    for lesson in some:
        sheet = lesson.prompt.sheet
        assert f"\nAction: {lesson.action}" in f"\n{lesson.target}"
        assert lesson.action in sheet.allowed_actions
        if lesson.action != sheet.policy_action:
            escalated += 1
            ended = {item.polarity for item in sheet.of_kind("precedent")} - {"neutral"}
            assert lesson.action == "escalate"
            assert len(ended) == 1
            assert {item.polarity for item in sheet.of_kind("signal")} == ended
    assert escalated


def test_what_outsiders_wrote_is_never_repeated_or_obeyed(some: list[Lesson]) -> None:
    hostile = 0
    for lesson in some:
        for item in lesson.prompt.sheet.of_kind("note"):
            text = item.statement.partition(": ")[2]
            hostile += any(text.startswith(one[:12]) for one in notes()["hostile"])
            assert text not in written(lesson)
            assert not any(item.id in CITED.findall(one) for one in sentences(lesson))
    assert hostile


def test_notes_are_as_long_as_asked_and_begin_as_asked(some: list[Lesson]) -> None:
    for lesson in some:
        brief, said = lesson.brief, sentences(lesson)
        assert 1 <= len(said) <= brief.most
        if brief.changes is not None:
            assert lesson.target.count("\nWould change:") <= brief.changes
        if brief.lead == "action":
            assert re.search(r"recommend|advice|best step|by policy|policy.s choice|policy would", said[0], re.I), said
        if brief.lead == "past" and lesson.prompt.sheet.of_kind("precedent") and len(said) > 2:
            assert "[P1]" in said[0]
        if brief.tone == "plain":
            assert not re.search(r"(higher|lower|above|below|than|for|in|of) \d+% of", written(lesson))


def test_every_note_passes_the_verifier(some: list[Lesson]) -> None:
    failed = [
        (lesson.target, [check.why for check in draft(Given(lesson.target), lesson.prompt).checks if not check.ok])
        for lesson in some
        if not passes(lesson.prompt, lesson.target)
    ]
    assert failed == []


def test_a_false_note_does_not_pass() -> None:
    lesson = next(one for one in lessons(11) if "probability of fraud at {p}" in one.target)
    wrong = re.sub(r"(\d)%", lambda found: f"{(int(found[1]) + 5) % 10}%", written(lesson), count=1)
    assert wrong != written(lesson)
    assert passes(lesson.prompt, lesson.target)
    assert not passes(lesson.prompt, wrong)


def test_held_out_lessons_use_other_trades_and_other_words() -> None:
    taught, held = domains(False), domains(True)
    assert not {one.kind for one in taught} & {one.kind for one in held}
    assert not {thing for one in taught for thing in one.things} & {thing for one in held for thing in one.things}
    assert not {flag for one in taught for flag in one.flags} & {flag for one in held for flag in one.flags}
    asks = [{one.prompt.user.rsplit("\n", 1)[1] for one in islice(lessons(1, held_out=way), 400)} for way in (0, 1)]
    assert len(asks[0] & asks[1]) == 1, "only the released prompt's own request is in both"


def test_lessons_have_the_variety_of_life() -> None:
    many = list(islice(lessons(2), 600))
    sizes = {len(one.prompt.sheet.evidence) for one in many}
    assert min(sizes) <= 3
    assert max(sizes) >= 25
    assert {one.prompt.sheet.band for one in many} == {"low", "medium", "high", "abstain"}
    assert any(not one.prompt.sheet.of_kind("precedent") for one in many)
    assert any(not one.prompt.sheet.of_kind("signal") for one in many)
    assert len({sentences(one)[0].split(" ", 2)[0] for one in many}) > 25
