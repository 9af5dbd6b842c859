"""docs/metrics.md says what the SQL files say."""

from tests.warehouse.metrics import page
from warehouse.metrics import docs, query, registry
from warehouse.sql import compose


def test_the_page_of_definitions_is_up_to_date():
    assert page.PAGE.read_text("utf-8") == page.text(), "run `make metrics`"


def test_every_metric_has_its_section_with_both_definitions_columns_groups_settings_and_steps():
    sections = dict(part.split("\n", 1) for part in page.text().split("\n## ")[1:])
    assert list(sections) == list(registry.metrics())
    for name, told in sections.items():
        wanted = [query.definition(name), query.definition(name, "en"), *registry.metrics()[name].groups, *registry.metrics()[name].columns]
        wanted += [f"- `{step}`: " for step in compose.dependencies(name + compose.FIGURES)]
        assert [text for text in wanted if text not in told] == []
    assert "`illness_cost` = 15000, `level_3_mental` = true\n" in sections["coverage"]
    assert "every goal of `goals.toml`" in sections["goal_scores"] and "goals.toml`" not in sections["duties"]
    assert "the metric [coverage](#coverage)" in sections["goals"]


def test_the_opening_comment_of_a_step_is_one_line():
    assert docs.opening("counted_visits").endswith("One row per visit (plan 3.2.1).")
    assert [name for name in compose.step_files() if len(docs.opening(name)) < 20 or "\n" in docs.opening(name)] == []
