"""A village on one sheet, to take along on a visit: figures, what to ask about, who is short of what; one A4 page when printed."""

import html

import streamlit as st

from locales import _
from pages.charts import plotly_charts
from pages.components import chart_blocks, drilldown_links, metric_cards, page_frame, tables, theme
from pages.data import indicator_status
from pages.summaries import action_list, village_sheet
from pages.text import formatting, labels
from warehouse.metrics import registry

LINES_TO_WRITE = 2
view = page_frame.open_view("village")
figures, village_id = view.figures, view.village_id
if village_id is None:
    page_frame.heading(_("村（社区）一页纸"), view, _("请选一个村（社区）：点下面的村名，或在左边选。每个村一页，可以打印带去走访。"))
    with st.empty().container():
        action_list.villages_behind(view, indicator_status.standings(figures))
        st.html(f"<p>{' · '.join(drilldown_links.village(view, row['name']) for row in figures.villages())}</p>")
    st.stop()

eligibility, coverage, visits = (figures.of(name, village_id) for name in ("eligibility", "coverage", "visits"))
page_frame.heading(
    _("{village}一页纸").format(village=formatting.escape_markdown(view.village)),
    view,
    formatting.overview(view.day, eligibility, coverage, visits, []),
)
st.empty()  # the list of villages goes before a village's sheet is drawn, and nothing moves up
if not eligibility["registered"]:
    st.info(_("这一天没有在册儿童：请换一个统计日。"))
    st.stop()
theme.print_button()
metric_cards.show([metric_cards.share_card(view, share) for share in registry.headline_shares()])
action_list.place_behind(view, indicator_status.standings(figures))


def questions(village_id: str) -> list[tuple[str, str]]:
    """Return (subject, its number as markup) of all that the village may be asked about."""
    counts = []
    for code, figure in registry.calling_for_action().items():
        number = indicator_status.count(figures.of(figure.metric, village_id), code)
        counts.append((action_list.count_name(code), action_list.count_link(view, code, number)))
    ending = village_sheet.ending_count(figures, village_id)
    link = drilldown_links.figure(view, "eligibility", village_sheet.ENDING, ending)
    counts.append((labels.figure_name(f"eligibility.{village_sheet.ENDING}"), link))
    findings, critical = village_sheet.findings(figures, village_id)
    link = str(findings)
    if findings and view.may("pages", "quality"):  # not where small counts are withheld
        link = drilldown_links.anchor(drilldown_links.to("quality", view), link, _("打开数据质量"))
    return [*counts, (_("台账里待改的问题（严重的 {count} 条）").format(count=critical), link)]


def child_line(child: village_sheet.ChildInNeed) -> list[str]:
    """Return a child's line of the table."""
    row = child.row
    name = f"{drilldown_links.child(view, row['child_id'])} {html.escape(formatting.class_short(row['class_no']))}"
    slots = plotly_charts.visit_slots(row["visit_days"])
    return [f'{name}<div class="quiet">{slots}</div>', html.escape(formatting.join_names(child.needs))]


children = village_sheet.children_in_need(figures, village_id)
left, right = st.columns([5, 8] if children else 2, gap="medium")
with left:
    chart_blocks.section_heading(_("到村里问这几件"), _("点数字看名单，截至 {day}").format(day=view.day))
    numbers = questions(village_id)
    items = [_("{name}：{count}").format(name=html.escape(name), count=f"<b>{link}</b>") for name, link in numbers if link != "0"]
    tables.bullets(items, "brief", _("没有要问的。"))
    nothing = [name for name, link in numbers if link == "0"]
    if nothing:
        st.caption(_("没有的：{names}").format(names=formatting.join_names(nothing)))
with left if children else right:  # no half of the sheet stays empty
    days, values = village_sheet.coverage_by_month(figures, village_id)
    title = plotly_charts.line_title(_("结对覆盖率"), values)
    chart_blocks.chart(
        plotly_charts.share_line(days, values),
        title,
        _("每月末，到 {day}").format(day=view.day),
        plotly_charts.alternative_text(title, [f"{day} {formatting.percent(value)}" for day, value in zip(days, values, strict=True)]),
        key="line",
        export_link=drilldown_links.chart_export(view, "path", "coverage_share"),
    )
    visit_days = village_sheet.visits_by_month(figures, village_id)
    title = plotly_charts.months_title(view.day.year, visit_days)
    months = [_("{month}月").format(month=month) + f" {count}" for month, count in enumerate(visit_days, start=1)]
    text = plotly_charts.alternative_text(title, months)
    chart_blocks.chart(plotly_charts.month_bars(visit_days), title, _("按月，同一儿童一天算一次"), text, key="bars")
with right:
    chart_blocks.section_heading(
        _("{count} 名儿童还缺一些").format(count=len(children)) if children else _("在册儿童什么都不缺"),
        _("代号不含姓名；最要紧的在上面，六个圆点代表一年六次走访"),
    )
    rest = len(children) - village_sheet.MOST_CHILDREN
    if children:
        lines = [child_line(child) for child in children[: village_sheet.MOST_CHILDREN]]
        tables.table([_("代号、类别、今年走访"), _("缺什么")], lines)
    if rest > 0:
        link = drilldown_links.figure_of(view, "eligibility", "registered", eligibility)
        sentence = _("其余 {count} 名见在册儿童名单（{listed} 人）。").format(count=rest, listed=link)
        st.html(f'<p class="quiet">{sentence}</p>')
    helpers = village_sheet.helpers_sentence(figures.rows_behind("duties", "helpers", village_id))
    st.html(f"<p>{html.escape(helpers)}{html.escape(village_sheet.ledgers_sentence(figures, village_id))}</p>")
notes = html.escape(_("现场记录"))
st.html(f'<div class="on-paper to-write one-sheet"><b>{notes}</b>{"<hr>" * LINES_TO_WRITE}</div>')
page_frame.definition(view, "coverage", "visits", "eligibility", "needs")
