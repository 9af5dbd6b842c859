"""One list of what is behind on every page and in the report, and one label a definition, on the demo town."""

import datetime as dt
import re
from collections import defaultdict

import pytest

from locales import use_language
from pages.access import User
from pages.components import metric_cards, tables
from pages.data import indicator_status
from pages.data.queries import Figures, goal_in_force, reader_of
from pages.text import labels
from pages.word_report import goals_section, report, report_data
from tests.pages.test_pages import spoken
from tests.warehouse.disclosure.exporting import planned
from warehouse import row_access
from warehouse.builds import repository
from warehouse.metrics import registry

LEADER = User("x", "leader", row_access.WHOLE)
DAYS = [dt.date(2025, 12, 31), dt.date(2025, 8, 15), dt.date(2023, 11, 30)]


@pytest.fixture
def figures(demo_home, monkeypatch):
    """What a leader reads of a day."""
    monkeypatch.setenv("TONGXING_HOME", str(demo_home))
    build = repository.open_build(demo_home)
    return lambda day: Figures(build.id, reader_of(LEADER), day)


def behind(figures):
    """{village: names of the indicators that it is behind in}, by the one function."""
    names = figures.village_names()
    return {
        names[code]: {labels.share_name(each.indicator) for each in indicator_status.behind(indicators)}
        for code, indicators in indicator_status.standings(figures).items()
    }


def on_day(opened, page, day, village=""):
    """A page of a leader on a day."""
    app = opened(page, role="leader", as_of=str(day))
    return app.selectbox(key="village").set_value(village).run() if village else app


def cells(app):
    """The cells of a page's tables, row by row, without markup."""
    bodies = [part.proto.body for part in app.get("html") if "<table" in part.proto.body]
    rows = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row) for body in bodies for row in re.findall(r"<tr>(.*?)</tr>", body)]
    return [[re.sub("<[^>]*>", "", cell) for cell in row] for row in rows]


def listed(line):
    """The indicators that a line 滞后 n 项 names, and how many more it says there are."""
    text = re.sub(r"<[^>]*>", "", line).partition("：")[2]
    more = re.search(r"另 (\d+) 项", text)
    names = {name[1] for item in text.split("，") if (name := re.match(r"(.+) \d+\.\d% ·", item))}
    return names, int(more[1]) if more else 0


def list_lines(app):
    """{village: (indicators named, how many more)} of a page's list of villages behind."""
    (body,) = [part.proto.body for part in app.get("html") if "<ol" in part.proto.body]
    return {re.search(r"<b><a[^>]*>([^<]+)", line)[1]: listed(line) for line in re.findall(r"<li>(.*?)</li>", body)}


@pytest.mark.parametrize("day", DAYS)
def test_overview_village_page_map_and_goals_name_the_same_indicators_of_every_village(day, opened, figures):
    now, goal = behind(figures(day)), figures(day).goal()
    lacking = {name: (names, 0) for name, names in now.items() if names}
    assert any(len(names) > 2 for names in now.values())
    for name, (names, more) in list_lines(on_day(opened, "overview", day)).items():
        assert names <= now[name] and len(names) + more == len(now[name])
    assert list_lines(on_day(opened, "village", day)) == lacking
    beside_map = {row[0]: row[-1] for row in cells(on_day(opened, "map", day)) if row[0] in now}
    assert beside_map == {name: f"{'■ ' if names else ''}{len(names)}/{len(goal)}" for name, names in now.items()}
    goals = on_day(opened, "goals", day)
    headings, *lines = [row for row in cells(goals) if row[0] in (*now, "村（社区）")]
    titles = {labels.share_name(row["indicator"]) for row in goal}
    reds = {row[0]: {name for name, cell in zip(headings, row, strict=True) if cell.startswith("■") and name in titles} for row in lines}
    assert reds == now and list(reds) == [*list_lines(on_day(opened, "village", day)), *(name for name in reds if not now[name])]


@pytest.mark.parametrize("day", DAYS)
def test_a_villages_sheet_names_all_that_it_is_behind_in(day, opened, figures):
    now, codes = behind(figures(day)), {name: code for code, name in figures(day).village_names().items()}
    for name in max(now, key=lambda name: len(now[name])), next((name for name in now if not now[name]), min(now)):
        app = on_day(opened, "village", day, codes[name])
        says = next(part.proto.body for part in app.get("html") if "按哪些指标判定" in part.proto.body)
        if now[name]:
            assert listed(says) == (now[name], 0)
        else:
            assert "没有滞后的指标" in says


@pytest.mark.parametrize("day", DAYS)
def test_the_report_counts_and_ranks_the_villages_as_the_pages_do(day, figures, tmp_path):
    now, reader = behind(figures(day)), figures(day)
    data = report_data.ReportData(planned(reader.unsuppressed, report.TABLES, day, tmp_path, threshold=1), day, None)
    rows = goal_in_force(report_data.goal_rows(data, is_by_village=True), day)
    reds = {name: set() for name in now}
    for row in rows:
        if row["status"] == "behind":
            reds[row["village"]].add(labels.share_name(row["indicator"]))
    assert reds == now
    says = goals_section.villages_behind(data)
    first = next(iter(sorted(now, key=lambda name: -len(now[name]))))
    assert f"按{rows[0]['goal_year']}年目标的{len(reader.goal())}项指标" in says and f"{first}{len(now[first])}项" in says


def definition(code):
    """What a figure or share counts, whatever it is called: kind of rows, conditions, what is added up; two of them for a share."""
    if code in registry.shares():
        return tuple(definition(f"{registry.shares()[code].metric}.{part}") for part in registry.shares()[code].parts)
    metric, _dot, name = code.partition(".")
    figure = registry.metrics()[metric].figures[name]
    return figure.rows, frozenset(figure.conditions), figure.adds, figure.rows == "" and code


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_a_label_has_one_definition_and_a_share_one_label(language):
    use_language(language)
    meanings, names = defaultdict(set), defaultdict(set)
    for metric in registry.metrics().values():
        for figure in metric.figures.values():
            for label in {labels.figure_name(figure.code), labels.short_name(figure.code)}:
                meanings[label].add(definition(figure.code))
    for code in registry.shares():
        meanings[labels.share_name(code)].add(definition(code))
        names[definition(code)].add(labels.share_name(code))
    assert {label: said for label, said in meanings.items() if len(said) > 1} == {}
    assert {said for said in names.values() if len(said) > 1} == set()


@pytest.mark.parametrize("language", ["zh_CN", "en"])
@pytest.mark.parametrize("page", ["overview", "coverage", "visits", "village", "quality", "metric"])
def test_on_a_page_a_label_stands_for_one_figure_and_a_figure_under_one_label(page, language, opened, monkeypatch):
    drawn = set()
    show, rows_table = metric_cards.show, tables.rows_table

    def show_cards(cards):
        drawn.update((card.title or labels.name(card.code), card.code) for card in cards)
        show(cards)

    def show_rows(rows, columns, *more, **named):
        drawn.update((column.heading, column.code) for column in columns if column.code)
        rows_table(rows, columns, *more, **named)

    monkeypatch.setattr(metric_cards, "show", show_cards)
    monkeypatch.setattr(tables, "rows_table", show_rows)
    app = opened(page, language=language)
    if page == "village":
        app.selectbox(key="village").select_index(1).run()
    assert drawn and not app.exception
    meanings, names = defaultdict(set), defaultdict(set)
    for label, code in drawn:
        meanings[label].add(definition(code))
        names[definition(code)].add(label)
    assert [label for label, said in meanings.items() if len(said) > 1] == []
    assert [said for said in names.values() if len(said) > 1] == []


@pytest.mark.parametrize(
    ("page", "share"),
    [
        ("overview", "coverage_share"),
        ("coverage", "coverage_share"),
        ("coverage", "conforming_share"),
        ("visits", "visit_pace_share"),
        ("quality", "eligibility_valid_share"),
    ],
)
def test_the_towns_own_rate_stands_on_the_page_of_its_name_with_its_parts(page, share, opened, figures):
    entry, reader = registry.shares()[share], figures(DAYS[0])
    numerator, denominator = (reader.of(entry.metric, None)[part] for part in entry.parts)
    cards = next(part.proto.body for part in opened(page).get("html") if 'class="cards"' in part.proto.body)
    card = next(text for text in cards.split('<div class="name">') if text.startswith(labels.share_name(share) + "<"))
    assert f"{numerator}/{denominator}" in card


def test_the_manual_explains_every_share_in_the_words_of_the_pages(opened):
    text = re.sub("<[^>]*>", "", spoken(opened("manual")))
    assert [code for code in registry.shares() if labels.meaning(code) not in text] == []
