"""The manual of the reader's role (docs/manuals), with its pictures, for readers who have no repository."""

import base64
import html
import re

import streamlit as st

from locales import _, language
from pages.components import chart_blocks, page_frame, tables
from pages.text import labels
from warehouse.storage.build_files import ROOT

PICTURE = re.compile(r"^!\[(?P<caption>[^\]]*)\]\((?P<path>[^)]*)\)$", re.MULTILINE)
FOLDER = ROOT / "docs" / "manuals"

user = page_frame.require_page("manual")
text = (FOLDER / f"{user.role}.md").read_text(encoding="utf-8")
title, _line, body = re.sub(r"(?<=[^\x00-\x7f])\n(?=[^\x00-\x7f])", "\n\n", text).partition(
    "\n"
)  # a line is a paragraph; browsers would join them by a blank
st.title(_("使用说明"), anchor=False)
if language() == "en":
    st.info(_("使用说明只有中文。"))
at = 0
for match in PICTURE.finditer(body):
    st.markdown(body[at : match.start()])
    content, caption = base64.b64encode((FOLDER / match["path"]).resolve().read_bytes()).decode(), html.escape(match["caption"])
    picture = f'<img alt="{caption}" src="data:image/png;base64,{content}">'  # Streamlit's own has no text for those who listen
    st.html(f'<figure>{picture}<figcaption class="quiet">{caption}</figcaption></figure>')
    at = match.end()
st.markdown(body[at:])
chart_blocks.section_heading(_("页面用语"), _("各页和各文件用同一个词说同一个数；下面由指标的定义生成"))
tables.table([_("用语"), _("说的是什么")], [[html.escape(text) for text in term] for term in labels.glossary()])
