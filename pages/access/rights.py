"""Which role may see which page, do which action, take which form and read which field in clear: one table, rights.toml.

An unknown role, page, action, form or field is allowed nothing.
"""

import tomllib
from functools import cache
from pathlib import Path

from pages.access.accounts.accounts import ROLES, User
from warehouse import row_access
from warehouse.settings import settings
from warehouse.storage import build_files

KINDS = ("pages", "actions", "exports", "record", "unmask")
_FILE = Path(__file__).with_name("rights.toml")


@cache
def table() -> dict[str, dict[str, tuple[str, ...]]]:
    """Kind of KINDS → thing → the roles that may."""
    file = tomllib.loads(_FILE.read_text("utf-8"))
    return {kind: {thing: tuple(roles) for thing, roles in file[kind].items()} for kind in KINDS}


@cache
def listed(part: str) -> frozenset[tuple[str, str]]:
    """(kind, thing) of what is "whole" (for accounts of the whole town alone) or "single" (of single children)."""
    kinds = tomllib.loads(_FILE.read_text("utf-8"))[part]
    return frozenset((kind, thing) for kind, things in kinds.items() for thing in things)


def unlisted(role: str) -> tuple[str, ...]:
    """The pages that a role reaches from others and not from its menu."""
    return tuple(tomllib.loads(_FILE.read_text("utf-8"))["unlisted"].get(role, ()))


def withheld_below(role: str) -> int:
    """The count below which the pages of a role withhold (settings withhold_for, small_count); 0: they withhold nothing."""
    now = settings.kept(build_files.home())
    return int(now["small_count"]) if role in now["withhold_for"] else 0


def may(user: User, kind: str, thing: str) -> bool:
    """Whether a user may: kind "pages", "actions", "exports", "record" or "unmask", and the page, action, form, part or field."""
    is_allowed = user.role in ROLES and user.role in table().get(kind, {}).get(thing, ())
    if is_allowed and (kind, thing) in listed("single") and withheld_below(user.role):
        return False
    return is_allowed and bool(user.scope) and (row_access.is_whole(user.scope) or (kind, thing) not in listed("whole"))


def allowed(user: User, kind: str) -> tuple[str, ...]:
    """Everything of a kind that a user may, in the order of the table."""
    return tuple(thing for thing in table()[kind] if may(user, kind, thing))
