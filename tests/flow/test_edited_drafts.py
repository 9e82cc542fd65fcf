"""A draft that a person changed: stored beside the original, journaled, and what the decision refers to."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config

from assistant import store as store_package
from assistant.case import Sentence
from assistant.editing import edit
from assistant.errors import BadInput, NotFound
from assistant.settings import Settings
from assistant.workspace import Workspace
from tests.flow.test_loop import HEADER, ROWS, SCHEMA

MINE = "The amount is EUR 129.00 [F1]."
WRONG = "The amount is EUR 921.00 [F1]."


@pytest.fixture
def shop(tmp_path: Path) -> Workspace:
    (tmp_path / "shop.csv").write_text(HEADER + ROWS)
    (tmp_path / "shop.toml").write_text(SCHEMA)
    workspace = Workspace.open(settings=Settings(home=tmp_path / "home", embedder="hash", writer="scripted"))
    workspace.import_cases(tmp_path / "shop.csv", tmp_path / "shop.toml")
    return workspace


def with_first(shop: Workspace, review_id: str, text: str, editor: str = "kim") -> None:
    """Edits the first sentence of a review's draft."""
    _, *rest = shop.stored_review(review_id).draft.sentences
    shop.edit_draft(review_id, [Sentence(id="s1", text=text), *rest], editor)


def test_an_edit_is_stored_beside_the_original_and_both_can_be_read_word_for_word(shop: Workspace) -> None:
    review = shop.review("new")
    with_first(shop, review.review_id, MINE)
    with_first(shop, review.review_id, WRONG, "lee")
    assert shop.stored_review(review.review_id) == review
    first, second = (shop.stored_review(review.review_id, number).draft for number in (1, 2))
    assert [one.sentences[0].text for one in (first, second)] == [
        "The amount is EUR 129.00.",
        "The amount is EUR 921.00.",
    ]
    assert (first.status, second.status) == ("edited", "unsupported")
    newest = shop.last_review("new")
    assert newest is not None
    assert newest.draft == second
    changes = [one.changes for one in shop.store.edits.of(review.review_id)]
    assert [(one.before.text, one.after.text) for (one,) in changes if one.before and one.after] == [
        (review.draft.sentences[0].text, "The amount is EUR 129.00."),
        ("The amount is EUR 129.00.", "The amount is EUR 921.00."),
    ]
    assert [bool(one.failed) for (one,) in changes] == [False, True]


def test_an_edit_is_journaled_with_the_digests_of_both_versions(shop: Workspace) -> None:
    review = shop.review("new")
    with_first(shop, review.review_id, MINE)
    with sqlite3.connect(shop.settings.home / "fra.db") as database:
        rows = database.execute("SELECT actor, verb, body FROM journal ORDER BY seq DESC LIMIT 1").fetchall()
    ((actor, verb, body),) = rows
    assert (actor, verb) == ("kim", "edit")
    assert review.draft.hash in body
    assert shop.stored_review(review.review_id, 1).draft.hash in body
    assert shop.audit().ok


def test_a_decision_refers_to_the_version_that_was_in_front_of_the_person(shop: Workspace) -> None:
    for case_id, seen in (("new", 1), ("twin", None)):
        review = shop.review(case_id)
        with_first(shop, review.review_id, MINE if case_id == "new" else "The amount is EUR 131.00 [F1].")
        made = shop.decide(
            case_id, action="approve", reason="fine", reviewer="kim", review_id=review.review_id, draft_edit=seen
        )
        assert (made.review_id, made.draft_edit) == (review.review_id, seen)
        assert shop.history(case_id)[0] == [made]
    review = shop.review("other")
    with_first(shop, review.review_id, "The amount is EUR 9.00 [F1].")
    made = shop.decide("other", action="approve", reason="fine", reviewer="kim")
    assert (made.review_id, made.draft_edit) == (review.review_id, 1), "without a word, the newest is meant"


def test_a_decision_with_an_edit_that_is_not_there_is_refused(shop: Workspace) -> None:
    review = shop.review("new")
    with pytest.raises(NotFound, match="no edit 3"):
        shop.decide("new", action="approve", reason="x", reviewer="kim", review_id=review.review_id, draft_edit=3)
    assert shop.history("new")[0] == []


def test_the_draft_of_a_decided_case_cannot_be_changed_any_more_but_of_an_escalated_one_it_can(shop: Workspace) -> None:
    review = shop.review("new")
    shop.decide("new", action="escalate", reason="above my limit", reviewer="kim")
    with_first(shop, review.review_id, MINE, "lead")
    shop.decide("new", action="block", reason="stolen card", reviewer="lead")
    with pytest.raises(BadInput, match="lead chose block"):
        with_first(shop, review.review_id, WRONG)
    assert len(shop.store.edits.of(review.review_id)) == 1


def test_of_two_edits_of_one_version_the_second_is_refused(shop: Workspace) -> None:
    review = shop.review("new")
    one, two = (
        edit(review, review.draft, [Sentence(id="s1", text=text)], editor, datetime.now(UTC))
        for text, editor in ((MINE, "kim"), (WRONG, "lee"))
    )
    shop.store.edits.save(one, review.draft)
    with pytest.raises(BadInput, match="somebody else edited the draft of new meanwhile"):
        shop.store.edits.save(two, review.draft)
    assert shop.store.edits.of(review.review_id) == [one]


def test_an_edit_without_a_change_leaves_no_trace(shop: Workspace) -> None:
    review = shop.review("new")
    entries = shop.audit().entries
    assert shop.edit_draft(review.review_id, review.draft.sentences, "kim") == review.draft
    assert shop.store.edits.of(review.review_id) == []
    assert shop.audit().entries == entries


def test_an_edit_of_a_review_that_is_not_there_is_refused(shop: Workspace) -> None:
    with pytest.raises(NotFound, match="no review 'r-9'"):
        shop.edit_draft("r-9", [Sentence(id="s1", text=MINE)], "kim")


def test_a_draft_that_was_written_again_is_the_newest_though_it_has_the_clock_of_the_first(shop: Workspace) -> None:
    brief = shop.brief("new")
    *_, first = shop.draft(brief, "kim")
    *_, second = shop.draft(brief, "kim")
    newest = shop.last_review("new")
    assert newest == second != first


def test_a_home_from_before_there_were_edits_keeps_its_reviews_and_decisions(shop: Workspace) -> None:
    reviews = {case_id: shop.review(case_id) for case_id in ("new", "twin")}
    made = shop.decide("new", action="approve", reason="fine", reviewer="kim")
    config = Config()
    config.set_main_option("script_location", str(Path(store_package.__file__).parent / "migrations"))
    with shop.store.database.engine.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "0002")
    shop.close()
    again = Workspace.open(settings=shop.settings)
    assert {case_id: again.last_review(case_id) for case_id in reviews} == reviews
    assert again.history("new")[0] == [made]
    with_first(again, reviews["twin"].review_id, "The amount is EUR 131.00 [F1].")
    assert again.audit().ok
