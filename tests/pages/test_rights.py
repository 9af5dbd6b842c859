"""The table of rights is what the pages do: every role × page, action, form and field, and accounts of some villages only."""

import datetime as dt
import re
from pathlib import Path
from unittest.mock import patch

import pytest
from streamlit.testing.v1 import AppTest

from pages.access import ROLES, User, rights
from tests.conftest import ROOT
from tests.pages.test_pages import spoken
from warehouse import row_access
from warehouse.builds import repository
from warehouse.metrics import query

DAY = dt.date(2025, 12, 31)
PAGES = tuple(rights.table()["pages"])
NOBODYS = [
    User("x", "boss", row_access.WHOLE),
    User("x", "", row_access.WHOLE),
    User("x", "centre", ()),
    User("x", "Centre", row_access.WHOLE),
    User("x", "leader admin", row_access.WHOLE),
]


def own_village(home):
    """(code, name) of the village of a village's account."""
    row = repository.open_build(home).rows("select village_id, name from villages order by sort_no")[2]
    return row["village_id"], row["name"]


def scope_of(role, home):
    """The scope that an account of the role has in the demo."""
    return (own_village(home)[0],) if role == "village" else row_access.WHOLE


def a_child(home, village_id):
    """A child of a village with a finding."""
    sql = "select c.child_id from children as c inner join findings as f on f.child_id = c.child_id where c.village_id = $v and f.village_id = $v"
    return repository.open_build(home).rows(sql + " order by 1 limit 1", {"v": village_id})[0]["child_id"]


@pytest.fixture
def shown(opened, demo_home):
    """Open a page as a role of the demo: shown("coverage", "leader") → AppTest."""

    def page(name, role, **asked):
        return opened(name, role=role, scope=scope_of(role, demo_home), **asked)

    return page


def test_the_table_is_the_one_that_was_agreed():
    text = (ROOT / "docs" / "access.md").read_text(encoding="utf-8").partition("## The table of rights")[2].partition("\n## ")[0]
    header, *lines = [[cell.strip(" *`") for cell in line.strip("|").split("|")] for line in text.splitlines() if line.startswith("|")]
    names = {
        "pages": "pages",
        "actions": "actions",
        "forms to take away": "exports",
        "parts of a record shown at once": "record",
        "fields in clear, of one child or helper, with a reason": "unmask",
    }
    agreed = {}
    for name, *marks in lines[1:]:
        if name in names:
            part = agreed.setdefault(names[name], {})
        else:
            part[name] = {role for role, mark in zip(header[1:], marks, strict=True) if mark == "●"}
    assert agreed == {part: {name: set(roles) for name, roles in rights.table()[part].items()} for part in names.values()}
    assert set(header[1:]) == set(ROLES)


def test_every_page_stands_in_the_table_and_every_line_of_it_is_a_page():
    files = {path.stem for path in (ROOT / "pages").glob("*.py")} - {"__init__", "main"}
    assert files == set(PAGES)


@pytest.mark.parametrize("role", ROLES)
def test_the_menu_of_a_role_holds_its_pages_and_no_other(role, shown):
    app = shown("overview", role)
    menu = {Path(page["script_path"]).stem for page in app._registered_pages.values()}
    assert menu == {name for name in PAGES if role in rights.table()["pages"][name]}


@pytest.mark.parametrize(("name", "role"), [(name, role) for name in PAGES for role in ROLES if role in rights.table()["pages"][name]])
def test_a_role_opens_each_of_its_pages(name, role, shown):
    app = shown(name, role)
    assert ([part.value for part in (*app.exception, *app.error)], len(app.title)) == ([], 1)


@pytest.mark.parametrize(("name", "role"), [(name, role) for name in PAGES for role in ROLES if role not in rights.table()["pages"][name]])
def test_a_page_that_the_menu_lacks_is_not_opened_by_its_address_and_asks_again_itself(name, role, shown, demo_home):
    with pytest.raises(ValueError, match=name):
        shown(name, role).switch_page(f"{name}.py")
    # Even where the frame were passed by, the page itself asks again.
    user = User("tester", role, scope_of(role, demo_home))
    with patch("pages.access.current_user", return_value=user), patch("pages.access.language_of", return_value="zh_CN"):
        app = AppTest.from_file(str(ROOT / "pages" / f"{name}.py"), default_timeout=60).run()
    assert ([part.value for part in app.error], len(app.title), spoken(app).count("<table")) == (["您的账号没有这一页的权限。"], 0, 0)


@pytest.mark.parametrize("user", NOBODYS, ids=lambda user: f"{user.role}-{user.scope}")
def test_an_unknown_role_or_an_empty_scope_is_allowed_nothing_and_sees_nothing(user, opened):
    assert [rights.allowed(user, kind) for kind in rights.KINDS] == [()] * len(rights.KINDS)
    with patch("tests.pages.conftest.User", return_value=user):
        app = opened("overview")
    assert (len(app.title), "没有可以查看的页面" in app.error[0].value) == (0, True)


def test_what_the_table_does_not_hold_nobody_may():
    user = User("x", "admin", row_access.WHOLE)
    assert [rights.may(user, *asked) for asked in (("pages", "secrets"), ("actions", ""), ("files", "accounts"), ("unmask", "note"))] == [
        False
    ] * 4


@pytest.mark.parametrize(("kind", "thing"), sorted(rights.listed("whole")))
def test_an_account_of_some_villages_may_do_nothing_that_concerns_the_whole_town(kind, thing):
    for role in ROLES:
        assert not rights.may(User("x", role, ("659901201201",)), kind, thing)


def has(parts, key):
    """Whether a widget of that key is among some."""
    return any(part.key == key for part in parts)


# What is asked of a page beside its name.
ASKED = {"chart_png": {"what": "chart"}, "chart_svg": {"what": "chart"}, "report_docx": {"what": "report"}, "pack_zip": {"what": "pack"}}
ASKED["deck_pptx"] = {"what": "report", "report_form": "deck_pptx"}


def has_ledger_rows(app):
    """Whether a child's ledger rows are offered, for who is not shown all of a record once a reason is given."""
    if app.text_input and not has(app.toggle, "raw"):
        with patch("pages.components.actor.recorder", return_value=lambda *_asked: 1):
            app.text_input[0].set_value("核对台账原文")
            app.button[0].click().run()
        return any("显示台账原文" in part.value for part in app.caption) and any("第" in box.label for box in app.expander)
    return has(app.toggle, "raw")


# Each action by what a page offers for it: (page, whether it is offered there).
OFFERED = {
    "load": ("ledgers", lambda app: bool(app.get("file_uploader")) and has(app.button, "take_out")),
    "submit": ("submissions", lambda app: bool(app.get("file_uploader"))),
    "change_register": ("register", lambda app: bool(app.text_input)),
    "change_settings": ("settings", lambda app: bool(app.number_input)),
    "change_accounts": ("admin", lambda app: bool(app.text_input)),
    "read_findings": ("child", lambda app: "检查发现的问题" in spoken(app)),
    "read_ledger_rows": ("child", has_ledger_rows),
    "chart_png": ("exports", lambda app: has(app.segmented_control, "picture") and "png" in app.segmented_control(key="picture").options),
    "chart_svg": ("exports", lambda app: has(app.segmented_control, "picture") and "svg" in app.segmented_control(key="picture").options),
    "returned_copies": (("ledgers", "submissions"), lambda app: has(app.button, "pack_start")),
    "table_csv": ("exports", lambda app: "csv" in app.segmented_control(key="form").options),
    "table_xlsx": ("exports", lambda app: "xlsx" in app.segmented_control(key="form").options),
    "sample_xlsx": ("sample", lambda app: has(app.get("download_button"), "get")),
    "declare": ("declared", lambda app: bool(app.get("file_uploader")) and bool(app.number_input)),
    "report_docx": ("exports", lambda app: has(app.button, "report_write")),
    "deck_pptx": ("exports", lambda app: has(app.selectbox, "report_form") and app.selectbox(key="report_form").value == "deck_pptx"),
    "reminder_docx": ("board", lambda app: has(app.get("download_button"), "reminder_docx")),
    "pack_zip": ("exports", lambda app: has(app.button, "pack_make")),
    "rights_csv": ("admin", lambda app: has(app.get("download_button"), "rights_csv")),
    "audit_csv": ("audit", lambda app: has(app.get("download_button"), "audit_csv")),
    "back_up": ("backup", lambda app: has(app.text_input, "make_again")),
    "restore": ("backup", lambda app: bool(app.get("file_uploader"))),
    "backup_file": ("backup", lambda app: has(app.button, "sheet")),
    "check_files": ("verify", lambda app: bool(app.get("file_uploader"))),
    "unmask": ("child", lambda app: "查看姓名和联系方式（会留下记录）" in [part.label for part in app.expander]),
}


@pytest.mark.parametrize("role", ROLES)
def test_an_action_a_form_and_a_name_are_offered_to_their_roles_and_to_no_other(role, shown, demo_home):
    """Each page is opened once for all that it may offer; what is chosen on it first comes last."""
    apps, offered, may = {}, {}, {}
    for thing, (wanted, is_offered) in sorted(OFFERED.items(), key=lambda entry: entry[0].startswith("chart_")):
        kind = next((kind for kind in ("actions", "exports") if thing in rights.table()[kind]), None)
        may[thing] = role in rights.table()[kind][thing] if kind else any(role in roles for roles in rights.table()["unmask"].values())
        asked = {"child": a_child(demo_home, own_village(demo_home)[0])} if wanted == "child" else ASKED.get(thing, {})
        offered[thing] = False
        for name in (wanted,) if isinstance(wanted, str) else wanted:
            if role in rights.table()["pages"][name]:
                key = name, *asked.values()
                apps[key] = apps.get(key) or shown(name, role, **asked)
                offered[thing] |= is_offered(apps[key])
    assert offered == may


def test_every_action_and_form_of_the_table_is_tried_here_or_with_a_job_that_waits():
    tried = {*OFFERED, "publish", "undo"}
    assert {*rights.table()["actions"], *rights.table()["exports"]} <= tried


def test_a_village_sees_its_own_ledgers_and_no_word_of_any_other(shown, demo_home):
    code, name = own_village(demo_home)
    build = repository.open_build(demo_home)
    others = [row["name"] for row in build.rows("select name from villages where village_id <> $v", {"v": code})]
    strange = [row["child_id"][:8] for row in build.rows("select child_id from children where village_id <> $v", {"v": code})]
    for page in ("submissions", "quality", "rows", "child"):
        asked = {"share": "coverage_share"} if page == "rows" else {"child": a_child(demo_home, code)} if page == "child" else {}
        app = shown(page, "village", **asked)
        told = spoken(app) + " ".join(str(frame.value.to_dict()) for frame in app.dataframe)
        assert (name in told, [word for word in (*others, *strange) if word in told]) == (True, [])
        assert app.selectbox(key="village").options == [name]


def test_a_forged_village_child_or_figure_in_the_link_opens_nothing_of_another_village(shown, demo_home):
    code, name = own_village(demo_home)
    other = repository.open_build(demo_home).rows("select village_id, name from villages where village_id <> $v limit 1", {"v": code})[0]
    stranger = a_child(demo_home, other["village_id"])
    for forged in ({"child": stranger, "village": other["name"]}, {"child": f"{stranger}' or true --"}, {"child": "%"}):
        assert "没有这个代号的儿童" in spoken(shown("child", "village", **forged))
    for forged in ({"village": other["name"]}, {"village": other["village_id"]}, {"village": ""}, {"village": "全镇"}):
        app = shown("rows", "village", share="coverage_share", **forged)
        assert (f"{name}：" in spoken(app), other["name"] in spoken(app)) == (True, False)


@pytest.mark.parametrize("role", ["leader", "centre", "reviewer"])
def test_an_account_of_some_villages_reads_every_page_of_its_role_for_these_alone(role, opened, demo_home):
    rows = repository.open_build(demo_home).rows("select village_id, name from villages order by sort_no")
    mine, others = rows[1:3], [*rows[:1], *rows[3:]]
    user = User("tester", role, tuple(row["village_id"] for row in mine))
    for page in rights.allowed(user, "pages"):
        app = opened(page, role=role, scope=user.scope)
        assert [part.value for part in (*app.exception, *app.error)] == []
        told = re.sub(r"<[^>]*>", " ", spoken(app))
        assert [row["name"] for row in others if row["name"] in told] == []
        assert app.selectbox(key="village").options == [row["name"] for row in mine]


def test_a_village_and_the_town_are_told_the_same_number_of_the_village(shown, demo_home):
    code, _name = own_village(demo_home)
    row = next(row for row in query.ask(repository.open_build(demo_home), "eligibility", DAY, "village") if row["village_id"] == code)
    assert f"已不符合 {row['expired']} 人" in re.sub(r"<[^>]*>", "", spoken(shown("quality", "village")))
