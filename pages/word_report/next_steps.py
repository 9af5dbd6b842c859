"""The last part of a report in which nothing is withheld: what has to be decided and what comes next, made from what the figures lack."""

from dataclasses import dataclass

from locales import _
from pages.word_report.clauses import capital, is_english, named
from pages.word_report.docx_writer import Writer
from pages.word_report.report_data import ReportData, all_numbers, is_number
from warehouse.disclosure.cell_display import Shown
from warehouse.metrics import registry

_WHOLE_VILLAGES = ("annual_update_share",)  # what lacks is the village itself
_LAST_UPDATE = (3, 31)  # of each year: the ledgers are brought up to date by then (plan 3.1.4)


@dataclass(frozen=True)
class Recommendation:
    """Something to do while a share is not full, or a count not 0: a `sentence` with {count}."""

    figure: str  # a share, or metric.count
    sentence: str


def _decisions() -> list[Recommendation]:
    """What the town's leaders have to settle: the same as on the overview."""
    return [
        Recommendation("coverage_share_1_3", _("1—3类儿童还有{count}人没有爱心家庭结对，请定下由谁结对（方案2.3）")),
        Recommendation("coverage_share_4_6", _("4—6类儿童还有{count}人没有爱心家庭结对或部门包片，请落实（方案2.3）")),
        Recommendation("needs.overdue", _("超期未办结的困难{count}件，难办的请提交联席会议（方案3.2.2）")),
        Recommendation("eligibility.expired", _("已不符合条件仍在册的儿童{count}人，请核实后更新台账")),
    ]


def _steps(data: ReportData) -> list[Recommendation]:
    """What helpers, villages and the centre go on with."""
    many = _("一季度没有更新台账的村（社区）{count}个，请补报（方案3.1.4）")
    update = Recommendation("annual_update_share", many if data.village_id is None else _("一季度没有更新台账，请补报（方案3.1.4）"))
    return [
        Recommendation("conforming_share", _("已覆盖的儿童中有{count}人的结对还不规范，请商量调整（方案2.3）")),
        Recommendation("visit_pace_share", _("走访没跟上的儿童{count}人，请安排走访（方案3.2.1）")),
        Recommendation("visits.never_visited", _("应访未访的儿童{count}人，请先去看望")),
        Recommendation("eligibility.unverified", _("资格待核实的儿童{count}人，请核对材料")),
        Recommendation("training_share", _("今年还没有参加培训的帮扶人{count}名，请安排（方案3.1.4）")),
        Recommendation("card_share", _("还没有领到明白卡的帮扶人{count}名，请发到手里（方案3.1.3）")),
        Recommendation("care_share", _("节日、假期和生日慰问还有{count}人次没有落实（方案3.3.3）")),
        *([update] if (data.day.month, data.day.day) >= _LAST_UPDATE else []),
    ]


def next_steps(doc: Writer, data: ReportData) -> None:
    """Write both lists, numbered."""
    doc.heading(_("需要拍板的事项和下一步"))
    if data.is_empty:
        doc.text(_("没有在册儿童。请核对台账是否都已报来。"))
        return
    for title, recommendations, none in (
        (_("需要拍板"), _decisions(), _("没有需要拍板的事项。")),
        (_("下一步"), _steps(data), _("各项都已落实，请保持。")),
    ):
        rows = [data.place_row(_metric(recommendation.figure)) for recommendation in recommendations]
        sentences = _numbered([text for recommendation in recommendations if (text := _sentence(data, recommendation))])
        doc.heading(title, 2)
        if any(Shown.NOT_REPORTED in row.values() for row in rows):
            none = _("从已报来的台账看，没有要写的。")
            sentences = [*(sentences or [none]), _("还没有报来的不在此列，请先催报。")]
        doc.text(*(sentences or [none]))


def _numbered(sentences: list[str]) -> list[str]:
    if is_english():
        return [f"{number}. {capital(text)}." for number, text in enumerate(sentences, 1)]
    return [f"{number}．{text}。" for number, text in enumerate(sentences, 1)]


def gap(row: dict, figure: str) -> int:
    """How many a share's numerator lacks, or a count itself; 0 where there is no figure."""
    if "." in figure:
        value = row[figure.rpartition(".")[2]]
        return int(value) if is_number(value) else 0
    numerator, denominator = (row[part] for part in registry.shares()[figure].parts)
    return max(0, denominator - numerator) if all_numbers(numerator, denominator) else 0


def _metric(figure: str) -> str:
    return figure.partition(".")[0] if "." in figure else registry.shares()[figure].metric


def _villages(data: ReportData, figure: str) -> list[str]:
    """Return the villages that lack something, each with how much, the most first."""
    if data.village_id is not None:
        return []
    lacking = [(row["village"], value) for row in data.villages(_metric(figure)) if (value := gap(row, figure))]
    lacking.sort(key=lambda pair: -pair[1])
    mark = " " if is_english() else ""
    return [name if figure in _WHOLE_VILLAGES else f"{name}{mark}{value}" for name, value in lacking]


def _sentence(data: ReportData, recommendation: Recommendation) -> str:
    """The sentence of a recommendation, or nothing where nothing lacks."""
    value = gap(data.place_row(_metric(recommendation.figure)), recommendation.figure)
    if not value:
        return ""
    text, places = recommendation.sentence.format(count=value), _villages(data, recommendation.figure)
    return _("{text}：{names}").format(text=text, names=named(places)) if places else text
