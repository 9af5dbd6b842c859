"""The town's own clock: moments are kept as UTC, and shown to people by the time zone of the setting `time_zone`."""

import datetime as dt
from pathlib import Path
from zoneinfo import ZoneInfo

from warehouse.settings import settings


def zone(home: Path) -> ZoneInfo:
    """The town's time zone; the program's own while the town's settings cannot be read, which a load tells."""
    return ZoneInfo(settings.kept(home)["time_zone"])


def local(at: str, home: Path) -> dt.datetime:
    """A moment as it is kept (ISO, UTC) by the town's clock. Raises ValueError for a text that is none."""
    moment = dt.datetime.fromisoformat(at)
    return (moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)).astimezone(zone(home))


def now(home: Path) -> dt.datetime:
    """Return the moment by the town's clock."""
    return dt.datetime.now(zone(home))


def today(home: Path) -> dt.date:
    """Return the day by the town's clock."""
    return now(home).date()


def day_begins(home: Path, days_ago: int, now: dt.datetime | None = None) -> str:
    """When the town's day of so many days ago began, as moments are kept: ISO, UTC, to be compared as text."""
    here = (now or dt.datetime.now(dt.UTC)).astimezone(zone(home))
    midnight = dt.datetime.combine(here.date() - dt.timedelta(days=days_ago), dt.time(), zone(home))
    return midnight.astimezone(dt.UTC).isoformat(timespec="milliseconds")
