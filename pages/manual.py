"""The manual of the reader's role (docs/manuals), with its pictures, for those who sit where no repository is."""

import base64
import html
import re

import streamlit as st

from locales import _, language
from pages.components import page_frame
from warehouse.storage.build_files import ROOT

PICTURE = re.compile(r"^!\[(?P<says>[^\]]*)\]\((?P<path>[^)]*)\)$", re.MULTILINE)
FOLDER = ROOT / "docs" / "manuals"


def figure(picture: bytes, says: str) -> str:
    """A picture with its caption as markup (streamlit's own picture has no text for those who listen)."""
    shown, told = base64.b64encode(picture).decode(), html.escape(says)
    return f'<figure><img alt="{told}" src="data:image/png;base64,{shown}"><figcaption class="quiet">{told}</figcaption></figure>'


user = page_frame.require_page("manual")
text = (FOLDER / f"{user.role}.md").read_text(encoding="utf-8")
title, _line, body = text.partition("\n")
st.title(_("使用说明"), anchor=False)
if language() == "en":
    st.info(_("使用说明只有中文。"))
at = 0
for found in PICTURE.finditer(body):
    st.markdown(body[at : found.start()])
    st.html(figure((FOLDER / found["path"]).resolve().read_bytes(), found["says"]))
    at = found.end()
st.markdown(body[at:])
