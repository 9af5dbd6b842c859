"""The door: the ASGI app that `streamlit run app.py` serves, with the gate standing in front of Streamlit."""

import streamlit as st
from starlette.middleware import Middleware

from pages.access import begin
from pages.access.gate import Gate
from pages.access.headers import SafeHeaders
from pages.access.signin import ROUTES

begin()  # before anything is written or logged

# The main script lies inside pages/, so that Streamlit's automatic pages/ convention never wakes: beside that folder a
# deep link on a fresh server would run a page without its frame.
app = st.App("pages/main.py", routes=ROUTES, middleware=[Middleware(SafeHeaders), Middleware(Gate)])
