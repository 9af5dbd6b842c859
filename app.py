"""The door: the ASGI app that `streamlit run app.py` serves, with the gate standing in front of Streamlit."""

import pandas  # noqa: F401 — whole, and numpy with it, before any session: plotly takes it while another session's thread still imports it
import streamlit as st
from starlette.middleware import Middleware

from pages.access import begin
from pages.access.door.gate import Gate
from pages.access.door.headers import SafeHeaders
from pages.access.forms import openid_sign_in, own_account, set_up, sign_in
from pages.admin_panel import backup_jobs

begin()  # before anything is written or logged
backup_jobs.keep_daily()

# The main script lies inside pages/, so that Streamlit's automatic pages/ convention never wakes: beside that folder a
# deep link on a fresh server would run a page without its frame.
app = st.App(
    "pages/main.py",
    routes=[*sign_in.ROUTES, *own_account.ROUTES, *set_up.ROUTES, *openid_sign_in.ROUTES],
    middleware=[Middleware(SafeHeaders), Middleware(Gate)],
)
