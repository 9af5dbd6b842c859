"""The settings page: what figures rest on is tried as a load and holds once that is published; the rest holds at once; conflicts are said."""

import datetime as dt
import shutil
import tomllib

import pytest

from pages.jobs import loads
from pages.text import labels
from tests.conftest import run
from tests.pages.test_pages import spoken
from warehouse.audit import trail
from warehouse.builds import repository
from warehouse.settings import settings, validation


@pytest.fixture
def home(demo_home, tmp_path):
    """A copy of the demo town, whose settings are this test's own."""
    for part in ("builds", "keys"):
        shutil.copytree(demo_home / part, tmp_path / part)
    return tmp_path


@pytest.fixture
def page(opened, home, monkeypatch):
    """The page on that home."""

    def show(role="centre"):
        app = opened("settings", role=role)
        monkeypatch.setenv("TONGXING_HOME", str(home))
        return app.run()

    return show


def keyed(inputs, key):
    """The input of a setting, whatever the settings were that it began with."""
    return next(each for each in inputs if each.key.partition("@")[0] == key)


def press(app, label):
    """Press the button of a form."""
    return next(button for button in app.button if button.label == label).click().run()


def test_every_setting_has_a_name_and_a_meaning():
    for name, value in settings.program_settings().items():
        places = [name] if not isinstance(value, dict) else [] if name in validation.BY_YEAR else [*value]
        assert [place for place in places if labels.word("setting", place) == place or labels.word("setting_help", place) == place] == []
        assert not isinstance(value, dict) or labels.word("setting_section", name) != name


def test_what_concerns_no_figure_holds_at_once_and_is_in_the_trail(page, home):
    app = page("admin")
    keyed(app.number_input, "setting__overloaded_above").set_value(5)
    app = press(app, "保存")
    assert "已保存 1 项" in spoken(app) + " ".join(part.value for part in app.success)
    assert tomllib.loads((home / "settings.toml").read_text()) == {"overloaded_above": 5}
    assert settings.settings(home)["overloaded_above"] == 5
    (entry,) = trail.entries(home, act="settings_changed")
    assert entry["about"] == {"settings": "overloaded_above"} and "overloaded_above" in spoken(app)


def test_a_value_that_cannot_hold_is_refused_in_words_and_nothing_changes(page, home):
    app = page()
    keyed(app.number_input, "setting__small_count").set_value(1000)
    app = press(app, "保存")
    assert "0 到 100 的整数" in app.error[0].value and not (home / "settings.toml").exists()
    keyed(app.text_input, "setting_care_childrens_day").set_value("13-45")
    app = press(app, "试算，看会改变什么")
    assert "06-15" in app.error[0].value and loads.current(home) is None


def test_a_target_is_tried_as_a_load_and_holds_once_published(page, home, monkeypatch):
    started = []
    monkeypatch.setattr(
        loads.job_folder, "start", lambda _home, folder, request, _language, *command: started.append((folder, request, command))
    )
    app = page()
    keyed(app.number_input, "target_2025_conforming_share").set_value(80.0)
    keyed(app.toggle, "setting_severe_disability_level_3_mental").set_value(False)
    press(app, "试算，看会改变什么")
    ((folder, request, command),) = started
    assert request["settings"] == ["三级精神残疾算重残：是 → 否", "2025年目标“结对规范率”的目标：95.0% → 80.0%"]
    assert command[-2:] == ("--settings", str(folder / "settings")) and not (home / "settings.toml").exists()
    assert settings.settings(folder / "settings")["severe_disability"] == {"level_3_mental": False}
    targets = {(goal["goal_year"], goal["indicator"]): goal["target"] for goal in settings.goals(folder / "settings")}
    assert targets[2025, "conforming_share"] == 0.8 and len(targets) == len(settings.program_goals())
    settings.adopt(folder / "settings", home)
    assert settings.goals(home) == settings.goals(folder / "settings")


def test_a_finer_target_of_the_file_is_not_rounded_by_the_form(page, home, monkeypatch):
    goals = [goal | {"target": 0.98765} for goal in settings.program_goals()]
    settings.write(home, settings.program_settings(), goals)
    assert "没有要试算的" in " ".join(part.value for part in press(page(), "试算，看会改变什么").info)


def test_what_somebody_else_has_changed_meanwhile_is_not_taken_back_by_an_open_page(page, home):
    app = page("admin")
    settings.write(home, settings.program_settings() | {"small_count": 7}, settings.program_goals())
    keyed(app.number_input, "setting__overloaded_above").set_value(5)
    press(app, "保存")
    assert settings.settings(home)["small_count"] == 7


def test_nothing_is_tried_where_nothing_is_another(page, home):
    assert "没有要试算的" in " ".join(part.value for part in press(page(), "试算，看会改变什么").info)
    assert loads.current(home) is None


def test_a_year_of_goals_and_a_festival_are_added(page, home, monkeypatch):
    started = []
    monkeypatch.setattr(loads.job_folder, "start", lambda _home, folder, *_more: started.append(folder))
    app = page()
    keyed(app.number_input, "goal_year").set_value(2027)
    keyed(app.number_input, "spring_festival_new").set_value(2031)
    keyed(app.date_input, "setting_spring_festival_new").set_value(dt.date(2031, 1, 23))
    press(app, "试算，看会改变什么")
    proposed = started[0] / "settings"
    assert settings.settings(proposed)["spring_festival"]["2031"] == dt.date(2031, 1, 23)
    of_year = [goal for goal in settings.goals(proposed) if goal["goal_year"] == 2027]
    assert {goal["as_of"] for goal in of_year} == {dt.date(2027, 12, 31)}
    assert {goal["indicator"] for goal in of_year} == {goal["indicator"] for goal in settings.program_goals() if goal["goal_year"] == 2025}


def test_a_file_that_differs_from_the_build_is_said(page, home):
    (home / "settings.toml").write_text("[care]\nbirthday_grace_days = 30\n")
    app = page()
    assert "生日后慰问宽限：15 天 → 30 天" in app.warning[0].value
    assert any(button.label == "按文件试算" for button in app.button)


def test_a_file_that_differs_from_the_build_is_taken_back_by_a_press(page, home):
    (home / "settings.toml").write_text(
        "overloaded_above = 5\n[care]\nbirthday_grace_days = 30\n[illness_cost]\n2024 = 16000\n[visits]\ncounted_modes = ['phone']\n"
    )
    settings.write(home, settings.settings(home), settings.program_goals()[:3])
    app = press(page(), "文件改回已发布版本的设定")
    assert not app.warning and settings.goals(home) == settings.program_goals()
    assert tomllib.loads((home / "settings.toml").read_text()) == {"overloaded_above": 5}  # no figure rests on it
    assert "生日后慰问宽限：15 天 → 30 天" in trail.entries(home, act="settings_changed")[-1]["about"]["settings"]


def test_a_file_that_cannot_be_read_is_said(page, home):
    (home / "settings.toml").write_text("[care\n")
    assert "请先改正" in spoken(page())


@pytest.mark.parametrize("form", ["load", "stage"])
def test_a_tried_setting_makes_a_build_and_the_files_of_the_home_stay(form, villages_home, tmp_path, monkeypatch):
    home = tmp_path / "home"
    shutil.copytree(villages_home / "builds", home / "builds")
    shutil.copytree(villages_home / "keys", home / "keys")
    (tmp_path / "tried").mkdir()
    (tmp_path / "tried" / "settings.toml").write_text('[visits]\ncounted_modes = ["in_person"]\n')
    run(home, "etl", "load", "--settings", tmp_path / "tried", *(["--stage"] if form == "stage" else []))
    (path,) = home.glob("builds/*.candidate") if form == "stage" else [None]
    build = repository.Build(path) if path else repository.open_build(home)
    assert ("counted_mode", "counted_modes", "default", "in_person", "in_person at_school") in repository.settings_of(build)
    assert not (home / "settings.toml").exists()


def test_what_is_written_into_the_files_while_settings_are_tried_stays_and_is_said(page, home, tmp_path):
    now, goals = settings.settings(home), settings.goals(home)
    tried = now | {"care": now["care"] | {"birthday_grace_days": 30}}
    folder = tmp_path / "tried"
    settings.propose(folder, home, settings.Proposal(tried, [goals[0] | {"weight": 7}, *goals[1:]], ()))
    by_hand = now | {"illness_cost": now["illness_cost"] | {"2024": 16000}}
    settings.write(home, by_hand, [goals[0], goals[1] | {"weight": 9}, *goals[2:]])
    for _ in range(2):  # once more after a process that was killed
        settings.adopt(folder, home)
        assert settings.settings(home) == by_hand | {"care": tried["care"]}
        assert settings.goals(home) == [goals[0] | {"weight": 7}, goals[1] | {"weight": 9}, *goals[2:]]
    assert "大病自付费用 2024 年：未设 → 16000 元" in page().warning[0].value
