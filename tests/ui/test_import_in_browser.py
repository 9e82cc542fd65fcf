"""Somebody's own export through the import page: a real browser against a real server."""

from __future__ import annotations

import csv
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest

from assistant.dataset import Schema
from assistant.workspace import Workspace
from tests.ui.conftest import Open

pytestmark = pytest.mark.browser

HOSTILE = """<script>window.hit=1</script><img src=x onerror="window.hit=2"> **bold** {{7*7}} ${window.hit=3} `x` "'>"""
START = "#start .drop #file"
Serve = Callable[[Workspace], str]


def write_bookings(path: Path, rows: int, late: int = 0) -> Path:
    """A hotel's bookings as its system exports them; `late` of them have a word for a time."""
    begin = datetime(2026, 1, 5, 8, tzinfo=UTC)
    with path.open("w", newline="", encoding="cp1252") as file:
        out = csv.writer(file, delimiter=";")
        out.writerow(["Réf", "Réservé le", "Montant", "Courriel", "Chambre", "Origine", "Litige"])
        for n in range(rows):
            when = "hier" if n < late else (begin + timedelta(hours=n)).strftime("%d.%m.%Y %H:%M")
            fraud = "oui" if n % 7 == 0 else "non"
            out.writerow(
                [
                    f"R-{n:05d}",
                    when,
                    f"{90 + n % 400},50",
                    f"client{n % 50}@exemple.example",
                    n % 300,
                    ("app", "web")[n % 2],
                    fraud,
                ]
            )
    return path


def columns(page: Any, path: Path) -> Any:
    """Chooses a file and waits for its columns."""
    page.set_input_files("#file", path)
    page.wait_for_selector("#columns form.mapping")
    return page


def row_of(page: Any, name: str) -> Any:
    return page.locator("table.columns tbody tr").filter(has=page.locator("th bdi", has_text=re.compile(f"^{name}$")))


def figures(page: Any) -> list[str]:
    return [text.strip() for text in page.locator("#result .counts dd").all_inner_texts()]


def import_now(page: Any) -> None:
    page.click("#columns button.primary")
    page.wait_for_selector("#check-title", timeout=90_000)
    page.click("[data-do=start]")
    page.wait_for_selector("#result-title", timeout=90_000)


def test_an_export_that_nobody_designed_for_gets_into_the_queue_without_a_command_line(
    empty_workspace: Workspace, serve: Serve, open_page: Open, tmp_path: Path
) -> None:
    address = serve(empty_workspace)
    desk = open_page(address)
    assert desk.locator("#verdict a[href='/import']").inner_text() == "Import your own cases"
    page = open_page(address, "/import", START)
    columns(page, write_bookings(tmp_path / "bookings.csv", 300, late=2))
    assert row_of(page, "Réservé le").locator("select.role").input_value() == "time"
    assert "c•••@exemple.example" in page.inner_text("#columns")
    assert "client1@exemple.example" not in page.content()

    row_of(page, "Litige").locator("select.role").select_option("label")
    for value, meaning in (("oui", "fraud"), ("non", "legitimate")):
        row_of(page, "Litige").locator(f".word[data-word={value}] select").select_option(meaning)
    row_of(page, "Montant").locator("select.role").select_option("amount")
    row_of(page, "Origine").locator("input.phrase").fill("booked through")
    page.fill("[name=currency]", "EUR")
    page.fill("[name=source]", "hotel")
    page.click("#columns button.primary")
    page.wait_for_selector("#check-title")
    assert page.inner_text("#check-title") == "298 of 300 rows can be imported"
    checked = page.inner_text("#findings")
    assert "Booked through" in checked
    assert "fraud" in checked
    assert "EUR 92.50 at stake" in checked
    assert empty_workspace.counts() == {"open": 0, "decided": 0}

    page.click("[data-do=start]")
    page.wait_for_selector("#result-title")
    assert figures(page) == ["298", "0", "0", "2"]
    assert "298 imported + 0 updated + 0 unchanged + 2 rejected = 300 rows" in page.inner_text("#result")
    kept = Schema.load(empty_workspace.settings.home / "schemas" / "hotel.toml")
    assert kept.columns["Origine"].phrase == "booked through"
    assert (kept.encoding, kept.delimiter, kept.currency) == ("cp1252", ";", "EUR")

    page.click("[data-do=train]")
    page.wait_for_selector("#trained-title", timeout=120_000)
    assert "The model is trained" in page.inner_text("#trained-title")
    assert empty_workspace.records.model is not None


def test_imported_cases_are_in_the_queue_and_read_as_the_form_said(
    empty_workspace: Workspace, serve: Serve, open_page: Open, tmp_path: Path
) -> None:
    page = open_page(serve(empty_workspace), "/import", START)
    columns(page, write_bookings(tmp_path / "bookings.csv", 20))
    row_of(page, "Réf").locator("select.role").select_option("id")
    row_of(page, "Litige").locator("select.role").select_option("ignore")
    row_of(page, "Origine").locator("input.phrase").fill("booked through")
    import_now(page)
    assert "No model learns from this file" in page.inner_text("#result")
    page.click("#result a[href='/']")
    page.wait_for_selector("#queue .row")
    assert page.locator("#queue .row").count() == 20
    assert "R-000" in page.inner_text("#verdict h1")
    page.wait_for_selector("#facts dl")
    assert "Booked through" in page.inner_text("#facts")


def test_mistakes_are_marked_where_they_are_and_nothing_typed_is_lost(
    empty_workspace: Workspace, serve: Serve, open_page: Open, tmp_path: Path
) -> None:
    either_way = tmp_path / "either.csv"
    either_way.write_text("ref,date,total\n" + "".join(f"{n},0{n}/0{n % 3 + 1}/2026,{n}.50\n" for n in range(1, 10)))
    address = serve(empty_workspace)
    page = columns(open_page(address, "/import", START), either_way)
    first = page.locator("table.columns tbody tr").first
    assert "can be read in more than one way" in first.inner_text()
    page.fill("[name=currency]", "EURO")
    row_of(page, "total").locator("input.phrase").fill("price of the thing")
    page.click("#columns button.primary")
    page.wait_for_selector(".complaint")
    assert "is not an ISO 4217 code" in page.inner_text(".field:has([name=currency])")
    assert "Choose how these dates are written" in first.inner_text()
    assert page.get_attribute("[name=currency]", "aria-invalid") == "true"
    described = page.get_attribute("[name=currency]", "aria-describedby")
    assert "ISO 4217" in page.inner_text(f"#{described}")
    assert page.input_value("[name=currency]") == "EURO"
    page.reload()
    page.wait_for_selector("#columns form.mapping")
    assert page.input_value("[name=currency]") == "EURO"
    assert row_of(page, "total").locator("input.phrase").input_value() == "price of the thing"
    page.fill("[name=currency]", "EUR")
    page.locator(".format-value").first.select_option(label="31/12/2024")
    page.click("#columns button.primary")
    page.wait_for_selector("#check-title")
    assert page.inner_text("#check-title") == "All 9 rows can be imported"
    assert "opened 2026-02-01" in page.inner_text("#findings")
    page.click("[data-do=back]")
    assert page.locator(".complaint").count() == 0


def test_rejected_rows_are_downloaded_mended_and_brought_back(
    empty_workspace: Workspace, serve: Serve, open_page: Open, tmp_path: Path
) -> None:
    page = open_page(serve(empty_workspace), "/import", START)
    columns(page, write_bookings(tmp_path / "bookings.csv", 30, late=3))
    import_now(page)
    assert figures(page)[3] == "3"
    with page.expect_download() as waiting:
        page.click("a[download]")
    assert waiting.value.suggested_filename == "bookings.rejects.csv"
    waiting.value.save_as(tmp_path / "bookings.rejects.csv")
    rejects = (tmp_path / "bookings.rejects.csv").read_text("cp1252")
    assert "does not have the format" in rejects
    (tmp_path / "bookings.rejects.csv").write_text(rejects.replace("hier", "06.01.2026 09:00"), "cp1252")
    page.click("#result [data-do=again]")
    page.wait_for_selector(START)
    columns(page, tmp_path / "bookings.rejects.csv")
    assert "It has the columns of “bookings”" in page.inner_text("#columns")
    import_now(page)
    assert figures(page) == ["3", "0", "0", "0"]
    assert sum(empty_workspace.counts().values()) == 30


def test_a_hostile_file_stays_text_in_every_step(
    empty_workspace: Workspace, serve: Serve, open_page: Open, tmp_path: Path
) -> None:
    path = tmp_path / "a<b onload=1> {{1}}.csv"
    with path.open("w", newline="") as file:
        out = csv.writer(file)
        out.writerow(["id", "opened", f"note {HOSTILE}", "=cmd|' /c calc'!A1", "rtl \u202e", "is fraud"])
        out.writerow([f"h {HOSTILE}", "2026-02-28T10:00:00Z", HOSTILE, "=1+1", "abc\u202egnp\x07", "1"])
        out.writerow(["h-2", "2026-02-28T11:00:00Z", "x" * 1_000_100, "@SUM(A1)", "", "0"])
        out.writerow([HOSTILE, HOSTILE, HOSTILE, "+1", "", HOSTILE])
    page = columns(open_page(serve(empty_workspace), "/import", START), path)
    assert HOSTILE[:60] in page.inner_text("#columns")
    assert "\u202e" not in page.inner_text("#columns")
    page.locator("[data-do-change=show]").check()
    page.wait_for_selector("[data-do-change=show]:checked")
    row_of(page, "opened").locator("select.role").select_option("time")
    page.click("#columns button.primary")
    page.wait_for_selector("#check-title")
    assert page.inner_text("#check-title") == "1 of 3 rows can be imported"
    found = page.inner_text("#findings")
    assert "1,000,0" in found
    assert HOSTILE[:60] in found
    page.click("[data-do=start]")
    page.wait_for_selector("#result-title")
    assert page.evaluate("window.hit") is None
    assert page.locator("img[src=x], #import script").count() == 0
    home = str(empty_workspace.settings.home)
    assert home not in page.content()


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("book.xlsx", b"PK\x03\x04 ....", "book.xlsx is a ZIP or Excel file"),
        ("nothing.csv", b"", "nothing.csv is empty"),
        ("bare.csv", b"2026-01-01,3.50\n2026-01-02,4.50\n", "the first line looks like data"),
        ("large.csv", b"id,opened\n" + b"x" * 1_100_000, "large.csv is larger than 1 MB"),
    ],
)
def test_a_file_that_cannot_be_read_is_said_and_the_page_takes_another(
    empty_workspace: Workspace, serve: Serve, open_page: Open, tmp_path: Path, name: str, content: bytes, said: str
) -> None:
    small = empty_workspace.settings.model_copy(update={"upload_limit_mb": 1})
    page = open_page(serve(Workspace.open(settings=small)), "/import", START)
    (tmp_path / name).write_bytes(content)
    page.set_input_files("#file", tmp_path / name)
    page.wait_for_selector("#notice .error p")
    assert said in page.inner_text("#notice")
    columns(page, write_bookings(tmp_path / "bookings.csv", 5))
    assert page.locator("#notice .error p").count() == 0
    assert [upload.name for upload in empty_workspace.uploads.waiting()] == ["bookings.csv"]


def test_a_check_and_an_import_can_be_stopped_and_the_import_goes_on_where_it_was(
    empty_workspace: Workspace, serve: Serve, open_page: Open, tmp_path: Path
) -> None:
    page = open_page(serve(empty_workspace), "/import", START)
    columns(page, write_bookings(tmp_path / "bookings.csv", 30_000))
    page.click("#columns button.primary")
    page.dispatch_event("#findings [data-do=stop]", "pointerdown")
    page.wait_for_selector("#notice p")
    assert re.search(r"Stopped after [\d,]+ of 30,000 rows", page.inner_text("#notice"))
    assert empty_workspace.counts() == {"open": 0, "decided": 0}
    page.click("#columns button.primary")
    page.wait_for_selector("#check-title", timeout=90_000)
    page.click("[data-do=start]")
    page.dispatch_event("#result [data-do=stop]", "pointerdown")
    page.wait_for_selector("#columns form.mapping:visible")
    told = page.inner_text("#notice")
    done = int(re.findall(r"Stopped after ([\d,]+) of", told)[0].replace(",", ""))
    assert 0 < done < 30_000
    assert sum(empty_workspace.counts().values()) == done
    import_now(page)
    assert figures(page) == [f"{30_000 - done:,}", "0", f"{done:,}", "0"]


def test_an_import_that_is_killed_loses_nothing_and_is_finished_after_a_restart(
    own_home: Path, open_page: Open, tmp_path: Path
) -> None:
    def start() -> tuple[subprocess.Popen[bytes], str]:
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        code = "from assistant.cli import main; main()"
        server = subprocess.Popen([sys.executable, "-c", code, "serve"], env=os.environ | {"FRA_PORT": str(port)})
        address = f"http://127.0.0.1:{port}"
        for _ in range(200):
            try:
                urlopen(address, timeout=5).close()
                break
            except OSError:
                time.sleep(0.2)
        return server, address

    server, address = start()
    page = columns(open_page(address, "/import", START), write_bookings(tmp_path / "bookings.csv", 30_000))
    page.fill("[name=currency]", "CHF")
    page.click("#columns button.primary")
    page.wait_for_selector("#check-title", timeout=90_000)
    page.click("[data-do=start]")
    page.wait_for_function("/^[1-9]/.test(document.querySelector('#result .muted')?.textContent ?? '')")
    page.close()
    server.send_signal(signal.SIGKILL)
    server.wait(10)
    server, address = start()
    try:
        page = open_page(address, "/import", ".waiting-list")
        page.click("[data-do=resume]")
        page.wait_for_selector("#columns form.mapping")
        assert page.input_value("[name=currency]") == "CHF"
        import_now(page)
        imported, updated, unchanged, rejected = (int(text.replace(",", "")) for text in figures(page))
        assert (updated, rejected) == (0, 0)
        assert unchanged > 0
        assert imported + unchanged == 30_000
    finally:
        page.close()
        server.terminate()
        server.wait(20)


def test_the_schema_is_downloaded_as_a_file_and_an_own_one_takes_its_place(
    empty_workspace: Workspace, serve: Serve, open_page: Open, tmp_path: Path
) -> None:
    page = columns(open_page(serve(empty_workspace), "/import", START), write_bookings(tmp_path / "bookings.csv", 9))
    page.fill("[name=currency]", "EUR")
    page.evaluate("addEventListener('beforeunload', () => { window.left = true })")
    with page.expect_download() as waiting:
        page.click("[data-do=save]")
    assert waiting.value.suggested_filename == "bookings.toml"
    assert not page.evaluate("window.left"), "Gradio closes its streams when it is told that the page is left"
    waiting.value.save_as(tmp_path / "mine.toml")
    text = (tmp_path / "mine.toml").read_text()
    assert Schema.parse(text).currency == "EUR"
    (tmp_path / "mine.toml").write_text(text.replace('source = "bookings"', 'source = "my_bookings"'))
    page.set_input_files("#own-schema", tmp_path / "mine.toml")
    page.wait_for_selector("form.mapping[data-basis=own]")
    assert page.input_value("[name=source]") == "my_bookings"
    (tmp_path / "wrong.toml").write_text("source = 1\nkolumns = 2\n")
    page.set_input_files("#own-schema", tmp_path / "wrong.toml")
    page.wait_for_selector("#notice .error p")
    assert 'did you mean "columns"' in page.inner_text("#notice")
    assert page.input_value("[name=source]") == "my_bookings"
    page.click("[data-do=propose]")
    page.wait_for_selector("form.mapping[data-basis=proposal]")
    assert page.input_value("[name=source]") == "bookings"


def test_a_file_can_be_imported_without_a_mouse_and_every_field_has_a_name(
    empty_workspace: Workspace, serve: Serve, open_page: Open, tmp_path: Path
) -> None:
    page = open_page(serve(empty_workspace), "/import", START)
    page.keyboard.press("Tab")
    for _ in range(12):
        if page.evaluate("document.activeElement.id") == "file":
            break
        page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "file"
    columns(page, write_bookings(tmp_path / "bookings.csv", 9))
    nameless = page.evaluate(
        """[...document.querySelectorAll('#columns :is(input, select)')].filter(field =>
        !field.labels?.length && !field.getAttribute('aria-label')).map(field => field.outerHTML.slice(0, 90))"""
    )
    assert nameless == []
    page.focus("[name=source]")
    page.keyboard.press("Enter")
    page.wait_for_selector("#check-title")
    assert page.evaluate("document.activeElement.id") == "check-title"
    page.focus("[data-do=start]")
    page.keyboard.press("Enter")
    page.wait_for_selector("#result-title")
    assert figures(page)[0] == "9"


def test_nothing_sticks_out_of_a_window_of_any_width_in_any_step(
    empty_workspace: Workspace, serve: Serve, open_page: Open, tmp_path: Path
) -> None:
    def fits() -> None:
        for width in (1920, 1366, 1024, 768, 420, 360):
            page.set_viewport_size({"width": width, "height": 800})
            assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.set_viewport_size({"width": 420, "height": 800})

    page = open_page(serve(empty_workspace), "/import", START)
    fits()
    columns(page, write_bookings(tmp_path / "bookings.csv", 60, late=2))
    fits()
    page.click("#columns button.primary")
    page.wait_for_selector("#check-title")
    fits()
    page.click("[data-do=start]")
    page.wait_for_selector("#result-title")
    fits()
    assert page.locator(".head nav a").all_inner_texts() == ["Desk", "Import", "Support"]
    assert page.locator(".head nav a").first.is_visible()
