"""All goals for those who check them: each indicator as computed and as declared, whether both agree, and which other way of counting gives it."""

import html
from dataclasses import replace

import streamlit as st

from locales import _
from pages.components import actor, chart_blocks, drilldown_links, page_frame
from pages.data.queries import Figures
from pages.downloads import table_files
from pages.figure_review import declared_sheet, reported_figure
from pages.jobs.job_folder import Refused
from pages.summaries import goal_text
from pages.text import labels
from pages.text.masked_count import is_hidden
from warehouse.metrics import registry
from warehouse.review import declared_figures
from warehouse.storage import build_files

WIDTHS = [2.1, 1.8, 1.3, 1.3, 1.3, 3.4]
view = page_frame.open_view("declared")
top = st.container()  # the sentence comes first and speaks of what is typed below
goals = goal_text.rows(view.figures, view.village_id)
verdicts, entries, seen = [], [], set()
page_frame.flash_message()
for year in dict.fromkeys(row["goal_year"] for row in goals):
    of_year = [row for row in goals if row["goal_year"] == year]
    title = _("{year}年目标：{count} 项指标，按 {day} 的情况").format(year=year, count=len(of_year), day=of_year[0]["as_of"])
    chart_blocks.section_heading(title, _("填完一格就保存；点指标看定义和没有计入的，点计算数看名单"))
    names = (_("指标"), _("计算"), _("申报的分子"), _("申报的分母"), _("或申报的百分比"), _("是否一致，可能的原因"))
    with st.container(key=f"declared_headings_{year}"):
        for column, name in zip(st.columns(WIDTHS), names, strict=True):
            column.html(f'<b class="quiet">{html.escape(name)}</b>')
    for row in of_year:
        code, parts, day = row["indicator"], (row["numerator"], row["denominator"]), row["as_of"]
        on_day = replace(view, day=day, figures=Figures(view.figures.build_id, view.figures.reader, day))
        columns = st.columns(WIDTHS, vertical_alignment="center")
        address = drilldown_links.to("metric", on_day, measured=code)
        columns[0].html(drilldown_links.anchor(address, labels.share_name(code), _("看这个数的定义、计入和没有计入的")))
        columns[1].html(drilldown_links.share(on_day, code, *parts))
        if is_hidden(*parts):  # there is nothing to hold a declared figure against
            columns[5].html(html.escape(goal_text.outcome(row)))
            continue
        if (code, day) in seen:  # of two goals still to come
            columns[5].html(html.escape(_("与上面同一项、同一天，只填一次")))
            continue
        seen.add((code, day))
        comparison = reported_figure.read(on_day, registry.shares()[code], None, parts)
        comparison = reported_figure.typed(comparison, columns[2:5], has_labels=False)
        is_same, says = reported_figure.verdict(comparison)
        columns[5].html(says)
        verdicts.append(is_same)
        entries.append(replace(comparison.entry, numerator=None, denominator=None, percent="", by=view.user.name))
counts = {"declared": len(verdicts) - verdicts.count(None), "same": verdicts.count(True), "other": verdicts.count(False)}
with top:
    sentence = _("{count} 项指标填了 {declared} 项申报数：{same} 项与计算一致，{other} 项不一致。")
    page_frame.heading(_("申报核对"), view, sentence.format(count=len(goals), **counts))

chart_blocks.section_heading(_("一次放入全部申报数"), _("下载空表，填好后放回来；其中任何一行看不懂，就一个数也不收"))
st.download_button(
    _("下载空表"), declared_sheet.blank(entries), _("申报数.xlsx"), table_files.KINDS["xlsx"], key="blank", on_click="ignore"
)
with st.form("declared_form", clear_on_submit=True):
    file = st.file_uploader(
        _("填好的申报表（.xlsx、.csv）"), type=["xlsx", "csv"], max_upload_size=declared_sheet.MOST_MB, key="declared_file"
    )
    if st.form_submit_button(_("收下")) and file is not None:
        with page_frame.refusals(Refused):
            declared = declared_sheet.read(declared_sheet.cells_of(file.name, file.getvalue()), entries)
            count = declared_figures.keep(build_files.home(), declared, actor.recorder(view.user))
            page_frame.flash_and_rerun(
                _("表里有 {all} 个申报数，其中 {count} 个是新的或改了的，已保存。").format(all=len(declared), count=count)
            )
