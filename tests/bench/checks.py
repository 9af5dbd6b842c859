"""Time of all rules on a build of a million visits, against their bare SQL on the same build; time of one returned workbook of 500 rows.

The rows are invented straight into a build by the SQL in tests/bench/rows. Both ways are run in turn, each in a fresh process.

Run: python -m tests.bench.checks [--children 100000] [--runs 3]
"""

import argparse
import datetime as dt
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.bench import scale

DAY = dt.date(2025, 12, 20)
ROWS = 500


def rules(file: Path) -> dict[str, float]:
    """Seconds of importing great-expectations and of running the catalogue by it, findings written."""
    start = time.perf_counter()
    from checks import engine

    imported = time.perf_counter()
    engine.run(file, DAY)
    return {"import": imported - start, "rules": time.perf_counter() - imported}


def bare(file: Path) -> dict[str, float]:
    """Seconds of the same tables and the same selects through duckdb alone, the failing rows put into a table too."""
    import duckdb

    from checks.catalogue import catalogue
    from checks.engine import KEYS, day_tables

    start = time.perf_counter()
    day = f"date '{DAY.isoformat()}'"
    with duckdb.connect(str(file)) as connection:
        for name, sql in day_tables().items():
            connection.execute(f"create temp table {name} as {sql}".replace("$as_of", day))
        laid = time.perf_counter()
        for rule in catalogue().values():
            given = {row[0] for row in connection.execute(f"describe {rule.source}").fetchall()}
            columns = ", ".join(key for key in KEYS if key in given)
            connection.execute(
                f"create temp table found_{rule.code} as select {columns} from ({rule.source}) as c where {rule.failing_when}"
            )
    return {"laid": laid - start, "sql": time.perf_counter() - laid}


def returned(folder: Path, runs: int) -> list[float]:
    """Seconds of each returned copy of a ledger of ROWS children, every row with faults."""
    from checks import returned_copies as copies
    from etl.load import load
    from warehouse.builds import repository
    from warehouse.storage import keys

    ledgers, home = folder / "ledgers", folder / "returned"
    ledgers.mkdir()
    _write_ledger(ledgers)
    load([ledgers], home)
    build, key = repository.open_build(home), keys.load_key(home)
    file_id = build.rows("select file_id from ledger_files where file like '%.xlsx'")[0]["file_id"]
    found = []
    for _run in range(runs):
        start = time.perf_counter()
        copies.copy(copies.original(build, key, file_id))
        found.append(time.perf_counter() - start)
    faults = build.rows("select count(*) as faults from findings as f inner join ledger_sheets as s using (sheet_id)")[0]["faults"]
    print(f"returned workbook of {ROWS} rows with {faults} faults: median {statistics.median(found):.2f} s of {runs}")
    return found


def _write_ledger(folder: Path) -> None:
    """A register of one village and its children ledger, with a wrong date and an empty address in every row."""
    from openpyxl import Workbook

    (folder / "村居名册.csv").write_text("区划代码,村(社区)名称\n659901201201,柳溪村\n", encoding="utf-8")
    book = Workbook()
    sheet = book.active
    sheet.append(["柳溪村孤儿台账"])
    sheet.append(["填报时间：2025-12-20"])
    sheet.append(["姓名", "性别", "出生日期", "家庭住址", "户主", "就读学校", "监护人", "与儿童关系", "监护人电话", "纳入时间"])
    for at in range(ROWS):
        sheet.append([f"甲{at}", "男", "2015.2.30", None, f"乙{at}", "镇小学", "丙", "祖父", "13900000000", "2024-01-01"])
    book.save(folder / "柳溪村儿童台账_20251220.xlsx")


def measured(name: str, file: Path) -> dict[str, float]:
    """One way in a fresh process, on a build without findings of a run before."""
    command = [sys.executable, "-c", "import sys; from tests.bench import checks; checks.run(*sys.argv[1:])", name, str(file)]
    done = subprocess.run(command, check=True, cwd=scale.ROOT, capture_output=True, text=True)
    return json.loads(done.stdout.splitlines()[-1])


def run(name: str, file: str) -> None:
    """One way in this process; prints what it took as JSON."""
    print(json.dumps(globals()[name](Path(file))))


def main() -> None:
    """Print medians of both ways and their difference."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--children", type=int, default=100_000, help="ten visits each")
    parser.add_argument("--runs", type=int, default=3)
    told = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        home = Path(name) / "home"
        scale.generate(home, told.children, told.children // 30)
        (file,) = (home / "builds").glob("*.duckdb")
        ways = [(measured("bare", file), measured("rules", file)) for _ in range(told.runs)]
        own = statistics.median(one["laid"] + one["sql"] for one, _other in ways)
        whole = statistics.median(other["rules"] for _one, other in ways)
        imports = statistics.median(other["import"] for _one, other in ways)
        print(f"{told.children * 10} visits, medians of {told.runs} runs in turn; load of the machine {os.getloadavg()[0]:.1f}")
        print(f"  bare SQL {own:.2f} s; the catalogue by great-expectations {whole:.2f} s; beyond the SQL {whole - own:.2f} s")
        print(f"  importing great-expectations {imports:.2f} s, while the ledgers are read")
        returned(Path(name), told.runs)


if __name__ == "__main__":
    main()
