"""The last part of a report in which nothing is withheld: what has to be decided and what comes next, made from what the figures lack."""

import tomllib
from pathlib import Path

from locales import _, either
from pages.word_report.clauses import capital, is_english, named
from pages.word_report.report_data import ReportData, all_numbers
from warehouse.disclosure import cell_display
from warehouse.metrics import registry

_RECOMMENDATIONS: dict[str, dict[str, list[str]]] = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))
_WHOLE_VILLAGES = ("annual_update_share",)  # what lacks is the village itself


def next_steps(data: ReportData) -> dict[str, list[str]]:
    """The heading of the whole, then both lists, numbered, by theirs."""
    whole = _("需要拍板的事项和下一步")
    if data.is_empty:
        return {whole: [_("没有在册儿童。请核对台账是否都已报来。")]}
    lists: dict[str, list[str]] = {whole: []}
    steps = {} if data.village_id is None else _RECOMMENDATIONS["steps_of_village"]
    for title, recommendations, none in (
        (_("需要拍板"), _RECOMMENDATIONS["decisions"], _("没有需要拍板的事项。")),
        (_("下一步"), _RECOMMENDATIONS["steps"] | steps, _("各项都已落实，请保持。")),
    ):
        figures = [figure for figure in recommendations if data.is_due(figure)]
        sentences = _numbered([text for figure in figures if (text := _sentence(data, figure, either(*recommendations[figure])))])
        if any(cell_display.Shown.NOT_REPORTED in data.place_row(_metric(figure)).values() for figure in figures):
            none = _("从已报来的台账看，没有要写的。")
            sentences = [*(sentences or [none]), _("还没有报来的不在此列，请先催报。")]
        lists[title] = sentences or [none]
    return lists


def _numbered(sentences: list[str]) -> list[str]:
    mark, end = (". ", ".") if is_english() else ("．", "。")
    return [f"{number}{mark}{capital(text)}{end}" for number, text in enumerate(sentences, 1)]


def _cells(row: dict, figure: str) -> list:
    """Return a share's numerator and denominator, or 0 and the count itself: what lacks is what parts them."""
    return [0, row[figure.rpartition(".")[2]]] if "." in figure else [row[part] for part in registry.shares()[figure].parts]


def gap(row: dict, figure: str) -> int:
    """How many a share's numerator lacks, or a count itself; 0 where there is no figure."""
    numerator, denominator = _cells(row, figure)
    return max(0, int(denominator - numerator)) if all_numbers(numerator, denominator) else 0


def _metric(figure: str) -> str:
    return figure.partition(".")[0] if "." in figure else registry.shares()[figure].metric


def _villages(data: ReportData, figure: str) -> list[str]:
    """Return the villages that lack something, each with how much, the most first; before them who did not report."""
    if data.village_id is not None:
        return []
    rows, none = data.villages(_metric(figure)), cell_display.Shown.NOT_REPORTED
    lacking = sorted(((row["village"], value) for row in rows if (value := gap(row, figure))), key=lambda pair: -pair[1])
    mark = " " if is_english() else ""
    late = [f"{row['village']}{mark}{cell_display.sign(none)}" for row in rows if none in _cells(row, figure)]
    return late + [name if figure in _WHOLE_VILLAGES else f"{name}{mark}{value}" for name, value in lacking]


def _sentence(data: ReportData, figure: str, sentence: str) -> str:
    """The sentence of a recommendation, or nothing where nothing lacks."""
    value = gap(data.place_row(_metric(figure)), figure)
    if not value:
        return ""
    text, places = sentence.format(count=value), _villages(data, figure)
    return _("{text}：{names}").format(text=text, names=named(places)) if places else text
