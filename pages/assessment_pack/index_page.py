"""The front page of an assessment pack, Chinese first: no script, nothing fetched, so that it opens from a folder years later."""

import datetime as dt
import html
from collections.abc import Mapping
from contextvars import copy_context
from pathlib import Path
from string import Template

from locales import LANGUAGES, _, use_language
from pages.text import formatting, labels, receipt_text, statuses
from warehouse.disclosure import cell_display
from warehouse.disclosure.release import Release
from warehouse.disclosure.release_log import SUMS, Receipt
from warehouse.metrics import registry

_PAGE = Template(Path(__file__).with_suffix(".html").read_text(encoding="utf-8"))
_NAMES = {"zh_CN": "中文", "en": "English"}
_SHARES = (  # on top
    *("coverage_share", "coverage_share_1_3", "coverage_share_4_6", "conforming_share"),
    *("visit_pace_share", "needs_resolved_share", "ledgers_complete_share"),
)


def page(release: Release, receipt: Receipt, sizes: Mapping[str, int], seed: str) -> bytes:
    """The page of a pack whose other files have these sizes in bytes."""
    parts = [copy_context().run(_section, name, release, receipt, sizes, seed) for name in LANGUAGES]
    title = html.escape(f"{_title()} {receipt.as_of} · {receipt.no}")
    return _PAGE.substitute(title=title, inside="\n".join(parts)).encode()


def _title() -> str:
    return _("结对帮扶考核资料包")


def _section(spoken: str, release: Release, receipt: Receipt, sizes: Mapping[str, int], seed: str) -> str:
    use_language(spoken)
    tag, is_first = spoken.replace("_", "-"), spoken == LANGUAGES[0]
    day = formatting.day(dt.date.fromisoformat(receipt.as_of))
    lead = _("截至{day}的全部统计数、每个数的定义和算法、所用设定、检查结果和台账校验码，供考核核对。全包没有儿童姓名和证件号码。")
    if release.plan:
        lead = _("截至{day}公布的统计数、每个数的定义和算法、所用设定。少于规定人数的数不公布。")
    signs = "<br>".join(map(html.escape, cell_display.key(release.threshold)))
    registered = [list(row) for row in receipt_text.table(receipt) if row[1] not in ("", "0")]  # not what a file cannot say of itself
    parts = {
        "figures": (_("主要数字"), _headline(release) + _goals(release, receipt.as_of[:4]) + f'<p class="quiet">{signs}</p>'),
        "files": (_("里面有什么"), _files(sizes, seed)),
        "receipt": (_("收据"), _table(_("登记的内容"), [_("项目"), _("内容")], registered)),
        "check": (_("怎样核对"), _checks(receipt, seed, sizes)),
    }
    links = "".join(f'<li><a href="#{spoken}-{key}">{html.escape(name)}</a></li>' for key, (name, _text) in parts.items())
    other = next(name for name in LANGUAGES if name != spoken)
    links += f'<li><a href="#{other.replace("_", "-")}" lang="{other.replace("_", "-")}">{_NAMES[other]}</a></li>'
    title, level = ("h1", "h2") if is_first else ("h2", "h3")
    mark = f"<p><strong>{html.escape(receipt_text.mark(receipt.edition))}</strong></p>"
    head = f'{mark}<{title}>{html.escape(_title())}</{title}><p class="lead">{html.escape(lead.format(day=day))}</p>'
    contents = html.escape(_("目录"))
    nav = f'<nav aria-label="{contents}"><ul>{links}</ul></nav>'
    body = "".join(f'<{level} id="{spoken}-{key}">{html.escape(name)}</{level}>{text}' for key, (name, text) in parts.items())
    return f'<section lang="{tag}" id="{tag}">{head}{nav}{body}</section>'


def _headline(release: Release) -> str:
    rows = {
        table.metric: release.rows(table)[0]
        for table in release.tables
        if table.by == "town" and table.metric in registry.metrics() and table.rows
    }
    counts = {"registered": _("在册儿童"), "in_scope": _("帮扶范围内的儿童"), "unverified": _("待核实的儿童")}
    counted = [[name, cell_display.text(rows["eligibility"][key]), ""] for key, name in counts.items()]
    lines = [[labels.share_name(code), *_share(rows[registry.shares()[code].metric], registry.shares()[code])] for code in _SHARES]
    return _table(_("全镇的主要指标"), [_("指标"), _("数"), _("分子/分母")], counted + lines, (1, 2))


def _share(row: Mapping[str, object], share: registry.Share) -> list[str]:
    parts = row[share.numerator], row[share.denominator]
    whole = row[share.code] if share.code in row else cell_display.share_of(*parts)
    return [cell_display.text(whole, is_share=True), "/".join(cell_display.text(part) for part in parts)]


def _goals(release: Release, year: str) -> str:
    """The town's goals of the year (all where it has none) with target and status."""
    rows = next(release.rows(table) for table in release.tables if (table.metric, table.by) == ("goals", "town"))
    rows = [row for row in rows if str(row["goal_year"]) == year] or rows
    lines = [
        [
            f'{html.escape(labels.share_name(str(row["indicator"])))} <span class="day">{row["as_of"]}</span>',
            cell_display.text(row["actual"], is_share=True),
            cell_display.text(row["target"], is_share=True),
            _status(row["status"]),
        ]
        for row in rows
    ]
    headings = [_("目标"), _("实际"), _("目标值"), _("完成情况")]
    return _table(_("年度目标（按各自的目标日）"), headings, lines, (1, 2), is_markup=True) if lines else ""


def _status(code: object) -> str:
    state = statuses.STATUSES.get(str(code))
    return f'<span class="is-{state.code}">{state.sign} {html.escape(state.word)}</span>' if state else cell_display.text(code)


def _files(sizes: Mapping[str, int], seed: str) -> str:
    alone = [name for name in sorted(sizes) if "/" not in name]
    lines = [[_link(name), _about(name, seed), _size(sizes[name])] for name in ["figures.xlsx", *(n for n in alone if n != "figures.xlsx")]]
    for folder in ("figures", "definitions", "sql"):
        inside = sorted(name for name in sizes if name.startswith(f"{folder}/"))
        listed = formatting.join_names([_link(name, name.removeprefix(f"{folder}/")) for name in inside if folder != "sql"])
        text = _about(folder, seed) + (f'<br><span class="quiet">{listed}</span>' if listed else "")
        lines.append([f"{folder}/", text, _size(sum(sizes[name] for name in inside))])
    lines.append([_link(SUMS), _about(SUMS, seed), ""])
    table = _table(_("文件"), [_("名称"), _("是什么"), _("大小")], lines, (2,), is_markup=True)
    return f'<div class="files">{table}</div>'


def _link(name: str, text: str = "") -> str:
    return f'<a href="{html.escape(name)}">{html.escape(text or name)}</a>'


def _size(count: int) -> str:
    return f"{max(count, 1000) / 1000:,.0f} kB"


def _table(caption: str, headings: list[str], rows: list[list[str]], right: tuple[int, ...] = (), is_markup: bool = False) -> str:
    """A table that a keyboard can scroll where it is wider than the page; the first cell of a row is its heading, figures stand right."""
    classes = [' class="n"' if at in right else "" for at in range(len(headings))]
    head = "".join(f'<th scope="col"{of_cell}>{html.escape(text)}</th>' for text, of_cell in zip(headings, classes, strict=True))
    body = ""
    for first, *others in rows if is_markup else [[html.escape(text) for text in row] for row in rows]:
        cells = "".join(f"<td{of_cell}>{text}</td>" for text, of_cell in zip(others, classes[1:], strict=True))
        body += f'<tr><th scope="row">{first}</th>{cells}</tr>'
    name = html.escape(caption)
    inside = f"<table><caption>{name}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    return f'<div class="scroll" tabindex="0" role="group" aria-label="{name}">{inside}</div>'


def _about(name: str, seed: str) -> str:
    return html.escape(labels.word("pack_file", name).format(seed=seed))


def _checks(receipt: Receipt, seed: str, sizes: Mapping[str, int]) -> str:
    """How a pack with these files is checked, the commands below their step."""
    commands = {"parts": (f"sha256sum -c {SUMS}", f"shasum -a 256 -c {SUMS}"), "windows": ("certutil -hashfile figures.xlsx SHA256",)}
    lines = []
    for step, text in labels.words("pack_check").items():
        if step not in ("ledgers", "sample") or f"{step}.csv" in sizes:
            says = html.escape(text.format(no=receipt.no, sums=SUMS, build=receipt.build, seed=seed))
            lines.append(f"<li>{says}{''.join(f'<pre><code>{line}</code></pre>' for line in commands.get(step, ()))}</li>")
    return f"<ol>{''.join(lines)}</ol>"
