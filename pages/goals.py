"""Goals: 2023 and 2025, each indicator against its target, the path to it, what is still needed, and every village."""

import html

import streamlit as st

from locales import _
from pages.parts import charts, codes, frame, goal_words, links, show, words

view = frame.stand("goals")
figures = view.figures
place = "town" if view.village_id is None else "village"
rows = view.chosen(figures.ask("goals", place)) if place == "village" else figures.ask("goals", "town")
told = view.chosen(figures.ask("goal_scores", place)) if place == "village" else figures.ask("goal_scores", "town")
scores = {row["goal_year"]: row["score"] for row in told}
years = sorted({row["goal_year"] for row in rows})
frame.heading(
    _("目标进展"),
    view,
    "".join(words.goals_sentence(year, scores.get(year), [row for row in rows if row["goal_year"] == year]) for year in years),
)
st.caption(
    _(
        "判定规则：实际≥目标为“达标”，实际≥目标的95%为“接近”，其余为“滞后”，分母为0为“无数据”。得分=Σ权重×min（实际÷目标，1）÷Σ权重，只算有数据的指标。"
    )
)
plans = {(row["goal_year"], row["indicator"]): row["plan"] for row in figures.rows("select goal_year, indicator, plan from goals")}
now = {
    row["indicator"]: row
    for row in (figures.ask("indicators", place) if place == "town" else view.chosen(figures.ask("indicators", place)))
}
for year in years:
    own = [row for row in rows if row["goal_year"] == year]
    goal_day = own[0]["as_of"]
    is_ahead = view.day < goal_day
    title = _("{year}年目标：到 {day} 还有 {left} 天") if is_ahead else _("{year}年目标：{day} 的终期结果")
    show.titled(
        title.format(year=year, day=goal_day, left=(goal_day - view.day).days),
        _("下面是 {day} 的情况和还需要的进度").format(day=view.day) if is_ahead else _("按目标日的情况计算，与页面上选的日期无关"),
    )
    lines = []
    for row in own:
        actual = now[row["indicator"]] | {"target": row["target"]} if is_ahead else row
        state = words.status(actual["numerator"], actual["denominator"], row["target"])
        day = view.day if is_ahead else goal_day
        says = goal_words.needed(actual, view.day, goal_day) if is_ahead else goal_words.final(actual, state)
        name = f'{html.escape(codes.share_name(row["indicator"]))}<div class="quiet">{html.escape(says)}</div>'
        lines.append(
            [
                name,
                links.share(view, row["indicator"], actual["numerator"], actual["denominator"], day=day),
                words.percent(row["target"]),
                frame.mark(state),
                str(row["weight"]),
                plans[year, row["indicator"]],
            ]
        )
    frame.table([_("指标"), _("实际"), _("目标"), _("状态"), _("权重"), _("方案条款")], lines, right=(1, 2, 4))
    if is_ahead and any(row["indicator"] == "visit_target_share" for row in own) and goal_day.year == view.day.year:
        visits = {name: len(figures.rows_behind("visits", f"target_{name}", view.village_id)) for name in ("in_reach", "out_of_reach")}
        shown = {name: links.figure(view, "visits", f"target_{name}", count) for name, count in visits.items()}
        st.html("<p>" + _("年底前还来得及满应访次数的儿童 {in_reach} 人，已来不及的 {out_of_reach} 人。").format(**shown) + "</p>")
frame.definition(view, "goals", "goal_scores", "coverage", "duties", "visits", "eligibility", "needs")

year = st.segmented_control(_("目标年"), years, default=years[-1], key="goal_year", required=True)
chosen = [row for row in rows if row["goal_year"] == year]
known = [row["indicator"] for row in chosen]
indicator = st.selectbox(
    _("看哪项指标的走势"),
    known,
    index=known.index("coverage_share_1_3") if "coverage_share_1_3" in known else 0,
    key="indicator",
    format_func=codes.share_name,
)
goal = next(row for row in chosen if row["indicator"] == indicator)
months = figures.rows("select as_of from mart_days where as_of <= $goal order by as_of", goal=goal["as_of"])
days, values = [], []
for month in (row["as_of"] for row in months):
    found = [
        row
        for row in figures.ask("indicators", place, month)
        if row["indicator"] == indicator and (place == "town" or row["village_id"] == view.village_id)
    ]
    days.append(month)
    values.append(found[0]["actual"] if found else None)
given = [value for value in values if value is not None]
title = _("{name}：从 {first} 到 {last}，目标 {target}").format(
    name=codes.share_name(indicator),
    first=words.percent(given[0]) if given else "—",
    last=words.percent(given[-1]) if given else "—",
    target=words.percent(goal["target"]),
)
spoken = title + ": " + "; ".join(f"{day:%Y-%m} {words.percent(value)}" for day, value in zip(days, values, strict=True))
show.chart(
    charts.path_to_target(days, values, goal["as_of"], goal["target"]),
    title,
    _("每月末的实际值；虚线为从第一个数到目标的直线"),
    spoken,
    key="path",
)

matrix = [row for row in figures.ask("goals", "village") if row["goal_year"] == year]
village_scores = {row["village_id"]: row["score"] for row in figures.ask("goal_scores", "village") if row["goal_year"] == year}
show.titled(_("{year}年目标：各村（社区）×各项指标").format(year=year), _("按得分从低到高；符号同上，数为目标日的实际值，点数字看名单"))
names = {row["village_id"]: row["village"] for row in matrix}
order = sorted(
    view.chosen([{"village_id": code} for code in names]),
    key=lambda row: (village_scores.get(row["village_id"]) is None, village_scores.get(row["village_id"]) or 0),
)
cells = {(row["village_id"], row["indicator"]): row for row in matrix}
indicators = [row["indicator"] for row in chosen]
lines = []
for code in (row["village_id"] for row in order):
    line = [names[code], "—" if village_scores.get(code) is None else f"{village_scores[code] * 100:.1f}"]
    for name in indicators:
        row = cells[code, name]
        state = words.STATUSES[row["status"]]
        parts = links.parts(view, name, row["numerator"], row["denominator"], day=row["as_of"], village=names[code])
        line.append(
            f'<span style="color:{state.colour};white-space:nowrap">{state.sign} {words.percent(row["actual"])}</span>'
            f'<div class="quiet">{parts if row["denominator"] else ""}</div>'
        )
    lines.append(line)
frame.table([_("村（社区）"), _("得分"), *map(codes.share_name, indicators)], lines, right=tuple(range(1, 2 + len(indicators))))
