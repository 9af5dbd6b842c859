"""Commands and pages on a real disk that is full: `python -m tests.bench.full_disk [COMMAND …]`.

For each command a home on a tmpfs of its own (mounting needs root; elsewhere it says so and ends), filled up but for ten sizes: after
each the build in force answers as before or as after, no ledger in clear has come, what failed said one sentence without a word of
Python and ended by 1, and with room again the command does its work. A line for each: the sizes at which it failed, what it said.
"""

import datetime as dt
import os
import re
import shutil
import subprocess
import sys
import tempfile
from contextlib import closing
from pathlib import Path

from etl.demo import write_town
from tests.conftest import ROOT
from warehouse.audit import verification
from warehouse.builds import repository
from warehouse.storage import build_files

SIZES = [0, 4, 16, 64, 256, 1024, 2048, 4096, 8192, 16384]  # KiB left on the disk
MIB = 2**20
PYTHON_WORDS = re.compile(r"\w+Error|\w+Exception|\.py\b|Traceback|Errno")
DAY = "2024-06-30"
COMMANDS = {
    "load": ["etl", "load", "{newer}", "--as-of", DAY, "--report", "{home}/report.json"],
    "stage": ["etl", "load", "{newer}", "--as-of", DAY, "--stage"],
    "publish": ["warehouse", "publish", "{candidate}"],
    "rollback": ["warehouse", "rollback", "{earlier}"],
    "rotate-key": ["warehouse", "rotate-key"],
    "deidentify": ["etl", "deidentify", "--after-years", "1", "--as-of", "2045-01-01", "--prune", "--report", "{home}/report.json"],
    "return": ["checks", "return", "{home}/copies.zip"],
    "layouts export": ["etl", "layouts", "export", "{home}/layouts-out.json"],
    "layouts import": ["etl", "layouts", "import", "{newer}/../answers.json"],
    "template": ["etl", "template", "{home}/blank"],
    "demo": ["etl", "demo", "{home}/town", "--villages", "2", "--children", "24"],
    "account": ["pages.access", "add", "li", "--role", "centre", "--password-stdin"],
    "findings to a file": ["checks", "findings", "--format", "csv", ">{home}/findings.csv"],
    "figure to a file": ["warehouse", "ask", "eligibility", "--as-of", DAY, "--by", "village", ">{home}/figure.csv"],
}


def run(home: Path, words: list[str]) -> subprocess.CompletedProcess[str]:
    """Run a command as a person does, its output to a file where it says so."""
    target = next((word[1:] for word in words if word.startswith(">")), None)
    given = [word for word in words if not word.startswith(">")]
    with open(target or os.devnull, "w") as stream:
        return subprocess.run(
            [sys.executable, "-m", *given],
            cwd=ROOT,
            stdout=stream,
            stderr=subprocess.PIPE,
            text=True,
            input="春风化雨润物无声\n",
            env=os.environ | {"TONGXING_HOME": str(home)},
        )


def children(home: Path) -> list[str]:
    """The children of the build in force."""
    with closing(repository.Build(build_files.file_of(home, build_files.published(home) or ""))) as build:
        return sorted(row["child_id"] for row in build.rows("select child_id from children"))


def given(folder: Path) -> None:
    """A home with two loads and a candidate, ledgers that are newer, and answers to take in."""
    town = write_town(folder / "all", 2, 24, until=dt.date.fromisoformat(DAY))
    for path in map(Path, town.files):
        place = folder / ("newer" if "2024" in path.name else "older")
        place.mkdir(exist_ok=True)
        shutil.copy(folder / "all" / path.name, place)
    (folder / "answers.json").write_text(
        '{"words": [{"vocabulary": "yes_no", "word": "对头", "code": "yes", "at": "2025-01-01"}]}', "utf-8"
    )
    for place in ("older", "newer"):
        done = run(folder / "home", ["etl", "load", str(folder / place), "--as-of", DAY])
        assert done.returncode == 0, done.stderr
    ids = sorted(build_files.kept(folder / "home"))
    run(folder / "home", ["warehouse", "rollback", ids[0]])
    done = run(folder / "home", ["etl", "load", str(folder / "newer"), "--as-of", DAY, "--stage"])
    assert done.returncode == 0, done.stderr


def attempt(name: str, folder: Path, left: int) -> str:
    """Run a command on a disk with so many KiB left; what it said, "" where it did its work. Raises AssertionError."""
    disk = folder / "disk"
    disk.mkdir(exist_ok=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=160m,mode=700", "none", disk], check=True)
    try:
        home = disk / "home"
        shutil.copytree(folder / "home", home)
        ids = sorted(build_files.kept(home))
        values = {"home": home, "newer": folder / "newer", "candidate": next(iter(build_files.candidates(home))), "earlier": ids[-1]}
        words = [word.format(**values) for word in COMMANDS[name]]
        before = children(home)
        room = shutil.disk_usage(disk).free - left * 1024
        with open(disk / "filling", "wb") as stream:
            os.posix_fallocate(stream.fileno(), 0, room)
        done = run(home, words)
        now = children(home)  # reads while the disk is full
        (disk / "filling").unlink()
        assert verification.verify(home) == [], "trail"
        if done.returncode:
            assert (done.returncode, done.stderr.count("\n")) == (1, 1), (done.returncode, done.stderr)
            assert not PYTHON_WORDS.search(done.stderr), done.stderr
            assert now == before, "figures moved"
            left_behind = [path.name for path in home.rglob("*") if ".new" in path.name or ".draft" in path.name or ".upgrade" in path.name]
            assert left_behind == [], left_behind
            again = run(home, words)
            assert again.returncode == 0, again.stderr
        return done.stderr.strip() if done.returncode else ""
    finally:
        subprocess.run(["umount", disk], check=True)


def main() -> int:
    """Run the commands asked for, or all."""
    if os.geteuid() != 0:
        print("mounting a disk of its own needs root: not run")
        return 0
    faults = 0
    with tempfile.TemporaryDirectory() as place:
        given(Path(place))
        for name in sys.argv[1:] or COMMANDS:
            failed, said = [], set[str]()
            for left in SIZES:
                try:
                    if says := attempt(name, Path(place), left):
                        failed.append(left)
                        said.add(says)
                except AssertionError as error:
                    faults += 1
                    print(f"{name}: {left} KiB: FAULT {error}", flush=True)
            print(f"{name}: refused at {failed} KiB; {' | '.join(sorted(said))}", flush=True)
    return int(bool(faults))


if __name__ == "__main__":
    sys.exit(main())
