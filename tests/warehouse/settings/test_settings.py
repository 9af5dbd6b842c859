"""A town's own settings and goals: refused with place and reason, in force when a build is made, told apart from the program's."""

import contextlib
import datetime as dt
import re
import tomllib

import pytest

from tests.conftest import ROOT
from warehouse.builds import repository
from warehouse.metrics import registry
from warehouse.settings import settings, validation
from warehouse.settings.validation import check_goals, check_settings
from warehouse.sql import compose
from warehouse.storage import atomic_write

GOAL = '{ goal_year = 2025, indicator = "card_share", as_of = 2025-12-31, target = 0.9, weight = 5, plan = "3.1.3" }'
OTHER = GOAL.replace("card_share", "training_share")


def refused(home, file, text):
    """The sentence that refuses a file of the home."""
    (home / file).write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(validation.WrongSetting) as error:
        settings.setting_rows(home)
    assert "\n" not in str(error.value)
    return str(error.value)


@pytest.mark.parametrize(
    ("text", "place", "says"),
    [
        ("keep_build = 3", "keep_build", "没有这一项，可用的有：keep_builds、keep_originals、"),
        ("[cares]\nx = 1", "cares", "没有这一项，可用的有："),
        ('[care]\nchildren_day = "06-15"', "[care] children_day", "没有这一项，可用的有：childrens_day、"),
        ("care = 15", "[care]", "应是一节，请另起一行写 [care]，下面每行一项"),
        ("[keep_builds]\nvalue = 3", "keep_builds", '“{"value": 3}”不是 1 到 1000 的整数，请写成不加引号的数字'),
        ("keep_builds = 0", "keep_builds", "“0”不是 1 到 1000 的整数，请写成不加引号的数字"),
        ('keep_builds = "3"', "keep_builds", "“3”不是 1 到 1000 的整数，请写成不加引号的数字"),
        ("keep_builds = true", "keep_builds", "“true”不是 1 到 1000 的整数，请写成不加引号的数字"),
        ("small_count = -1", "small_count", "“-1”不是 0 到 100 的整数，请写成不加引号的数字"),
        ('withhold_for = "reviewer"', "withhold_for", "“reviewer”不是一组角色，请写成 "),
        ('withhold_for = ["reviewers"]', "withhold_for", "没有名为“reviewers”的角色，可用的有：leader、reviewer"),
        ('withhold_for = ["leader", "leader"]', "withhold_for", "“leader”写了两次，请只留一次"),
        ("[illness_cost]\n24 = 16000", "[illness_cost] 24", "“24”不是年份，请写成 2024 这样的四位数字（2000 到 2099）"),
        ("[illness_cost]\n1999 = 16000", "[illness_cost] 1999", "“1999”不是年份，请写成 2024 这样的四位数字（2000 到 2099）"),
        ('[illness_cost]\n"２０２４" = 16000', "[illness_cost] ２０２４", "“２０２４”不是年份，请写成 2024 这样的四位数字（2000 到 2099）"),
        (
            '[illness_cost]\n2024 = "16000"',
            "[illness_cost] 2024",
            "“16000”不是 1 到 10000000 元的金额，请写成 16000 这样的数字（不加引号）",
        ),
        ("[illness_cost]\n2024 = nan", "[illness_cost] 2024", "“NaN”不是 1 到 10000000 元的金额，请写成 16000 这样的数字（不加引号）"),
        ("[illness_cost]\ndefault = inf", "[illness_cost] default", "“Infinity”不是 1 到 10000000 元的金额"),
        ("[illness_cost]\n2024 = 0", "[illness_cost] 2024", "“0”不是 1 到 10000000 元的金额"),
        (
            "[severe_disability]\nlevel_3_mental = 1",
            "[severe_disability] level_3_mental",
            "“1”不是 true 或 false，请写其中一个（不加引号）",
        ),
        (
            '[visits]\ncounted_modes = ["in_person", "letter"]',
            "[visits] counted_modes",
            "没有名为“letter”的走访方式，可用的有：in_person、at_school、",
        ),
        ('[visits]\ncounted_modes = ["video", "video"]', "[visits] counted_modes", "“video”写了两次，请只留一次"),
        ('[visits]\ncounted_modes = "video"', "[visits] counted_modes", '“video”不是一组走访方式，请写成 ["in_person", "at_school"]'),
        ("[visits]\ncounted_modes = []", "[visits] counted_modes", "“[]”不是一组走访方式"),
        ('[care]\nchildrens_day = "06-31"', "[care] childrens_day", "“06-31”不是日期，请写成 06-15 这样的形式（月末写成 02-last）"),
        ('[care]\nwinter_holiday = "02-29"', "[care] winter_holiday", "“02-29”不是日期"),
        ('[care]\nwinter_holiday = "13-last"', "[care] winter_holiday", "“13-last”不是日期"),
        ('[care]\nsummer_holiday = "8-31"', "[care] summer_holiday", "“8-31”不是日期"),
        ("[care]\nsummer_holiday = 2024-08-31", "[care] summer_holiday", "“2024-08-31”不是日期"),
        ("[care]\nbirthday_grace_days = 1.5", "[care] birthday_grace_days", "“1.5”不是 0 到 90 的整数，请写成不加引号的数字"),
        ("[care]\nspring_festival_grace_days = 91", "[care] spring_festival_grace_days", "“91”不是 0 到 90 的整数"),
        ("[spring_festival]\n2031 = 2030-01-23", "[spring_festival] 2031", "“2030-01-23”不在 2031 年，请写这一年的春节"),
        (
            '[spring_festival]\n2031 = "2031-01-23"',
            "[spring_festival] 2031",
            "“2031-01-23”不是日期，请写成 2025-12-31 这样的形式（不加引号）",
        ),
        ("[spring_festival]\n2031 = 2031-01-23T00:00:00", "[spring_festival] 2031", "“2031-01-23 00:00:00”不是日期"),
        ("[spring_festival]\ndefault = 2031-01-23", "[spring_festival] default", "“default”不是年份"),
        ("small_count = 3\nkeep_builds = \n", "第 2 行", "“keep_builds =”写法有误，请照 warehouse/settings/settings.toml 改正"),
        ("[spring_festival]\n2031 = 2031-02-30", "第 2 行", "“2031 = 2031-02-30”写法有误"),
        ('[visits]\ncounted_modes = ["video"\n\n', "第 2 行", '“counted_modes = ["video"”写法有误'),
        (f"keep_builds = {'9' * 5000}", "第 1 行", f"“keep_builds = {'9' * 26}…”写法有误"),
        ("# 大病".encode("gb18030"), "", "不是 UTF-8 编码，请另存为 UTF-8"),
    ],
)
def test_a_setting_that_cannot_be_is_refused_with_its_place_and_what_to_write(tmp_path, text, place, says):
    assert refused(tmp_path, "settings.toml", text).startswith(f"settings.toml {place}".rstrip() + "：" + says)


@pytest.mark.parametrize(
    ("goals", "place", "says"),
    [
        ([GOAL.replace("0.9", "1.2")], "第 1 项 target", "“1.2”不是大于 0、不超过 1 的目标，请写成 0.95 这样的小数"),
        ([GOAL, OTHER.replace("0.9", "-0.1")], "第 2 项 target", "“-0.1”不是大于 0、不超过 1 的目标"),
        ([GOAL.replace("0.9", "0")], "第 1 项 target", "“0”不是大于 0、不超过 1 的目标"),
        ([GOAL.replace("0.9", "true")], "第 1 项 target", "“true”不是大于 0、不超过 1 的目标"),
        ([GOAL.replace("weight = 5", "weight = -5")], "第 1 项 weight", "“-5”不是 0 到 1000 的整数，请写成不加引号的数字"),
        ([GOAL.replace("weight = 5", "weight = 2.5")], "第 1 项 weight", "“2.5”不是 0 到 1000 的整数"),
        ([GOAL.replace("weight = 5", "weight = 0")] * 1, "weight", "2025 年各项的权重都是 0，请至少给一项大于 0 的权重"),
        ([GOAL.replace("card_share", "cards")], "第 1 项 indicator", "没有名为“cards”的指标，可用的有：coverage_share_1_3、"),
        ([GOAL.replace("2025-12-31", '"2025-12-31"')], "第 1 项 as_of", "“2025-12-31”不是日期，请写成 2025-12-31 这样的形式（不加引号）"),
        ([GOAL.replace("2025-12-31", "2026-01-31")], "第 1 项 as_of", "“2026-01-31”不在目标年 2025 年，请改正其中一个"),
        ([GOAL.replace("goal_year = 2025", "goal_year = 25")], "第 1 项 goal_year", "“25”不是 2000 到 2099 的整数"),
        ([GOAL.replace('"3.1.3"', "3.1")], "第 1 项 plan", '“3.1”不是方案条款，请写成 "3.1.4" 这样的文字'),
        ([GOAL, GOAL], "第 2 项 indicator", "2025 年的“card_share”写了两次，请只留一次"),
        ([GOAL, OTHER.replace("12-31", "06-30")], "第 2 项 as_of", "2025 年有两个目标日（2025-12-31 和 2025-06-30），请写成同一天"),
        ([GOAL.replace("weight = 5, ", "")], "第 1 项", "缺少 weight，请补上"),
        ([GOAL.replace("weight", "wieght")], "第 1 项 wieght", "没有这一项，可用的有：goal_year、"),
        ([], "goals", "应是一组目标，请照 warehouse/settings/goals.toml 每行写一项"),
        (["3"], "goals", "应是一组目标"),
    ],
)
def test_a_goal_that_cannot_be_is_refused_with_its_place_and_what_to_write(tmp_path, goals, place, says):
    assert refused(tmp_path, "goals.toml", f"goals = [{', '.join(goals)}]").startswith(f"goals.toml {place}：{says}")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "goals.toml goals：应是一组目标"),
        (f"goals = [{GOAL}]\nscore = 1", "goals.toml score：没有这一项，可用的有：goals"),
        ("goals = [\n{ goal_year = 2025, as_of = 2025-02-30 },\n]", "goals.toml 第 2 行："),
    ],
)
def test_a_file_of_goals_that_cannot_be_is_refused(tmp_path, text, says):
    assert refused(tmp_path, "goals.toml", text).startswith(says)


def test_the_sentence_speaks_the_readers_language(tmp_path, monkeypatch):
    monkeypatch.setenv("TONGXING_LANG", "en")
    said = refused(tmp_path, "settings.toml", '[care]\nchildrens_day = "06-31"')
    assert said == "settings.toml [care] childrens_day: “06-31” is not a day; write it like 06-15 (the end of a month like 02-last)"


def test_the_programs_own_files_keep_the_rules():
    own = {name: tomllib.loads((ROOT / "warehouse" / "settings" / name).read_text("utf-8")) for name in ("settings.toml", "goals.toml")}
    assert check_settings("settings.toml", own["settings.toml"], own["settings.toml"]) is None
    assert check_goals("goals.toml", own["goals.toml"]) is None
    assert set(validation.RULES) >= {name for name, value in own["settings.toml"].items() if not isinstance(value, dict)}


def test_a_town_may_write_every_setting_and_a_byte_order_mark(tmp_path):
    text = (ROOT / "warehouse" / "settings" / "settings.toml").read_text("utf-8").replace("# 2024 = 16000", "2024 = 16000.5")
    (tmp_path / "settings.toml").write_text(text + "2031 = 2031-01-23\n", encoding="utf-8-sig")
    found = settings.settings(tmp_path)
    assert (found["illness_cost"], len(found["spring_festival"])) == ({"default": 15000, "2024": 16000.5}, 9)


def test_the_modes_of_visit_are_those_that_ledgers_are_read_as():
    known = tomllib.loads((ROOT / "etl" / "forms" / "vocabularies.toml").read_text("utf-8"))["visit_mode"]
    assert (*known, "unknown") == validation.MODES


def test_the_indicators_a_goal_may_name_are_those_the_metric_tells(town):
    assert [row["indicator"] for row in town.ask("indicators", "2025-12-31")] == sorted(validation.indicators())


OWN = """
[illness_cost]
2024 = 16000
[visits]
counted_modes = ["video", "in_person"]
[spring_festival]
2031 = 2031-01-23
"""


def changed(rows):
    """(name, item, value, default) of the settings that are the town's own."""
    return [(row["name"], row["item"], row["value"], row["default"]) for row in rows if not row["is_default"]]


def test_a_build_tells_which_settings_a_metric_used_and_which_are_the_towns_own(town):
    (town.home / "settings.toml").write_text(OWN)
    cost = ("illness_cost", "2024", "16000", "15000")
    modes = ("counted_modes", "default", "in_person video", "in_person at_school")
    assert changed(repository.settings_read_by(town.build, "coverage")) == [cost]
    assert changed(repository.settings_read_by(town.build, "visits")) == [modes, cost]
    assert changed(repository.settings_read_by(town.build, "duties")) == [cost, ("spring_festival", "2031", "2031-01-23", None)]
    assert [row["name"] for row in repository.settings_read_by(town.build, "needs")] == ["illness_cost", "level_3_mental", "illness_cost"]
    assert changed(repository.settings_read_by(town.build, "coverage", "visits")) == [modes, cost]


def test_a_build_of_the_programs_own_settings_differs_in_nothing(town):
    used = repository.settings_read_by(town.build, *registry.metrics())
    assert (changed(used), len(used)) == ([], len(settings.setting_rows(town.home)))


def test_the_same_settings_written_otherwise_are_the_same(town):
    (town.home / "settings.toml").write_text('[illness_cost]\ndefault = 15000.0\n[visits]\ncounted_modes = ["at_school", "in_person"]\n')
    assert changed(repository.settings_read_by(town.build, "visits")) == []


def test_goals_of_the_town_are_told_beside_those_it_left_out(town):
    (town.home / "goals.toml").write_text(f"goals = [{GOAL.replace('card', 'training')}, {GOAL}]")
    used = {(row["name"], row["item"]): (row["value"], row["default"]) for row in repository.settings_read_by(town.build, "goals")}
    assert used["goal_target", "2025 training_share"] == ("0.9", "1")
    assert used["goal_target", "2025 card_share"] == ("0.9", None)
    assert used["goal_weight", "2025 care_share"] == (None, "5")
    assert used["goal_weight", "2025 training_share"] == ("5", "5")
    assert [row for row in repository.settings_read_by(town.build, "coverage") if row["name"].startswith("goal")] == []


def test_later_settings_leave_a_build_as_it_was_made(town):
    assert changed(repository.settings_read_by(town.build, "coverage")) == []
    (town.home / "settings.toml").write_text(OWN)
    assert changed(repository.settings_read_by(town.build, "coverage")) == []


def test_every_reading_of_a_setting_in_sql_is_found():
    for name in compose.step_files():
        text = compose.body(name)
        assert len(re.findall(r"\bsettings\b", text)) == len(compose._SETTING.findall(text)), name
    read = {source for name in compose.step_files() for source in compose.settings_read(name)}
    assert read == {source for source, *_rest in settings.setting_rows(None)}


@pytest.mark.parametrize("killed_at", range(4))
def test_settings_and_goals_change_together_wherever_their_writer_is_killed(killed_at, tmp_path, monkeypatch):
    settings.write(tmp_path, settings.program_settings() | {"overloaded_above": 4}, settings.program_goals())
    goals = [goal | {"target": 0.5} for goal in settings.program_goals()]
    count, write_bytes = 0, atomic_write.write_bytes

    def killed(*values, **named):
        nonlocal count
        count += 1
        if count > killed_at:
            raise KeyboardInterrupt
        write_bytes(*values, **named)

    with monkeypatch.context() as patch, contextlib.suppress(KeyboardInterrupt):
        patch.setattr(atomic_write, "write_bytes", killed)
        settings.write(tmp_path, settings.program_settings() | {"overloaded_above": 9}, goals)
    now = (settings.settings(tmp_path)["overloaded_above"], settings.goals(tmp_path)[0]["target"])
    assert now == ((9, 0.5) if killed_at else (4, 1.0))
    settings.finish(tmp_path)
    assert (settings.settings(tmp_path)["overloaded_above"], settings.goals(tmp_path)[0]["target"]) == now
    assert not (tmp_path / "settings.pending").exists()


def test_a_text_of_several_lines_sets_nothing_else(tmp_path):
    folder = '/srv/a"\nkeep_builds = 1\nx = "'
    settings.write(tmp_path, settings.program_settings() | {"anchor_folder": folder}, settings.program_goals())
    assert settings.settings(tmp_path)["anchor_folder"] == folder and settings.settings(tmp_path)["keep_builds"] == 20


def test_what_was_kept_while_a_proposal_waited_stays(tmp_path):
    now = settings.settings(tmp_path)
    settings.write(tmp_path / "proposed", now | {"severe_disability": {"level_3_mental": False}}, settings.program_goals())
    settings.write(tmp_path, now | {"overloaded_above": 9}, settings.program_goals())
    settings.adopt(tmp_path / "proposed", tmp_path)
    adopted = settings.settings(tmp_path)
    assert (adopted["overloaded_above"], adopted["severe_disability"]) == (9, {"level_3_mental": False})


@pytest.mark.parametrize("folder", ["/a\x7fb", '/a"\nsmall_count = 0', "/a\0b"])
def test_a_text_is_read_back_as_it_was_written(tmp_path, folder):
    now = settings.program_settings() | {"anchor_folder": folder}
    settings.write(tmp_path, now, settings.program_goals())
    assert settings.settings(tmp_path) == now


def test_settings_are_told_whole_by_the_rows_of_a_build():
    now = settings.program_settings() | {
        "illness_cost": {"default": 15000.5, "2024": 16000},
        "visits": {"counted_modes": ["phone", "at_school"]},
    }
    now["severe_disability"] = {"level_3_mental": False}
    now["spring_festival"] = {"2023": dt.date(2023, 1, 22)}
    now["care"] |= {"birthday_grace_days": 3, "winter_holiday": "03-01"}
    goals = [*settings.program_goals()[2:], settings.program_goals()[0] | {"target": 0.98765, "weight": 0}]
    rows = settings.rows_of(now, goals)
    then, goals_then = settings.of_rows([(name, item, value) for _source, name, item, value, _default in rows], settings.program_settings())
    assert sorted(settings.rows_of(then, goals_then), key=str) == sorted(rows, key=str)
    assert sorted(goals_then, key=str) == sorted(goals, key=str)
