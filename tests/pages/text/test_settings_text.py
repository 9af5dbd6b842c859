"""The definition behind a page's figures: text, settings and SQL one click away, what is the town's own said on the page."""

import re

import pytest

from locales import use_language
from pages.text import labels, settings_text
from tests.conftest import once, run
from warehouse.builds import repository
from warehouse.metrics import registry
from warehouse.sql import compose

COST = "大病自付费用 2024 年 16000 元（默认 15000 元）"
MODES = "计入走访的方式 入户、视频（默认 入户、到校）"
SETTINGS = '[illness_cost]\n2024 = 16000\n[visits]\ncounted_modes = ["video", "in_person"]\n[care]\nchildrens_day = "06-30"\n'
GOALS = """goals = [
  { goal_year = 2024, indicator = "card_share", as_of = 2024-12-31, target = 0.9, weight = 3, plan = "3.1.3" },
]
"""


@pytest.fixture(scope="session")
def own_home(tmp_path_factory, demo_home):
    """The demo town's ledgers with settings and goals of the town's own."""

    def make(home):
        (home / "settings.toml").write_text(SETTINGS)
        (home / "goals.toml").write_text(GOALS)
        run(home, "etl", "load", demo_home / "ledgers")

    return once(tmp_path_factory, "own", make)


@pytest.fixture
def own(opened, own_home, monkeypatch):
    """`opened` on the home with settings of its own."""
    monkeypatch.setenv("TONGXING_HOME", str(own_home))
    return opened


def captions(app):
    """The quiet lines of a page, without errors."""
    assert [part.value for part in (*app.exception, *app.error)] == []
    return [part.value for part in app.caption]


def notes(app):
    """The lines that say what is the town's own."""
    return [text for text in captions(app) if "本镇设定" in text or "the town's own settings" in text]


def clicked(app, name, sql=None):
    """The page with its dialog of definitions open, and in it the SQL of a metric."""
    if sql:
        app.session_state[f"sql_{sql}"] = True  # the runner knows no run of the dialog alone
    return app.button(key=f"definition_{name}").click().run()


@pytest.mark.parametrize("page", ["overview", "coverage", "visits", "goals", "leads", "quality"])
def test_a_page_of_the_programs_own_settings_says_nothing_of_them(page, opened):
    assert notes(opened(page)) == []


@pytest.mark.parametrize(
    ("page", "says"),
    [
        ("coverage", [f"本页按本镇设定计算：{COST}。"]),
        ("visits", [f"本页按本镇设定计算：{MODES}；{COST}。"]),
        ("overview", [f"本页按本镇设定计算：{MODES}；{COST}。"]),
        ("leads", [f"本页按本镇设定计算：{MODES}；{COST}。"]),
        ("quality", [f"本页按本镇设定计算：儿童节慰问截止日 06-30（默认 06-15）；{COST}。"]),
    ],
)
def test_a_page_says_which_settings_of_the_town_its_figures_rest_on(page, says, own):
    assert notes(own(page)) == says


def test_of_many_settings_the_page_names_the_first_and_their_number(own):
    (note,) = notes(own("goals"))
    assert note.startswith(
        f"本页按本镇设定计算：{MODES}；儿童节慰问截止日 06-30（默认 06-15）；2023年目标“台账齐全率”的目标 未设（默认 100.0%）等 "
    )
    assert note.endswith(" 项。")


def test_the_note_speaks_english(own):
    cost = "yearly cost of a serious illness in 2024 16000 yuan (default 15000 yuan)"
    assert notes(own("coverage", language="en")) == [f"This page is worked out with the town's own settings: {cost}."]


def test_nothing_of_a_definition_is_made_before_it_is_asked_for(opened):
    app = opened("goals")
    assert (len(app.text), len(app.code), len(app.toggle)) == (0, 0, 0)


def test_a_click_shows_each_metrics_definition_and_the_settings_it_uses(opened):
    app = clicked(opened("overview"), "coverage")
    assert [text.value for text in app.text] == [
        labels.definition(name) for name in ("coverage", "visits", "eligibility", "needs", "cascade")
    ]
    assert "所用设定：大病自付费用 15000 元；三级精神残疾算重残 是。" in captions(app)
    assert len(app.code) == 0


def test_the_settings_of_the_town_stand_beside_the_programs(own):
    assert f"所用设定：大病自付费用 15000 元；三级精神残疾算重残 是；{COST}。" in captions(clicked(own("coverage"), "coverage"))


def test_a_goal_added_or_left_out_is_told_once(own):
    goals = next(text for text in captions(clicked(own("goals"), "goals")) if text.startswith("所用设定"))
    assert goals.count("2024年目标") == 1 and "2024年目标“明白卡发放率”的目标 90.0%（默认 未设）" in goals
    assert goals.count("未设") == 16 and "2025年目标“慰问落实率”的目标 未设（默认 80.0%）" in goals


def test_another_click_shows_the_sql_of_the_metric_and_of_the_steps_it_rests_on(opened):
    app = clicked(opened("coverage"), "coverage", sql="coverage")
    metric, rests_on = (part.value for part in app.code)
    assert metric == compose.text("coverage_figures").strip()
    assert [step for step in compose.dependencies("coverage_figures") if compose.text(step).strip() not in rests_on] == []
    assert app.expander[0].label == f"所依据的 {len(compose.dependencies('coverage_figures'))} 个步骤"


@pytest.mark.parametrize(("language", "foreign"), [("zh_CN", "[a-z]"), ("en", "[\u4e00-\u9fff]")])
def test_every_setting_has_words_in_both_languages(own_home, language, foreign):
    use_language(language)
    rows = repository.settings_read_by(repository.open_build(own_home), *registry.metrics())
    told = [settings_text.name(row) for row in rows]
    told += [settings_text.value(row["name"], row[which]) for row in rows for which in ("value", "default")]
    assert (len(rows), [text for text in told if re.search(foreign, text)]) == (81, [])


def test_a_definition_for_readers_leaves_out_its_grain_in_both_languages():
    for language, grain in (("zh_CN", "粒度"), ("en", "Grain")):
        use_language(language)
        assert [name for name in registry.metrics() if grain in labels.definition(name) or ".toml" in labels.definition(name)] == []
