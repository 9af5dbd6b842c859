"""Reads settings.toml and goals.toml, those of the home over the program's, and lays them into a build: figures need nothing else."""

import datetime as dt
import json
import os
import re
import tomllib
from collections.abc import Iterable
from copy import deepcopy
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import duckdb

from locales import _
from warehouse.settings.validation import BY_YEAR, GOAL, LOOKING_ON, MODES, WrongSetting, check_goals, check_settings, quoted
from warehouse.storage import atomic_write

_PROGRAM = Path(__file__).parent
_SETTINGS, _GOALS, _SIGN_IN = "settings.toml", "goals.toml", "sign_in.toml"
_BEFORE = "before"  # of settings that are tried: those of the home when that began
_PENDING = "settings.pending"  # both as they are to be, while they are written: a change holds as a whole or not at all
PROPOSED = "TONGXING_SETTINGS"  # of a load that tries settings before they hold: the folder of the files, in place of the home
_DATED = ("winter_holiday", "childrens_day", "summer_holiday")
_LINE = re.compile(r"at line (\d+)")


@dataclass(frozen=True)
class Proposal:
    """Settings and goals as they might be, whole, and the keys of what is another in them: (name, item)."""

    settings: dict[str, Any]
    goals: list[dict[str, Any]]
    changes: tuple[str, ...]


def program_settings() -> dict[str, Any]:
    """Return the program's own settings, which a town's settings.toml may override."""
    return deepcopy(_program(_SETTINGS))


def settings(home: Path) -> dict[str, Any]:
    """Return the settings of a home: the town's own override the program's, section by section."""
    return _overridden(_SETTINGS, program_settings(), _town_file(home, _SETTINGS) or {})


def sign_in(home: Path) -> dict[str, Any]:
    """Return how people sign in by a provider, as sign_in.toml lists it. Raises WrongSetting where the town's own cannot be used."""
    town_file = home / _SIGN_IN
    return _overridden(_SIGN_IN, deepcopy(_program(_SIGN_IN)), _read(town_file) if town_file.exists() else {})


def _overridden(file: str, program: dict[str, Any], town: dict[str, Any]) -> dict[str, Any]:
    check_settings(file, town, program)
    for name, value in town.items():
        program[name] = program[name] | value if isinstance(value, dict) else value
    return program


def _town_file(home: Path, name: str) -> dict[str, Any] | None:
    """Return what a file of the town's own says, or what is about to be put into it; None where there is none. Raises WrongSetting."""
    folder = Path(os.environ.get(PROPOSED) or home)
    pending = atomic_write.read_json(folder / _PENDING)
    if pending is not None:
        return tomllib.loads(pending[name]) if pending[name] else None
    return _read(folder / name) if (folder / name).exists() else None


def kept(home: Path) -> dict[str, Any]:
    """Return the settings of a home, read once a state of its file; while it is wrong the program's own hold, and roles see less."""
    town_file = home / _SETTINGS
    return _kept(home, town_file.stat().st_mtime_ns if town_file.exists() else 0)


@lru_cache(maxsize=8)
def _kept(home: Path, _state: int) -> dict[str, Any]:
    try:
        return settings(home)
    except WrongSetting:
        return program_settings() | {"withhold_for": LOOKING_ON}


def program_goals() -> list[dict[str, Any]]:
    """Return the program's own goals, which a town's goals.toml replaces as a whole."""
    goals: list[dict[str, Any]] = deepcopy(_program(_GOALS)["goals"])
    return goals


@cache
def _program(name: str) -> dict[str, Any]:
    """One of the program's own files, which a load asks for a dozen times."""
    return _read(_PROGRAM / name)


def goals(home: Path) -> list[dict[str, Any]]:
    """Return the goals of a home as goals.toml lists them. Raises WrongSetting where the town's own cannot be used."""
    town = _town_file(home, _GOALS)
    if town is None:
        return program_goals()
    check_goals(_GOALS, town)
    goals: list[dict[str, Any]] = town["goals"]
    return goals


def write(folder: Path, now: dict[str, Any], goals_now: list[dict[str, Any]]) -> None:
    """Write the files of a home whose settings and goals these are: what is the town's own alone, no file where nothing is.

    Raises WrongSetting for what cannot hold, and nothing is written then.
    """
    town = check(now, goals_now)
    lines = [f"{name} = {_toml(value)}" for name, value in town.items() if not isinstance(value, dict)]
    for name, value in town.items():
        if isinstance(value, dict):
            lines += ["", f"[{name}]", *(f"{key} = {_toml(item)}" for key, item in value.items())]
    rows = ["  { " + ", ".join(f"{name} = {_toml(goal[name])}" for name in GOAL) + " }," for goal in goals_now]
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    texts = {_SETTINGS: lines, _GOALS: ["goals = [", *rows, "]"] if goals_now != program_goals() else []}
    atomic_write.write_json(folder / _PENDING, {name: "\n".join([*text, ""]) if text else "" for name, text in texts.items()})
    finish(folder)


def finish(folder: Path) -> None:
    """Put into their files what `write` has written whole: readers take it from there until then, a killed writer's too."""
    for name, text in (atomic_write.read_json(folder / _PENDING) or {}).items():
        if text:
            atomic_write.write_bytes(folder / name, text.encode())
        else:
            (folder / name).unlink(missing_ok=True)
    (folder / _PENDING).unlink(missing_ok=True)


def check(now: dict[str, Any], goals_now: list[dict[str, Any]]) -> dict[str, Any]:
    """Return which of these settings are not the program's own. Raises WrongSetting for what cannot hold."""
    program, town = program_settings(), {}
    for name, value in now.items():
        different = {key: item for key, item in value.items() if program[name].get(key) != item} if isinstance(value, dict) else value
        if different != program[name] and different != {}:
            town[name] = different
    check_settings(_SETTINGS, town, program)
    check_goals(_GOALS, {"goals": goals_now})
    return town


def _toml(value: object) -> str:
    # DEL is bare in JSON, refused in TOML
    return str(value) if type(value) is dt.date else json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def propose(folder: Path, home: Path, proposal: Proposal) -> None:
    """Write settings that a load tries into a folder, and beside them those of the home, so that edits made meanwhile are known."""
    write(folder / _BEFORE, settings(home), goals(home))
    write(folder, proposal.settings, proposal.goals)


def adopt(folder: Path, home: Path) -> None:
    """Let the sections and goals proposed in a folder hold in the home; what concerns no figure stays as it was kept meanwhile.

    So does what somebody has written into the files since the load began. That file and build differ, as without the folder, is said
    on the settings page.
    """
    if not folder.is_dir():
        return
    now, proposed = settings(home), settings(folder)
    former = folder / _BEFORE if (folder / _BEFORE).is_dir() else home
    sections = {name: _adopted(settings(former)[name], value, now[name]) for name, value in proposed.items() if isinstance(value, dict)}
    by_key = [{(goal["goal_year"], goal["indicator"]): goal for goal in goals(place)} for place in (former, folder, home)]
    write(home, now | sections, [*_adopted(*by_key).values()])


def _adopted(former: dict[Any, Any], proposed: dict[Any, Any], now: dict[Any, Any]) -> dict[Any, Any]:
    """Return what is proposed, but what is now another than it was before as it is now."""
    values = {key: (proposed if now.get(key) == former.get(key) else now).get(key) for key in (*proposed, *now)}
    return {key: value for key, value in values.items() if value is not None}


def _read(path: Path) -> dict[str, Any]:
    """One TOML file. Raises WrongSetting naming the file and the line where it cannot be read."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise WrongSetting(path.name, _("不是 UTF-8 编码，请另存为 UTF-8")) from error
    try:
        return tomllib.loads(text)
    except ValueError as error:  # TOMLDecodeError, or a number too long for Python
        lines = text.rstrip().split("\n")
        place_in_text = _LINE.search(str(error))
        line = min(int(place_in_text[1]) if place_in_text else len(lines), len(lines))
        place = _("{file} 第 {line} 行").format(file=path.name, line=line)
        says = _("“{text}”写法有误，请照 warehouse/settings/{file} 改正").format(text=quoted(lines[line - 1].strip()), file=path.name)
        raise WrongSetting(place, says) from error


def write_settings(connection: duckdb.DuckDBPyConnection, home: Path) -> None:
    """Fill the tables settings, goals, care_days and settings_in_force of a new build. Raises WrongSetting."""
    now = settings(home)
    _insert(connection, "settings", _setting_rows(now))
    _insert(connection, "care_days", _care_rows(now))
    columns = ("goal_year", "indicator", "as_of", "target", "weight", "plan")
    _insert(connection, "goals", [(*(goal[name] for name in columns), at) for at, goal in enumerate(goals(home), 1)])
    _insert(connection, "settings_in_force", [(*row, at) for at, row in enumerate(setting_rows(home), 1)])


def _insert(connection: duckdb.DuckDBPyConnection, table: str, rows: list[tuple[Any, ...]]) -> None:
    """Rows into a table, in the table's column order; as a frame, because bound values make duckdb import pandas (0.4 s)."""
    import polars as pl

    connection.register("rows_to_lay_in", pl.DataFrame(rows, orient="row", infer_schema_length=None).to_arrow())
    connection.execute(f"insert into {table} select * from rows_to_lay_in")  # noqa: S608 — our own names
    connection.unregister("rows_to_lay_in")


def _setting_rows(now: dict[str, Any]) -> list[tuple[str, str, float]]:
    """(name, item, value): thresholds in yuan by year, 0 or 1 for a switch, 1 for each mode that counts, days."""
    rows = [("illness_cost", item, float(cost)) for item, cost in now["illness_cost"].items()]
    rows += [("counted_mode", mode, 1.0) for mode in now["visits"]["counted_modes"]]
    rows += [("level_3_mental", "default", float(now["severe_disability"]["level_3_mental"]))]
    rows += [("birthday_grace_days", "default", float(now["care"]["birthday_grace_days"]))]
    return rows


def _care_rows(now: dict[str, Any]) -> list[tuple[int, str, dt.date]]:
    """(year, occasion, last day) for every year from 2000 to 2099; Spring Festival only where its day is known."""
    rows = [(year, occasion, _day(year, now["care"][occasion])) for year in range(2000, 2100) for occasion in _DATED]
    grace = dt.timedelta(days=now["care"]["spring_festival_grace_days"])
    return rows + [(int(year), "spring_festival", day + grace) for year, day in now["spring_festival"].items()]


def _day(year: int, month_day: str) -> dt.date:
    month, day = month_day.split("-")
    if day == "last":
        return dt.date(year + int(month) // 12, int(month) % 12 + 1, 1) - dt.timedelta(days=1)
    return dt.date(year, int(month), int(day))


def setting_rows(home: Path | None) -> list[tuple[str, str, str, str | None, str | None]]:
    """Return (source, name, item, value, default) of every setting that figures read, as a person writes it; of no home the program's."""
    return rows_of(settings(home), goals(home)) if home else rows_of(program_settings(), program_goals())


def rows_of(now: dict[str, Any], goals_now: list[dict[str, Any]]) -> list[tuple[str, str, str, str | None, str | None]]:
    """Return the rows of these settings and goals, as `setting_rows` does."""
    program, town = _texts(program_settings(), program_goals()), _texts(now, goals_now)
    return [(*key, town.get(key), program.get(_falls_back_to(key, program))) for key in dict.fromkeys([*program, *town])]


def _falls_back_to(key: tuple[str, str, str], program: dict[tuple[str, str, str], str]) -> tuple[str, str, str]:
    """What the program would have taken: a year without a threshold of its own has the default one."""
    return ("illness_cost", "illness_cost", "default") if key[0] == "illness_cost" and key not in program else key


def _texts(now: dict[str, Any], goals_now: list[dict[str, Any]]) -> dict[tuple[str, str, str], str]:
    """Value by (source, name, item); equal texts are equal settings."""
    texts = {("illness_cost", "illness_cost", item): f"{cost:.12g}" for item, cost in now["illness_cost"].items()}
    texts["level_3_mental", "level_3_mental", "default"] = str(now["severe_disability"]["level_3_mental"]).lower()
    texts["counted_mode", "counted_modes", "default"] = " ".join(mode for mode in MODES if mode in now["visits"]["counted_modes"])
    for name, value in now["care"].items():
        texts["birthday_grace_days" if name == "birthday_grace_days" else "care_days", name, "default"] = str(value)
    for year, day in now["spring_festival"].items():
        texts["care_days", "spring_festival", year] = str(day)
    for goal in goals_now:
        item = f"{goal['goal_year']} {goal['indicator']}"
        texts["goals", "goal_target", item] = f"{goal['target']:.12g}"
        texts["goals", "goal_weight", item] = str(goal["weight"])
        texts["goals", "goal_day", item] = str(goal["as_of"])
        texts["goals", "goal_plan", item] = goal["plan"]
    return texts


def of_rows(rows: Iterable[tuple[str, str, str | None]], now: dict[str, Any]) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Return the settings and goals that (name, item, value) rows of a build tell, as `rows_of` gives them; what no figure reads is as in `now`."""
    result = {name: {} if isinstance(value, dict) else value for name, value in now.items()}
    of_goals: dict[str, dict[str, Any]] = {}
    for name, item, value in rows:
        if value is None:
            continue
        if name.startswith("goal_"):
            of_goals.setdefault(item, {})[name.removeprefix("goal_")] = value
        elif name in BY_YEAR:
            result[name][item] = dt.date.fromisoformat(value) if name == "spring_festival" else float(value)
        elif name == "level_3_mental":
            result["severe_disability"][name] = value == "true"
        elif name == "counted_modes":
            result["visits"][name] = value.split()
        else:
            result["care"][name] = int(value) if name.endswith("_days") else value
    goals_then = []
    for item, goal in of_goals.items():
        year, indicator = item.split()
        terms = (int(year), indicator, dt.date.fromisoformat(goal["day"]), float(goal["target"]), int(goal["weight"]), goal["plan"])
        goals_then.append(dict(zip(GOAL, terms, strict=True)))
    return result, goals_then
