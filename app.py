"""The door: the ASGI app that `streamlit run app.py` serves, with the gate standing in front of Streamlit."""

import streamlit as st
from starlette.middleware import Middleware

from pages.access import begin, own_account, signin
from pages.access.gate import Gate
from pages.access.headers import SafeHeaders

begin()  # before anything is written or logged

# The main script lies inside pages/, so that Streamlit's automatic pages/ convention never wakes: beside that folder a
# deep link on a fresh server would run a page without its frame.
app = st.App("pages/main.py", routes=[*signin.ROUTES, *own_account.ROUTES], middleware=[Middleware(SafeHeaders), Middleware(Gate)])
