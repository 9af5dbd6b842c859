"""Flips and cuts bytes of good workbooks and reads what is left: nothing may crash, hang or come out as half a file.

Run: python -m tests.bench.fuzz [--times 500] [--seed 2023]
"""

import argparse
import random
import tempfile
import time
from collections import Counter
from pathlib import Path

from etl.files.source_file import read_source
from etl.sheets import reader_pool

TOWN = Path(__file__).resolve().parent.parent / "town"
SECONDS = 20.0


def spoilt(content: bytes, chance: random.Random) -> bytes:
    """A copy with one to twenty bytes changed, or cut short, or both."""
    changed = bytearray(content)
    way = chance.choice(("flip", "cut", "both"))
    if way != "cut":
        for _ in range(chance.randrange(1, 20)):
            changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed if way == "flip" else changed[: chance.randrange(100, len(changed))])


def write(folder: Path, times: int, seed: int) -> dict[str, Path]:
    """`times` spoilt copies of the sample town's workbooks (.xlsx and .xls in turn) by name, each with its original."""
    chance = random.Random(seed)
    good = {ending: sorted(TOWN.glob(f"*{ending}")) for ending in (".xlsx", ".xls")}
    made = {}
    for number in range(times):
        ending = (".xlsx", ".xls")[number % 2]
        original = chance.choice(good[ending])
        name = f"{number:04d}{ending}"
        (folder / name).write_bytes(spoilt(original.read_bytes(), chance))
        made[name] = original
    return made


def fuzz(folder: Path, times: int, seed: int) -> Counter:
    """How the readings ended: whole (every row of the original), changed (as many rows, other words), half, or a fault."""
    made = write(folder, times, seed)
    whole = {file.path: reading for file, reading in reader_pool.read_files([read_source(path) for path in sorted(set(made.values()))])}
    ended: Counter[str] = Counter()
    for file, reading in reader_pool.read_files([read_source(folder / name) for name in made], seconds=SECONDS):
        before = [(sheet.rows_seen, sheet.frame) for sheet in whole[made[file.path.name]].sheets]
        after = [(sheet.rows_seen, sheet.frame) for sheet in reading.sheets]
        if reading.fault:
            ended[f"{file.path.suffix} {reading.fault} {reading.fact if reading.fact == 'time' else ''}".strip()] += 1
        elif [rows for rows, _ in before] != [rows for rows, _ in after]:
            ended[f"{file.path.suffix} half"] += 1
        else:
            ended[f"{file.path.suffix} {'whole' if same(before, after) else 'changed'}"] += 1
    return ended


def same(before: list, after: list) -> bool:
    """Whether two readings hold the same cells."""
    return all(
        (one is None and other is None) or (one is not None and other is not None and one.equals(other))
        for (_, one), (_, other) in zip(before, after, strict=True)
    )


def main() -> None:
    """Print how many ended how."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--times", type=int, default=500)
    parser.add_argument("--seed", type=int, default=2023)
    told = parser.parse_args()
    start = time.perf_counter()
    with tempfile.TemporaryDirectory() as name:
        ended = fuzz(Path(name), told.times, told.seed)
    print(f"{told.times} spoilt workbooks, seed {told.seed}, {time.perf_counter() - start:.1f} s")
    for end, count in ended.most_common():
        print(f"  {end:32} {count}")


if __name__ == "__main__":
    main()
