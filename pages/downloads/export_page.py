"""The page of exports: what is chosen, its preview, its file."""

from __future__ import annotations

import base64
import datetime as dt
import html
from collections.abc import Callable, Sequence
from contextlib import nullcontext

import streamlit as st

from locales import _
from pages.chart_files import chart_export, monthly_chart_export, render
from pages.components import actor, chart_blocks, page_frame, tables, url_state
from pages.components.page_frame import View
from pages.downloads import export_service, table_files
from pages.downloads.table_files import Edition
from pages.text import labels
from warehouse.disclosure import receipts, release, suppression
from warehouse.metrics import registry
from warehouse.settings import settings


def tables_section(view: View) -> None:
    """Tables: those of a page, or metrics and groups of one's own choice."""
    page = url_state.url_select(
        "view",
        _("看板页面"),
        [page for page in page_frame.titles() if export_service.shown_on(page)],
        page_frame.titles().__getitem__,
        none=_("自己选"),
    )
    if page:
        chosen = export_service.wanted(export_service.shown_on(page), release.OFFERED)
    else:
        names = url_state.url_multiselect("metrics", _("哪些指标"), [*registry.exported()], labels.metric_name, ["coverage"])
        groups = url_state.url_multiselect("groups", _("怎样分组"), [*release.OFFERED], table_files.group_name, ["village"])
        chosen = export_service.wanted(names, groups)
    form = _form(view, "form", "table", [*table_files.KINDS])
    if not chosen:
        st.info(_("请至少选一个指标和一种分组；有的指标没有按类别的数。"))
        st.stop()
    made = _previewed(view, chosen)
    targets = {share: target for share in registry.shares() if (target := view.figures.target(share)) is not None}
    name = table_files.file_name(made, form)
    _download(view, chosen, "table", form, table_files.writer(form, targets), name, table_files.KINDS[form])
    _shown(table_files.edition(made, view.figures.build_id, export_service.threshold()))


def _shown(whole: Edition) -> None:
    """The tables as the file holds them."""
    st.html('<p class="quiet">' + "<br>".join(html.escape(line) for line in whole.block) + "</p>")
    for sheet in whole.sheets:
        chart_blocks.section_heading(sheet.name, _("{count} 行").format(count=len(sheet.rows)))
        rows = [[html.escape(text) for text in row] for row in table_files.texts(sheet)]
        figures = tuple(at for at in range(len(sheet.headings)) if sheet.rows and not isinstance(sheet.rows[0][at], str))
        tables.table(sheet.headings, rows, figures)


def chart_section(view: View) -> None:
    """A chart: its kind and its share."""
    kind = url_state.url_select("chart", _("哪种图"), [*chart_export.KINDS], chart_export.kind_name, chart_export.KINDS[0])
    known = chart_export.offered(kind)
    first = "coverage_share" if "coverage_share" in known else ""
    share = url_state.url_select("share", _("看什么"), known, labels.share_name, first) if known else ""
    forms = [*chart_export.FORMS] if render.has_font() else ["svg"]
    form = _form(view, "picture", "chart", forms)
    if "png" not in forms:
        st.info(_("这台服务器没有中文字体，暂不提供 PNG；请维护人员安装 fonts-noto-cjk 并重启服务。SVG 不受影响。"))
    place = view.village_id if kind in monthly_chart_export.KINDS else None
    wanted, also = chart_export.tables(kind, share, place), monthly_chart_export.also(kind, view.figures.months(), view.day)
    with st.spinner(_("正在逐月确定哪些数不公布……")) if also else nullcontext():
        made = _previewed(view, wanted, also)
    chosen = chart_export.Chosen(kind, share, view.figures.target(share) if share else None, tuple(view.figures.villages()), place)
    writer = chart_export.writer(form, chosen)
    _download(view, wanted, "chart", form, writer, chart_export.file_name(made, chosen, form), chart_export.FORMS[form], also)
    picture = chart_export.made_as(form, made, chosen, view.figures.build_id, export_service.threshold())
    source = f"data:{chart_export.FORMS[form]};base64,{base64.b64encode(picture).decode()}"
    st.html(f'<img class="taken" src="{source}" alt="{html.escape(chart_export.spoken(made, chosen))}">')
    st.caption(_("文件与上图相同，只在下方多了收据编号、导出人和时间。"))


def _form(view: View, key: str, kind: str, forms: Sequence[str]) -> str:
    """The file's form, of those that the reader may."""
    allowed = [form for form in forms if view.may("exports", f"{kind}_{form}")]
    return str(st.segmented_control(_("文件格式"), allowed, default=allowed[-1 if kind == "table" else 0], required=True, key=key))


def _previewed(view: View, wanted: Sequence[tuple[str, str]], also: Sequence[dt.date] = ()) -> release.Release:
    """What would leave; stops the run with a sentence where it cannot."""
    try:
        made = export_service.preview(view.figures, wanted, view.day, also)
    except (suppression.CannotProtect, settings.WrongSetting, ValueError) as refused:
        st.warning(str(refused))
        st.stop()
    if made.plan.out:
        st.warning(_("以前的导出已经公布过 {count} 个少于规定人数的数，收不回来了。").format(count=len(made.plan.out)))
    if made.plan.loose:
        note = _("有 {count} 个不公布的数，对照前一期或以前的导出有可能猜到。")
        st.warning(note.format(count=len(made.plan.loose)))
    return made


def _download(
    view: View,
    wanted: Sequence[tuple[str, str]],
    kind: str,
    form: str,
    writer: export_service.Writer,
    name: str,
    media: str,
    also: Sequence[dt.date] = (),
) -> None:
    """The button that makes the file, records it and gives it out."""
    order = receipts.Order(view.figures.build_id, view.day, form, view.user.name, view.user.role)
    make: Callable[[], bytes] = export_service.deferred_download(view.figures, wanted, order, writer, actor.recorder(view.user), also)
    st.download_button(
        _("下载"), actor.require_right(view.user, f"{kind}_{form}", make), name, media, key="get", type="primary", on_click="ignore"
    )
