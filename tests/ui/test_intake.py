"""What happens at the import page, without a browser."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from assistant.dataset import Choices, Upload, propose
from assistant.ui.intake import Filled, Intake, IntakePanels, OwnSchema, Which
from assistant.workspace import Workspace


def orders(rows: int) -> str:
    header = "order id,placed,total,mail,is fraud\n"
    return header + "".join(
        f"o-{n},2026-01-{n % 28 + 1:02d}T10:00:00Z,{n}.50,user{n}@example.org,{n % 2 if n % 3 else ''}\n"
        for n in range(1, rows + 1)
    )


ORDERS = orders(1200)
BROKEN_ROWS = "o-x1,yesterday,1.00,a@example.org,1\no-x2,2026-01-05T10:00:00Z,1.00,b@example.org,perhaps\n"


@pytest.fixture
def intake(empty_workspace: Workspace) -> Intake:
    return Intake(empty_workspace)


def receive(workspace: Workspace, content: str | bytes = ORDERS, name: str = "orders.csv") -> Upload:
    with workspace.uploads.incoming(name) as (token, incoming):
        incoming.write(content if isinstance(content, bytes) else content.encode())
    return workspace.uploads.get(token)


def filled(workspace: Workspace, upload: Upload, **changes: Any) -> Filled:
    """The form as the page sends it when nobody changed anything else: columns by their number."""
    proposal, usual = workspace.propose(upload)
    names = [column.name for column in proposal.columns]
    choices = Choices.of_schema(usual, names) if usual else Choices.of_proposal(proposal)
    numbered = {str(at): choices.columns[name] for at, name in enumerate(names)}
    return Filled(upload=upload.token, choices=choices.model_copy(update={"columns": numbered} | changes))


def last(panels: Iterable[IntakePanels]) -> IntakePanels:
    *_, found = panels
    return found


def merged(panels: Iterable[IntakePanels]) -> IntakePanels:
    """What stands on the page in the end."""
    found = IntakePanels()
    for one in panels:
        found = found._replace(**{name: text for name, text in one._asdict().items() if text is not None})
    return found


def words(html: str | None) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html or "").split())


def step(panels: IntakePanels) -> str:
    return re.findall(r'data-step="(\w+)"', panels.step or "")[0]


def test_a_file_is_proposed_checked_imported_and_gone(empty_workspace: Workspace, intake: Intake) -> None:
    upload = receive(empty_workspace, ORDERS + BROKEN_ROWS)
    opened = merged(intake.open(Which(upload=upload.token)))
    assert step(opened) == "columns"
    assert "orders.csv" in words(opened.columns)
    assert "user1@example.org" not in (opened.columns or "")
    assert "u•••@example.org" in (opened.columns or "")

    form = filled(empty_workspace, upload)
    checked = merged(intake.check(form))
    assert step(checked) == "check"
    assert "1,201 of 1,202 rows can be imported" in words(checked.findings)
    assert "“yesterday”" in words(checked.findings)
    assert empty_workspace.counts() == {"open": 0, "decided": 0}

    done = merged(intake.start(form))
    assert step(done) == "done"
    assert "1,201 imported + 0 updated + 0 unchanged + 1 rejected = 1,202 rows" in words(done.result)
    assert not upload.path.exists()
    assert sum(empty_workspace.counts().values()) == 1201
    kept = empty_workspace.settings.home / "schemas" / "orders.toml"
    assert 'source = "orders"' in kept.read_text()
    assert str(empty_workspace.settings.home) not in "".join(filter(None, (*opened, *checked, *done)))


def test_mended_rejects_come_back_without_describing_them_again(empty_workspace: Workspace, intake: Intake) -> None:
    formula = "o-x3,yesterday,1.00,=cmd@example.org,0\n"
    upload = receive(empty_workspace, ORDERS + BROKEN_ROWS + formula)
    assert "2 rejected" in words(merged(intake.start(filled(empty_workspace, upload))).result)
    rejects = empty_workspace.upload_rejects(upload.token)
    mended = rejects.read_text("utf-8-sig").replace("yesterday", "2026-02-01T10:00:00Z")
    again = receive(empty_workspace, "\ufeff" + mended, "orders.rejects.csv")
    opened = merged(intake.open(Which(upload=again.token)))
    assert "It has the columns of “orders”, so that schema is used" in words(opened.columns)
    assert "5 columns" in words(opened.columns)
    done = merged(intake.start(filled(empty_workspace, again)))
    assert "2 imported + 0 updated + 0 unchanged + 0 rejected = 2 rows" in words(done.result)
    case = empty_workspace.case("o-x3")
    assert case.source == "orders"
    assert case.values("email") == ("=cmd@example.org",)  # without the apostrophe of the rejects file


def test_complaints_come_with_their_place_and_leave_the_form_alone(empty_workspace: Workspace, intake: Intake) -> None:
    upload = receive(empty_workspace)
    found = merged(intake.check(filled(empty_workspace, upload, currency="XXQ", time_zone="Mars")))
    assert step(found) == "columns"
    assert found.columns is None
    assert re.findall(r'data-at="([^"]+)"', found.said or "") == ["[&#34;currency&#34;]", "[&#34;time_zone&#34;]"]
    assert "2 things need mending" in words(found.said)


def test_a_reload_finds_what_was_chosen_and_the_list_what_is_not_imported(
    empty_workspace: Workspace, intake: Intake
) -> None:
    upload = receive(empty_workspace)
    last(intake.check(filled(empty_workspace, upload, currency="SEK")))
    later = Intake(empty_workspace)  # the server was restarted
    assert "orders.csv" in words(merged(later.open(Which())).start)
    opened = merged(later.open(Which(upload=upload.token)))
    assert "What was chosen before is used" in words(opened.columns)
    assert 'value="SEK"' in (opened.columns or "")
    assert "USD" not in re.findall(r'name="currency" value="(\w+)"', opened.columns or "")
    assert "Not imported yet" not in words(later.discard(Which(upload=upload.token)).start)
    assert not upload.path.exists()


class Slow:
    """Stops an import where it first tells its progress, until it may go on."""

    def __init__(self, workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
        self.go, self.waiting = threading.Event(), threading.Event()
        real = workspace.import_upload

        def slowly(upload: Upload, schema: Any, progress: Any) -> Any:
            def tell(what: str, done: int, of: int) -> None:
                progress(what, done, of)
                if what.startswith("importing") and not self.waiting.is_set():
                    self.waiting.set()
                    assert self.go.wait(30)

            return real(upload, schema, tell)

        monkeypatch.setattr(workspace, "import_upload", slowly)


def test_an_import_that_is_stopped_keeps_what_is_done_and_goes_on_from_there(
    empty_workspace: Workspace, intake: Intake, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = Slow(empty_workspace, monkeypatch)
    upload = receive(empty_workspace, orders(11_000))
    form = filled(empty_workspace, upload)
    steps: Iterator[IntakePanels] = intake.start(form)
    assert step(next(steps)) == "import"
    assert slow.waiting.wait(30)
    assert 'data-do="stop"' in (next(steps).result or "")
    intake.stop(Which(upload=upload.token))
    slow.go.set()
    stopped = merged(steps)
    assert step(stopped) == "columns"
    told = re.findall(r"Stopped after ([\d,]+) of 11,000 rows; what was imported stays", words(stopped.said))
    done = int(told[0].replace(",", ""))
    counts = empty_workspace.counts()
    assert sum(counts.values()) == done < 11_000
    assert len(empty_workspace.queue(limit=20_000)) == counts["open"] > 0
    finished = merged(intake.start(form))
    account = f"{11_000 - done:,} imported + 0 updated + {done:,} unchanged + 0 rejected = 11,000 rows"
    assert account in words(finished.result)


def test_an_import_goes_on_without_its_tab_and_a_second_tab_follows_it(
    empty_workspace: Workspace, intake: Intake, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = Slow(empty_workspace, monkeypatch)
    upload = receive(empty_workspace)
    left: Any = intake.start(filled(empty_workspace, upload))
    next(left)
    assert slow.waiting.wait(20)
    left.close()
    assert "is being imported" in words(intake.discard(Which(upload=upload.token)).said)
    assert upload.path.exists()
    second = intake.open(Which(upload=upload.token))
    assert step(next(second)) == "import"
    slow.go.set()
    assert "1,200 imported" in words(merged(second).result)
    assert "1,200 imported" in words(merged(intake.open(Which(upload=upload.token))).result)


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"", "empty.csv", "empty.csv is empty"),
        (b"PK\x03\x04 zip", "book.xlsx", "book.xlsx is a ZIP or Excel file"),
        (b"\x1f\x8b\x08", "bomb.csv.gz", "bomb.csv.gz is a gzip file"),
        (b"1,2\n3,4\n", "data.csv", "looks like data"),
        (b"PAR1 no parquet", "t.parquet", "t.parquet is no readable Parquet file"),
        (b'[{"a": 1}]', "a.json", "one JSON array"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(range(256)), "x.csv", "x.csv is binary"),
    ],
)
def test_a_broken_file_is_one_line_with_its_name_and_the_page_takes_the_next(
    empty_workspace: Workspace, intake: Intake, content: bytes, name: str, said: str
) -> None:
    upload = receive(empty_workspace, content, name)
    found = merged(intake.open(Which(upload=upload.token)))
    assert said in words(found.said)
    assert step(found) == "start"
    assert upload.token not in words(found.said)
    assert str(empty_workspace.settings.home) not in (found.said or "")
    assert empty_workspace.uploads.waiting() == []


def test_an_own_schema_takes_the_place_of_the_proposal_and_a_wrong_one_changes_nothing(
    empty_workspace: Workspace, intake: Intake, tmp_path: Path
) -> None:
    upload = receive(empty_workspace)
    (tmp_path / "orders.csv").write_text(ORDERS)
    text = propose(tmp_path / "orders.csv").replace('"USD"', '"SEK"') + '[columns.gone]\nrole = "ip"\n'
    found = intake.adopt(OwnSchema(upload=upload.token, text=text))
    assert "Your own schema is used" in words(found.columns)
    assert 'value="SEK"' in (found.columns or "")
    assert "orders.csv has no column gone" in words(found.said)
    wrong = intake.adopt(OwnSchema(upload=upload.token, text='source = "x"\nkind = "payment"\nkolumns = 1\n'))
    assert (wrong.columns, wrong.step) == (None, None)
    assert "did you mean &#34;columns&#34;" in (wrong.said or "")


def test_personal_data_is_shown_in_full_only_when_asked_for(empty_workspace: Workspace, intake: Intake) -> None:
    upload = receive(empty_workspace)
    form = filled(empty_workspace, upload)
    assert "user1@example.org" in (intake.show(form.model_copy(update={"reveal": True})).columns or "")
    assert "user1@example.org" not in (intake.show(form).columns or "")
    assert "user1@example.org" not in (merged(intake.check(form)).findings or "")


def test_the_model_learns_from_an_import_and_says_when_it_cannot(empty_workspace: Workspace, intake: Intake) -> None:
    few = receive(empty_workspace, ORDERS[: ORDERS.index("o-20,")])
    assert "Train and index now" in words(merged(intake.start(filled(empty_workspace, few))).result)
    trained = merged(intake.train())
    assert "There is no new model" in words(trained.result)
    assert "labels" in words(trained.result)
    unlabelled = "order id,placed,total\nu-1,2026-01-05T10:00:00Z,4.00\n"
    plain = receive(empty_workspace, unlabelled, "plain.csv")
    assert "No model learns from this file" in words(merged(intake.start(filled(empty_workspace, plain))).result)


def test_an_upload_that_is_gone_is_said_once_and_the_page_starts_anew(
    intake: Intake, serve: Callable[[Workspace], str]
) -> None:
    found = merged(intake.open(Which(upload="f" * 32)))
    assert "not here any more" in words(found.said)
    assert "Bring your own cases" in words(found.start)
    assert "not here any more" in words(intake.propose(Which(upload="../../etc")).said)
