"""Would the tests notice? Changes drawn by a seed from the SQL, the settings and the table of rights, each tried on the suite.

What can be drawn: every comparison, condition and join of the files under warehouse/sql, every number of warehouse/settings,
every cell of pages/access/rights.toml. The list is drawn and committed before it is run:

    python -m tests.bench.mutation draw --seed 13
    python -m tests.bench.mutation run [--only 3 17] [--report outcomes.json]

`run` copies the tree for each change, makes the change there (and docs/metrics.md by its own recipe, as whoever changes SQL
or a setting does, so that the comparison with that page counts for nothing), then runs the files that are likely to notice,
then all the others without a browser. A change is caught at the first test that fails; one that no test notices survived.
"""

import argparse
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LIST = Path(__file__).with_name("mutations.json")
SQL = "warehouse/sql"
SETTINGS = "warehouse/settings"
RIGHTS = "pages/access/rights.toml"
ROLES = ("leader", "centre", "reviewer", "village", "admin")
TABLES_OF_RIGHTS = ("pages", "actions", "exports", "unmask")

# How many of each kind are drawn: about in proportion to what there is, and four of the few numbers of the settings.
DRAWN = {"sql": 28, "settings": 4, "rights": 8}

# What a piece of SQL becomes; the first pattern that fits at a place counts, so that <= is not read as <.
SWAPS = (
    (r"<>", "="),
    (r"<=", "<"),
    (r">=", ">"),
    (r"<", "<="),
    (r">", ">="),
    (r"=", "<>"),
    (r"\bis not distinct from\b", "is distinct from"),
    (r"\bis distinct from\b", "is not distinct from"),
    (r"\bis not null\b", "is null"),
    (r"\bis null\b", "is not null"),
    (r"\bnot in\b", "in"),
    (r"\bnot between\b", "between"),
    (r"\bnot\b ?", ""),
    (r"\bin\b(?= *\()", "not in"),
    (r"\bbetween\b", "not between"),
    (r"\bleft join\b", "inner join"),
    (r"\binner join\b", "left join"),
    (r"\bfull join\b", "left join"),
    (r"\bor\b", "and"),
    (r"\band\b", "or"),
)
PLACE = re.compile("|".join(f"(?P<s{number}>{pattern})" for number, (pattern, _after) in enumerate(SWAPS)), re.IGNORECASE)
# Text, comments, a column's "not null" and the "and" of a between are no place for a change.
PASSED = re.compile(r"'(?:[^']|'')*'|--[^\n]*|/\*.*?\*/|(?<!is )\bnot null\b", re.DOTALL)
NUMBER = re.compile(r"(?<![\w.\"-])\d+(?:\.\d+)?(?![\w.\"-])")

# Run first, where a change of that kind is likely to be noticed; the rest follows.
FIRST = {
    "sql": ("tests/test_sample_town.py", "tests/warehouse/sql", "tests/warehouse/metrics", "tests/warehouse/review", "tests/warehouse"),
    "settings": ("tests/warehouse/sql", "tests/warehouse/settings", "tests/test_sample_town.py", "tests/warehouse"),
    "rights": ("tests/pages/test_rights.py", "tests/pages/access", "tests/pages"),
}


@dataclass(frozen=True)
class Mutation:
    """One change: in the line that reads so, the piece that begins at the column."""

    kind: str
    file: str
    line: int
    column: int
    text: str  # the whole line, by which the place is found again when lines before it have moved
    before: str
    after: str

    def sentence(self) -> str:
        """One line for a person."""
        return f"{self.file}:{self.line}: {self.text.strip()}: {self.before!r} → {self.after!r}"


def every_mutation(root: Path = ROOT) -> list[Mutation]:
    """All changes that can be drawn, in the order of files and places."""
    drawable = [
        mutation for path in sorted((root / SQL).rglob("*.sql")) for mutation in of_sql(path.relative_to(root), path.read_text("utf-8"))
    ]
    drawable += [
        m for path in sorted((root / SETTINGS).glob("*.toml")) for m in of_settings(path.relative_to(root), path.read_text("utf-8"))
    ]
    return drawable + list(of_rights(Path(RIGHTS), (root / RIGHTS).read_text("utf-8")))


def of_sql(file: Path, text: str) -> Iterator[Mutation]:
    """The comparisons, conditions and joins of a file of SQL."""
    code = PASSED.sub(lambda piece: re.sub(r"[^\n]", " ", piece.group()), text)
    ends = _ends_of_ranges(code)
    for found in PLACE.finditer(code):
        if found.start() not in ends:
            after = SWAPS[int(str(found.lastgroup)[1:])][1]
            yield _at("sql", file, text, found.start(), found.group(), after)


def _ends_of_ranges(code: str) -> set[int]:
    """Where the `and` of a `between … and …` stands: the first one outside brackets after it."""
    places = set()
    for between in re.finditer(r"\bbetween\b", code, re.IGNORECASE):
        depth = 0
        for token in re.finditer(r"[()]|\band\b", code[between.end() :], re.IGNORECASE):
            depth += {"(": 1, ")": -1}.get(token.group(), 0)
            if depth == 0 and token.group().lower() == "and":
                places.add(between.end() + token.start())
                break
    return places


def of_settings(file: Path, text: str) -> Iterator[Mutation]:
    """The numbers of a file of settings: a whole number becomes one more, a share a twentieth less."""
    start = 0
    for line in text.splitlines(keepends=True):
        value = line.partition("#")[0]
        for found in NUMBER.finditer(value):
            if "=" in value[: found.start()]:
                number = found.group()
                after = str(int(number) + 1) if number.isdigit() else f"{float(number) - 0.05:.2f}"
                yield _at("settings", file, text, start + found.start(), number, after)
        start += len(line)


def of_rights(file: Path, text: str) -> Iterator[Mutation]:
    """The cells of the table of rights: what a role may becomes what it may not, and the other way round."""
    table, start = "", 0
    for line in text.splitlines(keepends=True):
        table = found.group(1) if (found := re.match(r"\[(\w+)\]", line)) else table
        if table in TABLES_OF_RIGHTS and (cells := re.match(r"\w+ = (\[[^\]]*\])", line)):
            roles = json.loads(cells.group(1))
            for role in ROLES:
                changed = [name for name in roles if name != role] if role in roles else [*roles, role]
                yield _at("rights", file, text, start + cells.start(1), cells.group(1), json.dumps(changed))
        start += len(line)


def _at(kind: str, file: Path, text: str, start: int, before: str, after: str) -> Mutation:
    """A change at a place of a text."""
    begin = text.rfind("\n", 0, start) + 1
    line = text[begin:].partition("\n")[0]
    return Mutation(kind, file.as_posix(), text.count("\n", 0, start) + 1, start - begin, line, before, after)


def draw(seed: int, root: Path = ROOT) -> list[Mutation]:
    """The changes of a seed in the order of the files: of each kind its number, each place of a kind as likely as any other."""
    generator = random.Random(seed)
    drawable = every_mutation(root)
    mutations = []
    for kind, count in DRAWN.items():
        of_kind = [mutation for mutation in drawable if mutation.kind == kind]
        mutations += [of_kind[place] for place in sorted(generator.sample(range(len(of_kind)), count))]
    return mutations


class Moved(Exception):
    """The line of a change is no longer there, or there are several like it."""


def apply(mutation: Mutation, root: Path) -> None:
    """Make the change in a tree. A file that has moved is found by its name, a line by its text. Raises Moved."""
    path = root / mutation.file
    if not path.is_file():
        paths = [other for folder in (SQL, SETTINGS, "pages/access") for other in (root / folder).rglob(path.name)]
        if len(paths) != 1:
            raise Moved(f"{mutation.file}: {len(paths)} files of that name")
        path = paths[0]
    lines = path.read_text("utf-8").split("\n")
    alike = [number for number, line in enumerate(lines) if line == mutation.text]
    if not alike:
        raise Moved(f"{mutation.file}: no line reads {mutation.text.strip()!r}")
    number = min(alike, key=lambda place: abs(place + 1 - mutation.line))
    head, rest = mutation.text[: mutation.column], mutation.text[mutation.column :]
    lines[number] = head + mutation.after + rest.removeprefix(mutation.before)
    path.write_text("\n".join(lines), "utf-8")


def copy_tree(folder: Path) -> None:
    """The project's files as they stand, with the environment linked."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=ROOT, capture_output=True, check=True
    )
    for name in listed.stdout.decode().split("\0"):
        if name and (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    (folder / ".venv").symlink_to((ROOT / ".venv").resolve())


def stages(kind: str) -> list[list[str]]:
    """The arguments of pytest for each stage: what is likely to notice, in this order, then all but the browser's."""
    first = [path for path in FIRST[kind] if (ROOT / path).exists()]  # a folder after its part runs the part again: it is short
    return [[path] for path in first] + [["tests", "--ignore=tests/browser", *(f"--ignore={path}" for path in first)]]


def outcome(mutation: Mutation, workers: int) -> dict[str, object]:
    """Try one change: caught with the first test that noticed, or survived."""
    start = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="mutation-") as name:
        folder = Path(name) / "tree"
        folder.mkdir()
        copy_tree(folder)
        try:
            apply(mutation, folder)
        except Moved as error:
            return {"state": "moved", "by": str(error), "seconds": 0}
        if made := _run(folder, [sys.executable, "-m", "tests.warehouse.metrics.page"]):
            return {"state": "caught", "by": f"make metrics: {made[-200:]}", "seconds": round(time.monotonic() - start)}
        for paths in stages(mutation.kind):
            apart = ["-n", str(workers), "--dist", "loadfile"] if workers > 1 else []
            told = _run(folder, [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *apart, *paths])
            if told:
                failed = re.search(r"^(?:FAILED|ERROR) (\S+)", told, re.MULTILINE)
                if failed and "::" not in failed.group(1):  # a file that cannot be imported says nothing of the change
                    return {"state": "broken", "by": failed.group(1), "seconds": round(time.monotonic() - start)}
                return {"state": "caught", "by": failed.group(1) if failed else told[-300:], "seconds": round(time.monotonic() - start)}
    return {"state": "survived", "by": "", "seconds": round(time.monotonic() - start)}


def _run(folder: Path, command: list[str]) -> str:
    """Run a command in the copy: nothing where it succeeds, else what it printed. No test at all (pytest's 5) is success."""
    scratch = folder.parent / "scratch"
    scratch.mkdir(exist_ok=True)
    environment = os.environ | {"TMPDIR": str(scratch), "PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, env=environment)
    return "" if done.returncode in (0, 5) else done.stdout + done.stderr or str(done.returncode)


def main() -> None:
    """Draw the list, or run it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    drawing = commands.add_parser("draw")
    drawing.add_argument("--seed", type=int, default=13)
    running = commands.add_parser("run")
    running.add_argument("--only", type=int, nargs="+", metavar="NO", help="numbers of the list, from 1")
    running.add_argument("--workers", type=int, default=2)
    running.add_argument("--report", type=Path)
    options = parser.parse_args()
    if options.command == "draw":
        mutations = draw(options.seed)
        text = {"seed": options.seed, "of": len(every_mutation()), "mutations": [asdict(mutation) for mutation in mutations]}
        LIST.write_text(json.dumps(text, ensure_ascii=False, indent=1) + "\n", "utf-8")
        return
    mutations = [Mutation(**entry) for entry in json.loads(LIST.read_text("utf-8"))["mutations"]]
    outcomes = []
    for number, mutation in enumerate(mutations, 1):
        if options.only and number not in options.only:
            continue
        outcomes.append({"no": number, "change": mutation.sentence()} | outcome(mutation, options.workers))
        print(json.dumps(outcomes[-1], ensure_ascii=False), flush=True)
        if options.report:
            options.report.write_text(json.dumps(outcomes, ensure_ascii=False, indent=1) + "\n", "utf-8")
    states = [str(row["state"]) for row in outcomes]
    print({state: states.count(state) for state in sorted(set(states))})


if __name__ == "__main__":
    main()
