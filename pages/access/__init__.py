"""Who may come in: local accounts, sessions kept on the server, and the gate in front of every page.

Pages ask `current_user(st.context.cookies)` at every run: the cookies are those of the websocket's handshake, so only
the session store knows whether a session has ended since.
"""

# ruff: noqa: F401 — what other packages take from here

import sys

from pages.access.accounts.accounts import ROLES, User
from pages.access.accounts.sessions import current_user
from pages.access.forms import set_up
from pages.access.forms.own_account import PASSWORD
from pages.access.forms.sign_in import A_YEAR, LANGUAGE_COOKIE, LOGIN, LOGOUT, language_of
from warehouse.storage import build_files, cleanup, safe_logging


def begin() -> None:
    """What the server begins with: nothing it writes or says is for others, and what nobody fetched is gone."""
    safe_logging.configure()
    cleanup.remove_unfetched(build_files.home())
    cleanup.remove_exports(build_files.home())
    try:
        set_up.begin()
    except build_files.AccountsDamaged as error:
        sys.exit(str(error))
