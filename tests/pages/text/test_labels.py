"""A code that readers meet has words in both languages: without them it would stand on a page as the program writes it."""

import pytest

from pages.access import rights
from pages.assessment_pack import assemble
from pages.jobs import job_list
from pages.ledger_intake import staged_changes
from pages.site_sampling import sample
from pages.text import labels
from warehouse.disclosure import release
from warehouse.metrics import registry
from warehouse.review import build_diff

CODES = {
    "pages": rights.table()["pages"],
    "actions": rights.table()["actions"],
    "exports": rights.table()["exports"],
    "role": {role for things in rights.table().values() for roles in things.values() for role in roles},
    "kind": build_diff.kinds().keys() - {"household", "cell"},  # these two have sentences of their own
    "child_change": staged_changes.CHANGES,
    "goal_unit": {share.unit for share in registry.shares().values()},
    "table_group": release.OFFERED,
    "sampled_from": sample.WHO,
    "pack_step": assemble.STEPS,
    "load_step": job_list.LOAD_STEPS,
    "job": ("load", "settings", "backup", "test", "restore"),
}


@pytest.mark.parametrize("kind", CODES)
def test_every_code_of_a_kind_has_words(kind):
    assert [code for code in CODES[kind] if labels._WORDS[kind].get(code) is None] == []
