"""The findings of the build: counted by code and village with their age, what the load mended, and the list with its filters.

Counted inside the build and read by page, because a town has thousands; filters stand in the link by their codes.
"""

from __future__ import annotations

import html
from collections import Counter
from dataclasses import dataclass, field

import streamlit as st

from checks.catalogue import SEVERITIES, catalogue, sentence, severity_name
from locales import _
from pages.components import chart_blocks, drilldown_links, tables
from pages.components.page_frame import View
from pages.text import formatting
from warehouse.storage import build_files

MOST = 200
FIRST = 12  # codes before the rest are folded away
NEW = "1"  # loads that found it: this one alone


@dataclass(frozen=True)
class Found:
    """The findings of the place chosen, counted; `mended` those of the build before that are gone (None: nothing to compare)."""

    view: View
    counts: list[dict]
    examples: dict[tuple[str, str], dict]
    not_checked: list[str]
    mended: list[dict] | None
    before_on: str

    _sums: dict[tuple, Counter] = field(default_factory=dict)

    def count(self, **asked: object) -> int:
        """Findings with these values."""
        return self._sum("found", self.counts, asked)

    def gone(self, **asked: object) -> int:
        """Findings mended with these values."""
        return self._sum("gone", self.mended or [], asked)

    def _sum(self, what: str, rows: list[dict], asked: dict[str, object]) -> int:
        """The rows with these values, added up once for all values of the same columns."""
        names = tuple(asked)
        if (what, names) not in self._sums:
            sums = self._sums[what, names] = Counter()
            for row in rows:
                sums[tuple(row[name] for name in names)] += row.get("found", 1)
        return self._sums[what, names][tuple(asked.values())]


def read(view: View) -> Found:
    """The findings of the village chosen, or of the town."""
    figures = view.figures
    counts = view.chosen(figures.rows("findings_by_age"))
    failed = [row["code"] for row in figures.common("rule_states") if row["state"] == "not_checked"]
    before = figures.facts().get("base")
    try:
        mended = view.chosen(figures.mended(before)) if before else None
    except build_files.UnknownBuild:  # kept no longer
        mended = None
    examples: dict[tuple[str, str], dict] = {}
    for row in view.chosen(figures.rows("first_findings")):
        examples.setdefault((row["severity"], row["code"]), row)
    return Found(view, counts, examples, failed, mended, f"{before[:4]}-{before[4:6]}-{before[6:8]}" if before else "")


def since(row: dict) -> str:
    """Since which load a finding has stood."""
    if row["loads"] is None:
        return "—"
    if row["loads"] == 1:
        return _("本次载入")
    if row["loads"] == 2:
        return _("{day} 起（上次载入）").format(day=row["first_found_on"])
    return _("{day} 起（{count} 次载入前）").format(day=row["first_found_on"], count=row["loads"] - 1)


def sentence_of_rule(code: str) -> str:
    """What a rule finds, without a finding."""
    return sentence({"code": code}, formatting.catalogue_language())[0]


def changes(found: Found) -> None:
    """What the load brought and mended against the build before, in a sentence; the mended ones open below it."""
    if found.mended is None:
        told = _("上一版（{day} 载入）已不在保留的版本里，不能对照已解决的问题。").format(day=found.before_on) if found.before_on else ""
        st.info(told or _("这一版之前没有可以对照的版本。再载入一次台账后，这里会写明哪些问题是新出现的、哪些已经解决。"))
        return
    title = _("与上一版（{day} 载入）相比：新出现 {new} 条，已解决 {gone} 条")
    chart_blocks.section_heading(
        title.format(day=found.before_on, new=found.count(loads=1), gone=len(found.mended)), _("同一处同一问题算同一条，不论行号是否移动")
    )
    if found.mended:
        with st.expander(_("看已解决的 {count} 条").format(count=len(found.mended))):
            lines = [
                [severity_name(row["severity"]), html.escape(sentence(row, formatting.catalogue_language())[0]), drilldown_links.place(row)]
                for row in found.mended
            ]
            tables.table([_("程度"), _("问题"), _("原来的位置")], lines[:MOST])
            if len(lines) > MOST:
                st.caption(_("共 {count} 行，上面是前 {most} 行").format(count=len(lines), most=MOST))


def by_code(found: Found) -> None:
    """Findings by severity and code with their age; a rule that could not run stands first and says so."""
    chart_blocks.section_heading(_("哪些问题最多"), _("按严重程度和条数；点条数只看这些"))
    everything = (*found.counts, *(found.mended or ()))
    pairs = sorted(
        {(row["severity"], row["code"]) for row in everything if row["code"] not in found.not_checked},
        key=lambda pair: (SEVERITIES.index(pair[0]), -found.count(severity=pair[0], code=pair[1]), pair[1]),
    )
    headings = [_("程度"), _("问题（举一例）"), _("条数"), _("新出现"), _("已解决"), _("最早出现"), _("方案条款")]
    lines = [_unchecked(code) for code in found.not_checked] + [_code_line(found, *pair) for pair in pairs]
    if lines:
        tables.table(headings, lines[:FIRST], right=(2, 3, 4))
    if len(lines) > FIRST:
        with st.expander(_("其余 {count} 种问题").format(count=len(lines) - FIRST)):
            tables.table(headings, lines[FIRST:], right=(2, 3, 4))
    if not lines:
        st.success(_("所有规则都已检查，没有发现问题。"))


def _unchecked(code: str) -> list[str]:
    """The line of a rule that could not run: no count, because nobody knows."""
    rule = catalogue()[code]
    says = html.escape(sentence_of_rule(code))
    told = _("未检查")
    return [severity_name(rule.severity), says, f"<b>{told}</b>", "—", "—", "—", rule.plan]


def _code_line(found: Found, severity: str, code: str) -> list[str]:
    """One code at one severity."""
    own = [row for row in found.counts if (row["severity"], row["code"]) == (severity, code)]
    example = found.examples.get((severity, code), {"code": code})
    oldest = max(own, key=lambda row: row["loads"] or 0, default=None)
    return [
        severity_name(severity),
        html.escape(sentence(example, formatting.catalogue_language())[0]),
        _opening(found.view, sum(row["found"] for row in own), severity=severity, code=code),
        _opening(found.view, found.count(severity=severity, code=code, loads=1), severity=severity, code=code, age=NEW),
        _mended(found, severity=severity, code=code),
        since(oldest) if oldest else "—",
        catalogue()[code].plan,
    ]


def _opening(view: View, count: int, village: str | None = None, **asked: str) -> str:
    """A count that opens the list with these filters; nothing stands behind a zero."""
    address = drilldown_links.to("quality", view, None, village, **asked)
    return drilldown_links.anchor(address, str(count), _("只看这些")) if count else "0"


def _mended(found: Found, **asked: object) -> str:
    """How many were mended; — where there is nothing to compare."""
    return "—" if found.mended is None else str(found.gone(**asked))


def by_village(found: Found) -> None:
    """Findings by village, those with the most critical ones first; findings of no village last."""
    chart_blocks.section_heading(_("各村（社区）"), _("单位：条；严重的多的在上面"))
    known = {row["village_id"] for row in (*found.counts, *(found.mended or ()))}
    villages = {row["village_id"]: row["name"] for row in found.view.figures.villages()}
    codes = sorted(known & set(villages), key=lambda code: (*(-found.count(village_id=code, severity=level) for level in SEVERITIES), code))
    lines = [_village_line(found, code, villages[code]) for code in codes]
    if found.count(village_id=None):
        lines.append(_village_line(found, None, _("不属于一个村（社区）")))
    if lines:
        tables.table([_("村（社区）"), *map(severity_name, SEVERITIES), _("新出现"), _("已解决")], lines, right=(1, 2, 3, 4, 5))


def _village_line(found: Found, village_id: str | None, name: str) -> list[str]:
    """One village; findings of no village open no list of their own."""
    levels = [(found.count(village_id=village_id, severity=level), {"severity": level}) for level in SEVERITIES]
    counts = [*levels, (found.count(village_id=village_id, loads=1), {"age": NEW})]
    cells = [_opening(found.view, count, name, **asked) if village_id else str(count) for count, asked in counts]
    return [html.escape(name), *cells, _mended(found, village_id=village_id)]
