"""The parts of the page of one figure: sentence, rows, what is left out (warehouse/review/exclusions.py)."""

from __future__ import annotations

import html
from dataclasses import dataclass

import streamlit as st

from locales import _
from pages.components import chart_blocks, drilldown_links, metric_cards, record_columns, tables, url_state
from pages.components.page_frame import View
from pages.figure_review import figure_text
from pages.text import formatting, labels
from warehouse.metrics import registry
from warehouse.review.exclusions import NOT_THERE, Measure

FIRST, MOST = 5, 2000


@dataclass(frozen=True)
class Inspected:
    """A figure of a place and class on a day: lines of what was counted and left out, lines of findings that touch its rows."""

    view: View
    asked: Measure
    class_no: int | None
    lines: list[dict]
    touched: list[dict]

    @property
    def name(self) -> str:
        """The figure's name, with its class."""
        told = figure_text.name(self.asked.code)
        return f"{told} · {formatting.class_short(self.class_no)}" if self.class_no else told

    def sum(self, column: str) -> int:
        """A column of all lines together."""
        return sum(line[column] for line in self.lines)

    @property
    def left_out(self) -> list[dict]:
        """The lines of what was left out."""
        return [line for line in self.lines if line["why"]]

    @property
    def parts(self) -> tuple[int, int]:
        """Numerator and denominator; a count twice."""
        return self.sum("counted"), self.sum("counts")

    def told(self, numerator: int, denominator: int) -> str:
        """A figure of this kind as text: a share with its parts, or the count."""
        return formatting.share(numerator, denominator) if self.asked.is_share else str(numerator)

    def touching(self, level: str) -> dict | None:
        """All findings together, or those that may mean a wrong cell; None where there are none."""
        return next((line for line in self.touched if (line["code"], line["severity"]) == (None, level)), None)


def read(view: View, asked: Measure, class_no: int | None) -> Inspected:
    """Read it."""
    lines, touched = (view.figures.inspected(what, asked.code, view.village_id, class_no) for what in ("accounted", "touched"))
    return Inspected(view, asked, class_no, lines, touched)


def sentence(one: Inspected) -> str:
    """The sentence that answers first."""
    numerator, denominator = one.parts
    told = _("截至{day}，{village}{name} {figure}；{whole} {most} {unit}，计入 {counted}，没有计入 {out}。")
    return told.format(
        day=formatting.day(one.view.day),
        village=one.view.village,
        name=one.name,
        figure=one.told(numerator, denominator) if denominator or not one.asked.is_share else _("没有可计算的（分母为 0）"),
        whole=figure_text.population(one.asked, one.class_no),
        most=one.sum("most"),
        unit=figure_text.unit(one.asked),
        counted=denominator,
        out=one.sum("most") - denominator,
    )


def card(one: Inspected) -> None:
    """The share with its parts and target, and for coverage the range under unverified children; a count has its sentence."""
    if not one.asked.is_share:
        return
    if one.class_no is None and {*registry.shares()[one.asked.code].parts} <= {*registry.metrics()[one.asked.metric].columns}:
        metric_cards.show([metric_cards.share_card(one.view, one.asked.code, _range(one))])
        return
    numerator, denominator = one.parts
    shown = drilldown_links.parts(one.view, one.asked.code, numerator, denominator, class_no=one.class_no)
    metric_cards.show([metric_cards.Card(one.name, numerator, denominator, shown, None)])


def _range(one: Inspected) -> str:
    """Where coverage may lie once unverified children are told."""
    if one.asked.code != "coverage_share":
        return ""
    told = one.view.figures.of("coverage", one.view.village_id)
    if told["coverage_low"] is None or told["coverage_high"] is None:
        return ""
    says = _("待核实儿童核实后，可能在 {low}–{high} 之间")
    return says.format(low=formatting.percent(told["coverage_low"]), high=formatting.percent(told["coverage_high"]))


def rows(one: Inspected) -> None:
    """The first rows that fall short and the first that count, each with the way to all of them."""
    asked, view = one.asked, one.view
    numerator, denominator = one.parts
    if asked.is_share:
        found_rows = view.figures.share_rows(asked.code, view.village_id, one.class_no)
        all_of = drilldown_links.parts(view, asked.code, numerator, denominator, class_no=one.class_no)
        sets = [
            (_("还差的"), [row for row in found_rows if row["counted"] < row["counts"]]),
            (_("计入分子的"), [row for row in found_rows if row["counted"]]),
        ]
    else:
        found_rows = view.figures.rows_behind(asked.metric, asked.numerator, view.village_id, one.class_no)
        all_of = drilldown_links.figure(view, asked.metric, asked.numerator, numerator, class_no=one.class_no)
        sets = [(_("计入的"), found_rows)]
    chart_blocks.section_heading(_("计入的每一行"), _("各列前 {most} 行；点数字看全部名单").format(most=FIRST))
    whole = _("全部名单：{figure}")
    st.html(f"<p>{html.escape(whole).format(figure=all_of)}</p>")
    for title, chosen in sets:
        _few(one, title, chosen)


def _few(one: Inspected, title: str, chosen: list[dict]) -> None:
    """The first of some rows."""
    st.markdown(_("**{title} {count} 行**").format(title=title, count=len(chosen)))
    if not chosen:
        st.caption(_("没有这样的记录。"))
        return
    tables.rows_table(chosen[:FIRST], record_columns.columns(one.asked.rows, one.view))


def left_out(one: Inspected) -> None:
    """Every reason of what is not counted with its number, the sum that comes out even, and the rows of one reason."""
    unit = figure_text.unit(one.asked)
    chart_blocks.section_heading(_("没有计入的，以及为什么"), _adds_up(one))
    if not one.left_out:
        st.info(_("没有一{unit}被排除在外。").format(unit=unit))
        return
    lines = [[html.escape(figure_text.why(line["why"], line["detail"])), str(line["most"])] for line in one.left_out]
    counted = _("计入分母") if one.asked.is_share else _("计入")
    total = [f"<b>{html.escape(text)}</b>" for text in (_("合计"), str(one.sum("most")))]
    tables.table([_("原因"), unit], [[counted, str(one.parts[1])], *lines, total], right=(1,))
    by_key = {f"{line['why']}~{line['detail'] or ''}": line for line in one.left_out}
    key = url_state.url_select("left_out", _("看哪一种没有计入的名单"), list(by_key), lambda key: _of_line(by_key[key]))
    told = by_key.get(key)
    count = told["most"] if told else one.sum("most") - one.parts[1]
    is_all = count > FIRST and st.toggle(_("显示全部 {count}").format(count=count), key="all_left_out")
    line = (told["why"], told["detail"]) if told else None
    chosen = one.view.figures.left_out(one.asked.code, line, MOST if is_all else FIRST, one.view.village_id, one.class_no)
    tables.rows_table(chosen, _columns(one))
    if len(chosen) == MOST:
        st.caption(_("只显示前 {most} 行；请选一种原因或一个村（社区）。").format(most=MOST))


def _of_line(line: dict) -> str:
    """A reason with its number, to choose."""
    return _("{why}（{count}）").format(why=figure_text.why(line["why"], line["detail"]), count=line["most"])


def _adds_up(one: Inspected) -> str:
    """The sum, in two steps where some are not there at all on the day."""
    there = one.sum("most") - sum(line["most"] for line in one.left_out if line["why"] in NOT_THERE)
    told = _("{whole} {most} = 计入 {counted} + 没有计入 {out}").format(
        whole=figure_text.population(one.asked, one.class_no),
        most=one.sum("most"),
        counted=one.parts[1],
        out=one.sum("most") - one.parts[1],
    )
    if one.asked.rows != "children":
        return told
    return told + _("；其中这一天在册 {there} = 计入 {counted} + 在册而没有计入 {out}").format(
        there=there, counted=one.parts[1], out=there - one.parts[1]
    )


def _columns(one: Inspected) -> list[tables.Column]:
    """Columns of rows left out: whose they are, what tells them apart, why, and where they stand."""
    kind = one.asked.rows
    own: dict[str, list[tables.Column]] = {
        "visits": [
            tables.Column(_("走访日期"), lambda row: str(row["visited_on"] or "—")),
            tables.Column(_("方式"), lambda row: html.escape(labels.word("mode", row["mode"]))),
        ],
        "care": [tables.Column(_("节点"), lambda row: html.escape(labels.word("occasion", row["occasion"])))],
        "needs": [tables.Column(_("提出"), lambda row: str(row["raised_on"]))],
        "fields": [tables.Column(_("项"), lambda row: str(row["cells"]), is_figure=True)],
        "reports": [tables.Column(_("发现"), lambda row: str(row["found_on"] or "—"))],
    }
    return [
        tables.Column(_("代号"), lambda row: _who(one, row)),
        tables.Column(_("村（社区）"), lambda row: html.escape(row["village"] or "—")),
        *own.get(kind, []),
        tables.Column(_("没有计入的原因"), lambda row: html.escape(figure_text.why(row["why"], row["detail"]))),
        tables.Column(_("台账位置"), drilldown_links.place),
    ]


def _who(one: Inspected, row: dict) -> str:
    """Whose a row is. Only a child registered on the day has records of it to open."""
    if "helper_id" in row:
        return row["helper_id"][:8]
    if row["why"] in ("child_unlisted", "child_not_yet", "child_left", "child_not_registered"):
        return row["child_id"][:8]
    return drilldown_links.child(one.view, row.get("child_id"))
