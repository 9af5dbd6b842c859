"""A village's way round: the demo loaded, its ledgers returned, mended in LibreOffice as the remedies say, loaded again.

Figures, not pass or fail: the village's findings by code before and after, what was left on purpose and why, what is new,
and whether other villages' findings stayed. Run: python -m tests.bench.circle [--village CODE] [--rounds 3] [--keep FOLDER]
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections import Counter
from pathlib import Path

from tests.bench.adding import pair
from tests.bench.mending import LEFT, RULES
from tests.bench.village import Village

ROOT = Path(__file__).parents[2]
OFFICE = Path(__file__).with_name("office.py")
SEVERITIES = ("critical", "warning", "info")


def run(*command: object) -> str:
    """One of the project's commands; its output."""
    done = subprocess.run([sys.executable, "-m", *map(str, command)], cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{' '.join(map(str, command))}: {done.stdout[-800:]}{done.stderr[-800:]}")
    return done.stdout


def office_python() -> str:
    """A Python that can talk to LibreOffice; says so and ends when there is none."""
    if shutil.which("soffice"):
        for name in ("/usr/bin/python3", "python3", *map(str, Path("/opt").glob("libreoffice*/program/python"))):
            if shutil.which(name) and not subprocess.run([name, "-c", "import uno"], capture_output=True, check=False).returncode:
                return name
        sys.exit("LibreOffice is here, its Python bridge is not: apt-get install python3-uno")
    sys.exit("LibreOffice (soffice) is missing: apt-get install libreoffice-calc python3-uno")


def findings() -> list[dict]:
    """What the published build finds."""
    return json.loads(run("checks", "findings", "--format", "json"))


def worst(found: list[dict]) -> str:
    """The village with most critical findings, then warnings, then the rest."""
    count = Counter((row["village_id"], row["severity"]) for row in found if row["village_id"])
    return max({code for code, _ in count}, key=lambda code: tuple(count[code, severity] for severity in SEVERITIES))


def mend(code: str) -> tuple[Village, Counter]:
    """Note every change the findings ask for; also the codes that nothing is known for."""
    village, unknown = Village(code), Counter()
    paired: set[str] = set()
    for found in sorted(village.findings, key=lambda row: row["code"] != "id_number_shared"):  # numbers first, others write them
        way = RULES.get(found["code"])
        if way is None:
            unknown[found["code"]] += found["code"] not in LEFT
        elif way is not pair or found["child_id"] not in paired:  # one more family is enough for all faults of a pairing
            way(village, found)
            paired |= {found["child_id"]} if way is pair else set()
    return village, unknown


def jobs(village: Village, returned: Path, folder: Path, mended: Path) -> list[dict]:
    """A job for each ledger with changes: its returned copy, or the village's own newest file where none came back.

    An .xls or .csv is stored as one again; of a village that keeps only .xlsx, the last one that came back becomes an .xls.
    """
    listed = []
    for file in sorted({*village.cells, *village.rows}):
        own = max((path for path in folder.glob(f"[lm]*/{file}")), key=lambda path: path.stat().st_mtime, default=folder)
        opened = next(returned.rglob(f"{Path(file).stem}.xls[xm]"), own)
        cells = [[*place, *told] for place, told in village.cells.get(file, {}).items()]
        listed.append({"open": str(opened), "save": str(mended / file), "cells": cells, "rows": village.rows.get(file, [])})
    came_back = [job for job in listed if Path(job["open"]).is_relative_to(returned)]
    if came_back and all(job["save"].endswith(".xlsx") for job in listed):
        came_back[-1]["save"] = came_back[-1]["save"].removesuffix("x")
    return listed


def walk(code: str | None, folder: Path, rounds: int) -> None:
    """All of it, told as it goes; a second round mends what only the first one's mending brought to light."""
    python = office_python()
    os.environ["TONGXING_HOME"] = str(folder / "demo")
    run("etl", "demo", folder / "ledgers")
    run("etl", "load", folder / "ledgers")
    before = findings()
    code = code or worst(before)
    for number in range(1, rounds + 1):
        unknown = turn(python, code, folder, number)
        after = findings()
        tell(before, after, code, unknown)
        if all(row["code"] in LEFT for row in after if row["village_id"] == code):
            return
        before = after


def turn(python: str, code: str, folder: Path, number: int) -> Counter:
    """Return, mend, load; the codes that nothing is known for."""
    returned, mended = folder / f"returned{number}", folder / f"mended{number}"
    run("checks", "return", folder / "out.zip", "--village", code)
    zipfile.ZipFile(folder / "out.zip").extractall(returned)
    mended.mkdir()
    village, unknown = mend(code)
    listed = jobs(village, returned, folder, mended)
    village.build.close()
    (folder / "jobs.json").write_text(json.dumps(listed, ensure_ascii=False), "utf-8")
    subprocess.run([python, str(OFFICE), str(folder / "jobs.json")], check=True)
    replaced = run("etl", "load", mended).count("已替换原来的")
    copies = sum(Path(job["open"]).is_relative_to(returned) for job in listed)
    print(f"{village.name} {code}, round {number}: {len(listed)} ledgers mended, {copies} of them returned copies,")
    print(f"  stored as {dict(Counter(Path(job['save']).suffix for job in listed))}; {replaced} took their originals' place")
    return unknown


def tell(before: list[dict], after: list[dict], code: str, unknown: Counter) -> None:
    """The village's findings by code, before and after; what is new in any village, and what is gone in others."""
    then, now = (Counter(row["code"] for row in found if row["village_id"] == code) for found in (before, after))
    for kind in sorted({*then, *now}, key=lambda kind: (-then[kind], kind)):
        why = f"left: {LEFT[kind]}" if kind in LEFT else "no way to mend it is written" if kind in unknown else ""
        print(f"  {kind:28} {then[kind]:4} → {now[kind]:<4} {'' if not now[kind] else why or 'NOT MENDED'}")
    print(f"  {'all':28} {then.total():4} → {now.total()}")
    for words, first, second in (("new", after, before), ("gone elsewhere", before, after)):
        known = Counter(map(_same, second))
        for row in first:
            if (words == "new" or row["village_id"] != code) and not known[_same(row)]:
                print(
                    f"  {words}: {row['village']} {row['file']} {row['sheet']} {row['row']} {row['column'] or ''} {row['code']}: {row['says']}"
                )


def _same(row: dict) -> tuple:
    """A finding without the file's ending, which a copy may change."""
    return row["code"], row["village_id"], (row["file"] or "").rpartition(".")[0], row["sheet"], row["row"], row["says"]


def main() -> None:
    """Walk one village, the worst by default."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--village", help="its 12 digits; by default the one with the gravest findings")
    parser.add_argument("--keep", type=Path, help="a new folder that keeps ledgers, copies and builds")
    parser.add_argument("--rounds", type=int, default=3, help="rounds at most while anything but what is left on purpose remains")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as passing:
        walk(chosen.village, chosen.keep or Path(passing), chosen.rounds)


if __name__ == "__main__":
    main()
