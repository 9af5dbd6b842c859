"""The checklist of a visit on site as a page shows and prints it: a row a child, what the ledgers say, boxes to tick by hand. Pure."""

import html
import json
import re
from collections.abc import Sequence
from pathlib import Path

from locales import _
from pages.components import drilldown_links
from pages.components.page_frame import View
from pages.site_sampling.sample import Checklist, Line
from pages.text import formatting, labels
from warehouse.review import stratified_sample

_STYLE = Path(__file__).with_name("checklist.css").read_text(encoding="utf-8")
_WRITE, _EMPTY = ' class="write"', 2  # the last columns are for the pen alone
_DAY = re.compile(r"\d{4}-\d\d-\d\d")


def style(checklist: Checklist) -> str:
    """What the list alone needs on paper: landscape, headings on every sheet, no row over two sheets, build, day and seed below."""
    foot = json.dumps(f"{checklist.request.build} · {checklist.request.day} · {checklist.request.seed}", ensure_ascii=False)
    plain = re.sub(r"/\*.*?\*/|\n", "", _STYLE, flags=re.DOTALL)
    return f"<style>{plain.replace('FOOT', foot)}</style>"


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
    seen, true = (labels.words(kind).values() for kind in ("seen_answer", "true_answer"))
    texts = [line.visits, line.pairing, line.eligibility]
    unbroken = r'<span class="whole">\g<0></span>'  # of a day
    facts = [f"<td>{_DAY.sub(unbroken, html.escape(text))}<br>{_boxes(*[*true][:2])}</td>" for text in texts]
    plain = [f"<td>{line.number}</td>", f"<td>{who}</td>", f'<td class="place">{html.escape(line.place)}</td>']
    return [*plain, f"<td>{_boxes(*seen)}</td>", *facts, f"<td>{html.escape(line.needs)}</td>", *[f"<td{_WRITE}></td>"] * _EMPTY]


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
