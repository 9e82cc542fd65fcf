from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.dataset.cells import Fault
from assistant.dataset.times import Instant, read_date, read_time

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("text", "format", "moment", "offset"),
    [
        ("2022-12-24T15:53:30Z", None, datetime(2022, 12, 24, 15, 53, 30, tzinfo=UTC), 0),
        ("2022-12-24 15:53:30.250", None, datetime(2022, 12, 24, 14, 53, 30, 250_000, tzinfo=UTC), 60),
        ("2022-07-01T12:00:00", None, datetime(2022, 7, 1, 10, tzinfo=UTC), 120),
        ("2022-12-24T15:53:30-05:30", None, datetime(2022, 12, 24, 21, 23, 30, tzinfo=UTC), -330),
        ("2022-12-24", None, datetime(2022, 12, 23, 23, tzinfo=UTC), 60),
        ("20221224", None, datetime(2022, 12, 23, 23, tzinfo=UTC), 60),
        ("24.12.2022 15:53", "%d.%m.%Y %H:%M", datetime(2022, 12, 24, 14, 53, tzinfo=UTC), 60),
        ("12/24/22 03:53 PM", "%m/%d/%y %I:%M %p", datetime(2022, 12, 24, 14, 53, tzinfo=UTC), 60),
        ("1671897210", "epoch", datetime(2022, 12, 24, 15, 53, 30, tzinfo=UTC), 0),
        ("1671897210.5", "epoch", datetime(2022, 12, 24, 15, 53, 30, 500_000, tzinfo=UTC), 0),
        ("1671897210123", "epoch_ms", datetime(2022, 12, 24, 15, 53, 30, 123_000, tzinfo=UTC), 0),
        # the clock showed 02:30 twice that night: the earlier one
        ("2022-10-30T02:30:00", None, datetime(2022, 10, 30, 0, 30, tzinfo=UTC), 120),
    ],
)
def test_a_time_is_one_moment_and_its_distance_from_utc(
    text: str, format: str | None, moment: datetime, offset: int
) -> None:
    assert read_time("opened", text, format, BERLIN) == Instant(moment, offset)


@pytest.mark.parametrize(
    ("text", "format", "why"),
    [
        ("03/04/2022", None, "is not an ISO 8601 time: set format"),
        ("1671897210", None, 'set format = "epoch"'),
        ("2010101000000", None, 'set format = "epoch" or "epoch_ms"'),
        ("1671897210000", "epoch", 'is it "epoch_ms"?'),
        ("1e400", "epoch", "is outside 1970 to 2100"),
        ("nan", "epoch_ms", "is not a number of milliseconds"),
        ("9" * 400, "epoch_ms", "is outside 1970 to 2100"),
        ("2022-03-27T02:30:00", None, "did not exist in Europe/Berlin"),
        ("0001-01-01T00:00:00", None, ""),
        ("9999-12-31T23:59:59", None, "outside 1970 to 2100"),
        ("1900-01-01", None, "outside 1970 to 2100"),
        ("2022-02-30", None, "is not an ISO 8601 time"),
        ("24.12.2022", "%d/%m/%Y", "does not have the format %d/%m/%Y"),
        ("tomorrow", None, "is not an ISO 8601 time"),
        ("２０２２-12-24", None, "is not an ISO 8601 time"),
    ],
)
def test_what_is_no_time_is_a_fault_that_says_why(text: str, format: str | None, why: str) -> None:
    fault = read_time("opened", text, format, BERLIN)
    assert isinstance(fault, Fault)
    assert (fault.column, fault.value) == ("opened", text)
    assert why in fault.why


@given(st.text(max_size=40), st.sampled_from([None, "epoch", "epoch_ms", "%d/%m/%Y", "%Y-%m-%dT%H:%M:%S%z"]))
def test_no_text_makes_reading_a_time_raise(text: str, format: str | None) -> None:
    assert isinstance(read_time("t", text, format, BERLIN), Instant | Fault)
    assert isinstance(read_date("t", text, format), str | Fault)


MOMENTS = st.integers(86_400, 4_000_000_000).flatmap(
    lambda second: st.sampled_from([UTC, BERLIN]).map(lambda zone: datetime.fromtimestamp(second, zone))
)


@given(MOMENTS)
def test_an_iso_time_with_an_offset_is_read_back_exactly(moment: datetime) -> None:
    found = read_time("t", moment.isoformat(), None, UTC)
    assert isinstance(found, Instant)
    assert found.moment == moment
    assert found.moment.tzinfo is UTC


def test_dates_are_written_one_way() -> None:
    assert read_date("born", "07.10.1956", "%d.%m.%Y") == "1956-10-07"
    assert read_date("born", "1956-10-07", None) == "1956-10-07"
    assert read_date("valid", "12/27", "%m/%y") == "2027-12-01"
    assert isinstance(read_date("born", "0056-10-07", None), Fault)
