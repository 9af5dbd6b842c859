"""The lists that pages ask for: what stands in them beside what the pages show of the sample town."""

from tests.warehouse.town_builder import BRIDGE, WILLOW
from warehouse import row_access


def test_every_village_has_its_count_of_findings_about_ledgers_also_one_without(town):
    town.add("findings", finding_id="1", code="stated_total_wrong", severity="warning", village_id=WILLOW)
    town.add("findings", finding_id="2", code="phone_invalid", severity="warning", village_id=WILLOW, child_id="a")
    reading = row_access.ScopedBuild(town.build, row_access.WHOLE)
    names = {row["village_id"]: row["name"] for row in town.build.rows("select village_id, name from villages")}
    assert reading.rows("ledger_findings_by_village") == [{"name": names[WILLOW], "found": 1}, {"name": names[BRIDGE], "found": 0}]
