"""What a staged load would change: what to check first, then the sentence, figures, rows, children, findings, what was set aside."""

import html
from collections import Counter
from collections.abc import Callable

import streamlit as st

from checks.catalogue import SEVERITIES, catalogue, sentence, severity_name, word
from locales import _
from pages.components import chart_blocks, drilldown_links, page_frame, record_columns, tables
from pages.components.tables import Column
from pages.text import formatting, labels
from warehouse.metrics import registry
from warehouse.review import load_questions

MOST = 100  # rows of a list
FEW = 20  # children, or questions, that are listed unfolded
FINDINGS = ("new", "mended", "lost")  # changes of findings
CHANGES = ("vanished", "leaving", "moving", "entering", "renumbered")  # of a child


def summary(report: dict) -> str:
    """Return the sentence that answers first."""
    preview = report["preview"]
    rows = {name: sum(row[name] for row in preview["rows"]) for name in ("new", "changed", "gone")}
    children = Counter(row["change"] for row in preview["children"])
    findings = {change: sum(row["findings"] for row in preview["findings"] if row["change"] == change) for change in FINDINGS}
    text = _(
        "发布后：台账新增 {new} 行、改动 {changed} 行、不再有 {gone} 行；新进儿童 {entering} 人、退出 {leaving} 人、转村 {moving} 人、新发现漏报 {vanished} 人、更正证件号 {renumbered} 人；问题新增 {found} 条、消除 {mended} 条、因栏目或台账不见而查不到 {lost} 条。"
    )
    counts = {**{change: children[change] for change in CHANGES}, **findings, "found": findings["new"], **rows}
    return text.format(**counts)


def questions(report: dict) -> bool:
    """Show what to check before publishing, each with what the load moves; return whether there is anything."""
    rows = report["preview"].get("questions", [])  # none in a report of an earlier version
    if rows:
        subtitle = _(
            "每条下面是这次载入的全部变化合起来的影响：写明村（社区）的算该村的，其余算全镇的；到较晚的那天，已发布的版本还没有新的走访等记录"
        )
        chart_blocks.section_heading(_("请先核对：{count} 处").format(count=len(rows)), subtitle)
        lines = [
            f'{html.escape(load_questions.sentence(row, word(row["ledger"])))}<div class="quiet">{html.escape(load_questions.effect(row))}</div>'
            for row in rows
        ]
        tables.bullets(lines[:FEW], "brief")
        if lines[FEW:]:
            with st.expander(_("另有 {count} 处").format(count=len(lines) - FEW)):
                tables.bullets(lines[FEW:], "brief")
    return bool(rows)


def preview(report: dict, child: Callable[[str], str]) -> None:
    """Show all parts of the preview; `child` returns the markup of a pseudonym."""
    changes = {"day": report["as_of"], "own_day": report["as_of"]} | report["preview"]  # one of an earlier version has no days
    page_frame.lead(summary(report))
    if report["not_checked"]:
        st.warning(_("未检查的规则：{codes}。这些方面不能当作没有问题。").format(codes=formatting.join_names(report["not_checked"])))
    problems(report)
    figures(report["changes"], changes)
    _rows(changes["rows"])
    _children(changes["children"], changes["own_day"], child)
    _findings(changes["findings"])
    set_aside(report)


def problems(report: dict) -> None:
    """Show what was not taken of files beside the ledgers: boundaries, above all."""
    for problem in report["problems"]:
        st.warning(formatting.escape_markdown(problem))


def delta(before: int | None, after: int | None) -> str:
    """Return a count before and after: 12 → 14 (+2)."""
    if before is None or after is None or before == after:
        return str("—" if after is None else after)
    return f"{before} → {after}" + _("（{item}）").format(item=f"{after - before:+d}")


def figures(town: list[dict], changes: dict) -> None:
    """Show how the headline figures move, the town's and those of villages where any does."""
    title = _("主要指标的变化（截至 {day}）").format(day=changes["day"])
    subtitle = _("两个版本都算到这一天。单位：人；走访为人次。只列有变化的村（社区）")
    chart_blocks.section_heading(title, subtitle)
    names, villages = registry.load_titles(), changes["figures"]
    lines = [[_("全镇"), *(delta(row["before"], row["after"]) for row in town)]]
    if changes["own_day"] != changes["day"]:
        later = _("全镇，发布后截至 {day}").format(day=changes["own_day"])
        lines.append([html.escape(later), *(delta(None, row["after"]) for row in changes["own_figures"][: len(town)])])
    for village in dict.fromkeys(row["village"] or "—" for row in villages):
        rows = [row for row in villages if (row["village"] or "—") == village]
        if any(row["before"] != row["after"] for row in rows):
            lines.append([html.escape(village), *(delta(row["before"], row["after"]) for row in rows)])
    tables.table([_("村（社区）"), *(names[row["figure"]] for row in town)], lines, right=tuple(range(1, len(town) + 1)))


def _rows(rows: list[dict]) -> None:
    changed = [row for row in rows if row["new"] or row["changed"] or row["gone"]]
    if not _has_changes(changed, _("各类台账的行"), _("单位：行，与已发布的版本相比")):
        return
    numbers = {"new": _("新增"), "changed": _("改动"), "gone": _("不再有")}
    columns = [Column(_("台账"), lambda row: html.escape(word(row["ledger"])))]
    tables.rows_table(changed, [*columns, *(record_columns.column("number", name, title) for name, title in numbers.items())])


def _has_changes(rows: list[dict], title: str, subtitle: str) -> bool:
    """Show the heading of a part of the preview; return whether there is anything in it, and say so where there is not."""
    chart_blocks.section_heading(title, subtitle)
    if not rows:
        st.caption(_("没有变化。"))
    return bool(rows)


def _children(rows: list[dict], day: str, child: Callable[[str], str]) -> None:
    subtitle = _(
        "新进、退出、转村按 {day} 是否在册；漏报：以前的台账里有、最新的完整台账里没有又没有办退出；更正证件号：同村同名，出生日期、家庭或监护人相同，号码不同"
    )
    if not _has_changes(rows, _("儿童"), subtitle.format(day=day)):
        return
    counts = Counter((row["village"] or "—", row["change"]) for row in rows)
    villages = sorted({village for village, _change in counts})
    lines = [[html.escape(village), *(str(counts[village, change]) for change in CHANGES)] for village in villages]
    tables.table([_("村（社区）"), *(labels.word("child_change", change) for change in CHANGES)], lines, right=(1, 2, 3, 4, 5))
    columns = [
        record_columns.column("child_change", "change", _("变化")),
        Column(_("代号"), lambda row: child(row["child_id"])),
        record_columns.village_column(),
        record_columns.place_column(),
    ]
    with st.expander(_("逐个儿童（{count} 人）").format(count=len(rows)), expanded=len(rows) <= FEW):
        tables.rows_table(rows, columns, MOST)


def _findings(rows: list[dict]) -> None:
    subtitle = _("与已发布的版本相比，按村（社区）。栏目或台账不见了，问题也就查不到了，这不算消除")
    if not _has_changes(rows, _("问题"), subtitle):
        return
    severities = {row["code"]: catalogue()[row["code"]].severity for row in rows}
    names = {"new": _("新增"), "mended": _("消除"), "lost": _("查不到了")}
    columns = [
        Column(_("变化"), lambda row: names[row["change"]]),
        Column(_("程度"), lambda row: severity_name(severities[row["code"]])),
        record_columns.village_column(),
        Column(_("问题（举一例）"), lambda row: html.escape(sentence(row["example"] | {"code": row["code"]})[0])),
        record_columns.column("number", "findings", _("条数")),
    ]
    order = sorted(rows, key=lambda row: (FINDINGS.index(row["change"]), SEVERITIES.index(severities[row["code"]]), -row["findings"]))
    tables.rows_table(order, columns, MOST)


def _why_set_aside(row: dict) -> tuple[str, str]:
    """Return why rows or a file were set aside, and what to do; two reasons of the load report are codes of no finding."""
    if row["reason"] == "list_alone":
        return _("文件里只有退回时附的检查结果，没有台账"), _("请把整个工作簿存为 .xlsx 再报")
    code = "table_asked" if row["reason"] == "asked" else row["reason"]
    return sentence({"code": code, "detail": str(row["rows"]), "heading": formatting.join_names(row["headings"])})


def set_aside(report: dict) -> None:
    """Show what was not loaded, headings that nobody knows, and which file takes the place of which."""
    lines = []
    for row in report["set_aside"]:
        reason, remedy = _why_set_aside(row)
        lines.append([drilldown_links.place(row), str(row["rows"] or "—"), html.escape(reason), html.escape(remedy)])
    unknown = [
        [
            drilldown_links.place({"file": file["file"], "sheet": sheet["sheet"]}),
            html.escape(heading),
            html.escape(sheet["suggestions"].get(heading, "—")),
        ]
        for file in report["files"]
        for sheet in file["sheets"]
        if sheet["ledger"]
        for heading in sheet["headings_unknown"]
    ]
    if lines:
        chart_blocks.section_heading(_("搁置的"), _("没有载入，改正后再报"))
        tables.table([_("位置"), _("行数"), _("原因"), _("怎么办")], lines, right=(1,))
    if unknown:
        chart_blocks.section_heading(_("没有认出的表头"), _("这些列没有存入；是系统里的某一项的，在“表样与词语”里选好，程序就会重新读"))
        tables.table([_("位置"), _("表头"), _("是不是")], unknown)
    for pair in report["replaced"]:
        names = {name: formatting.escape_markdown(file) for name, file in pair.items()}
        st.caption(_("{by} 是 {file} 的改正版，已替换原来的").format(**names))
