"""What follows a report: every figure by village as it leaves, the definitions, how to read the signs and how to check the file."""

from __future__ import annotations

from locales import _, language
from pages.downloads import table_files
from pages.text import labels, receipt_text
from pages.text.formatting import Status
from pages.word_report.blocks import Annex, Block, Grid, Heading, Text
from pages.word_report.goals_section import score_text, status_cell
from pages.word_report.report_data import ReportData
from pages.word_report.sections import with_town
from warehouse.disclosure import cell_display
from warehouse.disclosure.receipts import Receipt
from warehouse.metrics import query

_CHILDREN = (
    ("eligibility", ("registered", "eligible", "unverified", "expired", "in_scope")),
    (
        "coverage",
        ("covered", "in_scope_1_3", "covered_1_3", "in_scope_4_6", "covered_4_6", "family_paired", "department_covered", "conforming"),
    ),
)
_WORK = (
    ("visits", ("due_children", "on_pace", "visit_days", "never_visited", "over_60_days")),
    ("needs", ("raised", "open", "overdue", "resolved")),
    ("duties", ("helpers", "trained", "carded", "care_due", "care_held")),
)


def titles() -> list[str]:
    """The annexes in their order, as the end of the body lists them."""
    return [_("各村（社区）情况表"), _("指标定义和符号读法"), _("数据版本和核对方法")]


def annexes(told: ReportData, threshold: int, receipt: Receipt, metric_names: list[str]) -> list[Block]:
    """All of them."""
    by_village, definitions, checking = titles()
    return [
        Annex(by_village, is_lying=True),
        _wide(told, _("儿童和结对（人）"), _CHILDREN),
        _wide(told, _("走访、困难和职责（人、人次、件）"), _WORK),
        *(_goals(told) if told.village_id is None else []),  # a village's own stand in its report
        Annex(definitions),
        *_definitions(told, threshold, metric_names),
        Annex(checking),
        Text(_("本报告的数都出自下列版本，由程序写成；放进报告之后改动任何一处，核对时都会显示“改过”。")),
        Text(_("数据版本：{build}").format(build=receipt.build)),
        *map(Text, receipt_text.lines(receipt)),
    ]


def _wide(told: ReportData, caption: str, figures: tuple[tuple[str, tuple[str, ...]], ...]) -> Grid:
    """A row for each village and the town last, a column for each figure."""
    cells: dict[str, list[str | Status]] = {}
    for metric, names in figures:
        for place, row in with_town(told, metric):
            cells.setdefault(row.get("village_id", ""), [place]).extend(cell_display.text(row[name]) for name in names)
    headings = [_("村（社区）"), *(short(f"{metric}.{name}") for metric, names in figures for name in names)]
    return Grid(caption, headings, list(cells.values()), widths=(2.0,), is_wide=True)


def _goals(told: ReportData) -> list[Block]:
    """Per goal year whose day has come: every village's indicators with their sign, and its score."""
    found: list[Block] = []
    rows = [row for row in told.villages("goals") if str(row["as_of"]) <= str(told.day)]
    scores = {(row["village_id"], row["goal_year"]): row["score"] for row in told.villages("goal_scores")}
    for year in sorted({row["goal_year"] for row in rows}):
        own = [row for row in rows if row["goal_year"] == year]
        indicators = list(dict.fromkeys(row["indicator"] for row in own))
        by_village: dict[str, list[str | Status]] = {}
        for row in own:
            score = scores.get((row["village_id"], year))
            line = by_village.setdefault(row["village_id"], [row["village"], score_text(score)])
            line.append(_with_sign(row))
        headings = [_("村（社区）"), _("得分"), *map(labels.share_name, indicators)]
        found.append(
            Grid(_("{year}年目标，按村（社区）").format(year=year), headings, list(by_village.values()), widths=(1.2,), is_wide=True)
        )
    return found


def _with_sign(row: dict) -> str:
    """● 100.0%; ＊ and — as they are."""
    state, text = status_cell(row["status"]), cell_display.text(row["actual"], is_share=True)
    return f"{state.sign} {text}" if isinstance(state, Status) else text


def _definitions(told: ReportData, threshold: int, metric_names: list[str]) -> list[Block]:
    """The signs first, because the tables before are full of them, then each metric's definition."""
    days = [_("统计截至：{day}（目标按各自的目标日）").format(day=told.day)]
    rule = _("状态：● 达标，实际不低于目标；▲ 接近，实际不低于目标的95%；■ 滞后，低于95%；○ 无数据，没有可算的对象")
    defined = [
        _("{name}的定义：{text}").format(name=table_files.metric_name(name), text=query.definition(name, language()))
        for name in metric_names
    ]
    return [
        Heading(_("符号怎么读"), 2),
        *map(Text, [*days, *cell_display.key(threshold), rule]),
        Heading(_("指标定义"), 2),
        *map(Text, defined),
    ]


def short(figure: str) -> str:
    """The heading of a narrow column."""
    return {
        "eligibility.registered": _("在册"),
        "eligibility.eligible": _("符合"),
        "eligibility.unverified": _("待核实"),
        "eligibility.expired": _("已不符合"),
        "eligibility.in_scope": _("帮扶范围内"),
        "coverage.covered": _("已结对覆盖"),
        "coverage.in_scope_1_3": _("1—3类范围内"),
        "coverage.covered_1_3": _("1—3类已覆盖"),
        "coverage.in_scope_4_6": _("4—6类范围内"),
        "coverage.covered_4_6": _("4—6类已覆盖"),
        "coverage.family_paired": _("爱心家庭结对"),
        "coverage.department_covered": _("部门包片"),
        "coverage.conforming": _("结对规范"),
        "visits.due_children": _("应有走访"),
        "visits.on_pace": _("跟上进度"),
        "visits.visit_days": _("走访人次"),
        "visits.never_visited": _("今年未走访"),
        "visits.over_60_days": _("超过60天"),
        "needs.raised": _("提出困难"),
        "needs.open": _("未办结"),
        "needs.overdue": _("超期未办结"),
        "needs.resolved": _("已办结"),
        "duties.helpers": _("在岗帮扶人"),
        "duties.trained": _("受过培训"),
        "duties.carded": _("领明白卡"),
        "duties.care_due": _("应慰问人次"),
        "duties.care_held": _("已慰问人次"),
    }[figure]
