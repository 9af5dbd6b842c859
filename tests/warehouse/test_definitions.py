"""docs/metrics.md says what the SQL files say."""

from warehouse import definitions, metrics, steps


def test_the_page_of_definitions_is_up_to_date():
    assert definitions.PAGE.read_text("utf-8") == definitions.page(), "run `make metrics`"


def test_every_metric_has_its_section_with_both_definitions_columns_groups_settings_and_steps():
    sections = dict(part.split("\n", 1) for part in definitions.page().split("\n## ")[1:])
    assert list(sections) == list(metrics.COLUMNS)
    for name, told in sections.items():
        wanted = [metrics.definition(name), metrics.definition(name, "en"), *metrics.groups(name), *metrics.COLUMNS[name].split()]
        wanted += [f"- `{step}`: " for step in steps.needed(name + steps.FIGURES)]
        assert [text for text in wanted if text not in told] == []
    assert "`illness_cost` = 15000, `level_3_mental` = true\n" in sections["coverage"]
    assert "every goal of `goals.toml`" in sections["goal_scores"] and "goals.toml`" not in sections["duties"]
    assert "the metric [coverage](#coverage)" in sections["goals"]


def test_the_opening_comment_of_a_step_is_one_line():
    assert definitions.opening("counted_visits").endswith("One row per visit (plan 3.2.1).")
    assert [name for name in steps.step_files() if len(definitions.opening(name)) < 20 or "\n" in definitions.opening(name)] == []
