"""Who may come in: local accounts, sessions kept on the server, and the gate in front of every page.

Pages ask `current_user(st.context.cookies)` at every run: the cookies are those of the websocket's handshake, so only
the session store knows whether a session has ended since.
"""

from pages.access.accounts import ROLES, AccountError, User
from pages.access.own_account import PASSWORD
from pages.access.sessions import COOKIE, current_user
from pages.access.signin import LANGUAGE_COOKIE, LOGIN, LOGOUT, language_of
from warehouse.quiet import begin
from warehouse.waiting import sweep

__all__ = [
    "COOKIE",
    "LANGUAGE_COOKIE",
    "LOGIN",
    "LOGOUT",
    "PASSWORD",
    "ROLES",
    "AccountError",
    "User",
    "begin",
    "current_user",
    "language_of",
    "sweep",
]
