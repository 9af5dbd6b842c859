"""The parts of a report in their order, each from the cells that leave: a sentence first, then the table."""

import datetime as dt
from collections.abc import Callable, Sequence

from checks.catalogue import word
from locales import _
from pages.text import formatting, labels
from pages.word_report import report_charts
from pages.word_report.clauses import capital, count, reached, sentence, share
from pages.word_report.docx_writer import Writer
from pages.word_report.report_data import ReportData, is_number, parts_text, share_text
from warehouse.disclosure import cell_display
from warehouse.metrics import registry

STATES = ("registered", "eligible", "unverified", "expired", "in_scope")
Column = tuple[str, Callable[..., str], *tuple[str, ...]]  # heading, how a cell is written, of which figures


def opening(data: ReportData, place: str) -> str:
    """The paragraph that answers first."""
    row, day = data.place_row("eligibility"), formatting.day(data.day)
    if data.is_empty:
        return _("截至{day}，{place}的台账里没有在册儿童，与儿童有关的各项没有可以报告的数。").format(day=day, place=place)
    is_open = is_number(row["registered"])
    registered = _("在册的困境儿童和农村留守儿童{count}人").format(count=row["registered"]) if is_open else ""
    counts = [text for text in (registered, count("eligibility.in_scope", row["in_scope"])) if text]
    names = ("coverage_share", "coverage_share_1_3", "coverage_share_4_6", "visit_pace_share", "needs_resolved_share")
    shares = sentence(*(share(name, *data.parts(name)) for name in names))
    if not counts:
        return shares + _("现将{place}截至{day}的有关情况报告如下。").format(day=day, place=place)
    first = _("截至{day}，{place}").format(day=day, place=place) + counts[0]
    return sentence(first, *counts[1:]) + shares + _("现将有关情况报告如下。")


def basics(doc: Writer, data: ReportData) -> None:
    """Write who is registered, in scope, and of which class."""
    doc.heading(_("基本情况"))
    row = data.place_row("eligibility")
    states = [count(f"eligibility.{name}", row[name]) for name in STATES]
    if data.is_empty:
        doc.text(sentence(states[0]))
        return
    doc.text(sentence(*states, share("eligibility_valid_share", row["eligible"], row["registered"])))
    if data.village_id is None:
        _classes(doc, data)
        _reasons(doc, data)
    else:
        _beside_town(doc, data)


def _classes(doc: Writer, data: ReportData) -> None:
    covered = {row["class_no"]: row for row in data.rows("coverage", "class")}
    lines = [(formatting.class_short(row["class_no"]), row, covered[row["class_no"]]) for row in data.rows("eligibility", "class")]
    lines.append((_("合计（按人）"), data.town("eligibility"), data.town("coverage")))
    rows = [
        [name, *cells(row, *STATES), cell_display.text(by["covered"]), share_text(by["covered"], by["in_scope"])] for name, row, by in lines
    ]
    figures = [*(f"eligibility.{name}" for name in STATES), "coverage.covered"]
    headings = [_("类别"), *map(labels.short_name, figures), labels.share_name("coverage_share")]
    note = _("一名儿童属于几类，就在几类里各计一次，所以各类相加不等于合计。")
    doc.table(_("各类儿童情况（人）"), headings, rows, note=note, widths=(1.8,))


def cells(row: dict, *names: str) -> list[str]:
    """Return some figures of a row as cells."""
    return [cell_display.text(row[name]) for name in names]


def _reasons(doc: Writer, data: ReportData) -> None:
    rows = [
        [
            formatting.class_short(row["class_no"]),
            labels.word("state", row["state"]),
            word(row["reason"]),
            cell_display.text(row["children"]),
        ]
        for row in data.rows("eligibility_reasons", "town")
    ]
    headings = [_("类别"), _("资格"), _("原因"), _("人次")]
    if rows:
        doc.table(_("已不符合和待核实的原因"), headings, rows, words=(0, 1, 2), widths=(1.4, 0.8, 2.4))


def _beside_town(doc: Writer, data: ReportData) -> None:
    pair = (data.place_row("eligibility"), data.town("eligibility"))
    rows = [[labels.figure_name(f"eligibility.{name}"), *(cell_display.text(row[name]) for row in pair)] for name in STATES]
    rows.append([labels.share_name("eligibility_valid_share"), *(share_text(row["eligible"], row["registered"]) for row in pair)])
    headings = [_("项目"), _("本村（社区）"), capital(_("全镇"))]
    doc.table(_("儿童情况（人）"), headings, rows)


def coverage(doc: Writer, data: ReportData, villages: Sequence[dict]) -> None:
    """Write who is covered, which villages are to be followed up, the pictures, the table."""
    doc.heading(_("结对覆盖"))
    row = data.place_row("coverage")
    if data.is_empty:
        doc.text(sentence(count("coverage.in_scope", row["in_scope"])))
        return
    shares = [share(name, *data.parts(name)) for name in ("coverage_share", "coverage_share_1_3", "coverage_share_4_6")]
    by_family = count("coverage.family_paired", row["family_paired"])
    by_department = count("coverage.department_covered", row["department_covered"], none=_("没有儿童由部门包片"))
    doc.text(sentence(*shares) + sentence(by_family, by_department, share("conforming_share", row["conforming"], row["covered"])))
    everyone = _("有帮扶范围内儿童的{count}个村（社区）都已全部覆盖")
    doc.text(reached(data, "coverage_share", everyone, _("已全部覆盖的有{names}"), _("{names}没有帮扶范围内的儿童")))
    report_charts.coverage(doc, data, villages)
    columns: list[Column] = [
        *_figures("eligibility.in_scope", "coverage.covered"),
        (labels.share_name("coverage_share"), share_text, "covered", "in_scope"),
        (_("1—3类"), parts_text, "covered_1_3", "in_scope_1_3"),
        (_("4—6类"), parts_text, "covered_4_6", "in_scope_4_6"),
        (_("结对规范"), cell_display.text, "conforming"),
    ]
    note = _("1—3类、4—6类两列为“已覆盖/应覆盖”人数；爱心家庭结对和部门包片可以兼有。")
    _by_village(doc, _("结对覆盖情况（人）"), with_town(data, "coverage"), columns, note)


def _figures(*codes: str) -> list[Column]:
    return [(labels.short_name(code), cell_display.text, code.rpartition(".")[2]) for code in codes]


def _by_village(doc: Writer, caption: str, places: list[tuple[str, dict]], columns: Sequence[Column], note: str) -> None:
    rows = [[name, *(write(*(row[part] for part in parts)) for _heading, write, *parts in columns)] for name, row in places]
    doc.table(caption, [_("村（社区）"), *(heading for heading, *_cell in columns)], rows, note=note)


def with_town(data: ReportData, metric: str) -> list[tuple[str, dict]]:
    """(name, row) of the villages reported on, and the town last."""
    return [*((row["village"], row) for row in data.villages(metric)), (capital(_("全镇")), data.town(metric))]


def visits(doc: Writer, data: ReportData) -> None:
    """Write who was visited as often as is due."""
    doc.heading(_("走访"))
    row = data.place_row("visits")
    due = count("visits.due_children", row["due_children"])
    if data.is_empty or row["due_children"] is cell_display.Shown.NOT_REPORTED:
        doc.text(sentence(due if data.is_empty else share("visit_pace_share", *data.parts("visit_pace_share"))))
        return
    days = count("visits.visit_days", row["visit_days"], "days", none=_("今年还没有走访"))
    all_seen = _("应有走访的儿童今年都走访过") if is_number(row["due_children"]) and row["due_children"] else ""
    late = [count("visits.never_visited", row["never_visited"], none=all_seen), count("visits.over_60_days", row["over_60_days"])]
    doc.text(sentence(days, due, share("visit_pace_share", row["on_pace"], row["due_children"])) + sentence(*late))
    everyone = _("有应访儿童的{count}个村（社区）走访都已跟上")
    doc.text(reached(data, "visit_pace_share", everyone, _("走访全部跟上的有{names}"), _("{names}没有到这一天应访的儿童")))
    report_charts.visits(doc, data)
    columns = [
        *_figures("visits.due_children", "visits.on_pace"),
        (labels.share_name("visit_pace_share"), share_text, "on_pace", "due_children"),
        *_figures("visits.visit_days", "visits.never_visited", "visits.over_60_days"),
    ]
    note = _("同一名儿童一天算一次；应访次数按每年6次、按在册天数折算。")
    _by_village(doc, _("走访情况（人、人次）"), with_town(data, "visits"), columns, note)


def work(doc: Writer, data: ReportData) -> None:
    """Write of difficulties, and of the duties, a village's beside the town's."""
    row = data.place_row("needs")
    counts = [count(f"needs.{name}", row[name], "needs") for name in ("raised", "resolved", "open", "overdue")]
    resolved = share("needs_resolved_share", *data.parts("needs_resolved_share"))
    if row["raised"] == 0:
        counts, resolved = counts[:1], ""
    median = row["median_days_to_resolve"]
    days = ""
    if not isinstance(median, cell_display.Shown) and median is not None:
        days = _("从提出到办结一般{days}天（中位数）").format(days=cell_display.text(median))
    doc.heading(_("困难问题办理和各项职责"))
    doc.heading(_("困难问题办理"), 2)
    doc.text(sentence(*counts) + sentence(resolved, days) or _("这一部分的数不公布。"))
    doc.heading(_("各项职责"), 2)
    metric = registry.metrics()["duties"]
    whole = {code: entry for code, entry in metric.shares.items() if code in metric.columns}
    duties = {code: entry for code, entry in whole.items() if data.is_due(code)}
    doc.text(sentence(*(share(name, *data.parts(name)) for name in duties)))
    if data.is_empty:
        return
    places = [data.place_row("duties"), *([data.town("duties")] if data.village_id else [])]
    rows = []
    for code, entry in duties.items():
        pairs = [(of_place[entry.numerator], of_place[entry.denominator]) for of_place in places]
        rows.append([labels.share_name(code), *(text for parts in pairs for text in (parts_text(*parts), share_text(*parts)))])
    headings = [_("项目"), _("已落实/应落实"), _("比例"), *([capital(_("全镇")), _("全镇比例")] if data.village_id else [])]
    waiting = [
        (labels.share_name(code), dt.date.fromisoformat(f"{data.day.year}-{whole[code].due_from}")) for code in whole.keys() - duties
    ]
    note = "".join(_("{name}从{day}起才有数。").format(name=name, day=formatting.day(day)) for name, day in waiting)
    doc.table(_("各项职责落实情况"), headings, rows, note=note)
