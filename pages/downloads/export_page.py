"""The page of exports: what is chosen, its preview, its file."""

import base64
import datetime as dt
import html
from collections.abc import Sequence
from functools import partial

import streamlit as st

from locales import _
from pages.chart_files import canvas, chart_export
from pages.components import actor, chart_blocks, page_frame, tables, url_state
from pages.components.page_frame import View
from pages.downloads import export_service, table_files
from pages.downloads.xlsx_writer import Edition
from pages.text import labels
from warehouse import row_access
from warehouse.disclosure import release, release_log, suppression
from warehouse.metrics import registry
from warehouse.settings import validation


def choose_edition(view: View) -> str:
    """Return the edition chosen on purpose; an account of some villages has its internal one alone, because a publication is the town's."""
    if not row_access.is_whole(view.user.scope):
        return release_log.INTERNAL
    sentences = [_("工作中自己用：与页面上看到的数一样，不得公开"), _("可以对外公开：少于规定人数的数隐去，登记为已公布")]
    editions = [release_log.INTERNAL, release_log.PUBLIC]
    return url_state.url_select("edition", _("哪一种"), editions, partial(labels.word, "edition"), editions[0], captions=sentences)


def tables_section(view: View, edition: str) -> None:
    """Draw tables: those of a page, or metrics and groups of one's own choice."""
    offered = [*release.OFFERED] if row_access.is_whole(view.user.scope) else ["village"]
    pages = [page for page in page_frame.titles() if view.may("pages", page) and export_service.shown_on(page)]
    page = url_state.url_select("view", _("看板页面"), pages, page_frame.titles().__getitem__, none=_("自己选"))
    if page:
        chosen = export_service.wanted(export_service.shown_on(page), offered)
    else:
        names = url_state.url_multiselect("metrics", _("哪些指标"), [*registry.exported()], labels.metric_name, ["coverage"])
        groups = url_state.url_multiselect("groups", _("怎样分组"), offered, partial(labels.word, "table_group"), ["village"])
        chosen = export_service.wanted(names, groups)
    form = _form(view, "form", "table", [*table_files.KINDS])
    if not chosen:
        st.info(_("请至少选一个指标和一种分组；有的指标没有按类别的数。"))
        st.stop()
    preview = _preview(view, chosen, edition)
    targets = {share: target for share in registry.shares() if (target := view.figures.target(share)) is not None}
    make = partial(export_service.table_file, view.figures, chosen, _order(view, form, edition), targets, actor.recorder(view.user))
    file_name = table_files.file_name(preview, form)
    actor.download(view.user, f"table_{form}", _("下载"), make, file_name, table_files.KINDS[form], "get")
    _draw_tables(table_files.edition(preview, view.figures.build_id))


def _draw_tables(edition: Edition) -> None:
    st.html('<p class="quiet">' + "<br>".join(html.escape(line) for line in edition.block) + "</p>")
    for sheet in edition.sheets:
        chart_blocks.section_heading(sheet.name, _("{count} 行").format(count=len(sheet.rows)))
        rows = [[html.escape(text) for text in row] for row in table_files.texts(sheet)]
        figures = tuple(at for at in range(len(sheet.headings)) if sheet.rows and not isinstance(sheet.rows[0][at], str))
        tables.table(sheet.headings, rows, figures)


def chart_section(view: View, edition: str) -> None:
    """Draw a chart: its kind and its share."""
    kind = url_state.url_select("chart", _("哪种图"), [*chart_export.KINDS], partial(labels.word, "chart"), chart_export.KINDS[0])
    shares = chart_export.offered(kind)
    first = "coverage_share" if "coverage_share" in shares else ""
    share = url_state.url_select("share", _("看什么"), shares, labels.share_name, first) if shares else ""
    forms = [*chart_export.FORMS] if canvas.font() else ["svg"]
    form = _form(view, "picture", "chart", forms)
    if "png" not in forms:
        st.info(_("这台服务器没有中文字体，暂不提供 PNG；请维护人员安装 fonts-noto-cjk 并重启服务。SVG 不受影响。"))
    place = view.village_id if kind in chart_export.MONTHLY else None
    also = chart_export.also(kind, view.figures.months(), view.day)
    preview = _preview(view, chart_export.tables(kind, share, place), edition, also)
    chosen = chart_export.Chosen(kind, share, view.figures.target(share) if share else None, tuple(view.figures.villages()), place)
    make = partial(export_service.chart_file, view.figures, chosen, _order(view, form, edition, place), also, actor.recorder(view.user))
    file_name = chart_export.file_name(preview, chosen, form)
    actor.download(view.user, f"chart_{form}", _("下载"), make, file_name, chart_export.FORMS[form], "get")
    picture = chart_export.write(form, preview, chosen, view.figures.build_id)
    source = f"data:{chart_export.FORMS[form]};base64,{base64.b64encode(picture).decode()}"
    st.html(f'<img class="taken" src="{source}" alt="{html.escape(chart_export.spoken(preview, chosen))}">')
    st.caption(_("文件与上图相同，只在下方多了收据编号、导出人和时间。"))


def _form(view: View, key: str, kind: str, forms: Sequence[str]) -> str:
    allowed = [form for form in forms if view.may("exports", f"{kind}_{form}")]
    return str(st.segmented_control(_("文件格式"), allowed, default=allowed[-1 if kind == "table" else 0], required=True, key=key))


def _preview(view: View, wanted: export_service.Tables, edition: str, also: Sequence[dt.date] = ()) -> release.Release:
    """Return what an export would hold; stop the run with a sentence where there can be none."""
    try:
        preview = view.figures.release(wanted, view.day, edition, also)
    except (suppression.CannotProtect, validation.WrongSetting, ValueError) as error:
        st.warning(str(error))
        st.stop()
    if edition == release_log.INTERNAL or not preview.plan:
        return preview
    if preview.plan.already_published:
        st.warning(_("以前的导出已经公布过 {count} 个少于规定人数的数，收不回来了。").format(count=len(preview.plan.already_published)))
    if preview.plan.guessable:
        note = _("有 {count} 个不公布的数，对照前一期或以前的导出有可能猜到。")
        st.warning(note.format(count=len(preview.plan.guessable)))
    return preview


def _order(view: View, form: str, edition: str, place: str | None = None) -> release_log.Order:
    return release_log.Order(view.figures.build_id, view.day, form, view.user.name, view.user.role, edition=edition, place=place)
