"""The tasks of the manuals, each walked through as its reader would; on the way the manuals' pictures are taken.

One walk for the test that a task can be done and for the picture that shows it: neither can go stale without the other.
"""

import io
import re
import zipfile

from openpyxl import load_workbook

from pages.text import labels

VISIT = "桑垄村走访记录\n儿童姓名,村(社区),走访日期,走访方式,帮扶人\n甲一,桑垄村,2025-12-01,入户,乙一\n"


def load_ledgers(walk):
    """Centre: drop a ledger, look at what would change, publish."""
    walk.go("载入台账")
    walk.page.locator("[data-testid=stFileUploader]").wait_for()
    file = {"name": "桑垄村走访_20251230.csv", "mimeType": "text/csv", "buffer": VISIT.encode()}
    walk.page.set_input_files("input[type=file]", files=[file])
    walk.says("桑垄村走访_20251230.csv")
    walk.press("开始检查")
    walk.says("各类台账的行")
    assert "台账新增 1 行" in walk.page.locator(".lead").nth(1).inner_text()
    assert not walk.page.get_by_text("写的不是报送它的村").count()  # the centre's own file was handed in by no village
    walk.picture("preview")
    walk.publish()
    walk.says(re.compile("已发布：版本"))


def hand_in(walk):
    """Village: hand a ledger in, see that it waits, take it back."""
    walk.go("报送台账")
    walk.page.locator("[data-testid=stFileUploader]").wait_for()
    walk.page.set_input_files("input[type=file]", files=[{"name": "走访.csv", "mimeType": "text/csv", "buffer": VISIT.encode()}])
    walk.says("走访.csv")
    walk.press("报送")
    walk.says("已报送 1 个文件")
    walk.settle()
    walk.picture("submissions", height=1100)
    walk.press(re.compile("^收回"))
    walk.says("已收回。")


def fetch_marked_ledgers(walk):
    """Village: fetch one's own ledgers with the faults marked."""
    walk.go("报送台账")
    fetch_copies(walk)


def add_an_account(walk):
    """Administrator: an account for somebody, whose password is shown once."""
    walk.go("账号与权限")
    walk.picture("accounts", height=1100)
    walk.page.get_by_label("账号名（本人姓名或工号）").fill("演示新人")
    walk.press("新增")
    walk.says("初始密码（只显示这一次")


def back_up(walk):
    """Administrator: a backup by a passphrase."""
    walk.go("备份和恢复")
    walk.picture("backup", height=1000)
    for box in walk.page.get_by_test_id("stForm").first.locator("input[type=password]").all():
        box.fill("一句自己记得住的备份口令")
    walk.press("开始备份")
    walk.says("已备份，并读回来核对过。")


def see_findings(walk):
    """Centre: what is wrong in the ledgers."""
    walk.go("数据质量")
    walk.says("哪些问题最多")
    walk.picture("quality")


def return_ledgers(walk):
    """Centre: fetch the marked ledgers."""
    walk.go("载入台账")
    fetch_copies(walk)


def fetch_copies(walk):
    """Have the ledgers marked and fetch them: workbooks whose first sheet lists what was found."""
    walk.press(re.compile("制作标好问题的台账"))
    with walk.page.expect_download(timeout=120_000) as waiting:
        walk.page.get_by_role("button", name="取走", exact=True).first.click(timeout=120_000)
    with zipfile.ZipFile(waiting.value.path()) as archive:
        names = archive.namelist()
        assert {name.rpartition(".")[2] for name in names} == {"xlsx"}
        assert load_workbook(io.BytesIO(archive.read(names[0])), read_only=True).sheetnames[0].startswith("检查结果")


def see_a_name(walk):
    """Centre: from a list to a child, and its name with a reason."""
    walk.go_to("rows?share=coverage_share")
    walk.page.locator("table.plain a.fig").first.click()
    walk.page.wait_for_function("() => document.querySelector('h1')?.innerText.startsWith('儿童 ')")
    walk.settle()
    walk.page.get_by_text("查看姓名和联系方式（会留下记录）").click()
    walk.page.get_by_placeholder(re.compile("例如：入户走访前")).fill("入户走访前联系监护人")
    walk.page.keyboard.press("Tab")
    walk.picture("name")
    walk.press("记录并显示")
    walk.says("换页或刷新后不再显示")


def take_tables_and_charts(walk):
    """Centre: a view's tables as a workbook, a chart as a picture."""
    walk.go("导出")
    content, name = walk.fetched("下载")
    assert (content[:2], name.rpartition(".")[2]) == (b"PK", "xlsx")
    walk.go_to("exports?what=chart&chart=village&share=coverage_share")
    walk.page.locator("[data-testid=stMain] img").first.wait_for()
    walk.picture("exports", height=1250)
    content, name = walk.fetched("下载")
    assert content[:8] == b"\x89PNG\r\n\x1a\n" and name.endswith(".png")
    walk.go("目标进展")
    walk.page.get_by_role("tab", name="走势与对比").click()
    walk.page.get_by_role("link", name="取走图").first.click()
    walk.page.get_by_role("combobox", name="哪种图").wait_for()
    walk.page.get_by_role("button", name="下载").wait_for(timeout=120_000)
    content, name = walk.fetched("下载")
    assert (content[:8], name.split("_")[1]) == (b"\x89PNG\r\n\x1a\n", labels.word("chart", "path"))


def write_a_report(walk):
    """Centre: the town's report as a Word file."""
    walk.go_to("exports?what=report")
    walk.press("写报告")
    walk.page.get_by_role("button", name="取走").wait_for(timeout=120_000)
    walk.picture("report")
    content, name = walk.fetched("取走")
    assert (content[:2], name.rpartition(".")[2]) == (b"PK", "docx")


def undo(walk):
    """Centre: the way back to an earlier build, and one file taken out after a look at what that does."""
    walk.go("载入台账")
    heading = walk.page.get_by_text("回到以前的一个版本")
    heading.wait_for()
    walk.picture("undo", at=heading)
    chosen = walk.page.get_by_role("combobox", name="文件")
    chosen.click()
    chosen.press_sequentially("走访第4期")
    chosen.press("Enter")
    walk.settle()
    walk.press("去掉它，先看结果")
    walk.says("各类台账的行")
    walk.publish()
    walk.says(re.compile("已发布：版本"))


def see_the_town(walk):
    """Leader: the overview answers at once."""
    walk.go("总览")
    told = walk.page.locator("[data-testid=stMain]").inner_text()
    assert [word in told for word in ("需要拍板", "滞后", "有什么变化")] == [True] * 3
    walk.picture("overview", height=1250)


def look_at_the_map(walk):
    """Leader: another measure on the map, a village by its list."""
    walk.go("地图")
    walk.page.locator(".choroplethlayer path").first.wait_for()
    walk.picture("map", height=1100)
    walk.page.locator("table.plain a.fig").first.click()
    walk.page.wait_for_function("() => document.querySelector('h1')?.innerText.includes('一页纸')")


def take_a_sheet_along(walk):
    """Leader: a village on one sheet, which prints on one page."""
    walk.go("村（社区）一页纸")
    walk.page.locator("[data-testid=stMain] a.fig").first.click()
    walk.page.get_by_role("button", name="打印这一页").wait_for()
    walk.settle()
    walk.picture("village", height=1250)
    assert len(re.findall(rb"/Type\s*/Page\b", walk.page.pdf(prefer_css_page_size=True))) == 1


def check_a_figure(walk):
    """Reviewer: one figure down to what is left out, and its SQL."""
    walk.go("指标核对")
    told = walk.page.locator("[data-testid=stMain]").inner_text()
    assert [word in told for word in ("定义", "没有计入", "计算用的 SQL")] == [True] * 3
    walk.picture("metric", height=1250)


def compare_a_declared_figure(walk):
    """Reviewer: a declared figure that differs is told so, with what may be behind it."""
    walk.go("目标进展")
    walk.page.get_by_role("link", name="核对全部指标的申报数").click()
    numerator = walk.page.get_by_label(re.compile("培训参与率 2025.*申报的分子"))
    numerator.fill("1")
    numerator.press("Enter")
    walk.says(re.compile("不一致"))
    walk.picture("declared", height=1000)


def draw_a_sample(walk):
    """Reviewer: a sample by its seed, and its list as a file to fill."""
    walk.go_to("sample?seed=2025")
    walk.says(re.compile("种子 2025"))
    walk.picture("sample", height=1250)
    content, name = walk.fetched("下载核查清单")
    assert (content[:2], name.rpartition(".")[2]) == (b"PK", "xlsx")


def take_a_pack(walk):
    """Reviewer: have a pack made, leave the page, come back and fetch it."""
    walk.go_to("exports?what=pack")
    walk.press("制作考核资料包")
    walk.says("可以离开本页")
    walk.go("总览")
    walk.go("导出")
    walk.page.get_by_role("button", name="取走").wait_for(timeout=180_000)
    walk.picture("pack")
    content, name = walk.fetched("取走")
    with zipfile.ZipFile(io.BytesIO(content)) as pack:
        assert (name.rpartition(".")[2], "index.html" in pack.namelist(), pack.testzip()) == ("zip", True, None)


def see_why_it_moved(walk):
    """Reviewer: then and now."""
    walk.go("当时与现在")
    walk.says("变了的数字")
    assert not walk.page.get_by_text("这一天的数字都没有变").count()
    walk.picture("history", height=1000)


def rows_behind(walk):
    """Leader: from a figure to its list and on to a child."""
    walk.go("总览")
    walk.page.locator(".card a.fig").first.click()
    walk.page.wait_for_function("() => document.querySelector('h1')?.innerText.includes('结对覆盖率')")
    walk.settle()
    walk.picture("rows")
    walk.page.locator("table.plain a.fig").first.click()
    walk.page.wait_for_function("() => document.querySelector('h1')?.innerText.startsWith('儿童 ')")


def see_goals(walk):
    """Leader: goals against targets."""
    walk.go("目标进展")
    assert "2025年目标" in walk.page.locator("[data-testid=stMain]").inner_text()
    walk.picture("goals")


def check_a_file(walk):
    """Leader, reviewer: an export dropped is genuine, its number is known."""
    walk.go("导出")
    content, name = walk.fetched("下载")
    walk.page.get_by_test_id("stMain").get_by_role("link", name="核对导出文件").click()
    walk.page.wait_for_function("() => document.querySelector('h1')?.innerText === '核对导出文件'")
    walk.settle()
    walk.page.set_input_files("input[type=file]", files=[{"name": name, "mimeType": "application/octet-stream", "buffer": content}])
    walk.says("一个字节也没有改过")
    walk.picture("verify")
    altered = {"name": name, "mimeType": "application/octet-stream", "buffer": content + b" "}
    walk.page.reload()
    walk.settle()
    walk.page.set_input_files("input[type=file]", files=[altered])
    walk.says("在办公软件里另存过")


# By manual and the name of the section that tells of it.
TASKS = {
    "village": {"submissions": hand_in, "mend": fetch_marked_ledgers},
    "centre": {
        "ledgers": load_ledgers,
        "quality": see_findings,
        "return": return_ledgers,
        "child": see_a_name,
        "exports": take_tables_and_charts,
        "report": write_a_report,
        "undo": undo,
    },
    "leader": {
        "overview": see_the_town,
        "map": look_at_the_map,
        "village": take_a_sheet_along,
        "rows": rows_behind,
        "goals": see_goals,
        "verify": check_a_file,
    },
    "reviewer": {
        "metric": check_a_figure,
        "declared": compare_a_declared_figure,
        "sample": draw_a_sample,
        "history": see_why_it_moved,
        "pack": take_a_pack,
        "verify": check_a_file,
    },
    "admin": {"admin": add_an_account, "backup": back_up},
}
FIRST_START = {"admin": {"set-up": "admin-set-up"}}  # a picture of a home without accounts, in which nothing is walked
