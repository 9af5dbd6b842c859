"""The work in hand: loads, backups and files in the making, the reader's own and, by right, those of others."""

import streamlit as st

from locales import _
from pages.components import chart_blocks, page_frame
from pages.jobs import job_list
from pages.text import labels
from warehouse.storage import cleanup

user = page_frame.require_page("work")
st.title(labels.word("pages", "work"), anchor=False)
every = job_list.entries(user)
count = sum(entry.job.is_at_work for entry in every)
page_frame.lead(
    _("正在进行 {count} 件，已结束 {ended} 件；可以离开，做好了再来。").format(count=count, ended=len(every) - count)
    if every
    else _("现在没有正在进行的工作，也没有做好待取的文件。")
)
chart_blocks.section_heading(
    _("全部工作"),
    _("别人的也在内，只有申请的人能取。做好的文件满 {days} 天自动删除；退回的台账含姓名，加密存放，取走即删，最多留一天").format(
        days=cleanup.EXPORT_DAYS
    ),
)
job_list.draw(user, job_list.entries)
