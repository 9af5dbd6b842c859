"""Leads: signs of going through the motions, each to be checked with its rows, never a verdict or a score."""

import streamlit as st

from locales import _
from pages.components import chart_blocks, drilldown_links, page_frame, record_columns, tables
from pages.text import formatting, labels
from warehouse.metrics import registry

view = page_frame.open_view("leads")
rows = view.chosen(view.figures.ask("leads", "village"))
leads = {lead: [row for row in rows if row["lead"] == lead] for lead in {row["lead"] for row in rows}}
sentence = _("截至{day}，{village}今年有 {kinds} 种线索待核实，涉及 {rows} 条记录。线索只提示去看一看，不说明谁做得不好。")
counts = {"kinds": len(leads), "rows": sum(row["rows"] for row in rows)}
page_frame.heading(_("待核实线索"), view, sentence.format(day=formatting.day(view.day), village=view.village, **counts))
page_frame.definition(view, "leads")
if not rows:
    st.info(_("今年到这一天没有线索。"))


for lead, village_rows in sorted(leads.items(), key=lambda item: -sum(row["rows"] for row in item[1])):
    # Worded as something to be checked; the note says when it is shown, and what may well explain it.
    chart_blocks.section_heading(labels.figure_name(f"leads.{lead}"), str(registry.metrics()["leads"].figures[lead].note))
    tables.rows_table(
        sorted(village_rows, key=lambda row: (-row["rows"], row["village_id"])),
        [
            record_columns.village_column(),
            tables.Column(
                _("记录数"),
                lambda row: drilldown_links.figure(view, "leads", row["lead"], row["rows"], village=row["village"]),
                is_figure=True,
            ),
            record_columns.column("day", "since", _("最早")),
            record_columns.column("day", "until", _("最晚")),
        ],
    )
