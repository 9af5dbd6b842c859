"""Children whose ID number was mended: the same child under another pseudonym, because a pseudonym is made of the number.

Names are sealed in the builds, so this runs within a load, which has the key; what it returns are pseudonyms.
"""

import json
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from warehouse.builds.repository import Build
from warehouse.storage.keys import Key

# Each child with its place, household and sealed facts; whether a newer children ledger of the village no longer names it.
_CHILDREN = """
select c.child_id, c.village_id, c.born_on, f.household_id, i.sealed, c.ledger_on < n.ledger_on as is_passed_over
from children as c
inner join identities as i on i.kind = 'child' and i.person_id = c.child_id
left join child_facts as f on f.child_id = c.child_id and f.village_id = c.village_id and f.ledger_on = c.ledger_on
left join (select village_id, max(ledger_on) as ledger_on from child_facts group by village_id) as n on n.village_id = c.village_id
where list_contains($villages, c.village_id)"""


def renumbered(before: Build, after: Build, key: Key) -> tuple[dict[str, str], set[str]]:
    """Return the pseudonym of each renumbered child of the build before → its new one, and the new ones of those that still stand under both.

    It is the same child where one of the village comes and one that the newest ledger no longer names, both of the same name, share birth date,
    household or guardian, and nobody else does.
    """
    known_ids = {row["child_id"] for row in before.rows("select child_id from children")}
    new_rows = [row for row in after.rows("select child_id, village_id from children") if row["child_id"] not in known_ids]
    villages = {"villages": sorted({row["village_id"] for row in new_rows})}
    then, now = ({row["child_id"]: row for row in build.rows(_CHILDREN, villages)} for build in (before, after))
    coming = [row for child, row in now.items() if child not in known_ids]
    going = [row for child, row in then.items() if child not in now or now[child]["is_passed_over"]]
    by_name: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for row in _opened(going, key):
        by_name[row["village_id"], row["child_name"]].append(row)
    pairs = [
        (other["child_id"], row["child_id"])
        for row in _opened(coming, key)
        for other in by_name[row["village_id"], row["child_name"]]
        if any(row[fact] and row[fact] == other[fact] for fact in ("born_on", "household_id", "guardian_name"))
    ]
    olds, news = [old for old, _new in pairs], [new for _old, new in pairs]
    same = {old: new for old, new in pairs if olds.count(old) == news.count(new) == 1}
    return same, {new for old, new in same.items() if old in now}


def _opened(rows: list[dict[str, Any]], key: Key) -> Iterator[dict[str, Any]]:
    """Yield the rows of children whose name is not removed with the names of child and guardian."""
    for row in rows:
        facts = json.loads(key.unseal(f"child:{row['child_id']}", bytes(row["sealed"])))
        if facts.get("child_name"):
            yield row | {name: facts.get(name) for name in ("child_name", "guardian_name")}
