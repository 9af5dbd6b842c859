"""What follows a report: every figure by village as it leaves, the definitions, how to read the signs and how to check the file."""

from locales import _
from pages.data import indicator_status
from pages.text import labels, receipt_text
from pages.text.statuses import STATUSES, Status
from pages.word_report.docx_writer import Writer
from pages.word_report.goals_section import score_text
from pages.word_report.report_data import ReportData
from pages.word_report.sections import cells, with_town
from warehouse.disclosure import cell_display
from warehouse.disclosure.release_log import Receipt
from warehouse.metrics import registry


def titles() -> list[str]:
    """The annexes in their order, as the end of the body lists them."""
    return [_("各村（社区）情况表"), _("指标定义和符号读法"), _("数据版本和核对方法")]


def annexes(doc: Writer, data: ReportData, receipt: Receipt, metric_names: list[str]) -> None:
    """Write all of them."""
    by_village, definitions, checking = titles()
    doc.annex(by_village, is_lying=True)
    _wide(doc, data, _("儿童和结对（人）"), "children")
    _wide(doc, data, _("走访、困难和职责（人、人次、件）"), "work")
    if data.village_id is None:  # a village's own are in its report
        _goals(doc, data)
    doc.annex(definitions)
    _definitions(doc, data, metric_names)
    doc.annex(checking)
    doc.text(
        receipt_text.mark(receipt.edition),
        _("本报告的数都出自下列版本，由程序写成；放进报告之后改动任何一处，核对时都会显示“改过”。"),
        _("数据版本：{build}").format(build=receipt.build),
        *receipt_text.lines(receipt),
    )


def _wide(doc: Writer, data: ReportData, caption: str, table: str) -> None:
    """A row for each village and the town last, a column for each figure of one table of the registry."""
    metrics = [metric for metric in registry.metrics().values() if metric.export and metric.export.report_table == table]
    rows: dict[str, list[str | Status]] = {}
    for metric in metrics:
        for place, row in with_town(data, metric.name):
            rows.setdefault(row.get("village_id", ""), [place]).extend(cells(row, *metric.listed("report")))
    headings = [_("村（社区）"), *(labels.short_name(f"{metric.name}.{name}") for metric in metrics for name in metric.listed("report"))]
    doc.table(caption, headings, list(rows.values()), widths=(2.0,), is_wide=True)


def _goals(doc: Writer, data: ReportData) -> None:
    """Per goal year whose day has come: every village's indicators with their sign, and its score."""
    rows = [row for row in data.villages("goals") if str(row["as_of"]) <= str(data.day)]
    scores = {(row["village_id"], row["goal_year"]): row["score"] for row in data.villages("goal_scores")}
    for year in sorted({row["goal_year"] for row in rows}):
        of_year = [row for row in rows if row["goal_year"] == year]
        by_village: dict[str, list[str | Status]] = {}
        for row in of_year:
            score = scores.get((row["village_id"], year))
            by_village.setdefault(row["village_id"], [row["village"], score_text(score)]).append(_with_sign(row))
        indicators = dict.fromkeys(row["indicator"] for row in of_year)
        headings = [_("村（社区）"), _("得分"), *map(labels.share_name, indicators)]
        caption = _("{year}年目标，按村（社区）").format(year=year)
        order = indicator_status.by_need(indicator_status.of_goals(of_year))  # the neediest first, as on the pages
        doc.table(caption, headings, [by_village[code] for code in order], widths=(1.2,), is_wide=True)


def _with_sign(row: dict) -> str:
    text = cell_display.text(row["actual"], is_share=True)
    return f"{STATUSES[row['status']].sign} {text}" if isinstance(row["status"], str) else text


def _definitions(doc: Writer, data: ReportData, metric_names: list[str]) -> None:
    """The signs first, because the tables before are full of them, then each metric's definition."""
    doc.heading(_("符号怎么读"), 2)
    doc.text(
        _("统计截至：{day}（目标按各自的目标日）").format(day=data.day),
        *cell_display.key(data.release.threshold),
        _("状态：● 达标，实际不低于目标；▲ 接近，实际不低于目标的95%；■ 滞后，低于95%；○ 无数据，没有可算的对象或还没有报来"),
    )
    doc.heading(_("指标定义"), 2)
    for name in metric_names:
        doc.text(_("{name}的定义：{text}").format(name=labels.metric_name(name), text=labels.definition(name)))
