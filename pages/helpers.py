"""Helper families: who helps whom and visits, who never did, who leaves, who has too many; who could take a child without one."""

import html
from itertools import groupby

import streamlit as st

from locales import _
from pages.access import rights
from pages.components import chart_blocks, choices, drilldown_links, metric_cards, page_frame, record_columns, tables, trends, url_state
from pages.components.tables import Column
from pages.summaries import unmask_panel
from pages.text import formatting, labels
from warehouse.settings import settings
from warehouse.storage import build_files

MOST, FIRST = 8, 10  # rows of the list, of other tables, before the rest are behind a switch
view = page_frame.open_view("helpers")
figures = view.figures
whole = figures.of("helpers", view.village_id)
rows = figures.rows_behind("helpers", "helpers", view.village_id)
leaving = view.chosen(figures.rows("leaving_helpers", as_of=view.day))
most_children = settings.kept(build_files.home())["overloaded_above"]

sentence = _(
    "截至{day}，{village}在岗帮扶人 {helpers} 人，有 {paired_helpers} 人结对着 {paired_children} 名儿童，人均 {average} 名；今年从未走访的 {never_visited_helpers} 人。"
)
average = "—" if whole["children_per_helper"] is None else f"{whole['children_per_helper']:.1f}"
numbers = {"day": formatting.day(view.day), "village": view.village, "average": average}
page_frame.heading(labels.word("pages", "helpers"), view, sentence.format(**whole | numbers))
shares = ["visiting_share", "training_share", "card_share", "circle_share"]
metric_cards.show([metric_cards.share_card(view, share) for share in shares])

kinds = {
    "never_visited": (_("从未走访"), lambda row: row["is_paired"] and row["is_idle"]),
    "overloaded": (_("结对超过 {most} 名").format(most=most_children), lambda row: row["children"] > most_children),
    "not_trained": (_("今年没有培训"), lambda row: not row["is_trained"]),
    "not_carded": (_("没有明白卡"), lambda row: not row["is_carded"]),
    "outside": (_("不在方案范围内"), lambda row: not row["is_in_circle"]),
    "unpaired": (_("没有结对儿童"), lambda row: not row["is_paired"]),
}
of_kind = {kind: [row for row in rows if test(row)] for kind, (_name, test) in kinds.items()}
columns = record_columns.columns("helpers", view)[:-1]  # without the place


def by_need(row: dict) -> tuple:
    """Return what puts those first who never visited, then those who lack most visits."""
    return not (row["is_paired"] and row["is_idle"]), row["visit_days"] - row["visits_due"], row["helper_id"]


kind = url_state.url_select(
    "kind",
    _("看哪些帮扶人"),
    list(kinds),
    lambda code: _("{name} · {count} 人").format(name=kinds[code][0], count=len(of_kind[code])),
    none=_("全部 · {count} 人").format(count=len(rows)),
)
listed = sorted(of_kind[kind] if kind else rows, key=by_need)
chart_blocks.section_heading(_("帮扶人（代号）"), _("从未走访的、走访差得多的在最上面；走访按日计，应访是其结对儿童到这一天的应访次数"))
tables.rows_table(listed, columns, MOST, toggle="whole", nothing=_("没有这样的帮扶人。"))
if rights.allowed(view.user, "unmask") and listed:
    codes = [row["helper_id"] for row in listed]
    if helper_id := choices.pick(_("看谁的姓名和电话"), codes, lambda code: code[:8], "helper", placeholder=_("选一个代号")):
        unmask_panel.names(view, helper_id, "helper")

proposals, names = view.chosen(figures.rows("helper_proposals", as_of=view.day)), figures.village_names()


def reasons(row: dict) -> str:
    """Return why a helper is proposed, the number of children they have now included."""
    texts = {
        "is_sibling_helper": _("已帮扶同一家庭的儿童"),
        "is_linked_unit": _("单位联系本村"),
        "needs_female": _("女性（8 周岁以上女童）"),
    }
    fitting = [text for name, text in texts.items() if row[name]]
    return html.escape(formatting.join_names([*fitting, _("现结对 {count} 名").format(count=row["children"])]))


def draw_gaps() -> None:
    """Show who could take the children without a helper, and who leaves with children still paired."""
    if proposals:
        count = len({row["child_id"] for row in proposals})
        chart_blocks.section_heading(
            _("还没有结对的 {count} 名儿童：可以考虑的爱心家庭").format(count=count),
            _("只是建议，由镇村商定：同一家庭的帮扶人优先，8 周岁以上女童只列女性，其次结对少的（方案 2.3）"),
        )
        lines = [
            [
                drilldown_links.child(view, row["child_id"]) if row["place"] in (None, 1) else "",
                html.escape(names[row["village_id"]]),
                row["helper_id"][:8] if row["helper_id"] else html.escape(_("本村没有合适的，要从别处找")),
                html.escape(row["unit"] or "—"),
                reasons(row) if row["helper_id"] else "—",
            ]
            for row in proposals
        ]
        tables.folded_table([_("儿童"), _("村（社区）"), _("帮扶人"), _("单位"), _("理由")], lines, (), FIRST, _("其余 {count} 行"))
    if leaving:
        title = _("已离岗或 60 天内离岗、还有结对儿童的 {count} 人").format(count=len({row["helper_id"] for row in leaving}))
        chart_blocks.section_heading(title, _("离岗前要给这些儿童另找爱心家庭（方案 2.3）"))
        lines = [
            [
                row["helper_id"][:8],
                html.escape(names[row["village_id"]]),
                html.escape(row["unit"] or "—"),
                str(row["left_on"]),
                str(row["children"]),
            ]
            for row in sorted(leaving, key=lambda row: (row["left_on"], row["helper_id"]))
        ]
        tables.table([_("代号"), _("村（社区）"), _("单位"), _("离岗日"), _("还结对的儿童")], lines, (4,))
    if not proposals and not leaving:
        st.info(_("没有等结对的儿童，也没有离岗还有结对儿童的人。"))


def draw_villages() -> None:
    """Show the helpers by village."""
    chart_blocks.section_heading(
        _("按村（社区）"), _("从未走访的多的在最上面；帮扶几个村就各计一次；在岗按结对登记的村，结对按儿童所在的村")
    )
    linked = {row["village_id"]: row["linked_unit"] for row in figures.villages()}
    tables.rows_table(
        sorted(view.chosen(figures.ask("helpers", "village")), key=lambda row: (-row["never_visited_helpers"], row["village_id"])),
        [
            Column(_("村（社区）"), lambda row: drilldown_links.village(view, row["village"])),
            Column(_("联系单位"), lambda row: html.escape(linked.get(row["village_id"]) or "—")),
            *(record_columns.figure_column(view, f"helpers.{name}") for name in ("helpers", "in_circle", "paired_helpers")),
            record_columns.figure_column(view, "helpers.never_visited_helpers"),
            Column(_("人均结对儿童"), lambda row: "—" if row["children_per_helper"] is None else f"{row['children_per_helper']:.1f}", True),
        ],
    )


def draw_units() -> None:
    """Show the helpers by unit."""
    chart_blocks.section_heading(_("按单位"), _("在岗帮扶人、结对儿童和从未走访的人数"))
    by_unit = {
        unit: list(group) for unit, group in groupby(sorted(rows, key=lambda row: row["unit"] or ""), key=lambda row: row["unit"] or "")
    }
    lines = [
        [
            html.escape(unit or _("没有写明")),
            str(len(helpers)),
            str(sum(row["children"] for row in helpers)),
            str(sum(bool(row["is_paired"] and row["is_idle"]) for row in helpers)),
        ]
        for unit, helpers in sorted(by_unit.items(), key=lambda item: (-len(item[1]), item[0]))
    ]
    tables.folded_table(
        [_("单位"), _("在岗帮扶人"), _("结对儿童"), labels.short_name("helpers.never_visited_helpers")],
        lines,
        (1, 2, 3),
        FIRST,
        _("其余 {count} 个单位"),
    )


page_frame.details(
    {"gaps": (_("等结对和离岗的"), draw_gaps), "villages": (_("按村（社区）"), draw_villages), "units": (_("按单位"), draw_units)}
    | trends.part(view, shares)
)
page_frame.definition(view, "helpers", "duties")
