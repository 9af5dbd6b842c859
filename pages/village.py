"""A village on one sheet, to be taken along on a visit: figures, what to ask about, who is short of what; one A4 page when printed."""

import html

import streamlit as st

from locales import _
from pages.parts import brief, cards, charts, codes, frame, headlines, links, printing, sheet, show, trends, words

LINES_TO_WRITE = 3
view = frame.stand("village")
figures, village = view.figures, view.village_id
if village is None:
    frame.heading(_("村（社区）一页纸"), view, _("请选一个村（社区）：点下面的村名，或在左边选。每个村一页，可以打印带去走访。"))
    brief.behind(view, headlines.standings(figures))
    st.html(f"<p>{' · '.join(links.village(view, row['name']) for row in figures.villages())}</p>")
    st.stop()

eligibility, coverage, visits = (figures.of(name, village) for name in ("eligibility", "coverage", "visits"))
frame.heading(
    _("{village}一页纸").format(village=words.literal(view.village)), view, words.overview(view.day, eligibility, coverage, visits, [])
)
if not eligibility["registered"]:
    st.info(_("这一天没有在册儿童：请换一个统计日。"))
    st.stop()
printing.button()
frame.cards([cards.of_share(view, share) for share in (*headlines.SHARES, "needs_resolved_share")])


def questions(village: str) -> list[tuple[str, str]]:
    """(what, its number as markup) of all that the village may be asked about."""
    told = {code: headlines.count(figures.of(metric, village), code) for code, (metric, _whole, _off) in headlines.COUNTS.items()}
    ends, (found, critical) = sheet.endings(figures, village), sheet.findings(figures, village)
    of_counts = [(brief.count_name(code), brief.counted(view, code, count)) for code, count in told.items()]
    of_ends = codes.figure_name("eligibility.ends_in_60"), links.figure(view, "eligibility", "ends_in_60", ends)
    opens = found and view.may("pages", "quality")
    shown = links.anchor(links.to("quality", view), str(found), _("打开数据质量")) if opens else str(found)
    return [*of_counts, of_ends, (_("台账里待改的问题（严重的 {count} 条）").format(count=critical), shown)]


def child_line(short: sheet.Short) -> list[str]:
    """A child's line of the table."""
    row = short.row
    who = f"{links.child(view, row['child_id'])} {html.escape(words.class_short(row['class_no']))}"
    return [f'{who}<div class="quiet">{charts.slots(row["visit_days"])}</div>', html.escape(words.joined(short.lacks))]


left, right = st.columns([5, 8], gap="medium")
with left:
    show.titled(_("到村里问这几件"), _("点数字看名单，截至 {day}").format(day=view.day))
    asked = questions(village)
    items = [_("{name}：{count}").format(name=html.escape(name), count=f"<b>{shown}</b>") for name, shown in asked if shown != "0"]
    brief.bullets(items, _("没有要问的。"))
    none = [name for name, shown in asked if shown == "0"]
    if none:
        st.caption(_("没有的：{names}").format(names=words.joined(none)))
    days, values = sheet.coverage_by_month(figures, village)
    title = trends.line_title(_("结对覆盖率"), values)
    show.chart(
        trends.line(days, values),
        title,
        _("每月末，到 {day}").format(day=view.day),
        trends.spoken_line(title, days, values),
        key="line",
        take=links.take_chart(view, "path", "coverage_share"),
    )
    counts = sheet.months_of_visits(figures, village)
    title = trends.months_title(view.day.year, counts)
    show.chart(trends.months(counts), title, _("按月，同一儿童一天算一次"), trends.spoken_months(title, counts), key="bars")
with right:
    short = sheet.children(figures, village)
    show.titled(
        _("{count} 名儿童还缺一些").format(count=len(short)) if short else _("在册儿童什么都不缺"),
        _("代号不含姓名；最要紧的在上面，六个圆点代表一年六次走访"),
    )
    if short:
        lines = [child_line(one) for one in short[: sheet.MOST_CHILDREN]]
        frame.table([_("代号、类别、今年走访"), _("缺什么")], lines)
    if len(short) > sheet.MOST_CHILDREN:
        listed = links.figure(view, "eligibility", "registered", eligibility["registered"])
        more = _("其余 {count} 名见在册儿童名单（{listed} 人）。")
        st.html(f'<p class="quiet">{more.format(count=len(short) - sheet.MOST_CHILDREN, listed=listed)}</p>')

helpers = sheet.helpers_sentence(figures.rows_behind("duties", "helpers", village))
st.html(f"<p>{html.escape(helpers)}{html.escape(sheet.ledgers_sentence(figures, village))}</p>")
notes = html.escape(_("现场记录"))
st.html(f'<div class="on-paper to-write one-sheet"><b>{notes}</b>{"<hr>" * LINES_TO_WRITE}</div>')
frame.definition(view, "coverage", "visits", "eligibility", "needs")
