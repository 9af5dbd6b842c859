"""The sample of children in an assessment pack: pseudonym, village, and room for what is found on site.

Without their classes: villages by class are offered in no table, because hardly a cell of them holds three children.
"""

from __future__ import annotations

import datetime as dt

from locales import _
from pages.downloads.sheets import Sheet
from warehouse import row_access
from warehouse.metrics import query
from warehouse.review import stratified_sample

SIZE = 20
# At most a fifth of the children: a sample of nearly all of a village would tell how many there are.
_MOST_SHARE = 5


def sheets(reading: row_access.ScopedBuild, as_of: dt.date, seed: str) -> list[Sheet]:
    """Children in scope on the day, each once by its lowest class; the same seed draws the same. Empty where there are too few."""
    rows = [
        {"child_id": row["child_id"], "village_id": row["village_id"], "class_no": row["primary_class"]}
        for row in query.children_at(reading.build, as_of)
        if row["is_in_scope"]
    ]
    size = min(SIZE, len(rows) // _MOST_SHARE)
    if not size:
        return []
    sample = stratified_sample.sample(reading.restrict(rows), size, seed)
    names = {row["village_id"]: row["name"] for row in reading.villages()}
    headings = [_("序号"), _("代号"), _("村（社区）"), _("见到儿童"), _("情况与台账相符"), _("备注")]
    lines = [[at, row["child_id"][:8], names.get(row["village_id"], "—"), "", "", ""] for at, row in enumerate(sample.rows, 1)]
    return [Sheet(_("现场抽样 {seed}").format(seed=seed), headings, lines, frozenset())]
