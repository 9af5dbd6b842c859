"""Every act that changes a home, killed by SIGKILL at moments spread over it and before each of its steps on the disk.

Afterwards the home is as before or as after: the published build with its tables, what is sealed, the register, answers, accounts;
the trail and the register verify, all that is sealed opens, a figure is answered, no name or ID number lies in clear; the same act
then succeeds and leaves exactly the files of a home where nobody was killed. A restore that was killed is
finished by whoever asks for the home next, as every process does.

Run: python -m tests.bench.kills [ACT …] [--moments 20] [--steps 20] (exit code 1 where a home was between)
"""

import argparse
import hashlib
import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

from tests import forked_commands
from tests.bench import killed
from tests.conftest import ROOT, run
from warehouse.audit import verification
from warehouse.backup import archive
from warehouse.builds import repository, rewrite
from warehouse.disclosure import receipts
from warehouse.metrics import query
from warehouse.settings import settings
from warehouse.storage import build_files, cleanup, keys

_OF_TIME = ("loaded_at", "base", "deidentified_at", "loaded_by", "build_id", "anchor")  # facts that differ from run to run
_IDS = re.compile(r"\d{8}T\d{6}Z-[0-9a-z]+(-k\d+)?|\d{8}T\d{6}-[0-9a-f]{8}")
_NO_STATE = re.compile(r"\.lock$|/running$|^audit/|\.sqlite-|log\.txt$")  # made by whoever looks in
_SEALED = (".duckdb", ".candidate")  # finished builds: tests of their own hold that no name stands in them
State = dict[str, Any]


def prepared(place: Path) -> dict[str, Path]:
    """By act, a folder with the home that it begins on: two villages of 60 children, older ledgers loaded, newer ones to come."""
    from etl.demo import write_town
    from etl.forms import layouts
    from pages.access.accounts import accounts
    from pages.jobs import export_jobs, job_folder, loads

    first = place / "first"
    town = write_town(place / "all", 2, 60, until=query.parse_day(killed.DAY))
    for path in map(Path, town.files):
        part = first / ("newer" if "202512" in path.name else "older")
        part.mkdir(parents=True, exist_ok=True)
        shutil.copy(place / "all" / path.name, part)
    run(first / "home", "etl", "load", first / "older", "--as-of", killed.DAY)
    layouts.write(first / "answers.json", [layouts.Word("parent_status", "改嫁", "lost_contact", "li", "2025-12-31T00:00:00+00:00")])
    both = _copied(first, place / "both")
    run(both / "home", "etl", "load", both / "newer", "--as-of", killed.DAY)
    staged = _copied(first, place / "staged")
    files = [(path.name, path.read_bytes()) for path in sorted((first / "newer").iterdir()) if path.suffix in loads.ENDINGS]
    job: job_folder.Job = loads.start(staged / "home", files, "li", "zh_CN")
    while (job := loads.read(job.folder)).is_at_work:
        time.sleep(0.1)
    assert job.state == "ready", job.progress
    sealed = _copied(staged, place / "sealed")
    single = _copied(both, place / "single")
    for old in build_files.kept(single / "home") - {build_files.published(single / "home")}:
        build_files.remove(build_files.file_of(single / "home", old))
    asked = _copied(both, place / "asked")
    os.environ["TONGXING_HOME"] = str(asked / "home")
    accounts.add("li", "reviewer", "春风化雨润物无声", must_change=False)
    user = accounts.find("li")
    about = {"build": str(build_files.published(asked / "home")), "as_of": killed.DAY, "edition": "internal"}
    request = {**export_jobs._terms(user), "at": "2025-12-31T00:00:00+00:00", "language": "zh_CN", "source": "10.0.0.9"}
    folder = asked / "home" / "exports" / "20251231T000000-00000000"
    folder.mkdir(parents=True)
    (folder / "asked.json").write_text(json.dumps(request | {"about": about, "options": {"seed": "1"}}), "utf-8")
    os.environ[archive.PASSPHRASE] = "春风化雨润物无声细水长流"
    older = archive.make(first / "home", place, archive.secret_of(os.environ[archive.PASSPHRASE]))
    back = _copied(both, place / "back")
    older.rename(back / "older.tongxing")
    homes = {
        "restore": back,
        "load": first,
        "publish": staged,
        "rotate-key": sealed,
        "deidentify": single,
        "deidentify-prune": both,
        "pack": asked,
    }
    return {act: homes.get(act, both) for act in killed.ACTS}


def _copied(source: Path, target: Path) -> Path:
    shutil.copytree(source, target)
    return target


def begun(act: str, folder: Path, step: int = 0) -> subprocess.Popen:
    """The act in a process group of its own."""
    (folder / "tmp").mkdir(exist_ok=True)
    environment = os.environ | {"TONGXING_HOME": str(folder / "home"), "TMPDIR": str(folder / "tmp")}
    command = [sys.executable, "-m", "tests.bench.killed", act, str(step)]
    pipes: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    return subprocess.Popen(command, cwd=ROOT, env=environment, start_new_session=True, **pipes)


def state(home: Path) -> State:
    """All that people rely on, without what differs from run to run."""
    build = repository.Build(build_files.file_of(home, str(build_files.published(home))))
    with closing(build):
        tables = {
            name: _digest(build.rows(f"select columns(c -> c <> 'first_found_on') from {name} order by all"))  # a day, which may have ended
            for name in sorted(build.tables - {*rewrite.SEALED, "build_facts"})
        }
        tables["build_facts"] = _digest({name: value for name, value in build.facts.items() if name not in _OF_TIME})
    key = keys.load_key(home)
    found: State = {"build": tables, "sealed": _digest(_sealed(build.path, key)), "editions": len(receipts.receipts(home))}
    found["settings"] = str((settings.settings(home)["overloaded_above"], settings.goals(home)[0]["target"]))
    for name in ("layouts.json", "declared.json"):
        text = (home / name).read_text("utf-8") if (home / name).exists() else ""
        found[name] = re.sub(r'"at": "[^"]*"', "", text)
    found["accounts"] = "[]"
    if (home / "accounts.sqlite").exists():
        with closing(sqlite3.connect(home / "accounts.sqlite")) as store:
            if store.execute("select 1 from sqlite_master where name = 'accounts'").fetchall():
                found["accounts"] = str(store.execute("select name, role from accounts order by 1").fetchall())
    return found


def files(home: Path) -> Counter[str]:
    """The names of all files, whatever ids they bear."""
    names = (str(path.relative_to(home)) for path in home.rglob("*") if path.is_file())
    return Counter(_IDS.sub("ID", name) for name in names if not _NO_STATE.search(name))


def _digest(value: object) -> str:
    return hashlib.sha256(json.dumps(value, default=str, ensure_ascii=False, sort_keys=True).encode()).hexdigest()[:12]


def _sealed(path: Path, key: keys.Key) -> list[tuple[str, str, str]]:
    """What stands sealed in a file, opened. Raises keys.WrongKey."""
    opened = ((table, name, hashlib.sha256(key.unseal(name, sealed)).hexdigest()) for table, name, sealed in rewrite.sealed_rows(path))
    return sorted(opened)


def names_of(home: Path) -> list[bytes]:
    """Every child's name and ID number, as bytes to be looked for."""
    key, words = keys.load_key(home), set[str]()
    for path in (home / "builds").iterdir():
        for table, name, sealed in rewrite.sealed_rows(path) if path.suffix in _SEALED else []:
            if table == "identities" and name.startswith("child:"):
                identity = json.loads(key.unseal(name, sealed))
                words |= {identity["child_name"], identity["id_number"]}
    return [word.encode() for word in words if word]


def faults(folder: Path, before: State, after: State, words: list[bytes]) -> list[str]:
    """What is wrong with a home whose writer was killed."""
    home, says = folder / "home", []
    now = state(home)
    if now not in (before, after):
        parts = [name for name in now if now[name] not in (before[name], after[name])]
        tables = [name for name in now["build"] if now["build"][name] not in (before["build"].get(name), after["build"].get(name))]
        says.append("between: " + (", ".join(parts + tables) or "parts of both"))
    says += [f"trail: {fault}" for fault in verification.verify(home)]
    key = keys.load_key(home)
    for path in (home / "builds").iterdir():
        if path.suffix in _SEALED:
            _sealed(path, key)
    numbers = [receipt.no for receipt in receipts.receipts(home)]
    says += ["two editions of one number"] if len({*numbers}) < len(numbers) else []
    says += [] if query.ask(repository.open_build(home), "eligibility", query.parse_day(killed.DAY)) else ["no figure"]
    for path in (path for place in (home, folder / "tmp") for path in place.rglob("*") if path.is_file()):
        if "/files/" not in str(path) and path.suffix not in _SEALED:
            content = path.read_bytes()
            says += [f"in clear: {_IDS.sub('ID', path.name)}"] if any(word in content for word in words) else []
    return says


class Bench:
    """One act: what its home is before, after once and after twice; then killed."""

    def __init__(self, act: str, source: Path, place: Path) -> None:
        self.act, self.source, self.place, self.number = act, source, place, 0
        self.before, self.words = state(source / "home"), names_of(source / "home")
        folder, start = self._copy(), time.perf_counter()
        self._done(folder)
        self.seconds = time.perf_counter() - start
        self.steps = (folder / "steps").read_text().split()
        self.after, self.files = state(folder / "home"), files(folder / "home")
        assert (self.after != self.before or act in ("rotate-key", "backup"), faults(folder, self.after, self.after, self.words)) == (
            True,
            [],
        ), act
        self._done(folder)
        self.files_again = files(folder / "home")
        shutil.rmtree(folder)

    def _copy(self) -> Path:
        self.number += 1
        return _copied(self.source, self.place / f"{self.act}{self.number}")

    def _done(self, folder: Path) -> None:
        process = begun(self.act, folder)
        _said, error = process.communicate(timeout=300)
        nothing_new = self.act == "load" and process.returncode == 1 and not error.strip()
        assert process.returncode == 0 or nothing_new, f"{self.act}: {error.strip()[-300:]}"

    def killed(self, moment: float = 0.0, step: int = 0) -> tuple[bool, list[str]]:
        """Whether it was killed before it ended, and what is wrong then and after the act was done again."""
        folder = self._copy()
        process = begun(self.act, folder, step or 1_000_000)
        try:
            process.communicate(timeout=moment or 300)
        except subprocess.TimeoutExpired:
            try:
                os.killpg(process.pid, signal.SIGKILL)
            except ProcessLookupError:  # it has no group of its own yet, or is over
                with suppress(ProcessLookupError):
                    os.kill(process.pid, signal.SIGKILL)
            process.communicate()
        says = []
        try:
            os.environ["TONGXING_HOME"] = str(folder / "home")
            build_files.home()
            says = faults(folder, self.before, self.after, self.words)
            halves = [path.parent for path in (folder / "home" / "loads").glob("*/*.json") if not (path.parent / "asked.json").exists()]
            for path in [*(folder / "home").rglob("*.new"), *(path for half in halves for path in (half, *half.iterdir()))]:
                os.utime(path, (0, 0))  # it is some days later
            cleanup.remove_abandoned(folder / "home", 30)
            self._done(folder)
            with build_files.locked(folder / "home"):
                pass
            says += [
                f"afterwards {fault}"
                for fault in faults(folder, self.after, self.after | {"editions": self.after["editions"] + 1}, self.words)
            ]
            now = files(folder / "home")
            if now not in (self.files, self.files_again):
                says.append(f"left behind: {', '.join((now - self.files_again) or {'- ' + name: 0 for name in self.files_again - now})}")
        except Exception as error:
            says.append(f"{type(error).__name__}: {str(error)[:200]}")
        shutil.rmtree(folder)
        return process.returncode == -signal.SIGKILL, says


def main() -> int:
    """A line for each act, one for each kind of fault below it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("acts", nargs="*", choices=(*killed.ACTS, []), default=[])
    parser.add_argument("--moments", type=int, default=20)
    parser.add_argument("--steps", type=int, default=20, help="at most so many of its steps, spread over them; their number differs by act")
    chosen = parser.parse_args()
    forked_commands.COMMANDS += ("tests.bench.killed",)
    forked_commands.install()
    failed = 0
    with tempfile.TemporaryDirectory() as name:
        homes = prepared(Path(name))
        print("act               seconds  steps  killed at moments / before steps  between", flush=True)
        for act in chosen.acts or killed.ACTS:
            bench = Bench(act, homes[act], Path(name))
            count = len(bench.steps)
            numbers = sorted({round(1 + at * (count - 1) / max(min(chosen.steps, count) - 1, 1)) for at in range(min(chosen.steps, count))})
            by_time = [bench.killed(moment=bench.seconds * (at + 0.5) / chosen.moments) for at in range(chosen.moments)]
            by_step = {number: bench.killed(step=number) for number in numbers}
            wrong = [says for _is_killed, says in [*by_time, *by_step.values()] if says]
            failed += len(wrong)
            at_work = [sum(is_killed for is_killed, _says in part) for part in (by_time, by_step.values())]
            print(
                f"{act:17} {bench.seconds:6.1f} {count:6}  {at_work[0]:>3} of {len(by_time)} / {at_work[1]:>3} of {len(by_step)} {len(wrong):18}",
                flush=True,
            )
            for number, (_is_killed, says) in by_step.items():
                for fault in says:
                    print(f"    before step {number}, {bench.steps[number - 1]}: {fault}", flush=True)
            for at, (_is_killed, says) in enumerate(by_time):
                for fault in says:
                    print(f"    at {(at + 0.5) / chosen.moments:.0%}: {fault}", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
