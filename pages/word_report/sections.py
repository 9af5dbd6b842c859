"""The parts of a report in their order, each from the cells that leave: a sentence first, then the table."""

from __future__ import annotations

from checks.catalogue import word
from locales import _
from pages.text import formatting, labels
from pages.word_report.blocks import Block, Grid, Heading, Picture, Text
from pages.word_report.clauses import capital, count, reached, sentence, share
from pages.word_report.report_data import ReportData, parts_text, reach, share_text
from warehouse.disclosure import cell_display
from warehouse.disclosure.cell_display import Shown
from warehouse.metrics import registry


def opening(data: ReportData, place: str) -> list[Block]:
    """The paragraph that answers first."""
    row, day = data.own("eligibility"), formatting.day(data.day)
    if data.is_empty:
        return [Text(_("截至{day}，{place}的台账里没有在册儿童，与儿童有关的各项没有可以报告的数。").format(day=day, place=place))]
    if row["registered"] is Shown.WITHHELD:
        first = _("截至{day}，{place}在册的困境儿童和农村留守儿童人数不公布").format(day=day, place=place)
    else:
        first = _("截至{day}，{place}在册的困境儿童和农村留守儿童{count}人").format(day=day, place=place, count=row["registered"])
    shares = ("coverage_share", "coverage_share_1_3", "coverage_share_4_6", "visit_pace_share", "needs_resolved_share")
    told_shares = [share(name, *data.parts(name)) for name in shares]
    text = sentence(first, count("eligibility.in_scope", row["in_scope"])) + sentence(*told_shares)
    return [Text(text + _("现将有关情况报告如下。"))]


def basics(data: ReportData) -> list[Block]:
    """Who is registered, in scope, and of which class."""
    row = data.own("eligibility")
    states = [count(f"eligibility.{name}", row[name]) for name in ("registered", "eligible", "unverified", "expired", "in_scope")]
    text = sentence(*states, share("eligibility_valid_share", row["eligible"], row["registered"]))
    if data.is_empty:
        return [Heading(_("基本情况")), Text(sentence(states[0]))]
    return [Heading(_("基本情况")), Text(text), *([_classes(data), *_reasons(data)] if data.village_id is None else [_beside_town(data)])]


def _classes(data: ReportData) -> Grid:
    """The six classes and, last, everyone once."""
    covered = {row["class_no"]: row for row in data.rows("coverage", "class")}
    lines = [(formatting.class_short(row["class_no"]), row, covered[row["class_no"]]) for row in data.rows("eligibility", "class")]
    lines.append((_("合计（按人）"), data.town("eligibility"), data.town("coverage")))
    states = ("registered", "eligible", "unverified", "expired", "in_scope")
    rows = [
        [
            name,
            *(cell_display.text(row[state]) for state in states),
            cell_display.text(by["covered"]),
            share_text(by["covered"], by["in_scope"]),
        ]
        for name, row, by in lines
    ]
    return Grid(
        _("各类儿童情况（人）"),
        [_("类别"), _("在册"), _("符合"), _("待核实"), _("已不符合"), _("帮扶范围内"), _("已结对覆盖"), _("结对覆盖率")],
        rows,
        note=_("一名儿童属于几类，就在几类里各计一次，所以各类相加不等于合计。"),
        widths=(1.8,),
    )


def _reasons(data: ReportData) -> list[Block]:
    """Why children are expired or unverified, where there are some."""
    rows = [
        [
            formatting.class_short(row["class_no"]),
            labels.word("state", row["state"]),
            word(row["reason"], formatting.catalogue_language()),
            cell_display.text(row["children"]),
        ]
        for row in data.rows("eligibility_reasons", "town")
    ]
    headings = [_("类别"), _("资格"), _("原因"), _("人次")]
    return [Grid(_("已不符合和待核实的原因"), headings, rows, words=(0, 1, 2), widths=(1.4, 0.8, 2.4))] if rows else []


def _beside_town(data: ReportData) -> Grid:
    """A village's own counts beside the town's."""
    names = ("registered", "eligible", "unverified", "expired", "in_scope")
    village, town = data.own("eligibility"), data.town("eligibility")
    rows = [[labels.figure_name(f"eligibility.{name}"), cell_display.text(village[name]), cell_display.text(town[name])] for name in names]
    rows.append(
        [labels.share_name("eligibility_valid_share"), *(share_text(row["eligible"], row["registered"]) for row in (village, town))]
    )
    return Grid(_("儿童情况（人）"), [_("项目"), _("本村（社区）"), capital(_("全镇"))], rows, note=_("分类别的数只按全镇公布。"))


def coverage(data: ReportData, pictures: list[Picture]) -> list[Block]:
    """Who is covered, which villages are to be followed up, the pictures, the table."""
    row = data.own("coverage")
    shares = [share(name, *data.parts(name)) for name in ("coverage_share", "coverage_share_1_3", "coverage_share_4_6")]
    ways = [count(f"coverage.{name}", row[name]) for name in ("family_paired", "department_covered")]
    text = sentence(*shares) + sentence(*ways, share("conforming_share", row["conforming"], row["covered"]))
    if data.is_empty:
        return [Heading(_("结对覆盖")), Text(sentence(count("coverage.in_scope", row["in_scope"])))]
    blocks: list[Block] = [Heading(_("结对覆盖")), Text(text)]
    if data.village_id is None:
        progress = reach(data.villages("coverage"), "covered", "in_scope")
        everyone = _("有帮扶范围内儿童的{count}个村（社区）都已全部覆盖")
        village_text = reached(progress, everyone, _("已全部覆盖的有{names}"), _("{names}没有帮扶范围内的儿童"))
        blocks.append(Text(village_text))
    headings = [_("村（社区）"), _("帮扶范围内"), _("已结对覆盖"), _("结对覆盖率"), _("1—3类"), _("4—6类"), _("结对规范")]
    rows = [
        [
            name,
            cell_display.text(row_of["in_scope"]),
            cell_display.text(row_of["covered"]),
            share_text(row_of["covered"], row_of["in_scope"]),
            parts_text(row_of["covered_1_3"], row_of["in_scope_1_3"]),
            parts_text(row_of["covered_4_6"], row_of["in_scope_4_6"]),
            cell_display.text(row_of["conforming"]),
        ]
        for name, row_of in with_town(data, "coverage")
    ]
    note = _("1—3类、4—6类两列为“已覆盖/应覆盖”人数；爱心家庭结对和部门包片可以兼有。")
    return [*blocks, *pictures, Grid(_("结对覆盖情况（人）"), headings, rows, note=note)]


def with_town(data: ReportData, metric: str) -> list[tuple[str, dict]]:
    """(name, row) of the villages reported on, and the town last."""
    return [*((row["village"], row) for row in data.villages(metric)), (capital(_("全镇")), data.town(metric))]


def visits(data: ReportData, pictures: list[Picture]) -> list[Block]:
    """Who was visited as often as is due."""
    row = data.own("visits")
    counts = [
        count("visits.visit_days", row["visit_days"], "days", none=_("今年还没有走访")),
        count("visits.due_children", row["due_children"]),
    ]
    all_seen = _("应有走访的儿童今年都走访过") if row["due_children"] else ""
    late = [count("visits.never_visited", row["never_visited"], none=all_seen), count("visits.over_60_days", row["over_60_days"])]
    text = sentence(*counts, share("visit_pace_share", row["on_pace"], row["due_children"])) + sentence(*late)
    if data.is_empty:
        return [Heading(_("走访")), Text(sentence(counts[1]))]
    blocks: list[Block] = [Heading(_("走访")), Text(text)]
    if data.village_id is None:
        progress = reach(data.villages("visits"), "on_pace", "due_children")
        everyone = _("有应访儿童的{count}个村（社区）都已全部跟上进度")
        village_text = reached(progress, everyone, _("全部跟上进度的有{names}"), _("{names}没有到这一天应访的儿童"))
        blocks.append(Text(village_text))
    headings = [_("村（社区）"), _("应有走访"), _("跟上进度"), _("走访跟上率"), _("走访人次"), _("今年未走访"), _("超过60天")]
    rows = [
        [
            name,
            cell_display.text(row_of["due_children"]),
            cell_display.text(row_of["on_pace"]),
            share_text(row_of["on_pace"], row_of["due_children"]),
            *(cell_display.text(row_of[column]) for column in ("visit_days", "never_visited", "over_60_days")),
        ]
        for name, row_of in with_town(data, "visits")
    ]
    note = _("同一名儿童一天算一次；应访次数按每年6次、按在册天数折算。")
    return [*blocks, *pictures, Grid(_("走访情况（人、人次）"), headings, rows, note=note)]


def work(data: ReportData) -> list[Block]:
    """Difficulties, and the duties."""
    row = data.own("needs")
    counts = [count(f"needs.{name}", row[name], "needs") for name in ("raised", "resolved", "open", "overdue")]
    median = row["median_days_to_resolve"]
    days = (
        _("从提出到办结一般{days}天（中位数）").format(days=cell_display.text(median))
        if not isinstance(median, Shown) and median is not None
        else ""
    )
    blocks: list[Block] = [
        Heading(_("困难问题办理和各项职责")),
        Heading(_("困难问题办理"), 2),
        Text(sentence(*counts) + sentence(share("needs_resolved_share", *data.parts("needs_resolved_share")), days)),
        Heading(_("各项职责"), 2),
        Text(sentence(*(share(name, *data.parts(name)) for name in registry.metrics()["duties"].shares))),
    ]
    if data.is_empty:
        return blocks
    return [*blocks, _duties(data)]


def _duties(data: ReportData) -> Grid:
    """Each duty with its parts; a village's beside the town's."""
    places = [data.own("duties")] if data.village_id is None else [data.own("duties"), data.town("duties")]
    rows = []
    for code, entry in registry.metrics()["duties"].shares.items():
        cells = [(row[entry.numerator], row[entry.denominator]) for row in places]
        rows.append([labels.share_name(code), *(text for parts in cells for text in (parts_text(*parts), share_text(*parts)))])
    headings = [_("项目"), _("已落实/应落实"), _("比例"), *([capital(_("全镇")), _("全镇比例")] if data.village_id else [])]
    return Grid(_("各项职责落实情况"), headings, rows)
