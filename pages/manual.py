"""The manuals of all roles, one's own at first (docs/manuals), with their pictures, for readers who have no repository; their quick cards."""

import base64
import html
import json
import re
import struct
from pathlib import Path

import streamlit as st

from locales import _, language
from pages.access import ROLES
from pages.components import chart_blocks, page_frame, tables, theme, url_state
from pages.summaries import manuals
from pages.text import labels

PICTURE = re.compile(r"^!\[(?P<caption>[^\]]*)\]\((?P<path>[^)]*)\)$", re.MULTILINE)
FOLDER = manuals.folder(language())


def draw_picture(path: Path, caption: str) -> None:
    """Show a picture with its text for those who listen, which Streamlit's own has not; its room is kept before it is drawn."""
    content, caption = path.read_bytes(), html.escape(caption)
    width, height = struct.unpack(">II", content[16:24])  # of a PNG
    source = f"data:image/png;base64,{base64.b64encode(content).decode()}"
    picture = f'<img alt="{caption}" width="{width}" height="{height}" src="{source}">'
    st.html(f'<figure>{picture}<figcaption class="quiet">{caption}</figcaption></figure>')


def draw_text() -> None:
    """Show the manual from its introduction to the words of the pages, and go to the section of the page that was asked about."""
    introduction, sections = manuals.read(role, language())
    st.markdown(as_paragraphs(introduction))
    titles = [f"{number}. {html.escape(section.title)}" for number, section in enumerate(sections, 1)]
    links = [
        f'<a href="#{section.names[0]}">{title.replace(". ", ".&nbsp;", 1)}</a>' for section, title in zip(sections, titles, strict=True)
    ]
    st.html(f'<p class="off-paper">{" · ".join(links)}</p>')
    for section, title in zip(sections, titles, strict=True):
        st.html("".join(f'<a id="{name}"></a>' for name in section.names) + f'<h2 class="section">{title}</h2>')
        at = 0
        for match in PICTURE.finditer(section.text):
            st.markdown(as_paragraphs(section.text[at : match.start()]))
            draw_picture((FOLDER / match["path"]).resolve(), match["caption"])
            at = match.end()
        st.markdown(as_paragraphs(section.text[at:]))
    chart_blocks.section_heading(_("页面用语"), _("各页和各文件用同一个词说同一个数；下面由指标的定义生成"))
    tables.table([_("用语"), _("说的是什么")], [[html.escape(text) for text in term] for term in labels.glossary()])
    asked_about = st.query_params.get("page", "")
    if any(asked_about in section.names for section in sections):
        script = f"document.getElementById({json.dumps(asked_about)}).scrollIntoView()"
        st.html(f"<script>{script}</script>", unsafe_allow_javascript=True)


def draw_card() -> None:
    """Show the quick card, which prints on one sheet."""
    theme.print_button()
    st.html(manuals.card(role, language()))


def as_paragraphs(text: str) -> str:
    """Return a text of which each line is a paragraph, but for the lines of a list."""
    return re.sub(r"\n(?=[^\n-])", "\n\n", text)


user = page_frame.require_page("manual")
st.title(_("使用说明"), anchor=False)
role = url_state.url_select("of", _("谁的使用说明"), list(ROLES), labels.role_name, user.role)
page_frame.details({"text": (_("全文"), draw_text), "card": (_("快捷卡（打印成一张 A4 纸）"), draw_card)})
