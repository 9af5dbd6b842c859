"""Spark's own parser takes every statement that is not DuckDB's alone: the files, the composed statements, the rules.

The parser is called without a session, so no test needs a running Spark. A statement's parameters ($as_of) are Spark's
named parameters (:as_of); the functions of the prelude are to the parser functions like any other.
"""

import re
import tomllib

import pytest
from py4j.java_gateway import JavaGateway
from py4j.protocol import Py4JJavaError
from pyspark.java_gateway import launch_gateway

from warehouse.sql import compose

ROOT = compose.SQL.parents[1]
FILES = sorted([*compose.SQL.rglob("*.sql"), *(ROOT / "checks").rglob("*.sql")])
RULES = {
    f"{path.stem}.{code}": rule
    for path in sorted((ROOT / "checks" / "rules").glob("*.toml"))
    for code, rule in tomllib.loads(path.read_text(encoding="utf-8")).items()
    if "source" in rule
}


@pytest.fixture(scope="module")
def gateway():
    """A Java process with Spark's classes."""
    gateway = launch_gateway()
    yield gateway
    gateway.shutdown()


@pytest.fixture(scope="module")
def refusal(gateway: JavaGateway):
    """Why the parser refuses a statement, None where it takes it."""
    parser = gateway.jvm.org.apache.spark.sql.execution.SparkSqlParser()

    def refusal(sql: str) -> str | None:
        try:
            parser.parsePlan(re.sub(r"\$(\w+)", r":\1", sql))
        except Py4JJavaError as error:
            return str(error.java_exception.getMessage())
        return None

    return refusal


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_spark_parses_the_file(path, refusal):
    assert refusal(path.read_text(encoding="utf-8")) is None, path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("name", compose.step_files())
def test_spark_parses_the_statement_with_all_steps_it_rests_on(name, refusal):
    assert refusal(compose.compose(name)) is None


@pytest.mark.parametrize("code", RULES)
def test_spark_parses_the_rule(code, refusal):
    rule = RULES[code]
    assert refusal(f"select * from ({rule['source']}) as candidate where {rule.get('failing_when', 'true')}") is None


@pytest.mark.parametrize(
    "sql",
    [
        "select cast(day as varchar) from visits",
        "select [1, 2] as days",
        "select {'reason': 'age_limit'} as known",
        "select * exclude (row_no) from visits",
        "create macro one_if(flag) as (case when flag then 1 else 0 end)",
        "select child_id from visits where and mode is null",
    ],
)
def test_spark_refuses_what_only_duckdb_takes(sql, refusal):
    assert refusal(sql) is not None
