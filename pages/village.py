"""A village on one sheet, to be taken along on a visit: figures, what to ask about, who is short of what; one A4 page when printed."""

import html

import streamlit as st

from locales import _
from pages.charts import plotly_charts
from pages.components import chart_blocks, drilldown_links, metric_cards, page_frame, printing, tables
from pages.data import headline_status
from pages.summaries import action_list, village_sheet
from pages.text import formatting, labels
from warehouse.metrics import registry

LINES_TO_WRITE = 3
view = page_frame.open_view("village")
figures, village = view.figures, view.village_id
if village is None:
    page_frame.heading(_("村（社区）一页纸"), view, _("请选一个村（社区）：点下面的村名，或在左边选。每个村一页，可以打印带去走访。"))
    action_list.behind(view, headline_status.standings(figures))
    st.html(f"<p>{' · '.join(drilldown_links.village(view, row['name']) for row in figures.villages())}</p>")
    st.stop()

eligibility, coverage, visits = (figures.of(name, village) for name in ("eligibility", "coverage", "visits"))
page_frame.heading(
    _("{village}一页纸").format(village=formatting.escape_markdown(view.village)),
    view,
    formatting.overview(view.day, eligibility, coverage, visits, []),
)
if not eligibility["registered"]:
    st.info(_("这一天没有在册儿童：请换一个统计日。"))
    st.stop()
printing.button()
metric_cards.show([metric_cards.share_card(view, share) for share in (*registry.headline_shares(), "needs_resolved_share")])


def questions(village: str) -> list[tuple[str, str]]:
    """(what, its number as markup) of all that the village may be asked about."""
    told = {code: headline_status.count(figures.of(figure.metric, village), code) for code, figure in registry.calling_for_action().items()}
    ends, (found, critical) = village_sheet.endings(figures, village), village_sheet.findings(figures, village)
    of_counts = [(action_list.count_name(code), action_list.counted(view, code, count)) for code, count in told.items()]
    of_ends = labels.figure_name("eligibility.ends_in_60"), drilldown_links.figure(view, "eligibility", "ends_in_60", ends)
    opens = found and view.may("pages", "quality")
    shown = drilldown_links.anchor(drilldown_links.to("quality", view), str(found), _("打开数据质量")) if opens else str(found)
    return [*of_counts, of_ends, (_("台账里待改的问题（严重的 {count} 条）").format(count=critical), shown)]


def child_line(short: village_sheet.Short) -> list[str]:
    """A child's line of the table."""
    row = short.row
    who = f"{drilldown_links.child(view, row['child_id'])} {html.escape(formatting.class_short(row['class_no']))}"
    return [f'{who}<div class="quiet">{plotly_charts.visit_slots(row["visit_days"])}</div>', html.escape(formatting.joined(short.lacks))]


left, right = st.columns([5, 8], gap="medium")
with left:
    chart_blocks.section_heading(_("到村里问这几件"), _("点数字看名单，截至 {day}").format(day=view.day))
    asked = questions(village)
    items = [_("{name}：{count}").format(name=html.escape(name), count=f"<b>{shown}</b>") for name, shown in asked if shown != "0"]
    action_list.bullets(items, _("没有要问的。"))
    none = [name for name, shown in asked if shown == "0"]
    if none:
        st.caption(_("没有的：{names}").format(names=formatting.joined(none)))
    days, values = village_sheet.coverage_by_month(figures, village)
    title = plotly_charts.line_title(_("结对覆盖率"), values)
    chart_blocks.chart(
        plotly_charts.share_line(days, values),
        title,
        _("每月末，到 {day}").format(day=view.day),
        plotly_charts.alternative_text(title, [f"{day} {formatting.percent(value)}" for day, value in zip(days, values, strict=True)]),
        key="line",
        export_link=drilldown_links.chart_export(view, "path", "coverage_share"),
    )
    counts = village_sheet.months_of_visits(figures, village)
    title = plotly_charts.months_title(view.day.year, counts)
    chart_blocks.chart(
        plotly_charts.month_bars(counts),
        title,
        _("按月，同一儿童一天算一次"),
        plotly_charts.alternative_text(
            title, [_("{month}月").format(month=month) + f" {count}" for month, count in enumerate(counts, start=1)]
        ),
        key="bars",
    )
with right:
    short = village_sheet.children(figures, village)
    chart_blocks.section_heading(
        _("{count} 名儿童还缺一些").format(count=len(short)) if short else _("在册儿童什么都不缺"),
        _("代号不含姓名；最要紧的在上面，六个圆点代表一年六次走访"),
    )
    if short:
        lines = [child_line(one) for one in short[: village_sheet.MOST_CHILDREN]]
        tables.table([_("代号、类别、今年走访"), _("缺什么")], lines)
    if len(short) > village_sheet.MOST_CHILDREN:
        listed = drilldown_links.figure(view, "eligibility", "registered", eligibility["registered"])
        more = _("其余 {count} 名见在册儿童名单（{listed} 人）。")
        st.html(f'<p class="quiet">{more.format(count=len(short) - village_sheet.MOST_CHILDREN, listed=listed)}</p>')

helpers = village_sheet.helpers_sentence(figures.rows_behind("duties", "helpers", village))
st.html(f"<p>{html.escape(helpers)}{html.escape(village_sheet.ledgers_sentence(figures, village))}</p>")
notes = html.escape(_("现场记录"))
st.html(f'<div class="on-paper to-write one-sheet"><b>{notes}</b>{"<hr>" * LINES_TO_WRITE}</div>')
page_frame.definition(view, "coverage", "visits", "eligibility", "needs")
