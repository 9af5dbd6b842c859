"""The page of exports: what is chosen, its preview, its file."""

from __future__ import annotations

import base64
import datetime as dt
import html
from collections.abc import Callable, Sequence
from contextlib import nullcontext

import streamlit as st

from locales import _
from pages.parts import charted, charted_months, choices, codes, exported, frame, handing, pictures, recorded, show
from pages.parts.exported import Edition
from pages.parts.frame import View
from warehouse import behind, leaving, receipts, settings, withholding


def tables(view: View) -> None:
    """Tables: those of a page, or metrics and groups of one's own choice."""
    page = choices.kept("view", _("看板页面"), [*handing.VIEWS], frame.titles().__getitem__, none=_("自己选"))
    if page:
        chosen = handing.wanted(handing.VIEWS[page], leaving.OFFERED)
    else:
        names = choices.several("metrics", _("哪些指标"), [*handing.CHOICES], exported.metric_name, ["coverage"])
        groups = choices.several("groups", _("怎样分组"), [*leaving.OFFERED], exported.group_name, ["village"])
        chosen = handing.wanted(names, groups)
    form = _form(view, "form", "table", [*exported.KINDS])
    if not chosen:
        st.info(_("请至少选一个指标和一种分组；有的指标没有按类别的数。"))
        st.stop()
    made = _previewed(view, chosen)
    targets = {share: target for share in behind.parts() if (target := view.figures.target(share)) is not None}
    name = exported.file_name(made, form)
    _download(view, chosen, "table", form, exported.writer(form, targets), name, exported.KINDS[form])
    _shown(exported.edition(made, view.figures.build_id, handing.threshold()))


def _shown(whole: Edition) -> None:
    """The tables as the file holds them."""
    st.html('<p class="quiet">' + "<br>".join(html.escape(line) for line in whole.block) + "</p>")
    for sheet in whole.sheets:
        show.titled(sheet.name, _("{count} 行").format(count=len(sheet.rows)))
        rows = [[html.escape(text) for text in row] for row in exported.texts(sheet)]
        figures = tuple(at for at in range(len(sheet.headings)) if sheet.rows and not isinstance(sheet.rows[0][at], str))
        frame.table(sheet.headings, rows, figures)


def chart(view: View) -> None:
    """A chart: its kind and its share."""
    kind = choices.kept("chart", _("哪种图"), [*charted.KINDS], charted.kind_name, charted.KINDS[0])
    known = charted.offered(kind)
    first = "coverage_share" if "coverage_share" in known else ""
    share = choices.kept("share", _("看什么"), known, codes.share_name, first) if known else ""
    forms = [*charted.FORMS] if pictures.has_font() else ["svg"]
    form = _form(view, "picture", "chart", forms)
    if "png" not in forms:
        st.info(_("这台服务器没有中文字体，暂不提供 PNG；请维护人员安装 fonts-noto-cjk 并重启服务。SVG 不受影响。"))
    place = view.village_id if kind in charted_months.KINDS else None
    wanted, also = charted.tables(kind, share, place), charted_months.also(kind, view.figures.months(), view.day)
    with st.spinner(_("正在逐月确定哪些数不公布……")) if also else nullcontext():
        made = _previewed(view, wanted, also)
    chosen = charted.Chosen(kind, share, view.figures.target(share) if share else None, tuple(view.figures.villages()), place)
    writer = charted.writer(form, chosen)
    _download(view, wanted, "chart", form, writer, charted.file_name(made, chosen, form), charted.FORMS[form], also)
    picture = charted.made_as(form, made, chosen, view.figures.build_id, handing.threshold())
    source = f"data:{charted.FORMS[form]};base64,{base64.b64encode(picture).decode()}"
    st.html(f'<img class="taken" src="{source}" alt="{html.escape(charted.spoken(made, chosen))}">')
    st.caption(_("文件与上图相同，只在下方多了收据编号、导出人和时间。"))


def _form(view: View, key: str, kind: str, forms: Sequence[str]) -> str:
    """The file's form, of those that the reader may."""
    allowed = [form for form in forms if view.may("exports", f"{kind}_{form}")]
    return str(st.segmented_control(_("文件格式"), allowed, default=allowed[-1 if kind == "table" else 0], required=True, key=key))


def _previewed(view: View, wanted: Sequence[tuple[str, str]], also: Sequence[dt.date] = ()) -> leaving.Leaving:
    """What would leave; stops the run with a sentence where it cannot."""
    try:
        made = handing.preview(view.figures, wanted, view.day, also)
    except (withholding.CannotProtect, settings.WrongSetting, ValueError) as refused:
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
    writer: handing.Writer,
    name: str,
    media: str,
    also: Sequence[dt.date] = (),
) -> None:
    """The button that makes the file, records it and gives it out."""
    order = receipts.Order(view.figures.build_id, view.day, form, view.user.name, view.user.role)
    make: Callable[[], bytes] = handing.giving(view.figures, wanted, order, writer, recorded.by(view.user), also)
    st.download_button(
        _("下载"), recorded.while_allowed(view.user, f"{kind}_{form}", make), name, media, key="get", type="primary", on_click="ignore"
    )
