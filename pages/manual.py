"""The manual of the reader's role (docs/manuals), with its pictures, for those who sit where no repository is."""

import re

import streamlit as st

from locales import _, language
from pages.parts import frame
from warehouse.shelf import ROOT

PICTURE = re.compile(r"^!\[(?P<says>[^\]]*)\]\((?P<path>[^)]*)\)$", re.MULTILINE)
FOLDER = ROOT / "docs" / "manuals"

user = frame.allowed("manual")
text = (FOLDER / f"{user.role}.md").read_text(encoding="utf-8")
title, _line, body = text.partition("\n")
st.title(_("使用说明"), anchor=False)
if language() == "en":
    st.info(_("使用说明只有中文。"))
at = 0
for found in PICTURE.finditer(body):
    st.markdown(body[at : found.start()])
    picture = (FOLDER / found["path"]).resolve()
    st.image(picture.read_bytes(), caption=found["says"], width="stretch")
    at = found.end()
st.markdown(body[at:])
