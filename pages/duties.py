"""Duties and care: training, policy cards, the yearly update, six ledgers, reports of danger and care, and what falls due next."""

import html
from collections import Counter
from itertools import groupby

import streamlit as st

from locales import _
from pages.components import chart_blocks, drilldown_links, metric_cards, page_frame, record_columns, tables, trends
from pages.text import formatting, labels
from warehouse.metrics import drilldown

FIRST, AHEAD, CARDS = 15, 60, 6  # rows before the rest are folded; days that the calendar looks ahead; shares as cards
SHARES = (
    "training_share card_share annual_update_share ledgers_complete_share care_share report_same_day_share field_complete_share".split()
)
view = page_frame.open_view("duties")
figures = view.figures
names = figures.village_names()
upcoming = view.chosen(figures.rows("upcoming", as_of=view.day))

sentence = _("截至{day}，{village}：今年培训 {training}，明白卡 {card}，六本台账 {ledgers}，慰问 {care}；{days} 天内有 {due} 件事到期。")
whole = figures.of("duties", view.village_id)
shares = {
    name: formatting.share(whole[numerator], whole[denominator])
    for name, numerator, denominator in (
        ("training", "trained", "helpers"),
        ("card", "carded", "helpers"),
        ("ledgers", "ledgers_declared", "ledgers_expected"),
        ("care", "care_held", "care_due"),
    )
}
numbers = {"day": formatting.day(view.day), "village": view.village, "days": AHEAD, "due": len(upcoming)}
page_frame.heading(labels.word("pages", "duties"), view, sentence.format(**shares | numbers))
metric_cards.show([metric_cards.share_card(view, share) for share in SHARES[:CARDS]])

names_children = view.may("record", "child_facts")
order = _("已过期还没有办的也在内，最早到期的在最上面") + (_("；点代号看这名儿童") if names_children else "")
chart_blocks.section_heading(_("接下来 {days} 天到期的 {count} 件").format(days=AHEAD, count=len(upcoming)), order)
kinds = Counter(row["kind"] for row in upcoming)
if kinds:
    counted = [f"{html.escape(labels.word('upcoming', kind))} {count}" for kind, count in kinds.most_common()]
    st.html('<p class="quiet">' + " · ".join(counted) + "</p>")


def about(alike: list[dict]) -> str:
    """Return whom something that falls due is about: a child, a helper, several of them, or the village alone."""
    (first, *more), count = alike, len(alike)
    if more or (first["child_id"] and not names_children):
        return html.escape((_("{count} 名儿童") if first["child_id"] else _("{count} 名帮扶人")).format(count=count))
    if first["child_id"]:
        return drilldown_links.child(view, first["child_id"])
    return _("帮扶人 {code}").format(code=first["helper_id"][:8]) if first["helper_id"] else "—"


def matter(row: dict) -> str:
    """Return what falls due, with the occasion of care."""
    text = labels.word("upcoming", row["kind"])
    return f"{text}{formatting.mark('：')}{labels.word('occasion', row['detail'])}" if row["kind"] == "occasion" else text


def alike(row: dict) -> tuple:
    """Return what puts matters into one line: day, kind and village."""
    return row["due_on"], row["kind"], row["detail"] if row["kind"] == "occasion" else "", row["village_id"] or ""


groups = [list(group) for _key, group in groupby(sorted(upcoming, key=alike), key=alike)]
lines = [
    [str(group[0]["due_on"]), html.escape(matter(group[0])), html.escape(names.get(group[0]["village_id"], "—")), about(group)]
    for group in groups
]
nothing = _("接下来 {days} 天没有到期的事。").format(days=AHEAD)
tables.folded_table([_("到期日"), _("什么事"), _("村（社区）"), _("对象")], lines, (), FIRST, _("其余 {count} 行"), nothing)

declared = {(row["village_id"], row["class_no"]): row for row in figures.rows_behind("duties", "ledgers_expected", view.village_id)}


def ledger(village_id: str, class_no: int) -> str:
    """Return whether a village has declared a class, and since when."""
    row = declared.get((village_id, class_no))
    return f"● {row['ledger_on']}" if row and row["is_declared"] else "○"


def draw_villages() -> None:
    """Show the duties by village, and which of the six ledgers each has declared."""
    chart_blocks.section_heading(_("按村（社区）"), _("点分子/分母看还差谁"), drilldown_links.table_export(view, "duties"))
    tables.rows_table(
        view.chosen(figures.ask("duties", "village")),
        [
            tables.Column(_("村（社区）"), lambda row: drilldown_links.village(view, row["village"])),
            *(record_columns.figure_column(view, share) for share in SHARES if share != "report_same_day_share"),
        ],
    )
    lines = [
        [html.escape(row["name"]), *(ledger(row["village_id"], class_no) for class_no in drilldown.CLASS_NUMBERS)]
        for row in view.chosen(figures.villages())
    ]
    reported = sum(bool(row["is_declared"]) for row in declared.values())
    with st.expander(_("六本台账：已报 {reported}/{all}（方案 3.1.1）").format(reported=reported, all=len(declared))):
        st.caption(_("● 已报（有儿童或零报告）及首次报送日，○ 还没有报"))
        tables.table([_("村（社区）"), *map(formatting.class_short, drilldown.CLASS_NUMBERS)], lines)


def draw_reports() -> None:
    """Show the mandatory reports, the newest on top."""
    reports = sorted(figures.rows_behind("duties", "reports", view.village_id), key=lambda row: str(row["found_on"] or ""), reverse=True)
    fed_back = sum(bool(row["is_fed_back"]) for row in reports)
    title = _("强制报告 {count} 件：次日内报出 {same_day} 件，已反馈 {fed_back} 件").format(
        count=len(reports), same_day=sum(bool(row["is_same_day"]) for row in reports), fed_back=fed_back
    )
    chart_blocks.section_heading(title, _("发现危险要立即报告，并向村（社区）反馈（方案 3.3.1）；最近的在最上面"))
    columns = [
        *record_columns.subject("reports", view),
        record_columns.village_column(),
        *record_columns.listed("pages", "reports", days=lambda row: "—" if row["days_to_report"] is None else str(row["days_to_report"])),
        record_columns.place_column(),
    ]
    tables.rows_table(reports, columns, FIRST, toggle="all_reports", nothing=_("台账里没有强制报告。"))


def draw_care() -> None:
    """Show the care of the year by village and occasion."""
    care = figures.rows_behind("duties", "care_due", view.village_id)
    occasions = ["spring_festival", "winter_holiday", "childrens_day", "summer_holiday", "birthday"]
    due = Counter((row["village_id"], row["occasion"]) for row in care)
    held = Counter((row["village_id"], row["occasion"]) for row in care if row["is_held"])
    chart_blocks.section_heading(_("今年的慰问，按节点"), _("已慰问/应慰问的人次，到这一天已过的节点（方案 3.3.3）"))

    places = {row["name"]: [(row["village_id"], occasion) for occasion in occasions] for row in view.chosen(figures.villages())}
    lines = [
        [html.escape(name), *(formatting.share(held[place], due[place]) for place in of_village)] for name, of_village in places.items()
    ]
    tables.table([_("村（社区）"), *(labels.word("occasion", occasion) for occasion in occasions)], lines, tuple(range(1, 6)))


page_frame.details(
    {"villages": (_("按村（社区）"), draw_villages), "reports": (_("强制报告"), draw_reports), "care": (_("慰问"), draw_care)}
    | trends.part(view, SHARES)
)
page_frame.definition(view, "duties")
