"""The place to drop ledgers, for the centre and for villages."""

import streamlit as st

from locales import _
from pages.jobs import loads


def uploaded_files(button: str) -> list[tuple[str, bytes]] | None:
    """Return the files once the button is pressed (an empty list without a file); None before."""
    with st.form("upload", clear_on_submit=True):
        files = st.file_uploader(
            _("台账文件（.xlsx、.xls、.csv）、村居名册、村界（.geojson），可一次放多个，每个不超过 {most} MB").format(most=loads.MOST_MB),
            type=[ending[1:] for ending in loads.ENDINGS],
            accept_multiple_files=True,
            max_upload_size=loads.MOST_MB,
            key="files",
        )
        is_pressed = st.form_submit_button(button, type="primary")
    return [(file.name, file.getvalue()) for file in files or []] if is_pressed else None
