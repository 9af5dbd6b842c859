"""Settings as readers see them: name, value with its unit, and the sentence that tells what is the town's own."""

from locales import _
from pages.text import formatting, labels

_FEW = 3


def name(row: dict) -> str:
    """The field's name of a setting."""
    setting, item = row["name"], row["item"]
    if setting.startswith("goal_"):
        year, indicator = item.split()
        what = {"goal_target": _("目标"), "goal_weight": _("权重"), "goal_day": _("目标日"), "goal_plan": _("方案条款")}[setting]
        return _("{year}年目标“{indicator}”的{what}").format(year=year, indicator=labels.share_name(indicator), what=what)
    if setting == "illness_cost":
        return _("大病自付费用") if item == "default" else _("大病自付费用 {year} 年").format(year=item)
    if setting == "spring_festival":
        return _("{year} 年春节").format(year=item)
    return labels.word("setting", setting)


def value(setting: str, text: str | None) -> str:
    """A setting's value with its unit; 未设 where there is none."""
    if text is None:
        return _("未设")
    if setting == "illness_cost":
        return _("{yuan} 元").format(yuan=text)
    if setting == "level_3_mental":
        return _("是") if text == "true" else _("否")
    if setting == "counted_modes":
        return formatting.join_names([labels.word("mode", mode) for mode in text.split()])
    if setting.endswith("_grace_days"):
        return _("{days} 天").format(days=text)
    if setting == "goal_target":
        return formatting.percent(float(text))
    return _("{month} 月最后一天").format(month=int(text[:2])) if text.endswith("-last") else text


def town_settings(rows: list[dict]) -> str:
    """The sentence about the settings that are the town's own, the first few of them; empty where all are the program's."""
    changed = [row for row in _without_repeats(rows) if not row["is_default"]]
    if not changed:
        return ""
    text = _listed(changed[:_FEW])
    if len(changed) > _FEW:
        text = _("{settings}等 {count} 项").format(settings=text, count=len(changed))
    return _("本页按本镇设定计算：{settings}").format(settings=text) + formatting.mark("。").strip()


def used_settings(rows: list[dict]) -> str:
    """The sentence about all settings that a metric reads; goals as they come are left to the table of the goals' page."""
    rows = [row for row in _without_repeats(rows) if not (row["is_default"] and row["name"].startswith("goal_"))]
    return _("所用设定：{settings}").format(settings=_listed(rows)) + formatting.mark("。").strip() if rows else ""


def _without_repeats(rows: list[dict]) -> list[dict]:
    """The settings that say something by themselves: a goal added or left out appears once, by its target."""
    twice = ("goal_weight", "goal_day", "goal_plan")
    return [row for row in rows if row["name"] not in twice or None not in (row["value"], row["default"])]


def _listed(rows: list[dict]) -> str:
    texts = []
    for row in rows:
        values = {"value": value(row["name"], row["value"]), "default": value(row["name"], row["default"])}
        texts.append((_("{name} {value}") if row["is_default"] else _("{name} {value}（默认 {default}）")).format(name=name(row), **values))
    return formatting.mark("；").join(texts)
