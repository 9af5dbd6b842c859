"""The checklist of a visit on site as a page shows and prints it: a row a child, what the ledgers say, boxes to tick by hand. Pure."""

import html
import json
import re
from collections.abc import Sequence

from locales import _
from pages.components import drilldown_links
from pages.components.page_frame import View
from pages.site_sampling.sample import Checklist, Line
from pages.text import formatting
from warehouse.review import stratified_sample

_ALWAYS = (
    "table.site td{vertical-align:top;min-width:0!important}table.site td.place{overflow-wrap:anywhere;min-width:8em!important}"
    "table.site .tick{white-space:nowrap;display:inline-block;margin-right:.7em}table.site .whole{white-space:nowrap}"
)
_SHEET = "size:A4 landscape;margin:10mm 10mm 14mm;"
# Of one kind all through, or Chromium begins a new sheet, and leaves an empty one, where the kind changes.
_PRINTED = (
    "body{page:site}.st-key-drop{display:none}.site-list{overflow:visible!important}"
    ".st-key-list{break-before:page}table.site{font-size:8.5pt!important;line-height:1.35}table.site .tick{margin-right:.4em}table.site thead{display:table-header-group}table.site tr{break-inside:avoid}"
    "table.site td,table.site th{padding:3px 4px!important;white-space:normal!important;border:.5pt solid #666!important}"
    "table.site td.write{min-width:25mm!important;height:14mm}table.site td.place{max-width:38mm}table.site a{text-decoration:none!important}"
    "table.plain:not(.site){font-size:9pt}table.plain:not(.site) :is(td,th){padding:2px 8px}"
)
_WRITE, _EMPTY = ' class="write"', 2  # the last columns are for the pen alone
_DAY = re.compile(r"\d{4}-\d\d-\d\d")


def style(checklist: Checklist) -> str:
    """What the list alone needs on paper: landscape, headings on every sheet, no row over two sheets, build, day and seed below."""
    foot = json.dumps(f"{checklist.request.build} · {checklist.request.day} · {checklist.request.seed}", ensure_ascii=False)
    below = f"@bottom-left{{content:{foot};font-size:8pt}}@bottom-right{{content:counter(page) ' / ' counter(pages);font-size:8pt}}"
    return (
        f"<style>{_ALWAYS}@media screen{{table.site .write{{display:none}}}}@page site{{{_SHEET}{below}}}@media print{{{_PRINTED}}}</style>"
    )


def markup(view: View, checklist: Checklist) -> str:
    """The list as a table."""
    names = [_("序号"), _("儿童"), _("台账位置"), _("见到儿童"), _("台账上的走访"), _("台账上的结对"), _("台账上的资格")]
    names += [_("未办结的困难"), _("备注"), _("核查人、日期")]
    head = "".join(
        f'<th scope="col"{_WRITE if at >= len(names) - _EMPTY else ""}>{html.escape(name)}</th>' for at, name in enumerate(names)
    )
    body = "".join(f"<tr>{''.join(_cells(view, line))}</tr>" for line in checklist.lines)
    return f'<div class="scroll site-list"><table class="plain site"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'


def _cells(view: View, line: Line) -> list[str]:
    who = f"{drilldown_links.child(view, line.child_id)}<br>{html.escape(line.village)}<br>{formatting.class_short(line.class_no)}"
    true = (_("属实"), _("不属实"))
    texts = [line.visits, line.pairing, line.eligibility]
    unbroken = r'<span class="whole">\g<0></span>'  # of a day
    facts = [f"<td>{_DAY.sub(unbroken, html.escape(text))}<br>{_boxes(*true)}</td>" for text in texts]
    plain = [f"<td>{line.number}</td>", f"<td>{who}</td>", f'<td class="place">{html.escape(line.place)}</td>']
    seen = f"<td>{_boxes(_('见到'), _('未见到'))}</td>"
    return [*plain, seen, *facts, f"<td>{html.escape(line.needs)}</td>", *[f"<td{_WRITE}></td>"] * _EMPTY]


def _boxes(*names: str) -> str:
    return "".join(f'<span class="tick">□ {html.escape(name)}</span>' for name in names)


def allocation(checklist: Checklist) -> tuple[list[str], list[list[str]]]:
    """(headings, rows) of how many of how many each village and class gave, as markup; villages without anybody to draw are left out."""
    strata = checklist.sample.strata
    classes = sorted({stratum.class_no for stratum in strata})
    headings = [_("村（社区）"), *(formatting.class_short(number) for number in classes), _("合计")]
    rows = []
    for code, name in checklist.villages.items():
        if of_village := [stratum for stratum in strata if stratum.village_id == code]:
            rows.append([html.escape(name), *_sums(of_village, classes)])
    return headings, [*rows, [_("合计"), *_sums(strata, classes)]]


def _sums(strata: Sequence[stratified_sample.Stratum], classes: list[int]) -> list[str]:
    """How many of how many some strata gave by class, then of all classes; — of a class that none of them is of."""
    by_class = [[stratum for stratum in strata if stratum.class_no == number] for number in classes]
    sums = [f"{sum(stratum.sampled for stratum in part)}/{sum(stratum.of for stratum in part)}" for part in (*by_class, strata)]
    return [text if part else "—" for text, part in zip(sums, (*by_class, strata), strict=True)]
