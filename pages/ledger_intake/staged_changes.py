"""What a staged load would change, as a page shows it: the sentence first, then figures, rows, children, findings, what was set aside."""

from __future__ import annotations

import html
from collections import Counter
from collections.abc import Callable

import streamlit as st

from checks.catalogue import catalogue, sentence, severity_name, word
from locales import _, language
from pages.components import chart_blocks, drilldown_links, tables
from pages.text import formatting
from warehouse.metrics import registry

MOST = 100


def _change_names() -> dict[str, str]:
    """What happens to a child."""
    return {"vanished": _("新发现漏报"), "leaving": _("退出"), "moving": _("转村"), "entering": _("新进")}


def summary(report: dict) -> str:
    """The sentence that answers first."""
    rows: Counter[str] = Counter()
    for row in report["preview"]["rows"]:
        rows.update({name: row[name] for name in ("new", "changed", "gone")})
    children = Counter(row["change"] for row in report["preview"]["children"])
    findings: Counter[str] = Counter()
    for row in report["preview"]["findings"]:
        findings[row["change"]] += row["findings"]
    told = _(
        "发布后：台账新增 {new} 行、改动 {changed} 行、不再有 {gone} 行；新进儿童 {entering} 人、退出 {leaving} 人、转村 {moving} 人、新发现漏报 {vanished} 人；问题新增 {found} 条、消除 {mended} 条。"
    )
    people = {name: children[name] for name in ("entering", "leaving", "moving", "vanished")}
    counts = {name: rows[name] for name in ("new", "changed", "gone")}
    return told.format(**counts, **people, found=findings["new"], mended=findings["mended"])


def preview(report: dict, child: Callable[[str], str]) -> None:
    """All parts of the preview; `child` gives the markup of a pseudonym."""
    found = report["preview"]
    st.html(f'<p class="lead">{html.escape(summary(report))}</p>')
    if report["not_checked"]:
        st.warning(_("未检查的规则：{codes}。这些方面不能当作没有问题。").format(codes=formatting.joined(report["not_checked"])))
    _figures(report["changes"], found["figures"])
    _rows(found["rows"])
    _children(found["children"], child)
    _findings(found["findings"])
    _aside(report)


def delta(before: int | None, after: int | None) -> str:
    """A count before and after: 12 → 14 (+2)."""
    if before is None or after is None or before == after:
        return str("—" if after is None else after)
    return f"{before} → {after}（{after - before:+d}）" if language() != "en" else f"{before} → {after} ({after - before:+d})"


def _figures(town: list[dict], villages: list[dict]) -> None:
    """Headline figures that move, the town first."""
    chart_blocks.section_heading(_("主要指标的变化"), _("单位：人；走访为人次。只列有变化的村（社区）"))
    names = registry.load_titles()
    lines = [[_("全镇"), *(delta(row["before"], row["after"]) for row in town)]]
    of: dict[str, list[dict]] = {}
    for row in villages:
        of.setdefault(row["village"] or "—", []).append(row)
    moved = {village: own for village, own in of.items() if any(row["before"] != row["after"] for row in own)}
    lines += [[html.escape(village), *(delta(row["before"], row["after"]) for row in own)] for village, own in moved.items()]
    tables.table([_("村（社区）"), *(names[row["figure"]] for row in town)], lines, right=tuple(range(1, len(town) + 1)))


def _rows(rows: list[dict]) -> None:
    """Rows of each kind of ledger that differ."""
    chart_blocks.section_heading(_("各类台账的行"), _("单位：行，与已发布的版本相比"))
    lines = [
        [html.escape(word(row["ledger"], formatting.catalogue_language())), *(str(row[name]) for name in ("new", "changed", "gone"))]
        for row in rows
        if row["new"] or row["changed"] or row["gone"]
    ]
    if lines:
        tables.table([_("台账"), _("新增"), _("改动"), _("不再有")], lines, right=(1, 2, 3))
    else:
        st.caption(_("没有变化。"))


def _children(rows: list[dict], child: Callable[[str], str]) -> None:
    """Counts by village, then each child with its place."""
    names = _change_names()
    chart_blocks.section_heading(_("儿童"), _("新进、退出、转村按检查当天是否在册；漏报：以前的台账里有、最新的完整台账里没有又没有办退出"))
    if not rows:
        st.caption(_("没有变化。"))
        return
    counts = Counter((row["village"] or "—", row["change"]) for row in rows)
    villages = sorted({village for village, _change in counts})
    lines = [[html.escape(village), *(str(counts[village, change]) for change in names)] for village in villages]
    tables.table([_("村（社区）"), *names.values()], lines, right=(1, 2, 3, 4))
    told = [
        [names[row["change"]], child(row["child_id"]), html.escape(row["village"] or "—"), drilldown_links.place(row)]
        for row in rows[:MOST]
    ]
    with st.expander(_("逐个儿童（{count} 人）").format(count=len(rows)), expanded=len(rows) <= 20):
        tables.table([_("变化"), _("代号"), _("村（社区）"), _("台账位置")], told)
        if len(rows) > MOST:
            st.caption(_("共 {count} 行，上面是前 {most} 行").format(count=len(rows), most=MOST))


def _findings(rows: list[dict]) -> None:
    """New ones first, by severity."""
    chart_blocks.section_heading(_("问题"), _("与已发布的版本相比，新增的和消除的，按村（社区）"))
    if not rows:
        st.caption(_("没有变化。"))
        return
    names = {"new": _("新增"), "mended": _("消除")}
    levels = ("critical", "warning", "info")
    order = sorted(rows, key=lambda row: (row["change"] != "new", levels.index(catalogue()[row["code"]].severity), -row["findings"]))
    lines = [
        [
            names[row["change"]],
            severity_name(catalogue()[row["code"]].severity),
            html.escape(row["village"] or "—"),
            html.escape(sentence(row["example"] | {"code": row["code"]}, formatting.catalogue_language())[0]),
            str(row["findings"]),
        ]
        for row in order[:MOST]
    ]
    tables.table([_("变化"), _("程度"), _("村（社区）"), _("问题（举一例）"), _("条数")], lines, right=(4,))
    if len(rows) > MOST:
        st.caption(_("共 {count} 行，上面是前 {most} 行").format(count=len(rows), most=MOST))


def _aside(report: dict) -> None:
    """What was not loaded and why, headings nobody knows, and other things worth saying."""
    mark = "、" if language() != "en" else ", "
    lines = []
    for row in report["set_aside"]:
        says, remedy = sentence({"code": row["reason"], "heading": mark.join(row["headings"])}, formatting.catalogue_language())
        lines.append([drilldown_links.place(row), str(row["rows"] or "—"), html.escape(says), html.escape(remedy)])
    unknown = [
        [html.escape(f"{file['file']} {sheet['sheet']}".strip()), html.escape(heading), html.escape(sheet["suggestions"].get(heading, "—"))]
        for file in report["files"]
        for sheet in file["sheets"]
        if sheet["ledger"]
        for heading in sheet["headings_unknown"]
    ]
    if lines:
        chart_blocks.section_heading(_("搁置的"), _("没有载入，改正后再报"))
        tables.table([_("位置"), _("行数"), _("原因"), _("怎么办")], lines, right=(1,))
    if unknown:
        chart_blocks.section_heading(_("没有认出的表头"), _("这些列没有存入；是系统里的某一项时，在数据目录的 aliases.toml 里写明再载入"))
        tables.table([_("位置"), _("表头"), _("是不是")], unknown)
    for pair in report["replaced"]:
        st.caption(
            _("{by} 是 {file} 的改正版，已替换原来的").format(**{name: formatting.escape_markdown(file) for name, file in pair.items()})
        )
    for problem in report["problems"]:
        st.caption(formatting.escape_markdown(problem))
