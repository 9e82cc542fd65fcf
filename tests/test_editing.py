"""A draft that a person changed: what they wrote is checked like any writer's text, and is marked as theirs."""

from __future__ import annotations

import pytest

from assistant.case import Draft, DraftEdit, Review, Scorecard, Sentence
from assistant.drafting import draft
from assistant.editing import MOST_SENTENCES, edit, written
from assistant.errors import BadInput
from assistant.policy import load_policy
from assistant.prompt import load
from tests.cases import case
from tests.conftest import NOON, at
from tests.sheets import sheet
from tests.test_drafting import ACTION, GOOD, WRONG, Told

TRUE = "The shipping country and the card country are the same [E2]."


def review(*lines: str, second: str = "") -> Review:
    """A review whose draft a writer made of these lines."""
    on = sheet()
    return Review(
        review_id="r1",
        case_id="c1",
        as_of=NOON,
        score=Scorecard(probability=0.91, band="high", model="m"),
        precedents=(),
        sheet=on,
        draft=draft(Told("\n".join(lines), second), load("draft@v1").render(on)),
        policy=load_policy().advise(case("c1"), 0.91),
    )


def edited(found: Review, before: Draft | None = None, **changes: str) -> DraftEdit:
    """The draft with some sentences written anew: s1="…"; a name that is no sentence's adds one."""
    before = before or found.draft
    given = [Sentence(id=one.id, text=changes.pop(one.id, written(one))) for one in before.sentences]
    given += [Sentence(id=name, text=text) for name, text in changes.items()]
    return edit(found, before, given, "kim", at(1))


def failing(found: Draft) -> set[tuple[str, str]]:
    return {(check.sentence, check.check) for check in found.checks if not check.ok}


def test_a_changed_sentence_is_checked_and_marked_as_the_persons_and_the_others_stay_what_they_were() -> None:
    found = review(WRONG, TRUE, ACTION, second=GOOD)
    made = edited(found, s2="The card country and the shipping country agree [E2].")
    assert [one.origin for one in made.draft.sentences] == ["retried", "person"]
    assert made.draft.sentences[1].citations == ("E2",)
    assert made.draft.status == "edited"
    assert made.draft.edited is not None
    assert (made.draft.edited.number, made.draft.edited.editor, made.draft.edited.at) == (1, "kim", at(1))
    assert failing(made.draft) == {("s1", "numbers")}, "why the writer's first version failed stays known"
    assert {check.check for check in made.draft.checks if check.sentence == "s2"} >= {"numbers", "citations"}
    assert found.draft.edited is None


@pytest.mark.parametrize(
    ("text", "check"),
    [
        ("The card was first seen 9 hours before this case [E1].", "numbers"),
        ("The card was first seen 2 hours before this case.", "citations"),
        ("The card was first seen 2 hours before this case [E7].", "citations"),
        ("We should approve this payment; the card was first seen 2 hours before [E1].", "actions"),
        ("The card was first seen 2 hours before this case, see https://example.com [E1].", "markup"),
        ("x" * 5000, "length"),
    ],
)
def test_a_sentence_that_fails_a_check_is_kept_and_the_draft_no_longer_counts_as_checked(text: str, check: str) -> None:
    made = edited(review(GOOD, TRUE, ACTION), s1=text)
    assert made.draft.status == "unsupported"
    assert made.draft.sentences[0].origin == "person"
    assert ("s1", check) in failing(made.draft)
    assert made.changes[0].failed == made.draft.failed("s1")


def test_a_failing_sentence_that_is_mended_makes_the_draft_checked_again() -> None:
    found = review(GOOD, TRUE, ACTION)
    bad = edited(found, s1=WRONG).draft
    made = edited(found, bad, s1="The card was seen for the first time 2 hours before this case [E1].")
    assert made.draft.status == "edited"
    assert failing(made.draft) == set()
    assert made.draft.edited is not None
    assert made.draft.edited.number == 2


def test_a_sentence_that_is_put_back_is_the_writers_again() -> None:
    found = review(GOOD, TRUE, ACTION)
    made = edited(found, edited(found, s1=WRONG).draft, s1=GOOD)
    assert made.draft.sentences == found.draft.sentences
    assert made.draft.status == "verified"
    assert set(made.draft.checks) == set(found.draft.checks)


def test_sentences_can_be_taken_out_and_added() -> None:
    found = review(GOOD, TRUE, ACTION)
    made = edited(found, s1="  ", new="The amount is EUR 129.00 [F1].", another="The case has a note [N1].")
    assert [(one.id, one.origin) for one in made.draft.sentences] == [
        ("s2", "model"),
        ("s3", "person"),
        ("s4", "person"),
    ]
    assert [(one.before is None, one.after is None) for one in made.changes] == [
        (False, True),
        (True, False),
        (True, False),
    ]
    assert made.draft.status == "edited"


def test_the_difference_holds_both_texts_and_only_what_changed() -> None:
    found = review(GOOD, TRUE, ACTION)
    made = edited(found, s2="Both countries are the same [E2].")
    (change,) = made.changes
    assert change.before == found.draft.sentences[1]
    assert change.after == made.draft.sentences[1]
    assert change.failed == ()


def test_without_a_change_the_draft_is_the_same() -> None:
    found = review(GOOD, TRUE, ACTION)
    made = edited(found, s1=f"  {GOOD.replace(' [E1].', '[E1]  . ')}  ")
    assert (made.draft, made.changes) == (found.draft, ())


def test_markup_of_a_sentence_that_nobody_touched_makes_it_nobodys() -> None:
    found = review(GOOD, ACTION)
    odd = found.draft.sentences[0].model_copy(update={"text": "The card [E9] was first seen 2 hours before this case."})
    before = found.draft.model_copy(update={"sentences": (odd,)})
    assert edit(found, before, [odd], "kim", at(1)).changes == ()


@pytest.mark.parametrize(
    ("sentences", "editor", "told"),
    [
        ([Sentence(id="s1", text=" ")], "kim", "needs a sentence"),
        ([Sentence(id="s1", text=GOOD)], " ", "editor of a draft is empty"),
        ([Sentence(id="s1", text=GOOD), Sentence(id="s1", text=TRUE)], "kim", "s1 comes twice"),
        ([Sentence(id="", text=f"{number} [F1]") for number in range(MOST_SENTENCES + 1)], "kim", "at most 20"),
    ],
)
def test_an_edit_that_cannot_stand_is_refused(sentences: list[Sentence], editor: str, told: str) -> None:
    found = review(GOOD, TRUE, ACTION)
    with pytest.raises(BadInput, match=told):
        edit(found, found.draft, sentences, editor, at(1))


def test_a_draft_that_was_withheld_can_be_written_by_a_person() -> None:
    found = review(GOOD, ACTION)
    empty = found.draft.model_copy(update={"sentences": (), "status": "withheld", "action": None, "checks": ()})
    made = edit(found.model_copy(update={"draft": empty}), empty, [Sentence(id="", text=GOOD)], "kim", at(1))
    assert (made.draft.status, made.draft.action) == ("edited", None)
