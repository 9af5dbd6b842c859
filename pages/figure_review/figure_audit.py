"""The page of one figure: its sentence, its rows, what it leaves out, and how far findings on its rows could move it."""

import html
from dataclasses import dataclass

import streamlit as st

from checks.catalogue import SEVERITIES, fault, severity_name
from locales import _
from pages.components import chart_blocks, drilldown_links, metric_cards, record_columns, tables, url_state
from pages.components.page_frame import View
from pages.figure_review import figure_text
from pages.text import formatting, labels
from warehouse.metrics import registry
from warehouse.review import alternative_counts, sensitivity
from warehouse.review.exclusions import NOT_THERE

FIRST, MOST = 5, 2000


@dataclass(frozen=True)
class FigureAudit:
    """A figure of a place and class on a day: lines of what is counted and left out, lines of findings on its rows."""

    view: View
    measure: registry.Share
    class_no: int | None
    lines: list[dict]
    touched: list[dict]

    @property
    def name(self) -> str:
        """The figure's name, with its class."""
        name = labels.name(self.measure.code)
        return f"{name} · {formatting.class_short(self.class_no)}" if self.class_no else name

    def sum(self, column: str) -> int:
        """Return the sum of a column over all lines."""
        return sum(line[column] for line in self.lines)

    @property
    def left_out(self) -> list[dict]:
        """The lines of what was left out."""
        return [line for line in self.lines if line["why"]]

    @property
    def parts(self) -> tuple[int, int]:
        """Numerator and denominator; a count twice."""
        return self.sum("counted"), self.sum("counts")

    @property
    def link(self) -> str:
        """The parts of the share, or the count, that open its list."""
        measure, (numerator, denominator) = self.measure, self.parts
        if measure.is_share:
            return drilldown_links.parts(self.view, measure.code, numerator, denominator, class_no=self.class_no)
        return drilldown_links.figure(self.view, measure.metric, measure.numerator, numerator, class_no=self.class_no)

    def text(self, numerator: int, denominator: int) -> str:
        """Return a figure of this kind as text: a share with its parts, or the count."""
        return formatting.share(numerator, denominator) if self.measure.is_share else str(numerator)

    @property
    def sums(self) -> dict[str, object]:
        """What could have been counted, how many it is, how many were counted and how many not, for sentences."""
        most, counted = self.sum("most"), self.parts[1]
        return {"whole": figure_text.population(self.measure, self.class_no), "most": most, "counted": counted, "out": most - counted}


def read(view: View, measure: registry.Share, class_no: int | None) -> FigureAudit:
    """Return the audit of a measure for what is chosen on the page."""
    lines, touched = (view.figures.inspected(what, measure.code, view.village_id, class_no) for what in ("accounted", "touched"))
    return FigureAudit(view, measure, class_no, lines, touched)


def sentence(audit: FigureAudit) -> str:
    """Return the sentence that answers first."""
    numerator, denominator = audit.parts
    text = _("截至{day}，{village}{name} {figure}；{whole} {most} {unit}，计入 {counted}，没有计入 {out}。")
    return text.format(
        day=formatting.day(audit.view.day),
        village=audit.view.village,
        name=audit.name,
        figure=audit.text(numerator, denominator) if denominator or not audit.measure.is_share else _("没有可计算的（分母为 0）"),
        unit=figure_text.unit(audit.measure),
        **audit.sums,
    )


def card(audit: FigureAudit) -> None:
    """Show the share with its parts and target, for coverage also its range with unverified children; a count has only its sentence."""
    if not audit.measure.is_share:
        return
    if audit.class_no is None and {*registry.shares()[audit.measure.code].parts} <= {*registry.metrics()[audit.measure.metric].columns}:
        metric_cards.show([metric_cards.share_card(audit.view, audit.measure.code, _range(audit))])
        return
    metric_cards.show([metric_cards.Card(audit.measure.code, *audit.parts, audit.link, title=audit.name)])


def _range(audit: FigureAudit) -> str:
    if audit.measure.code != "coverage_share":
        return ""
    row = audit.view.figures.of("coverage", audit.view.village_id)
    if row["coverage_low"] is None or row["coverage_high"] is None:
        return ""
    says = _("待核实儿童核实后，可能在 {low}–{high} 之间")
    return says.format(low=formatting.percent(row["coverage_low"]), high=formatting.percent(row["coverage_high"]))


def rows(audit: FigureAudit) -> None:
    """Show the first rows that fall short and the first that count, with the link to all of them."""
    measure, view = audit.measure, audit.view
    if measure.is_share:
        all_rows = view.figures.share_rows(measure.code, view.village_id, audit.class_no)
        sets = [
            (_("还差的"), [row for row in all_rows if row["counted"] < row["counts"]]),
            (_("计入分子的"), [row for row in all_rows if row["counted"]]),
        ]
    else:
        all_rows = view.figures.rows_behind(measure.metric, measure.numerator, view.village_id, audit.class_no)
        sets = [(_("计入的"), all_rows)]
    chart_blocks.section_heading(_("计入的每一行"), _("各列前 {most} 行；点数字看全部名单").format(most=FIRST))
    whole = _("全部名单：{figure}")
    st.html(f"<p>{html.escape(whole).format(figure=audit.link)}</p>")
    for title, chosen in sets:
        st.markdown(_("**{title} {count} 行**").format(title=title, count=len(chosen)))
        if chosen:
            tables.rows_table(chosen[:FIRST], record_columns.columns(measure.rows, view))
        else:
            st.caption(_("没有这样的记录。"))


def left_out(audit: FigureAudit) -> None:
    """Show every reason of what is not counted with its number, the sum that comes out even, and the rows of one reason."""
    unit = figure_text.unit(audit.measure)
    chart_blocks.section_heading(_("没有计入的，以及为什么"), _adds_up(audit))
    if not audit.left_out:
        st.info(_("没有一{unit}被排除在外。").format(unit=unit))
        return
    lines = [[html.escape(figure_text.why(line["why"], line["detail"])), str(line["most"])] for line in audit.left_out]
    counted = _("计入分母") if audit.measure.is_share else _("计入")
    total = [f"<b>{html.escape(text)}</b>" for text in (_("合计"), str(audit.sum("most")))]
    tables.table([_("原因"), unit], [[counted, str(audit.parts[1])], *lines, total], right=(1,))
    by_key = {f"{line['why']}~{line['detail'] or ''}": line for line in audit.left_out}
    texts = {
        key: _("{why}（{count}）").format(why=figure_text.why(line["why"], line["detail"]), count=line["most"])
        for key, line in by_key.items()
    }
    key = url_state.url_select("left_out", _("看哪一种没有计入的名单"), list(by_key), texts.__getitem__)
    chosen_line = by_key.get(key)
    count = chosen_line["most"] if chosen_line else audit.sum("most") - audit.parts[1]
    is_all = count > FIRST and st.toggle(_("显示全部 {count}").format(count=count), key="all_left_out")
    line = (chosen_line["why"], chosen_line["detail"]) if chosen_line else None
    place = audit.measure.code, audit.view.village_id, audit.class_no
    chosen = audit.view.figures.inspected("left_out", *place, line=line, most=MOST if is_all else FIRST)
    columns = [
        tables.Column(_("代号"), lambda row: _who(audit, row)),
        record_columns.village_column(),
        *record_columns.listed("left_out", audit.measure.rows),
        tables.Column(_("没有计入的原因"), lambda row: html.escape(figure_text.why(row["why"], row["detail"]))),
        record_columns.place_column(),
    ]
    tables.rows_table(chosen, columns)
    if len(chosen) == MOST:
        st.caption(_("只显示前 {most} 行；请选一种原因或一个村（社区）。").format(most=MOST))


def _adds_up(audit: FigureAudit) -> str:
    """The sum, in two steps where some are not there at all on the day."""
    there = audit.sum("most") - sum(line["most"] for line in audit.left_out if line["why"] in NOT_THERE)
    sentence = _("{whole} {most} = 计入 {counted} + 没有计入 {out}").format(**audit.sums)
    if audit.measure.rows != "children":
        return sentence
    return sentence + _("；其中这一天在册 {there} = 计入 {counted} + 在册而没有计入 {out}").format(
        there=there, counted=audit.parts[1], out=there - audit.parts[1]
    )


def _who(audit: FigureAudit, row: dict) -> str:
    """Whose a row is. Only a child registered on the day has records of it to open."""
    if "helper_id" in row:
        return row["helper_id"][:8]
    if row["why"] in ("child_unlisted", "child_not_yet", "child_left", "child_not_registered"):
        return row["child_id"][:8]
    return drilldown_links.child(audit.view, row.get("child_id"))


def affecting_findings(audit: FigureAudit) -> None:
    """Findings on rows counted or left out, by code, with how far each could move the figure at most."""
    chart_blocks.section_heading(
        _("触及这个数的问题，最多能让它变多少"), _("问题按 {day} 的检查").format(day=audit.view.figures.facts()["as_of"])
    )
    if not audit.touched:
        st.info(_("没有查出触及这些行的问题。"))
        return
    follows = alternative_counts.follows()
    lines = sorted((line for line in audit.touched if line["code"]), key=lambda line: (SEVERITIES.index(line["severity"]), -line["most"]))
    may_err, stating = ([line for line in lines if (line["code"] in follows) is is_it] for is_it in (False, True))
    of_all = {line["severity"]: line for line in audit.touched if not line["code"]}
    for level, says in (("ledgers", _("台账可能写错或缺写的问题")), ("all", _("连同下面由计算得出的提醒在内的全部问题"))):
        st.html(f"<p>{html.escape(_says(audit, of_all.get(level), says))}</p>")
    st.caption(
        _(
            "这是界限，不是估计：假定被触及的每一行都可能改为不计入、计入而未达到或已达到，其余各行不变。一个问题未必影响这个数；台账里根本没有写的儿童和事情不在其中。"
        )
    )
    _findings_table(audit, may_err)
    if stating:
        with st.expander(_("由计算本身得出的提醒 {count} 种（例如没有覆盖、走访没有跟上）").format(count=len(stating))):
            _findings_table(audit, stating)


def _says(audit: FigureAudit, line: dict | None, says: str) -> str:
    if line is None:
        return _("{says}：没有。").format(says=says)
    bound = sensitivity.bound(audit.parts[1], audit.parts[0], line)
    sentence = _("{says} {findings} 条，触及 {most} {unit}（其中计入的 {counts}）；这个数最低 {low}，最高 {high}。")
    bounds = {"low": audit.text(*bound.low), "high": audit.text(*bound.high)}
    return sentence.format(**line | bounds, says=says, unit=figure_text.unit(audit.measure))


def _findings_table(audit: FigureAudit, lines: list[dict]) -> None:
    if not lines:
        return
    cells = []
    for line in lines:
        bound = sensitivity.bound(audit.parts[1], audit.parts[0], line)
        address = drilldown_links.to("quality", audit.view, severity=line["severity"], code=line["code"])
        rule = drilldown_links.anchor(address, fault(line["code"]), _("只看这些"))
        numbers = [str(line["findings"]), str(line["most"]), str(line["counts"]), audit.text(*bound.low), audit.text(*bound.high)]
        cells.append([severity_name(line["severity"]), rule, *numbers])
    unit = _("触及（{unit}）").format(unit=figure_text.unit(audit.measure))
    tables.table([_("程度"), _("问题"), _("条数"), unit, _("其中计入"), _("最低可到"), _("最高可到")], cells, right=(2, 3, 4, 5, 6))
