from pathlib import Path

import pytest

from assistant.dataset import Schema, import_file
from assistant.dataset.rejects import original_cells
from assistant.errors import NotReady

from .conftest import PAYMENTS, Import, MemorySink
from .test_load import HEADER, rejects_of

ATTACK = '=HYPERLINK("http://evil.example","pay")'
ATTACKED = '"=HYPERLINK(""http://evil.example"",""pay"")"'


def test_the_rejects_file_has_the_columns_of_the_file_then_row_and_reason(load: Import, tmp_path: Path) -> None:
    result = load(HEADER + "o-1,2026-01-05,1,,\n\no-2,never,-3.5,ann@example.org,1\n")
    assert result.rejects_file == tmp_path / "rejects" / "orders.rejects.csv"
    assert result.rejects_file.read_text(encoding="utf-8-sig").splitlines() == [
        "id,opened,price,email,fraud,row,reason",
        'o-2,never,-3.5,ann@example.org,1,4,"opened ""never"": is not an ISO 8601 time: set format for this column"',
    ]


@pytest.mark.parametrize("cell", [ATTACK, "+1-021-436", "@SUM(A1)", "-2+3", "'=1", "''=1", "＝1+1", "\t=1"])
def test_no_cell_of_the_rejects_file_starts_a_formula_and_mending_gives_the_cell_back(
    load: Import, sink: MemorySink, cell: str
) -> None:
    quoted = '"' + cell.replace('"', '""') + '"'
    result = load(f"{HEADER}o-1,never,1,{quoted},\n")
    (kept,) = rejects_of(result)
    assert kept["email"] == f"'{cell}"
    assert result.rejects_file is not None
    mended = result.rejects_file.read_text(encoding="utf-8-sig").replace("never", "2026-01-05")
    again = load(mended, name="mended.csv")
    assert (again.imported, again.ignored_columns) == (1, ())
    (fact,) = sink.records["o-1"].case.facts
    assert fact.value == cell.strip()


def test_numbers_stay_numbers_in_the_rejects_file(load: Import) -> None:
    (kept,) = rejects_of(load(HEADER + "o-1,never,-3.5,+12,\n"))
    assert (kept["price"], kept["email"]) == ("-3.5", "+12")


def test_a_column_name_that_is_a_formula_does_not_stay_one(load: Import) -> None:
    result = load("id,opened,price,email,fraud,=1+1\no-1,never,1,,,x\n")
    assert list(rejects_of(result)[0])[5] == "'=1+1"


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path, payments: Schema, sink: MemorySink) -> None:
    path = tmp_path / "orders.csv"
    path.write_text(HEADER + "o-1,never,1,,\n")
    with pytest.raises(NotReady, match="rejected rows cannot be kept in"):
        import_file(path, payments, sink, rejects_dir=path / "rejects")


def test_an_apostrophe_in_an_ordinary_file_is_the_customers_own(load: Import, sink: MemorySink) -> None:
    load(HEADER + "o-1,2026-01-05,1,'=1,\n")
    assert sink.records["o-1"].case.facts[0].value == "'=1"
    assert original_cells(["'=1", "''=1", "'tis", "=1"]) == ["=1", "'=1", "'tis", "=1"]


def test_a_reason_that_quotes_a_formula_does_not_become_one(load: Import) -> None:
    (kept,) = rejects_of(load(f"{HEADER}o-1,{ATTACKED},1,,\n"))
    assert kept["opened"].startswith("'=")
    assert kept["reason"].startswith("opened ")


def test_rejecting_a_rejects_file_again_does_not_pile_up_columns_or_apostrophes(load: Import) -> None:
    first = load(f"{HEADER}o-1,never,1,{ATTACKED},\n")
    assert first.rejects_file is not None
    text = first.rejects_file.read_text(encoding="utf-8-sig")
    second = load(text, name="orders.rejects.csv")
    assert second.rejects_file == first.rejects_file
    assert first.rejects_file.read_text(encoding="utf-8-sig") == text


def test_a_rejects_file_that_somebody_may_be_mending_is_never_overwritten(load: Import) -> None:
    first = load(HEADER + "o-1,never,1,,\n").rejects_file
    same = load(HEADER + "o-1,never,1,,\n").rejects_file
    other = load(HEADER + "o-1,later,1,,\n").rejects_file
    assert first == same
    assert first is not None
    assert other is not None
    assert other.name == "orders.rejects-2.csv"
    assert "never" in first.read_text(encoding="utf-8-sig")
    assert sorted(one.name for one in first.parent.iterdir()) == ["orders.rejects-2.csv", "orders.rejects.csv"]


@pytest.mark.parametrize(
    ("options", "email"),
    [
        ('encoding = "cp1252"\ndelimiter = ";"', '"Zoë; ""Z"" <z@example.org>"'),
        ('encoding = "utf-16"', '"Zoë, ""Z"" <z@example.org>"'),
        ('delimiter = "\\t"\nquote = ""', 'Zoë, "Z" <z@example.org>'),
        ('delimiter = "|"\nquote = "\'"', "'Zoë| \"Z\" <z@example.org>'"),
    ],
)
def test_the_schema_that_refused_a_row_reads_it_mended(
    load: Import, sink: MemorySink, options: str, email: str
) -> None:
    schema = Schema.parse(options + "\n" + PAYMENTS)
    mark, encoding = schema.delimiter, schema.encoding or "utf-8-sig"
    text = "\n".join([HEADER.replace(",", mark).strip(), mark.join(["o-1", "never", "1", email, "0"])])
    result = load(text.encode(encoding), schema)
    assert result.rejects_file is not None
    rejected = result.rejects_file.read_text(encoding=encoding)
    assert load(rejected.replace("never", "2026-01-05").encode(encoding), schema, name="mended.csv").imported == 1
    (fact,) = sink.records["o-1"].case.facts
    assert fact.value.replace(mark, ",") == 'Zoë, "Z" <z@example.org>'


def test_a_file_with_its_own_reason_column_keeps_it(load: Import) -> None:
    schema = PAYMENTS + '[columns.reason]\nrole = "free_text"\n'
    (kept,) = rejects_of(load("id,opened,price,email,fraud,row,reason\no-1,never,1,,,7,bought twice\n", schema))
    assert list(kept)[-4:] == ["row", "reason", "import row", "import reason"]
    assert (kept["row"], kept["reason"], kept["import row"]) == ("7", "bought twice", "2")
