"""Tables as pages show them, and the markup of their cells: bars and statuses."""

import html
import re
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import streamlit as st

from locales import _
from pages.text import formatting
from pages.text.statuses import Status

_TAGS = re.compile(r"<[^>]*>")
_SHORT = 20  # half widths that a cell keeps on one line; a Chinese sign has two
TALL, MOST = 25, 500  # rows of a table before it scrolls below its headings, of a list before it has pages


class Column(NamedTuple):
    """A column of `rows_table`: its heading, the markup of a row's cell, whether it holds figures; `code` of the registry, if of one figure."""

    heading: str
    cell: Callable[[Any], str]
    is_figure: bool = False
    code: str = ""


def table(headings: list[str], rows: list[list[str]], right: tuple[int, ...] = (), look: str = "") -> None:
    """Show a plain table; columns in `right` hold figures, `look` are classes of theme.css. Cells are markup: the caller escapes their texts."""
    cells = "".join(f'<th scope="col" class="{"n" * (at in right)}">{formatting.unbroken(text)}</th>' for at, text in enumerate(headings))
    body = "".join(
        "<tr>" + "".join(_cell(cell, at in right, headings[at] if look else "") for at, cell in enumerate(row)) + "</tr>" for row in rows
    )
    markup = f'<table class="{f"plain {look}".strip()}"><thead><tr>{cells}</tr></thead><tbody>{body}</tbody></table>'
    name = html.escape(_("表格：{columns}").format(columns=formatting.join_names(headings)))
    reach = (
        "" if "<a " in body else f' tabindex="0" role="group" aria-label="{name}"'
    )  # a keyboard scrolls a wide table by its links, or by itself
    st.html(f'<div class="scroll{" tall" if len(rows) > TALL else ""}"{reach}>{markup}</div>')


def rows_table(rows: Sequence[Any], columns: list[Column], most: int = 0, toggle: str = "", look: str = "", nothing: str = "") -> None:
    """Show rows by columns: all, or the first `most` of them, with a switch of the key `toggle` that shows the rest; or the text `nothing`."""
    if nothing and not rows:
        st.info(nothing)
        return
    at = part(len(rows), most, toggle)
    table(
        [column.heading for column in columns],
        [[column.cell(row) for column in columns] for row in rows[at]],
        tuple(at for at, column in enumerate(columns) if column.is_figure),
        look,
    )
    if len(rows[at]) < len(rows):
        st.caption(
            _("共 {count} 行，上面是第 {first}—{last} 行").format(count=len(rows), first=at.start + 1, last=at.start + len(rows[at]))
        )


def part(count: int, most: int, toggle: str) -> slice:
    """Return which of `count` things are shown: all, or the first `most`, with a switch of the key `toggle` that shows all, in pages."""
    if not most or count <= most:
        return slice(0, count)
    is_whole = bool(toggle) and st.toggle(_("显示全部 {count} 行，不只前 {most} 行").format(count=count, most=most), key=toggle)
    return _page(count, toggle) if is_whole else slice(0, most)


def _page(count: int, key: str) -> slice:
    first = 0
    if count > MOST:
        name = _("第 {first}—{last} 行")
        pages = range(0, count, MOST)
        first = st.selectbox(
            _("看哪些行"), pages, format_func=lambda at: name.format(first=at + 1, last=min(at + MOST, count)), key=f"{key}_page"
        )
    return slice(first, min(first + MOST, count))


def folded_table(headings: list[str], rows: list[list[str]], right: tuple[int, ...], first: int, rest: str, nothing: str = "") -> None:
    """Show the first rows of a table, the others folded under the text `rest`, which names their `count`; or the text `nothing`."""
    if nothing and not rows:
        st.info(nothing)
        return
    table(headings, rows[:first], right)
    if more := rows[first:]:
        fold = st.expander(rest.format(count=len(more)), key=rest, on_change="rerun" if len(more) > TALL else "ignore")
        if fold.open is not False:  # many rows are sent once they are asked for
            with fold:
                table(headings, more[_page(len(more), rest)], right)


def bullets(lines: list[str], look: str = "", nothing: str = "") -> None:
    """Show sentences, which are markup, as a list of this class of the style sheet, or the text `nothing`."""
    items = "".join(f"<li>{line}</li>" for line in lines)
    opening = f'<ul class="{look}">' if look else "<ul>"
    st.html(f"{opening}{items}</ul>" if lines else f"<p>{html.escape(nothing)}</p>")


def _cell(markup: str, is_figure: bool, name: str) -> str:
    """Return one cell, with the heading that a phone shows beside it; figures, days and other short words never break."""
    is_short = len(_TAGS.sub("", markup).encode("gbk", "replace")) <= _SHORT
    heading = f' data-name="{html.escape(name)}"' if name else ""
    return f'<td class="{"n" if is_figure else "s" if is_short else ""}"{heading}>{markup}</td>'


def bar(numerator: int, denominator: int) -> str:
    """Return a share as a bar from 0 to 100 %. It is silent for those who listen, because its figures are beside it."""
    width = 100 * numerator / denominator if denominator else 0
    return f'<span class="bar" aria-hidden="true"><i style="width:{width:.1f}%"></i></span>'


def status_html(status: Status, text: str) -> str:
    """Return words in the colour of a status, with its sign, on one line."""
    return f'<span class="is-{status.code}" style="white-space:nowrap">{status.sign} {text}</span>'


def status_mark(status: Status) -> str:
    """Return a status by sign, word and colour."""
    return status_html(status, status.word)
