"""Releases of a build for tests: planned and exported as pages do it, without any page."""

import contextlib

from warehouse.disclosure import release
from warehouse.metrics import query


def planned(ask, tables, day, home, threshold=3, also=()):
    """What an export of tables, (metric, group) each, would hold; `ask` takes metric, group and day."""
    goals = ask("goals", "town", day) if any(query.is_on_goal_days(metric) for metric, _by in tables) else []
    request = release.request(tables, day, home, also, goals)
    return release.plan_release(request, {name: ask(*name) for name in request.tables}, threshold)


def exported(ask, tables, order, home, write=lambda receipt: b"", recorder=lambda *_entry: 1):
    """(release, bytes, receipt) of an export that is entered in the register of a home; `write` gives the bytes for a receipt."""
    with release.open_edition(home, order) as edition:
        made = planned(ask, tables, order.as_of, home)
        content = write(edition.receipt)
        return made, content, edition.register(made, content, recorder)


@contextlib.contextmanager
def after_another(ask, order, home):
    """An edition whose plan was made before another one was entered: what must not be registered."""
    made = planned(ask, [("coverage", "village")], order.as_of, home)
    exported(ask, [("coverage", "town")], order, home)
    with release.open_edition(home, order) as edition:
        yield edition, made
