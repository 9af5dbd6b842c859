"""Each metric's definition, steps and settings, from its SQL and the program's own settings, as docs/metrics.md and the pack print it."""

from warehouse.metrics import query, registry
from warehouse.settings import settings
from warehouse.sql import compose


def opening(name: str) -> str:
    """The opening comment of a step as one line."""
    lines = compose.text(name).split("\n")
    comments = lines[: next(at for at, line in enumerate(lines) if not line.startswith("--"))]
    return " ".join(line.removeprefix("-- ") for line in comments)


def section(name: str) -> str:
    """One metric's section."""
    file, metric = name + compose.FIGURES, registry.metrics()[name]
    facts = [
        "- columns: " + ", ".join(f"`{column}`" for column in metric.columns),
        "- groups: " + ", ".join(f"`{group}`" for group in metric.groups),
        "- settings: " + ", ".join(text for source in compose.settings_read(file) for text in _settings(source)),
        f"- file: `warehouse/sql/metrics/{name}.sql`",
    ]
    parts = [f"## {name}", query.definition(name, "zh"), query.definition(name, "en"), "\n".join(facts)]
    return "\n\n".join([*parts, "Steps, each resting on those above it:", "\n".join(map(_step, compose.dependencies(file)))]) + "\n"


def _settings(source: str) -> list[str]:
    """What stands in the program's own files for one thing that SQL reads."""
    if source == "goals":
        return ["every goal of `goals.toml`"]
    rows = [row for row in settings.setting_rows(None) if row[0] == source]
    return [f"`{name if item == 'default' else f'{name} {item}'}` = {value}" for _source, name, item, value, _default in rows]


def _step(name: str) -> str:
    """One step of a list; a metric among them has its definition in its own section."""
    metric = name.removesuffix(compose.FIGURES)
    says = f"the metric [{metric}](#{metric})" if metric in registry.metrics() and metric != name else opening(name)
    return f"- `{name}`: {says}"
