"""Ledgers of random towns loaded reporting day by reporting day answer as those loaded at once, as the sample town's do in the suite."""

import os
import random

import pytest

from etl.load import load
from tests.etl.ledger_builder import REGISTER
from tests.warehouse.random_people import Ledger
from tests.warehouse.random_towns import as_of_days, random_town, write
from warehouse.builds import repository
from warehouse.metrics import query, registry


def everything_told(home, days):
    """All answers on some days and all findings of the build in force."""
    build = repository.open_build(home)
    asked = [(metric, by, day) for metric in registry.metrics() for by in registry.metrics()[metric].groups for day in days]
    told = {question: query.ask(build, question[0], question[2], question[1]) for question in asked}
    told |= {("children_at", day): query.children_at(build, day) for day in days}
    return told | {"findings": build.rows("select * from findings order by all")}


SEEDS = [5, 6, 9, *range(100, 100 + int(os.environ.get("TONGXING_TOWNS", "0")))]


@pytest.mark.parametrize("seed", SEEDS)
def test_loading_in_portions_is_loading_at_once(seed, tmp_path, monkeypatch):
    monkeypatch.setenv("TONGXING_KEY", "00" * 32)
    chance = random.Random(seed)
    town = random_town(chance)
    days = as_of_days(chance, town, 3)
    register = write([Ledger("村居名册.xlsx", "名册", [], REGISTER)], tmp_path / "register")
    first = min(ledger.ledger_on for ledger in town.ledgers)
    early = write([ledger for ledger in town.ledgers if ledger.ledger_on == first], tmp_path / "early")
    late = write([ledger for ledger in town.ledgers if ledger.ledger_on > first], tmp_path / "late")
    for home, paths in (("portions", [register, early]), ("portions", [late]), ("at_once", [register, early, late])):
        load(paths, tmp_path / home, as_of=days[-1])
    in_portions, at_once = (everything_told(tmp_path / home, days) for home in ("portions", "at_once"))
    assert len(at_once["findings"]) > 20 and len(at_once["children_at", days[-1]]) > 2
    assert in_portions == at_once
