"""The part of a report on the goals: a sentence per goal year, and its table; one still to come by the day of the report."""

from locales import _
from pages.data import indicator_status
from pages.data.queries import goal_in_force
from pages.text import formatting, labels, statuses
from pages.word_report.clauses import inside, is_english, named, sentence
from pages.word_report.docx_writer import Writer
from pages.word_report.report_data import ReportData, goal_rows, is_number, parts_text
from warehouse.disclosure import cell_display
from warehouse.disclosure.cell_display import Shown


def goals(doc: Writer, data: ReportData) -> None:
    """Write of each goal year a sentence on what is met, and its table."""
    doc.heading(_("目标进展"))
    rows = goal_rows(data)
    scores = {row["goal_year"]: row["score"] for row in data.place_rows("goal_scores")}
    for year in sorted({row["goal_year"] for row in rows}):
        of_year = [row for row in rows if row["goal_year"] == year]
        doc.heading(_("{year}年目标").format(year=year), 2)
        doc.text(_goal_text(data, of_year, scores.get(year)))
        lines = [[*cells(row), status_cell(row)] for row in of_year]
        doc.table(_("{year}年目标完成情况").format(year=year), headings(), lines, widths=(1.8,))
    if data.village_id is None:
        doc.text(villages_behind(data))


def headings() -> list[str]:
    """Of a table of a goal's indicators."""
    return [_("指标"), _("实际"), _("分子/分母"), _("目标"), _("状态")]


def cells(row: dict) -> list[str]:
    """An indicator's cells but the last, its status."""
    actual, target = (cell_display.text(row[name], is_share=True) for name in ("actual", "target"))
    return [labels.share_name(row["indicator"]), actual, parts_text(row["numerator"], row["denominator"]), target]


def _goal_text(data: ReportData, rows: list[dict], score: object) -> str:
    is_ahead = rows[0]["goal_on"] > data.day
    day = formatting.day(rows[0]["goal_on"])
    when = _("目标日{day}还没有到，下表是截至报告日的情况") if is_ahead else _("目标日为{day}，下表是目标日的结果")
    text = sentence(when.format(day=day))
    if hidden := sum(row["status"] is Shown.WITHHELD for row in rows):
        return text + sentence(_("指标共{count}项").format(count=len(rows)), _("不公布{count}项").format(count=hidden))
    counts = {code: sum(row["status"] == code for row in rows) for code in statuses.STATUSES}
    clauses = [
        _("{word}{count}项").format(word=inside(statuses.STATUSES[code].word), count=number) for code, number in counts.items() if number
    ]
    text += sentence(_("指标共{count}项").format(count=len(rows)), *clauses)
    behind = [inside(labels.share_name(row["indicator"])) for row in rows if row["status"] == "behind"]
    if behind:
        names = "; ".join(behind) if is_english() else formatting.join_names(behind)  # English names have commas
        text += sentence(_("滞后的有{names}").format(names=names))
    if is_ahead:
        return text
    if not is_number(score):
        return text + sentence(_("得分不公布") if score is Shown.WITHHELD else _("没有可算的得分"))
    return text + sentence(_("得分{score}").format(score=score_text(score)))


def villages_behind(data: ReportData) -> str:
    """Say which villages are behind, and by how many of the indicators that pages judge by; nothing where one is withheld."""
    rows = goal_in_force(goal_rows(data, is_by_village=True), data.day)
    if not rows or any(row["status"] is Shown.WITHHELD for row in rows):
        return ""
    names = {row["village_id"]: row["village"] for row in rows}
    places = indicator_status.of_goals(rows)
    counts = {code: len(indicator_status.behind(places[code])) for code in indicator_status.by_need(places)}
    lacking = [_("{name}{count}项").format(name=names[code], count=number) for code, number in counts.items() if number]
    unreported = {row["village_id"] for row in rows if row["numerator"] is Shown.NOT_REPORTED and not counts[row["village_id"]]}
    title = _("按{year}年目标的{count}项指标，").format(year=rows[0]["goal_year"], count=len({row["indicator"] for row in rows}))
    clear = len(names) - len(lacking) - len(unreported)
    says = [
        _("有指标滞后的是{names}").format(names=named(lacking)) if lacking else "",
        _("没有滞后指标的村（社区）{count}个").format(count=clear) if clear else "",
        _("{names}有指标尚无数据").format(names=named([names[code] for code in names if code in unreported])) if unreported else "",
    ]
    first, *others = filter(None, says)
    return sentence(title + first, *others, longer=True)


def score_text(score: object) -> str:
    """A score of 100 as the goals page tells it: 91.2, ＊ or —."""
    return cell_display.text(score, is_share=True).rstrip("%")


def status_cell(row: dict) -> statuses.Status | str:
    """A goal's status with its sign and word, which says of a class that there are none of it; ＊ where it is withheld."""
    if not isinstance(row["status"], str):
        return cell_display.text(row["status"])
    state = statuses.STATUSES[row["status"]]
    word = statuses.word_of(state, row["indicator"], row["denominator"])
    return state if word == state.word else f"{state.sign} {word}"
