"""The settings that a build was made with, kept in its table settings_in_force."""

from __future__ import annotations

from typing import Any

from warehouse.builds.repository import Build
from warehouse.sql import compose


def settings_of(build: Build) -> list[tuple[str, str, str, str | None, str | None]]:
    """Return (source, name, item, value, default) as `settings.setting_rows` gave them when the build was made.

    Empty for a build made before settings were kept with it.
    """
    if "settings_in_force" not in build.tables:
        return []
    rows = build.rows("select source, name, item, value, default_value from settings_in_force order by sort_no")
    return [(row["source"], row["name"], row["item"], row["value"], row["default_value"]) for row in rows]


def settings_read_by(build: Build, *metrics: str) -> list[dict[str, Any]]:
    """Return the settings that the SQL of these metrics reads: name, item, value, default, is_default, in the order of the files.

    The SQL of every step that a metric rests on counts. Raises KeyError for an unknown metric.
    """
    sources = {source for metric in metrics for source in compose.settings_read(metric + compose.FIGURES)}
    return [
        {"name": name, "item": item, "value": value, "default": default, "is_default": value == default}
        for source, name, item, value, default in settings_of(build)
        if source in sources
    ]
