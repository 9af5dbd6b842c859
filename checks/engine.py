"""Runs the catalogue by great-expectations inside DuckDB; the only file that imports it (2-7 s, 300 MB).

The stock engine fetches after closing its connection, and cuts its lists of failing rows at 200. So one engine keeps one
connection, and one expectation ("no row where …") has DuckDB itself put the failing rows into a table.
"""

import datetime as dt
import importlib.util
import logging
import os
import re
import sys
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, ClassVar, Literal

os.environ["GX_ANALYTICS_ENABLED"] = "false"
warnings.simplefilter("ignore")


def _import_when_used(name: str) -> None:
    """Let a module load at its first use: scipy.stats is a third of the import and no rule here needs it."""
    spec = importlib.util.find_spec(name)
    if spec is None or spec.loader is None or name in sys.modules:
        return
    spec.loader = importlib.util.LazyLoader(spec.loader)
    sys.modules[name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(sys.modules[name])
    parent, _, child = name.rpartition(".")
    setattr(sys.modules[parent], child, sys.modules[name])


_import_when_used("scipy.stats")

import duckdb  # noqa: E402
import great_expectations as gx  # noqa: E402
import polars as pl  # noqa: E402
from great_expectations.compatibility.pydantic import PrivateAttr  # noqa: E402
from great_expectations.core.metric_domain_types import MetricDomainTypes  # noqa: E402
from great_expectations.datasource.fluent.interfaces import DataAsset  # noqa: E402
from great_expectations.datasource.fluent.sql_datasource import QueryAsset, SQLDatasource, TableAsset  # noqa: E402
from great_expectations.execution_engine import SqlAlchemyExecutionEngine  # noqa: E402
from great_expectations.expectations.expectation import BatchExpectation  # noqa: E402
from great_expectations.expectations.expectation_configuration import ExpectationConfiguration  # noqa: E402
from great_expectations.expectations.metrics.metric_provider import MetricProvider, metric_value  # noqa: E402
from sqlalchemy import text  # noqa: E402
from sqlalchemy.pool import StaticPool  # noqa: E402
from tqdm.std import tqdm  # noqa: E402

from checks.catalogue import Rule, catalogue  # noqa: E402
from warehouse.metrics import query  # noqa: E402
from warehouse.sql import compose  # noqa: E402

Json = dict[str, Any]
STEPS = ("village_places", "membership_states", "child_states", "child_coverage", "child_visits", "facts_at", "severity_at")
KEYS = "file_id file severity village_id ledger sheet_id row_no field heading value_masked child_id class_no detail".split()
_CLASS = re.compile(r"^[\w.]*?(\w+(?:Error|Exception))(?::|$)", re.MULTILINE)  # of a traceback: its message may quote a cell
# What the rules read beside the build's tables and the steps of the day, each after those it reads itself.
AT_DAY = ("as_of_day", "newest_child_rows", "newest_membership_rows", "covered_children", "reasons_of_mothers", "membership_cells")

logging.getLogger("great_expectations").setLevel(logging.CRITICAL)
tqdm.set_lock(threading.RLock())  # its own would be a system semaphore, which a process that exits at once leaks


class DuckDBExecutionEngine(SqlAlchemyExecutionEngine):
    """The stock engine with one connection that stays open."""

    @contextmanager
    def get_connection(self) -> Iterator[Any]:
        """The one connection."""
        if getattr(self, "_open_connection", None) is None:
            self._open_connection = self.engine.connect()
        yield self._open_connection


class DuckDBDatasource(SQLDatasource):
    """A datasource over a DuckDB file; gives context.data_sources.add_duckdb."""

    asset_types: ClassVar[list[type[DataAsset[Any, Any]]]] = [TableAsset, QueryAsset]
    type: Literal["duckdb"] = "duckdb"  # type: ignore[assignment]

    @property
    def execution_engine_type(self) -> Any:
        """The engine that keeps its connection."""
        return DuckDBExecutionEngine


class FailingRows(MetricProvider):
    """The number of a rule's failing rows, which stay in the temporary table `found`."""

    metric_name = "ledger.failing_rows"
    domain_keys = ("batch_id",)
    value_keys = ("rule", "source", "failing_when")

    @metric_value(engine=DuckDBExecutionEngine)
    def _count(
        cls, execution_engine: Any, metric_domain_kwargs: Json, metric_value_kwargs: Json, metrics: Json, runtime_configuration: Json
    ) -> int:
        """Delete first, because metrics are retried."""
        execution_engine.get_compute_domain(metric_domain_kwargs, domain_type=MetricDomainTypes.TABLE)
        code, source = metric_value_kwargs["rule"], metric_value_kwargs["source"]
        with execution_engine.get_connection() as connection:
            connection.execute(text("delete from found where code = :code"), {"code": code})
            where, columns = _escaped(metric_value_kwargs["failing_when"]), f"columns(c -> c in {tuple(KEYS)})"
            statement = f"insert into found by name select '{code}' as code, {columns} from ({_escaped(source)}) as candidate where {where}"  # noqa: S608  # rules are the catalogue's own
            connection.execute(text(statement))
            return int(connection.execute(text("select count(*) from found where code = :code"), {"code": code}).scalar_one())


def _escaped(sql: str) -> str:
    """Return SQL for SQLAlchemy's text(), in which a colon would mark a parameter."""
    return sql.replace(":", r"\:")


class ExpectNoRowWhere(BatchExpectation):
    """Holds when no candidate row of a rule fails."""

    rule: str
    source: str
    failing_when: str
    metric_dependencies: ClassVar[tuple[str, ...]] = ("ledger.failing_rows",)
    success_keys: ClassVar[tuple[str, ...]] = ("rule", "source", "failing_when")
    domain_keys: ClassVar[tuple[str, ...]] = ("batch_id",)
    _configuration: ExpectationConfiguration | None = PrivateAttr(None)

    @property
    def configuration(self) -> ExpectationConfiguration:
        """The configuration, made once: it is asked for thirty times, which took a quarter of the checks of a small load."""
        configuration: ExpectationConfiguration = self._configuration or super().configuration
        self._configuration = configuration
        return configuration

    def _validate(self, metrics: Json, runtime_configuration: Json | None = None, execution_engine: Any = None) -> Json:
        count = metrics["ledger.failing_rows"]
        return {"success": count == 0, "result": {"observed_value": count}}


def run(path: Path, as_of: dt.date, rules: dict[str, Rule] | None = None) -> None:
    """Run the rules against a draft and write `findings` and `rules_run` into it; one that cannot run is not_checked, never passed."""
    rules = rules or catalogue()
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}  # type: ignore[assignment]
    source = context.data_sources.add_duckdb("build", connection_string=f"duckdb:///{path}", kwargs={"poolclass": StaticPool})
    engine = source.get_execution_engine()
    with engine.get_connection() as connection:
        build: duckdb.DuckDBPyConnection = connection.connection.driver_connection
    for name, sql in day_tables().items():
        build.execute(f"create or replace temp table {name} as {compose.bind_day(sql, as_of)}")
    build.execute(  # for what fails
        "create or replace temp table found as select * exclude (finding_id, sheet), cast(null as string) as file_id from findings limit 0"
    )
    batch = source.add_table_asset("files", table_name="ledger_files").add_batch_definition_whole_table("all").get_batch()
    expectations = [
        ExpectNoRowWhere(rule=rule.code, source=rule.source, failing_when=rule.failing_when, meta={"code": rule.code})
        for rule in rules.values()
    ]
    outcome = batch.validate(gx.ExpectationSuite(name="catalogue", expectations=expectations))
    connection.commit()
    _write(build, rules, outcome)
    connection.close()
    engine.engine.dispose()
    source.get_engine().dispose()  # the datasource has its own engine, which looked up the table


def day_tables() -> dict[str, str]:
    """Return the selects of the tables of the day, in the order in which each reads the ones before; `$as_of` is their only parameter."""
    folder = Path(__file__).with_name("at_day")
    tables = {name: (folder / f"{name}.sql").read_text("utf-8") for name in AT_DAY}
    steps = dict.fromkeys((*compose.SHARED, *STEPS))  # each reads the tables of those before
    ready = list(steps)
    return (
        {step: query.steps_sql(step, ready[:at]) for at, step in enumerate(steps)}
        | {f"at_{step}": f"from {step}" for step in STEPS}
        | tables
    )


def _write(build: duckdb.DuckDBPyConnection, rules: dict[str, Rule], outcome: Any) -> None:
    """Write rules and findings into the build in one transaction, findings numbered in a fixed order."""
    rows = []
    for result in outcome.results:
        code, why = result.expectation_config.meta["code"], _failure(result.exception_info)
        count = None if why else result.result["observed_value"]
        rows.append((code, "not_checked" if why else "checked", count, why, rules[code].severity))
    ran = pl.DataFrame(rows, ["code", "state", "findings", "why", "severity"], orient="row")
    build.begin()
    build.register("ran", ran)
    build.execute("delete from findings")
    build.execute("delete from rules_run")
    build.execute("insert into rules_run by name select * exclude (severity) from ran")
    build.execute(
        "insert into findings by name select cast(row_number() over (order by"
        " case f.severity when 'critical' then 1 when 'warning' then 2 else 3 end, f.code, coalesce(f.village_id, s.village_id),"
        " s.file, s.sheet, f.row_no, f.field, f.class_no, f.child_id) as integer) as finding_id,"
        " f.code, f.severity, coalesce(f.village_id, s.village_id) as village_id, coalesce(f.ledger, s.ledger) as ledger,"
        " f.sheet_id, coalesce(s.file, f.file) as file, s.sheet, f.row_no, f.field,"
        " coalesce(f.heading, c.heading) as heading, f.value_masked, f.child_id, f.class_no, f.detail"
        " from (select distinct found.* replace (coalesce(found.severity, ran.severity) as severity)"
        " from found join ran on ran.code = found.code where ran.state = 'checked') as f"
        " left join ledger_sheets as s on s.sheet_id = f.sheet_id"
        " left join ledger_columns as c on c.sheet_id = f.sheet_id and c.field = f.field"
    )
    build.commit()
    build.execute("checkpoint")
    build.unregister("ran")


def _failure(info: Json | None) -> str | None:
    """Return the class of the error that kept a rule from running; None when it ran."""
    if not info or info.get("raised_exception") is False:
        return None
    nested = [part for part in info.values() if isinstance(part, dict) and part.get("raised_exception")]
    classes = _CLASS.findall((nested[0] if nested else info).get("exception_traceback") or "")
    return classes[-1][:80] if classes else "Error"
