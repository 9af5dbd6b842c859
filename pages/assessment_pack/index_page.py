"""The front page of an assessment pack: what it says, what each file is, and how it is checked; Chinese first, English below.

No script and nothing fetched: it is opened from a folder, years later, on a machine that nobody asked about.
"""

from __future__ import annotations

import datetime as dt
import html
from collections.abc import Mapping
from contextvars import copy_context
from pathlib import Path
from string import Template

from locales import LANGUAGES, _, language, use_language
from pages.assessment_pack.pack_text import about, checks
from pages.text import formatting, receipt_text, statuses
from pages.text.labels import share_name
from warehouse.disclosure import cell_display
from warehouse.disclosure.cell_display import Shown
from warehouse.disclosure.release import Release
from warehouse.disclosure.release_log import SUMS, Receipt
from warehouse.metrics import registry
from warehouse.metrics.registry import Share

_PAGE = Template(Path(__file__).with_suffix(".html").read_text(encoding="utf-8"))
_NAMES = {"zh_CN": "中文", "en": "English"}
_SHARES = (  # on top
    *("coverage_share", "coverage_share_1_3", "coverage_share_4_6", "conforming_share"),
    *("visit_pace_share", "needs_resolved_share", "ledgers_complete_share"),
)


def page(release: Release, receipt: Receipt, threshold: int, sizes: Mapping[str, int], seed: str) -> bytes:
    """The page of a pack whose other files have these sizes in bytes."""
    parts = [copy_context().run(_section, name, release, receipt, threshold, sizes, seed) for name in LANGUAGES]
    title = html.escape(f"{_title()} {receipt.as_of} · {receipt.no}")
    return _PAGE.substitute(title=title, inside="\n".join(parts)).encode()


def _title() -> str:
    """What the pack is called."""
    return _("结对帮扶考核资料包")


def _section(spoken: str, *contents: object) -> str:
    """The whole page in one language."""
    use_language(spoken)
    tag = spoken.replace("_", "-")
    return f'<section lang="{tag}" id="{tag}">{_inside(*contents)}</section>'  # type: ignore[arg-type]


def _inside(release: Release, receipt: Receipt, threshold: int, sizes: Mapping[str, int], seed: str) -> str:
    """Heading, contents, figures, files, receipt, how to check."""
    figures = _headline(release), _goals(release, receipt.as_of[:4])
    parts = {
        "figures": (_("主要数字"), "".join(figures) + _quiet(cell_display.key(threshold))),
        "files": (_("里面有什么"), _files(sizes, seed)),
        "receipt": (_("收据"), _receipt(receipt)),
        "check": (_("怎样核对"), checks(receipt, seed, "sample.csv" in sizes)),
    }
    tag = "h1" if language() == LANGUAGES[0] else "h2"
    head = f"<{tag}>{html.escape(_title())}</{tag}>" + f'<p class="lead">{html.escape(_lead(receipt))}</p>'
    links = "".join(f'<li><a href="#{language()}-{key}">{html.escape(name)}</a></li>' for key, (name, _text) in parts.items())
    other = next(name for name in LANGUAGES if name != language())
    links += f'<li><a href="#{other.replace("_", "-")}" lang="{other.replace("_", "-")}">{_NAMES[other]}</a></li>'
    name = html.escape(_("目录"))
    nav = f'<nav aria-label="{name}"><ul>{links}</ul></nav>'
    level = "h2" if tag == "h1" else "h3"
    return (
        head + nav + "".join(f'<{level} id="{language()}-{key}">{html.escape(name)}</{level}>{text}' for key, (name, text) in parts.items())
    )


def _lead(receipt: Receipt) -> str:
    """What it is, in a sentence."""
    sentence = _("截至{day}的全部统计数、每个数的定义和算法、所用设定、检查结果和台账校验码，供考核核对。全包没有儿童姓名和证件号码。")
    return sentence.format(day=formatting.day(dt.date.fromisoformat(receipt.as_of)))


def _headline(release: Release) -> str:
    """The town's headline figures, each share with its parts."""
    rows = {
        table.metric: release.rows(table)[0]
        for table in release.tables
        if table.by == "town" and table.metric in registry.metrics() and table.rows
    }
    counted = [[name, cell_display.text(rows["eligibility"][key]), ""] for key, name in _counts().items()]
    lines = [[share_name(code), *_share(rows[registry.shares()[code].metric], registry.shares()[code])] for code in _SHARES]
    return _table(_("全镇的主要指标"), [_("指标"), _("数"), _("分子/分母")], counted + lines, (1, 2))


def _counts() -> dict[str, str]:
    """The counts on top, by their columns."""
    return {"registered": _("在册儿童"), "in_scope": _("帮扶范围内的儿童"), "unverified": _("待核实的儿童")}


def _share(row: Mapping[str, object], share: Share) -> list[str]:
    """A share and its parts; withheld with either of them."""
    parts = row[share.numerator], row[share.denominator]
    whole = row.get(share.code)
    if share.code not in row:
        whole = Shown.WITHHELD if Shown.WITHHELD in parts else formatting.ratio(*parts)  # type: ignore[arg-type]
    return [cell_display.text(whole, is_share=True), "/".join(cell_display.text(part) for part in parts)]


def _goals(release: Release, year: str) -> str:
    """The town's goals of the year (all where it has none) with target and status."""
    table = next(table for table in release.tables if (table.metric, table.by) == ("goals", "town"))
    rows = release.rows(table)
    rows = [row for row in rows if str(row["goal_year"]) == year] or rows
    lines = [
        [
            f'{html.escape(share_name(str(row["indicator"])))} <span class="day">{row["as_of"]}</span>',
            cell_display.text(row["actual"], is_share=True),
            cell_display.text(row["target"], is_share=True),
            _status(row["status"]),
        ]
        for row in rows
    ]
    headings = [_("目标"), _("实际"), _("目标值"), _("完成情况")]
    return _table(_("年度目标（按各自的目标日）"), headings, lines, (1, 2), is_markup=True) if lines else ""


def _status(code: object) -> str:
    """A status as sign and word in its colour, or the sign of a cell without one."""
    state = statuses.STATUSES.get(str(code))
    return f'<span class="is-{state.code}">{state.sign} {html.escape(state.word)}</span>' if state else cell_display.text(code)


def _files(sizes: Mapping[str, int], seed: str) -> str:
    """Every file that is not one of many alike, and a line for each folder of these."""
    folders = ("figures", "definitions", "sql")
    alone = [name for name in sorted(sizes) if "/" not in name]
    lines = [
        [_link(name), html.escape(about(name, seed)), _size(sizes[name])]
        for name in ["figures.xlsx", *(n for n in alone if n != "figures.xlsx")]
    ]
    for folder in folders:
        inside = sorted(name for name in sizes if name.startswith(f"{folder}/"))
        listed = ("、" if language() != "en" else ", ").join(
            _link(name, name.removeprefix(f"{folder}/")) for name in inside if folder != "sql"
        )
        text = html.escape(about(folder, seed)) + (f'<br><span class="quiet">{listed}</span>' if listed else "")
        lines.append([f"{folder}/", text, _size(sum(sizes[name] for name in inside))])
    lines.append([_link(SUMS), html.escape(about(SUMS, seed)), ""])
    table = _table(_("文件"), [_("名称"), _("是什么"), _("大小")], lines, (2,), is_markup=True)
    return f'<div class="files">{table}</div>'


def _link(name: str, text: str = "") -> str:
    """A file of the pack."""
    return f'<a href="{html.escape(name)}">{html.escape(text or name)}</a>'


def _size(count: int) -> str:
    """Bytes in thousands."""
    return f"{max(count, 1000) / 1000:,.0f} kB"


def _receipt(receipt: Receipt) -> str:
    """What the register says of the pack, without what a file cannot say of itself."""
    mine = [row for row in receipt_text.table(receipt) if row[1] not in ("", "0")]
    return _table(_("登记的内容"), [_("项目"), _("内容")], [list(row) for row in mine])


def _quiet(lines: list[str]) -> str:
    """Small print."""
    return '<p class="quiet">' + "<br>".join(map(html.escape, lines)) + "</p>"


def _table(caption: str, headings: list[str], rows: list[list[str]], right: tuple[int, ...] = (), is_markup: bool = False) -> str:
    """A table that a keyboard can scroll where it is wider than the page."""
    head = "".join(f'<th scope="col"{_class(at in right)}>{html.escape(text)}</th>' for at, text in enumerate(headings))
    body = "".join(f"<tr>{_cells([text if is_markup else html.escape(text) for text in row], right)}</tr>" for row in rows)
    name = html.escape(caption)
    inside = f"<table><caption>{name}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    return f'<div class="scroll" tabindex="0" role="group" aria-label="{name}">{inside}</div>'


def _cells(row: list[str], right: tuple[int, ...]) -> str:
    """A row, its first cell the heading of the others."""
    return f'<th scope="row">{row[0]}</th>' + "".join(f"<td{_class(at in right)}>{text}</td>" for at, text in enumerate(row[1:], 1))


def _class(is_figure: bool) -> str:
    """Return the class of a cell: figures are aligned right."""
    return ' class="n"' if is_figure else ""
