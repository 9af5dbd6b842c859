"""The findings, counted inside the build by code and village with their age, what the load resolved, each with place and remedy."""

import html
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

import streamlit as st

from checks.catalogue import SEVERITIES, catalogue, fault, sentence, severity_name
from locales import _
from pages.components import chart_blocks, drilldown_links, record_columns, tables, url_state
from pages.components.page_frame import View
from warehouse.builds import raw_sheets
from warehouse.storage import build_files

MOST = 200
FIRST = 12  # codes before the rest are folded
FILTERS = ("severity", "code", "age")  # of the list, in the link
NEW = "1"  # the number of loads that have it: this one alone


@dataclass(frozen=True)
class Findings:
    """The findings of the place chosen, counted; `resolved` are those of the build before that are gone (None: nothing to compare)."""

    view: View
    counts: list[dict]
    examples: dict[tuple[str, str], dict]
    not_checked: list[str]
    resolved: list[dict] | None
    before_on: str

    def count(self, **values: object) -> int:
        """Return the number of findings with these values of severity, code, village_id, loads."""
        return self._totals[frozenset(values.items())]

    def resolved_count(self, **values: object) -> str:
        """Return how many with these values were resolved; — where there is nothing to compare."""
        return "—" if self.resolved is None else str(self._resolved_totals[frozenset(values.items())])

    @cached_property
    def _totals(self) -> Counter[frozenset]:
        return _totals(self.counts)

    @cached_property
    def _resolved_totals(self) -> Counter[frozenset]:
        return _totals(self.resolved or [])


def _totals(rows: list[dict]) -> Counter[frozenset]:
    """Return the sums by every set of values of these columns: a page asks for some two hundred of them."""
    totals: Counter[frozenset] = Counter()
    for row in rows:
        values = [(column, row.get(column)) for column in ("severity", "code", "village_id", "loads")]
        for size in range(len(values) + 1):
            for part in combinations(values, size):
                totals[frozenset(part)] += row.get("found", 1)
    return totals


def read(view: View) -> Findings:
    """Return the findings of the village chosen, or of the town."""
    figures = view.figures
    counts = view.chosen(figures.rows("findings_by_age"))
    not_checked = [row["code"] for row in figures.common("rule_states") if row["state"] == "not_checked"]
    before = figures.facts().get("base")
    try:
        resolved = record_columns.without_birthdays(view, view.chosen(figures.mended(before))) if before else None
    except build_files.UnknownBuild:  # kept no longer
        resolved = None
    examples: dict[tuple[str, str], dict] = {}
    for row in record_columns.without_birthdays(view, view.chosen(figures.rows("first_findings"))):
        examples.setdefault((row["severity"], row["code"]), row)
    before_on = f"{before[:4]}-{before[4:6]}-{before[6:8]}" if before else ""
    return Findings(view, counts, examples, not_checked, resolved, before_on)


def since(row: dict) -> str:
    """Say since which load there has been a finding."""
    if row["loads"] is None:
        return "—"
    if row["loads"] == 1:
        return _("本次载入")
    if row["loads"] == 2:
        return _("{day} 起（上次载入）").format(day=row["first_found_on"])
    return _("{day} 起（{count} 次载入前）").format(day=row["first_found_on"], count=row["loads"] - 1)


def _text(finding: dict) -> str:
    return html.escape(sentence(finding)[0])


def changes(findings: Findings) -> None:
    """Show what the load brought and resolved against the build before, in a sentence; the resolved ones open below it."""
    if findings.resolved is None:
        text = _("这一版之前没有可以对照的版本。再载入一次台账后，这里会写明哪些问题是新出现的、哪些已经解决。")
        if findings.before_on:
            text = _("上一版（{day} 载入）已不在保留的版本里，不能对照已解决的问题。").format(day=findings.before_on)
        st.info(text)
        return
    title = _("与上一版（{day} 载入）相比：新出现 {new} 条，已解决 {gone} 条")
    chart_blocks.section_heading(
        title.format(day=findings.before_on, new=findings.count(loads=1), gone=len(findings.resolved)),
        _("同一处同一问题算同一条，不论行号是否移动"),
    )
    if findings.resolved:
        columns = [
            tables.Column(_("程度"), lambda row: severity_name(row["severity"])),
            tables.Column(_("问题"), _text),
            tables.Column(_("原来的位置"), drilldown_links.place),
        ]
        with st.expander(_("看已解决的 {count} 条").format(count=len(findings.resolved))):
            tables.rows_table(findings.resolved, columns, MOST)


def by_code(findings: Findings) -> None:
    """Show findings by severity and code with their age; a rule that could not run comes first and says so."""
    chart_blocks.section_heading(_("哪些问题最多"), _("按严重程度和条数；点条数只看这些"))
    rows = (*findings.counts, *(findings.resolved or ()))
    pairs = sorted(
        {(row["severity"], row["code"]) for row in rows if row["code"] not in findings.not_checked},
        key=lambda pair: (SEVERITIES.index(pair[0]), -findings.count(severity=pair[0], code=pair[1]), pair[1]),
    )
    lines = [_not_checked_line(code) for code in findings.not_checked] + [_code_line(findings, *pair) for pair in pairs]
    if lines:
        headings = [_("程度"), _("问题"), _("条数"), _("新出现"), _("已解决"), _("最早出现"), _("方案条款")]
        tables.folded_table(headings, lines, (2, 3, 4), FIRST, _("其余 {count} 种问题"))
    else:
        st.success(_("所有规则都已检查，没有发现问题。"))


def _not_checked_line(code: str) -> list[str]:
    """Return the line of a rule that could not run: no count, because nobody knows."""
    rule = catalogue()[code]
    text = _("未检查")
    return [severity_name(rule.severity), html.escape(fault(code)), f"<b>{text}</b>", "—", "—", "—", rule.plan]


def _code_line(findings: Findings, severity: str, code: str) -> list[str]:
    filters = {"severity": severity, "code": code}
    count, example = findings.count(**filters), findings.examples.get((severity, code))
    oldest = max(
        (row for row in findings.counts if (row["severity"], row["code"]) == (severity, code)),
        key=lambda row: row["loads"] or 0,
        default=None,
    )
    return [
        severity_name(severity),
        _text(example) if example and count == 1 else html.escape(fault(code)),  # one example does not speak for the others
        _count_link(findings.view, count, **filters),
        _count_link(findings.view, findings.count(**filters, loads=1), **filters, age=NEW),
        findings.resolved_count(**filters),
        since(oldest) if oldest else "—",
        catalogue()[code].plan,
    ]


def _count_link(view: View, count: int, village: str | None = None, **filters: str) -> str:
    """Return a count that opens the list with these filters; nothing is behind a zero."""
    address = drilldown_links.to("quality", view, None, village, **filters)
    return drilldown_links.anchor(address, str(count), _("只看这些")) if count else "0"


def by_village(findings: Findings) -> None:
    """Show findings by village, those with the most critical ones first; findings of no village last."""
    chart_blocks.section_heading(_("各村（社区）"), _("单位：条；严重的多的在上面"))
    with_findings = {row["village_id"] for row in (*findings.counts, *(findings.resolved or ()))}
    names = {row["village_id"]: row["name"] for row in findings.view.figures.villages() if row["village_id"] in with_findings}
    order = sorted(names, key=lambda code: (*(-findings.count(village_id=code, severity=level) for level in SEVERITIES), code))
    lines = [_village_line(findings, code, names[code]) for code in order]
    if findings.count(village_id=None):
        lines.append(_village_line(findings, None, _("不属于一个村（社区）")))
    if lines:
        tables.table([_("村（社区）"), *map(severity_name, SEVERITIES), _("新出现"), _("已解决")], lines, right=(1, 2, 3, 4, 5))


def _village_line(findings: Findings, village_id: str | None, name: str) -> list[str]:
    counts = [(findings.count(village_id=village_id, severity=level), {"severity": level}) for level in SEVERITIES]
    counts.append((findings.count(village_id=village_id, loads=1), {"age": NEW}))
    cells = [_count_link(findings.view, count, name, **filters) if village_id else str(count) for count, filters in counts]
    return [html.escape(name), *cells, findings.resolved_count(village_id=village_id)]


def list_comes_first() -> bool:
    """Tell whether the link that opened the page has filters; it stays so, lest the list moves at the next choice."""
    return st.session_state.setdefault("list_first", any(st.query_params.get(name) for name in FILTERS))


def findings_list(findings: Findings) -> None:
    """Show the filters and the list."""
    chart_blocks.section_heading(_("逐条清单"), _("每条都有文件、工作表、行和列；姓名、号码不在这里显示"))
    filters = _filters(findings)
    values: dict[str, object] = {name: filters[name] for name in ("severity", "code") if filters[name]}
    values |= {"loads": int(filters["age"])} if filters["age"] else {}
    count = findings.count(**values)
    caption = _("符合条件 {count} 条").format(count=count)
    if count > MOST:
        caption += _("，下面显示前 {most} 条；用村（社区）、程度或问题缩小范围").format(most=MOST)
    st.caption(caption)
    if filters["code"] in findings.not_checked:
        st.warning(_("这条规则没有检查成，不能当作没有问题；请重新载入一次，仍不行请联系维护人员。"))
    elif count:
        view = findings.view
        rows = view.figures.rows("findings", village=view.village_id or "", most=MOST, **filters)
        st.dataframe([_list_line(row) for row in record_columns.without_birthdays(view, rows)], hide_index=True, key="list")
    elif values:
        st.info(_("没有符合条件的问题：把程度、问题、时间改回“全部”，或在左边换一个村（社区）。"))
    else:
        st.success(_("没有发现问题。"))


def _filters(findings: Findings) -> dict[str, str]:
    at_severity, at_code, at_age = st.columns([1, 2, 1])
    by_loads = {str(row["loads"]): row for row in findings.counts if row["loads"]}
    codes = {*findings.not_checked, *(row["code"] for row in findings.counts)}
    with at_severity:
        severity = url_state.url_select("severity", _("程度"), list(SEVERITIES), severity_name)
    with at_code:
        options = [code for code in catalogue() if code in codes]
        code = url_state.url_select("code", _("问题"), options, lambda code: _code_name(findings, code))
    with at_age:
        age = url_state.url_select("age", _("从哪次载入起"), sorted(by_loads, key=int), lambda loads: since(by_loads[loads]))
    return {"severity": severity, "code": code, "age": age}


def _code_name(findings: Findings, code: str) -> str:
    if code in findings.not_checked:
        return _("{rule}（未检查）").format(rule=fault(code))
    example = next((row for (_severity, other), row in findings.examples.items() if other == code), {"code": code})
    return _("{rule}（{count}）").format(rule=sentence(example)[0], count=findings.count(code=code))


def _list_line(row: dict) -> dict:
    problem, remedy = sentence(row)
    return {
        _("程度"): severity_name(row["severity"]),
        _("村（社区）"): row["village"] or "—",
        _("问题"): problem,
        _("文件"): row["file"] or "—",
        _("工作表"): raw_sheets.sheet_title(row["sheet"] or ""),
        _("行"): str(row["row_no"] or "—"),
        _("列"): row["heading"] or "",
        _("怎么办"): remedy,
        _("从哪次载入起"): since(row),
    }
