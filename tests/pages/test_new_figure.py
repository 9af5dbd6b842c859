"""A made-up eleventh metric on the pages, by its SQL file and its entry alone."""

import datetime as dt

from pages.downloads import export_service, table_files
from pages.text import labels
from tests.new_figure import NAME, new_figure  # noqa: F401 — a fixture
from tests.pages.test_pages import spoken
from warehouse.builds import repository
from warehouse.disclosure import release, release_log
from warehouse.disclosure.suppression import Plan, Publication
from warehouse.metrics import query

DAY = dt.date(2025, 12, 31)
FIGURE = f"{NAME}.visited_twice"


def errors(app):
    """What went wrong on a page."""
    return [part.value for part in (*app.exception, *app.error)]


def town(home):
    """The metric's row of the town."""
    return query.ask(repository.open_build(home), NAME, DAY)[0]


def test_the_list_behind_a_new_figure_opens_and_its_definition_in_a_dialog(new_figure, opened, demo_home):  # noqa: F811
    app = opened("rows", figure=FIGURE)
    count = town(demo_home)["visited_twice"]
    assert errors(app) == [] and "走访过两日的儿童" in spoken(app) and f"{count}。" in spoken(app)
    app.button(key=f"definition_{NAME}").click().run()
    assert errors(app) == [] and labels.definition(NAME) in [text.value for text in app.text]


def test_the_reviewers_page_inspects_a_new_figure(new_figure, opened, demo_home):  # noqa: F811
    app = opened("metric", measured=FIGURE)
    assert errors(app) == [] and str(town(demo_home)["visited_twice"]) in spoken(app) and "还没有走访过两日" in spoken(app)
    app.selectbox(key="measured").set_value("second_visit_share").run()
    assert errors(app) == [] and "两日走访率" in spoken(app)


def test_a_new_figure_is_offered_previewed_and_written_as_an_export(new_figure, opened, demo_home):  # noqa: F811
    app = opened("exports")
    app.pills(key="metrics").set_value([NAME]).run()
    app.pills(key="groups").set_value(["town"]).run()
    body = next(part.proto.body for part in app.get("html") if "<table" in part.proto.body)
    row = town(demo_home)
    assert errors(app) == [] and "走访过两日的儿童" in body and str(row["visited_twice"]) in body
    assert (NAME, "village") in export_service.all_tables() and NAME in export_service.shown_on("visits")
    made = release.Release([release.Table(NAME, "town", DAY, [row])], Publication({}), Plan())
    receipt = release_log.Receipt("no", "2026-01-04T08:15:00+00:00", "build", "1", str(DAY), "csv", "li", "centre", {})
    content = table_files.write("csv", made, receipt).decode("utf-8-sig")
    assert "第二次走访" in content and "当年至少走访过两日" in content and str(row["visited_twice"]) in content


def test_the_map_and_the_comparison_of_loads_offer_a_new_figure(new_figure, opened):  # noqa: F811
    app = opened("map", measure="second_visit_share")
    assert errors(app) == [] and "两日走访率" in spoken(app)
