"""The town's clock: what is kept as UTC is told by the town's time zone, and its days begin at the town's midnight."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from pages.text import formatting
from warehouse.disclosure import release_log
from warehouse.settings import local_time, settings, validation


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A home that is asked for."""
    monkeypatch.setenv("TONGXING_HOME", str(tmp_path))
    return tmp_path


def test_a_moment_is_told_by_beijing_time_unless_the_town_says_otherwise(home):
    kept = ("2025-12-31T16:05:09+00:00", "2025-12-31T16:05:09Z", "2025-12-31T16:05:09.123+00:00", "2025-12-31T16:05:09")
    assert {formatting.moment(at) for at in kept} == {"2026-01-01 00:05"}
    assert (formatting.moment(kept[0], has_seconds=True), formatting.whose_clock()) == ("2026-01-01 00:05:09", "北京时间")
    (home / "settings.toml").write_text('time_zone = "Asia/Urumqi"\n')
    assert (formatting.moment(kept[0]), formatting.whose_clock()) == ("2025-12-31 22:05", "Asia/Urumqi时间")


def test_what_is_no_moment_stays_as_it_is_and_a_setting_that_cannot_be_read_leaves_beijing_time(home):
    assert formatting.moment("<altered>") == "<altered>"
    (home / "settings.toml").write_text("keep_builds = 0\n")
    assert formatting.moment("2025-12-31T16:05:00+00:00") == "2026-01-01 00:05"


@pytest.mark.parametrize(
    ("now", "ago", "begins"),
    [
        ("2026-01-01T15:59:00+00:00", 0, "2025-12-31T16:00:00.000+00:00"),
        ("2026-01-01T16:00:00+00:00", 0, "2026-01-01T16:00:00.000+00:00"),
        ("2026-01-01T16:00:00+00:00", 6, "2025-12-26T16:00:00.000+00:00"),
    ],
)
def test_the_towns_day_begins_at_its_own_midnight(home, now, ago, begins):
    assert local_time.day_begins(home, ago, dt.datetime.fromisoformat(now)) == begins


def test_names_with_a_day_have_the_towns_own(home):
    for zone in ("Etc/GMT+12", "Pacific/Kiritimati"):  # a day apart, whenever it is asked
        (home / "settings.toml").write_text(f'time_zone = "{zone}"\n')
        settings._kept.cache_clear()
        day = dt.datetime.now(ZoneInfo(zone)).date()
        order = release_log.Order("b-1", day, "csv", "li", "centre", {})
        assert (local_time.today(home), release_log.issue(home, order).no[:8]) == (day, f"{day:%Y%m%d}")


@pytest.mark.parametrize("value", ['"Beijing"', '""', "8", '"../x"', '"Asia"'])
def test_what_is_no_time_zone_is_refused_with_its_place(home, value):
    (home / "settings.toml").write_text(f"time_zone = {value}\n")
    with pytest.raises(validation.WrongSetting, match=r"time_zone：.*不是时区"):
        settings.settings(home)
