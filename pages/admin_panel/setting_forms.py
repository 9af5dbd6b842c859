"""The town's settings as forms: an input for each, with what it means and the program's own value; nothing is kept here."""

import datetime as dt
import zlib
from collections.abc import Callable
from typing import Any

import streamlit as st

from locales import _
from pages.components import chart_blocks
from pages.text import formatting, labels
from pages.text.labels import role_name
from warehouse.settings import settings, validation

NEW = "new"  # the item of a year that is added
COLUMNS = 3  # inputs beside one another
_CHOICES: dict[str, tuple[tuple[str, ...], Callable[[str], str]]] = {
    "counted_modes": (validation.MODES, lambda mode: labels.word("mode", mode)),
    "withhold_for": (validation.LOOKING_ON, role_name),
}

_ONE_OF = {"report_period": ("quarter", "month")}


def begin(now: dict[str, Any], goals_now: list[dict[str, Any]]) -> None:
    """Say what the inputs begin with: where somebody has changed it since they were drawn, they begin with that and not with what they held."""
    st.session_state["settings_version"] = zlib.crc32(repr((now, goals_now)).encode())


def _key(name: str) -> str:
    return f"{name}@{st.session_state['settings_version']}"


def figure_settings(now: dict[str, Any]) -> dict[str, Any]:
    """Show the settings that figures rest on; return them as they stand in the inputs."""
    result = dict(now)
    for section in (name for name, value in now.items() if isinstance(value, dict)):  # as settings.adopt has it
        chart_blocks.section_heading(labels.word("setting_section", section), labels.word("setting_section_help", section))
        program, values = settings.program_settings()[section], {}
        columns = st.columns(COLUMNS)
        for at, (name, value) in enumerate(now[section].items()):
            with columns[at % COLUMNS]:
                label = _year(name) if section in validation.BY_YEAR else labels.word("setting", name)
                values[name] = _input(section, name, label, value, program.get(name))
        if section in validation.BY_YEAR:
            values |= _added_year(section, values)
        result[section] = values
    return result


def house_settings(now: dict[str, Any], *, has_backups: bool) -> dict[str, Any]:
    """Show the settings that hold as soon as they are kept, those of backups to who makes them; return them as they stand in the inputs."""
    columns, result = st.columns(COLUMNS), dict(now)
    program = settings.program_settings()
    names = [name for name, value in now.items() if not isinstance(value, dict) and (has_backups or not name.startswith("backup_"))]
    for at, name in enumerate(names):
        with columns[at % COLUMNS]:
            result[name] = _input("", name, labels.word("setting", name), now[name], program[name])
    return result


def goals(now: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Show the goals by year, every indicator that there is; return those with a target, those of a new year too."""
    result = []
    plans = {goal["indicator"]: goal["plan"] for goal in (*now, *settings.program_goals())}
    for year in sorted({goal["goal_year"] for goal in now}):
        of_year = {goal["indicator"]: goal for goal in now if goal["goal_year"] == year}
        with st.expander(_("{year} 年的目标（{count} 项）").format(year=year, count=len(of_year))):
            first = next(iter(of_year.values()))
            day = st.date_input(_("目标日"), first["as_of"], key=_key(f"goal_day_{year}"), format="YYYY-MM-DD")
            st.caption(_("目标为 0 的不作为目标；权重只用来算得分。"))
            for indicator in (*of_year, *(name for name in validation.indicators() if name not in of_year)):
                goal = of_year.get(indicator, {"target": 0.0, "weight": 0})
                name, at_target, at_weight = st.columns([3, 1, 1], vertical_alignment="bottom")
                name.markdown(formatting.escape_markdown(labels.share_name(indicator)))
                key = f"{year}_{indicator}"
                target = at_target.number_input(_("目标（%）"), 0.0, 100.0, goal["target"] * 100, 0.5, "%.1f", key=_key(f"target_{key}"))
                weight = at_weight.number_input(_("权重"), 0, 1000, goal["weight"], key=_key(f"weight_{key}"))
                if target:
                    terms = (year, indicator, day, round(target / 100, 6), weight, goal.get("plan") or plans.get(indicator, _("本镇")))
                    result.append(dict(zip(validation.GOAL, terms, strict=True)))
    newest = max(goal["goal_year"] for goal in now)
    added = st.number_input(
        _("照 {year} 年的目标，另设一年（0：不设）").format(year=newest), 0, validation.YEARS[-1], 0, key=_key("goal_year")
    )
    copied = [goal for goal in result if goal["goal_year"] == newest] if added else []
    return result + [goal | {"goal_year": added, "as_of": dt.date(added, 12, 31)} for goal in copied]


def _year(name: str) -> str:
    return _("没有单列的年份") if name == "default" else _("{year} 年").format(year=name)


def _input(section: str, name: str, label: str, value: Any, default: Any) -> Any:
    key, is_of_year = _key(f"setting_{section}_{name}"), section in validation.BY_YEAR
    help_text = _("程序原来的：{value}").format(value=_text(name, default)) if default is not None else None
    if not is_of_year:
        help_text = formatting.join_names([labels.word("setting_help", name), str(help_text)])
    if isinstance(value, bool):
        return st.toggle(label, value, key=key, help=help_text)
    if isinstance(value, list):
        names, title = _CHOICES[name]
        chosen = st.multiselect(label, names, value, title, key=key, help=help_text, placeholder=_("无"))
        return [name for name in names if name in chosen]
    if isinstance(value, dt.date):
        return st.date_input(label, value, key=key, help=help_text, format="YYYY-MM-DD")
    if isinstance(value, int | float):
        return st.number_input(label, value=value, step=type(value)(1), key=key, help=help_text)
    if name in _ONE_OF:
        words = labels.words(name)
        return st.selectbox(label, _ONE_OF[name], _ONE_OF[name].index(value), words.__getitem__, key=key, help=help_text)
    return st.text_input(label, value, key=key, help=help_text).strip()


def _text(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(value, list):
        return formatting.join_names([_CHOICES[name][1](each) for each in value]) or _("无")
    return labels.word(name, str(value)) if name in _ONE_OF else str(value) or _("无")


def _added_year(section: str, values: dict[str, Any]) -> dict[str, Any]:
    """Show the inputs of another year; return it, nothing where none was given."""
    at_year, at_value = st.columns(2)
    year = at_year.number_input(_("另加一年（0：不加）"), 0, validation.YEARS[-1], 0, key=_key(f"{section}_{NEW}"))
    with at_value:
        value = _input(section, NEW, _("这一年的"), next(reversed(values.values())), None)
    return {str(year): value} if year else {}
