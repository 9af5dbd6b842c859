"""From a pseudonym to a name on the page: a reason, an entry in the trail, and only then the name, of one child, once."""

import json
import re
import shutil

import pytest

from pages.summaries import child_timeline
from tests.pages.components.test_drilldown_links import rows_of
from tests.pages.test_pages import spoken
from warehouse.audit import trail
from warehouse.builds import repository
from warehouse.identity import unmask
from warehouse.storage import keys


@pytest.fixture
def home(demo_home, tmp_path, monkeypatch):
    """A copy of the demo town, so that its trail is this test's own."""
    shutil.copytree(demo_home / "builds", tmp_path / "builds")
    shutil.copytree(demo_home / "keys", tmp_path / "keys")
    return tmp_path


@pytest.fixture
def child(home):
    """(pseudonym, what is sealed) of a child whose guardian can be called."""
    key = keys.load_key(home)
    for row in repository.open_build(home).rows("select person_id, sealed from identities where kind = 'child' order by 1"):
        told = json.loads(key.unseal(f"child:{row['person_id']}", bytes(row["sealed"])))
        if all(told[name] for name in ("child_name", "id_number", "guardian_phone", "address")):
            return row["person_id"], told
    raise AssertionError("no such child in the demo")


@pytest.fixture
def page(opened, home, child, monkeypatch):
    """The child's page on that home."""

    def show(role="centre", person=child[0]):
        monkeypatch.setenv("TONGXING_HOME", str(home))
        app = opened("child", role=role)
        monkeypatch.setenv("TONGXING_HOME", str(home))
        app.query_params["child"] = person
        return app.run()

    return show


def unmasked(home):
    """Entries of names that were looked at."""
    return trail.entries(home, act="unmask")


def test_a_name_is_shown_after_its_entry_stands_in_the_trail_and_is_gone_with_the_next_click(page, home, child):
    code, told = child
    app = page()
    assert told["child_name"] not in spoken(app)
    app.text_input[0].set_value("入户走访前联系监护人")
    app.button[0].click().run()
    assert [part.value for part in (*app.exception, *app.error)] == []
    assert [name for name in ("child_name", "id_number", "guardian_phone", "address") if told[name] not in spoken(app)] == []
    (entry,) = unmasked(home)
    assert (entry["who"], entry["role"], entry["about"]["child"], entry["about"]["reason"]) == (
        "tester",
        "centre",
        code,
        "入户走访前联系监护人",
    )
    assert [text for text in told.values() if text and len(text) > 2 and text in json.dumps(entry, ensure_ascii=False)] == []
    assert told["id_number"] not in spoken(app.run())


def test_without_a_reason_nothing_is_shown_and_nothing_recorded(page, home, child):
    app = page()
    app.text_input[0].set_value(" 看 ")
    app.button[0].click().run()
    assert ("请写明查看的原因" in app.error[0].value, child[1]["child_name"] in spoken(app), unmasked(home)) == (True, False, [])


def test_no_entry_no_name(page, home, child, monkeypatch):
    app = page()
    app.text_input[0].set_value("核对台账中的号码")
    (home / "audit").rmdir() if (home / "audit").exists() else None
    (home / "audit").write_text("a file where the folder should be")
    app.button[0].click().run()
    assert ("审计记录" in app.error[0].value, child[1]["child_name"] in spoken(app)) == (True, False)


@pytest.mark.parametrize(("role", "is_any_day"), [("leader", False), ("reviewer", False), ("centre", True)])
@pytest.mark.parametrize("name", ["child", "rows"])
def test_children_are_named_on_any_day_to_who_may_know_the_birthday_that_the_days_together_tell(name, role, is_any_day, opened, child):
    app = opened(name, role=role, child=child[0], share="coverage_share", as_of="2025-11-13").run()
    is_refused = "只能看每月最后一天" in " ".join(part.value for part in app.info)
    assert (not is_refused, child[0][:8] in spoken(app) or bool(rows_of(app))) == (is_any_day, is_any_day)
    if not is_any_day:
        assert [button.label for button in app.button] == ["2025-10-31", "2025-11-30", "2025-12-31"]
        assert rows_of(app.button[0].click().run()) or name == "child"


@pytest.mark.parametrize("role", ["leader", "reviewer"])
def test_a_leader_and_a_reviewer_have_no_way_to_a_name(role, page, child):
    app = page(role)
    assert [box.label for box in app.expander if "姓名" in box.label] == []
    assert (child[1]["child_name"] in spoken(app), child[1]["id_number"] in spoken(app)) == (False, False)


@pytest.mark.parametrize("role", ["leader", "reviewer"])
def test_family_care_and_reports_of_a_child_are_numbers_until_a_reason_is_recorded(role, page, home, child):
    text = spoken(page("centre"))
    app = page(role)
    facts = [heading for heading in (">父亲</th>", ">母亲</th>") if heading in text]
    assert facts and [part for part in facts if part in spoken(app)] == []
    assert "慰问" in spoken(app) and app.get("toggle") == []
    app.text_input[0].set_value("考核抽查这名儿童")
    app.button[0].click().run()
    assert [part.value for part in (*app.exception, *app.error)] == []
    assert [part for part in facts if part not in spoken(app)] == []
    (entry,) = trail.entries(home, act="open_record")
    assert (entry["about"]["child"], entry["about"]["fields"]) == (child[0], "child_facts care_events safety_reports")
    assert [part for part in facts if part in spoken(app.run())] == []


@pytest.fixture
def ending(demo_home):
    """(pseudonym, last eligible day) of a child of whom a finding says that a class ends soon."""
    build = repository.open_build(demo_home)
    row = build.rows("select child_id, detail from findings where code = 'eligibility_ends_soon' order by detail, child_id")[0]
    return row["child_id"], row["detail"]


@pytest.mark.parametrize("role", ["leader", "reviewer", "centre"])
def test_the_last_eligible_day_is_for_who_may_know_a_birthday(role, opened, ending):
    app = opened("child", role=role)
    app.query_params["child"] = ending[0]
    assert (ending[1] in spoken(app.run())) == (role == "centre")
    (table,) = opened("quality", role=role, code="eligibility_ends_soon").run().dataframe
    assert len(table.value) and any(ending[1] in cell for cell in table.value["问题"]) == (role == "centre")


@pytest.mark.parametrize("role", ["leader", "centre"])
@pytest.mark.parametrize(("matter", "place"), [("慰问：生日", {}), ("满年龄退出", {"village": "鹭洲村", "as_of": "2025-10-28"})])
def test_the_calendar_names_a_child_at_its_birthday_for_who_may_know_it(matter, place, role, opened):
    whom = [cells[3] for cells in rows_of(opened("duties", role=role, **place).run()) if matter in cells[1:2]]
    assert whom and any(re.fullmatch("[0-9a-f]{8}", cell) for cell in whom) == (role == "centre"), whom


@pytest.mark.parametrize("role", ["leader", "centre"])
def test_lists_of_birthday_care_have_no_day_for_who_is_not_to_know_a_birthday(role, opened):
    app = opened("rows", role=role, figure="duties.care_due")
    rows = [cells for cells in rows_of(app) if "生日" in cells]
    assert rows and {cells[3] == "—" for cells in rows} == {role == "leader"}


@pytest.mark.parametrize("role", ["leader", "reviewer", "centre"])
@pytest.mark.parametrize("place", [{"figure": "duties.reports"}, {"figure": "duties.care_held"}, {"part": "reports"}])
def test_lists_of_reports_and_care_do_not_say_whose_they_are_to_who_sees_only_how_many(place, role, opened):
    app = opened("rows" if "figure" in place else "duties", role=role, **place).run()
    listed = [part.proto.body for part in app.get("html") if "台账位置" in part.proto.body]
    assert listed and any(">代号</th>" in text for text in listed) == (role == "centre")


def test_a_recorded_reason_opens_no_birthday(page, home, monkeypatch):
    monkeypatch.setenv("TONGXING_HOME", str(home))
    build = repository.open_build(home)
    rows = (
        (row["child_id"], cell)
        for row in build.rows("select * from memberships order by child_id")
        for _title, cells in child_timeline.ledger_rows(build.id, {"memberships": [row]})
        for cell in cells
        if cell.field == "born_on" and len(re.findall(r"\d+", cell.text)) == 3
    )
    person, born_on = next(rows)  # some villages' ledgers have the number alone
    app = page("reviewer", person)
    app.text_input[0].set_value("考核抽查这名儿童")
    text = spoken(app.button[0].click().run())
    assert (born_on.heading in text, born_on.text in text) == (True, False)


def test_a_child_that_the_build_does_not_hold_has_no_name_and_leaves_no_entry(home):
    def never(*_asked):
        raise AssertionError("recorded")

    assert unmask.unmask(home, repository.open_build(home), "0" * 20, ("child_name",), "核对台账", never) == {}


def test_only_the_fields_of_the_table_come_out(home, child):
    told = unmask.unmask(home, repository.open_build(home), child[0], ("child_name",), "核对台账", lambda *_asked: 1)
    assert told == {"child_name": child[1]["child_name"]}


def test_a_helpers_name_and_phone_are_shown_as_a_childs_are(opened, home, monkeypatch):
    key, build = keys.load_key(home), repository.open_build(home)
    app = opened("helpers", role="centre")
    helpers = build.rows("select person_id, sealed from identities where kind = 'helper' order by 1")
    row = next(row for row in helpers if row["person_id"][:8] in app.selectbox(key="helper").options)
    sealed = json.loads(key.unseal(f"helper:{row['person_id']}", bytes(row["sealed"])))
    monkeypatch.setenv("TONGXING_HOME", str(home))
    app.selectbox(key="helper").set_value(row["person_id"]).run()
    assert sealed["helper_name"] not in spoken(app)
    app.text_input[0].set_value("核对电话是不是还能打通")
    app.button(key=next(button.key for button in app.button if button.label == "记录并显示")).click().run()
    assert [part.value for part in (*app.exception, *app.error)] == []
    assert sealed["helper_name"] in spoken(app) and sealed["phone"] in spoken(app)
    (entry,) = unmasked(home)
    assert (entry["about"]["helper"], entry["about"]["reason"]) == (row["person_id"], "核对电话是不是还能打通")
    assert sealed["helper_name"] not in json.dumps(entry, ensure_ascii=False)


@pytest.mark.parametrize("role", ["leader", "reviewer"])
def test_a_leader_and_a_reviewer_are_offered_no_helpers_name(role, opened):
    assert "helper" not in [box.key for box in opened("helpers", role=role).selectbox]
